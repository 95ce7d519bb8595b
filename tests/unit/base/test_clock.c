/* test_clock.c: the two clocks.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/clock.h"

static void the_wall_clock_is_in_milliseconds_since_1970(void **state) {
    (void)state;
    int64_t before_s = (int64_t)time(NULL);
    int64_t now_ms = clock_wall_ms();
    int64_t after_s = (int64_t)time(NULL);
    assert_true(now_ms / 1000 >= before_s - 1); /* time() may lag by a tick of the kernel */
    assert_true(now_ms / 1000 <= after_s + 1);
}

static void the_monotonic_clock_goes_on_and_never_back(void **state) {
    (void)state;
    uint64_t begin = clock_mono_ns();
    uint64_t last = begin;
    while (last <
           begin + 3000000) { /* 3 ms; a clock that stands still runs into the test's time limit */
        uint64_t now = clock_mono_ns();
        assert_true(now >= last);
        last = now;
    }
}

static void both_monotonic_forms_are_one_clock(void **state) {
    (void)state;
    int64_t before_ms = (int64_t)(clock_mono_ns() / 1000000);
    int64_t now_ms = clock_mono_ms();
    int64_t after_ms = (int64_t)(clock_mono_ns() / 1000000);
    assert_true(before_ms <= now_ms && now_ms <= after_ms);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_wall_clock_is_in_milliseconds_since_1970),
        cmocka_unit_test(the_monotonic_clock_goes_on_and_never_back),
        cmocka_unit_test(both_monotonic_forms_are_one_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
