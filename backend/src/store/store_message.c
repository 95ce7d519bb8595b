/* store_message.c: rows of `message` as messages.
 *
 * How it works: a row becomes a proto_message in the caller's arena while its statement stands on it; what the message
 * answers is only noted (a reply with nothing but its id) and filled in when the statement has ended, because that asks the
 * same table again. A page of a room is one range of seq, since a room numbers its messages without holes.
 *
 * The checksum is FNV-1a with 64 bits: each step is a bijection of the state, so one changed bit always shows, and random damage
 * shows but once in 2^64. It is no protection against a person who can write the file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_message.h"

#include "base/json.h"
#include "base/log.h"
#include "base/utf8.h"
#include "store/store_row.h"

#include <assert.h>

/* Columns of STORE_SQL_MESSAGE. */
enum {
    COLUMN_ID,
    COLUMN_ROOM,
    COLUMN_THREAD,
    COLUMN_SEQ,
    COLUMN_AUTHOR,
    COLUMN_NONCE,
    COLUMN_BODY,
    COLUMN_CREATED,
    COLUMN_EDITED,
    COLUMN_DELETED,
    COLUMN_REPLY_TO,
    COLUMN_REPLY_COUNT,
    COLUMN_LAST_REPLY,
    COLUMN_PINNED,
    COLUMN_MENTIONS,
    COLUMN_MENTIONS_ALL,
    COLUMN_CHECKSUM,
    COLUMN_AUTHOR_NAME,
    COLUMN_AUTHOR_DISPLAY_NAME,
    COLUMN_AUTHOR_KIND,
};

/* The checksum */

/* Numbers go into the sum as they lie in memory. */
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the checksum would differ");

static uint64_t sum_bytes(uint64_t sum, const void *bytes, size_t count) {
    const unsigned char *at = bytes;
    for (size_t i = 0; i < count; i++) {
        sum = (sum ^ at[i]) * 0x100000001b3u;
    }
    return sum;
}

/* The length goes in as well, so that bytes cannot move from one text to the next. */
static uint64_t sum_str(uint64_t sum, struct str text) {
    uint64_t len = text.len;
    sum = sum_bytes(sum, &len, sizeof(len));
    return text.len > 0 ? sum_bytes(sum, text.at, text.len) : sum;
}

int64_t store_message_checksum(const struct store_message_row *row) {
    const int64_t numbers[] = {row->id,     row->room,     row->thread,        row->seq,
                               row->author, row->reply_to, row->created_at_ms, row->edited_at_ms,
                               row->deleted};
    uint64_t sum = sum_bytes(0xcbf29ce484222325u, numbers, sizeof(numbers));
    sum = sum_str(sum, row->nonce);
    sum = sum_str(sum, row->body);
    sum = sum_str(sum, row->mentions);
    sum = sum_str(sum, row->mentions_all);
    return (int64_t)sum;
}

/* Rows */

static struct store_message_row read_row(sqlite3_stmt *statement) {
    return (struct store_message_row){
        .id = sqlite3_column_int64(statement, COLUMN_ID),
        .room = sqlite3_column_int64(statement, COLUMN_ROOM),
        .thread = sqlite3_column_int64(statement, COLUMN_THREAD),
        .seq = sqlite3_column_int64(statement, COLUMN_SEQ),
        .author = sqlite3_column_int64(statement, COLUMN_AUTHOR),
        .reply_to = sqlite3_column_int64(statement, COLUMN_REPLY_TO),
        .created_at_ms = sqlite3_column_int64(statement, COLUMN_CREATED),
        .edited_at_ms = sqlite3_column_int64(statement, COLUMN_EDITED),
        .deleted = sqlite3_column_int64(statement, COLUMN_DELETED) != 0,
        .nonce = store_sql_text(statement, COLUMN_NONCE),
        .body = store_sql_text(statement, COLUMN_BODY),
        .mentions = store_sql_text(statement, COLUMN_MENTIONS),
        .mentions_all = store_sql_text(statement, COLUMN_MENTIONS_ALL),
    };
}

static bool is_whole(const struct store_message_row *row, sqlite3_stmt *statement) {
    if (store_message_checksum(row) == sqlite3_column_int64(statement, COLUMN_CHECKSUM)) {
        return true;
    }
    log_error(LOG_STORE, "store.damaged", "message=%lld room=%lld seq=%lld", (long long)row->id,
              (long long)row->room, (long long)row->seq);
    return false;
}

static struct proto_author *make_author(sqlite3_stmt *statement, struct arena *arena) {
    struct proto_author *author = ARENA_NEW(arena, struct proto_author);
    author->id = sqlite3_column_int64(statement, COLUMN_AUTHOR);
    author->name = arena_copy(arena, store_sql_text(statement, COLUMN_AUTHOR_NAME));
    author->display_name = arena_copy(arena, store_sql_text(statement, COLUMN_AUTHOR_DISPLAY_NAME));
    author->kind =
        (enum proto_user_kind)store_row_enum(statement, COLUMN_AUTHOR_KIND, &proto_user_kind_enum);
    return author;
}

static enum err make_mentions(struct str text, struct arena *arena, struct proto_message *out) {
    json_t *list = json_parse(text, 1);
    if (!json_is_array(list)) {
        json_decref(list);
        return ERR_CORRUPT;
    }
    out->mentions_count = json_array_size(list);
    out->mentions = ARENA_NEW_N(arena, int64_t, out->mentions_count);
    for (size_t i = 0; i < out->mentions_count; i++) {
        out->mentions[i] = json_integer_value(json_array_get(list, i));
    }
    json_decref(list);
    return ERR_OK;
}

