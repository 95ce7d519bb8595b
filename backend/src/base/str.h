/* str.h: a borrowed slice of bytes.
 *
 * A str points into memory that somebody else owns and is never NUL-terminated by promise. Input from
 * the network lives in slices from the first byte to the decoded command, so nothing is copied until it
 * is kept. An absent slice has at == NULL; an empty one has len == 0 and at != NULL.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *at;
    size_t len;
};

/* A slice of a string literal. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})
/* For printf: log("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).len, (s).at != NULL ? (s).at : ""

static inline struct str str_of(const char *at, size_t len) {
    return (struct str){at, len};
}

/* The slice of a NUL-terminated string; STR_NONE for NULL. */
static inline struct str str_of_c(const char *text) {
    return text != NULL ? str_of(text, strlen(text)) : STR_NONE;
}

static inline bool str_is_none(struct str s) {
    return s.at == NULL;
}

/* True when both hold the same bytes; an absent slice equals an empty one. */
bool str_equal(struct str a, struct str b);
/* As str_equal, but ASCII letters match without case (header names, tokens). */
bool str_equal_nocase(struct str a, struct str b);
bool str_starts_with(struct str s, struct str prefix);
bool str_ends_with(struct str s, struct str suffix);
/* Index of the first `byte`, or s.len when there is none. */
size_t str_find_byte(struct str s, char byte);
/* The rest of s from index `from`, empty when from >= s.len. */
struct str str_from(struct str s, size_t from);
/* s[from, to), clamped to s. */
struct str str_range(struct str s, size_t from, size_t to);
/* s without leading and trailing spaces and tabs. */
struct str str_trim(struct str s);
/* Takes the part before the first `separator` off the front of *s and returns it. Without a separator all
 * of *s is returned and *s becomes STR_NONE. */
struct str str_cut(struct str *s, char separator);

/* Reads s as an unsigned decimal: digits only, no sign, no spaces, at least one digit, at most `max`.
 * Returns false (and leaves *out) otherwise. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *out);
/* A NUL-terminated copy. Returns owned: free with free(). */
char *str_dup_c(struct str s);
/* Compares byte strings of equal length in a time that does not depend on their content. */
bool str_equal_secret(struct str a, struct str b);
