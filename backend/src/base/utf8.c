/* utf8.c: UTF-8 as RFC 3629 section 4 has it.
 *
 * The first byte of a character says how many follow and, for four of them, narrows the range of the second:
 *
 *     00..7F                       one byte
 *     C2..DF  80..BF               C0, C1 would be overlong
 *     E0      A0..BF  80..BF       below A0 overlong
 *     ED      80..9F  80..BF       above 9F a surrogate
 *     E1..EF  80..BF  80..BF
 *     F0      90..BF  80..BF 80..BF    below 90 overlong
 *     F4      80..8F  80..BF 80..BF    above 8F beyond U+10FFFF
 *     F1..F3  80..BF  80..BF 80..BF
 *
 * Text is mostly ASCII, so eight such bytes are passed at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/utf8.h"

#include "base/err.h"

#define HIGH_BITS 0x8080808080808080u

/* Continuation bytes that a first byte asks for; -1 for a byte that cannot be first. */
static int lead_wanted(uint8_t byte) {
    if (byte < 0x80)
        return 0;
    if (byte < 0xC2 || byte > 0xF4)
        return -1;
    return byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
}

static uint8_t lead_low(uint8_t byte) {
    return byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0;
}

static uint8_t lead_high(uint8_t byte) {
    return byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0;
}

static bool feed_lead(struct utf8_state *state, uint8_t byte) {
    int wanted = lead_wanted(byte);
    if (wanted < 0)
        return false;
    *state = (struct utf8_state){(uint8_t)wanted, lead_low(byte), lead_high(byte)};
    return true;
}

static bool feed_continuation(struct utf8_state *state, uint8_t byte) {
    uint8_t low = state->low != 0 ? state->low : 0x80;
    uint8_t high = state->high != 0 ? state->high : 0xBF;
    if (byte < low || byte > high)
        return false;
    *state = (struct utf8_state){(uint8_t)(state->wanted - 1), 0, 0};
    return true;
}

/* Bytes of ASCII in front, in steps of eight. */
static size_t ascii_run(const char *at, size_t len) {
    size_t run = 0;
    uint64_t word;
    for (; len - run >= sizeof word; run += sizeof word) {
        memcpy(&word, at + run, sizeof word);
        if ((word & HIGH_BITS) != 0)
            break;
    }
    return run;
}

bool utf8_feed(struct utf8_state *state, struct str bytes) {
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t byte = (uint8_t)bytes.at[i];
        if (state->wanted == 0 && byte < 0x80) {
            i += ascii_run(bytes.at + i + 1, bytes.len - i - 1);
            continue;
        }
        if (state->wanted == 0 ? !feed_lead(state, byte) : !feed_continuation(state, byte))
            return false;
    }
    return true;
}

bool utf8_is_complete(const struct utf8_state *state) {
    return state->wanted == 0;
}

bool utf8_is_valid(struct str s) {
    struct utf8_state state = {0};
    return utf8_feed(&state, s) && utf8_is_complete(&state);
}

size_t utf8_head_bytes(struct str s) {
    struct utf8_state state = {0};
    if (s.len == 0 || !feed_lead(&state, (uint8_t)s.at[0]) || state.wanted >= s.len)
        return 0;
    size_t bytes = (size_t)state.wanted + 1;
    for (size_t i = 1; i < bytes; i++) {
        if (!feed_continuation(&state, (uint8_t)s.at[i]))
            return 0;
    }
    return bytes;
}

size_t utf8_count(struct str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++)
        count += (s.at[i] & 0xC0) != 0x80;
    return count;
}

uint32_t utf8_next(struct str *s) {
    ASSERT(s->len > 0);
    uint8_t lead = (uint8_t)s->at[0];
    if (lead < 0x80) {
        *s = str_of(s->at + 1, s->len - 1);
        return lead;
    }
    int wanted = lead_wanted(lead);
    ASSERT(wanted >= 0 && (size_t)wanted < s->len);
    uint32_t point = lead & (0x3Fu >> wanted);
    for (int i = 1; i <= wanted; i++)
        point = point << 6 | ((uint8_t)s->at[i] & 0x3Fu);
    *s = str_from(*s, (size_t)wanted + 1);
    return point;
}

struct str utf8_head(struct str s, size_t count) {
    size_t end = 0;
    for (; end < s.len; end++) {
        bool is_first = (s.at[end] & 0xC0) != 0x80;
        if (is_first && count-- == 0)
            break;
    }
    return str_range(s, 0, end);
}
