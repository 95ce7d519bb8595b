/* test_store_read.c: pages of a room's history, and single messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_message.h"
#include "test_store.h"

/* Room 1 has the messages 1 .. 10 (ids 1 .. 10), room 2 none, room 3 one. */
static int setup(void **state) {
    test_store_setup(state);
    struct test_store *t = *state;
    test_store_people(t, 2, 3);
    for (int64_t id = 1; id <= 10; id++)
        test_store_send(t, fact_message(id, 1, id, 1 + id % 2));
    test_store_send(t, fact_message(11, 3, 1, 1));
    return 0;
}

static void history_pages_are_ranges_of_the_rooms_numbers(void **state) {
    struct test_store *t = *state;
    static const struct {
        int64_t room, before, after, around, limit;
        int64_t first, last; /* expected; 0: empty */
        bool has_before, has_after;
    } rows[] = {
        {1, 0, 0, 0, 3, 8, 10, true, false},   {1, 0, 0, 0, 10, 1, 10, false, false},
        {1, 0, 0, 0, 50, 1, 10, false, false}, {1, 8, 0, 0, 3, 5, 7, true, true},
        {1, 4, 0, 0, 3, 1, 3, false, true},    {1, 3, 0, 0, 50, 1, 2, false, true},
        {1, 1, 0, 0, 50, 0, 0, false, true},   {1, 99, 0, 0, 3, 8, 10, true, false},
        {1, 0, 3, 0, 3, 4, 6, true, true},     {1, 0, 7, 0, 3, 8, 10, true, false},
        {1, 0, 8, 0, 50, 9, 10, true, false},  {1, 0, 10, 0, 50, 0, 0, true, false},
        {1, 0, 99, 0, 50, 0, 0, true, false},  {1, 0, 0, 5, 3, 4, 6, true, true},
        {1, 0, 0, 5, 4, 3, 6, true, true},     {1, 0, 0, 1, 3, 1, 3, false, true},
        {1, 0, 0, 2, 5, 1, 5, false, true},    {1, 0, 0, 10, 3, 8, 10, true, false},
        {1, 0, 0, 9, 5, 6, 10, true, false},   {1, 0, 0, 99, 3, 8, 10, true, false},
        {1, 0, 0, 5, 50, 1, 10, false, false}, {1, 0, 0, 5, 1, 5, 5, true, true},
        {2, 0, 0, 0, 50, 0, 0, false, false},  {2, 0, 5, 0, 50, 0, 0, false, false},
        {2, 0, 0, 5, 50, 0, 0, false, false},  {3, 0, 0, 0, 50, 1, 1, false, false},
        {77, 0, 0, 0, 50, 0, 0, false, false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct store_page page;
        int64_t count = rows[i].first > 0 ? rows[i].last - rows[i].first + 1 : 0;
        assert_int_equal(store_read_history(t->reader, rows[i].room, rows[i].before, rows[i].after,
                                            rows[i].around, rows[i].limit, &t->arena, &page),
                         ERR_OK);
        if ((int64_t)page.count != count || page.has_before != rows[i].has_before ||
            page.has_after != rows[i].has_after ||
            (count > 0 && (page.messages[0].seq != rows[i].first ||
                           page.messages[count - 1].seq != rows[i].last))) {
            print_error("row %zu: %zu messages from %lld, before %d, after %d\n", i, page.count,
                        (long long)(page.count > 0 ? page.messages[0].seq : 0), page.has_before,
                        page.has_after);
            fail();
        }
    }
}

static void a_message_comes_back_as_it_was_sent(void **state) {
    struct test_store *t = *state;
    const int64_t mentions[] = {1, 2};
    const struct proto_reply reply = {.id = 3};
    struct chat_fact fact = fact_message(20, 2, 1, 2);
    struct chat_stored_message found;
    fact.message.body = STR("a \xe2\x9c\x93 \"quoted\" line\nand another");
    fact.message.reply_to = &reply;
    fact.message.mentions = mentions;
    fact.message.mention_count = 2;
    fact.message.mentions_all = PROTO_MENTIONS_ALL_ROOM;
    test_store_send(t, fact);
    assert_int_equal(store_read_message(t->reader, 20, &t->arena, &found), ERR_OK);
    assert_int_equal(found.author, 2);
    assert_str(found.nonce, "nonce-20");
    assert_int_equal(found.message.id, 20);
    assert_int_equal(found.message.room, 2);
    assert_int_equal(found.message.seq, 1);
    assert_int_equal(found.message.author->id, 2);
    assert_str(found.message.author->name, "user2");
    assert_str(found.message.author->display_name, "User 2");
    assert_int_equal(found.message.author->kind, PROTO_USER_KIND_GUEST);
    assert_str_same(found.message.body, fact.message.body);
    assert_int_equal(found.message.created_at, fact.at_ms);
    assert_int_equal(found.message.edited_at, 0);
    assert_false(found.message.deleted);
    assert_int_equal(found.message.mentions_count, 2);
    assert_int_equal(found.message.mentions[1], 2);
    assert_int_equal(found.message.mentions_all, PROTO_MENTIONS_ALL_ROOM);
    assert_int_equal(found.message.reply_to->id, 3);
    assert_int_equal(found.message.reply_to->seq, 3);
    assert_int_equal(found.message.reply_to->author->id, 2);
    assert_str(found.message.reply_to->excerpt, "text 3");
}

static void an_unknown_message_is_not_found(void **state) {
    struct test_store *t = *state;
    struct chat_stored_message found;
    assert_int_equal(store_read_message(t->reader, 999, &t->arena, &found), ERR_NOT_FOUND);
}

static void an_excerpt_ends_between_two_characters(void **state) {
    struct test_store *t = *state;
    const struct proto_reply reply = {.id = 20};
    struct chat_fact root = fact_message(20, 2, 1, 2), answer = fact_message(21, 2, 2, 1);
    struct chat_stored_message found;
    char body[PROTO_LIMIT_EXCERPT_CHARS * 2 + 100];
    for (size_t i = 0; i < sizeof(body); i += 2)
        memcpy(body + i, "\xc3\xa4", 2);
    root.message.body = str_of(body, sizeof(body));
    answer.message.reply_to = &reply;
    test_store_send(t, root);
    test_store_send(t, answer);
    assert_int_equal(store_read_message(t->reader, 21, &t->arena, &found), ERR_OK);
    assert_str_same(found.message.reply_to->excerpt, str_of(body, PROTO_LIMIT_EXCERPT_CHARS * 2));
}

/* Changes rows behind the store's back. */
static void meddle(struct test_store *t, const char *text) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(store_path(t->store), &db), SQLITE_OK);
    sqlite3_wal_autocheckpoint(db, 0);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    assert_int_equal(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

/* threat 76: the checksum of a row. */
static void damaged_text_is_never_served(void **state) {
    struct test_store *t = *state;
    static const char *const damages[] = {
        "UPDATE message SET body = 'text 6' WHERE id = 5",
        "UPDATE message SET author = 1 WHERE id = 5",
        "UPDATE message SET created_at_ms = 1 WHERE id = 5",
        "UPDATE message SET mentions = '[1]' WHERE id = 5",
        "UPDATE message SET checksum = checksum + 1 WHERE id = 5",
    };
    struct chat_stored_message found;
    struct store_page page;
    meddle(t, "CREATE TABLE kept AS SELECT * FROM message");
    for (size_t i = 0; i < TEST_COUNT(damages); i++) {
        meddle(t, damages[i]);
        assert_int_equal(store_read_message(t->reader, 5, &t->arena, &found), ERR_CORRUPT);
        assert_int_equal(store_read_history(t->reader, 1, 0, 0, 0, 50, &t->arena, &page), ERR_OK);
        assert_int_equal(page.damaged_count, 1);
        assert_int_equal(page.damaged[0], 5);
        for (size_t m = 0; m < page.count; m++)
            assert_int_equal(page.messages[m].seq, m < 4 ? m + 1 : m + 2);
        assert_int_equal(store_read_message(t->reader, 6, &t->arena, &found), ERR_OK);
        meddle(t, "DELETE FROM message WHERE id = 5;"
                  "INSERT INTO message SELECT * FROM kept WHERE id = 5;");
        assert_int_equal(store_read_message(t->reader, 5, &t->arena, &found), ERR_OK);
    }
}

static void a_deleted_message_shows_no_text_in_replies(void **state) {
    struct test_store *t = *state;
    const struct proto_reply reply = {.id = 4};
    struct chat_fact answer = fact_message(21, 2, 1, 1);
    struct chat_stored_message found;
    char change[256];
    struct store_message_row row = {.id = 4,
                                    .room = 1,
                                    .seq = 4,
                                    .author = 1,
                                    .created_at_ms = FACT_AT_MS + 4,
                                    .deleted = true,
                                    .nonce = STR("nonce-4"),
                                    .body = STR("still there")};
    answer.message.reply_to = &reply;
    test_store_send(t, answer);
    snprintf(change, sizeof(change),
             "UPDATE message SET deleted = 1, body = 'still there', checksum = %lld WHERE id = 4",
             (long long)store_message_checksum(&row));
    meddle(t, change);
    assert_int_equal(store_read_message(t->reader, 21, &t->arena, &found), ERR_OK);
    assert_str(found.message.reply_to->excerpt, "");
    assert_int_equal(store_read_message(t->reader, 4, &t->arena, &found), ERR_OK);
    assert_true(found.message.deleted);
}

static void a_reader_cannot_write(void **state) {
    struct test_store *t = *state;
    assert_int_equal(sqlite3_exec(t->reader->db.handle, "DELETE FROM message", NULL, NULL, NULL),
                     SQLITE_READONLY);
}

int main(void) {
#define READ_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        READ_TEST(history_pages_are_ranges_of_the_rooms_numbers),
        READ_TEST(a_message_comes_back_as_it_was_sent),
        READ_TEST(an_unknown_message_is_not_found),
        READ_TEST(an_excerpt_ends_between_two_characters),
        READ_TEST(damaged_text_is_never_served),
        READ_TEST(a_deleted_message_shows_no_text_in_replies),
        READ_TEST(a_reader_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
