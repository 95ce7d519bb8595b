/* utf8.h: is this UTF-8, as it comes (RFC 3629).
 *
 * The incremental form serves WebSocket: bytes arrive in fragments that cut characters anywhere, and the
 * first wrong byte must be known at once. Overlong forms, surrogates and values above U+10FFFF are wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

/* State between fragments; zeroed at the start of a text. */
struct utf8_state {
    uint8_t wanted; /* continuation bytes still to come */
    uint8_t low;    /* bounds of the next continuation byte, 0 means 0x80 */
    uint8_t high;   /* 0 means 0xBF */
};

/* Takes the next bytes. False at the first byte that cannot belong to UTF-8; the state is then dead. */
bool utf8_feed(struct utf8_state *state, struct str bytes);
/* True when the text may end here (no character is half read). */
bool utf8_is_complete(const struct utf8_state *state);
/* The whole of s is valid. */
bool utf8_is_valid(struct str s);
/* Bytes of the valid character at the front of s; 0 when what stands there is not valid or cut off. */
size_t utf8_head_bytes(struct str s);
/* Number of code points; s must be valid. */
size_t utf8_count(struct str s);
/* Takes one code point off the front of *s (valid, not empty). */
uint32_t utf8_next(struct str *s);
/* The first `count` code points of s (valid), or all of it. */
struct str utf8_head(struct str s, size_t count);
