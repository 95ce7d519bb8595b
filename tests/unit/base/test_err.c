/* test_err.c: errors and assertions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/err.h"

#include <errno.h>

static void every_error_is_negative_and_has_its_own_text(void **state) {
    (void)state;
    static const enum err all[] = {
#define X(name, number, text) name,
        ERR_MAP(X)
#undef X
    };
    for (size_t i = 0; i < TEST_COUNT(all); i++) {
        assert_true(all[i] < 0);
        assert_true(strlen(err_text(all[i])) > 0);
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(all[i], all[k]);
            assert_string_not_equal(err_text(all[i]), err_text(all[k]));
        }
    }
}

static void texts_exist_for_success_and_for_unknown_numbers(void **state) {
    (void)state;
    assert_string_equal(err_text(ERR_OK), "success");
    assert_string_equal(err_text(ERR_NO_SPACE), "no space left on the device");
    assert_string_equal(err_text((enum err) - 9999), "unknown error");
}

static void errno_finds_its_error(void **state) {
    (void)state;
    assert_int_equal(err_of_errno(0), ERR_OK);
    assert_int_equal(err_of_errno(ENOSPC), ERR_NO_SPACE);
    assert_int_equal(err_of_errno(EACCES), ERR_DENIED);
    assert_int_equal(err_of_errno(ENOENT), ERR_NOT_FOUND);
    assert_int_equal(err_of_errno(ENOMEM), ERR_NO_MEMORY);
    assert_int_equal(err_of_errno(EADDRINUSE), ERR_BUSY);
    assert_int_equal(err_of_errno(EPIPE), ERR_CLOSED);
    assert_int_equal(err_of_errno(EMFILE), ERR_UNAVAILABLE);
    assert_int_equal(err_of_errno(EIO), ERR_IO);
    assert_int_equal(err_of_errno(123456), ERR_IO);
}

static void assert_that(void *context) {
    ASSERT(*(int *)context == 1);
}

static void a_false_assertion_aborts_and_a_true_one_does_not(void **state) {
    (void)state;
    int one = 1, two = 2;
    assert_that(&one);
    assert_aborts(assert_that, &two);
}

static void an_assertion_is_evaluated_once(void **state) {
    (void)state;
    int calls = 0;
    ASSERT(++calls == 1);
    assert_int_equal(calls, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_is_negative_and_has_its_own_text),
        cmocka_unit_test(texts_exist_for_success_and_for_unknown_numbers),
        cmocka_unit_test(errno_finds_its_error),
        cmocka_unit_test(a_false_assertion_aborts_and_a_true_one_does_not),
        cmocka_unit_test(an_assertion_is_evaluated_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
