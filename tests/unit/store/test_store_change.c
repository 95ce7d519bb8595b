/* test_store_change.c: messages that are edited and deleted, in rows, in the log, in the files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "store/store_internal.h"
#include "store/store_list.h"
#include "store/store_message.h"
#include "test_store.h"

static int setup(void **state) {
    test_store_setup(state);
    test_store_people(*state, 3, 2);
    return 0;
}

/* A change of message `id`, as the chat makes it: from the message as it stands. */
static struct chat_fact change_of(struct test_store *t, int64_t id, enum chat_fact_kind kind) {
    struct chat_stored_message stored;
    struct proto_message *message = ARENA_NEW(&t->arena, struct proto_message);
    assert_int_equal(store_find_message(t->store, id, &t->arena, &stored), ERR_OK);
    *message = stored.message;
    struct chat_fact fact = {.kind = kind, .at_ms = FACT_AT_MS + 100};
    fact.change = (struct chat_change_fact){
        .message = message,
        .nonce = stored.nonce,
        .old_mentions = stored.message.mentions,
        .old_mention_count = stored.message.mentions_count,
        .old_mentions_all = stored.message.mentions_all,
        .last_seq = 100,
    };
    return fact;
}

static int64_t put(struct test_store *t, struct chat_fact fact) {
    return test_store_add(t, fact,
                          (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_CHANGED,
                                                   .scope = CHAT_SCOPE_ROOM,
                                                   .room = fact.change.message->room,
                                                   .data = STR("{\"never\":\"stored\"}")});
}

static int64_t edit_to(struct test_store *t, int64_t id, struct str body, const int64_t *mentions,
                       size_t count, enum proto_mentions_all all) {
    struct chat_fact fact = change_of(t, id, CHAT_FACT_MESSAGE_EDITED);
    struct proto_message message = *fact.change.message;
    message.body = body;
    message.edited_at = fact.at_ms;
    message.mentions = (int64_t *)(uintptr_t)mentions;
    message.mentions_count = count;
    message.mentions_all = all;
    fact.change.message = &message;
    return put(t, fact);
}

static int64_t edit(struct test_store *t, int64_t id, struct str body) {
    return edit_to(t, id, body, NULL, 0, PROTO_MENTIONS_ALL_NONE);
}

static int64_t delete (struct test_store *t, int64_t id) {
    struct chat_fact fact = change_of(t, id, CHAT_FACT_MESSAGE_DELETED);
    const struct proto_message *was = fact.change.message;
    struct proto_message tombstone = {.id = was->id,
                                      .room = was->room,
                                      .seq = was->seq,
                                      .author = was->author,
                                      .body = STR(""),
                                      .created_at = was->created_at,
                                      .deleted = true};
    fact.change.message = &tombstone;
    return put(t, fact);
}

static struct proto_message get(struct test_store *t, int64_t id) {
    struct chat_stored_message stored;
    assert_int_equal(store_read_message(t->reader, id, &t->arena, &stored), ERR_OK);
    return stored.message;
}

static struct store_versions versions(struct test_store *t, int64_t id) {
    struct store_versions found;
    assert_int_equal(store_read_versions(t->reader, id, &t->arena, &found), ERR_OK);
    return found;
}

/* Rows */

static void an_edited_message_is_whole_and_has_versions(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit(t, 1, STR("second"));
    edit(t, 1, STR("third"));
    test_store_reopen(t);
    struct proto_message message = get(t, 1);
    assert_str(message.body, "third");
    assert_int_equal(message.edited_at, FACT_AT_MS + 100);
    struct store_versions found = versions(t, 1);
    assert_int_equal(found.count, 3);
    assert_str(found.versions[0].body, "text 1");
    assert_int_equal(found.versions[0].at, FACT_AT_MS + 1);
    assert_str(found.versions[1].body, "second");
    assert_str(found.versions[2].body, "third");
}

static void of_many_versions_the_first_and_the_latest_stay(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    for (int64_t i = 0; i < 60; i++)
        edit(t, 1, fact_text("edit ", i));
    struct store_versions found = versions(t, 1);
    assert_int_equal(found.count, PROTO_LIMIT_VERSIONS);
    assert_str(found.versions[0].body, "text 1");
    assert_str(found.versions[1].body, "edit 11");
    assert_str(found.versions[49].body, "edit 59");
}

