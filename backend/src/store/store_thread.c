/* store_thread.c: rows of `follow`.
 *
 * How it works: a row says that a person follows a thread, or has said that he does not; who has no row has nothing to do with it.
 * Unread replies are counted when they are asked for: what the root counts less what the row has read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_thread.h"

#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_sum.h"

/* Writing */

static void bind_follow(sqlite3_stmt *statement, const struct chat_thread_fact *follow) {
    store_sql_bind_int(statement, 1, follow->user);
    store_sql_bind_int(statement, 2, follow->thread);
    store_sql_bind_int(statement, 3, follow->room);
    store_sql_bind_int(statement, 4, follow->following);
    store_sql_bind_int(statement, 5, follow->read_seq);
}

static enum err put_follow(struct store_db *db, const struct chat_thread_fact *follow) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FOLLOW_PUT);
    bind_follow(statement, follow);
    return store_sql_run(db, statement);
}

/* Because of what `author` said, unless the person has blocked him. */
static enum err begin_follow(struct store_db *db, const struct chat_thread_fact *follow,
                             chat_user_id author) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FOLLOW_BEGIN);
    bind_follow(statement, follow);
    store_sql_bind_int(statement, 6, author);
    return store_sql_run(db, statement);
}

enum err store_thread_replied(struct store_db *db, const struct chat_message_fact *message) {
    struct chat_thread_fact follow = {.user = message->author,
                                      .room = message->room,
                                      .thread = message->thread,
                                      .following = true,
                                      .read_seq = message->seq};
    ASSERT(message->thread != 0 && message->thread_author != 0);
    enum err error = put_follow(db, &follow);
    follow.read_seq = message->seq - 1;
    for (size_t i = 0; i < message->mention_count && error == ERR_OK; i++) {
        follow.user = message->mentions[i];
        error = begin_follow(db, &follow, message->author);
    }
    if (error == ERR_OK) { /* with each reply: he may have blocked who wrote the first one */
        follow.user = message->thread_author;
        error = begin_follow(db, &follow, message->author);
    }
    return error;
}

enum err store_thread_grown(struct store_db *db, const struct chat_fact *fact) {
    const struct proto_message *root = fact->change.message;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MESSAGE_THREADED);
    store_sql_bind_int(statement, 1, root->id);
    store_sql_bind_int(statement, 2, root->reply_count);
    store_sql_bind_int(statement, 3, root->last_reply_at);
    return store_sql_change(db, statement);
}

enum err store_thread_me(struct store_db *db, const struct chat_fact *fact) {
    return put_follow(db, &fact->thread);
}

enum err store_thread_find(struct store_db *db, chat_user_id user, chat_message_id thread,
                           struct chat_follow *out) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FOLLOW_FIND);
    bool row;
    store_sql_bind_int(statement, 1, user);
    store_sql_bind_int(statement, 2, thread);
    enum err error = store_sql_step(db, statement, &row);
    if (error != ERR_OK || !row) {
        return error == ERR_OK ? ERR_NOT_FOUND : error;
    }
    bool whole = sqlite3_column_int(statement, 2) == 1;
    if (whole) {
        *out = (struct chat_follow){.following = sqlite3_column_int(statement, 0) != 0,
                                    .read_seq = sqlite3_column_int64(statement, 1)};
    } else {
        store_damaged(db, "follow", user, thread);
    }
    store_sql_end(statement);
    return whole ? ERR_OK : ERR_NOT_FOUND; /* one that is damaged is made anew */
}

/* Reading */

static struct proto_thread_me *take_me(sqlite3_stmt *statement, struct arena *arena) {
    struct proto_thread_me *me = ARENA_NEW(arena, struct proto_thread_me);
    *me = (struct proto_thread_me){.thread = sqlite3_column_int64(statement, 0),
                                   .room = sqlite3_column_int64(statement, 1),
                                   .following = true,
                                   .read_seq = sqlite3_column_int64(statement, 2)};
    return me;
}

static enum err take_follows(struct store_reader *reader, sqlite3_stmt *statement, size_t limit,
                             struct arena *arena, struct store_threads *out) {
    bool row = true;
    enum err error;
    while ((error = store_sql_step(&reader->db, statement, &row)) == ERR_OK && row &&
           out->count < limit) {
        if (sqlite3_column_int(statement, 3) == 1) {
            out->threads[out->count++].me = take_me(statement, arena);
        } else {
            store_damaged(&reader->db, "follow", sqlite3_column_int64(statement, 0), 0);
        }
    }
    out->more = error == ERR_OK && row;
    store_sql_end(statement);
    return error;
}

/* A root that is damaged takes its thread from the list. */
static enum err fill_roots(struct store_reader *reader, struct arena *arena,
                           struct store_threads *out) {
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        struct chat_stored_message *root = ARENA_NEW(arena, struct chat_stored_message);
        struct proto_thread_me *me = out->threads[i].me;
        enum err error = store_message_get(&reader->db, me->thread, arena, root);
        if (error == ERR_OK) {
            int64_t unread = root->message.reply_count - me->read_seq;
            me->unread = unread > 0 ? unread : 0;
            out->threads[kept++] = (struct proto_followed_thread){&root->message, me};
        } else if (error != ERR_CORRUPT && error != ERR_NOT_FOUND) {
            return error;
        }
    }
    out->count = kept;
    return ERR_OK;
}

static enum err read_threads(struct store_reader *reader, int64_t user, int64_t after,
                             int64_t limit, struct arena *arena, struct store_threads *out) {
    struct store_threads found = {
        .threads = ARENA_NEW_N(arena, struct proto_followed_thread, (size_t)limit)};
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_FOLLOW_OF);
    store_sql_bind_int(statement, 1, user);
    store_sql_bind_int(statement, 2, after);
    store_sql_bind_int(statement, 3, limit + 1);
    enum err error = take_follows(reader, statement, (size_t)limit, arena, &found);
    if (error == ERR_OK) {
        error = fill_roots(reader, arena, &found);
    }
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

enum err store_read_threads(struct store_reader *reader, int64_t user, int64_t after, int64_t limit,
                            struct arena *arena, struct store_threads *out) {
    ASSERT_THREAD(READER);
    ASSERT(limit >= 1);
    enum err error = store_snapshot_begin(reader);
    if (error == ERR_OK) {
        error = read_threads(reader, user, after, limit, arena, out);
        store_snapshot_end(reader);
    }
    return error;
}
