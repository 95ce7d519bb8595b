/* store_change.c: messages that are edited, deleted, reacted to, pinned.
 *
 * How it works: a fact of a change holds the whole message as it is to be, so its row is written anew from that, with a new
 * checksum; the decision has read the row, and found it whole, on this very connection. What was there before an edit goes
 * into `version` first; a deletion takes the versions with it. The pages that held the old text are overwritten
 * (secure_delete), and the write-ahead log is emptied soon (store_keep.c).
 *
 * Mentions of members are counted anew by the rule of chat_change.c: only where the message is unread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_change.h"

#include "base/buf.h"
#include "base/limits.h"
#include "store/store_attachment.h"
#include "store/store_message.h"
#include "store/store_row.h"

/* Rows */

static enum err set_row(struct store_db *db, const struct chat_change_fact *change,
                        struct str mentions) {
    const struct proto_message *message = change->message;
    struct store_message_row row = {
        .id = message->id,
        .room = message->room,
        .thread = message->thread,
        .seq = message->seq,
        .author = message->author->id,
        .reply_to = message->reply_to != NULL ? message->reply_to->id : 0,
        .created_at_ms = message->created_at,
        .edited_at_ms = message->edited_at,
        .deleted = message->deleted,
        .nonce = change->nonce,
        .body = message->body,
        .mentions = mentions,
        .mentions_all = store_enum_text(&proto_mentions_all_enum, message->mentions_all),
    };
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_SET);
    store_sql_bind_int(statement, 1, row.id);
    store_sql_bind_str(statement, 2, row.body);
    store_sql_bind_id(statement, 3, row.edited_at_ms);
    store_sql_bind_int(statement, 4, row.deleted);
    store_sql_bind_id(statement, 5, row.reply_to);
    store_sql_bind_int(statement, 6, message->pinned);
    store_sql_bind_str(statement, 7, row.mentions);
    store_sql_bind_str(statement, 8, row.mentions_all);
    store_sql_bind_int(statement, 9, store_message_checksum(&row));
    return store_sql_change(db, statement);
}

static enum err set_message(struct store_db *db, const struct chat_change_fact *change) {
    struct buf mentions = BUF_EMPTY;
    store_message_append_mentions(&mentions, change->message->mentions,
                                  change->message->mentions_count);
    enum err error = set_row(db, change, mentions.len > 0 ? buf_str(&mentions) : STR_NONE);
    buf_deinit(&mentions);
    return error;
}

static enum err run_on(struct store_db *db, enum store_sql id, int64_t message) {
    sqlite3_stmt *statement = store_sql_take(db, id);
    store_sql_bind_int(statement, 1, message);
    return store_sql_run(db, statement);
}

/* Mentions */

static bool contains(const int64_t *ids, size_t count, int64_t id) {
    for (size_t i = 0; i < count; i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return false;
}

static sqlite3_stmt *take_count(struct store_db *db, enum store_sql id,
                                const struct chat_change_fact *change, int64_t user) {
    sqlite3_stmt *statement = store_sql_take(db, id);
    store_sql_bind_int(statement, 1, change->message->room);
    store_sql_bind_int(statement, 2, user);
    store_sql_bind_int(statement, 3, change->message->seq);
    store_sql_bind_int(statement, 4, change->last_seq);
    return statement;
}

/* `users` but the author and those in `others`. */
static enum err count_some(struct store_db *db, enum store_sql id,
                           const struct chat_change_fact *change, const int64_t *users,
                           size_t count, const int64_t *others, size_t other_count) {
    int64_t author = change->message->author->id;
    enum err error = ERR_OK;
    for (size_t i = 0; i < count && error == ERR_OK; i++) {
        if (users[i] != author && !contains(others, other_count, users[i])) {
            error = store_sql_run(db, take_count(db, id, change, users[i]));
        }
    }
    return error;
}

/* All members but the author, and but those who are (were) mentioned by name as well: they counted before, and count on. */
static enum err count_all(struct store_db *db, const struct chat_change_fact *change, bool gained) {
    const struct proto_message *message = change->message;
    enum store_sql all = gained ? STORE_SQL_MEMBER_MENTIONED_ALL : STORE_SQL_MEMBER_UNMENTION_ALL;
    const int64_t *named = gained ? change->old_mentions : message->mentions;
    size_t count = gained ? change->old_mention_count : message->mentions_count;
    struct buf except = BUF_EMPTY;
    store_message_append_mentions(&except, named, count);
    sqlite3_stmt *statement = take_count(db, all, change, message->author->id);
    store_sql_bind_str(statement, 5, except.len > 0 ? buf_str(&except) : STR("[]"));
    enum err error = store_sql_run(db, statement);
    buf_deinit(&except);
    return error;
}

static enum err recount(struct store_db *db, const struct chat_change_fact *change) {
    const struct proto_message *message = change->message;
    bool was_all = change->old_mentions_all != PROTO_MENTIONS_ALL_NONE;
    bool is_all = message->mentions_all != PROTO_MENTIONS_ALL_NONE;
    if (message->thread != 0 || (was_all && is_all)) {
        return ERR_OK;
    }
    if (was_all || is_all) {
        return count_all(db, change, is_all);
    }
    enum err error =
        count_some(db, STORE_SQL_MEMBER_UNMENTION, change, change->old_mentions,
                   change->old_mention_count, message->mentions, message->mentions_count);
    if (error == ERR_OK) {
        error =
            count_some(db, STORE_SQL_MEMBER_MENTIONED, change, message->mentions,
                       message->mentions_count, change->old_mentions, change->old_mention_count);
    }
    return error;
}

/* Facts */

enum err store_change_edited(struct store_db *db, const struct chat_fact *fact) {
    int64_t message = fact->change.message->id;
    enum err error = run_on(db, STORE_SQL_VERSION_CUT, message);
    if (error == ERR_OK) {
        error = run_on(db, STORE_SQL_VERSION_ADD, message);
    }
    if (error == ERR_OK) {
        error = set_message(db, &fact->change);
    }
    return error == ERR_OK ? recount(db, &fact->change) : error;
}

enum err store_change_deleted(struct store_db *db, const struct chat_fact *fact) {
    ASSERT(fact->change.message->body.len == 0);
    enum err error = run_on(db, STORE_SQL_VERSION_END, fact->change.message->id);
    if (error == ERR_OK) {
        error = run_on(db, STORE_SQL_REACTION_END_ALL, fact->change.message->id);
    }
    if (error == ERR_OK) {
        error = store_attachment_end_of(db, fact->change.message->id);
    }
    if (error == ERR_OK) {
        error = set_message(db, &fact->change);
    }
    return error == ERR_OK ? recount(db, &fact->change) : error;
}

static enum err add_reaction(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_REACTION_ADD);
    store_sql_bind_int(statement, 1, fact->change.message->id);
    store_sql_bind_int(statement, 2, fact->pos);
    store_sql_bind_str(statement, 3, fact->change.emoji);
    store_sql_bind_int(statement, 4, fact->change.user);
    return store_sql_run(db, statement);
}

