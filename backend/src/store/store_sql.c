/* store_sql.c: statements and connections: the only file that talks to SQLite's API for running things.
 *
 * Owns      struct store_db.
 * Thread    that of the connection (opened with SQLITE_OPEN_NOMUTEX: one thread each).
 *
 * Errors: SQLite's codes become ours in one place, store_sql_err, and are named in the log there. A statement is reset as
 * soon as it ended or failed, so that no read lock outlives its reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_sql.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/store_pages.h"
#include "store/store_sum.h"

#include <errno.h>

#define STORE_LOG_AGAIN_MS 10000 /* the same error is not logged more often */

/* SQLite's own bounds, far below its defaults: nothing that we run comes near them. */
#define STORE_SQL_LENGTH_MAX  65536   /* a migration's statement is the longest */
#define STORE_SQL_VALUE_MAX   4194304 /* a text or a row; the longest payload is 128 KiB */
#define STORE_SQL_DEPTH_MAX   32
#define STORE_SQL_COLUMNS_MAX 64

static const struct {
    const char *name;
    int use;
    const char *text;
} store_sql_rows[STORE_SQL_COUNT] = {
#define W                  STORE_SQL_W
#define R                  STORE_SQL_R
#define HOT                STORE_SQL_HOT
#define X(name, use, text) {#name, use, text},
    STORE_SQL_MAP(X)
#undef X
#undef W
#undef R
#undef HOT
};

/* SQLite counts its memory under one lock for all threads, at every allocation; nobody asks for the count. It must be told
 * before anything else of it runs. */
__attribute__((constructor)) static void store_sql_settle_memory(void) {
    int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    ASSERT(code == SQLITE_OK);
    store_pages_install();
}

/* Errors */

/* SQLite calls a page damaged that the disk refuses to read (SQLITE_IOERR_CORRUPTFS becomes SQLITE_CORRUPT). The disk may get
 * over it, damage does not; errno still knows which it was. */
static bool is_refused_read(int code) {
    return (code & 0xff) == SQLITE_CORRUPT && (errno == EIO || errno == ENXIO);
}

static enum err map_code(int code) {
    switch (code & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return ERR_OK;
    case SQLITE_FULL:
        return ERR_NO_SPACE;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ERR_CORRUPT;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return ERR_DENIED;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ERR_BUSY;
    case SQLITE_INTERRUPT: /* it took longer than it may */
        return ERR_UNAVAILABLE;
    case SQLITE_NOMEM:
        return ERR_NO_MEMORY;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
        return ERR_IO;
    case SQLITE_TOOBIG:
        return ERR_TOO_LARGE;
    default:
        return ERR_INVALID; /* a constraint, or a statement that does not fit: our bug */
    }
}

static const char *name_of(const struct store_db *db, const sqlite3_stmt *statement) {
    for (int i = 0; statement != NULL && i < STORE_SQL_COUNT; i++) {
        if (db->prepared[i] == statement) {
            return store_sql_rows[i].name;
        }
    }
    return "-";
}

enum err store_sql_err(struct store_db *db, sqlite3_stmt *statement, int code) {
    enum err error = is_refused_read(code) ? ERR_IO : map_code(code);
    int64_t now_ms = clock_mono_ms();
    if (error == ERR_OK || error == ERR_UNAVAILABLE) {
        return error;
    }
    db->is_damaged = db->is_damaged || error == ERR_CORRUPT;
    if (error != db->logged || now_ms - db->logged_at_ms >= STORE_LOG_AGAIN_MS) {
        db->logged = error;
        db->logged_at_ms = now_ms;
        log_error(LOG_STORE, "store.failed", "statement=%s code=%d error=\"%s\" detail=\"%s\"",
                  name_of(db, statement), code, err_text(error),
                  db->handle != NULL ? sqlite3_errmsg(db->handle) : sqlite3_errstr(code));
    }
    return error;
}

