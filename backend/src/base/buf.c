/* buf.c: a growing byte buffer.
 *
 * Memory doubles, so that appending n bytes one by one copies each of them about once. The first allocation is
 * big enough for a short frame.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

#define BUF_BYTES_MIN          64
#define DECIMAL_U64_DIGITS_MAX 20

static void buf_grow(struct buf *b, size_t wanted) {
    size_t cap = b->cap < BUF_BYTES_MIN / 2 ? BUF_BYTES_MIN : b->cap * 2;
    if (cap < wanted)
        cap = wanted;
    b->data = mem_resize(b->data, cap, 1);
    b->cap = cap;
}

void buf_deinit(struct buf *b) {
    free(b->data);
    *b = BUF_EMPTY;
}

char *buf_take(struct buf *b, size_t *len) {
    char *data = b->data;
    *len = b->len;
    if (b->len == 0) {
        free(data);
        data = NULL;
    }
    *b = BUF_EMPTY;
    return data;
}

char *buf_reserve(struct buf *b, size_t more) {
    ASSERT(b->len <= b->cap);
    ASSERT(more <= SIZE_MAX / 2 - b->len);
    if (more > b->cap - b->len || b->cap == 0)
        buf_grow(b, b->len + more);
    return b->data + b->len;
}

void buf_clear(struct buf *b) {
    b->len = 0;
}

void buf_consume(struct buf *b, size_t count) {
    ASSERT(count <= b->len);
    b->len -= count;
    if (b->len > 0 && count > 0)
        memmove(b->data, b->data + count, b->len);
}

void buf_append(struct buf *b, const void *bytes, size_t count) {
    if (count == 0)
        return;
    memcpy(buf_reserve(b, count), bytes, count);
    b->len += count;
}

void buf_append_str(struct buf *b, struct str s) {
    buf_append(b, s.at, s.len);
}

void buf_append_c(struct buf *b, const char *text) {
    buf_append(b, text, strlen(text));
}

void buf_append_byte(struct buf *b, char byte) {
    if (b->len == b->cap)
        buf_grow(b, b->len + 1);
    b->data[b->len++] = byte;
}

void buf_append_u64(struct buf *b, uint64_t value) {
    char digits[DECIMAL_U64_DIGITS_MAX];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    buf_append(b, digits + at, sizeof digits - at);
}

void buf_append_i64(struct buf *b, int64_t value) {
    if (value < 0)
        buf_append_byte(b, '-');
    buf_append_u64(b, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void buf_printf(struct buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_vprintf(struct buf *b, const char *format, va_list args) {
    ASSERT(format != NULL);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    ASSERT(len >= 0);
    /* vsnprintf writes a NUL behind the text; it does not count */
    int written = vsnprintf(buf_reserve(b, (size_t)len + 1), (size_t)len + 1, format, again);
    ASSERT(written == len);
    b->len += (size_t)len;
    va_end(again);
}

const char *buf_c(struct buf *b) {
    *buf_reserve(b, 1) = '\0';
    return b->data;
}
