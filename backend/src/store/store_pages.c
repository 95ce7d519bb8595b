/* store_pages.c: slots for pages.
 *
 * Owns      a stretch of addresses, of which the system gives memory where it is touched, and a bit for each slot: 1 is free.
 * Thread    any, one at a time: a page is taken when it is read from the file, which costs more than the lock.
 *
 * How it works: SQLite's allocator is its own one, but for requests of a page's size: a page and what SQLite writes behind it. When all
 * slots are taken, or the addresses were refused, the other allocator has them: whose a piece is, its address says.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_pages.h"

#include "base/err.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES 4096  /* of our databases */
#define SLOT_BYTES 4416  /* SQLite 3.40 takes 272 more than a page, malloc 16 */
#define SLOT_COUNT 16384 /* eight connections with caches of 8 MiB */
#define WORD_COUNT (SLOT_COUNT / 64)

#if defined(__SANITIZE_ADDRESS__)
#define PAGES_HAVE_SLOTS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PAGES_HAVE_SLOTS 0
#endif
#endif
#ifndef PAGES_HAVE_SLOTS
#define PAGES_HAVE_SLOTS 1
#endif

static struct {
    pthread_mutex_t mutex;
    char *begin; /* NULL: there are no slots */
    uint64_t free[WORD_COUNT];
    size_t word;  /* before it no slot is free */
    size_t end;   /* behind it nothing was touched since memory was given back */
    size_t taken; /* slots */
} pages = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static sqlite3_mem_methods plain; /* SQLite's own */

/* Slots */

static bool is_slot(const void *at) {
    const char *byte = at;
    return pages.begin != NULL && byte >= pages.begin &&
           byte < pages.begin + (size_t)SLOT_COUNT * SLOT_BYTES;
}

/* NULL: none is free. */
static void *slot_take(void) {
    char *at = NULL;
    pthread_mutex_lock(&pages.mutex);
    while (pages.word < WORD_COUNT && pages.free[pages.word] == 0)
        pages.word++;
    if (pages.begin != NULL && pages.word < WORD_COUNT) {
        size_t slot = pages.word * 64 + (size_t)__builtin_ctzll(pages.free[pages.word]);
        pages.free[pages.word] &= pages.free[pages.word] - 1;
        pages.end = slot >= pages.end ? slot + 1 : pages.end;
        pages.taken++;
        at = pages.begin + slot * SLOT_BYTES;
    }
    pthread_mutex_unlock(&pages.mutex);
    return at;
}

static void slot_give(void *at) {
    size_t offset = (size_t)((char *)at - pages.begin), slot = offset / SLOT_BYTES;
    ASSERT(offset % SLOT_BYTES == 0);
    pthread_mutex_lock(&pages.mutex);
    ASSERT((pages.free[slot / 64] >> slot % 64 & 1) == 0);
    pages.free[slot / 64] |= (uint64_t)1 << slot % 64;
    pages.word = slot / 64 < pages.word ? slot / 64 : pages.word;
    pages.taken--;
    pthread_mutex_unlock(&pages.mutex);
}

/* SQLite's allocator */

static void *pages_malloc(int bytes) {
    void *at = bytes > PAGE_BYTES && bytes <= SLOT_BYTES ? slot_take() : NULL;
    return at != NULL ? at : plain.xMalloc(bytes);
}

static void pages_free(void *at) {
    if (is_slot(at))
        slot_give(at);
    else
        plain.xFree(at);
}

static int pages_size(void *at) {
    return is_slot(at) ? SLOT_BYTES : plain.xSize(at);
}

static void *pages_realloc(void *at, int bytes) {
    if (!is_slot(at))
        return plain.xRealloc(at, bytes);
    if (bytes <= SLOT_BYTES)
        return at;
    void *wider = plain.xMalloc(bytes);
    if (wider != NULL) {
        memcpy(wider, at, SLOT_BYTES);
        slot_give(at);
    }
    return wider;
}

void store_pages_install(void) {
    int code = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
    ASSERT(code == SQLITE_OK);
    void *begin = PAGES_HAVE_SLOTS
                      ? mmap(NULL, (size_t)SLOT_COUNT * SLOT_BYTES, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                      : MAP_FAILED;
    pages.begin = begin != MAP_FAILED ? begin : NULL;
    memset(pages.free, 0xff, sizeof(pages.free));
    sqlite3_mem_methods methods = plain;
    methods.xMalloc = pages_malloc;
    methods.xFree = pages_free;
    methods.xRealloc = pages_realloc;
    methods.xSize = pages_size;
    code = sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    ASSERT(code == SQLITE_OK);
}

/* Giving back */

static bool is_free(size_t slot) {
    return (pages.free[slot / 64] >> slot % 64 & 1) != 0;
}

/* The system's pages that lie within these slots as a whole. */
static void forget(size_t first, size_t end) {
    uintptr_t whole = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    uintptr_t from = ((uintptr_t)pages.begin + first * SLOT_BYTES + whole) & ~whole;
    uintptr_t to = ((uintptr_t)pages.begin + end * SLOT_BYTES) & ~whole;
    if (from < to) /* refused, it stays */
        (void)madvise((void *)from, to - from, MADV_DONTNEED);
}

void store_pages_give_back(void) {
    size_t end = 0;
    pthread_mutex_lock(&pages.mutex);
    for (size_t slot = 0, first; slot < pages.end; slot++) {
        for (first = slot; slot < pages.end && is_free(slot); slot++)
            continue;
        forget(first, slot);
        end = slot < pages.end ? slot + 1 : end;
    }
    pages.end = end;
    pthread_mutex_unlock(&pages.mutex);
}

/* Inspection */

size_t store_pages_taken(void) {
    pthread_mutex_lock(&pages.mutex);
    size_t taken = pages.taken;
    pthread_mutex_unlock(&pages.mutex);
    return taken;
}

size_t store_pages_count(void) {
    return pages.begin != NULL ? SLOT_COUNT : 0;
}
