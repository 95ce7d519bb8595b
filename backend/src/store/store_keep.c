/* store_keep.c: checkpoints and the end of old events.
 *
 * How it works: SQLite appends commits to the write-ahead log and, when all of it has been copied into the database (a
 * checkpoint) and no reader needs it any more, starts the file again from its beginning. Automatic checkpoints are off:
 * they would stop a commit under load, and SQLite 3.40 has a bug that two connections which both write and checkpoint can
 * meet. Only the writer copies, PASSIVE (it waits for nobody):
 *
 *   - while the core is idle: as soon as STORE_WAL_COPY_BYTES are to be copied, or STORE_WAL_REST_MS after the last time
 *     when there is anything at all; when text was deleted meanwhile, the file is cut to nothing after that. A file that a
 *     killed server left is cut at once: what was deleted then is not known any more;
 *   - in a commit, when the file is longer than STORE_WAL_BYTES_MAX, that is under load without a pause. A reader that
 *     holds an old snapshot keeps the file from starting again, so then only every further STORE_WAL_COPY_BYTES count:
 *     else each commit would pay for it.
 *
 * A snapshot that is held for long, by a backup or by a person with SQLite's shell, keeps the file growing all the same. Our own
 * tools give way when it has STORE_WAL_YIELD_BYTES (store_wal_must_yield). From STORE_WAL_REFUSE_BYTES on the next batch waits
 * STORE_WAL_WAIT_MS for the file to begin anew, which is enough for whoever only reads a page; then batches are refused
 * until it can: a disk that fills in the night would be worse.
 *
 * Old events go from the front of the log, a piece per turn, never the last one (it says where the log ends).
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_keep.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/store_attachment.h"

#include <sys/stat.h>

#define STORE_WAL_YIELD_BYTES (96 << 20)
#define STORE_WAL_REFUSE_BYTES                                                                     \
    (112 << 20) /* 128 less the largest batch: 512 messages of 16 KiB and their indexes */
#define STORE_WAL_WAIT_MS    1000
#define STORE_WAL_COPY_BYTES (4 << 20) /* some 10 ms of copying */
#define STORE_WAL_REST_MS    30000     /* deleted text leaves the log within this */
#define STORE_FRAME_HEAD     24        /* bytes before each page in the log */
#define STORE_PURGE_ROWS     500       /* per turn: some 5 ms */
#define STORE_PURGE_EVERY_MS 60000

/* Checkpoints */

static int on_commit(void *context, sqlite3 *handle, const char *name, int frames) {
    struct store *store = context;
    (void)handle;
    (void)name;
    if (frames < store->wal_frames) { /* it has started again */
        store->wal_copied = 0;
    }
    store->wal_frames = frames;
    return SQLITE_OK;
}

enum err store_keep_attach(struct store *store) {
    int64_t bytes = 0;
    (void)sqlite3_wal_autocheckpoint(store->db.handle, 0); /* fails only for NULL */
    (void)sqlite3_wal_hook(store->db.handle, on_commit, store);
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(store->db.handle, "PRAGMA page_size", -1, &statement, NULL);
    if (code != SQLITE_OK) {
        return store_sql_err(&store->db, NULL, code);
    }
    enum err error = store_sql_number(&store->db, statement, &bytes);
    sqlite3_finalize(statement);
    ASSERT(error != ERR_OK || bytes > 0);
    store->page_bytes = (int)bytes;
    return error;
}

void store_keep_found(struct store *store) {
    if (store_wal_file_bytes(store->db.handle) > 0) {
        store->must_wipe = true;
        store->checkpointed_at_ms = clock_mono_ms() - STORE_WAL_REST_MS - 1;
    }
}

static int64_t frames_to_bytes(const struct store *store, int frames) {
    return (int64_t)frames * (store->page_bytes + STORE_FRAME_HEAD);
}

