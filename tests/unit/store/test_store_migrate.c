/* test_store_migrate.c: old schemas become new ones, whole or not at all; newer ones are left alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_migrate.h"
#include "store/store_sum.h"
#include "test_store.h"

static const struct store_migration good[] = {
    {1, "0001_a.sql",
     "CREATE TABLE a (x INTEGER) STRICT; PRAGMA application_id = 0x506C7931; PRAGMA user_version = "
     "1;"},
    {2, "0002_b.sql",
     "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO b VALUES (7); PRAGMA user_version = 2;"},
};
/* The second file fails after it has done something. */
static const struct store_migration bad[] = {
    {1, "0001_a.sql",
     "CREATE TABLE a (x INTEGER) STRICT; PRAGMA application_id = 0x506C7931; PRAGMA user_version = "
     "1;"},
    {2, "0002_b.sql",
     "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (7); PRAGMA user_version = 2;"},
};

static int setup(void **state) {
    struct store_db *db = calloc(1, sizeof(*db));
    assert_int_equal(sqlite3_open(":memory:", &db->handle), SQLITE_OK);
    assert_int_equal(store_sum_attach(db), ERR_OK);
    *state = db;
    return 0;
}

static int teardown(void **state) {
    store_db_close(*state);
    free(*state);
    return 0;
}

