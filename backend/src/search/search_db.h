/* search_db.h: search.db, the index of all messages, beside the database.
 *
 * Nothing is in it that is not in the database: when it is missing, damaged, or belongs to another past of the database
 * (a backup was put back), it is thrown away and built anew, newest messages first, while the server serves.
 *
 * It follows the log: which messages an event named is what has to be looked at again, whatever happened to them.
 *
 * Thread: a struct search_index belongs to the indexer, a struct search_finder to its reader.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "search/search_query.h"
#include "store/store_read.h"

#define SEARCH_FILE "search.db"

/* ---- The indexer's side */

struct search_index;

/* Opens search.db in `directory`, or makes it anew. `reader` reads the database; borrowed. Returns owned. */
enum err search_index_open(const char *directory, struct store_reader *reader,
                           struct search_index **out);
void search_index_close(struct search_index *index);
/* Lets go of the pages that it keeps in memory; of its reader's too. */
void search_index_shrink(struct search_index *index);

enum search_progress {
    SEARCH_DONE, /* all that the database had a moment ago can be found */
    SEARCH_MORE, /* call again at once */
    SEARCH_TIDY, /* can be found; there is tidying up to do when the machine has time */
};
/* One bounded piece of work: what the log says is new first, then a stretch of older messages. After an error the index is
 * closed and opened again (which makes a damaged one anew). */
enum err search_index_step(struct search_index *index, enum search_progress *out);
/* One bounded piece of tidying up: words of texts that are gone leave the file. */
enum err search_index_tidy(struct search_index *index, enum search_progress *out);

/* ---- The readers' side */

struct search_finder;

/* Returns owned. ERR_NOT_FOUND: there is no index (yet). */
enum err search_finder_open(const char *directory, struct search_finder **out);
void search_finder_close(struct search_finder *finder);
/* Lets go of the pages that it keeps in memory. */
void search_finder_shrink(struct search_finder *finder);

/* What is asked; 0: does not matter. */
struct search_wish {
    struct str typed;
    const int64_t *rooms; /* whose messages may be found; sorted */
    size_t room_count;
    int64_t author;
    int64_t since_ms, until_ms; /* from, to (excluded) */
    int64_t before;             /* a message's id: older ones */
    int64_t limit;
    bool pinned;   /* only what is pinned */
    bool has_file; /* only what has an attachment */
};
struct search_found {
    struct proto_hit *hits; /* newest first */
    size_t count;
    bool more;
};
/* Searches, for at most SEARCH_MS_MAX. ERR_UNAVAILABLE: nothing was found in that time, though there may be something. Messages that
 * were deleted, or do not hold the words any more, are not found, whatever the index says. */
enum err search_find(struct search_finder *finder, struct store_reader *reader,
                     const struct search_wish *wish, struct arena *arena, struct search_found *out);
