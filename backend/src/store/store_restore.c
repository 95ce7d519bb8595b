/* store_restore.c: puts a backup in the place of a database, such that no crash on the way loses either.
 *
 * How it works, each step on disk before the next:
 *
 *   1. lock the directory; verify the backup; copy it to parley.restoring
 *   2. bring the copy to this program's schema, and let its log begin anew
 *   3. give the old files a second name each, in before-restore-TIME/
 *   4. make restore.unfinished: from here on no server starts on this directory
 *   5. remove the old write-ahead log (it would be applied to the new database), rename the copy, set the mark
 *   6. remove restore.unfinished
 *
 * A crash before 4 leaves the old database as it was; one behind it is finished by restoring again.
 *
 * Why the log begins anew: positions behind the backup will be given a second time, to other events. A client that saw the
 * first ones must not go on from there. So all events are dropped, and the next position is far behind any that was ever given:
 * whoever comes back with an older one is told to load everything afresh.
 *
 * Root restores for a server that is not root: what is made belongs to whom the directory belongs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "base/clock.h"
#include "store/store_backup.h"
#include "store/store_file.h"
#include "store/store_internal.h"
#include "store/store_lock.h"
#include "store/store_migrate.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RESTORE_POS_GAP                                                                            \
    1000000 /* more events than a server that is gone can have told of since the backup */

#define RESTORE_KEPT_MAX 100

static _Thread_local char sentence[1024];
static _Thread_local char kept_path[1024];

struct restore {
    const char *directory;
    char *database, *log, *index, *restoring, *unfinished;
    int lock_fd;
    int64_t begin_pos; /* of the new log */
};

static enum err fail(enum err error, const char *what, const char *path, const char *why,
                     const char **message) {
    (void)snprintf(sentence, sizeof(sentence), "%s %s %s", what, path, why);
    *message = sentence;
    return error;
}

/* 1: before anything is touched */

static enum err lock(struct restore *restore, const char **message) {
    char *path = store_file_in(restore->directory, STORE_FILE_LOCK);
    char why[64];
    long owner = 0;
    enum err error = store_file_make_directory(restore->directory);
    if (error == ERR_OK) {
        error = store_lock_open(path, &restore->lock_fd, &owner);
    }
    if (error == ERR_OK) {
        error = store_file_give(path, restore->directory);
    }
    free(path);
    (void)snprintf(why, sizeof(why), "is in use by a server (process %ld): stop it first", owner);
    return error == ERR_OK ? ERR_OK
                           : fail(error, "the data directory", restore->directory,
                                  error == ERR_BUSY ? why : err_text(error), message);
}

static void ignore(void *context, const char *line) {
    (void)context;
    (void)line;
}

static enum err check_backup(const char *file, struct store_summary *out, const char **message) {
    static const struct store_listener nobody = {NULL, ignore};
    enum err error = store_verify(file, &nobody, out, message);
    if (error == ERR_OK && out->faults > 0) {
        return fail(ERR_CORRUPT, "the backup", file, "is damaged, see parley verify", message);
    }
    return error;
}

/* 2: the copy */

static enum err begin_log(struct store_db *db, int64_t pos) {
    enum err error = store_db_script(db, "BEGIN IMMEDIATE; DELETE FROM event;");
    sqlite3_stmt *mark = store_sql_take(db, STORE_SQL_META_SET);
    store_sql_bind_str(mark, 1, STR("purged_pos"));
    store_sql_bind_int(mark, 2, pos - 1);
    if (error == ERR_OK) {
        error = store_sql_change(db, mark);
    }
    sqlite3_stmt *add = store_sql_take(db, STORE_SQL_EVENT_ADD);
    store_sql_bind_int(add, 1, pos); /* an event for nobody, which says where the log ends */
    store_sql_bind_str(add, 2, STR(""));
    store_sql_bind_int(add, 3, CHAT_SCOPE_NONE);
    for (int i = 4; i <= 6; i++) {
        store_sql_bind_id(add, i, 0);
    }
    store_sql_bind_int(add, 7, clock_wall_ms());
    store_sql_bind_str(add, 8, STR_NONE);
    if (error == ERR_OK) {
        error = store_sql_run(db, add);
    }
    return error == ERR_OK ? store_db_script(db, "COMMIT") : error;
}

static enum err open_copy(const char *path, struct store_db *db) {
    int code = sqlite3_open_v2(
        path, &db->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        NULL);
    enum err error = store_sql_err(db, NULL, code);
    if (error == ERR_OK) {
        error = store_db_configure(db);
    }
    if (error ==
        ERR_OK) { /* a copy that fails is thrown away; a journal on disk would outlive it */
        error = store_db_script(db, "PRAGMA journal_mode = MEMORY;");
    }
    if (error == ERR_OK) {
        error = store_migrate(db, store_migrations, store_migration_count);
    }
    return error == ERR_OK ? store_db_prepare(db, STORE_SQL_W) : error;
}

