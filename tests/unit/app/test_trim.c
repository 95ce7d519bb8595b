/* test_trim.c: when memory goes back to the system.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/trim.h"

static void a_quiet_server_gives_back_once_what_its_work_left(void **state) {
    (void)state;
    struct trim trim = {0};
    assert_false(trim_look(&trim, 5000, 4000));  /* busy */
    assert_false(trim_look(&trim, 10000, 4250)); /* a twentieth is still busy */
    assert_true(trim_look(&trim, 15000, 4499));
    assert_false(trim_look(&trim, 20000, 4500));
    assert_false(trim_look(&trim, 25000, 4501));
}

static void a_fifth_of_a_second_of_work_is_worth_another_time(void **state) {
    (void)state;
    struct trim trim = {.trimmed_cpu_ms = 4000, .looked_cpu_ms = 4000};
    assert_false(trim_look(&trim, 5000, 4199)); /* quiet, and not so much yet */
    assert_false(trim_look(&trim, 10000, 4199));
    assert_true(trim_look(&trim, 15000, 4200));
}

static void a_busy_server_keeps_what_it_needs_again(void **state) {
    (void)state;
    struct trim trim = {0};
    for (int i = 1; i < 100; i++)
        assert_false(trim_look(&trim, i * 5000, i * 300));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_server_gives_back_once_what_its_work_left),
        cmocka_unit_test(a_fifth_of_a_second_of_work_is_worth_another_time),
        cmocka_unit_test(a_busy_server_keeps_what_it_needs_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
