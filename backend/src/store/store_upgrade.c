/* store_upgrade.c: copies an older database, then migrates it.
 *
 * The migrations themselves cannot leave half a schema behind (store_migrate.h). The copy is for what no test foresees: the new
 * version turns out to be wrong for somebody, who then wants the old one back, with its database.
 *
 * A damaged database is not upgraded: a write-ahead log that is damaged in its middle is still whole behind it, for whoever can mend
 * it, until somebody writes.
 *
 * The copy has its final name only when it is whole and on disk. One of that name is of an upgrade that got no further, and the
 * old version may have been used since; so it is replaced.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_upgrade.h"

#include "base/buf.h"
#include "base/log.h"
#include "store/store_file.h"
#include "store/store_migrate.h"

#include <errno.h>
#include <unistd.h>

static char *name_copy(const char *path, int64_t version) {
    struct buf name = BUF_EMPTY;
    const char *slash = strrchr(path, '/');
    ASSERT(slash != NULL);
    buf_printf(&name, "%.*s/before-upgrade-from-%lld.db", (int)(slash - path), path,
               (long long)version);
    char *text = str_dup_c(buf_str(&name));
    buf_deinit(&name);
    return text;
}

static enum err finish_copy(const char *unfinished, const char *copy) {
    enum err error = store_file_sync(unfinished);
    if (error == ERR_OK && rename(unfinished, copy) != 0) {
        error = err_of_errno(errno);
    }
    return error == ERR_OK ? store_file_sync_parent(copy) : error;
}

static enum err keep_copy(const char *path, int64_t version) {
    char *copy = name_copy(path, version);
    char *unfinished = store_file_beside(copy, ".unfinished");
    enum err error = store_copy_database(path, unfinished, false);
    if (error == ERR_OK) {
        error = finish_copy(unfinished, copy);
    }
    if (error == ERR_OK) {
        log_info(LOG_STORE, "store.copied", "path=%s reason=\"the schema is to be changed\"", copy);
    } else {
        log_error(LOG_STORE, "store.copied", "path=%s error=\"%s\"", copy, err_text(error));
        (void)unlink(unfinished);
    }
    free(unfinished);
    free(copy);
    return error;
}

/* With statements that every schema can run. */
static enum err check(struct store *store) {
    static const char text[] =
        "SELECT coalesce(max(pos), (SELECT value FROM meta WHERE key = 'purged_pos')) FROM event";
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db.handle, text, -1, &statement, NULL);
    enum err error = store_sql_err(&store->db, NULL, code);
    if (error == ERR_OK) {
        error = store_sql_number(&store->db, statement, &store->end_pos);
    }
    sqlite3_finalize(statement);
    if (error == ERR_OK) {
        error = store_check_mark(store);
    }
    return error == ERR_OK ? store_check_small(store) : error;
}

enum err store_upgrade(struct store *store) {
    int64_t version = 0;
    enum err error = store_migrate_look(&store->db, &version);
    if (error == ERR_OK && version > 0 && version < store_migration_count) {
        error = check(store);
        if (error == ERR_OK) {
            error = keep_copy(store->path, version);
        }
    }
    return error == ERR_OK ? store_migrate(&store->db, store_migrations, store_migration_count)
                           : error;
}
