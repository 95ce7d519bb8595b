/* test_store_moderation.c: what is held against people, and whom they block, is found again at a start.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_load.h"
#include "test_sink.h"
#include "test_store.h"

static struct test_store *t;

static int setup(void **state) {
    test_store_setup(state);
    t = *state;
    test_store_people(t, 3, 2);
    return 0;
}

static struct chat_fact sanction(int64_t user, bool banned, int64_t muted_until_ms) {
    struct chat_fact fact = {.kind = CHAT_FACT_SANCTION, .at_ms = FACT_AT_MS};
    fact.sanction = (struct chat_sanction_fact){.room = 2,
                                                .user = user,
                                                .banned = banned,
                                                .banned_by = banned ? 1 : 0,
                                                .banned_at_ms = banned ? FACT_AT_MS : 0,
                                                .reason = banned ? STR("spam") : STR_NONE,
                                                .muted_until_ms = muted_until_ms};
    return fact;
}

static void block(int64_t user, int64_t other, bool on) {
    struct chat_fact fact = {.kind = CHAT_FACT_BLOCK, .at_ms = FACT_AT_MS};
    fact.block = (struct chat_block_fact){user, other, on};
    test_store_add(t, fact,
                   (struct store_log_entry){.event = PROTO_EVENT_USER_BLOCKED,
                                            .scope = CHAT_SCOPE_USER,
                                            .user = user,
                                            .data = STR("{\"on\":true}")});
}

/* All that a start finds. */
static void load(struct test_sink *out) {
    struct chat_sink sink = test_sink_of(out);
    test_store_reopen(t);
    (void)store_load(t->store, &sink);
}

static void sanctions_come_change_and_go(void **state) {
    struct test_sink sink = {0};
    (void)state;
    test_store_silent(t, sanction(2, true, 0));
    test_store_silent(t, sanction(3, false, 5));
    test_store_silent(t, sanction(2, true, 9));
    load(&sink);
    assert_true(
        test_sink_has(&sink, "sanction 2/2 banned=1 by=1 at=1764000000000 reason=spam muted=9\n"));
    assert_true(test_sink_has(&sink, "sanction 2/3 banned=0 by=0 at=0 reason= muted=5\n"));
    test_sink_deinit(&sink);
    sink = (struct test_sink){0};
    test_store_silent(t, sanction(2, false, 0));
    load(&sink);
    assert_false(test_sink_has(&sink, "sanction 2/2"));
    assert_true(test_sink_has(&sink, "sanction 2/3"));
    test_sink_deinit(&sink);
}

static void lifting_what_is_not_there_fails(void **state) {
    (void)state;
    test_store_begin(t);
    assert_int_equal(test_store_try(t, sanction(2, false, 0), (struct store_log_entry){0}),
                     ERR_CORRUPT);
    store_batch_rollback(t->store);
}

static void one_who_is_blocked_mentions_nobody(void **state) {
    static const int64_t mentions[] = {2, 3};
    struct test_sink sink = {0};
    (void)state;
    block(2, 1, true);
    struct chat_fact fact = fact_message(1, 1, 1, 1);
    fact.message.mentions = mentions;
    fact.message.mention_count = 2;
    test_store_send(t, fact);
    fact = fact_message(2, 1, 2, 1);
    fact.message.mentions_all = PROTO_MENTIONS_ALL_ROOM;
    test_store_send(t, fact);
    load(&sink);
    assert_true(test_sink_has(&sink, "block 2/1\n"));
    assert_true(test_sink_has(&sink, "member 1/2 role=3 joined=1764000000000 read=0 mentions=0"));
    assert_true(test_sink_has(&sink, "member 1/3 role=3 joined=1764000000000 read=0 mentions=2"));
    test_sink_deinit(&sink);
    sink = (struct test_sink){0};
    block(2, 1, false);
    load(&sink);
    assert_false(test_sink_has(&sink, "block 2/1"));
    test_sink_deinit(&sink);
}

/* A ban that cannot be read any more is named and left out; the server does not write then. */
static void damaged_rows_are_left_out(void **state) {
    struct test_sink sink = {0};
    (void)state;
    test_store_silent(t, sanction(2, true, 0));
    test_store_silent(t, sanction(3, true, 0));
    block(2, 3, true);
    assert_int_equal(store_db_script(&t->store->db, "UPDATE sanction SET banned = 0 WHERE user = 2;"
                                                    "UPDATE block SET other = 1;"),
                     ERR_OK);
    load(&sink);
    assert_false(test_sink_has(&sink, "sanction 2/2"));
    assert_true(test_sink_has(&sink, "sanction 2/3"));
    assert_false(test_sink_has(&sink, "block"));
    assert_int_equal(store_batch_begin(t->store), ERR_CORRUPT);
    test_sink_deinit(&sink);
}

