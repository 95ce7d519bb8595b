/* test_store_damage.c: rows that are not as they were written: noticed, named, never shown, in nobody's way.
 *
 * The damage is done by a second connection, as a broken disk would, but with SQL.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"
#include "store/store_internal.h"
#include "store/store_load.h"
#include "store/store_message.h"
#include "store/store_sum.h"
#include "test_sink.h"
#include "test_store.h"

/* Two people in two rooms, ten messages in the first. */
static int setup(void **state) {
    test_store_setup(state);
    struct test_store *t = *state;
    test_store_people(t, 2, 2);
    for (int64_t id = 1; id <= 10; id++)
        test_store_send(t, fact_message(id, 1, id, 1 + id % 2));
    return 0;
}

static void damage(struct test_store *t, const char *text) {
    struct store_db db = {0};
    assert_int_equal(sqlite3_open(store_path(t->store), &db.handle), SQLITE_OK);
    assert_int_equal(store_sum_attach(&db), ERR_OK);
    sqlite3_wal_autocheckpoint(db.handle, 0);
    store_db_leave(&db);
    assert_int_equal(store_db_script(&db, text), ERR_OK);
    store_db_close(&db);
}

static struct store_page newest_page(struct test_store *t) {
    struct store_page page;
    assert_int_equal(store_read_history(t->reader, 1, 0, 0, 0, 50, &t->arena, &page), ERR_OK);
    return page;
}

static void assert_has_hole_at(struct test_store *t, int64_t seq) {
    struct store_page page = newest_page(t);
    assert_int_equal(page.count, 9);
    assert_int_equal(page.damaged_count, 1);
    assert_int_equal(page.damaged[0], seq);
    for (size_t i = 0; i < page.count; i++)
        assert_true(page.messages[i].seq != seq);
}

static void a_page_leaves_out_what_is_damaged_and_says_where(void **state) {
    static const char *const damages[] = {
        "UPDATE message SET body = 'other' WHERE id = 4",
        "UPDATE message SET seq = 0 WHERE id = 4", /* its index entry moves too: a hole */
        "UPDATE message SET room = 2 WHERE id = 4",
        "UPDATE message SET author = 2 WHERE id = 4",
        "DELETE FROM message WHERE id = 4",
        "UPDATE message SET pinned = 1 WHERE id = 4",
        "UPDATE message SET reacted = 1 WHERE id = 4",
        "UPDATE message SET reply_count = 1 WHERE id = 4",
        "UPDATE message SET last_reply_at_ms = 1 WHERE id = 4",
        "UPDATE message SET twin = 5 WHERE id = 4",
        "UPDATE message SET marks = 1 WHERE id = 4",
    };
    for (size_t i = 0; i < TEST_COUNT(damages); i++) {
        void *own;
        setup(&own);
        damage(own, damages[i]);
        assert_has_hole_at(own, 4);
        test_store_teardown(&own);
    }
    (void)state;
}

static void the_ends_of_a_page_can_be_damaged_too(void **state) {
    struct test_store *t = *state;
    damage(t, "UPDATE message SET body = 'x' WHERE id IN (1, 10)");
    struct store_page page = newest_page(t);
    assert_int_equal(page.count, 8);
    assert_int_equal(page.damaged_count, 2);
    assert_int_equal(page.damaged[0], 1);
    assert_int_equal(page.damaged[1], 10);
}

static void one_whose_author_is_damaged_is_not_shown_under_a_wrong_name(void **state) {
    struct test_store *t = *state;
    damage(t, "UPDATE user SET display_name = 'Somebody' WHERE id = 2");
    struct store_page page = newest_page(t);
    assert_int_equal(page.count, 5);
    assert_int_equal(page.damaged_count, 5);
    for (size_t i = 0; i < page.count; i++)
        assert_int_equal(page.messages[i].author->id, 1);
}

static void an_answer_to_a_damaged_message_is_shown_without_it(void **state) {
    struct test_store *t = *state;
    struct chat_stored_message found;
    const struct proto_reply reply = {.id = 4};
    struct chat_fact answer = fact_message(11, 1, 11, 1);
    answer.message.reply_to = &reply;
    test_store_send(t, answer);
    assert_int_equal(store_read_message(t->reader, 11, &t->arena, &found), ERR_OK);
    assert_non_null(found.message.reply_to);
    damage(t, "UPDATE message SET body = 'other' WHERE id = 4");
    assert_int_equal(store_read_message(t->reader, 11, &t->arena, &found), ERR_OK);
    assert_null(found.message.reply_to);
    assert_str(found.message.body, "text 11");
}

static enum err read_events(struct test_store *t) {
    static const int64_t rooms[] = {1, 2};
    struct store_events events;
    return store_read_events(t->reader, 1, rooms, 2, 0, t->pos, 100, &t->arena, &events);
}

/* Whoever would get it starts afresh: a hole in the events would never be closed. */
static void a_damaged_event_is_not_passed_over(void **state) {
    static const char *const damages[] = {
        "UPDATE event SET message = message - 1 WHERE message = 4",
        "UPDATE event SET event = 'member:left' WHERE message = 4",
        "UPDATE event SET at_ms = at_ms + 1 WHERE message = 4",
        "UPDATE message SET body = 'other' WHERE id = 4",
        "UPDATE event SET user = 1 WHERE message = 4", /* now it looks like a move of his */
    };
    for (size_t i = 0; i < TEST_COUNT(damages); i++) {
        void *own;
        setup(&own);
        assert_int_equal(read_events(own), ERR_OK);
        damage(own, damages[i]);
        assert_int_equal(read_events(own), ERR_CORRUPT);
        test_store_teardown(&own);
    }
    (void)state;
}

