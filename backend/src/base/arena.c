/* arena.c: a chain of blocks, filled from the front.
 *
 *     head -> [block 4 KiB, used_bytes] -> [block 2 KiB, full] -> [block 1 KiB, full] -> NULL
 *
 * Each new block is twice the last, up to ARENA_BLOCK_BYTES_MAX; what is bigger gets a block of its own size. A
 * reset keeps the largest block that is not above that bound, so that one huge message does not stay paid for,
 * and a loop turn like the one before allocates nothing.
 *
 * Memory is cleared when it is handed out: a kept block is dirty, and clearing it whole would cost more.
 * Under AddressSanitizer what is not handed out is poisoned, so that a pointer kept over a reset is reported
 * with its stack; PARLEY_SLOW_ASSERTS overwrites it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/arena.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdalign.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, size)   ((void)(at), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(at, size) ((void)(at), (void)(size))
#endif

/* With the block's own head just what glibc's per-thread cache still takes (1,032 bytes): most arenas serve one command and
 * never need a second block. */
#define ARENA_BLOCK_BYTES_MIN 1000
#define ARENA_BLOCK_BYTES_MAX 262144
#define ARENA_POISON          0xA5

struct arena_block {
    struct arena_block *older;
    size_t capacity;
    size_t older_bytes; /* handed out from all older blocks */
    alignas(max_align_t) char bytes[];
};

static size_t round_up(size_t size) {
    size_t mask = alignof(max_align_t) - 1;
    ASSERT(size <= SIZE_MAX / 4);
    return (size + mask) & ~mask;
}

static void block_poison(struct arena_block *block) {
#ifdef PARLEY_SLOW_ASSERTS
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->capacity);
    memset(block->bytes, ARENA_POISON, block->capacity);
#endif
    ASAN_POISON_MEMORY_REGION(block->bytes, block->capacity);
}

static void block_free(struct arena_block *block) {
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->capacity);
    free(block);
}

static void arena_add_block(struct arena *a, size_t wanted) {
    size_t capacity = ARENA_BLOCK_BYTES_MIN;
    if (a->head != NULL)
        capacity = a->head->capacity * 2;
    if (capacity > ARENA_BLOCK_BYTES_MAX)
        capacity = ARENA_BLOCK_BYTES_MAX;
    if (capacity < wanted)
        capacity = wanted;
    struct arena_block *block = mem_resize(NULL, sizeof *block + capacity, 1);
    block->older = a->head;
    block->capacity = capacity;
    block->older_bytes = arena_total_bytes(a);
    block_poison(block);
    a->head = block;
    a->used_bytes = 0;
}

/* Unlinks the block that a reset keeps from the chain and returns it; NULL when none is small enough. */
static struct arena_block *arena_take_best(struct arena *a) {
    struct arena_block **best = NULL;
    for (struct arena_block **at = &a->head; *at != NULL; at = &(*at)->older) {
        bool fits = (*at)->capacity <= ARENA_BLOCK_BYTES_MAX;
        if (fits && (best == NULL || (*at)->capacity > (*best)->capacity))
            best = at;
    }
    if (best == NULL)
        return NULL;
    struct arena_block *block = *best;
    *best = block->older;
    return block;
}

void arena_deinit(struct arena *a) {
    while (a->head != NULL) {
        struct arena_block *block = a->head;
        a->head = block->older;
        block_free(block);
    }
    a->used_bytes = 0;
}

void arena_reset(struct arena *a) {
    struct arena_block *kept = arena_take_best(a);
    arena_deinit(a);
    if (kept == NULL)
        return;
    kept->older = NULL;
    kept->older_bytes = 0;
    block_poison(kept);
    a->head = kept;
}

void *arena_alloc(struct arena *a, size_t size) {
    size_t taken = round_up(size > 0 ? size : 1);
    if (a->head == NULL || a->head->capacity - a->used_bytes < taken)
        arena_add_block(a, taken);
    char *at = a->head->bytes + a->used_bytes;
    a->used_bytes += taken;
    ASSERT(a->used_bytes <= a->head->capacity);
    ASAN_UNPOISON_MEMORY_REGION(at, size);
    return memset(at, 0, size);
}

struct str arena_copy(struct arena *a, struct str s) {
    char *copy = arena_alloc(a, s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.at, s.len);
    return str_of(copy, s.len);
}

size_t arena_total_bytes(const struct arena *a) {
    return a->head != NULL ? a->head->older_bytes + a->used_bytes : 0;
}
