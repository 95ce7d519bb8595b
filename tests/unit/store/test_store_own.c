/* test_store_own.c: saved messages and drafts in rows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_own.h"
#include "test_store.h"

static int setup(void **state) {
    test_store_setup(state);
    test_store_people(*state, 2, 2);
    for (int64_t id = 1; id <= 5; id++)
        test_store_send(*state, fact_message(id, 1, id, 1));
    return 0;
}

static void save(struct test_store *t, int64_t user, int64_t message, bool on) {
    struct chat_fact fact = {.kind = CHAT_FACT_SAVED, .at_ms = FACT_AT_MS};
    fact.saved = (struct chat_saved_fact){user, message, on};
    test_store_silent(t, fact);
}

static void draft(struct test_store *t, int64_t room, int64_t thread, struct str body,
                  int64_t at_ms) {
    struct chat_fact fact = {.kind = CHAT_FACT_DRAFT, .at_ms = at_ms};
    fact.draft = (struct chat_draft_fact){1, room, thread, body};
    test_store_silent(t, fact);
}

static struct store_drafts drafts(struct test_store *t) {
    struct store_drafts found;
    assert_int_equal(store_read_drafts(t->reader, 1, &t->arena, &found), ERR_OK);
    return found;
}

static void saved_messages_are_listed_page_by_page(void **state) {
    struct test_store *t = *state;
    struct store_list list;
    struct chat_kept kept;
    for (int64_t id = 5; id >= 2; id--)
        save(t, 1, id, true);
    save(t, 1, 3, false);
    save(t, 2, 1, true);
    assert_int_equal(store_read_saved(t->reader, 1, 0, 2, &t->arena, &list), ERR_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.more);
    assert_int_equal(list.messages[0].id, 2);
    assert_str(list.messages[0].body, "text 2");
    assert_int_equal(list.messages[1].id, 4);
    assert_int_equal(store_read_saved(t->reader, 1, 4, 2, &t->arena, &list), ERR_OK);
    assert_int_equal(list.count, 1);
    assert_false(list.more);
    assert_int_equal(store_find_saved(t->store, 1, 2, &kept), ERR_OK);
    assert_true(kept.is_saved && kept.count == 3);
    assert_int_equal(store_find_saved(t->store, 1, 3, &kept), ERR_OK);
    assert_false(kept.is_saved);
    test_store_leave(t, 1, 1); /* of rooms that he is not in nothing is shown */
    assert_int_equal(store_read_saved(t->reader, 1, 0, 2, &t->arena, &list), ERR_OK);
    assert_int_equal(list.count, 0);
}

static void drafts_are_kept_replaced_and_forgotten(void **state) {
    struct test_store *t = *state;
    draft(t, 1, 0, STR("room"), 10);
    draft(t, 1, 3, STR("thread"), 20);
    draft(t, 1, 0, STR("again"), 30);
    test_store_reopen(t);
    struct store_drafts found = drafts(t);
    assert_int_equal(found.count, 2);
    assert_str(found.drafts[0].body, "again");
    assert_int_equal(found.drafts[0].at, 30);
    assert_int_equal(found.drafts[1].thread, 3);
    draft(t, 1, 0, STR(""), 40);
    assert_int_equal(drafts(t).count, 1);
    test_store_leave(t, 1, 1);
    assert_int_equal(drafts(t).count, 0);
}

static void of_too_many_drafts_the_oldest_goes(void **state) {
    struct test_store *t = *state;
    for (int64_t i = 1; i <= PROTO_LIMIT_DRAFTS + 2; i++)
        draft(t, 1, i, fact_text("draft ", i), 100 + i);
    struct store_drafts found = drafts(t);
    assert_int_equal(found.count, PROTO_LIMIT_DRAFTS);
    assert_int_equal(found.drafts[0].thread, PROTO_LIMIT_DRAFTS + 2);
    assert_int_equal(found.drafts[PROTO_LIMIT_DRAFTS - 1].thread, 3);
}

static void a_draft_is_not_in_the_log(void **state) {
    struct test_store *t = *state;
    sqlite3_stmt *statement = NULL;
    draft(t, 1, 0, STR("canary"), 10);
    assert_int_equal(sqlite3_prepare_v2(t->store->db.handle,
                                        "SELECT count(*) FROM event WHERE data LIKE '%canary%'", -1,
                                        &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(statement, 0), 0);
    sqlite3_finalize(statement);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        TEST(saved_messages_are_listed_page_by_page),
        TEST(drafts_are_kept_replaced_and_forgotten),
        TEST(of_too_many_drafts_the_oldest_goes),
        TEST(a_draft_is_not_in_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
