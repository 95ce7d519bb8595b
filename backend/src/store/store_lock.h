/* store_lock.h: one server per data directory.
 *
 * A lock of flock(2) on DIR/parley.lock. The kernel drops it when the process ends, however it ends, so there is no stale
 * lock to clean up. The file itself stays and holds two lines: the process id of the last owner, for people, and the mark:
 * the position up to which the log was committed at least. It is written behind each commit and never synced, so it may be behind
 * the database, but a database that is behind its mark has lost something.
 *
 * Thread: whoever opens and closes the store.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

#include <stdint.h>

/* Locks `path`, making the file when it is missing. *fd is owned: store_lock_close. On ERR_BUSY *owner is the process id
 * in the file (0: unknown) and nothing is open. */
enum err store_lock_open(const char *path, int *fd, long *owner);
void store_lock_close(int fd);
/* Writes the mark (a failure is no harm), and reads it; 0: there is none. */
void store_lock_mark(int fd, int64_t pos);
int64_t store_lock_marked(int fd);
