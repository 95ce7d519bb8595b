/* test_chat_roll.c: items in the order of their id.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "chat/chat_roll.h"

static int64_t id_of(const void *item) {
    return *(const int64_t *)item;
}

static void a_roll_is_sorted_whatever_the_order_of_adding(void **state) {
    (void)state;
    struct chat_roll roll = {0};
    static int64_t ids[] = {5, 1, 9, 3, 100, 2};
    for (size_t i = 0; i < TEST_COUNT(ids); i++)
        chat_roll_add(&roll, id_of, &ids[i]);
    for (uint32_t i = 1; i < roll.count; i++)
        assert_true(id_of(roll.items[i - 1]) < id_of(roll.items[i]));
    assert_int_equal(chat_roll_seek(&roll, id_of, 0), 0);
    assert_int_equal(chat_roll_seek(&roll, id_of, 4), 3);
    assert_int_equal(chat_roll_seek(&roll, id_of, 5), 3);
    assert_int_equal(chat_roll_seek(&roll, id_of, 101), 6);
    assert_null(chat_roll_find(&roll, id_of, 4));
    assert_null(chat_roll_find(&roll, id_of, 0));
    assert_null(chat_roll_find(&roll, id_of, -7));
    assert_ptr_equal(chat_roll_find(&roll, id_of, 100), &ids[4]);
    chat_roll_deinit(&roll);
}

/* Against an array of flags: adding, finding and removing at random. */
static void a_roll_holds_what_was_put_into_it(void **state) {
    (void)state;
    enum { COUNT = 300 };
    struct test_random r = test_random_stream(1);
    struct chat_roll roll = {0};
    static int64_t ids[COUNT];
    bool is_in[COUNT] = {false};
    uint32_t count = 0;
    for (int i = 0; i < COUNT; i++)
        ids[i] = i + 1;
    for (int round = 0; round < 20000; round++) {
        size_t i = test_random_below(&r, COUNT);
        assert_ptr_equal(chat_roll_find(&roll, id_of, ids[i]), is_in[i] ? &ids[i] : NULL);
        if (is_in[i])
            chat_roll_remove(&roll, id_of, &ids[i]);
        else
            chat_roll_add(&roll, id_of, &ids[i]);
        count += is_in[i] ? -1u : 1u;
        is_in[i] = !is_in[i];
        assert_int_equal(roll.count, count);
    }
    chat_roll_deinit(&roll);
}

static void add_twice(void *context) {
    int64_t id = 1;
    chat_roll_add(context, id_of, &id);
    chat_roll_add(context, id_of, &id);
}

static void one_id_cannot_stand_in_it_twice(void **state) {
    (void)state;
    struct chat_roll roll = {0};
    assert_aborts(add_twice, &roll);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_roll_is_sorted_whatever_the_order_of_adding),
        cmocka_unit_test(a_roll_holds_what_was_put_into_it),
        cmocka_unit_test(one_id_cannot_stand_in_it_twice),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
