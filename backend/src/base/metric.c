/* metric.c: numbers that one thread writes and any thread may read.
 *
 * Thread    see metric.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/metric.h"

#define US UINT64_C(1000)
#define MS UINT64_C(1000000)

const uint64_t histogram_bounds_ns[HISTOGRAM_BOUNDS] = {
    10 * US, 25 * US, 50 * US, 100 * US, 250 * US, 500 * US, 1 * MS,   2500 * US,
    5 * MS,  10 * MS, 25 * MS, 50 * MS,  100 * MS, 250 * MS, 1000 * MS};
const uint64_t histogram_bounds_count[HISTOGRAM_BOUNDS] = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};

void histogram_add(struct histogram *histogram, const uint64_t bounds[HISTOGRAM_BOUNDS],
                   uint64_t value) {
    int bucket = 0;
    while (bucket < HISTOGRAM_BOUNDS && value > bounds[bucket])
        bucket++;
    counter_add(&histogram->buckets[bucket], 1);
    counter_add(&histogram->sum, value);
}

void histogram_read(const struct histogram *histogram, struct histogram_figures *out) {
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        out->buckets[i] = counter_read(&histogram->buckets[i]);
    out->sum = counter_read(&histogram->sum);
}