/* Life cycle */

enum err store_db_script(struct store_db *db, const char *script) {
    const char *rest = script;
    while (*rest != '\0') {
        sqlite3_stmt *statement = NULL;
        errno = 0;
        int code = sqlite3_prepare_v2(db->handle, rest, -1, &statement, &rest);
        if (code == SQLITE_OK && statement != NULL) {
            do {
                code = sqlite3_step(statement);
            } while (code == SQLITE_ROW);
            sqlite3_finalize(statement); /* repeats the code of the last step */
        }
        if (code != SQLITE_OK && code != SQLITE_DONE) {
            return store_sql_err(db, NULL, code);
        }
    }
    return ERR_OK;
}

enum err store_db_check(struct store_db *db, bool thorough) {
    const char *pragma = thorough ? "PRAGMA integrity_check(10)" : "PRAGMA quick_check(10)";
    sqlite3_stmt *statement = NULL;
    bool row = false, whole = true;
    int code = sqlite3_prepare_v2(db->handle, pragma, -1, &statement, NULL);
    enum err error = store_sql_err(db, NULL, code);
    while (error == ERR_OK && (error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        struct str finding = store_sql_text(statement, 0);
        if (!str_equal(finding, STR("ok"))) {
            whole = false;
            log_error(LOG_STORE, "store.damaged", "detail=\"%.*s\"", STR_ARG(finding));
        }
    }
    sqlite3_finalize(statement);
    db->is_damaged = db->is_damaged || !whole;
    return whole ? error : ERR_CORRUPT;
}

static void bound(struct store_db *db) {
    static const struct {
        int id, value;
    } limits[] = {
        {SQLITE_LIMIT_SQL_LENGTH, STORE_SQL_LENGTH_MAX},
        {SQLITE_LIMIT_LENGTH, STORE_SQL_VALUE_MAX},
        {SQLITE_LIMIT_EXPR_DEPTH, STORE_SQL_DEPTH_MAX},
        {SQLITE_LIMIT_COLUMN, STORE_SQL_COLUMNS_MAX},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
        sqlite3_limit(db->handle, limits[i].id, limits[i].value);
    }
}

enum err store_db_configure(struct store_db *db) {
    static const struct {
        int id, on;
    } switches[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1}, {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
        {SQLITE_DBCONFIG_ENABLE_VIEW, 0}, {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},     {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    };
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        int code = sqlite3_db_config(db->handle, switches[i].id, switches[i].on, (int *)NULL);
        if (code != SQLITE_OK) {
            return store_sql_err(db, NULL, code);
        }
    }
    bound(db);
    enum err error = store_sum_attach(db);
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_extended_result_codes(db->handle, 1);
    (void)sqlite3_busy_timeout(db->handle, STORE_BUSY_TIMEOUT_MS); /* fails for nothing */
    return store_db_script(db, "PRAGMA synchronous = FULL;"
                               "PRAGMA secure_delete = ON;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = MEMORY;"
                               "PRAGMA cache_size = -8192;");
}

enum err store_db_prepare(struct store_db *db, enum store_sql_use use) {
    for (int i = 0; i < STORE_SQL_COUNT; i++) {
        if ((store_sql_rows[i].use & (int)use) == 0) {
            continue;
        }
        int code = sqlite3_prepare_v3(db->handle, store_sql_rows[i].text, -1,
                                      SQLITE_PREPARE_PERSISTENT, &db->prepared[i], NULL);
        if (code != SQLITE_OK) {
            log_error(LOG_STORE, "store.prepare", "statement=%s", store_sql_rows[i].name);
            return store_sql_err(db, NULL, code);
        }
    }
    return ERR_OK;
}

void store_db_shrink(struct store_db *db) {
    (void)sqlite3_db_release_memory(db->handle); /* never fails */
}

void store_db_leave(struct store_db *db) {
    if (db->handle != NULL) { /* fails only for a switch that SQLite does not know */
        (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    }
}

void store_db_close(struct store_db *db) {
    for (int i = 0; i < STORE_SQL_COUNT; i++) {
        sqlite3_finalize(db->prepared[i]);
        db->prepared[i] = NULL;
    }
    /* Fails only while statements are open, and there are none. */
    buf_deinit(&db->ended_files);
    int code = sqlite3_close(db->handle);
    ASSERT(code == SQLITE_OK);
    db->handle = NULL;
}

/* Operations */

sqlite3_stmt *store_sql_take(struct store_db *db, enum store_sql id) {
    sqlite3_stmt *statement = db->prepared[id];
    ASSERT(statement != NULL);
    ASSERT(!sqlite3_stmt_busy(statement));
    return statement;
}

/* Binding fails only for an index that the statement does not have. */
void store_sql_bind_int(sqlite3_stmt *statement, int index, int64_t value) {
    int code = sqlite3_bind_int64(statement, index, value);
    ASSERT(code == SQLITE_OK);
}

void store_sql_bind_id(sqlite3_stmt *statement, int index, int64_t value) {
    if (value == 0) {
        int code = sqlite3_bind_null(statement, index);
        ASSERT(code == SQLITE_OK);
    } else {
        store_sql_bind_int(statement, index, value);
    }
}

void store_sql_bind_str(sqlite3_stmt *statement, int index, struct str value) {
    ASSERT(value.len <= STORE_SQL_VALUE_MAX);
    int code = sqlite3_bind_text(statement, index, value.at, (int)value.len, SQLITE_STATIC);
    ASSERT(code == SQLITE_OK);
}

void store_sql_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count) {
    ASSERT(bytes != NULL && count <= STORE_SQL_VALUE_MAX);
    int code = sqlite3_bind_blob(statement, index, bytes, (int)count, SQLITE_STATIC);
    ASSERT(code == SQLITE_OK);
}

enum err store_sql_step(struct store_db *db, sqlite3_stmt *statement, bool *row) {
    errno = 0;
    int code = sqlite3_step(statement);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_ROW) {
        return ERR_OK;
    }
    enum err error = store_sql_err(db, statement, code);
    store_sql_end(statement);
    return error;
}

