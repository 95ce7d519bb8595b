/* web_range.c: which part of a file is asked for.
 *
 * A number that is too large for us is larger than any file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web/web_range.h"

static bool is_digits(struct str text) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    }
    return text.len > 0;
}

static uint64_t number_of(struct str digits) {
    uint64_t value = UINT64_MAX;
    (void)str_to_u64(digits, UINT64_MAX - 1, &value);
    return value;
}

/* "-n": the last n bytes. */
static enum web_range_result read_last(struct str count, uint64_t size, uint64_t *first) {
    if (!is_digits(count))
        return WEB_RANGE_WHOLE;
    uint64_t wanted = number_of(count);
    if (wanted == 0 || size == 0)
        return WEB_RANGE_NONE;
    *first = wanted < size ? size - wanted : 0;
    return WEB_RANGE_PART;
}

/* "a-" and "a-b", b included. */
static enum web_range_result read_from(struct str from, struct str to, uint64_t size,
                                       uint64_t *first, uint64_t *end) {
    if (!is_digits(from) || (to.len > 0 && !is_digits(to)))
        return WEB_RANGE_WHOLE;
    uint64_t begin = number_of(from), last = to.len > 0 ? number_of(to) : UINT64_MAX;
    if (last < begin)
        return WEB_RANGE_WHOLE;
    if (begin >= size)
        return WEB_RANGE_NONE;
    *first = begin;
    *end = last < size ? last + 1 : size;
    return WEB_RANGE_PART;
}

enum web_range_result web_range_read(struct str header, uint64_t size, uint64_t *first,
                                     uint64_t *end) {
    *first = 0;
    *end = size;
    struct str rest = header;
    struct str unit = str_cut(&rest, '=');
    bool is_one = !str_is_none(rest) && str_find_byte(rest, ',') == rest.len &&
                  str_equal_nocase(str_trim(unit), STR("bytes"));
    size_t dash = is_one ? str_find_byte(rest, '-') : 0;
    if (!is_one || dash == rest.len)
        return WEB_RANGE_WHOLE;
    struct str from = str_trim(str_range(rest, 0, dash)), to = str_trim(str_from(rest, dash + 1));
    return from.len == 0 ? read_last(to, size, first) : read_from(from, to, size, first, end);
}
