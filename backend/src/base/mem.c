/* mem.c: allocation.
 *
 * A request for no bytes gets one byte, so that NULL always means that memory is out. The product of
 * count and size is checked here and nowhere else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"

#include "base/err.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

void *mem_try_new(size_t count, size_t size) {
    if (count == 0 || size == 0)
        count = size = 1;
    return calloc(count, size);
}

void *mem_try_resize(void *old, size_t count, size_t size) {
    if (count == 0 || size == 0)
        count = size = 1;
    return reallocarray(old, count, size);
}

void *mem_new(size_t count, size_t size) {
    void *fresh = mem_try_new(count, size);
    ASSERT(fresh != NULL);
    return fresh;
}

void *mem_resize(void *old, size_t count, size_t size) {
    void *fresh = mem_try_resize(old, count, size);
    ASSERT(fresh != NULL);
    return fresh;
}

void *mem_copy(const void *from, size_t size) {
    void *copy = mem_resize(NULL, size, 1);
    if (size > 0)
        memcpy(copy, from, size);
    return copy;
}

void mem_trim(void) {
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}
