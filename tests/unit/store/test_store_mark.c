/* test_store_mark.c: gathering the marks of authors leaves the rows that writing each at once would.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_mark.h"

#include "store/store_internal.h"
#include "test_random.h"
#include "test_store.h"

#define ROOMS   40
#define USERS   40 /* three times as many pairs as there are places for */
#define BATCHES 12

static struct member { int64_t read_seq, mentions; } members[ROOMS + 1][USERS + 1];
static int64_t seqs[ROOMS + 1], messages;

static int setup(void **state) {
    int code = test_store_setup(state);
    test_store_people(*state, USERS, ROOMS);
    memset(members, 0, sizeof(members));
    memset(seqs, 0, sizeof(seqs));
    messages = 0;
    return code;
}

static void say(struct test_store *t, int64_t room, int64_t author, int64_t mentioned) {
    struct chat_fact fact = fact_message(++messages, room, ++seqs[room], author);
    const struct store_log_entry entry = {
        .event = PROTO_EVENT_MESSAGE_NEW, .scope = CHAT_SCOPE_ROOM, .room = room};
    fact.message.mentions = &mentioned;
    fact.message.mention_count = mentioned != 0;
    assert_int_equal(test_store_try(t, fact, entry), ERR_OK);
    members[room][author] = (struct member){seqs[room], 0};
    if (mentioned != 0 && mentioned != author)
        members[room][mentioned].mentions++;
}

static void put_mark(struct test_store *t, int64_t room, int64_t user, int64_t seq) {
    struct chat_fact fact = fact_joined(room, user);
    fact.kind = CHAT_FACT_MEMBER_ME;
    fact.member.read_seq = seq;
    assert_int_equal(test_store_try(t, fact, (struct store_log_entry){.event = PROTO_EVENT_NONE}),
                     ERR_OK);
    members[room][user] = (struct member){seq, 0};
}

static void assert_rows(struct test_store *t) {
    sqlite3_stmt *statement = NULL;
    bool row;
    int count = 0;
    int code = sqlite3_prepare_v2(t->reader->db.handle,
                                  "SELECT room, user, read_seq, mentions FROM member", -1,
                                  &statement, NULL);
    assert_int_equal(code, SQLITE_OK);
    while (store_sql_step(&t->reader->db, statement, &row) == ERR_OK && row) {
        const struct member *wanted =
            &members[sqlite3_column_int64(statement, 0)][sqlite3_column_int64(statement, 1)];
        assert_int_equal(sqlite3_column_int64(statement, 2), wanted->read_seq);
        assert_int_equal(sqlite3_column_int64(statement, 3), wanted->mentions);
        count++;
    }
    sqlite3_finalize(statement);
    assert_int_equal(count, ROOMS * USERS);
}

static void marks_mentions_and_what_people_set_keep_their_order(void **state) {
    struct test_store *t = *state;
    struct test_random r = test_random_stream(1);
    for (int batch = 0; batch < BATCHES; batch++) {
        test_store_begin(t);
        for (size_t n = test_random_below(&r, 2000); n > 0; n--) {
            int64_t room = 1 + (int64_t)test_random_below(&r, ROOMS);
            int64_t user = 1 + (int64_t)test_random_below(&r, USERS);
            size_t deed = test_random_below(&r, 20);
            if (deed == 0)
                put_mark(t, room, user, (int64_t)test_random_below(&r, (size_t)seqs[room] + 1));
            else
                say(t, room, user, deed == 1 ? 1 + (int64_t)test_random_below(&r, USERS) : 0);
        }
        test_store_commit(t);
        assert_rows(t);
    }
}

static void an_author_who_is_mentioned_behind_his_message_keeps_the_mention(void **state) {
    struct test_store *t = *state;
    test_store_begin(t);
    say(t, 1, 1, 0);
    say(t, 1, 2, 1);
    test_store_commit(t);
    assert_int_equal(members[1][1].mentions, 1);
    assert_rows(t);
}

static void a_batch_that_is_undone_leaves_no_mark(void **state) {
    struct test_store *t = *state;
    test_store_begin(t);
    say(t, 1, 1, 0);
    store_batch_rollback(t->store);
    members[1][1] = (struct member){0};
    seqs[1] = messages = 0;
    t->pos--;
    test_store_begin(t);
    say(t, 2, 2, 0);
    test_store_commit(t);
    assert_rows(t);
}

/* What is being counted: the rows that a commit writes. */
static void an_author_costs_one_row_in_a_batch(void **state) {
    struct test_store *t = *state;
    test_store_begin(t);
    int before = sqlite3_total_changes(t->store->db.handle);
    for (int i = 0; i < 100; i++)
        say(t, 1, 1, 0);
    test_store_commit(t);
    int written = sqlite3_total_changes(t->store->db.handle) - before;
    assert_int_equal(written, 100 /* messages */ + 100 /* events */ + 1);
}

int main(void) {
#define MARK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        MARK_TEST(marks_mentions_and_what_people_set_keep_their_order),
        MARK_TEST(an_author_who_is_mentioned_behind_his_message_keeps_the_mention),
        MARK_TEST(a_batch_that_is_undone_leaves_no_mark),
        MARK_TEST(an_author_costs_one_row_in_a_batch),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
