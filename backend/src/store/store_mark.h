/* store_mark.h: who wrote last where, gathered until the batch ends.
 *
 * An author has read what he writes, so each message moves his mark in the room's member row. In a batch only the last of his messages
 * there matters: the marks wait here and are written with the commit, one for each author and room, or earlier, before
 * anything else looks at a member row or changes one.
 *
 * Thread: CORE.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_sql.h"

#define STORE_MARKS_MAX 512 /* as many as a usual batch has authors; more are written early */

/* Owner: struct store. Zeroed it is empty. */
struct store_marks {
    size_t count;
    struct store_mark {
        int64_t room, user, seq; /* room 0: free */
    } marks[STORE_MARKS_MAX];
};

/* The author's mark stands at `seq`, and nobody has mentioned him since. */
enum err store_marks_add(struct store_marks *marks, struct store_db *db, int64_t room, int64_t user,
                         int64_t seq);
/* Writes them all. One who is not a member (any more) has no mark. On an error the batch has failed. */
enum err store_marks_write(struct store_marks *marks, struct store_db *db);
/* Forgets them: the batch is undone. */
void store_marks_drop(struct store_marks *marks);