static void a_deleted_message_has_no_text_and_no_versions(void **state) {
    struct test_store *t = *state;
    struct chat_fact reply = fact_message(2, 1, 2, 2);
    struct proto_reply to = {.id = 1};
    test_store_send(t, fact_message(1, 1, 1, 1));
    reply.message.reply_to = &to;
    test_store_send(t, reply);
    edit(t, 1, STR("second"));
    assert_str(get(t, 2).reply_to->excerpt, "second");
    delete (t, 1);
    assert_true(get(t, 1).deleted);
    assert_int_equal(get(t, 1).body.len, 0);
    assert_int_equal(get(t, 2).reply_to->excerpt.len, 0);
    assert_int_equal(versions(t, 1).count, 0);
    delete (t, 2);
    assert_null(get(t, 2).reply_to);
}

static void a_damaged_version_is_left_out(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit(t, 1, STR("second"));
    edit(t, 1, STR("third"));
    assert_int_equal(
        store_db_script(&t->store->db, "UPDATE version SET body = 'other' WHERE body = 'second'"),
        ERR_OK);
    struct store_versions found = versions(t, 1);
    assert_int_equal(found.count, 2);
    assert_str(found.versions[1].body, "third");
}

/* The log */

static struct store_events missed(struct test_store *t, int64_t from_pos) {
    const int64_t rooms[] = {1, 2};
    struct store_events events;
    assert_int_equal(
        store_read_events(t->reader, 2, rooms, 2, from_pos, t->pos, 100, &t->arena, &events),
        ERR_OK);
    return events;
}

static bool holds(struct str data, const char *text) {
    return memmem(data.at, data.len, text, strlen(text)) != NULL;
}

static void changes_come_in_order_and_show_what_is(void **state) {
    struct test_store *t = *state;
    int64_t before = t->pos;
    int64_t first = test_store_send(t, fact_message(1, 1, 1, 1));
    int64_t second = edit(t, 1, STR("second"));
    int64_t third = edit(t, 1, STR("third"));
    struct store_events events = missed(t, before);
    assert_int_equal(events.count, 3);
    assert_int_equal(events.events[0].pos, first);
    assert_int_equal(events.events[1].pos, second);
    assert_int_equal(events.events[2].pos, third);
    assert_int_equal(events.events[0].event, PROTO_EVENT_MESSAGE_NEW);
    for (size_t i = 1; i < 3; i++) {
        assert_int_equal(events.events[i].event, PROTO_EVENT_MESSAGE_CHANGED);
        assert_true(holds(events.events[i].data, "\"body\":\"third\""));
        assert_true(holds(events.events[i].data, "\"change\":\"edit\""));
    }
}

static void after_a_deletion_only_tombstones_come(void **state) {
    struct test_store *t = *state;
    int64_t before = t->pos;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit(t, 1, STR("second"));
    delete (t, 1);
    struct store_events events = missed(t, before);
    assert_int_equal(events.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(holds(events.events[i].data, "\"body\":\"\""));
        assert_true(holds(events.events[i].data, "\"deleted\":true"));
    }
    assert_true(holds(events.events[2].data, "\"change\":\"delete\""));
}

/* Mentions */

