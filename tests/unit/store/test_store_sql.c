/* test_store_sql.c: the statements: each one that runs per message or per read has an index.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "test_store.h"

/* Collects the plan of a statement; false when a line of it reads a whole table or sorts. */
static bool plan_is_indexed(struct store_db *db, enum store_sql id) {
    char explain[4096];
    sqlite3_stmt *plan = NULL;
    bool good = true;
    snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s", store_sql_source(id));
    assert_int_equal(sqlite3_prepare_v2(db->handle, explain, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(plan, 3);
        if (strncmp(line, "SCAN", 4) == 0 || strstr(line, "TEMP B-TREE") != NULL ||
            strstr(line, "AUTOMATIC") != NULL) {
            print_error("%s: %s\n", store_sql_name(id), line);
            good = false;
        }
    }
    sqlite3_finalize(plan);
    return good;
}

/* "The last row" walks a table from its end and stops: it is written SCAN, and costs one step. */
static bool is_last_row(enum store_sql id) {
    return strstr(store_sql_source(id), "DESC LIMIT 1") != NULL &&
           strstr(store_sql_source(id), "WHERE") == NULL;
}

/* threat 85: so that no request reads a whole table, however long. */
static void every_hot_statement_runs_on_an_index(void **state) {
    struct test_store *t = *state;
    int hot = 0;
    for (int id = 0; id < STORE_SQL_COUNT; id++) {
        if ((store_sql_use(id) & STORE_SQL_HOT) == 0 || is_last_row(id))
            continue;
        hot++;
        assert_true(plan_is_indexed(&t->store->db, id));
    }
    assert_true(hot > 20);
}

static void a_statement_without_an_index_is_noticed(void **state) {
    struct test_store *t = *state;
    /* every member of every room, in no order that an index has */
    assert_false(plan_is_indexed(&t->store->db, STORE_SQL_MEMBER_EACH));
}

static void the_newest_message_of_each_room_is_found_by_index(void **state) {
    struct test_store *t = *state;
    sqlite3_stmt *plan = NULL;
    char explain[4096];
    snprintf(explain, sizeof(explain), "EXPLAIN QUERY PLAN %s",
             store_sql_source(STORE_SQL_ROOM_EACH));
    assert_int_equal(sqlite3_prepare_v2(t->store->db.handle, explain, -1, &plan, NULL), SQLITE_OK);
    while (sqlite3_step(plan) == SQLITE_ROW) {
        const char *line = (const char *)sqlite3_column_text(plan, 3);
        assert_true(strstr(line, "message") == NULL || strstr(line, "message_room") != NULL);
    }
    sqlite3_finalize(plan);
}

static void a_write_without_the_row_it_means_is_an_error(void **state) {
    struct test_store *t = *state;
    sqlite3_stmt *statement = store_sql_take(&t->store->db, STORE_SQL_USER_SEEN);
    store_sql_bind_int(statement, 1, 77);
    store_sql_bind_int(statement, 2, 1);
    assert_int_equal(store_sql_change(&t->store->db, statement), ERR_CORRUPT);
}

static void sqlite_codes_become_ours(void **state) {
    struct test_store *t = *state;
    static const struct {
        int code;
        enum err error;
    } rows[] = {
        {SQLITE_OK, ERR_OK},
        {SQLITE_FULL, ERR_NO_SPACE},
        {SQLITE_IOERR_FSYNC, ERR_IO},
        {SQLITE_IOERR_WRITE, ERR_IO},
        {SQLITE_CORRUPT_INDEX, ERR_CORRUPT},
        {SQLITE_NOTADB, ERR_CORRUPT},
        {SQLITE_READONLY_DBMOVED, ERR_DENIED},
        {SQLITE_BUSY_SNAPSHOT, ERR_BUSY},
        {SQLITE_CONSTRAINT_UNIQUE, ERR_INVALID},
        {SQLITE_NOMEM, ERR_NO_MEMORY},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(store_sql_err(&t->store->db, NULL, rows[i].code), rows[i].error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hot_statement_runs_on_an_index),
        cmocka_unit_test(a_statement_without_an_index_is_noticed),
        cmocka_unit_test(the_newest_message_of_each_room_is_found_by_index),
        cmocka_unit_test(a_write_without_the_row_it_means_is_an_error),
        cmocka_unit_test(sqlite_codes_become_ours),
    };
    return cmocka_run_group_tests(tests, test_store_setup, test_store_teardown);
}
