/* store_migrate.c: runs the numbered files that the database has not seen.
 *
 * Two numbers in the database's header tell what it is: application_id that it is Parley's, user_version which files
 * it has seen. Both are set inside the files, so they change with the tables or not at all.
 *
 * A file is one transaction, so the write-ahead log holds all that it changes, however much that is: its bound is that of a running
 * server. Behind each file a long log is cut, so that files do not add up, and no server begins with it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_migrate.h"

#include "base/log.h"
#include "store/store_keep.h"

#define STORE_APPLICATION_ID 0x506C7931 /* "Ply1"; 0001_start.sql sets it */

static enum err read_pragma(struct store_db *db, const char *pragma, int64_t *out) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(db->handle, pragma, -1, &statement, NULL);
    if (code != SQLITE_OK) {
        return store_sql_err(db, NULL, code);
    }
    enum err error = store_sql_number(db, statement, out);
    sqlite3_finalize(statement);
    return error;
}

static enum err run_one(struct store_db *db, const struct store_migration *migration) {
    int64_t version = 0;
    enum err error = store_db_script(db, "BEGIN IMMEDIATE");
    if (error != ERR_OK) {
        return error;
    }
    error = store_db_script(db, migration->script);
    if (error == ERR_OK) {
        error = read_pragma(db, "PRAGMA user_version", &version);
    }
    if (error == ERR_OK) {
        ASSERT(version == migration->number);
        error = store_db_script(db, "COMMIT");
    }
    if (error != ERR_OK) {
        (void)store_db_script(db, "ROLLBACK"); /* the first error is the one that counts */
        log_error(LOG_STORE, "store.migrate", "file=%s error=\"%s\"", migration->name,
                  err_text(error));
        return error;
    }
    log_info(LOG_STORE, "store.migrate", "file=%s", migration->name);
    return ERR_OK;
}

/* Whoever reads an old snapshot keeps the log as it is. */
static enum err cut_log(struct store_db *db) {
    bool is_long = store_wal_file_bytes(db->handle) > STORE_WAL_BYTES_MAX;
    return is_long ? store_db_script(db, "PRAGMA wal_checkpoint(TRUNCATE)") : ERR_OK;
}

/* An empty file may become ours; any other must say that it is. */
static enum err check_ours(struct store_db *db, int64_t version) {
    int64_t application = 0, tables = 0;
    enum err error = read_pragma(db, "PRAGMA application_id", &application);
    if (error == ERR_OK) {
        error = read_pragma(db, "SELECT count(*) FROM sqlite_schema", &tables);
    }
    if (error != ERR_OK) {
        return error;
    }
    bool empty = application == 0 && version == 0 && tables == 0;
    return empty || application == STORE_APPLICATION_ID ? ERR_OK : ERR_INVALID;
}

enum err store_migrate_look(struct store_db *db, int64_t *version) {
    enum err error = read_pragma(db, "PRAGMA user_version", version);
    return error == ERR_OK ? check_ours(db, *version) : error;
}

enum err store_migrate(struct store_db *db, const struct store_migration *migrations, int count) {
    int64_t version = 0;
    enum err error = store_migrate_look(db, &version);
    if (error != ERR_OK) {
        return error;
    }
    if (version < 0 || version > count) {
        return ERR_TOO_NEW;
    }
    for (int i = (int)version; i < count && error == ERR_OK; i++) {
        error = run_one(db, &migrations[i]);
        error = error == ERR_OK ? cut_log(db) : error;
    }
    return error;
}
