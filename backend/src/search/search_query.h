/* search_query.h: from what somebody typed to what is asked of the index.
 *
 * Every term must occur. A term is a word or "a phrase"; the last one, while it is being typed, and those that end in `*`
 * are beginnings. There is no other syntax: whatever is typed is words, and nothing is an error. Words reach FTS5 folded and
 * in quotes, so nothing of its own syntax can.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"

/* One term: words that follow one another. */
struct search_term {
    struct str *words; /* folded */
    size_t word_count; /* at least one */
    bool is_beginning; /* the last word may go on */
};

struct search_query {
    struct search_term *terms;
    size_t term_count; /* 0: nothing that could be searched for */
};

/* Everything in `arena`. */
struct search_query search_query_read(struct str typed, struct arena *arena);
/* Who may have written it where; what is 0 does not matter. */
struct search_scope {
    const int64_t *rooms;
    size_t room_count; /* 0: everywhere */
    int64_t author;
    bool
        is_broad; /* of a long beginning only SEARCH_PREFIX_CHARS are asked for: more is found than is meant */
};
/* The longest beginnings of which the index has lists of their own. */
#define SEARCH_PREFIX_CHARS 3
/* Whether is_broad makes a difference. */
bool search_query_can_be_broad(const struct search_query *query);
/* Appends the FTS5 expression over the columns `text` and `scope` (search_db.c). The query has terms. */
void search_query_write(const struct search_query *query, const struct search_scope *scope,
                        struct buf *out);
