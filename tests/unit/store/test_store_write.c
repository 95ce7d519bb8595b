/* test_store_write.c: facts become rows, all of a batch or none.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "test_store.h"

static const struct store_log_entry none = {.event = PROTO_EVENT_NONE};

/* The first column of the first row, as text. */
static const char *look(struct test_store *t, const char *query) {
    static char text[512];
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(t->store->db.handle, query, -1, &statement, NULL),
                     SQLITE_OK);
    text[0] = '\0';
    if (sqlite3_step(statement) == SQLITE_ROW)
        snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

static int setup(void **state) {
    test_store_setup(state);
    test_store_people(*state, 3, 2);
    return 0;
}

static void a_changed_user_is_changed_whole(void **state) {
    struct test_store *t = *state;
    struct chat_fact fact = fact_user(2);
    fact.kind = CHAT_FACT_USER_CHANGED;
    fact.user.display_name = STR("Other");
    fact.user.color = STR("#aabbcc");
    fact.user.role = PROTO_USER_ROLE_ADMIN;
    test_store_silent(t, fact);
    assert_string_equal(
        look(t, "SELECT display_name || color || role || name FROM user WHERE id=2"),
        "Other#aabbccadminuser2");
}

static void status_and_last_seen_change_alone(void **state) {
    struct test_store *t = *state;
    struct chat_fact fact = {.kind = CHAT_FACT_USER_STATUS, .at_ms = 1};
    fact.user =
        (struct chat_user_fact){.id = 2, .status = PROTO_STATUS_DND, .status_text = STR("busy")};
    test_store_silent(t, fact);
    fact = (struct chat_fact){.kind = CHAT_FACT_USER_SEEN, .at_ms = 1};
    fact.user = (struct chat_user_fact){.id = 2, .last_seen_ms = 42};
    test_store_silent(t, fact);
    assert_string_equal(
        look(t, "SELECT status||status_text||last_seen_ms||display_name FROM user WHERE id=2"),
        "dndbusy42User 2");
}

static void sessions_come_are_used_and_end(void **state) {
    struct test_store *t = *state;
    struct chat_fact fact = fact_session(1, 2);
    test_store_silent(t, fact);
    fact.kind = CHAT_FACT_SESSION_USED;
    fact.session.used_at_ms = 43;
    fact.session.agent = STR("newer");
    test_store_silent(t, fact);
    assert_string_equal(look(t, "SELECT user || agent || used_at_ms FROM session"), "2newer43");
    fact.kind = CHAT_FACT_SESSION_TOKEN;
    memset(fact.session.token_hash, 0xAB, sizeof fact.session.token_hash);
    test_store_silent(t, fact);
    assert_string_equal(look(t, "SELECT agent || substr(hex(token_hash), 1, 4) FROM session"),
                        "newerABAB");
    fact.kind = CHAT_FACT_SESSION_USED; /* its checksum still fits */
    test_store_silent(t, fact);
    fact.kind = CHAT_FACT_SESSION_ENDED;
    test_store_silent(t, fact);
    assert_string_equal(look(t, "SELECT count(*) FROM session"), "0");
}

static void a_room_changes_and_members_change_and_leave(void **state) {
    struct test_store *t = *state;
    struct chat_fact fact = fact_room(1);
    fact.kind = CHAT_FACT_ROOM_CHANGED;
    fact.room.topic = STR("talk");
    fact.room.owner = 3;
    fact.room.slow_mode_s = 5;
    test_store_silent(t, fact);
    assert_string_equal(look(t, "SELECT topic||owner||slow_mode_s||kind FROM room WHERE id=1"),
                        "talk35public");
    fact = fact_joined(1, 2);
    fact.kind = CHAT_FACT_MEMBER_CHANGED;
    fact.member.role = PROTO_MEMBER_ROLE_MODERATOR;
    test_store_silent(t, fact);
    fact.kind = CHAT_FACT_MEMBER_ME;
    fact.member.read_seq = 7;
    fact.member.mentions = 2;
    fact.member.level = PROTO_LEVEL_NOTHING;
    fact.member.favorite = true;
    test_store_silent(t, fact);
    assert_string_equal(look(t, "SELECT role||read_seq||mentions||level||favorite FROM member"
                                " WHERE room=1 AND user=2"),
                        "moderator72none1");
    test_store_leave(t, 1, 2);
    assert_string_equal(look(t, "SELECT count(*) FROM member WHERE room=1"), "2");
}

