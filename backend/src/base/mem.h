/* mem.h: allocation that does not fail, and allocation that may.
 *
 * Small allocations of our own choosing abort when the machine has no memory: there is no sensible way on,
 * and the supervisor restarts us. Sizes that a peer chooses use the mem_try_ variants and are bounded first.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stddef.h>

/* Zeroed memory for `count` items of `size` bytes; aborts when there is none. Returns owned: free(). */
void *mem_new(size_t count, size_t size);
/* Grows or shrinks; aborts when there is none. Takes `old`, returns owned. */
void *mem_resize(void *old, size_t count, size_t size);
/* As mem_new and mem_resize, but return NULL (and leave `old` alone) when there is no memory. */
void *mem_try_new(size_t count, size_t size);
void *mem_try_resize(void *old, size_t count, size_t size);
/* Copies of bytes; aborts when there is no memory. Returns owned: free(). */
void *mem_copy(const void *from, size_t size);

/* Gives memory that is free back to the system, also from between pieces that are in use. Walks through all heaps, with
 * each locked meanwhile: for a moment in which little is asked for. Any thread. */
void mem_trim(void);

#define MEM_NEW(type) ((type *)mem_new(1, sizeof(type)))
