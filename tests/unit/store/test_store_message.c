/* test_store_message.c: the checksum of a message.
 *
 * What rows become, and that damage is refused: test_store_read.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_message.h"
#include "test.h"

static struct store_message_row plain_row(void) {
    return (struct store_message_row){.id = 1,
                                      .room = 2,
                                      .seq = 3,
                                      .author = 4,
                                      .created_at_ms = 5,
                                      .nonce = STR("nonce-1"),
                                      .body = STR("hello"),
                                      .mentions = STR("[1]"),
                                      .mentions_all = STR("here")};
}

static void every_field_counts(void **state) {
    struct store_message_row rows[13];
    const struct store_message_row plain = plain_row();
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        rows[i] = plain;
    rows[0].id = 9;
    rows[1].room = 9;
    rows[2].thread = 9;
    rows[3].seq = 9;
    rows[4].author = 9;
    rows[5].reply_to = 9;
    rows[6].created_at_ms = 9;
    rows[7].edited_at_ms = 9;
    rows[8].deleted = true;
    rows[9].nonce = STR("nonce-2");
    rows[10].body = STR("hellp");
    rows[11].mentions = STR("[2]");
    rows[12].mentions_all = STR("room");
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_not_equal(store_message_checksum(&plain), store_message_checksum(&rows[i]));
}

static void bytes_do_not_move_from_one_text_to_the_next(void **state) {
    struct store_message_row a = plain_row(), b = plain_row();
    (void)state;
    a.nonce = STR("nonce-1h");
    a.body = STR("ello");
    assert_int_not_equal(store_message_checksum(&a), store_message_checksum(&b));
}

static void every_bit_of_a_long_text_counts(void **state) {
    struct store_message_row row = plain_row();
    char body[300];
    (void)state;
    memset(body, 'x', sizeof(body));
    row.body = str_of(body, sizeof(body));
    const int64_t whole = store_message_checksum(&row);
    for (size_t i = 0; i < sizeof(body) * 8; i++) {
        body[i / 8] = (char)(body[i / 8] ^ 1 << i % 8);
        assert_int_not_equal(store_message_checksum(&row), whole);
        body[i / 8] = (char)(body[i / 8] ^ 1 << i % 8);
    }
    assert_int_equal(store_message_checksum(&row), whole);
}

/* It is in every database: it may never be another. */
static void the_sum_is_for_ever(void **state) {
    struct store_message_row row = plain_row();
    (void)state;
    assert_true(store_message_checksum(&row) == (int64_t)0xa0dbd4032e9c2601u);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_counts),
        cmocka_unit_test(bytes_do_not_move_from_one_text_to_the_next),
        cmocka_unit_test(every_bit_of_a_long_text_counts),
        cmocka_unit_test(the_sum_is_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