static struct chat_fact report(int64_t id, int64_t message) {
    struct chat_fact fact = {.kind = CHAT_FACT_REPORT_NEW, .at_ms = FACT_AT_MS};
    fact.report = (struct chat_report_fact){
        .id = id, .message = message, .room = 1, .by = 2, .author = 1, .reason = STR("rude")};
    return fact;
}

static void only_open_reports_are_loaded(void **state) {
    struct test_sink sink = {0};
    (void)state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_silent(t, report(50, 1));
    test_store_silent(t, report(51, 1));
    struct chat_fact done = {.kind = CHAT_FACT_REPORT_DONE, .at_ms = FACT_AT_MS};
    done.report = (struct chat_report_fact){.id = 50, .by = 3};
    test_store_silent(t, done);
    test_store_begin(t);
    assert_int_equal(test_store_try(t, done, (struct store_log_entry){0}), ERR_CORRUPT); /* twice */
    store_batch_rollback(t->store);
    t->pos--;
    load(&sink);
    assert_false(test_sink_has(&sink, "report 50"));
    assert_true(
        test_sink_has(&sink, "report 51 message=1 room=1 by=2 author=1 at=1764000000000 rude\n"));
    test_sink_deinit(&sink);
}

/* The audit log */

static void note(int64_t by, const char *act, int64_t room, int64_t user, const char *text) {
    struct chat_fact fact = {.kind = CHAT_FACT_AUDIT, .at_ms = FACT_AT_MS};
    fact.audit = (struct chat_audit_fact){by, str_of_c(act), room, user, str_of_c(text)};
    test_store_silent(t, fact);
}

/* The acts of a page, newest first. */
static const char *acts(int64_t user, int64_t room, int64_t before, int64_t limit) {
    static char text[256];
    struct store_audit page;
    assert_int_equal(store_read_audit(t->reader, user, room, before, limit, &t->arena, &page),
                     ERR_OK);
    text[0] = '\0';
    for (size_t i = 0; i < page.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.*s ",
                 STR_ARG(page.entries[i].act));
    if (page.more)
        snprintf(text + strlen(text), sizeof text - strlen(text), "...");
    return text;
}

static void an_admin_reads_all_but_the_private_rooms_of_others(void **state) {
    (void)state;
    struct chat_fact secret = fact_room(3);
    secret.room.kind = PROTO_ROOM_KIND_PRIVATE;
    test_store_silent(t, secret);
    test_store_join(t, 3, 2);
    note(0, "one", 0, 0, "");
    note(1, "two", 1, 2, "why");
    note(2, "three", 3, 1, "");
    assert_string_equal(acts(1, 0, 0, 10), "two one ");
    assert_string_equal(acts(2, 0, 0, 10), "three two one ");
    assert_string_equal(acts(2, 0, 0, 2), "three two ...");
    assert_string_equal(acts(2, 0, t->pos, 10), "two one ");
    assert_string_equal(acts(1, 3, 0, 10), "three ");
    assert_string_equal(acts(1, 2, 0, 10), "");
}

static void an_entry_says_who_whom_where_and_what(void **state) {
    struct store_audit page;
    (void)state;
    note(1, "room:kick", 1, 2, "why");
    note(0, "user add", 0, 0, "");
    assert_int_equal(store_read_audit(t->reader, 1, 0, 0, 5, &t->arena, &page), ERR_OK);
    const struct proto_audit_entry *kick = &page.entries[1], *add = &page.entries[0];
    assert_int_equal(kick->id, t->pos - 1);
    assert_int_equal(kick->at, FACT_AT_MS);
    assert_int_equal(kick->by->id, 1);
    assert_str(kick->by->display_name, "User 1");
    assert_int_equal(kick->user->id, 2);
    assert_int_equal(kick->room, 1);
    assert_str(kick->text, "why");
    assert_null(add->by);
    assert_null(add->user);
    assert_int_equal(add->room, 0);
    assert_true(str_is_none(add->text));
    assert_int_equal(store_db_script(&t->store->db, "UPDATE audit SET actor = 3 WHERE actor = 1;"),
                     ERR_OK);
    assert_string_equal(acts(1, 0, 0, 5), "user add "); /* who did it is not to be changed */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sanctions_come_change_and_go),
        TEST(lifting_what_is_not_there_fails),
        TEST(one_who_is_blocked_mentions_nobody),
        TEST(damaged_rows_are_left_out),
        TEST(only_open_reports_are_loaded),
        TEST(an_admin_reads_all_but_the_private_rooms_of_others),
        TEST(an_entry_says_who_whom_where_and_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
