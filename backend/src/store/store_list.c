/* store_list.c: lists of messages.
 *
 * How it works: a list is an index walk that gives messages in the order of their ids, one more than asked for, so that it is
 * known whether there is more.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_list.h"

#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_message.h"

/* Takes all that the bound statement gives: at most limit + 1. */
static enum err take_list(struct store_reader *reader, sqlite3_stmt *statement, int64_t limit,
                          struct arena *arena, struct store_list *out) {
    struct store_list found = {.messages =
                                   ARENA_NEW_N(arena, struct proto_message, (size_t)limit + 1)};
    enum err error = store_message_list(&reader->db, statement, (size_t)limit, arena,
                                        found.messages, &found.count, &found.more);
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

enum err store_read_pins(struct store_reader *reader, int64_t room, int64_t after, int64_t limit,
                         struct arena *arena, struct store_list *out) {
    ASSERT_THREAD(READER);
    ASSERT(limit >= 1);
    enum err error = store_snapshot_begin(reader);
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_MESSAGE_PINS);
    store_sql_bind_int(statement, 1, room);
    store_sql_bind_int(statement, 2, after);
    store_sql_bind_int(statement, 3, limit + 1);
    error = take_list(reader, statement, limit, arena, out);
    store_snapshot_end(reader);
    return error;
}
