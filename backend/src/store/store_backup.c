/* store_backup.c: a copy of the database in one file, while a server is using it.
 *
 * How it works: SQLite copies page by page what one snapshot shows; whatever is committed meanwhile goes into the write-ahead
 * log and not into the copy. The snapshot is held for the time of the copying alone, which is why the copy is not
 * synced while it lasts. As long as it lasts the server cannot begin its log anew; when that has grown to STORE_WAL_YIELD_BYTES the
 * copy is given up, and begun again when the server has begun its log anew, a few times: the server goes first.
 *
 * For the same reason it rests after each piece for as long as that took, while the log is short, and the disk begins at once to
 * write the piece: a gigabyte that is synced in one go holds up every commit that waits for the same disk.
 *
 * The copy is made under a name of its own, verified, synced, and only then gets its name. It is in the journal mode of a
 * plain file, so one file is all of it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_backup.h"

#include "base/buf.h"
#include "base/clock.h"
#include "store/store_file.h"
#include "store/store_internal.h"
#include "store/store_keep.h"
#include "store/store_migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BACKUP_PAGES_STEP 256 /* 1 MiB between two looks at the write-ahead log */
#define BACKUP_TRIES      4
#define BACKUP_WAIT_MS    10000 /* for the server to begin its log anew */
#define BACKUP_LOOK_MS    20

static _Thread_local char sentence[1024];

static enum err fail(enum err error, const char *what, const char *path, const char *why,
                     const char **message) {
    (void)snprintf(sentence, sizeof(sentence), "%s %s %s", what, path, why);
    *message = sentence;
    return error;
}

static enum err fail_to_make(enum err error, const char *file, const char **message) {
    char why[256];
    (void)snprintf(why, sizeof(why), "was not made: %s", err_text(error));
    return fail(error, "the backup", file, why, message);
}

/* The copying */

#define BACKUP_REST_WAL_BYTES (48 << 20) /* of the log: when it is longer, we hurry */

static void rest_ns(uint64_t ns) {
    const struct timespec rest = {.tv_sec = (time_t)(ns / 1000000000),
                                  .tv_nsec = (long)(ns % 1000000000)};
    (void)nanosleep(&rest, NULL);
}

/* What has been copied since then is written while we rest; it is synced at the end. */
static void give_way(struct store_db *from, int copy_fd, uint64_t began_ns) {
    (void)sync_file_range(copy_fd, 0, 0, SYNC_FILE_RANGE_WRITE);
    if (store_wal_file_bytes(from->handle) <= BACKUP_REST_WAL_BYTES) {
        rest_ns(clock_mono_ns() - began_ns);
    }
}

/* `fd` is the copy's; -1: nobody needs the disk meanwhile. */
static enum err copy_steps(struct store_db *from, sqlite3_backup *backup, int fd) {
    int64_t begin_bytes = store_wal_file_bytes(from->handle);
    int code;
    uint64_t began_ns = clock_mono_ns();
    while ((code = sqlite3_backup_step(backup, BACKUP_PAGES_STEP)) == SQLITE_OK) {
        if (store_wal_must_yield(from->handle, begin_bytes)) {
            return ERR_BUSY;
        }
        if (fd >= 0) {
            give_way(from, fd, began_ns);
        }
        began_ns = clock_mono_ns();
    }
    return code == SQLITE_DONE ? ERR_OK : store_sql_err(from, NULL, code);
}

static enum err copy_pages(struct store_db *from, struct store_db *to, int fd) {
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    if (backup == NULL) {
        return store_sql_err(to, NULL, sqlite3_errcode(to->handle));
    }
    enum err error = copy_steps(from, backup, fd);
    int code = sqlite3_backup_finish(backup);
    return error == ERR_OK ? store_sql_err(to, NULL, code) : error;
}

