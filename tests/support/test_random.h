/* test_random.h: randomness that can be had again.
 *
 * A program draws one seed for all of its tests, or takes it from PARLEY_TEST_SEED. Each test asks for a stream of
 * its own by a number, so that a test alone sees the same values as a test among others. The seed is
 * printed when a test fails or the program aborts, and only then:
 *
 *     struct test_random r = test_random_stream(1);
 *     ...
 *     return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
 *
 * The generator is SplitMix64 (Steele, Lea, Flood): short, good enough, and every seed is a good one.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

struct test_random {
    uint64_t state;
};

static inline uint64_t test_random_u64(struct test_random *r) {
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* A value in [0, bound). */
static inline size_t test_random_below(struct test_random *r, size_t bound) {
    return (size_t)((unsigned __int128)test_random_u64(r) * bound >> 64);
}

/* True so many times of a hundred. */
static inline bool test_random_chance(struct test_random *r, unsigned percent) {
    return test_random_below(r, 100) < percent;
}

static inline void test_random_bytes(struct test_random *r, void *out, size_t count) {
    for (size_t i = 0; i < count; i++)
        ((unsigned char *)out)[i] = (unsigned char)test_random_u64(r);
}

static inline void test_random_print(uint64_t seed) {
    dprintf(STDERR_FILENO, "to repeat: PARLEY_TEST_SEED=%" PRIu64 "\n", seed);
}

static inline uint64_t test_random_seed(void);

static inline void test_random_on_abort(int number) {
    (void)number; /* SA_RESETHAND: abort() goes on and ends the process */
    test_random_print(test_random_seed());
}

/* The seed of this run. */
static inline uint64_t test_random_seed(void) {
    static uint64_t seed;
    static bool is_drawn;
    if (is_drawn)
        return seed;
    is_drawn = true;
    const char *given = getenv("PARLEY_TEST_SEED");
    if (given != NULL)
        seed = strtoull(given, NULL, 10);
    else if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        abort();
    struct sigaction on_abort = {.sa_flags = SA_RESETHAND};
    on_abort.sa_handler = test_random_on_abort;
    sigaction(SIGABRT, &on_abort, NULL);
    return seed;
}

/* The stream of one test; `number` is different in each test of a program. */
static inline struct test_random test_random_stream(uint64_t number) {
    struct test_random r = {test_random_seed() ^ number * 0xD1342543DE82EF95u};
    return r;
}

/* Prints the seed when tests failed; passes their number on as the exit code. */
static inline int test_random_report(int failed) {
    if (failed != 0)
        test_random_print(test_random_seed());
    return failed;
}