static int64_t uncopied_bytes(const struct store *store) {
    return frames_to_bytes(store, store->wal_frames - store->wal_copied);
}

int64_t store_wal_bytes(const struct store *store) {
    return frames_to_bytes(store, store->wal_frames);
}

enum err store_checkpoint(struct store *store) {
    int frames = -1, copied = -1;
    ASSERT(!store->in_batch);
    int code = sqlite3_wal_checkpoint_v2(store->db.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames,
                                         &copied);
    store->checkpointed_at_ms = clock_mono_ms();
    if (code != SQLITE_OK) {
        enum err error = store_sql_err(&store->db, NULL, code);
        return error == ERR_BUSY ? error : store_distrust(store, error);
    }
    if (frames >= 0) {
        store->wal_frames = frames;
        store->wal_copied = copied;
    }
    return ERR_OK;
}

/* Copies everything, and sees to it that the next commit writes from the file's beginning, unless a reader needs it for longer
 * than wait_ms. */
static enum err begin_anew(struct store *store, int wait_ms) {
    int frames = -1, copied = -1;
    (void)sqlite3_busy_timeout(store->db.handle, wait_ms); /* fails for nothing */
    int code = sqlite3_wal_checkpoint_v2(store->db.handle, NULL, SQLITE_CHECKPOINT_RESTART, &frames,
                                         &copied);
    (void)sqlite3_busy_timeout(store->db.handle, STORE_BUSY_TIMEOUT_MS);
    return store_sql_err(&store->db, NULL, code);
}

enum err store_keep_room(struct store *store) {
    if (store_wal_bytes(store) <= STORE_WAL_REFUSE_BYTES) {
        return ERR_OK;
    }
    bool is_news = store->trust == STORE_WHOLE; /* else it is tried once a second */
    enum err error = begin_anew(store, is_news ? STORE_WAL_WAIT_MS : 0);
    if (error == ERR_OK) {
        store->wal_frames = store->wal_copied = 0;
    } else if (is_news) {
        log_error(LOG_STORE, "store.wal_held",
                  "bytes=%lld reason=\"somebody reads an old snapshot\"",
                  (long long)store_wal_bytes(store));
    }
    return error;
}

int64_t store_wal_file_bytes(sqlite3 *handle) {
    struct stat file;
    const char *database = sqlite3_db_filename(handle, "main");
    return stat(sqlite3_filename_wal(database), &file) == 0 ? file.st_size : 0;
}

bool store_wal_must_yield(sqlite3 *handle, int64_t begin_bytes) {
    int64_t bytes = store_wal_file_bytes(handle);
    return bytes > STORE_WAL_YIELD_BYTES && bytes > begin_bytes;
}

void store_keep_committed(struct store *store) {
    if (store_wal_bytes(store) > STORE_WAL_BYTES_MAX &&
        uncopied_bytes(store) > STORE_WAL_COPY_BYTES) {
        (void)store_checkpoint(store); /* the commit stands; the next batch finds a failure out */
    }
}

static bool is_checkpoint_due(const struct store *store) {
    int64_t bytes = uncopied_bytes(store);
    bool is_wanted = bytes > 0 || store->must_wipe;
    return bytes > STORE_WAL_COPY_BYTES ||
           (is_wanted && clock_mono_ms() - store->checkpointed_at_ms > STORE_WAL_REST_MS);
}

/* What was copied still stands in the file until it is written over; text that was deleted may not. So the file is cut to nothing,
 * unless a reader needs it: then the next checkpoint tries again. */
static void wipe(struct store *store) {
    int frames = -1, copied = -1;
    (void)sqlite3_busy_timeout(store->db.handle, 0); /* a reader is not waited for */
    int code = sqlite3_wal_checkpoint_v2(store->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE,
                                         &frames, &copied);
    (void)sqlite3_busy_timeout(store->db.handle, STORE_BUSY_TIMEOUT_MS);
    if ((code & 0xff) == SQLITE_BUSY) {
        return;
    }
    if (code != SQLITE_OK) {
        (void)store_distrust(store, store_sql_err(&store->db, NULL, code));
        return;
    }
    store->must_wipe = false;
    store->wal_frames = store->wal_copied = 0;
}

