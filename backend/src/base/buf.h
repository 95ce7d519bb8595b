/* buf.h: a growing byte buffer.
 *
 * Invariants: len <= cap; data is NULL exactly when cap == 0; nothing is NUL-terminated unless
 * buf_c was called. A zeroed struct is a valid empty buffer. Appending aborts when memory is out; callers
 * that append what a peer chose bound the size first.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

#include <stdarg.h>

struct buf {
    char *data;
    size_t len;
    size_t cap;
};

#define BUF_EMPTY ((struct buf){NULL, 0, 0})

/* Life cycle */
void buf_deinit(struct buf *b);
/* Hands the bytes out and leaves b empty. Returns owned (free()), NULL when b was empty. */
char *buf_take(struct buf *b, size_t *len);

/* Size */
/* Makes room for `more` bytes behind len and returns the place; len does not move. */
char *buf_reserve(struct buf *b, size_t more);
/* Drops the content, keeps the memory. */
void buf_clear(struct buf *b);
/* Removes the first `count` bytes (count <= len), moving the rest to the front. */
void buf_consume(struct buf *b, size_t count);

/* Content */
void buf_append(struct buf *b, const void *bytes, size_t count);
void buf_append_str(struct buf *b, struct str s);
void buf_append_c(struct buf *b, const char *text);
void buf_append_byte(struct buf *b, char byte);
void buf_append_u64(struct buf *b, uint64_t value);
void buf_append_i64(struct buf *b, int64_t value);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Inspection */
static inline struct str buf_str(const struct buf *b) {
    return str_of(b->data != NULL ? b->data : "", b->len);
}
/* The content with a NUL behind it; the NUL does not count in len. Borrowed until the next change. */
const char *buf_c(struct buf *b);