static const char *mentions_of(struct test_store *t) {
    static char text[64];
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(t->store->db.handle,
                                        "SELECT group_concat(mentions) FROM (SELECT mentions FROM"
                                        " member WHERE room = 1 AND " STORE_WHOLE_MEMBER
                                        " ORDER BY user)",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

static void mentions_are_counted_anew(void **state) {
    struct test_store *t = *state;
    const int64_t second[] = {2}, third[] = {1, 3};
    const enum proto_mentions_all none = PROTO_MENTIONS_ALL_NONE, room = PROTO_MENTIONS_ALL_ROOM;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit_to(t, 1, STR("a"), second, 1, none);
    assert_string_equal(mentions_of(t), "0,1,0");
    edit_to(t, 1, STR("b"), third, 2, none);
    assert_string_equal(mentions_of(t), "0,0,1"); /* the author's own does not count */
    edit_to(t, 1, STR("c"), second, 1, room);
    assert_string_equal(mentions_of(t), "0,1,1");
    edit_to(t, 1, STR("d"), second, 1, none);
    assert_string_equal(mentions_of(t), "0,1,0");
    edit_to(t, 1, STR("e"), third, 2, room);
    delete (t, 1);
    assert_string_equal(mentions_of(t), "0,0,0");
}

static void of_what_was_read_nothing_is_counted(void **state) {
    struct test_store *t = *state;
    const int64_t all[] = {2, 3};
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_send(t, fact_message(2, 1, 2, 2)); /* has read both */
    edit_to(t, 1, STR("a"), all, 2, PROTO_MENTIONS_ALL_NONE);
    assert_string_equal(mentions_of(t), "0,0,1");
    struct chat_fact fact = change_of(t, 1, CHAT_FACT_MESSAGE_EDITED);
    struct proto_message message = *fact.change.message;
    message.mentions_all = PROTO_MENTIONS_ALL_HERE;
    fact.change.message = &message;
    fact.change.last_seq = 2;
    put(t, fact);
    assert_string_equal(mentions_of(t), "0,0,1");
}

/* Reactions and pins */

static int64_t react(struct test_store *t, int64_t id, struct str emoji, int64_t user, bool on) {
    struct chat_fact fact = change_of(t, id, CHAT_FACT_MESSAGE_REACTED);
    fact.change.emoji = emoji;
    fact.change.user = user;
    fact.change.on = on;
    return put(t, fact);
}

static void pin(struct test_store *t, int64_t id, bool on) {
    struct chat_fact fact = change_of(t, id, CHAT_FACT_MESSAGE_PINNED);
    struct proto_message message = *fact.change.message;
    message.pinned = on;
    fact.change.message = &message;
    put(t, fact);
}

static void reactions_come_in_their_order(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    react(t, 1, STR("b"), 2, true);
    react(t, 1, STR("a"), 1, true);
    react(t, 1, STR("b"), 1, true);
    react(t, 1, STR("c"), 3, true);
    react(t, 1, STR("c"), 3, false);
    struct proto_message message = get(t, 1);
    assert_int_equal(message.reactions_count, 2);
    assert_str(message.reactions[0].emoji, "b");
    assert_int_equal(message.reactions[0].count, 2);
    assert_int_equal(message.reactions[0].users[0], 2);
    assert_int_equal(message.reactions[0].users[1], 1);
    assert_str(message.reactions[1].emoji, "a");
    assert_int_equal(store_find_reaction(t->store, 1, STR("b"), 2), ERR_OK);
    assert_int_equal(store_find_reaction(t->store, 1, STR("c"), 3), ERR_NOT_FOUND);
    delete (t, 1);
    assert_int_equal(get(t, 1).reactions_count, 0);
    assert_int_equal(store_find_reaction(t->store, 1, STR("b"), 2), ERR_NOT_FOUND);
}

static void a_damaged_reaction_is_left_out(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    react(t, 1, STR("a"), 1, true);
    react(t, 1, STR("a"), 2, true);
    assert_int_equal(store_db_script(&t->store->db, "UPDATE reaction SET user = 3 WHERE user = 2"),
                     ERR_OK);
    struct proto_message message = get(t, 1);
    assert_int_equal(message.reactions[0].count, 1);
    assert_int_equal(message.reactions[0].users[0], 1);
}

static void pins_are_listed_page_by_page(void **state) {
    struct test_store *t = *state;
    struct store_list list;
    for (int64_t id = 1; id <= 6; id++)
        test_store_send(t, fact_message(id, id == 6 ? 2 : 1, id == 6 ? 1 : id, 1));
    for (int64_t id = 6; id >= 2; id--)
        pin(t, id, true);
    pin(t, 3, false);
    react(t, 2, STR("a"), 1, true);
    assert_int_equal(store_read_pins(t->reader, 1, 0, 2, &t->arena, &list), ERR_OK);
    assert_int_equal(list.count, 2);
    assert_true(list.more);
    assert_int_equal(list.messages[0].id, 2);
    assert_true(list.messages[0].pinned);
    assert_int_equal(list.messages[0].reactions_count, 1);
    assert_int_equal(list.messages[1].id, 4);
    assert_int_equal(store_read_pins(t->reader, 1, 4, 2, &t->arena, &list), ERR_OK);
    assert_int_equal(list.count, 1);
    assert_false(list.more);
    assert_int_equal(list.messages[0].id, 5);
    delete (t, 5);
    assert_int_equal(store_read_pins(t->reader, 1, 4, 2, &t->arena, &list), ERR_OK);
    assert_int_equal(list.count, 0);
}

/* What a person said */

static void what_a_person_said_is_found_in_steps(void **state) {
    struct test_store *t = *state;
    struct chat_said said = {.more = true};
    size_t found = 0, steps = 0;
    test_store_begin(t);
    for (int64_t i = 1; i <= 2 * CHAT_PURGE_LOOKS + 10; i++) {
        struct chat_fact fact = fact_message(i, i % 2 == 0 ? 2 : 1, (i + 1) / 2, 1);
        assert_int_equal(
            test_store_try(t, fact, (struct store_log_entry){.event = PROTO_EVENT_NONE}), ERR_OK);
    }
    test_store_commit(t);
    test_store_send(t, fact_message(9999, 1, CHAT_PURGE_LOOKS + 6, 2));
    delete (t, 1);
    for (; said.more; steps++) {
        assert_int_equal(store_find_said(t->store, 1, 1, said.next, &t->arena, &said), ERR_OK);
        found += said.count;
        assert_true(said.count <= CHAT_PURGE_LOOKS);
        for (size_t i = 0; i < said.count; i++)
            assert_true(said.ids[i] % 2 == 1 && said.ids[i] != 9999);
    }
    assert_int_equal(found, CHAT_PURGE_LOOKS + 4);
    assert_int_equal(steps, 3);
}

/* The files */

static bool file_holds(struct test_store *t, const char *name, const char *text) {
    char path[600];
    snprintf(path, sizeof(path), "%s/%s", t->dir.path, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    static char bytes[8 << 20];
    size_t count = fread(bytes, 1, sizeof(bytes), file);
    assert_int_equal(fclose(file), 0);
    return memmem(bytes, count, text, strlen(text)) != NULL;
}

/* Goal: threat of a stolen disk: what was deleted is on no page. Method: words that occur nowhere else. */
static void deleted_text_is_in_no_file(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit(t, 1, STR("canary-one"));
    edit(t, 1, STR("canary-two"));
    assert_int_equal(store_checkpoint(t->store), ERR_OK);
    assert_true(file_holds(t, "parley.db", "canary-one"));
    delete (t, 1);
    test_store_close(t); /* the last connection empties the write-ahead log */
    assert_false(file_holds(t, "parley.db", "canary"));
    assert_false(file_holds(t, "parley.db-wal", "canary"));
    test_store_open(t);
}

/* Reads, so that the snapshot is taken. */
static void read_in_snapshot(struct test_store *t) {
    int64_t seq = 0;
    assert_int_equal(store_snapshot_begin(t->reader), ERR_OK);
    sqlite3_stmt *statement = store_sql_take(&t->reader->db, STORE_SQL_ROOM_SEQ);
    store_sql_bind_int(statement, 1, 1);
    assert_int_equal(store_sql_number(&t->reader->db, statement, &seq), ERR_OK);
}

static void rest_long_enough(struct test_store *t) {
    t->store->checkpointed_at_ms = -1000000000;
    store_idle(t->store, FACT_AT_MS);
}

/* The same while the server runs; but not under a reader's hands. */
static void deleted_text_leaves_the_log_of_a_running_server(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit(t, 1, STR("canary-one"));
    assert_true(file_holds(t, "parley.db-wal", "canary-one"));
    delete (t, 1);
    read_in_snapshot(t);
    rest_long_enough(t);
    assert_true(t->store->must_wipe);
    store_snapshot_end(t->reader);
    rest_long_enough(t);
    assert_false(t->store->must_wipe);
    assert_false(file_holds(t, "parley.db", "canary"));
    assert_false(file_holds(t, "parley.db-wal", "canary"));
    test_store_send(t, fact_message(2, 1, 2, 1));
    test_store_reopen(t);
    assert_str(get(t, 2).body, "text 2");
}

/* A server that is killed before its log was cut leaves the text there; the next one cuts it at its first quiet moment. */
static void deleted_text_leaves_the_log_of_a_killed_server(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    edit(t, 1, STR("canary-one"));
    delete (t, 1);
    store_db_leave(&t->store->db);
    test_store_reopen(t);
    assert_true(file_holds(t, "parley.db-wal", "canary-one"));
    (void)store_idle(t->store, FACT_AT_MS);
    assert_false(t->store->must_wipe);
    assert_false(file_holds(t, "parley.db", "canary"));
    assert_false(file_holds(t, "parley.db-wal", "canary"));
    assert_true(get(t, 1).deleted);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_edited_message_is_whole_and_has_versions),
        TEST(of_many_versions_the_first_and_the_latest_stay),
        TEST(a_deleted_message_has_no_text_and_no_versions),
        TEST(a_damaged_version_is_left_out),
        TEST(changes_come_in_order_and_show_what_is),
        TEST(after_a_deletion_only_tombstones_come),
        TEST(mentions_are_counted_anew),
        TEST(of_what_was_read_nothing_is_counted),
        TEST(reactions_come_in_their_order),
        TEST(a_damaged_reaction_is_left_out),
        TEST(pins_are_listed_page_by_page),
        TEST(what_a_person_said_is_found_in_steps),
        TEST(deleted_text_is_in_no_file),
        TEST(deleted_text_leaves_the_log_of_a_running_server),
        TEST(deleted_text_leaves_the_log_of_a_killed_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
