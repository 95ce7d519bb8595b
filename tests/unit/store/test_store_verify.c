/* test_store_verify.c: whatever is wrong with a database is found and named.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "store/store_internal.h"
#include "store/store_migrate.h"
#include "store/store_sum.h"
#include "store/store_verify.h"
#include "test_store.h"

struct findings {
    struct buf lines;
    struct store_summary summary;
    const char *message;
};

static void note(void *context, const char *line) {
    buf_printf(&((struct findings *)context)->lines, "%s\n", line);
}

static enum err verify(const char *path, struct findings *out) {
    const struct store_listener listener = {out, note};
    buf_clear(&out->lines);
    return store_verify(path, &listener, &out->summary, &out->message);
}

static int setup(void **state) {
    test_store_setup(state);
    struct test_store *t = *state;
    test_store_people(t, 2, 2);
    test_store_silent(t, fact_session(5, 2));
    for (int64_t id = 1; id <= 6; id++)
        test_store_send(t, fact_message(id, 1 + id % 2, (id + 1) / 2, 1 + id % 2));
    return 0;
}

static void change(struct test_store *t, const char *text) {
    struct store_db db = {0};
    assert_int_equal(sqlite3_open(store_path(t->store), &db.handle), SQLITE_OK);
    assert_int_equal(store_sum_attach(&db), ERR_OK);
    sqlite3_wal_autocheckpoint(db.handle, 0);
    store_db_leave(&db);
    assert_int_equal(store_db_script(&db, text), ERR_OK);
    store_db_close(&db);
}

/* While a server has it open. */
static void a_whole_database_is_counted(void **state) {
    struct test_store *t = *state;
    struct findings found = {0};
    assert_int_equal(verify(store_path(t->store), &found), ERR_OK);
    assert_int_equal(found.summary.faults, 0);
    assert_int_equal(found.lines.len, 0);
    assert_int_equal(found.summary.users, 2);
    assert_int_equal(found.summary.rooms, 2);
    assert_int_equal(found.summary.members, 4);
    assert_int_equal(found.summary.sessions, 1);
    assert_int_equal(found.summary.messages, 6);
    assert_int_equal(found.summary.events, t->pos);
    assert_int_equal(found.summary.end_pos, t->pos);
    buf_deinit(&found.lines);
}

static void whatever_is_wrong_is_named(void **state) {
    static const struct {
        const char *damage, *line;
    } rows[] = {
        {"UPDATE user SET role = 'owner' WHERE id = 2", "user 2: its row is damaged\n"},
        {"UPDATE session SET user = 1 WHERE id = 5", "session 5: its row is damaged\n"},
        {"UPDATE room SET topic = 'x' WHERE id = 2", "room 2: its row is damaged\n"},
        {"UPDATE member SET role = 'owner' WHERE room = 1 AND user = 2",
         "member of room 1, user 2: its row is damaged\n"},
        {"UPDATE event SET at_ms = 1 WHERE pos = 3", "event 3: its row is damaged\n"},
        {"UPDATE message SET body = 'x' WHERE id = 4", "message 4: its row is damaged\n"},
        {"UPDATE message SET pinned = 1 WHERE id = 4",
         "message 4: what was put on it is damaged\n"},
        {"DELETE FROM message WHERE id = 3",
         "room 2, newest message 3: its messages are not numbered without holes\n"},
        {"DELETE FROM event WHERE pos = 3", "it has holes\n"},
        {"UPDATE meta SET value = 5 WHERE key = 'purged_pos'", "it has holes\n"},
        {"PRAGMA foreign_keys = OFF; DELETE FROM user WHERE id = 2",
         "message 1: refers to a user that is not there\n"},
        {"UPDATE message SET reply_to = 1 WHERE id = 4",
         "message 4, answered message 1: they are not in the same room\n"},
    };
    struct findings found = {0};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        void *own;
        setup(&own);
        struct test_store *t = own;
        change(t, rows[i].damage);
        assert_int_equal(verify(store_path(t->store), &found), ERR_OK);
        assert_true(found.summary.faults > 0);
        if (strstr(buf_c(&found.lines), rows[i].line) == NULL)
            fail_msg("wanted %s, got %s", rows[i].line, buf_c(&found.lines));
        test_store_teardown(&own);
    }
    buf_deinit(&found.lines);
    (void)state;
}

