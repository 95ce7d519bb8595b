/* store_walk.c: all files that a database names.
 *
 * A page of rows at a time, each its own snapshot, so that a server's write-ahead log can begin anew meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_walk.h"

#include "store/store_attachment.h"
#include "store/store_migrate.h"

#define WALK_ROWS         200
#define WALK_SCHEMA       13 /* the one that brought files */
#define WALK_COLUMN_SIZE  5
#define WALK_COLUMN_FILE  8
#define WALK_COLUMN_SUM   9
#define WALK_COLUMN_WHOLE 12

static void take_row(sqlite3_stmt *row, const struct store_file_walker *walker) {
    const struct store_walked_file file = {
        .id = sqlite3_column_int64(row, 0),
        .file = store_sql_text(row, WALK_COLUMN_FILE),
        .size = sqlite3_column_int64(row, WALK_COLUMN_SIZE),
        .sum = sqlite3_column_blob(row, WALK_COLUMN_SUM),
    };
    if (sqlite3_column_int(row, WALK_COLUMN_WHOLE) == 1 &&
        sqlite3_column_bytes(row, WALK_COLUMN_SUM) == CHAT_FILE_SUM_BYTES) {
        walker->take(walker->context, &file);
    }
}

/* The page behind *after, which moves on; *count: of its rows. */
static enum err walk_page(struct store_db *db, sqlite3_stmt *statement,
                          const struct store_file_walker *walker, int64_t *after, int *count) {
    bool row = true;
    enum err error;
    *count = 0;
    store_sql_bind_int(statement, 1, *after);
    store_sql_bind_int(statement, 2, WALK_ROWS);
    while ((error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        *after = sqlite3_column_int64(statement, 0);
        take_row(statement, walker);
        (*count)++;
    }
    return error;
}

static enum err walk_all(struct store_db *db, const struct store_file_walker *walker) {
    int64_t after = 0;
    int count = WALK_ROWS;
    sqlite3_stmt *statement = NULL; /* this one alone: the others may want a newer schema */
    int code =
        sqlite3_prepare_v2(db->handle, store_sql_source(STORE_SQL_FILE_EACH), -1, &statement, NULL);
    enum err error = store_sql_err(db, NULL, code);
    while (error == ERR_OK && count == WALK_ROWS) {
        error = walk_page(db, statement, walker, &after, &count);
    }
    sqlite3_finalize(statement);
    return error;
}

enum err store_walk_files(const char *path, const struct store_file_walker *walker) {
    struct store_db db = {0};
    int64_t version = 0;
    enum err error = store_connect_reader(path, &db);
    if (error == ERR_OK) {
        error = store_migrate_look(&db, &version);
    }
    if (error == ERR_OK && version >= WALK_SCHEMA) {
        error = walk_all(&db, walker);
    }
    store_db_close(&db);
    return error;
}
