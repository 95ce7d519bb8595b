/* store_internal.h: what the files of this folder share.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store.h"
#include "store/store_mark.h"
#include "store/store_read.h"
#include "store/store_sql.h"

#define STORE_SECRET_BYTES 32

/* May a batch begin?
 *
 *     WHOLE ── a call of a batch failed ──► SUSPECT ── store_recover ──► WHOLE
 *       └──────── SQLite finds damage ─────────┴──────────────► DAMAGED        (until the server starts again)
 */
enum store_trust { STORE_WHOLE, STORE_SUSPECT, STORE_DAMAGED };

/* Owner: the core (opened and closed by the main thread, before and after the core runs). */
struct store {
    struct store_db db; /* the one connection that writes and checkpoints */
    int lock_fd;
    int file_fd; /* the database file, to tell the kernel to forget it: closing one would drop SQLite's locks on it */
    char *path;
    int64_t event_keep_ms;
    unsigned char secret[STORE_SECRET_BYTES];
    bool in_batch;
    enum store_trust trust;
    int64_t end_pos;          /* the log's end after the last commit */
    int64_t batch_pos;        /* and in the running batch */
    struct store_marks marks; /* of its authors; empty between batches */

    /* The write-ahead log, in frames of a page each: in the file, and of these copied into the database. */
    _Atomic int wal_frames; /* read from anywhere, for its size */
    int wal_copied;
    int page_bytes;
    int64_t checkpointed_at_ms; /* monotonic */
    bool must_wipe;             /* a deleted text may still stand in the log's file */

    void (*remove_files)(void *context, struct str names);
    void *remove_context;
    int64_t unused_next_ms; /* monotonic: when to look for files that nobody has used */

    int64_t purged_pos;    /* the log is gone up to and with this */
    int64_t purge_next_ms; /* monotonic: when to look for old events again */
};

/* Owner: one reader thread. */
struct store_reader {
    struct store_db db; /* read-only; never checkpoints */
    bool is_held;       /* one snapshot for everything, until it is let go */
};

/* Opens a writing connection on the database, configured and with its statements. On an error *out can be closed. */
enum err store_connect(const char *path, struct store_db *out);
/* The same for reading; without statements. */
enum err store_connect_reader(const char *path, struct store_db *out);
/* Copies one snapshot of the database at `path`, write-ahead log and all, into the new file `copy`; it is not synced. ERR_BUSY:
 * the server writes too much. `gently`: a server runs, and goes first. */
enum err store_copy_database(const char *path, const char *copy, bool gently);
/* Takes note that a call of a batch failed; passes the error on. */
enum err store_distrust(struct store *store, enum err error);
/* The database is damaged: read-only from here on, and the log says so once. */
void store_condemn(struct store *store);
/* ERR_CORRUPT: the log ends before something that was committed. */
enum err store_check_mark(struct store *store);
/* Looks at all of a small database, and at nothing of a large one. ERR_CORRUPT: it is damaged. */
enum err store_check_small(struct store *store);

/* Between these two all queries of a reader see the same state. Nothing else may fail the end of a snapshot, so it returns
 * nothing. */
enum err store_snapshot_begin(struct store_reader *reader);
void store_snapshot_end(struct store_reader *reader);