static void an_event_from_before_checksums_is_read(void **state) {
    struct test_store *t = *state;
    damage(t, "UPDATE event SET checksum = NULL");
    assert_int_equal(read_events(t), ERR_OK);
}

/* The state */

static void load(struct test_store *t, struct test_sink *sink) {
    struct chat_sink out = test_sink_of(sink);
    assert_int_equal(store_load(t->store, &out), ERR_OK);
}

/* Nobody gets what refers to something that is not there, and nothing is written on such ground. */
static void what_the_state_is_made_of_is_left_out_when_damaged(void **state) {
    static const struct {
        const char *damage, *gone, *left;
    } rows[] = {
        {"UPDATE user SET role = 'owner' WHERE id = 2", "user 2 ", "user 1 "},
        {"UPDATE user SET role = 'owner' WHERE id = 2", "member 1/2 ", "member 1/1 "},
        {"UPDATE room SET kind = 'public', slow_mode_s = 1 WHERE id = 2", "room 2 ", "room 1 "},
        {"UPDATE room SET kind = 'public', slow_mode_s = 1 WHERE id = 2", "member 2/1 ",
         "member 1/1 "},
        {"UPDATE member SET role = 'owner' WHERE room = 1 AND user = 2", "member 1/2 ",
         "member 2/2 "},
        {"UPDATE session SET user = 1 WHERE id = 5", "session 5 ", "session 4 "},
        {"UPDATE user SET checksum = 0 WHERE id = 2", "session 5 ", "session 4 "},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        void *own;
        struct test_sink whole = {0}, damaged = {0};
        setup(&own);
        struct test_store *t = own;
        test_store_silent(t, fact_session(4, 1));
        test_store_silent(t, fact_session(5, 2));
        load(t, &whole);
        assert_true(test_sink_has(&whole, rows[i].gone) && test_sink_has(&whole, rows[i].left));
        assert_int_equal(t->store->trust, STORE_WHOLE);
        damage(t, rows[i].damage);
        load(t, &damaged);
        assert_false(test_sink_has(&damaged, rows[i].gone));
        assert_true(test_sink_has(&damaged, rows[i].left));
        assert_int_equal(store_batch_begin(t->store), ERR_CORRUPT);
        assert_int_equal(store_recover(t->store), ERR_CORRUPT);
        test_sink_deinit(&whole);
        test_sink_deinit(&damaged);
        test_store_teardown(&own);
    }
    (void)state;
}

/* A statement that changes a part of a row must not sum up what was damaged before. */
static void a_damaged_row_does_not_become_whole_by_a_change(void **state) {
    static const struct store_log_entry none = {.event = PROTO_EVENT_NONE};
    struct test_store *t = *state;
    struct chat_fact seen = fact_user(2), status = fact_user(2), role = fact_joined(1, 2);
    seen.kind = CHAT_FACT_USER_SEEN;
    status.kind = CHAT_FACT_USER_STATUS;
    role.kind = CHAT_FACT_MEMBER_CHANGED;
    damage(t, "UPDATE user SET display_name = 'Somebody' WHERE id = 2;"
              "UPDATE member SET read_seq = 3 WHERE room = 1 AND user = 2;");
    const struct chat_fact changes[] = {seen, status, role};
    for (size_t i = 0; i < TEST_COUNT(changes); i++) {
        test_store_begin(t);
        assert_int_equal(test_store_try(t, changes[i], none), ERR_CORRUPT);
        store_batch_rollback(t->store);
        t->pos--;
        t->store->trust = STORE_WHOLE; /* a recovery would find the damage */
    }
}

/* Which no checksum of a row sees. */
static void a_damaged_index_is_found_at_a_start(void **state) {
    struct test_store *t = *state;
    damage(t, "PRAGMA writable_schema = ON;"
              "UPDATE sqlite_schema SET sql = replace(sql, 'nonce)', 'body)')"
              " WHERE name = 'message_nonce'");
    test_store_reopen(t);
    assert_int_equal(store_batch_begin(t->store), ERR_CORRUPT);
    assert_int_equal(newest_page(t).count, 10);
}

/* The log */

static void a_damaged_row_is_named_once(void **state) {
    struct test_store *t = *state;
    char text[4096] = "";
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    damage(t, "UPDATE message SET body = 'other' WHERE id = 4");
    log_set_fd(pipes[1]);
    for (int i = 0; i < 5; i++)
        (void)newest_page(t);
    log_set_fd(STDERR_FILENO);
    close(pipes[1]);
    assert_true(read(pipes[0], text, sizeof text - 1) > 0);
    close(pipes[0]);
    const char *line = strstr(text, "table=message id=4 ");
    assert_non_null(line);
    assert_null(strstr(line + 1, "table=message id=4 "));
}

int main(void) {
#define DAMAGE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_leaves_out_what_is_damaged_and_says_where),
        DAMAGE_TEST(the_ends_of_a_page_can_be_damaged_too),
        DAMAGE_TEST(one_whose_author_is_damaged_is_not_shown_under_a_wrong_name),
        DAMAGE_TEST(an_answer_to_a_damaged_message_is_shown_without_it),
        cmocka_unit_test(a_damaged_event_is_not_passed_over),
        DAMAGE_TEST(an_event_from_before_checksums_is_read),
        cmocka_unit_test(what_the_state_is_made_of_is_left_out_when_damaged),
        DAMAGE_TEST(a_damaged_row_does_not_become_whole_by_a_change),
        DAMAGE_TEST(a_damaged_index_is_found_at_a_start),
        DAMAGE_TEST(a_damaged_row_is_named_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
