/* bench.h: times, sorted: medians and tails.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

struct bench {
    uint64_t *ns;
    size_t count, cap;
    uint64_t total_ns;
};

static inline void bench_add(struct bench *bench, uint64_t ns) {
    if (bench->count == bench->cap) {
        bench->cap = bench->cap == 0 ? 1024 : 2 * bench->cap;
        bench->ns = mem_resize(bench->ns, bench->cap, sizeof(uint64_t));
    }
    bench->ns[bench->count++] = ns;
    bench->total_ns += ns;
}

static inline int bench_compare(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The time that `percent` of the samples stay below, in microseconds. Sorts. */
static inline double bench_percentile_us(struct bench *bench, double percent) {
    if (bench->count == 0)
        return 0;
    qsort(bench->ns, bench->count, sizeof(uint64_t), bench_compare);
    size_t index = (size_t)((double)(bench->count - 1) * percent / 100);
    return (double)bench->ns[index] / 1000;
}

static inline void bench_print(struct bench *bench, const char *name) {
    printf("%-28s %8zu times   p50 %9.1f us   p99 %9.1f us   max %9.1f us\n", name, bench->count,
           bench_percentile_us(bench, 50), bench_percentile_us(bench, 99),
           bench_percentile_us(bench, 100));
    free(bench->ns);
    *bench = (struct bench){0};
}
