/* test_store_gather.c: a commit goes to the disk in one piece, and nobody can tell the difference.
 *
 * Calls to the disk are counted, and fail, by tests/support/test_vfs.h, which stands beneath the gathering file system.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_gather.h"

#include "store/store_internal.h"
#include "store/store_message.h"
#include "test_store.h"
#include "test_vfs.h"

#define BODY_BYTES    8000 /* two pages */
#define GATHERED      10   /* messages that fit into one write */
#define FAR_TOO_LARGE 100  /* of them: more than is ever gathered */

static int setup(void **state) {
    test_vfs_install();
    int code = test_store_setup(state);
    test_store_people(*state, 1, 1);
    return code;
}

static void add_messages(struct test_store *t, int count, int64_t *id) {
    static char body[BODY_BYTES];
    memset(body, 'x', sizeof(body));
    for (int i = 0; i < count; i++) {
        int64_t next = ++*id;
        struct chat_fact fact = fact_message(next, 1, next, 1);
        fact.message.body = str_of(body, sizeof(body));
        enum err error = test_store_try(t, fact,
                                        (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_NEW,
                                                                 .scope = CHAT_SCOPE_ROOM,
                                                                 .room = 1});
        assert_int_equal(error, ERR_OK);
    }
}

static bool reader_sees(struct test_store *t, int64_t id) {
    struct chat_stored_message message;
    enum err error = store_message_get(&t->reader->db, id, &t->arena, &message);
    assert_true(error == ERR_OK || error == ERR_NOT_FOUND);
    return error == ERR_OK && message.message.body.len == BODY_BYTES;
}

/* The calls to the disk that a commit of so many messages takes. */
static long calls_of_commit(struct test_store *t, int count, int64_t *id) {
    test_store_begin(t);
    add_messages(t, count, id);
    test_vfs_fail(0, TEST_VFS_NONE, false); /* counts from here */
    test_store_commit(t);
    return test_vfs_calls();
}

static void a_commit_of_many_pages_is_one_write_and_one_sync(void **state) {
    int64_t id = 0;
    (void)calls_of_commit(*state, 1, &id); /* the log's own head was written */
    assert_int_equal(calls_of_commit(*state, GATHERED, &id), 2);
    assert_true(reader_sees(*state, id));
}

static void a_large_commit_takes_a_few_writes(void **state) {
    int64_t id = 0;
    (void)calls_of_commit(*state, 1, &id);
    assert_in_range(calls_of_commit(*state, FAR_TOO_LARGE, &id), 3, 16);
    for (int64_t i = 1; i <= id; i++)
        assert_true(reader_sees(*state, i));
}

/* SQLite does not sync then, but readers hear of the commit all the same. */
static void a_commit_without_a_sync_is_in_the_file(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    assert_int_equal(store_db_script(&t->store->db, "PRAGMA synchronous = OFF"), ERR_OK);
    assert_int_equal(calls_of_commit(t, GATHERED, &id), 1);
    assert_true(reader_sees(t, id));
}

/* With room for a few pages only, SQLite writes pages before the commit, reads them back and overwrites them. */
static void what_is_gathered_can_be_read_and_written_again(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    assert_int_equal(store_db_script(&t->store->db, "PRAGMA cache_size = 10"), ERR_OK);
    test_store_begin(t);
    for (int i = 0; i < FAR_TOO_LARGE; i++) {
        struct chat_stored_message message;
        add_messages(t, 1, &id);
        assert_int_equal(store_message_get(&t->store->db, 1 + id / 2, &t->arena, &message), ERR_OK);
    }
    assert_false(reader_sees(t, 1));
    test_store_commit(t);
    for (int64_t i = 1; i <= id; i++)
        assert_true(reader_sees(t, i));
    assert_int_equal(store_db_check(&t->store->db, true), ERR_OK);
}

static void what_was_rolled_back_is_not_there(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    assert_int_equal(store_db_script(&t->store->db, "PRAGMA cache_size = 10"), ERR_OK);
    test_store_begin(t);
    add_messages(t, FAR_TOO_LARGE, &id);
    store_batch_rollback(t->store);
    id = 0;
    t->pos -= FAR_TOO_LARGE;
    (void)calls_of_commit(t, 1, &id);
    assert_true(reader_sees(t, 1));
    assert_false(reader_sees(t, 2));
    test_store_reopen(t);
    assert_int_equal(store_db_check(&t->store->db, true), ERR_OK);
    assert_false(reader_sees(t, 2));
}

/* Bytes that were lost are never synced as if they were there, nor read; what was committed before them is. */
static void after_a_lost_write_nothing_is_written_until_the_file_is_opened_anew(void **state) {
    struct test_store *t = *state;
    int64_t id = 0;
    (void)calls_of_commit(t, 1, &id);
    test_store_begin(t);
    add_messages(t, GATHERED, &id);
    test_vfs_fail(1, TEST_VFS_EIO, false);
    assert_int_equal(store_batch_commit(t->store), ERR_IO);
    test_vfs_heal();
    store_batch_rollback(t->store);
    struct chat_stored_message before;
    (void)sqlite3_db_release_memory(t->store->db.handle); /* so that it is read from the log */
    assert_int_equal(store_message_get(&t->store->db, 1, &t->arena, &before), ERR_OK);
    sqlite3_file *log = NULL;
    int code =
        sqlite3_file_control(t->store->db.handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    assert_int_equal(code, SQLITE_OK);
    assert_int_equal(log->pMethods->xWrite(log, "", 1, 0) & 0xff, SQLITE_IOERR);
    assert_int_equal(log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) & 0xff, SQLITE_IOERR);
    char bytes[32];
    sqlite3_int64 end = 0;
    assert_int_equal(log->pMethods->xRead(log, bytes, sizeof bytes, 0), SQLITE_OK);
    for (int code_at_end = SQLITE_OK; code_at_end == SQLITE_OK; end += (int)sizeof bytes)
        code_at_end = log->pMethods->xRead(log, bytes, sizeof bytes, end);
    assert_true(end > 4096); /* the first commit */
    assert_int_equal(store_recover(t->store), ERR_OK);
    id = 1;
    t->pos -= GATHERED;
    (void)calls_of_commit(t, 1, &id);
    assert_true(reader_sees(t, 2));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_commit_of_many_pages_is_one_write_and_one_sync, setup,
                                        test_store_teardown),
        cmocka_unit_test_setup_teardown(a_large_commit_takes_a_few_writes, setup,
                                        test_store_teardown),
        cmocka_unit_test_setup_teardown(a_commit_without_a_sync_is_in_the_file, setup,
                                        test_store_teardown),
        cmocka_unit_test_setup_teardown(what_is_gathered_can_be_read_and_written_again, setup,
                                        test_store_teardown),
        cmocka_unit_test_setup_teardown(what_was_rolled_back_is_not_there, setup,
                                        test_store_teardown),
        cmocka_unit_test_setup_teardown(
            after_a_lost_write_nothing_is_written_until_the_file_is_opened_anew, setup,
            test_store_teardown),
    };
    return cmocka_run_group_tests_name("store_gather", tests, NULL, NULL);
}
