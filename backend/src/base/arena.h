/* arena.h: many small allocations that die together.
 *
 * Decoded commands, effects and temporaries live in an arena and are dropped at once. Nothing that is kept
 * may point into one. Builds with PARLEY_SLOW_ASSERTS poison the memory on reset, so that a stale pointer shows.
 *
 * A zeroed struct is a valid empty arena. Owner: whoever holds the struct; no thread safety.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block; the chain ends at the oldest */
    size_t used_bytes;        /* in head */
};

/* Frees all blocks; every pointer from the arena is dead. The arena may be used again. */
void arena_deinit(struct arena *a);
/* Drops all content but keeps one block for reuse. */
void arena_reset(struct arena *a);
/* Zeroed memory, aligned for any type; aborts when memory is out. Borrowed until reset or deinit. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy of the bytes. The returned slice is followed by a NUL that does not count. */
struct str arena_copy(struct arena *a, struct str s);
/* Sum of the bytes handed out since the last reset, each piece rounded up to its alignment. */
size_t arena_total_bytes(const struct arena *a);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_NEW_N(arena, type, count)                                                            \
    ((type *)arena_alloc((arena), sizeof(type) * (size_t)(count)))