enum err store_sql_run(struct store_db *db, sqlite3_stmt *statement) {
    bool row;
    enum err error = store_sql_step(db, statement, &row);
    ASSERT(error != ERR_OK || !row);
    return error;
}

enum err store_sql_change(struct store_db *db, sqlite3_stmt *statement) {
    enum err error = store_sql_run(db, statement);
    if (error == ERR_OK && sqlite3_changes(db->handle) != 1) {
        log_error(LOG_STORE, "store.row_missing", "statement=%s changed=%d", name_of(db, statement),
                  sqlite3_changes(db->handle));
        error = ERR_CORRUPT;
    }
    return error;
}

enum err store_sql_number(struct store_db *db, sqlite3_stmt *statement, int64_t *out) {
    bool row;
    enum err error = store_sql_step(db, statement, &row);
    if (error == ERR_OK && row) {
        *out = sqlite3_column_int64(statement, 0);
        store_sql_end(statement);
    }
    return error;
}

void store_sql_end(sqlite3_stmt *statement) {
    (void)sqlite3_reset(statement); /* repeats the code of the last step, which was looked at */
}

struct str store_sql_text(sqlite3_stmt *statement, int column) {
    const char *at = (const char *)sqlite3_column_text(statement, column);
    return str_of(at, at != NULL ? (size_t)sqlite3_column_bytes(statement, column) : 0);
}

/* Inspection */

const char *store_sql_name(enum store_sql id) {
    return store_sql_rows[id].name;
}

const char *store_sql_source(enum store_sql id) {
    return store_sql_rows[id].text;
}

int store_sql_use(enum store_sql id) {
    return store_sql_rows[id].use;
}
