/* test_store_keep.c: the write-ahead log stays short, and old events go.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_keep.h"
#include "store/store_load.h"
#include "store/store_message.h"
#include "test_sink.h"
#include "test_store.h"

#include <pthread.h>

#define WAL_BYTES_EVER_MAX (128 << 20)

static int64_t file_bytes(struct test_store *t, const char *name) {
    struct stat status;
    return stat(test_dir_file(&t->dir, name), &status) == 0 ? status.st_size : 0;
}

static int64_t count_events(struct test_store *t) {
    sqlite3_stmt *statement = NULL;
    int64_t count = -1;
    assert_int_equal(
        sqlite3_prepare_v2(t->store->db.handle, "SELECT count(*) FROM event", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(store_sql_number(&t->store->db, statement, &count), ERR_OK);
    sqlite3_finalize(statement);
    return count;
}

#define BODY_BYTES 16384 /* the longest message */

/* So many of the longest messages, in the batch that runs. */
static void write_long(struct test_store *t, int count, int64_t *id) {
    static char body[BODY_BYTES];
    memset(body, 'x', sizeof(body));
    for (int i = 0; i < count; i++) {
        int64_t next = ++*id;
        struct chat_fact fact = fact_message(next, 1, next, 1);
        fact.message.body = str_of(body, sizeof(body));
        assert_int_equal(test_store_try(t, fact,
                                        (struct store_log_entry){
                                            .event = PROTO_EVENT_MESSAGE_NEW,
                                            .scope = CHAT_SCOPE_ROOM,
                                            .room = 1,
                                        }),
                         ERR_OK);
    }
}

/* Messages 16 KiB long until more than `bytes` were written. */
static void write_much(struct test_store *t, int64_t bytes, int64_t *id) {
    for (; bytes > 0; bytes -= 64 * BODY_BYTES) {
        test_store_begin(t);
        write_long(t, 64, id);
        test_store_commit(t);
    }
}

static void a_checkpoint_lets_the_log_start_again(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    test_store_people(t, 1, 1);
    write_much(t, 2 << 20, &id);
    assert_true(store_wal_bytes(t->store) > 2 << 20);
    assert_int_equal(store_wal_bytes(t->store) + 32, file_bytes(t, "parley.db-wal"));
    assert_int_equal(store_checkpoint(t->store), ERR_OK);
    write_much(t, 1, &id);
    assert_true(store_wal_bytes(t->store) < 2 << 20);
    assert_true(file_bytes(t, "parley.db") > 2 << 20);
}

static void an_idle_store_checkpoints_by_itself(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    test_store_people(t, 1, 1);
    write_much(t, 6 << 20, &id);
    assert_true(file_bytes(t, "parley.db") < 1 << 20);
    (void)store_idle(t->store, FACT_AT_MS);
    assert_true(file_bytes(t, "parley.db") > 6 << 20);
}

static void the_log_is_bounded_when_there_is_no_pause(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    test_store_people(t, 1, 1);
    for (int i = 0; i < 10; i++) {
        write_much(t, 16 << 20, &id);
        assert_true(file_bytes(t, "parley.db-wal") < WAL_BYTES_EVER_MAX);
    }
    assert_true(file_bytes(t, "parley.db") > 64 << 20);
}

/* Somebody holds a snapshot, as a backup does, or a person with SQLite's shell who has gone to lunch. Batches are as large as they
 * get. */
static void the_log_is_bounded_whoever_reads(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    enum err error;
    bool yields = false;
    struct chat_stored_message found;
    test_store_people(t, 1, 1);
    assert_int_equal(store_snapshot_begin(t->reader), ERR_OK);
    assert_int_equal(store_message_get(&t->reader->db, 1, &t->arena, &found), ERR_NOT_FOUND);
    while ((error = store_batch_begin(t->store)) == ERR_OK) {
        write_long(t, 512, &id);
        test_store_commit(t);
        yields = yields || store_wal_must_yield(t->reader->db.handle, 0);
        assert_true(file_bytes(t, "parley.db-wal") < WAL_BYTES_EVER_MAX);
    }
    assert_int_equal(error, ERR_BUSY);
    assert_true(yields); /* our own tools would have ended their snapshots before */
    int64_t bytes = store_wal_file_bytes(t->reader->db.handle);
    assert_int_equal(bytes, file_bytes(t, "parley.db-wal"));
    assert_false(store_wal_must_yield(t->reader->db.handle,
                                      bytes)); /* one that begins now hinders nobody yet */
    assert_true(id > 512 * 10);
    assert_int_equal(store_recover(t->store), ERR_BUSY);
    assert_int_equal(store_message_get(&t->store->db, id, &t->arena, &found), ERR_OK);

    store_snapshot_end(t->reader);
    assert_int_equal(store_recover(t->store), ERR_OK);
    write_much(t, 1, &id);
    assert_true(file_bytes(t, "parley.db-wal") <= 65 << 20);
    assert_int_equal(store_read_message(t->reader, id, &t->arena, &found), ERR_OK);
}

