/* fuzz_http1_chunked.c: chunked bodies (net/http1.h).
 *
 * What must hold
 *
 *   - a body that comes in pieces gives the same bytes, the same end and the same verdict as the whole
 *   - what was accepted is what a second, naive reading of the same bytes finds, to the last byte of its end: nobody in
 *     front of us can see another request begin elsewhere
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "net/http1.h"

struct decoded {
    enum http1_result result;
    struct buf body;
    size_t used; /* of the input, with DONE */
};

static void feed(struct http1_chunked *chunked, struct str piece, struct decoded *out) {
    while (piece.len > 0 && out->result == HTTP1_MORE) {
        size_t before = piece.len;
        struct str data;
        out->result = http1_chunked_feed(chunked, &piece, &data);
        ASSERT(piece.len < before || out->result == HTTP1_BAD);
        buf_append_str(&out->body, data);
        out->used += before - piece.len;
    }
}

static void decode(struct str input, size_t piece_max, struct decoded *out) {
    struct http1_chunked chunked = {0};
    struct fuzz_chop chop = fuzz_chop_of(input, piece_max);
    *out = (struct decoded){.result = HTTP1_MORE};
    while (input.len > 0 && out->result == HTTP1_MORE) {
        struct str copy = fuzz_copy(fuzz_chop_next(&chop, &input));
        feed(&chunked, copy, out);
        fuzz_free(copy);
    }
}

static void check_chopped(struct str input, const struct decoded *whole, size_t piece_max) {
    struct decoded part;
    decode(input, piece_max, &part);
    ASSERT(part.result == whole->result);
    ASSERT(str_equal(buf_str(&part.body), buf_str(&whole->body)));
    ASSERT(part.result != HTTP1_DONE || part.used == whole->used);
    buf_deinit(&part.body);
}

/* The naive reading, of a body that was accepted: lines, and as many bytes as they say. */

static struct str take_line(struct str *rest) {
    ASSERT(str_find_byte(*rest, '\n') < rest->len);
    struct str line = str_cut(rest, '\n');
    ASSERT(str_ends_with(line, STR("\r")));
    return str_range(line, 0, line.len - 1);
}

static size_t size_of_line(struct str line) {
    char digits[16];
    struct str number = str_cut(&line, ';');
    ASSERT(number.len > 0 && number.len < sizeof digits);
    memcpy(digits, number.at, number.len);
    digits[number.len] = '\0';
    char *end;
    size_t size = strtoul(digits, &end, 16);
    ASSERT(*end == '\0' && digits[0] != '+' && digits[0] != '-' && digits[1] != 'x');
    return size;
}

static void check_accepted(struct str input, const struct decoded *whole) {
    struct str rest = input, body = buf_str(&whole->body);
    for (size_t size; (size = size_of_line(take_line(&rest))) > 0;) {
        ASSERT(str_equal(str_range(rest, 0, size), str_range(body, 0, size)) && rest.len > size);
        rest = str_from(rest, size);
        body = str_from(body, size);
        ASSERT(take_line(&rest).len == 0);
    }
    while (take_line(&rest).len > 0)
        ;
    ASSERT(body.len == 0 && whole->used == input.len - rest.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    struct http1_chunked chunked = {0};
    struct decoded whole = {.result = HTTP1_MORE};
    feed(&chunked, input, &whole);
    check_chopped(input, &whole, 1);
    check_chopped(input, &whole, 24);
    if (whole.result == HTTP1_DONE)
        check_accepted(input, &whole);
    buf_deinit(&whole.body);
    return 0;
}
