/* store_message.c: rows of `message` as messages.
 *
 * How it works: a row becomes a proto_message in the caller's arena while its statement stands on it; what the message
 * answers is only noted (a reply with nothing but its id) and filled in when the statement has ended, because that asks the
 * same table again; its reactions and files as well, of which the row has only the number. A page of a room is one range of seq, since a room numbers its messages without holes.
 *
 * A page leaves out what is damaged, and says which places are: those between first and last at which no whole row stands.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_message.h"

#include "base/json.h"
#include "base/utf8.h"
#include "store/store_attachment.h"
#include "store/store_row.h"
#include "store/store_sum.h"

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
    COLUMN_AUTHOR_WHOLE,
    COLUMN_REACTED,
    COLUMN_TWIN,
    COLUMN_MARKS_WHOLE,
    COLUMN_ATTACHED,
};

/* The checksum */

int64_t store_message_checksum(const struct store_message_row *row) {
    const int64_t numbers[] = {row->id,     row->room,     row->thread,        row->seq,
                               row->author, row->reply_to, row->created_at_ms, row->edited_at_ms,
                               row->deleted};
    uint64_t sum = store_sum_bytes(STORE_SUM_BEGIN, numbers, sizeof(numbers));
    sum = store_sum_str(sum, row->nonce);
    sum = store_sum_str(sum, row->body);
    sum = store_sum_str(sum, row->mentions);
    sum = store_sum_str(sum, row->mentions_all);
    return (int64_t)sum;
}

void store_message_append_mentions(struct buf *out, const int64_t *users, size_t count) {
    for (size_t i = 0; i < count; i++) {
        buf_append_byte(out, i == 0 ? '[' : ',');
        buf_append_i64(out, users[i]);
    }
    if (count > 0) {
        buf_append_byte(out, ']');
    }
}

/* Rows */

struct store_message_row store_message_row(sqlite3_stmt *statement) {
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

bool store_message_row_is_whole(sqlite3_stmt *statement) {
    struct store_message_row row = store_message_row(statement);
    return store_message_checksum(&row) == sqlite3_column_int64(statement, COLUMN_CHECKSUM);
}

/* The row with what others have put on it, and that of its author, whose name goes with it. */
static bool is_whole(sqlite3_stmt *statement) {
    return store_message_row_is_whole(statement) &&
           sqlite3_column_int(statement, COLUMN_MARKS_WHOLE) == 1 &&
           sqlite3_column_int(statement, COLUMN_AUTHOR_WHOLE) == 1;
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
        .twin = row->deleted ? 0 : sqlite3_column_int64(statement, COLUMN_TWIN),
        .reply_count = sqlite3_column_int64(statement, COLUMN_REPLY_COUNT),
        .last_reply_at = sqlite3_column_int64(statement, COLUMN_LAST_REPLY),
        .mentions_all =
            (enum proto_mentions_all)store_enum_find(&proto_mentions_all_enum, row->mentions_all),
        .pinned = sqlite3_column_int64(statement, COLUMN_PINNED) != 0,
        .reactions_count = (size_t)sqlite3_column_int64(statement, COLUMN_REACTED),
        .attachments_count = (size_t)sqlite3_column_int64(statement, COLUMN_ATTACHED),
    };
    if (row->reply_to != 0) {
        out->reply_to = ARENA_NEW(arena, struct proto_reply);
        out->reply_to->id = row->reply_to;
    }
    return row->mentions.len > 0 ? make_mentions(row->mentions, arena, out) : ERR_OK;
}

