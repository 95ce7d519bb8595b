/* store_message.h: from a row of `message` to what clients see: the one place that knows how.
 *
 * Every message that leaves the store passes its checksum here. One that fails is damaged: it is named in the log and
 * never served. A page has the others, and says where it has a hole.
 *
 * Thread: that of the connection.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "chat/chat_port.h"
#include "store/store_sql.h"

/* What the checksum covers: everything that must not change unnoticed. What replies, pins and
 * reactions move has a sum of its own (STORE_SUM_MARKS). */
struct store_message_row {
    int64_t id, room, thread, seq;
    int64_t author, reply_to;
    int64_t created_at_ms, edited_at_ms;
    bool deleted;
    struct str nonce, body;
    struct str mentions, mentions_all; /* as stored */
};

int64_t store_message_checksum(const struct store_message_row *row);

/* Every message, for store_message_row_is_whole: does the row under the statement pass its checksum? */
#define STORE_MESSAGE_EACH "SELECT " STORE_SQL_MESSAGE_COLUMNS " FROM message m"
bool store_message_row_is_whole(sqlite3_stmt *statement);
/* The row under a statement whose columns are STORE_SQL_MESSAGE_COLUMNS; its texts are the statement's. */
struct store_message_row store_message_row(sqlite3_stmt *statement);

/* Mentions as the column holds them: a JSON list; nothing for none. */
void store_message_append_mentions(struct buf *out, const int64_t *users, size_t count);

/* The message with that id, everything in `arena`. ERR_NOT_FOUND; ERR_CORRUPT when it is damaged. */
enum err store_message_get(struct store_db *db, int64_t id, struct arena *arena,
                           struct chat_stored_message *out);
/* The message that `author` sent with `nonce`, likewise. Writer only. */
enum err store_message_of_nonce(struct store_db *db, int64_t author, struct str nonce,
                                struct arena *arena, struct chat_stored_message *out);
/* A stretch of a room's messages, oldest first. Every seq of it is that of a message, or in `damaged`. */
struct store_messages {
    struct proto_message *messages;
    size_t count;
    int64_t *damaged;
    size_t damaged_count;
};
/* What a bound statement with the columns of STORE_SQL_MESSAGE gives, at most `limit` whole messages; *more when there are others behind
 * them. `out` has room for them. Ends the statement. */
enum err store_message_list(struct store_db *db, sqlite3_stmt *statement, size_t limit,
                            struct arena *arena, struct proto_message *out, size_t *count,
                            bool *more);
/* Those from seq `first` to `last`, which the room has. */
enum err store_message_range(struct store_db *db, int64_t room, int64_t first, int64_t last,
                             struct arena *arena, struct store_messages *out);
/* The same of a thread's replies. Readers only. */
enum err store_message_replies(struct store_db *db, int64_t thread, int64_t first, int64_t last,
                               struct arena *arena, struct store_messages *out);
