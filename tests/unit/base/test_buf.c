/* test_buf.c: growing buffers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/buf.h"

static void an_empty_buffer_owns_nothing(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    size_t len = 99;
    buf_append(&b, "", 0);
    buf_append_str(&b, STR_NONE);
    assert_null(b.data);
    assert_int_equal(b.cap, 0);
    assert_str(buf_str(&b), "");
    assert_false(str_is_none(buf_str(&b)));
    assert_null(buf_take(&b, &len));
    assert_int_equal(len, 0);
    buf_deinit(&b);
}

static void every_kind_of_content_is_appended(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_append(&b, "a\0b", 3);
    buf_append_str(&b, STR("<str>"));
    buf_append_c(&b, "<c>");
    buf_append_byte(&b, '!');
    buf_printf(&b, "<%d-%s>", 7, "x");
    assert_str_same(buf_str(&b), STR("a\0b<str><c>!<7-x>"));
    buf_deinit(&b);
}

static void numbers_are_decimal_to_their_limits(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_append_u64(&b, 0);
    buf_append_byte(&b, ' ');
    buf_append_u64(&b, UINT64_MAX);
    buf_append_byte(&b, ' ');
    buf_append_i64(&b, INT64_MIN);
    buf_append_byte(&b, ' ');
    buf_append_i64(&b, INT64_MAX);
    buf_append_byte(&b, ' ');
    buf_append_i64(&b, -10);
    assert_str(buf_str(&b), "0 18446744073709551615 -9223372036854775808 9223372036854775807 -10");
    buf_deinit(&b);
}

static void a_long_printf_grows_the_buffer(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_printf(&b, "%0*d", 5000, 1);
    assert_int_equal(b.len, 5000);
    assert_int_equal(b.data[4999], '1');
    buf_printf(&b, "%s", "");
    assert_int_equal(b.len, 5000);
    buf_deinit(&b);
}

static void the_reserved_place_is_behind_the_content(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_append_c(&b, "head");
    char *place = buf_reserve(&b, 1000);
    assert_ptr_equal(place, b.data + 4);
    assert_true(b.cap >= 1004);
    assert_int_equal(b.len, 4);
    memset(place, 'x', 1000);
    b.len += 1000;
    assert_str(str_range(buf_str(&b), 0, 5), "headx");
    buf_deinit(&b);
    assert_non_null(buf_reserve(&b, 0));
    buf_deinit(&b);
}

static void consuming_moves_the_rest_to_the_front(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_consume(&b, 0);
    buf_append_c(&b, "abcdef");
    buf_consume(&b, 2);
    assert_str(buf_str(&b), "cdef");
    buf_consume(&b, 0);
    assert_str(buf_str(&b), "cdef");
    buf_consume(&b, 4);
    assert_str(buf_str(&b), "");
    buf_deinit(&b);
}

static void consume_one_too_many(void *context) {
    struct buf *b = context;
    buf_consume(b, b->len + 1);
}

static void consuming_more_than_there_is_crashes(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_append_c(&b, "abc");
    assert_aborts(consume_one_too_many, &b);
    buf_deinit(&b);
}

static void reserve_beyond_all_memory(void *context) {
    buf_reserve(context, SIZE_MAX - 1);
}

static void a_size_that_would_overflow_crashes(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_append_c(&b, "abc");
    assert_aborts(reserve_beyond_all_memory, &b);
    buf_deinit(&b);
}

static void clearing_keeps_the_memory(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    buf_append_c(&b, "abc");
    char *data = b.data;
    size_t cap = b.cap;
    buf_clear(&b);
    assert_int_equal(b.len, 0);
    assert_int_equal(b.cap, cap);
    buf_append_c(&b, "d");
    assert_ptr_equal(b.data, data);
    buf_deinit(&b);
}

static void taking_hands_the_bytes_out(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    size_t len = 0;
    buf_append_c(&b, "abc");
    char *taken = buf_take(&b, &len);
    assert_str(str_of(taken, len), "abc");
    assert_null(b.data);
    assert_int_equal(b.cap, 0);
    free(taken);
    buf_reserve(&b, 10); /* memory without content is empty too */
    assert_null(buf_take(&b, &len));
}

static void the_c_form_has_a_nul_that_does_not_count(void **state) {
    (void)state;
    struct buf b = BUF_EMPTY;
    assert_string_equal(buf_c(&b), "");
    for (size_t len = 1; len <= 300; len++) {
        buf_append_byte(&b, 'x');
        assert_int_equal(strlen(buf_c(&b)), len);
        assert_int_equal(b.len, len);
    }
    buf_deinit(&b);
}

/* Goal: no mix of calls breaks the invariants or the content. Method: a plain array does the same. */
static void random_calls_keep_the_content(void **state) {
    (void)state;
    static char model[200000];
    static char piece[300];
    size_t len = 0;
    struct buf b = BUF_EMPTY;
    struct test_random r = test_random_stream(1);
    for (int step = 0; step < 20000; step++) {
        size_t count = test_random_below(&r, sizeof piece);
        if (len + count > sizeof model || test_random_chance(&r, 20)) {
            count = test_random_below(&r, len + 1);
            buf_consume(&b, count);
            len -= count;
            memmove(model, model + count, len);
        } else {
            test_random_bytes(&r, piece, count);
            buf_append(&b, piece, count);
            memcpy(model + len, piece, count);
            len += count;
        }
        assert_true(b.len <= b.cap);
        assert_true((b.data == NULL) == (b.cap == 0));
        assert_int_equal(b.len, len);
    }
    assert_str_same(buf_str(&b), str_of(model, len));
    buf_deinit(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_owns_nothing),
        cmocka_unit_test(every_kind_of_content_is_appended),
        cmocka_unit_test(numbers_are_decimal_to_their_limits),
        cmocka_unit_test(a_long_printf_grows_the_buffer),
        cmocka_unit_test(the_reserved_place_is_behind_the_content),
        cmocka_unit_test(consuming_moves_the_rest_to_the_front),
        cmocka_unit_test(consuming_more_than_there_is_crashes),
        cmocka_unit_test(a_size_that_would_overflow_crashes),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(taking_hands_the_bytes_out),
        cmocka_unit_test(the_c_form_has_a_nul_that_does_not_count),
        cmocka_unit_test(random_calls_keep_the_content),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
