/* store_verify.h: looks at everything in a database, and says what is wrong with it. Changes nothing.
 *
 * Thread: any; not that of a store (the program's verbs).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

#include <stdint.h>

/* What was found. */
struct store_summary {
    int64_t users, rooms, members, messages, events, sessions;
    int64_t end_pos; /* the log's end */
    int64_t version; /* of the schema */
    int64_t faults;  /* things that are wrong; those that were said */
};

/* Where findings go: one line each, the first hundred of each kind. */
struct store_listener {
    void *context;
    void (*say)(void *context, const char *line);
};

/* Looks at the database at `path`, which a server may be using: pages and indexes, references, the checksum of every row, the
 * numbers of messages and events. ERR_OK: it could be looked at, out->faults says how it is. Otherwise *message is one
 * sentence (owned by the thread): ERR_NOT_FOUND, ERR_DENIED, ERR_INVALID (not a database of Parley), ERR_TOO_NEW, ERR_CORRUPT
 * (so damaged that it cannot be looked at), ERR_BUSY (the server writes too much for so long a look). */
enum err store_verify(const char *path, const struct store_listener *listener,
                      struct store_summary *out, const char **message);
