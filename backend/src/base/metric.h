/* metric.h: numbers that one thread writes and any thread may read: counters, gauges, histograms.
 *
 * Hot paths count instead of logging, and nothing is shared between threads that work: each counter belongs to one thread, so
 * adding is a load and a store without the bus's lock. Readers get each number right, but not all of one instant.
 *
 * A zeroed struct is a valid empty one.
 *
 * Thread: counter_add, counter_set, histogram_add: the owner's; the rest: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

/* Types */

struct counter {
    _Atomic uint64_t value;
};

/* How many values fell between two bounds. The last bucket has no upper one. */
#define HISTOGRAM_BOUNDS  15
#define HISTOGRAM_BUCKETS (HISTOGRAM_BOUNDS + 1)

struct histogram {
    struct counter buckets[HISTOGRAM_BUCKETS];
    struct counter sum;
};

/* A histogram as it was read. */
struct histogram_figures {
    uint64_t buckets[HISTOGRAM_BUCKETS]; /* of each alone, not of all below */
    uint64_t sum;
};

/* Upper bounds, inclusive, rising: of times from 10 microseconds to a second, and of sizes by powers of two. */
extern const uint64_t histogram_bounds_ns[HISTOGRAM_BOUNDS];
extern const uint64_t histogram_bounds_count[HISTOGRAM_BOUNDS];

/* Operations */

static inline uint64_t counter_read(const struct counter *counter) {
    return atomic_load_explicit(&counter->value, memory_order_relaxed);
}

static inline void counter_set(struct counter *counter, uint64_t value) {
    atomic_store_explicit(&counter->value, value, memory_order_relaxed);
}

/* Takes away by adding the complement: counter_add(c, (uint64_t)-1). */
static inline void counter_add(struct counter *counter, uint64_t count) {
    counter_set(counter, counter_read(counter) + count);
}

/* `bounds`: one of the above, always the same one for a histogram. */
void histogram_add(struct histogram *histogram, const uint64_t bounds[HISTOGRAM_BOUNDS],
                   uint64_t value);
void histogram_read(const struct histogram *histogram, struct histogram_figures *out);
