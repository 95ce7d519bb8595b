/* fuzz.h: what the fuzz targets share.
 *
 * A target takes bytes, gives them to one parser and ASSERTs what must hold for every input whatever: libFuzzer looks for
 * bytes that break it, the sanitizers for what no assertion says. Inputs are plain protocol text, without a header of the
 * target's own, so that a seed can be written by hand and a finding read by eye. What a target needs besides (where to
 * chop) is derived from the input.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdint.h>
#include <stdlib.h>

/* The fuzzer calls it for each input. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct str fuzz_input(const uint8_t *data, size_t size) {
    return str_of((const char *)data, size);
}

/* A copy on the heap that is exactly as long as its bytes: reading behind it is seen. Owned. */
static inline struct str fuzz_copy(struct str bytes) {
    char *copy = malloc(bytes.len > 0 ? bytes.len : 1);
    ASSERT(copy != NULL);
    if (bytes.len > 0)
        memcpy(copy, bytes.at, bytes.len);
    return str_of(copy, bytes.len);
}

static inline void fuzz_free(struct str copy) {
    free((void *)(uintptr_t)copy.at);
}

/* FNV-1a: a number that depends on every byte. */
static inline uint64_t fuzz_hash(struct str bytes) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ (unsigned char)bytes.at[i]) * 0x100000001b3u;
    return hash;
}

#define FUZZ_WHOLE 0

/* Where to chop: the same for the same input, so that what was found is found again. */
struct fuzz_chop {
    uint64_t state;
    size_t piece_max; /* 1: byte by byte; FUZZ_WHOLE: not at all */
};

static inline struct fuzz_chop fuzz_chop_of(struct str bytes, size_t piece_max) {
    return (struct fuzz_chop){.state = fuzz_hash(bytes) | 1, .piece_max = piece_max};
}

/* Takes the next piece off the front of *rest (not empty). */
static inline struct str fuzz_chop_next(struct fuzz_chop *chop, struct str *rest) {
    chop->state ^= chop->state << 13;
    chop->state ^= chop->state >> 7;
    chop->state ^= chop->state << 17;
    size_t len = chop->piece_max == FUZZ_WHOLE ? rest->len : 1 + chop->state % chop->piece_max;
    struct str piece = str_range(*rest, 0, len);
    *rest = str_from(*rest, piece.len);
    return piece;
}