static int64_t number(struct store_db *db, const char *text) {
    sqlite3_stmt *statement = NULL;
    int64_t value = -1;
    assert_int_equal(sqlite3_prepare_v2(db->handle, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(store_sql_number(db, statement, &value), ERR_OK);
    sqlite3_finalize(statement);
    return value;
}

static void an_empty_database_gets_every_file(void **state) {
    assert_int_equal(store_migrate(*state, good, 2), ERR_OK);
    assert_int_equal(number(*state, "PRAGMA user_version"), 2);
    assert_int_equal(number(*state, "SELECT x FROM b"), 7);
}

static void an_older_database_gets_only_the_files_behind_its_version(void **state) {
    assert_int_equal(store_migrate(*state, good, 1), ERR_OK);
    assert_int_equal(number(*state, "PRAGMA user_version"), 1);
    assert_int_equal(store_migrate(*state, good, 2),
                     ERR_OK); /* a second CREATE TABLE a would fail */
    assert_int_equal(number(*state, "PRAGMA user_version"), 2);
    assert_int_equal(store_migrate(*state, good, 2), ERR_OK);
    assert_int_equal(number(*state, "SELECT count(*) FROM b"), 1);
}

/* threat 75, 76: a file of a later version. */
static void a_newer_database_is_refused_and_not_touched(void **state) {
    assert_int_equal(store_migrate(*state, good, 2), ERR_OK);
    assert_int_equal(store_migrate(*state, good, 1), ERR_TOO_NEW);
    assert_int_equal(number(*state, "PRAGMA user_version"), 2);
}

static void a_file_that_fails_leaves_the_schema_before_it(void **state) {
    assert_int_equal(store_migrate(*state, bad, 2), ERR_INVALID);
    assert_int_equal(number(*state, "PRAGMA user_version"), 1);
    assert_int_equal(number(*state, "SELECT count(*) FROM sqlite_schema WHERE name = 'b'"), 0);
    assert_int_equal(store_migrate(*state, good, 2), ERR_OK);
    assert_int_equal(number(*state, "PRAGMA user_version"), 2);
}

static void what_was_put_on_messages_before_there_were_sums_is_summed(void **state) {
    struct store_db *db = *state;
    assert_int_equal(store_migrate(db, store_migrations, 11), ERR_OK);
    assert_int_equal(
        store_db_script(
            db, "INSERT INTO message (id, room, seq, author, nonce, body, created_at_ms, pinned,"
                " reacted, reply_count, last_reply_at_ms, twin, checksum) VALUES"
                " (1, 1, 1, 1, 'nonce-1', 'plain', 5, 0, 0, 0, NULL, NULL, 0),"
                " (2, 1, 2, 1, 'nonce-2', 'pinned', 5, 1, 0, 0, NULL, NULL, 0),"
                " (3, 1, 3, 1, 'nonce-3', 'reacted', 5, 0, 2, 0, NULL, NULL, 0),"
                " (4, 1, 4, 1, 'nonce-4', 'answered', 5, 0, 0, 7, 9, NULL, 0),"
                " (5, 1, 5, 1, 'nonce-5', 'twin', 5, 0, 0, 0, NULL, 4, 0);"),
        ERR_OK);
    assert_int_equal(store_migrate(db, store_migrations, 12), ERR_OK);
    assert_int_equal(number(db, "SELECT count(*) FROM message WHERE " STORE_WHOLE_MARKS("id")), 5);
    assert_int_equal(number(db, "SELECT count(marks) FROM message"), 4);
}

/* Each of these two changes more than a log may hold that a server begins with. */
static void a_long_log_is_cut_behind_each_file(void **state) {
#define MUCH                                                                                       \
    "WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 700)"               \
    " INSERT INTO a SELECT zeroblob(100000) FROM r;"
    static const struct store_migration long_ones[] = {
        {1, "0001_a.sql",
         "CREATE TABLE a (x); PRAGMA application_id = 0x506C7931;" MUCH "PRAGMA user_version = 1;"},
        {2, "0002_b.sql", MUCH "PRAGMA user_version = 2;"},
    };
    struct test_dir dir;
    struct store_db db = {0};
    struct stat log;
    (void)state;
    test_dir_make(&dir);
    assert_int_equal(sqlite3_open(test_dir_file(&dir, "long.db"), &db.handle), SQLITE_OK);
    assert_int_equal(store_db_script(&db, "PRAGMA journal_mode = WAL"), ERR_OK);
    sqlite3_wal_autocheckpoint(db.handle, 0);
    assert_int_equal(store_migrate(&db, long_ones, 2), ERR_OK);
    assert_int_equal(stat(test_dir_file(&dir, "long.db-wal"), &log), 0);
    assert_int_equal(log.st_size, 0);
    assert_int_equal(number(&db, "SELECT count(*) FROM a"), 1400);
    store_db_close(&db);
    test_dir_remove(&dir);
}

static void the_programs_own_files_are_numbered_and_say_so(void **state) {
    struct store_db *db = *state;
    assert_true(store_migration_count >= 1);
    for (int i = 0; i < store_migration_count; i++) {
        assert_int_equal(store_migrations[i].number, i + 1);
        assert_int_equal(store_migrate(db, store_migrations, i + 1), ERR_OK);
        assert_int_equal(number(db, "PRAGMA user_version"), i + 1);
    }
}

/* 0005 adds a column to what a member's checksum covers: whole rows stay whole, damaged ones damaged. */
static void a_longer_checksum_heals_nothing(void **state) {
    struct store_db *db = *state;
    assert_int_equal(store_migrate(db, store_migrations, 4), ERR_OK);
    assert_int_equal(
        store_db_script(db,
                        "INSERT INTO member (room, user, role, joined_at_ms, read_seq, mentions,"
                        " level, favorite, checksum) VALUES (1, 1, 'owner', 5, 0, 0, 'all', 0,"
                        " store_sum(1, 1, 'owner', 5, 0, 0, 'all', 0)),"
                        " (1, 2, 'owner', 5, 0, 0, 'all', 0, 4711);"),
        ERR_OK);
    assert_int_equal(store_migrate(db, store_migrations, 5), ERR_OK);
    assert_int_equal(number(db, "SELECT group_concat(user) FROM member WHERE " STORE_WHOLE_MEMBER),
                     1);
    assert_int_equal(number(db, "SELECT sum(position) FROM member"), 0);
}

static void a_newer_schema_is_a_sentence_at_start_up(void **state) {
    struct test_dir dir;
    const struct store_options options = {.directory = dir.path};
    struct store *store;
    const char *message = NULL;
    sqlite3 *newer = NULL;
    (void)state;
    test_dir_make(&dir);
    assert_int_equal(store_open(&options, &store, &message), ERR_OK);
    store_close(store);
    assert_int_equal(sqlite3_open(test_dir_file(&dir, "parley.db"), &newer), SQLITE_OK);
    assert_int_equal(sqlite3_exec(newer, "PRAGMA user_version = 9999", NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(newer);
    assert_int_equal(store_open(&options, &store, &message), ERR_TOO_NEW);
    assert_non_null(strstr(message, "newer version of Parley"));
    test_dir_remove(&dir);
}

int main(void) {
#define MIGRATE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        MIGRATE_TEST(an_empty_database_gets_every_file),
        MIGRATE_TEST(an_older_database_gets_only_the_files_behind_its_version),
        MIGRATE_TEST(a_newer_database_is_refused_and_not_touched),
        MIGRATE_TEST(a_file_that_fails_leaves_the_schema_before_it),
        MIGRATE_TEST(what_was_put_on_messages_before_there_were_sums_is_summed),
        cmocka_unit_test(a_long_log_is_cut_behind_each_file),
        MIGRATE_TEST(the_programs_own_files_are_numbered_and_say_so),
        MIGRATE_TEST(a_longer_checksum_heals_nothing),
        cmocka_unit_test(a_newer_schema_is_a_sentence_at_start_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