static enum err make_message(const struct store_message_row *row, sqlite3_stmt *statement,
                             struct arena *arena, struct proto_message *out) {
    *out = (struct proto_message){
        .id = row->id,
        .room = row->room,
        .seq = row->seq,
        .author = make_author(statement, arena),
        .body = arena_copy(arena, row->body),
        .created_at = row->created_at_ms,
        .edited_at = row->edited_at_ms,
        .deleted = row->deleted,
        .thread = row->thread,
        .reply_count = sqlite3_column_int64(statement, COLUMN_REPLY_COUNT),
        .last_reply_at = sqlite3_column_int64(statement, COLUMN_LAST_REPLY),
        .mentions_all =
            (enum proto_mentions_all)store_enum_find(&proto_mentions_all_enum, row->mentions_all),
        .pinned = sqlite3_column_int64(statement, COLUMN_PINNED) != 0,
    };
    if (row->reply_to != 0) {
        out->reply_to = ARENA_NEW(arena, struct proto_reply);
        out->reply_to->id = row->reply_to;
    }
    return row->mentions.len > 0 ? make_mentions(row->mentions, arena, out) : ERR_OK;
}

/* The row under the statement, but for what fill_reply adds. */
static enum err take_row(sqlite3_stmt *statement, struct arena *arena,
                         struct chat_stored_message *out) {
    struct store_message_row row = read_row(statement);
    if (!is_whole(&row, statement)) {
        return ERR_CORRUPT;
    }
    out->author = row.author;
    out->nonce = arena_copy(arena, row.nonce);
    return make_message(&row, statement, arena, &out->message);
}

/* The bound statement's only row. */
static enum err take_one(struct store_db *db, sqlite3_stmt *statement, struct arena *arena,
                         struct chat_stored_message *out) {
    bool row;
    enum err error = store_sql_step(db, statement, &row);
    if (error != ERR_OK) {
        return error;
    }
    if (!row) {
        return ERR_NOT_FOUND;
    }
    error = take_row(statement, arena, out);
    store_sql_end(statement);
    return error;
}

static enum err get_bare(struct store_db *db, int64_t id, struct arena *arena,
                         struct chat_stored_message *out) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_GET);
    store_sql_bind_int(statement, 1, id);
    return take_one(db, statement, arena, out);
}

/* Replies */

/* Of the answered message only the beginning is shown, and nothing of one that was deleted. */
static enum err fill_reply(struct store_db *db, struct arena *arena,
                           struct proto_message *message) {
    struct chat_stored_message answered;
    if (message->reply_to == NULL) {
        return ERR_OK;
    }
    enum err error = get_bare(db, message->reply_to->id, arena, &answered);
    if (error != ERR_OK) {
        return error == ERR_NOT_FOUND ? ERR_CORRUPT : error;
    }
    message->reply_to->seq = answered.message.seq;
    message->reply_to->author = answered.message.author;
    message->reply_to->excerpt = answered.message.deleted
                                     ? STR("")
                                     : utf8_head(answered.message.body, PROTO_LIMIT_EXCERPT_CHARS);
    return ERR_OK;
}

/* Operations */

static enum err complete(struct store_db *db, enum err error, struct arena *arena,
                         struct chat_stored_message *found, struct chat_stored_message *out) {
    if (error == ERR_OK) {
        error = fill_reply(db, arena, &found->message);
    }
    if (error == ERR_OK) {
        *out = *found;
    }
    return error;
}

enum err store_message_get(struct store_db *db, int64_t id, struct arena *arena,
                           struct chat_stored_message *out) {
    struct chat_stored_message found;
    enum err error = get_bare(db, id, arena, &found);
    return complete(db, error, arena, &found, out);
}

enum err store_message_of_nonce(struct store_db *db, int64_t author, struct str nonce,
                                struct arena *arena, struct chat_stored_message *out) {
    struct chat_stored_message found;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_OF_NONCE);
    store_sql_bind_int(statement, 1, author);
    store_sql_bind_str(statement, 2, nonce);
    enum err error = take_one(db, statement, arena, &found);
    return complete(db, error, arena, &found, out);
}

enum err store_message_range(struct store_db *db, int64_t room, int64_t first, int64_t last,
                             struct arena *arena, struct proto_message **out, size_t *count) {
    ASSERT(first >= 1 && first <= last);
    size_t cap = (size_t)(last - first + 1), len = 0;
    struct proto_message *messages = ARENA_NEW_N(arena, struct proto_message, cap);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_OF_ROOM);
    bool row = true;
    store_sql_bind_int(statement, 1, room);
    store_sql_bind_int(statement, 2, first);
    store_sql_bind_int(statement, 3, last);
    enum err error = ERR_OK;
    while (error == ERR_OK && (error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        struct chat_stored_message found;
        ASSERT(len < cap); /* (room, seq) is unique */
        error = take_row(statement, arena, &found);
        messages[len++] = found.message;
    }
    store_sql_end(statement);
    for (size_t i = 0; i < len && error == ERR_OK; i++) {
        error = fill_reply(db, arena, &messages[i]);
    }
    if (error == ERR_OK) {
        *out = messages;
        *count = len;
    }
    return error;
}