static enum err make_copy(struct restore *restore, const char *file,
                          const struct store_summary *backup) {
    struct store_db db = {0};
    int64_t marked = store_lock_marked(restore->lock_fd);
    restore->begin_pos = (backup->end_pos > marked ? backup->end_pos : marked) + RESTORE_POS_GAP;
    (void)unlink(restore->restoring); /* of a try that did not come to its end */
    enum err error = store_copy_database(file, restore->restoring, false);
    if (error != ERR_OK) {
        return error;
    }
    error = open_copy(restore->restoring, &db);
    if (error == ERR_OK) {
        error = begin_log(&db, restore->begin_pos);
    }
    store_db_close(&db);
    if (error == ERR_OK) {
        error = store_file_give(restore->restoring, restore->directory);
    }
    return error == ERR_OK ? store_file_sync(restore->restoring) : error;
}

/* 3: the old files */

static enum err keep(const char *path, const char *name) {
    char *second = store_file_in(kept_path, name);
    enum err error = link(path, second) == 0 ? ERR_OK : err_of_errno(errno);
    free(second);
    return error == ERR_NOT_FOUND ? ERR_OK : error;
}

/* A new directory before-restore-TIME; a second one in the same second gets a number. */
static enum err make_kept_directory(const char *directory) {
    char stamp[32];
    time_t now = (time_t)(clock_wall_ms() / 1000);
    struct tm parts;
    (void)gmtime_r(&now, &parts);
    (void)strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &parts);
    for (int i = 1; i <= RESTORE_KEPT_MAX; i++) {
        (void)snprintf(kept_path, sizeof(kept_path), "%s/before-restore-%s-%d", directory, stamp,
                       i);
        if (mkdir(kept_path, 0700) == 0) {
            enum err error = store_file_give(kept_path, directory);
            return error == ERR_OK ? store_file_sync_directory(directory) : error;
        }
        if (errno != EEXIST) {
            return err_of_errno(errno);
        }
    }
    return ERR_BUSY;
}

static enum err keep_old(struct restore *restore, const char **kept) {
    if (access(restore->database, F_OK) != 0 && access(restore->log, F_OK) != 0) {
        return ERR_OK;
    }
    enum err error = make_kept_directory(restore->directory);
    if (error == ERR_OK) {
        error = keep(restore->database, STORE_FILE_DATABASE);
    }
    if (error == ERR_OK) {
        error = keep(restore->log, STORE_FILE_LOG);
    }
    *kept = kept_path;
    return error == ERR_OK ? store_file_sync_directory(kept_path) : error;
}

/* 4 to 6: the change */

static enum err remove_file(const char *path) {
    return unlink(path) == 0 || errno == ENOENT ? ERR_OK : err_of_errno(errno);
}

static enum err change(struct restore *restore) {
    enum err error = store_file_make(restore->unfinished);
    error =
        error == ERR_OK || errno == EEXIST ? store_file_sync_directory(restore->directory) : error;
    if (error == ERR_OK) {
        error = remove_file(restore->log);
    }
    if (error == ERR_OK) {
        error = remove_file(restore->index);
    }
    if (error == ERR_OK) {
        error = store_file_sync_directory(restore->directory);
    }
    if (error == ERR_OK && rename(restore->restoring, restore->database) != 0) {
        error = err_of_errno(errno);
    }
    if (error != ERR_OK) {
        return error;
    }
    store_lock_mark(restore->lock_fd, restore->begin_pos);
    error = store_file_sync_directory(restore->directory);
    if (error == ERR_OK) {
        error = remove_file(restore->unfinished);
    }
    return error == ERR_OK ? store_file_sync_directory(restore->directory) : error;
}

/* The operation */

static enum err run(struct restore *restore, const char *file, struct store_summary *out,
                    const char **kept, const char **message) {
    enum err error = check_backup(file, out, message);
    if (error == ERR_OK) {
        error = lock(restore, message);
    }
    if (error != ERR_OK) {
        return error;
    }
    error = make_copy(restore, file, out);
    if (error == ERR_OK) {
        error = keep_old(restore, kept);
    }
    if (error == ERR_OK) {
        error = change(restore);
    }
    return error == ERR_OK
               ? ERR_OK
               : fail(error, "restoring into", restore->directory, err_text(error), message);
}

enum err store_restore(const char *directory, const char *file, struct store_summary *out,
                       const char **kept, const char **message) {
    struct restore restore = {
        .directory = directory,
        .database = store_file_in(directory, STORE_FILE_DATABASE),
        .log = store_file_in(directory, STORE_FILE_LOG),
        .index = store_file_in(directory, STORE_FILE_INDEX),
        .restoring = store_file_in(directory, STORE_FILE_RESTORING),
        .unfinished = store_file_in(directory, STORE_FILE_UNFINISHED),
        .lock_fd = -1,
    };
    *kept = NULL;
    enum err error = run(&restore, file, out, kept, message);
    store_lock_close(restore.lock_fd);
    free(restore.database);
    free(restore.log);
    free(restore.index);
    free(restore.restoring);
    free(restore.unfinished);
    return error;
}