static void *let_go_in_a_moment(void *argument) {
    struct test_store *t = argument;
    const struct timespec moment = {.tv_nsec = 30000000};
    (void)nanosleep(&moment, NULL); /* the batch is waiting by now; if not, it need not wait */
    store_snapshot_end(t->reader);
    return NULL;
}

/* Our own readers let go soon. Under load without a pause that must not look like a store that cannot write. */
static void a_batch_waits_for_a_reader_who_soon_lets_go(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    pthread_t reader;
    struct chat_stored_message found;
    test_store_people(t, 1, 1);
    assert_int_equal(store_snapshot_begin(t->reader), ERR_OK);
    assert_int_equal(store_message_get(&t->reader->db, 1, &t->arena, &found), ERR_NOT_FOUND);
    while (store_wal_bytes(t->store) <= 112 << 20)
        write_much(t, 1, &id);
    assert_int_equal(pthread_create(&reader, NULL, let_go_in_a_moment, t), 0);
    assert_int_equal(store_batch_begin(t->store), ERR_OK);
    assert_int_equal(pthread_join(reader, NULL), 0);
    write_long(t, 1, &id);
    test_store_commit(t);
    assert_true(store_wal_bytes(t->store) < 1 << 20);
}

/* Nine events, the last three of them an hour younger. */
static void write_old_and_new(struct test_store *t) {
    test_store_people(t, 1, 1);
    for (int64_t id = 1; id <= 6; id++) {
        struct chat_fact fact = fact_message(id, 1, id, 1);
        fact.at_ms = FACT_AT_MS + (id > 3 ? 3600000 : 0);
        test_store_send(t, fact);
    }
    t->store->event_keep_ms = 60000;
}

static void old_events_go_and_the_log_says_how_far_it_reaches(void **state) {
    struct test_store *t = *state;
    struct test_sink sink = {0};
    struct chat_sink into = test_sink_of(&sink);
    struct chat_stored_message found;
    write_old_and_new(t);
    assert_int_equal(store_first_pos(t->store), 1);
    while (store_idle(t->store, FACT_AT_MS + 3600000)) {
    }
    assert_int_equal(store_first_pos(t->store), t->pos - 2);
    assert_int_equal(count_events(t), 3);
    test_store_reopen(t);
    assert_int_equal(store_first_pos(t->store), t->pos - 2);
    assert_int_equal(store_load(t->store, &into), ERR_OK);
    assert_int_equal(sink.first_pos, t->pos - 2);
    assert_int_equal(sink.last_pos, t->pos);
    assert_int_equal(store_find_message(t->store, 1, &t->arena, &found), ERR_OK); /* it stays */
    test_sink_deinit(&sink);
}

static void the_last_event_stays_however_old(void **state) {
    struct test_store *t = *state;
    write_old_and_new(t);
    while (store_idle(t->store, FACT_AT_MS + 999 * 3600000LL)) {
    }
    assert_int_equal(count_events(t), 1);
    assert_int_equal(store_first_pos(t->store), t->pos);
    test_store_send(t, fact_message(7, 1, 7, 1));
}

static void many_old_events_go_a_piece_at_a_time(void **state) {
    struct test_store *t = *state;
    int turns = 1;
    test_store_people(t, 1, 1);
    test_store_begin(t);
    for (int64_t id = 1; id <= 1200; id++)
        assert_int_equal(test_store_try(t, fact_message(id, 1, id, 1),
                                        (struct store_log_entry){.event = PROTO_EVENT_NONE}),
                         ERR_OK);
    test_store_commit(t);
    t->store->event_keep_ms = 1;
    while (store_idle(t->store, FACT_AT_MS + 3600000))
        turns++;
    assert_in_range(turns, 3, 4);
    assert_int_equal(count_events(t), 1);
}

int main(void) {
#define KEEP_TEST(name) cmocka_unit_test_setup_teardown(name, test_store_setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        KEEP_TEST(a_checkpoint_lets_the_log_start_again),
        KEEP_TEST(an_idle_store_checkpoints_by_itself),
        KEEP_TEST(the_log_is_bounded_when_there_is_no_pause),
        KEEP_TEST(the_log_is_bounded_whoever_reads),
        KEEP_TEST(a_batch_waits_for_a_reader_who_soon_lets_go),
        KEEP_TEST(old_events_go_and_the_log_says_how_far_it_reaches),
        KEEP_TEST(the_last_event_stays_however_old),
        KEEP_TEST(many_old_events_go_a_piece_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