/* The row under the statement, but for what fill_reply adds. */
static enum err take_row(struct store_db *db, sqlite3_stmt *statement, struct arena *arena,
                         struct chat_stored_message *out) {
    struct store_message_row row = store_message_row(statement);
    if (!is_whole(statement)) {
        store_damaged(db, "message", row.id, row.seq);
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
    error = take_row(db, statement, arena, out);
    store_sql_end(statement);
    return error;
}

/* Reactions */

static struct proto_reaction *find_kind(struct proto_message *message, struct str emoji,
                                        struct arena *arena) {
    for (size_t i = 0; i < message->reactions_count; i++) {
        if (str_equal(message->reactions[i].emoji, emoji)) {
            return &message->reactions[i];
        }
    }
    if (message->reactions_count == PROTO_LIMIT_REACTION_KINDS) {
        return NULL;
    }
    struct proto_reaction *kind = &message->reactions[message->reactions_count++];
    *kind = (struct proto_reaction){
        .emoji = arena_copy(arena, emoji),
        .users = ARENA_NEW_N(arena, int64_t, PROTO_LIMIT_REACTION_USERS),
    };
    return kind;
}

static void take_reaction(struct store_db *db, sqlite3_stmt *statement, struct arena *arena,
                          struct proto_message *message) {
    if (sqlite3_column_int(statement, 3) != 1) {
        store_damaged(db, "reaction", message->id, sqlite3_column_int64(statement, 2));
        return;
    }
    struct proto_reaction *kind = find_kind(message, store_sql_text(statement, 0), arena);
    if (kind == NULL) {
        return; /* more kinds than can be given */
    }
    if (kind->users_count < PROTO_LIMIT_REACTION_USERS) {
        kind->users[kind->users_count++] = sqlite3_column_int64(statement, 1);
    }
    kind->count++;
}

/* The row has said how many there are. */
static enum err fill_reactions(struct store_db *db, struct arena *arena,
                               struct proto_message *message) {
    bool row = true;
    enum err error;
    if (message->reactions_count == 0) {
        return ERR_OK;
    }
    message->reactions_count = 0;
    message->reactions = ARENA_NEW_N(arena, struct proto_reaction, PROTO_LIMIT_REACTION_KINDS);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_REACTION_OF);
    store_sql_bind_int(statement, 1, message->id);
    while ((error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        take_reaction(db, statement, arena, message);
    }
    return error;
}

static enum err get_bare(struct store_db *db, int64_t id, struct arena *arena,
                         struct chat_stored_message *out) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_GET);
    store_sql_bind_int(statement, 1, id);
    return take_one(db, statement, arena, out);
}

/* Replies */

/* Of the answered message only the beginning is shown, and nothing of one that was deleted. An answer to one that is damaged is
 * shown without what it answers. */
static enum err fill_reply(struct store_db *db, struct arena *arena,
                           struct proto_message *message) {
    struct chat_stored_message answered;
    if (message->reply_to == NULL) {
        return ERR_OK;
    }
    enum err error = get_bare(db, message->reply_to->id, arena, &answered);
    if (error == ERR_NOT_FOUND || error == ERR_CORRUPT) {
        store_damaged(db, "message", message->reply_to->id, 0);
        message->reply_to = NULL;
        return ERR_OK;
    }
    if (error != ERR_OK) {
        return error;
    }
    message->reply_to->seq = answered.message.seq;
    message->reply_to->author = answered.message.author;
    message->reply_to->excerpt = answered.message.deleted
                                     ? STR("")
                                     : utf8_head(answered.message.body, PROTO_LIMIT_EXCERPT_CHARS);
    return ERR_OK;
}

static enum err fill_message(struct store_db *db, struct arena *arena,
                             struct proto_message *message) {
    enum err error = fill_reactions(db, arena, message);
    if (error == ERR_OK) {
        error = store_attachment_fill(db, arena, message);
    }
    return error == ERR_OK ? fill_reply(db, arena, message) : error;
}

/* Operations */

