/* store_recover.c: from a batch that failed back to one that may begin.
 *
 * When a commit fails, for want of space, by an error of the disk, in an fsync, three things are not known: whether SQLite's
 * connection still sees what the files say, whether what the kernel shows of the files is what the disk holds (after a failed
 * fsync it drops the unwritten pages' marks and shows them as if they were written), and whether the next write would succeed. So
 * before anything is acked again, in this order, the cheap and most telling first:
 *
 *   1. space        at least STORE_SPACE_MIN bytes, so that one small write does not promise what a batch cannot keep
 *   2. memory       both files are synced and the kernel is told to forget them: what is read now is on the disk
 *   3. connection   a new one takes the place of the old
 *   4. a write      one row, committed and fsynced
 *   5. a check      the log ends at or behind the last commit that was acked (behind it, when a commit reached the disk
 *                   though its success did not reach us: then that batch is whole, and stands); the newest entries and
 *                   messages pass their checksums; a small database is checked as a whole
 *
 * Any step may fail with the disk's error: then it is asked again later. Damage is final: a person has to look.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_keep.h"
#include "store/store_lock.h"
#include "store/store_message.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define STORE_SPACE_MIN  (1 << 20) /* bytes free on the disk: more than most batches need */
#define STORE_CHECK_TAIL 64        /* newest messages that are read */

/* Databases up to these sizes are looked at as a whole, which takes some 100 ms. */
#define STORE_CHECK_BYTES_MAX    (64 << 20)
#define STORE_CHECK_THOROUGH_MAX (16 << 20) /* with their indexes */

enum err store_distrust(struct store *store, enum err error) {
    if (error != ERR_OK && store->db.is_damaged) {
        store_condemn(store);
    } else if (error != ERR_OK && store->trust == STORE_WHOLE) {
        store->trust = STORE_SUSPECT;
    }
    return error;
}

void store_condemn(struct store *store) {
    if (store->trust != STORE_DAMAGED) {
        log_error(LOG_STORE, "store.read_only",
                  "path=%s reason=\"the database is damaged: run parley verify, restore a backup\"",
                  store->path);
    }
    store->trust = STORE_DAMAGED;
}

/* Steps */

static enum err check_space(const struct store *store) {
    struct statvfs disk;
    if (fstatvfs(store->file_fd, &disk) != 0) {
        return err_of_errno(errno);
    }
    return (uint64_t)disk.f_bavail * disk.f_frsize >= STORE_SPACE_MIN ? ERR_OK : ERR_NO_SPACE;
}

static enum err sync_and_forget(int fd) {
    if (fdatasync(fd) != 0) {
        return err_of_errno(errno);
    }
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); /* not every file system knows it */
    return ERR_OK;
}

static enum err forget_memory(const struct store *store) {
    enum err error = sync_and_forget(store->file_fd);
    if (error != ERR_OK) {
        return error;
    }
    const char *database = sqlite3_db_filename(store->db.handle, "main");
    int fd = open(sqlite3_filename_wal(database), O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? ERR_OK : err_of_errno(errno);
    }
    error = sync_and_forget(fd);
    close(fd); /* SQLite holds no lock on this file that closing it would drop */
    return error;
}

static enum err reconnect(struct store *store) {
    struct store_db fresh = {.logged = store->db.logged, .logged_at_ms = store->db.logged_at_ms};
    enum err error = store_connect(store->path, &fresh);
    if (error != ERR_OK) {
        store_db_leave(&fresh);
        store_db_close(&fresh);
        return error;
    }
    store_db_leave(&store->db);
    store_db_close(&store->db);
    store->db = fresh;
    return store_keep_attach(store);
}

static enum err try_write(struct store *store) {
    struct store_db *db = &store->db;
    enum err error = store_keep_room(store);
    if (error == ERR_OK) {
        error = store_sql_run(db, store_sql_take(db, STORE_SQL_BEGIN));
    }
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_META_PUT);
    store_sql_bind_str(statement, 1, STR("recovered_at_ms"));
    store_sql_bind_int(statement, 2, clock_wall_ms());
    error = store_sql_run(db, statement);
    if (error == ERR_OK) {
        error = store_sql_run(db, store_sql_take(db, STORE_SQL_COMMIT));
    }
    if (error != ERR_OK && sqlite3_get_autocommit(db->handle) == 0) {
        (void)store_sql_run(db, store_sql_take(db, STORE_SQL_ROLLBACK));
    }
    return error;
}

/* The check */

static enum err compare_ends(int64_t committed, int64_t found) {
    if (found >= committed) {
        return ERR_OK;
    }
    log_error(LOG_STORE, "store.lost", "committed=%lld found=%lld", (long long)committed,
              (long long)found);
    return ERR_CORRUPT;
}

enum err store_check_mark(struct store *store) {
    return compare_ends(store_lock_marked(store->lock_fd), store->end_pos);
}

static enum err check_log_end(struct store *store) {
    int64_t end = store->purged_pos;
    enum err error =
        store_sql_number(&store->db, store_sql_take(&store->db, STORE_SQL_EVENT_LAST), &end);
    if (error == ERR_OK) {
        error = compare_ends(store->end_pos, end);
    }
    if (error == ERR_OK) {
        store->end_pos = end;
    }
    return error;
}

enum err store_check_small(struct store *store) {
    struct stat file;
    if (fstat(store->file_fd, &file) != 0 || file.st_size > STORE_CHECK_BYTES_MAX) {
        return ERR_OK;
    }
    return store_db_check(&store->db, file.st_size <= STORE_CHECK_THOROUGH_MAX);
}

static enum err check_newest_messages(struct store *store) {
    int64_t last = 0;
    struct arena arena = {0};
    enum err error =
        store_sql_number(&store->db, store_sql_take(&store->db, STORE_SQL_MESSAGE_LAST), &last);
    int64_t first = last > STORE_CHECK_TAIL ? last - STORE_CHECK_TAIL : 0;
    for (int64_t id = last; id > first && error == ERR_OK; id--) {
        struct chat_stored_message message;
        arena_reset(&arena);
        error = store_message_get(&store->db, id, &arena, &message);
        error = error == ERR_NOT_FOUND ? ERR_OK : error;
    }
    arena_deinit(&arena);
    return error;
}

static enum err check(struct store *store) {
    enum err error = check_log_end(store);
    if (error == ERR_OK) {
        error = check_newest_messages(store);
    }
    return error == ERR_OK ? store_check_small(store) : error;
}

/* The whole */

enum err store_recover(struct store *store) {
    static enum err (*const steps[])(struct store *) = {reconnect, try_write, check};
    ASSERT_THREAD(CORE);
    ASSERT(!store->in_batch);
    if (store->trust != STORE_SUSPECT) {
        return store->trust == STORE_DAMAGED ? ERR_CORRUPT : ERR_OK;
    }
    enum err error = check_space(store);
    if (error == ERR_OK) {
        error = forget_memory(store);
    }
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && error == ERR_OK; i++) {
        error = steps[i](store);
    }
    if (error == ERR_OK) {
        store->trust = STORE_WHOLE;
        store->db.logged = ERR_OK;
        log_info(LOG_STORE, "store.recovered", "pos=%lld", (long long)store->end_pos);
    } else if (error == ERR_CORRUPT || store->db.is_damaged) {
        store_condemn(store);
    }
    return error;
}
