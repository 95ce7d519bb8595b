/* test_chat_pack.c: the texts of one object in one allocation.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "chat/chat_pack.h"

#include <stdlib.h>

static void texts_come_back_and_absent_ones_are_empty(void **state) {
    (void)state;
    char *block = NULL;
    uint16_t lengths[4];
    const struct str parts[4] = {STR("one"), STR_NONE, STR(""), STR("four")};
    chat_pack_set(&block, lengths, parts, 4);
    assert_str(chat_pack_get(block, lengths, 0), "one");
    assert_str(chat_pack_get(block, lengths, 1), "");
    assert_str(chat_pack_get(block, lengths, 2), "");
    assert_str(chat_pack_get(block, lengths, 3), "four");
    free(block);
}

static void a_new_set_may_be_made_of_the_old_one(void **state) {
    (void)state;
    char *block = NULL;
    uint16_t lengths[2];
    const struct str first[2] = {STR("left"), STR("right")};
    chat_pack_set(&block, lengths, first, 2);
    const struct str turned[2] = {chat_pack_get(block, lengths, 1),
                                  chat_pack_get(block, lengths, 0)};
    chat_pack_set(&block, lengths, turned, 2);
    assert_str(chat_pack_get(block, lengths, 0), "right");
    assert_str(chat_pack_get(block, lengths, 1), "left");
    free(block);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_come_back_and_absent_ones_are_empty),
        cmocka_unit_test(a_new_set_may_be_made_of_the_old_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