/* Old events */

/* The last position of the next piece that is old enough; 0: none. *full: there may be more behind it. */
static enum err find_old(struct store *store, int64_t before_ms, int64_t *last_old, bool *full) {
    int64_t log_end = 0, rows = 0;
    bool row = false;
    enum err error =
        store_sql_number(&store->db, store_sql_take(&store->db, STORE_SQL_EVENT_LAST), &log_end);
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement = store_sql_take(&store->db, STORE_SQL_EVENT_OLDEST);
    store_sql_bind_int(statement, 1, store->purged_pos);
    store_sql_bind_int(statement, 2, STORE_PURGE_ROWS);
    *last_old = 0;
    while ((error = store_sql_step(&store->db, statement, &row)) == ERR_OK && row) {
        int64_t pos = sqlite3_column_int64(statement, 0);
        if (pos == log_end || sqlite3_column_int64(statement, 1) >= before_ms) {
            store_sql_end(statement);
            break;
        }
        *last_old = pos;
        rows++;
    }
    *full = rows == STORE_PURGE_ROWS;
    return error;
}

static enum err purge_to(struct store *store, int64_t pos) {
    struct store_db *db = &store->db;
    enum err error = store_sql_run(db, store_sql_take(db, STORE_SQL_BEGIN));
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *purge = store_sql_take(db, STORE_SQL_EVENT_PURGE);
    store_sql_bind_int(purge, 1, pos);
    error = store_sql_run(db, purge);
    if (error == ERR_OK) {
        sqlite3_stmt *mark = store_sql_take(db, STORE_SQL_META_SET);
        store_sql_bind_str(mark, 1, STR("purged_pos"));
        store_sql_bind_int(mark, 2, pos);
        error = store_sql_change(db, mark);
    }
    if (error == ERR_OK) {
        error = store_sql_run(db, store_sql_take(db, STORE_SQL_COMMIT));
    }
    if (error != ERR_OK) {
        (void)sqlite3_step(db->prepared[STORE_SQL_ROLLBACK]); /* may have happened by itself */
        store_sql_end(db->prepared[STORE_SQL_ROLLBACK]);
        return store_distrust(store, error);
    }
    store->purged_pos = pos;
    return ERR_OK;
}

static bool purge_piece(struct store *store, int64_t now_ms) {
    int64_t last_old = 0;
    bool full = false;
    enum err error = find_old(store, now_ms - store->event_keep_ms, &last_old, &full);
    if (error == ERR_OK && last_old > 0) {
        error = purge_to(store, last_old);
    }
    bool more = error == ERR_OK && full;
    store->purge_next_ms = more ? 0 : clock_mono_ms() + STORE_PURGE_EVERY_MS;
    return more;
}

bool store_idle(struct store *store, int64_t now_ms) {
    ASSERT_THREAD(CORE);
    ASSERT(!store->in_batch);
    if (store->trust != STORE_WHOLE) {
        return false;
    }
    if (is_checkpoint_due(store)) {
        (void)store_checkpoint(store); /* in the log; the next batch finds it out */
        if (store->must_wipe && store->trust == STORE_WHOLE) {
            wipe(store);
        }
        return false;
    }
    bool more = clock_mono_ms() >= store->unused_next_ms && store_attachment_tidy(store, now_ms);
    return (clock_mono_ms() >= store->purge_next_ms && purge_piece(store, now_ms)) || more;
}

void store_shrink(struct store *store) {
    ASSERT_THREAD(CORE);
    ASSERT(!store->in_batch);
    store_db_shrink(&store->db);
}

int64_t store_first_pos(const struct store *store) {
    return store->purged_pos + 1;
}
