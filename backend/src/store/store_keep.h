/* store_keep.h: what keeps the files small: checkpoints, and the end of old events.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_internal.h"

/* Sets the connection up: nobody checkpoints by himself, and we know how long the write-ahead log is. */
enum err store_keep_attach(struct store *store);
/* After each commit: a log that has grown too long is copied now, whoever waits. */
void store_keep_committed(struct store *store);
