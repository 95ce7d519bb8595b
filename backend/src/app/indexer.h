/* indexer.h: the thread that keeps the search index up with the log.
 *
 * It is told by the core that the log has grown, gathers for INDEXER_GATHER_MS, and works until nothing is left. It is never
 * waited for: when it is behind, or its disk is full, messages are found later and nothing else happens.
 *
 * Thread: indexer_notice from the core; the rest from main.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

#include <stdint.h>

struct indexer;

/* Opens search.db in `directory`, and a connection of its own on the database at `path`. Returns owned; never fails for the
 * index's sake: what cannot be opened now is tried again later. */
enum err indexer_open(const char *directory, const char *path, struct indexer **out);
void indexer_start(struct indexer *indexer);
/* The log ends at `pos` now. Costs nothing when that is not new. */
void indexer_notice(struct indexer *indexer, int64_t pos);
/* Let go, soon, of what is kept in memory to be quicker. */
void indexer_shrink(struct indexer *indexer);
/* Ends the thread at its next step; what is left is done after the next start. */
void indexer_stop(struct indexer *indexer);
void indexer_free(struct indexer *indexer);
