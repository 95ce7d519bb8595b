/* store_own.c: rows of `saved` and `draft`.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_own.h"

#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_sum.h"

/* Saved messages */

static sqlite3_stmt *take_saved(struct store_db *db, enum store_sql id, int64_t user,
                                int64_t message) {
    sqlite3_stmt *statement = store_sql_take(db, id);
    store_sql_bind_int(statement, 1, user);
    store_sql_bind_int(statement, 2, message);
    return statement;
}

enum err store_own_saved(struct store_db *db, const struct chat_fact *fact) {
    enum store_sql id = fact->saved.on ? STORE_SQL_SAVED_ADD : STORE_SQL_SAVED_END;
    return store_sql_change(db, take_saved(db, id, fact->saved.user, fact->saved.message));
}

enum err store_own_find_saved(struct store_db *db, chat_user_id user, chat_message_id message,
                              struct chat_kept *out) {
    int64_t is_saved = 0, count = 0;
    enum err error =
        store_sql_number(db, take_saved(db, STORE_SQL_SAVED_FIND, user, message), &is_saved);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SAVED_COUNT);
    store_sql_bind_int(statement, 1, user);
    if (error == ERR_OK) {
        error = store_sql_number(db, statement, &count);
    }
    if (error == ERR_OK) {
        *out = (struct chat_kept){.is_saved = is_saved != 0, .count = count};
    }
    return error;
}

enum err store_read_saved(struct store_reader *reader, int64_t user, int64_t after, int64_t limit,
                          struct arena *arena, struct store_list *out) {
    ASSERT_THREAD(READER);
    ASSERT(limit >= 1);
    struct store_list found = {.messages = ARENA_NEW_N(arena, struct proto_message, (size_t)limit)};
    enum err error = store_snapshot_begin(reader);
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement = take_saved(&reader->db, STORE_SQL_SAVED_OF, user, after);
    store_sql_bind_int(statement, 3, limit + 1);
    error = store_message_list(&reader->db, statement, (size_t)limit, arena, found.messages,
                               &found.count, &found.more);
    store_snapshot_end(reader);
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

/* Drafts */

static sqlite3_stmt *take_draft(struct store_db *db, enum store_sql id,
                                const struct chat_draft_fact *draft) {
    sqlite3_stmt *statement = store_sql_take(db, id);
    store_sql_bind_int(statement, 1, draft->user);
    store_sql_bind_int(statement, 2, draft->room);
    store_sql_bind_int(statement, 3, draft->thread);
    return statement;
}

/* Of more than are kept the oldest goes. */
static enum err put_draft(struct store_db *db, const struct chat_draft_fact *draft, int64_t at_ms) {
    sqlite3_stmt *statement = take_draft(db, STORE_SQL_DRAFT_PUT, draft);
    store_sql_bind_str(statement, 4, draft->body);
    store_sql_bind_int(statement, 5, at_ms);
    enum err error = store_sql_run(db, statement);
    if (error != ERR_OK) {
        return error;
    }
    statement = store_sql_take(db, STORE_SQL_DRAFT_CUT);
    store_sql_bind_int(statement, 1, draft->user);
    store_sql_bind_int(statement, 2, PROTO_LIMIT_DRAFTS);
    return store_sql_run(db, statement);
}

enum err store_own_draft(struct store_db *db, const struct chat_fact *fact) {
    if (fact->draft.body.len > 0) {
        return put_draft(db, &fact->draft, fact->at_ms);
    }
    return store_sql_run(db, take_draft(db, STORE_SQL_DRAFT_END, &fact->draft));
}

static struct proto_draft take_row(sqlite3_stmt *statement, struct arena *arena) {
    return (struct proto_draft){.room = sqlite3_column_int64(statement, 0),
                                .thread = sqlite3_column_int64(statement, 1),
                                .body = arena_copy(arena, store_sql_text(statement, 2)),
                                .at = sqlite3_column_int64(statement, 3)};
}

enum err store_read_drafts(struct store_reader *reader, int64_t user, struct arena *arena,
                           struct store_drafts *out) {
    struct store_drafts found = {.drafts =
                                     ARENA_NEW_N(arena, struct proto_draft, PROTO_LIMIT_DRAFTS)};
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_DRAFT_OF);
    bool row = true;
    enum err error;
    ASSERT_THREAD(READER);
    store_sql_bind_int(statement, 1, user);
    store_sql_bind_int(statement, 2, PROTO_LIMIT_DRAFTS);
    while ((error = store_sql_step(&reader->db, statement, &row)) == ERR_OK && row) {
        if (sqlite3_column_int(statement, 4) == 1) {
            found.drafts[found.count++] = take_row(statement, arena);
        } else {
            store_damaged(&reader->db, "draft", user, sqlite3_column_int64(statement, 0));
        }
    }
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}
