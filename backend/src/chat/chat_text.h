/* chat_text.h: what people type, brought into the form that is kept.
 *
 * All functions take valid UTF-8 (whoever decoded the payload has checked it) and give slices of their input or of the
 * arena. Nothing here knows users or rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"

/* Classes of code points */

/* Unicode's White_Space. */
bool chat_text_is_space(uint32_t c);
/* General category Cc. */
bool chat_text_is_control(uint32_t c);
/* A letter, mark or decimal digit of any script that can be seen. */
bool chat_text_is_word(uint32_t c);
bool chat_text_is_mark(uint32_t c);
/* A decimal digit of any script. */
bool chat_text_is_digit(uint32_t c);

/* Forms */

/* NFKC: one spelling of what looks the same. STR_NONE when the text cannot be brought into it. */
struct str chat_text_compose(struct arena *arena, struct str text);
/* The key under which texts are equal: NFKC and case folding, stable under repetition. Invisible characters are left
 * out. STR_NONE as above. */
struct str chat_text_fold(struct arena *arena, struct str text);
/* Without Unicode white space at both ends. */
struct str chat_text_trim(struct str text);

/* Rules */

/* A message's body, a topic, a status text: CRLF and CR become LF, control characters but tab and LF go, both ends are
 * trimmed; all else stays byte for byte. */
struct str chat_text_body(struct arena *arena, struct str text);
/* A display name or a room's name: trimmed, 1 to `chars_max` code points, without control and bidi embedding, override
 * or isolate characters (they would reorder the text around the name). False when it is not; else *out is a slice. */
bool chat_text_line(struct str text, size_t chars_max, struct str *out);
/* True when `text` has `start` where a word begins (both folded). */
bool chat_text_has_word_start(struct str text, struct str start);
