/* test_list.c: intrusive lists.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/list.h"

struct item {
    int number;
    struct list node;
};

static int sum_in_order(const struct list *head) {
    int digits = 0;
    LIST_EACH (head, node)
        digits = digits * 10 + LIST_ITEM(node, struct item, node)->number;
    return digits;
}

static void an_empty_list_has_no_first(void **state) {
    (void)state;
    struct list head;
    list_init(&head);
    assert_true(list_is_empty(&head));
    assert_null(list_first(&head));
    assert_null(list_last(&head));
    assert_int_equal(sum_in_order(&head), 0);
}

static void items_stand_in_the_order_of_appending(void **state) {
    (void)state;
    struct list head;
    struct item items[3] = {{.number = 1}, {.number = 2}, {.number = 3}};
    list_init(&head);
    for (int i = 0; i < 3; i++)
        list_append(&head, &items[i].node);
    assert_int_equal(sum_in_order(&head), 123);
    assert_ptr_equal(LIST_ITEM(list_first(&head), struct item, node), &items[0]);
    assert_ptr_equal(LIST_ITEM(list_last(&head), struct item, node), &items[2]);
    list_remove(&items[1].node);
    assert_int_equal(sum_in_order(&head), 13);
}

static void removing_twice_does_no_harm(void **state) {
    (void)state;
    struct list head;
    struct item item = {.number = 1};
    list_init(&head);
    list_append(&head, &item.node);
    list_remove(&item.node);
    list_remove(&item.node);
    assert_true(list_is_empty(&head));
    list_append(&head, &item.node);
    assert_int_equal(sum_in_order(&head), 1);
}

static void the_safe_walk_may_remove_the_current_item(void **state) {
    (void)state;
    struct list head;
    struct item items[4] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
    list_init(&head);
    for (int i = 0; i < 4; i++)
        list_append(&head, &items[i].node);
    LIST_EACH_SAFE (&head, node) {
        if (LIST_ITEM(node, struct item, node)->number % 2 == 0)
            list_remove(node);
    }
    assert_int_equal(sum_in_order(&head), 13);
}

static void all_items_of_a_list_can_be_put_behind_those_of_another(void **state) {
    (void)state;
    struct item items[4] = {{.number = 1}, {.number = 2}, {.number = 3}, {.number = 4}};
    struct list head, other;
    list_init(&head);
    list_init(&other);
    list_append_all(&head, &other);
    assert_true(list_is_empty(&head));
    for (int i = 0; i < 2; i++) {
        list_append(&other, &items[i].node);
    }
    list_append_all(&head, &other);
    assert_true(list_is_empty(&other));
    for (int i = 2; i < 4; i++) {
        list_append(&other, &items[i].node);
    }
    list_append_all(&head, &other);
    assert_int_equal(sum_in_order(&head), 1234);
    assert_ptr_equal(head.prev, &items[3].node);
    list_remove(&items[3].node);
    assert_ptr_equal(head.prev, &items[2].node);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_list_has_no_first),
        cmocka_unit_test(items_stand_in_the_order_of_appending),
        cmocka_unit_test(removing_twice_does_no_harm),
        cmocka_unit_test(the_safe_walk_may_remove_the_current_item),
        cmocka_unit_test(all_items_of_a_list_can_be_put_behind_those_of_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
