/* store_mark.c: who wrote last where, gathered until the batch ends.
 *
 * Owns      struct store_marks.
 * Thread    CORE.
 *
 * Each pair of room and author has one place. Who finds it taken by another pair writes that one out: the order in which
 * different rows are written does not matter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_mark.h"

#include "base/err.h"

#include <assert.h>

static_assert((STORE_MARKS_MAX & (STORE_MARKS_MAX - 1)) == 0, "places are a mask");

static struct store_mark *place_of(struct store_marks *marks, int64_t room, int64_t user) {
    uint64_t mixed = ((uint64_t)room * 31 + (uint64_t)user) * 0x9E3779B97F4A7C15u;
    return &marks->marks[(mixed >> 32) & (STORE_MARKS_MAX - 1)];
}

static enum err mark_write(struct store_marks *marks, struct store_mark *mark,
                           struct store_db *db) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_SENT);
    store_sql_bind_int(statement, 1, mark->room);
    store_sql_bind_int(statement, 2, mark->user);
    store_sql_bind_int(statement, 3, mark->seq);
    *mark = (struct store_mark){0};
    marks->count--;
    return store_sql_run(db, statement);
}

enum err store_marks_add(struct store_marks *marks, struct store_db *db, int64_t room, int64_t user,
                         int64_t seq) {
    struct store_mark *mark = place_of(marks, room, user);
    enum err error = ERR_OK;
    ASSERT(room != 0 && user != 0);
    if (mark->room != 0 && (mark->room != room || mark->user != user)) {
        error = mark_write(marks, mark, db);
    }
    marks->count += mark->room == 0;
    *mark = (struct store_mark){room, user, seq};
    return error;
}

enum err store_marks_write(struct store_marks *marks, struct store_db *db) {
    enum err error = ERR_OK;
    for (size_t i = 0; marks->count > 0 && error == ERR_OK; i++) {
        ASSERT(i < STORE_MARKS_MAX);
        if (marks->marks[i].room != 0) {
            error = mark_write(marks, &marks->marks[i], db);
        }
    }
    return error;
}

void store_marks_drop(struct store_marks *marks) {
    if (marks->count > 0) {
        *marks = (struct store_marks){0};
    }
}
