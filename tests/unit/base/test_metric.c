/* test_metric.c: counters and histograms, alone and while another thread reads.
 *
 * Also run under ThreadSanitizer (make san).
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/metric.h"

#include <pthread.h>

static void a_counter_goes_up_and_down(void **state) {
    (void)state;
    struct counter counter = {0};
    assert_int_equal(counter_read(&counter), 0);
    counter_add(&counter, 3);
    counter_add(&counter, (uint64_t)-1);
    assert_int_equal(counter_read(&counter), 2);
    counter_set(&counter, 7);
    assert_int_equal(counter_read(&counter), 7);
}

static void bounds_rise(void **state) {
    (void)state;
    for (int i = 1; i < HISTOGRAM_BOUNDS; i++) {
        assert_true(histogram_bounds_ns[i] > histogram_bounds_ns[i - 1]);
        assert_true(histogram_bounds_count[i] > histogram_bounds_count[i - 1]);
    }
}

static void a_value_falls_into_the_first_bucket_that_takes_it(void **state) {
    (void)state;
    static const struct {
        uint64_t value;
        int bucket;
    } cases[] = {{0, 0}, {1, 0},      {2, 1},      {3, 2},          {4, 2},
                 {5, 3}, {16384, 14}, {16385, 15}, {UINT32_MAX, 15}};
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct histogram histogram = {0};
        struct histogram_figures figures;
        histogram_add(&histogram, histogram_bounds_count, cases[i].value);
        histogram_read(&histogram, &figures);
        for (int b = 0; b < HISTOGRAM_BUCKETS; b++)
            assert_int_equal(figures.buckets[b], b == cases[i].bucket);
        assert_int_equal(figures.sum, cases[i].value);
    }
}

#define ADDED 200000

static void *add_many(void *argument) {
    for (int i = 0; i < ADDED; i++)
        counter_add(argument, 1);
    return NULL;
}

static void others_may_read_while_the_owner_adds(void **state) {
    (void)state;
    struct counter counter = {0};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, add_many, &counter), 0);
    for (uint64_t last = 0; last < ADDED;) {
        uint64_t now = counter_read(&counter);
        assert_true(now >= last && now <= ADDED);
        last = now;
    }
    pthread_join(thread, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_counter_goes_up_and_down),
        cmocka_unit_test(bounds_rise),
        cmocka_unit_test(a_value_falls_into_the_first_bucket_that_takes_it),
        cmocka_unit_test(others_may_read_while_the_owner_adds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