static enum err complete(struct store_db *db, enum err error, struct arena *arena,
                         struct chat_stored_message *found, struct chat_stored_message *out) {
    if (error == ERR_OK) {
        error = fill_message(db, arena, &found->message);
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
    if (error == ERR_OK && (found.author != author || !str_equal(found.nonce, nonce))) {
        store_damaged(db, "index of nonces: message", found.message.id, 0);
        error = ERR_CORRUPT;
    }
    return complete(db, error, arena, &found, out);
}

/* Takes the rows of a page in order, and notes the places between them. */
struct page {
    struct store_messages *out;
    enum store_sql sql; /* MESSAGE_OF_ROOM or MESSAGE_OF_THREAD */
    int64_t owner;      /* the room, or the thread */
    int64_t next, last; /* the place that is to come, the last one */
    size_t refused;     /* rows that are damaged, and were named */
};

static void page_skip_to(struct page *page, int64_t seq) {
    while (page->next < seq) {
        page->out->damaged[page->out->damaged_count++] = page->next++;
    }
}

/* Places without a row at all have not been named yet. */
static void page_end(struct store_db *db, struct page *page) {
    page_skip_to(page, page->last + 1);
    if (page->out->damaged_count > page->refused) {
        store_damaged(db, page->sql == STORE_SQL_MESSAGE_OF_THREAD ? "thread" : "room", page->owner,
                      page->out->damaged[0]);
    }
}

static void page_take(struct store_db *db, struct page *page, sqlite3_stmt *statement,
                      struct arena *arena) {
    struct chat_stored_message found;
    if (take_row(db, statement, arena, &found) != ERR_OK) {
        page->refused++;
        return;
    }
    int64_t seq = found.message.seq;
    int64_t owner =
        page->sql == STORE_SQL_MESSAGE_OF_THREAD ? found.message.thread : found.message.room;
    if (owner != page->owner || seq < page->next || seq > page->last) {
        return; /* an index that leads to another row is damage as well: its place stays empty */
    }
    page_skip_to(page, seq);
    page->out->messages[page->out->count++] = found.message;
    page->next++;
}

static enum err read_range(struct store_db *db, enum store_sql sql, int64_t owner, int64_t first,
                           int64_t last, struct arena *arena, struct store_messages *out) {
    ASSERT(first >= 1 && first <= last);
    size_t cap = (size_t)(last - first + 1);
    struct store_messages found = {.messages = ARENA_NEW_N(arena, struct proto_message, cap),
                                   .damaged = ARENA_NEW_N(arena, int64_t, cap)};
    struct page page = {.out = &found, .sql = sql, .owner = owner, .next = first, .last = last};
    sqlite3_stmt *statement = store_sql_take(db, sql);
    bool row = true;
    store_sql_bind_int(statement, 1, owner);
    store_sql_bind_int(statement, 2, first);
    store_sql_bind_int(statement, 3, last);
    enum err error;
    while ((error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        page_take(db, &page, statement, arena);
    }
    if (error == ERR_OK) {
        page_end(db, &page);
    }
    for (size_t i = 0; i < found.count && error == ERR_OK; i++) {
        error = fill_message(db, arena, &found.messages[i]);
    }
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

enum err store_message_range(struct store_db *db, int64_t room, int64_t first, int64_t last,
                             struct arena *arena, struct store_messages *out) {
    return read_range(db, STORE_SQL_MESSAGE_OF_ROOM, room, first, last, arena, out);
}

enum err store_message_replies(struct store_db *db, int64_t thread, int64_t first, int64_t last,
                               struct arena *arena, struct store_messages *out) {
    return read_range(db, STORE_SQL_MESSAGE_OF_THREAD, thread, first, last, arena, out);
}

enum err store_message_list(struct store_db *db, sqlite3_stmt *statement, size_t limit,
                            struct arena *arena, struct proto_message *out, size_t *count,
                            bool *more) {
    bool row = true;
    enum err error;
    *count = 0;
    *more = false;
    while ((error = store_sql_step(db, statement, &row)) == ERR_OK && row && *count < limit) {
        struct chat_stored_message found;
        if (take_row(db, statement, arena, &found) == ERR_OK) {
            out[(*count)++] = found.message;
        }
    }
    *more = error == ERR_OK && row;
    store_sql_end(statement);
    for (size_t i = 0; i < *count && error == ERR_OK; i++) {
        error = fill_message(db, arena, &out[i]);
    }
    return error;
}