static void an_act_of_somebody_with_rights_is_kept_with_its_checksum(void **state) {
    struct test_store *t = *state;
    struct chat_fact fact = {.kind = CHAT_FACT_AUDIT, .at_ms = 44};
    fact.audit = (struct chat_audit_fact){
        .by = 1, .act = STR("room:kick"), .room = 2, .user = 3, .text = STR("spam")};
    test_store_silent(t, fact);
    assert_string_equal(
        look(t, "SELECT at_ms||actor||act||room||user||text FROM audit"
                " WHERE checksum = store_sum(id, at_ms, actor, act, room, user, text)"),
        "441room:kick23spam");
    fact.audit = (struct chat_audit_fact){.act = STR("user add")}; /* by the operator, to nobody */
    test_store_silent(t, fact);
    assert_string_equal(look(t, "SELECT count(*) FROM audit WHERE actor IS NULL AND room IS NULL"
                                " AND user IS NULL AND text IS NULL"),
                        "1");
}

static void sending_reads_up_to_the_message_and_counts_mentions(void **state) {
    struct test_store *t = *state;
    const int64_t mentions[] = {1, 2};
    struct chat_fact fact = fact_message(1, 1, 1, 1);
    fact.message.mentions = mentions;
    fact.message.mention_count = 2;
    test_store_send(t, fact);
    assert_string_equal(look(t, "SELECT group_concat(read_seq||':'||mentions) FROM member"
                                " WHERE room=1"),
                        "1:0,0:1,0:0");
    test_store_send(t, fact_message(2, 1, 2, 2)); /* he has read it now */
    assert_string_equal(look(t, "SELECT group_concat(read_seq||':'||mentions) FROM member"
                                " WHERE room=1"),
                        "1:0,2:0,0:0");
    assert_string_equal(look(t, "SELECT group_concat(read_seq||':'||mentions) FROM member"
                                " WHERE room=2"),
                        "0:0,0:0,0:0");
}

static void the_log_has_a_row_for_each_fact(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_silent(t, fact_user(9));
    assert_string_equal(look(t, "SELECT count(*) = max(pos) FROM event"), "1");
    assert_int_equal(atoll(look(t, "SELECT max(pos) FROM event")), t->pos);
}

/* Goal: a deleted text is in one place. Method: count a canary in the whole file. */
static void the_text_of_a_message_is_in_the_file_once(void **state) {
    struct test_store *t = *state;
    struct chat_fact fact = fact_message(1, 1, 1, 1);
    size_t found = 0, size;
    fact.message.body = STR("canary-in-the-mine");
    test_store_send(t, fact);
    assert_string_equal(look(t, "SELECT count(*) FROM event WHERE message=1 AND data IS NULL"),
                        "1");
    assert_int_equal(store_checkpoint(t->store), ERR_OK);
    FILE *file = fopen(store_path(t->store), "rb");
    static char bytes[1 << 20];
    size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    assert_true(size < sizeof(bytes));
    for (char *at = bytes; (at = memmem(at, size - (size_t)(at - bytes), "canary-in", 9)); at++)
        found++;
    assert_int_equal(found, 1);
}

static void a_fact_that_does_not_fit_fails(void **state) {
    struct test_store *t = *state;
    struct chat_fact same_nonce = fact_message(2, 1, 2, 1), same_seq = fact_message(3, 1, 1, 2);
    struct chat_fact nobody = fact_message(4, 1, 2, 77), changed = fact_user(77);
    test_store_send(t, fact_message(1, 1, 1, 1));
    same_nonce.message.nonce = STR("nonce-1");
    changed.kind = CHAT_FACT_USER_CHANGED;
    const struct {
        struct chat_fact fact;
        enum err error;
    } rows[] = {
        {same_nonce, ERR_INVALID},
        {same_seq, ERR_INVALID},
        {nobody, ERR_INVALID},
        {changed, ERR_CORRUPT},
        {fact_joined(1, 77), ERR_INVALID},
        {fact_joined(1, 1), ERR_INVALID},
        {fact_left(1, 77), ERR_CORRUPT},
        {fact_session(1, 77), ERR_INVALID},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        test_store_begin(t);
        assert_int_equal(test_store_try(t, rows[i].fact, none), rows[i].error);
        store_batch_rollback(t->store);
        t->pos--;
        assert_int_equal(store_recover(t->store), ERR_OK);
    }
    struct chat_fact other_author = fact_message(5, 1, 2, 2);
    other_author.message.nonce = STR("nonce-1"); /* a nonce is its author's */
    test_store_send(t, other_author);
}

static void a_batch_is_seen_by_its_own_lookups_and_undone_whole(void **state) {
    struct test_store *t = *state;
    struct chat_stored_message found;
    test_store_begin(t);
    assert_int_equal(test_store_try(t, fact_user(9), none), ERR_OK);
    assert_int_equal(test_store_try(t, fact_message(1, 1, 1, 1), none), ERR_OK);
    assert_int_equal(store_find_nonce(t->store, 1, STR("nonce-1"), &t->arena, &found), ERR_OK);
    assert_int_equal(found.message.id, 1);
    assert_int_equal(store_find_nonce(t->store, 2, STR("nonce-1"), &t->arena, &found),
                     ERR_NOT_FOUND);
    assert_int_equal(store_read_message(t->reader, 1, &t->arena, &found), ERR_NOT_FOUND);
    store_batch_rollback(t->store);
    assert_int_equal(store_find_message(t->store, 1, &t->arena, &found), ERR_NOT_FOUND);
    assert_string_equal(look(t, "SELECT count(*) FROM user"), "3");
    store_batch_rollback(t->store); /* harmless */
}