static enum err open_copy(const char *path, struct store_db *out) {
    int code = sqlite3_open_v2(
        path, &out->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        NULL);
    if (code != SQLITE_OK) {
        return store_sql_err(out, NULL, code);
    }
    /* A copy that fails is thrown away, so nothing is kept for undoing it; it is synced at its end. */
    return store_db_script(out, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;");
}

static enum err open_source(const char *path, struct store_db *out) {
    int64_t version = 0;
    enum err error = store_connect_reader(path, out);
    return error == ERR_OK ? store_migrate_look(out, &version) : error;
}

static enum err copy_once(const char *path, const char *copy, bool gently) {
    struct store_db from = {0}, to = {0};
    enum err error = store_file_make(copy);
    int fd = error == ERR_OK && gently ? open(copy, O_RDWR | O_CLOEXEC) : -1;
    if (error == ERR_OK && gently && fd < 0) {
        error = err_of_errno(errno);
    }
    if (error == ERR_OK) {
        error = open_source(path, &from);
    }
    if (error == ERR_OK) {
        error = open_copy(copy, &to);
    }
    if (error == ERR_OK) {
        error = store_db_script(&from, "BEGIN");
    }
    if (error == ERR_OK) {
        error = copy_pages(&from, &to, fd);
    }
    store_db_close(&from); /* the end of the snapshot */
    if (error == ERR_OK) {
        error = store_db_script(&to, "PRAGMA journal_mode = DELETE;");
    }
    store_db_close(&to);
    if (fd >= 0) {
        close(fd); /* SQLite has none of its locks on the copy any more */
    }
    return error;
}

/* Nobody holds a snapshot now, as far as it is up to us. */
static void let_log_begin_anew(const char *log) {
    const struct timespec look = {.tv_nsec = BACKUP_LOOK_MS * 1000000L};
    struct stat file;
    for (int ms = 0; ms < BACKUP_WAIT_MS; ms += BACKUP_LOOK_MS) {
        if (stat(log, &file) != 0 || file.st_size <= STORE_WAL_BYTES_MAX) {
            return;
        }
        (void)nanosleep(&look, NULL);
    }
}

enum err store_copy_database(const char *path, const char *copy, bool gently) {
    char *log = store_file_beside(path, "-wal");
    enum err error = ERR_BUSY;
    for (int i = 0; i < BACKUP_TRIES && error == ERR_BUSY; i++) {
        if (i > 0) {
            let_log_begin_anew(log);
        }
        (void)unlink(copy);
        error = copy_once(path, copy, gently);
    }
    free(log);
    return error;
}

/* The operation */

static void ignore(void *context, const char *line) {
    (void)context;
    (void)line;
}

static enum err finish_copy(const char *copy, const char *file, struct store_summary *out,
                            const char **message) {
    static const struct store_listener nobody = {NULL, ignore};
    enum err error = store_verify(copy, &nobody, out, message);
    if (error != ERR_OK) {
        return error;
    }
    if (out->faults > 0) {
        return fail(ERR_CORRUPT, "the backup", file,
                    "was not made: the database is damaged, see parley verify", message);
    }
    error = store_file_sync(copy);
    if (error == ERR_OK && rename(copy, file) != 0) {
        error = err_of_errno(errno);
    }
    if (error == ERR_OK) {
        error = store_file_sync_parent(file);
    }
    return error == ERR_OK ? ERR_OK : fail_to_make(error, file, message);
}

static enum err make_backup(const char *path, const char *file, const char *copy,
                            void (*on_copied)(void), struct store_summary *out,
                            const char **message) {
    if (access(path, F_OK) != 0) {
        return fail(ERR_NOT_FOUND, "the database", path, "is not there", message);
    }
    if (access(file, F_OK) == 0) {
        return fail(ERR_INVALID, "the file", file, "is there already: choose another name",
                    message);
    }
    enum err error = store_copy_database(path, copy, true);
    if (error == ERR_BUSY) {
        return fail(error, "the database", path,
                    "is written to so much that copying it would hold the server up: try again "
                    "at a quieter time",
                    message);
    }
    if (error != ERR_OK) {
        return fail_to_make(error, file, message);
    }
    if (on_copied != NULL) {
        on_copied();
    }
    return finish_copy(copy, file, out, message);
}

enum err store_backup(const char *directory, const char *file, void (*on_copied)(void),
                      struct store_summary *out, const char **message) {
    char *path = store_file_in(directory, STORE_FILE_DATABASE);
    char *copy = store_file_beside(file, ".unfinished");
    enum err error = make_backup(path, file, copy, on_copied, out, message);
    (void)unlink(copy);
    free(copy);
    free(path);
    return error;
}
