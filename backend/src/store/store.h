/* store.h: the SQLite database of one data directory.
 *
 * parley.db holds the log (event) and its projections (user, room, member, message, session, ...), written in the same
 * transaction by one connection that alone writes and checkpoints: WAL, synchronous=FULL. Readers have connections of their
 * own, read-only, one per reader thread. The directory is locked: a second server says so and ends.
 *
 * Thread: struct store and the writer belong to the core; a struct store_reader to its reader thread.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct store;

struct store_options {
    const char *directory; /* made when missing (mode 0700) */
    int64_t event_keep_ms; /* how far back the log answers; 0: 30 days */
};

/* Opens (creating, migrating) and locks. On failure *message is one clear sentence (static or owned by the thread) and
 * nothing stays open. ERR_BUSY: in use by another server; ERR_DENIED; ERR_TOO_NEW; ERR_CORRUPT; ERR_NO_SPACE. */
enum err store_open(const struct store_options *options, struct store **out, const char **message);
/* Checkpoints and closes. Readers must be closed before. No batch is running. */
void store_close(struct store *store);
/* A 32-byte secret of this database, made at its creation: seals recovery pids. Borrowed. */
struct str store_secret(const struct store *store);
/* Path of the database file. Borrowed. */
const char *store_path(const struct store *store);
/* Who removes the files whose rows are gone: called on the core's thread when that is on disk, with the names, a line each
 * (borrowed). Without one nothing is removed. Before the core runs. */
void store_set_remover(struct store *store, void (*remove)(void *context, struct str names),
                       void *context);
/* Bytes in the write-ahead log now. Any thread. */
int64_t store_wal_bytes(const struct store *store);

/* Between batches */

/* After a call of a batch failed no batch begins until this returned ERR_OK. It opens the writing connection anew, makes one
 * small durable write, and checks that the database is whole as far as a moment allows: the log ends where the last commit
 * ended, what was written last passes its checksums, and a small database is checked page by page. What was committed is
 * read from the disk for it, not from the kernel's memory. Until then lookups and loads go on on the connection that there is.
 * ERR_NO_SPACE, ERR_IO, ERR_BUSY ...: not yet, ask again later. ERR_CORRUPT: it is damaged, and stays read-only for good. */
enum err store_recover(struct store *store);

/* Housekeeping, a bounded piece at a time: checkpoints, and old events. True: more to do soon. now_ms: wall clock. */
bool store_idle(struct store *store, int64_t now_ms);
/* Lets go of the pages that are kept in memory: a quiet server does without them. */
void store_shrink(struct store *store);
/* Copies the write-ahead log into the database as far as readers let it. When that fails, no batch begins before
 * store_recover. */
enum err store_checkpoint(struct store *store);
/* The log reaches back to this position. */
int64_t store_first_pos(const struct store *store);