/* Goal: a full disk refuses writing, harms nothing, and writing returns by itself. Method: a bound on the pages. */
static void a_full_disk_refuses_writing_until_there_is_space(void **state) {
    struct test_store *t = *state;
    struct chat_stored_message found;
    struct chat_fact large = fact_message(2, 1, 2, 1);
    static char body[16384];
    memset(body, 'x', sizeof(body));
    large.message.body = str_of(body, sizeof(body));
    test_store_send(t, fact_message(1, 1, 1, 1));
    look(t, "PRAGMA max_page_count = 1"); /* SQLite raises it to what there is */
    for (int i = 0; i < 3; i++) {
        test_store_begin(t);
        assert_int_equal(test_store_try(t, large, none), ERR_NO_SPACE);
        store_batch_rollback(t->store);
        t->pos--;
        assert_int_equal(store_read_message(t->reader, 1, &t->arena, &found), ERR_OK);
        assert_int_equal(store_batch_begin(t->store), ERR_UNAVAILABLE);
        assert_int_equal(store_find_message(t->store, 1, &t->arena, &found), ERR_OK);
        assert_int_equal(store_recover(t->store), ERR_OK);
        look(t, "PRAGMA max_page_count = 1"); /* of the new connection */
    }
    look(t, "PRAGMA max_page_count = 1000000");
    test_store_send(t, large);
    assert_int_equal(store_read_message(t->reader, 2, &t->arena, &found), ERR_OK);
}

static void fill_and_die(const char *directory) {
    const struct store_options options = {.directory = directory};
    struct test_store t = {0};
    const char *message;
    if (store_open(&options, &t.store, &message) != ERR_OK)
        _exit(1);
    test_store_people(&t, 2, 1);
    test_store_send(&t, fact_message(1, 1, 1, 1));
    test_store_begin(&t);
    test_store_try(&t, fact_message(2, 1, 2, 1), none);
    kill(getpid(), SIGKILL);
}

/* Goal: what was committed survives kill -9, what was not leaves no trace. Method: a child that kills itself in a batch. */
static void a_killed_server_keeps_what_was_committed(void **state) {
    struct test_store t = {0};
    struct chat_stored_message found;
    int status = 0;
    (void)state;
    test_dir_make(&t.dir);
    pid_t child = fork();
    if (child == 0)
        fill_and_die(t.dir.path);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    test_store_open(&t);
    assert_int_equal(store_find_message(t.store, 1, &t.arena, &found), ERR_OK);
    assert_int_equal(store_find_message(t.store, 2, &t.arena, &found), ERR_NOT_FOUND);
    t.pos = atoll(look(&t, "SELECT max(pos) FROM event"));
    test_store_send(&t, fact_message(2, 1, 2, 1)); /* nothing of it is left in the way */
    test_store_close(&t);
    test_dir_remove(&t.dir);
    arena_deinit(&t.arena);
}

static void a_closed_store_opens_as_it_was(void **state) {
    struct test_store *t = *state;
    struct chat_stored_message found;
    test_store_send(t, fact_message(1, 1, 1, 1));
    test_store_reopen(t);
    assert_int_equal(store_find_message(t->store, 1, &t->arena, &found), ERR_OK);
    assert_str(found.message.body, "text 1");
    test_store_send(t, fact_message(2, 1, 2, 1));
}

int main(void) {
#define WRITE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        WRITE_TEST(a_changed_user_is_changed_whole),
        WRITE_TEST(status_and_last_seen_change_alone),
        WRITE_TEST(sessions_come_are_used_and_end),
        WRITE_TEST(a_room_changes_and_members_change_and_leave),
        WRITE_TEST(an_act_of_somebody_with_rights_is_kept_with_its_checksum),
        WRITE_TEST(sending_reads_up_to_the_message_and_counts_mentions),
        WRITE_TEST(the_log_has_a_row_for_each_fact),
        WRITE_TEST(the_text_of_a_message_is_in_the_file_once),
        WRITE_TEST(a_fact_that_does_not_fit_fails),
        WRITE_TEST(a_batch_is_seen_by_its_own_lookups_and_undone_whole),
        WRITE_TEST(a_full_disk_refuses_writing_until_there_is_space),
        cmocka_unit_test(a_killed_server_keeps_what_was_committed),
        WRITE_TEST(a_closed_store_opens_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
