/* chat_text.c: normal forms and the rules for free text, by libutf8proc.
 *
 * Folding begins with the composed form: it makes a letter of the Greek iota subscript, which accents are not sorted
 * around, so that texts that look the same would get two keys by the order in which their accents were typed (Unicode
 * section 3.13, D145). It is done twice: it can make a sequence whose normal form folds again, and a key must not change when
 * it is made from itself.
 *
 * Plain ASCII, the common case, takes a short way without allocation by the library.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_text.h"

#include "base/err.h"
#include "base/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

/* Classes of code points */

/* White_Space of Unicode's PropList, outside ASCII and Latin-1. */
static bool is_far_space(uint32_t c) {
    return c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

bool chat_text_is_space(uint32_t c) {
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || is_far_space(c);
}

bool chat_text_is_control(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

static bool is_bidi_control(uint32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static utf8proc_category_t category_of(uint32_t c) {
    return utf8proc_category((utf8proc_int32_t)c);
}

bool chat_text_is_mark(uint32_t c) {
    utf8proc_category_t category = category_of(c);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

bool chat_text_is_digit(uint32_t c) {
    return category_of(c) == UTF8PROC_CATEGORY_ND;
}

bool chat_text_is_word(uint32_t c) {
    static_assert(UTF8PROC_CATEGORY_LU == 1 && UTF8PROC_CATEGORY_ND == UTF8PROC_CATEGORY_ME + 1,
                  "letters, marks and decimal digits are neighbours");
    utf8proc_category_t category = category_of(c);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ND &&
           !utf8proc_get_property((utf8proc_int32_t)c)->ignorable;
}

/* Forms */

static bool is_ascii(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

static struct str lower_ascii(struct arena *arena, struct str text) {
    struct str copy = arena_copy(arena, text);
    char *at = (char *)(uintptr_t)copy.at;
    for (size_t i = 0; i < copy.len; i++)
        if (at[i] >= 'A' && at[i] <= 'Z')
            at[i] = (char)(at[i] - 'A' + 'a');
    return copy;
}

static struct str map_text(struct arena *arena, struct str text, int options) {
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t length =
        utf8proc_map((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.len, &mapped,
                     (utf8proc_option_t)options);
    if (length < 0)
        return STR_NONE;
    struct str copy = arena_copy(arena, str_of((const char *)mapped, (size_t)length));
    free(mapped);
    return copy;
}

struct str chat_text_compose(struct arena *arena, struct str text) {
    if (is_ascii(text))
        return text;
    return map_text(arena, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

struct str chat_text_fold(struct arena *arena, struct str text) {
    const int fold =
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    if (is_ascii(text))
        return lower_ascii(arena, text);
    struct str composed = chat_text_compose(arena, text);
    struct str once = str_is_none(composed) ? composed : map_text(arena, composed, fold);
    return str_is_none(once) ? once : map_text(arena, once, fold);
}

/* The start of the code point that ends before `end`. */
static size_t point_before(struct str text, size_t end) {
    ASSERT(end > 0);
    size_t start = end - 1;
    while (start > 0 && ((unsigned char)text.at[start] & 0xC0) == 0x80)
        start--;
    return start;
}

struct str chat_text_trim(struct str text) {
    while (text.len > 0) {
        struct str rest = text;
        if (!chat_text_is_space(utf8_next(&rest)))
            break;
        text = rest;
    }
    while (text.len > 0) {
        size_t last = point_before(text, text.len);
        struct str point = str_from(text, last);
        if (!chat_text_is_space(utf8_next(&point)))
            break;
        text.len = last;
    }
    return text;
}

/* Rules */

/* Bytes in front that are ASCII and no control characters: nearly all of nearly all texts. */
static size_t printable_run(struct str text) {
    size_t run = 0;
    while (run < text.len && text.at[run] >= 0x20 && text.at[run] < 0x7F)
        run++;
    return run;
}

struct str chat_text_body(struct arena *arena, struct str text) {
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (;;) {
        size_t run = printable_run(text);
        if (run > 0)
            memcpy(out + len, text.at, run);
        len += run;
        text = str_from(text, run);
        if (text.len == 0)
            break;
        struct str from = text;
        uint32_t c = utf8_next(&text);
        if (c == '\r') {
            if (text.len == 0 || text.at[0] != '\n')
                out[len++] = '\n';
        } else if (!chat_text_is_control(c) || c == '\t' || c == '\n') {
            size_t size = from.len - text.len;
            memcpy(out + len, from.at, size);
            len += size;
        }
    }
    return chat_text_trim(str_of(out, len));
}

bool chat_text_line(struct str text, size_t chars_max, struct str *out) {
    struct str trimmed = chat_text_trim(text);
    size_t count = 0;
    for (struct str rest = trimmed; rest.len > 0; count++) {
        uint32_t c = utf8_next(&rest);
        if (chat_text_is_control(c) || is_bidi_control(c))
            return false;
    }
    if (count == 0 || count > chars_max)
        return false;
    *out = trimmed;
    return true;
}

bool chat_text_has_word_start(struct str text, struct str start) {
    for (; !str_is_none(text); (void)str_cut(&text, ' '))
        if (str_starts_with(text, start))
            return true;
    return false;
}
