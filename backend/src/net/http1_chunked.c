/* http1_chunked.c: the chunked transfer coding, undone as it comes (RFC 9112 section 7.1).
 *
 * Thread    any; pure, its state is 24 bytes.
 *
 *     SIZE ─► [EXT] ─► SIZE_LF ─► DATA ─► DATA_CR ─► DATA_LF ─► SIZE ...
 *                         └─ size 0 ─► LINE ─► [NAME ─► VALUE ─► VALUE_LF ─► LINE ...] ─► END_LF ─► DONE
 *
 * Strict where servers have differed: sizes are 1 to 8 hex digits and nothing else, CRLF only, no white space around a
 * size, nothing folded. Extensions and trailers are checked for form, bounded together, and dropped.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"
#include "net/http1.h"

#define CHUNK_DIGITS_MAX 8

enum chunked_state {
    CHUNKED_SIZE,
    CHUNKED_EXT,
    CHUNKED_SIZE_LF,
    CHUNKED_DATA,
    CHUNKED_DATA_CR,
    CHUNKED_DATA_LF,
    CHUNKED_LINE, /* of the trailer: at its beginning */
    CHUNKED_NAME,
    CHUNKED_VALUE,
    CHUNKED_VALUE_LF,
    CHUNKED_END_LF,
    CHUNKED_DONE,
    CHUNKED_BAD,
};

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static enum chunked_state feed_size(struct http1_chunked *chunked, char c) {
    int digit = hex_value(c);
    if (digit >= 0) {
        chunked->left = chunked->left << 4 | (unsigned)digit;
        return ++chunked->digits <= CHUNK_DIGITS_MAX ? CHUNKED_SIZE : CHUNKED_BAD;
    }
    if (chunked->digits == 0)
        return CHUNKED_BAD;
    return c == ';' ? CHUNKED_EXT : c == '\r' ? CHUNKED_SIZE_LF : CHUNKED_BAD;
}

/* Text of an extension or a trailer's value: no control bytes but tab. */
static enum chunked_state feed_text(char c, enum chunked_state same, enum chunked_state at_cr) {
    unsigned char byte = (unsigned char)c;
    if (c == '\r')
        return at_cr;
    return (byte < 32 && c != '\t') || byte == 127 ? CHUNKED_BAD : same;
}

static enum chunked_state feed_name(char c) {
    if (c == ':')
        return CHUNKED_VALUE;
    return http1_is_token(str_of(&c, 1)) ? CHUNKED_NAME : CHUNKED_BAD;
}

static enum chunked_state feed_size_lf(struct http1_chunked *chunked, char c) {
    if (c != '\n')
        return CHUNKED_BAD;
    chunked->digits = 0;
    return chunked->left > 0 ? CHUNKED_DATA : CHUNKED_LINE;
}

/* What one byte outside of the data does. */
static enum chunked_state feed_byte(struct http1_chunked *chunked, char c) {
    switch ((enum chunked_state)chunked->state) {
    case CHUNKED_SIZE:
        return feed_size(chunked, c);
    case CHUNKED_EXT:
        return feed_text(c, CHUNKED_EXT, CHUNKED_SIZE_LF);
    case CHUNKED_SIZE_LF:
        return feed_size_lf(chunked, c);
    case CHUNKED_DATA_CR:
        return c == '\r' ? CHUNKED_DATA_LF : CHUNKED_BAD;
    case CHUNKED_DATA_LF:
        return c == '\n' ? CHUNKED_SIZE : CHUNKED_BAD;
    case CHUNKED_LINE:
        if (c == '\r')
            return CHUNKED_END_LF;
        return c == ':' ? CHUNKED_BAD : feed_name(c);
    case CHUNKED_NAME:
        return feed_name(c);
    case CHUNKED_VALUE:
        return feed_text(c, CHUNKED_VALUE, CHUNKED_VALUE_LF);
    case CHUNKED_VALUE_LF:
        return c == '\n' ? CHUNKED_LINE : CHUNKED_BAD;
    case CHUNKED_END_LF:
        return c == '\n' ? CHUNKED_DONE : CHUNKED_BAD;
    default:
        return CHUNKED_BAD;
    }
}

/* Bytes that carry no data cost from a budget of their own, or a body could be made of them without end. */
static bool counts_as_overhead(uint8_t state) {
    return state == CHUNKED_EXT || state >= CHUNKED_LINE;
}

static void take_data(struct http1_chunked *chunked, struct str *input, struct str *data) {
    size_t take = input->len < chunked->left ? input->len : (size_t)chunked->left;
    *data = str_of(input->at, take);
    *input = str_from(*input, take);
    chunked->left -= take;
    if (chunked->left == 0)
        chunked->state = CHUNKED_DATA_CR;
}

enum http1_result http1_chunked_feed(struct http1_chunked *chunked, struct str *input,
                                     struct str *data) {
    ASSERT(chunked->state != CHUNKED_DONE);
    *data = str_of(input->at, 0);
    while (input->len > 0 && chunked->state < CHUNKED_DONE) {
        if (chunked->state == CHUNKED_DATA) {
            take_data(chunked, input, data);
            return HTTP1_MORE;
        }
        chunked->state = (uint8_t)feed_byte(chunked, input->at[0]);
        *input = str_from(*input, 1);
        if (counts_as_overhead(chunked->state) && ++chunked->trailer_bytes > HTTP_HEAD_BYTES_MAX)
            chunked->state = CHUNKED_BAD;
    }
    if (chunked->state == CHUNKED_BAD)
        return HTTP1_BAD;
    return chunked->state == CHUNKED_DONE ? HTTP1_DONE : HTTP1_MORE;
}