static sqlite3_stmt *take_reaction(struct store_db *db, enum store_sql id, int64_t message,
                                   struct str emoji, int64_t user) {
    sqlite3_stmt *statement = store_sql_take(db, id);
    store_sql_bind_int(statement, 1, message);
    store_sql_bind_str(statement, 2, emoji);
    store_sql_bind_int(statement, 3, user);
    return statement;
}

enum err store_change_reacted(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_change_fact *change = &fact->change;
    int64_t message = change->message->id;
    enum err error = change->on
                         ? add_reaction(db, fact)
                         : store_sql_change(db, take_reaction(db, STORE_SQL_REACTION_END, message,
                                                              change->emoji, change->user));
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_REACTED);
    store_sql_bind_int(statement, 1, message);
    store_sql_bind_int(statement, 2, change->on ? 1 : -1);
    return store_sql_change(db, statement);
}

enum err store_change_find_reaction(struct store_db *db, chat_message_id message, struct str emoji,
                                    chat_user_id user) {
    int64_t found = 0;
    enum err error = store_sql_number(
        db, take_reaction(db, STORE_SQL_REACTION_FIND, message, emoji, user), &found);
    return error == ERR_OK && found == 0 ? ERR_NOT_FOUND : error;
}

enum err store_change_pinned(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_PINNED);
    store_sql_bind_int(statement, 1, fact->change.message->id);
    store_sql_bind_int(statement, 2, fact->change.message->pinned);
    return store_sql_change(db, statement);
}

enum err store_change_purge_begun(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_PURGE_PUT);
    store_sql_bind_int(statement, 1, fact->purge.room);
    store_sql_bind_int(statement, 2, fact->purge.user);
    store_sql_bind_int(statement, 3, fact->purge.until);
    return store_sql_run(db, statement);
}

enum err store_change_purge_ended(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_PURGE_END);
    store_sql_bind_int(statement, 1, fact->purge.room);
    store_sql_bind_int(statement, 2, fact->purge.user);
    return store_sql_change(db, statement);
}

/* What a person said */

enum err store_change_said(struct store_db *db, chat_user_id author, chat_room_id room,
                           struct str after, struct arena *arena, struct chat_said *out) {
    struct chat_said said = {.ids = ARENA_NEW_N(arena, chat_message_id, CHAT_PURGE_LOOKS)};
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_SAID);
    bool row = true;
    size_t looked = 0;
    enum err error;
    store_sql_bind_int(statement, 1, author);
    store_sql_bind_str(statement, 2, after.len > 0 ? after : STR(""));
    store_sql_bind_int(statement, 3, CHAT_PURGE_LOOKS);
    while ((error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        bool counts =
            sqlite3_column_int64(statement, 2) == room && sqlite3_column_int64(statement, 3) == 0;
        if (counts) {
            said.ids[said.count++] = sqlite3_column_int64(statement, 1);
        }
        if (++looked == CHAT_PURGE_LOOKS) {
            said.next = arena_copy(arena, store_sql_text(statement, 0));
            said.more = true;
        }
    }
    if (error == ERR_OK) {
        *out = said;
    }
    return error;
}
