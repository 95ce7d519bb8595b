/* test_trim.c: when memory goes back to the system.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/trim.h"

static void a_quiet_server_gives_back_once_what_its_work_left(void **state) {
    (void)state;
    struct trim trim = {0};
    assert_int_equal(trim_look(&trim, 5000, 4000), TRIM_NOTHING);  /* busy */
    assert_int_equal(trim_look(&trim, 10000, 4250), TRIM_NOTHING); /* a twentieth is still busy */
    assert_int_equal(trim_look(&trim, 15000, 4499), TRIM_SHRINK);
    assert_int_equal(trim_look(&trim, 20000, 4500), TRIM_GIVE_BACK);
    assert_int_equal(trim_look(&trim, 25000, 4500), TRIM_NOTHING);
    assert_int_equal(trim_look(&trim, 30000, 4501), TRIM_NOTHING);
}

static void a_fifth_of_a_second_of_work_is_worth_another_time(void **state) {
    (void)state;
    struct trim trim = {.trimmed_cpu_ms = 4000, .looked_cpu_ms = 4000};
    assert_int_equal(trim_look(&trim, 5000, 4199), TRIM_NOTHING); /* quiet, and not so much yet */
    assert_int_equal(trim_look(&trim, 10000, 4199), TRIM_NOTHING);
    assert_int_equal(trim_look(&trim, 15000, 4200), TRIM_SHRINK);
    assert_int_equal(trim_look(&trim, 20000, 4449), TRIM_GIVE_BACK);
}

static void whoever_comes_between_the_two_looks_begins_it_anew(void **state) {
    (void)state;
    struct trim trim = {0};
    assert_int_equal(trim_look(&trim, 5000, 249), TRIM_SHRINK);
    assert_int_equal(trim_look(&trim, 10000, 1000), TRIM_NOTHING);
    assert_int_equal(trim_look(&trim, 15000, 1000), TRIM_SHRINK);
    assert_int_equal(trim_look(&trim, 20000, 1000), TRIM_GIVE_BACK);
}

static void a_busy_server_keeps_what_it_needs_again(void **state) {
    (void)state;
    struct trim trim = {0};
    for (int i = 1; i < 100; i++)
        assert_int_equal(trim_look(&trim, i * 5000, i * 300), TRIM_NOTHING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quiet_server_gives_back_once_what_its_work_left),
        cmocka_unit_test(a_fifth_of_a_second_of_work_is_worth_another_time),
        cmocka_unit_test(whoever_comes_between_the_two_looks_begins_it_anew),
        cmocka_unit_test(a_busy_server_keeps_what_it_needs_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