/* Statements that put a row with a wrong checksum into each table that has checksums: whatever its columns are. */
static int make_bad_rows(struct test_store *t, char statements[][600], int count_max) {
    static const char text[] =
        "SELECT 'PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; INSERT INTO ' || "
        "t.name || ' (' ||"
        " group_concat(c.name) || ') VALUES (' || group_concat(CASE c.type WHEN 'TEXT' THEN '''x'''"
        " WHEN 'BLOB' THEN 'x''00''' ELSE '77' END) || ')'"
        " FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND"
        " EXISTS (SELECT * FROM pragma_table_info(t.name) WHERE name = 'checksum') GROUP BY t.name";
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    int count = 0;
    assert_int_equal(sqlite3_open(store_path(t->store), &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, text, -1, &statement, NULL), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        assert_true(count < count_max);
        snprintf(statements[count++], sizeof statements[0], "%s",
                 (const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
    return count;
}

/* A table that gets checksums gets a look as well. */
static void every_table_with_checksums_is_looked_at(void **state) {
    static char statements[64][600];
    struct findings found = {0};
    int count = make_bad_rows(*state, statements, 64);
    assert_true(count > 6);
    for (int i = 0; i < count; i++) {
        void *own;
        setup(&own);
        struct test_store *t = own;
        change(t, statements[i]);
        assert_int_equal(verify(store_path(t->store), &found), ERR_OK);
        if (strstr(buf_c(&found.lines), "its row is damaged") == NULL)
            fail_msg("not looked at: %s", statements[i]);
        test_store_teardown(&own);
    }
    buf_deinit(&found.lines);
}

/* A page in the middle of the file: SQLite itself finds that. */
static void broken_pages_are_found(void **state) {
    struct test_store *t = *state;
    struct findings found = {0};
    char rubbish[4096];
    char *path = str_dup_c(str_of_c(store_path(t->store)));
    memset(rubbish, 0x55, sizeof rubbish);
    test_store_close(t);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(pwrite(fd, rubbish, sizeof rubbish, 5 * 4096) == sizeof rubbish);
    close(fd);
    assert_int_equal(verify(path, &found), ERR_OK);
    assert_true(found.summary.faults > 0);
    fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(pwrite(fd, rubbish, 100, 0) == 100);
    close(fd);
    assert_int_equal(verify(path, &found), ERR_CORRUPT);
    assert_non_null(strstr(found.message, "too damaged"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(test_dir_file(&t->dir, "parley.lock")),
                     0); /* it remembers the database */
    test_store_open(t);
    buf_deinit(&found.lines);
    free(path);
}

static void what_is_no_database_of_ours_is_said_so(void **state) {
    struct test_store *t = *state;
    struct findings found = {0};
    const char *path = test_dir_file(&t->dir, "other");
    assert_int_equal(verify(path, &found), ERR_NOT_FOUND);
    assert_non_null(strstr(found.message, "is not there"));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("Dear diary, this is no database, however long it may be, and it is longer than that.",
          file);
    fclose(file);
    assert_int_equal(verify(path, &found), ERR_CORRUPT);
    buf_deinit(&found.lines);
}

static void an_older_schema_is_looked_at_as_far_as_it_goes(void **state) {
    struct test_store *t = *state;
    struct findings found = {0};
    struct store_db db = {0};
    char path[512];
    snprintf(path, sizeof path, "%s", test_dir_file(&t->dir, "old.db"));
    assert_int_equal(sqlite3_open(path, &db.handle), SQLITE_OK);
    assert_int_equal(store_migrate(&db, store_migrations, 1), ERR_OK);
    store_db_close(&db);
    assert_int_equal(verify(path, &found), ERR_OK);
    assert_int_equal(found.summary.faults, 0);
    assert_int_equal(found.summary.version, 1);
    assert_int_equal(sqlite3_open(path, &db.handle), SQLITE_OK);
    assert_int_equal(store_db_script(&db, "PRAGMA user_version = 9999"), ERR_OK);
    store_db_close(&db);
    assert_int_equal(verify(path, &found), ERR_TOO_NEW);
    buf_deinit(&found.lines);
}

int main(void) {
#define VERIFY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        VERIFY_TEST(a_whole_database_is_counted),
        cmocka_unit_test(whatever_is_wrong_is_named),
        VERIFY_TEST(every_table_with_checksums_is_looked_at),
        VERIFY_TEST(broken_pages_are_found),
        VERIFY_TEST(what_is_no_database_of_ours_is_said_so),
        VERIFY_TEST(an_older_schema_is_looked_at_as_far_as_it_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
