/* test_mem.c: allocation.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/mem.h"

/* The sanitizers would abort where malloc returns NULL. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1";
}
const char *__tsan_default_options(void);
const char *__tsan_default_options(void) {
    return "allocator_may_return_null=1";
}

static void new_memory_is_zeroed(void **state) {
    (void)state;
    unsigned char *bytes = mem_new(3, 100);
    for (int i = 0; i < 300; i++)
        assert_int_equal(bytes[i], 0);
    free(bytes);
}

static void no_bytes_are_still_memory(void **state) {
    (void)state;
    void *none = mem_new(0, 8);
    assert_non_null(none);
    none = mem_resize(none, 0, 8);
    assert_non_null(none);
    free(none);
    none = mem_copy(NULL, 0);
    assert_non_null(none);
    free(none);
}

static void resizing_keeps_the_content(void **state) {
    (void)state;
    char *text = mem_copy("abc", 4);
    text = mem_resize(text, 1000, 1);
    assert_string_equal(text, "abc");
    free(text);
}

/* Volatile, so that no compiler reckons the product out and warns. */
static volatile size_t huge = SIZE_MAX / 2;

static void a_product_that_overflows_is_no_memory(void **state) {
    (void)state;
    char *kept = mem_copy("abc", 4);
    assert_null(mem_try_new(huge, 4));
    assert_null(mem_try_resize(kept, huge, 4));
    assert_string_equal(kept, "abc");
    free(kept);
}

static void new_too_much(void *context) {
    free(mem_new(huge, *(size_t *)context));
}

static void resize_too_much(void *context) {
    free(mem_resize(NULL, huge, *(size_t *)context));
}

static void memory_that_must_be_there_aborts_without(void **state) {
    (void)state;
    size_t four = 4;
    assert_aborts(new_too_much, &four);
    assert_aborts(resize_too_much, &four);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zeroed),
        cmocka_unit_test(no_bytes_are_still_memory),
        cmocka_unit_test(resizing_keeps_the_content),
        cmocka_unit_test(a_product_that_overflows_is_no_memory),
        cmocka_unit_test(memory_that_must_be_there_aborts_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
