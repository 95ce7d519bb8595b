/* store_lock.h: one server per data directory.
 *
 * A lock of flock(2) on DIR/parley.lock. The kernel drops it when the process ends, however it ends, so there is no stale
 * lock to clean up; the file itself stays and holds the process id of the last owner, for people.
 *
 * Thread: whoever opens and closes the store.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

/* Locks `path`, making the file when it is missing. *fd is owned: store_lock_close. On ERR_BUSY *owner is the process id
 * in the file (0: unknown) and nothing is open. */
enum err store_lock_open(const char *path, int *fd, long *owner);
void store_lock_close(int fd);
