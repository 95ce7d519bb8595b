/* store_follow.c: readers that follow the log: what has changed since they looked last.
 *
 * A snapshot is only needed where two questions have to see the same state: whether the log reaches back, and what stands there.
 *
 * Thread    READER, or another one with a reader of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_sum.h"

static enum err ask(struct store_reader *reader, enum store_sql id, int64_t *out) {
    return store_sql_number(&reader->db, store_sql_take(&reader->db, id), out);
}

/* Snapshots */

enum err store_read_hold(struct store_reader *reader) {
    ASSERT(!reader->is_held);
    enum err error = store_snapshot_begin(reader);
    reader->is_held = error == ERR_OK;
    return error;
}

void store_read_release(struct store_reader *reader) {
    reader->is_held = false;
    store_snapshot_end(reader);
}

/* The log */

static enum err purged_pos(struct store_reader *reader, int64_t *out) {
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_META_GET);
    store_sql_bind_str(statement, 1, STR("purged_pos"));
    return store_sql_number(&reader->db, statement, out);
}

static enum err log_ends(struct store_reader *reader, int64_t *first_pos, int64_t *last_pos) {
    int64_t purged = 0;
    enum err error = purged_pos(reader, &purged);
    *first_pos = purged + 1;
    *last_pos = purged;
    return error == ERR_OK ? ask(reader, STORE_SQL_EVENT_LAST, last_pos) : error;
}

enum err store_read_log(struct store_reader *reader, int64_t *first_pos, int64_t *last_pos) {
    enum err error = store_snapshot_begin(reader);
    if (error == ERR_OK) {
        error = log_ends(reader, first_pos, last_pos);
        store_snapshot_end(reader);
    }
    return error;
}

enum err store_read_moment(struct store_reader *reader, int64_t pos, int64_t *at_ms) {
    int64_t found = -1;
    store_sql_bind_int(store_sql_take(&reader->db, STORE_SQL_EVENT_MOMENT), 1, pos);
    enum err error = ask(reader, STORE_SQL_EVENT_MOMENT, &found);
    if (error != ERR_OK || found < 0) {
        return error != ERR_OK ? error : ERR_NOT_FOUND;
    }
    *at_ms = found;
    return ERR_OK;
}

static enum err take_changes(struct store_reader *reader, sqlite3_stmt *statement,
                             struct store_changes *out) {
    bool row;
    enum err error;
    while ((error = store_sql_step(&reader->db, statement, &row)) == ERR_OK && row) {
        int64_t message = sqlite3_column_int64(statement, 1);
        out->last_pos = sqlite3_column_int64(statement, 0);
        out->row_count++;
        if (message != 0) {
            out->positions[out->count] = out->last_pos;
            out->messages[out->count++] = message;
        }
    }
    return error;
}

static enum err read_changes(struct store_reader *reader, int64_t after_pos, int64_t limit,
                             struct store_changes *out) {
    int64_t purged = 0;
    enum err error = purged_pos(reader, &purged);
    if (error != ERR_OK || after_pos < purged) {
        return error != ERR_OK ? error : ERR_NOT_FOUND;
    }
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_EVENT_CHANGES);
    store_sql_bind_int(statement, 1, after_pos);
    store_sql_bind_int(statement, 2, limit);
    return take_changes(reader, statement, out);
}

enum err store_read_changes(struct store_reader *reader, int64_t after_pos, int64_t limit,
                            struct arena *arena, struct store_changes *out) {
    ASSERT(limit >= 1);
    *out = (struct store_changes){.messages = ARENA_NEW_N(arena, int64_t, limit),
                                  .positions = ARENA_NEW_N(arena, int64_t, limit),
                                  .last_pos = after_pos};
    enum err error = store_snapshot_begin(reader);
    if (error == ERR_OK) {
        error = read_changes(reader, after_pos, limit, out);
        store_snapshot_end(reader);
    }
    return error;
}

/* Messages */

static enum err take_text(struct store_reader *reader, sqlite3_stmt *statement, struct arena *arena,
                          struct store_text *out) {
    struct store_message_row row = store_message_row(statement);
    if (!store_message_row_is_whole(statement)) {
        store_damaged(&reader->db, "message", row.id, row.seq);
        return ERR_CORRUPT;
    }
    *out = (struct store_text){row.room, row.author, arena_copy(arena, row.body), row.deleted};
    return ERR_OK;
}

enum err store_read_text(struct store_reader *reader, int64_t message, struct arena *arena,
                         struct store_text *out) {
    bool row;
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_MESSAGE_TEXT);
    store_sql_bind_int(statement, 1, message);
    enum err error = store_sql_step(&reader->db, statement, &row);
    if (error != ERR_OK || !row) {
        return error != ERR_OK ? error : ERR_NOT_FOUND;
    }
    error = take_text(reader, statement, arena, out);
    store_sql_end(statement);
    return error;
}

enum err store_read_last_message(struct store_reader *reader, int64_t *id) {
    *id = 0;
    return ask(reader, STORE_SQL_MESSAGE_LAST, id);
}

/* The first message from `id` on, with its time; *found is left alone when there is none. */
static enum err next_message(struct store_reader *reader, int64_t id, int64_t *found,
                             int64_t *at_ms) {
    bool row;
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_MESSAGE_SINCE);
    store_sql_bind_int(statement, 1, id);
    enum err error = store_sql_step(&reader->db, statement, &row);
    if (error == ERR_OK && row) {
        *found = sqlite3_column_int64(statement, 0);
        *at_ms = sqlite3_column_int64(statement, 1);
        store_sql_end(statement);
    }
    return error;
}

enum err store_read_first_since(struct store_reader *reader, int64_t at_ms, int64_t *id) {
    int64_t low = 1, high;
    enum err error = store_read_last_message(reader, &high);
    high++;
    while (error == ERR_OK && low < high) { /* it is in low .. high */
        int64_t middle = low + (high - low) / 2, found = high, found_ms = INT64_MAX;
        error = next_message(reader, middle, &found, &found_ms);
        if (found < high && found_ms < at_ms) {
            low = found + 1;
        } else {
            high = middle;
        }
    }
    *id = low;
    return error;
}
