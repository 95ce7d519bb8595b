/* store_keep.h: what keeps the files small: checkpoints, and the end of old events.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_internal.h"

/* What the file of the write-ahead log keeps when it has begun anew: half of what it may ever reach. */
#define STORE_WAL_BYTES_MAX (64 << 20)

/* Sets the connection up: nobody checkpoints by himself, and we know how long the write-ahead log is. */
enum err store_keep_attach(struct store *store);
/* At a start, before anything is written: a log that is there already was left by a kill, and may hold texts that were deleted.
 * The first quiet moment copies it and cuts it to nothing. */
void store_keep_found(struct store *store);
/* Before each batch: ERR_BUSY when a reader has held its snapshot so long that the write-ahead log may not grow any more. */
enum err store_keep_room(struct store *store);
/* How long the file of the write-ahead log is, for a connection of any process; 0: there is none. */
int64_t store_wal_file_bytes(sqlite3 *handle);
/* For one who holds a snapshot on that connection since that file had begin_bytes: it has grown so much that he has to end it.
 * A file that is long from earlier and does not grow any more is no reason. */
bool store_wal_must_yield(sqlite3 *handle, int64_t begin_bytes);
/* After each commit: a log that has grown too long is copied now, whoever waits. */
void store_keep_committed(struct store *store);
