/* str.c: slices of bytes.
 *
 * Nothing here allocates but str_dup_c. memcmp and memchr may not be given NULL even for no bytes, so each
 * use is behind a look at the length.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/str.h"

#include "base/mem.h"

static char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

bool str_equal(struct str a, struct str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool str_equal_nocase(struct str a, struct str b) {
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (ascii_lower(a.at[i]) != ascii_lower(b.at[i]))
            return false;
    }
    return true;
}

bool str_starts_with(struct str s, struct str prefix) {
    return s.len >= prefix.len && str_equal(str_of(s.at, prefix.len), prefix);
}

bool str_ends_with(struct str s, struct str suffix) {
    return s.len >= suffix.len && str_equal(str_from(s, s.len - suffix.len), suffix);
}

size_t str_find_byte(struct str s, char byte) {
    const char *found = s.len > 0 ? memchr(s.at, byte, s.len) : NULL;
    return found != NULL ? (size_t)(found - s.at) : s.len;
}

struct str str_from(struct str s, size_t from) {
    return str_range(s, from, s.len);
}

struct str str_range(struct str s, size_t from, size_t to) {
    if (str_is_none(s))
        return s;
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return str_of(s.at + from, to - from);
}

struct str str_trim(struct str s) {
    while (s.len > 0 && is_blank(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len > 0 && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

struct str str_cut(struct str *s, char separator) {
    struct str whole = *s;
    size_t at = str_find_byte(whole, separator);
    *s = at < whole.len ? str_from(whole, at + 1) : STR_NONE;
    return str_range(whole, 0, at);
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *out) {
    uint64_t value = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned digit = (unsigned char)s.at[i] - (unsigned)'0';
        if (digit > 9)
            return false;
        /* value * 10 + digit <= max, said without overflow */
        if (digit > max || value > (max - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

char *str_dup_c(struct str s) {
    char *copy = mem_new(s.len + 1, 1);
    if (s.len > 0)
        memcpy(copy, s.at, s.len);
    return copy;
}

bool str_equal_secret(struct str a, struct str b) {
    volatile unsigned char difference = 0; /* volatile: no compiler may leave the loop early */
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        difference |= (unsigned char)(a.at[i] ^ b.at[i]);
    return difference == 0;
}
