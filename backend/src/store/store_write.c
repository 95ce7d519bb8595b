/* store_write.c: from facts to rows.
 *
 * How it works: store_writers names for each kind of fact the function that brings the projections up to it; they do to
 * the rows what chat_evolve does to the state, no more and no less, so that loading the rows gives that state again. Then
 * the fact gets its row in the log. Both are in the batch's transaction.
 *
 * A fact that does not fit the rows (a user who is not there, a seq that is taken) means that state and store differ:
 * the batch fails, and the state is loaded anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_write.h"

#include "base/buf.h"
#include "base/thread.h"
#include "store/store_account.h"
#include "store/store_attachment.h"
#include "store/store_change.h"
#include "store/store_internal.h"
#include "store/store_keep.h"
#include "store/store_lock.h"
#include "store/store_message.h"
#include "store/store_moderation.h"
#include "store/store_own.h"
#include "store/store_row.h"
#include "store/store_thread.h"

#include <assert.h>

/* These numbers are in the column `scope`. */
static_assert(CHAT_SCOPE_NONE == 0 && CHAT_SCOPE_ALL == 1 && CHAT_SCOPE_ROOM == 2 &&
                  CHAT_SCOPE_USER == 3 && CHAT_SCOPE_PEERS == 4,
              "scopes are stored");

/* Users */

static void bind_user(sqlite3_stmt *statement, const struct chat_user_fact *user) {
    store_sql_bind_int(statement, 1, user->id);
    store_sql_bind_str(statement, 2, user->name);
    store_sql_bind_str(statement, 3, user->display_name);
    store_row_bind_enum(statement, 4, &proto_user_kind_enum, user->kind);
    store_row_bind_enum(statement, 5, &proto_user_role_enum, user->role);
    store_sql_bind_str(statement, 6, user->color);
    store_row_bind_enum(statement, 7, &proto_status_enum, user->status);
    store_sql_bind_str(statement, 8, user->status_text);
    store_sql_bind_int(statement, 9, user->created_at_ms);
    store_sql_bind_int(statement, 10, user->last_seen_ms);
}

static enum err write_user_new(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_USER_ADD);
    bind_user(statement, &fact->user);
    return store_sql_run(db, statement);
}

static enum err write_user_changed(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_USER_SET);
    bind_user(statement, &fact->user);
    return store_sql_change(db, statement);
}

static enum err write_user_status(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_USER_STATUS);
    store_sql_bind_int(statement, 1, fact->user.id);
    store_row_bind_enum(statement, 2, &proto_status_enum, fact->user.status);
    store_sql_bind_str(statement, 3, fact->user.status_text);
    return store_sql_change(db, statement);
}

static enum err write_user_seen(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_USER_SEEN);
    store_sql_bind_int(statement, 1, fact->user.id);
    store_sql_bind_int(statement, 2, fact->user.last_seen_ms);
    return store_sql_change(db, statement);
}

/* Sessions */

static enum err write_session_new(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_session_fact *session = &fact->session;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SESSION_ADD);
    store_sql_bind_int(statement, 1, session->id);
    store_sql_bind_int(statement, 2, session->user);
    store_sql_bind_blob(statement, 3, session->token_hash, sizeof(session->token_hash));
    store_sql_bind_int(statement, 4, session->created_at_ms);
    store_sql_bind_int(statement, 5, session->used_at_ms);
    store_sql_bind_str(statement, 6, session->agent);
    store_sql_bind_str(statement, 7, session->address);
    return store_sql_run(db, statement);
}

static enum err write_session_used(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SESSION_USED);
    store_sql_bind_int(statement, 1, fact->session.id);
    store_sql_bind_int(statement, 2, fact->session.used_at_ms);
    store_sql_bind_str(statement, 3, fact->session.agent);
    store_sql_bind_str(statement, 4, fact->session.address);
    return store_sql_change(db, statement);
}

static enum err write_session_token(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SESSION_TOKEN);
    store_sql_bind_int(statement, 1, fact->session.id);
    store_sql_bind_blob(statement, 2, fact->session.token_hash, sizeof(fact->session.token_hash));
    return store_sql_change(db, statement);
}

static enum err write_session_ended(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SESSION_END);
    store_sql_bind_int(statement, 1, fact->session.id);
    return store_sql_change(db, statement);
}

/* Rooms */

static void bind_room(sqlite3_stmt *statement, const struct chat_room_fact *room) {
    store_sql_bind_int(statement, 1, room->id);
    store_sql_bind_str(statement, 2, room->slug);
    store_sql_bind_str(statement, 3, room->name);
    store_sql_bind_str(statement, 4, str_is_none(room->topic) ? STR("") : room->topic);
    store_row_bind_enum(statement, 5, &proto_room_kind_enum, room->kind);
    store_sql_bind_id(statement, 6, room->owner);
    store_sql_bind_int(statement, 7, room->created_at_ms);
    store_sql_bind_int(statement, 8, room->archived);
    store_sql_bind_int(statement, 9, room->announcement);
    store_sql_bind_int(statement, 10, room->slow_mode_s);
}

static enum err write_room_new(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_ROOM_ADD);
    bind_room(statement, &fact->room);
    return store_sql_run(db, statement);
}

static enum err write_room_changed(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_ROOM_SET);
    bind_room(statement, &fact->room);
    return store_sql_change(db, statement);
}

/* Members */

static void bind_member(sqlite3_stmt *statement, int64_t room, int64_t user) {
    store_sql_bind_int(statement, 1, room);
    store_sql_bind_int(statement, 2, user);
}

static enum err write_member_joined(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_member_fact *member = &fact->member;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_ADD);
    bind_member(statement, member->room, member->user);
    store_row_bind_enum(statement, 3, &proto_member_role_enum, member->role);
    store_sql_bind_int(statement, 4, member->joined_at_ms);
    store_sql_bind_int(statement, 5, member->read_seq);
    store_sql_bind_int(statement, 6, member->mentions);
    store_row_bind_enum(statement, 7, &proto_level_enum, member->level);
    store_sql_bind_int(statement, 8, member->favorite);
    store_sql_bind_int(statement, 9, member->position);
    return store_sql_run(db, statement);
}

static enum err write_member_changed(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_ROLE);
    bind_member(statement, fact->member.room, fact->member.user);
    store_row_bind_enum(statement, 3, &proto_member_role_enum, fact->member.role);
    return store_sql_change(db, statement);
}

static enum err write_member_left(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_END);
    bind_member(statement, fact->member.room, fact->member.user);
    return store_sql_change(db, statement);
}

static enum err write_member_me(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_member_fact *member = &fact->member;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_ME);
    bind_member(statement, member->room, member->user);
    store_sql_bind_int(statement, 3, member->read_seq);
    store_sql_bind_int(statement, 4, member->mentions);
    store_row_bind_enum(statement, 5, &proto_level_enum, member->level);
    store_sql_bind_int(statement, 6, member->favorite);
    store_sql_bind_int(statement, 7, member->position);
    return store_sql_change(db, statement);
}

/* Messages */

static enum err add_message(struct store_db *db, const struct chat_message_fact *message,
                            int64_t at_ms, struct str mentions) {
    struct store_message_row row = {
        .id = message->id,
        .room = message->room,
        .thread = message->thread,
        .seq = message->seq,
        .author = message->author,
        .reply_to = message->reply_to != NULL ? message->reply_to->id : 0,
        .created_at_ms = at_ms,
        .nonce = message->nonce,
        .body = message->body,
        .mentions = mentions,
        .mentions_all = store_enum_text(&proto_mentions_all_enum, message->mentions_all),
    };
    bool is_plain = message->thread == 0 && message->twin == 0;
    sqlite3_stmt *statement =
        store_sql_take(db, is_plain ? STORE_SQL_MESSAGE_ADD : STORE_SQL_MESSAGE_ADD_REPLY);
    store_sql_bind_int(statement, 1, row.id);
    store_sql_bind_int(statement, 2, row.room);
    store_sql_bind_int(statement, 3, row.seq);
    store_sql_bind_int(statement, 4, row.author);
    store_sql_bind_str(statement, 5, row.nonce);
    store_sql_bind_str(statement, 6, row.body);
    store_sql_bind_int(statement, 7, row.created_at_ms);
    store_sql_bind_id(statement, 8, row.reply_to);
    store_sql_bind_str(statement, 9, row.mentions);
    store_sql_bind_str(statement, 10, row.mentions_all);
    store_sql_bind_int(statement, 11, store_message_checksum(&row));
    store_sql_bind_int(statement, is_plain ? 12 : 14, (int64_t)message->attachment_count);
    if (!is_plain) {
        store_sql_bind_id(statement, 12, message->thread);
        store_sql_bind_id(statement, 13, message->twin);
    }
    return store_sql_run(db, statement);
}

static enum err count_mentions(struct store_db *db, const struct chat_message_fact *message) {
    enum err error = ERR_OK;
    if (message->mentions_all != PROTO_MENTIONS_ALL_NONE) {
        sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_MENTION_ALL);
        bind_member(statement, message->room, message->author);
        return store_sql_run(db, statement);
    }
    for (size_t i = 0; i < message->mention_count && error == ERR_OK; i++) {
        if (message->mentions[i] != message->author) {
            sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_MEMBER_MENTION);
            bind_member(statement, message->room, message->mentions[i]);
            store_sql_bind_int(statement, 3, message->author);
            error = store_sql_run(db, statement);
        }
    }
    return error;
}

static enum err write_message_new(struct store_db *db, const struct chat_fact *fact) {
    struct buf mentions = BUF_EMPTY;
    store_message_append_mentions(&mentions, fact->message.mentions, fact->message.mention_count);
    enum err error = add_message(db, &fact->message, fact->at_ms,
                                 mentions.len > 0 ? buf_str(&mentions) : STR_NONE);
    buf_deinit(&mentions);
    if (error == ERR_OK) {
        error = store_attachment_use(db, &fact->message);
    }
    if (error == ERR_OK && fact->message.thread != 0) {
        return store_thread_replied(db, &fact->message);
    }
    if (error == ERR_OK) {
        error = count_mentions(db, &fact->message);
    }
    return error;
}

/* The table */

/* MEMBER_GONE and ROOM_SHOWN tell the person what other facts have done: no rows of their own. */
static enum err write_nothing(struct store_db *db, const struct chat_fact *fact) {
    (void)db;
    (void)fact;
    return ERR_OK;
}

static enum err (*const store_writers[CHAT_FACT_KIND_COUNT])(struct store_db *,
                                                             const struct chat_fact *) = {
    [CHAT_FACT_USER_NEW] = write_user_new,
    [CHAT_FACT_USER_CHANGED] = write_user_changed,
    [CHAT_FACT_USER_STATUS] = write_user_status,
    [CHAT_FACT_USER_SEEN] = write_user_seen,
    [CHAT_FACT_SESSION_NEW] = write_session_new,
    [CHAT_FACT_SESSION_USED] = write_session_used,
    [CHAT_FACT_SESSION_TOKEN] = write_session_token,
    [CHAT_FACT_SESSION_ENDED] = write_session_ended,
    [CHAT_FACT_ROOM_NEW] = write_room_new,
    [CHAT_FACT_ROOM_CHANGED] = write_room_changed,
    [CHAT_FACT_MEMBER_JOINED] = write_member_joined,
    [CHAT_FACT_MEMBER_CHANGED] = write_member_changed,
    [CHAT_FACT_MEMBER_LEFT] = write_member_left,
    [CHAT_FACT_MEMBER_GONE] = write_nothing,
    [CHAT_FACT_MEMBER_ME] = write_member_me,
    [CHAT_FACT_ROOM_SHOWN] = write_nothing,
    [CHAT_FACT_SANCTION] = store_write_sanction,
    [CHAT_FACT_BLOCK] = store_write_block,
    [CHAT_FACT_REPORT_NEW] = store_write_report_new,
    [CHAT_FACT_REPORT_DONE] = store_write_report_done,
    [CHAT_FACT_MESSAGE_NEW] = write_message_new,
    [CHAT_FACT_MESSAGE_EDITED] = store_change_edited,
    [CHAT_FACT_MESSAGE_DELETED] = store_change_deleted,
    [CHAT_FACT_MESSAGE_REACTED] = store_change_reacted,
    [CHAT_FACT_MESSAGE_PINNED] = store_change_pinned,
    [CHAT_FACT_MESSAGE_THREADED] = store_thread_grown,
    [CHAT_FACT_THREAD_ME] = store_thread_me,
    [CHAT_FACT_SAVED] = store_own_saved,
    [CHAT_FACT_DRAFT] = store_own_draft,
    [CHAT_FACT_PURGE_BEGUN] = store_change_purge_begun,
    [CHAT_FACT_PURGE_ENDED] = store_change_purge_ended,
    [CHAT_FACT_AUDIT] = store_account_write_audit,
    [CHAT_FACT_PASSWORD_SET] = store_account_write_password,
    [CHAT_FACT_ACCOUNT_SHUT] = store_account_write_shut,
    [CHAT_FACT_ACCOUNT_OPENED] = store_account_write_opened,
    [CHAT_FACT_INVITE_NEW] = store_account_write_invite,
    [CHAT_FACT_INVITE_USED] = store_account_write_invite_used,
    [CHAT_FACT_INVITE_ROOMS] = store_account_write_invite_rooms,
    [CHAT_FACT_INVITE_ENDED] = store_account_write_invite_ended,
    [CHAT_FACT_NAME_HELD] = store_account_write_held,
    [CHAT_FACT_SERVER_CHANGED] = store_account_write_server,
    [CHAT_FACT_FILE_NEW] = store_attachment_write,
};

/* The log */

static bool is_about_member(const struct chat_fact *fact) {
    return fact->kind == CHAT_FACT_MEMBER_JOINED || fact->kind == CHAT_FACT_MEMBER_LEFT;
}

/* Whom the row is found by: the person that the event is for or about. */
static int64_t user_of(const struct chat_fact *fact, const struct store_log_entry *entry) {
    if (entry->scope == CHAT_SCOPE_USER || entry->scope == CHAT_SCOPE_PEERS) {
        return entry->user;
    }
    return entry->scope == CHAT_SCOPE_ROOM && is_about_member(fact) ? fact->member.user : 0;
}

/* Text of messages is nowhere but in their rows. Inside a text the quotes would be escaped. */
static bool is_free_of_text(struct str data) {
    static const char key[] = "\"last_message\":";
    return data.len == 0 || memmem(data.at, data.len, key, sizeof(key) - 1) == NULL;
}

/* The message that the event is about; 0: none. */
static int64_t message_of(const struct chat_fact *fact) {
    if (fact->kind == CHAT_FACT_MESSAGE_NEW) {
        return fact->message.id;
    }
    return chat_fact_change(fact->kind) != PROTO_CHANGE_NONE ? fact->change.message->id : 0;
}

/* What a reader cannot make again: the payload, and of a changed message in what way it has. */
static struct str data_of(const struct chat_fact *fact, const struct store_log_entry *entry) {
    if (message_of(fact) != 0) {
        return store_enum_text(&proto_change_enum, chat_fact_change(fact->kind));
    }
    return entry->event != PROTO_EVENT_NONE ? entry->data : STR_NONE;
}

static enum err add_event(struct store_db *db, const struct chat_fact *fact,
                          const struct store_log_entry *entry) {
    bool has_event = entry->event != PROTO_EVENT_NONE;
    struct str data = data_of(fact, entry);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_EVENT_ADD);
    ASSERT(has_event == (entry->scope != CHAT_SCOPE_NONE));
    ASSERT(entry->scope != CHAT_SCOPE_WATCH); /* only of events that are not in the log */
    ASSERT(!has_event || proto_events[entry->event].durable);
    ASSERT(is_free_of_text(data));
    store_sql_bind_int(statement, 1, fact->pos);
    store_sql_bind_str(statement, 2, has_event ? proto_events[entry->event].name : STR(""));
    store_sql_bind_int(statement, 3, entry->scope);
    store_sql_bind_id(statement, 4, entry->scope == CHAT_SCOPE_ROOM ? entry->room : 0);
    store_sql_bind_id(statement, 5, user_of(fact, entry));
    store_sql_bind_id(statement, 6, message_of(fact));
    store_sql_bind_int(statement, 7, fact->at_ms);
    store_sql_bind_str(statement, 8, data);
    return store_sql_run(db, statement);
}

/* Operations */

/* Lookups find out things, too. */
static enum err check_trust(struct store *store) {
    if (store->db.is_damaged) {
        store_condemn(store);
    }
    if (store->trust == STORE_WHOLE) {
        return ERR_OK;
    }
    return store->trust == STORE_DAMAGED ? ERR_CORRUPT : ERR_UNAVAILABLE;
}

enum err store_batch_begin(struct store *store) {
    ASSERT_THREAD(CORE);
    ASSERT(!store->in_batch);
    enum err error = check_trust(store);
    if (error != ERR_OK) {
        return error;
    }
    error = store_keep_room(store);
    if (error == ERR_OK) {
        error = store_sql_run(&store->db, store_sql_take(&store->db, STORE_SQL_BEGIN));
    }
    store->in_batch = error == ERR_OK;
    store->batch_pos = store->end_pos;
    return store_distrust(store, error);
}

enum err store_batch_commit(struct store *store) {
    ASSERT_THREAD(CORE);
    ASSERT(store->in_batch);
    enum err error = check_trust(store);
    if (error != ERR_OK) {
        return error;
    }
    error = store_marks_write(&store->marks, &store->db);
    if (error == ERR_OK) {
        error = store_sql_run(&store->db, store_sql_take(&store->db, STORE_SQL_COMMIT));
    }
    if (error == ERR_OK) {
        store->in_batch = false;
        store->db.logged = ERR_OK;
        store->end_pos = store->batch_pos;
        store_lock_mark(store->lock_fd, store->end_pos);
        store_keep_committed(store);
        store_attachment_committed(store);
    }
    return store_distrust(store, error);
}

void store_batch_rollback(struct store *store) {
    ASSERT_THREAD(CORE);
    if (!store->in_batch) {
        return;
    }
    store->in_batch = false;
    buf_clear(&store->db.ended_files);
    store_marks_drop(&store->marks);
    if (sqlite3_get_autocommit(store->db.handle) == 0) { /* some errors have done it already */
        (void)store_sql_run(&store->db, store_sql_take(&store->db, STORE_SQL_ROLLBACK));
    }
}

/* Whether the fact leaves the rows of members alone, but for the author's mark. */
static bool is_plain_message(const struct chat_fact *fact) {
    return fact->kind == CHAT_FACT_MESSAGE_NEW && fact->message.mention_count == 0 &&
           fact->message.mentions_all == PROTO_MENTIONS_ALL_NONE;
}

static enum err mark_author(struct store *store, const struct chat_message_fact *message) {
    return store_marks_add(&store->marks, &store->db, message->room, message->author, message->seq);
}

enum err store_write_fact(struct store *store, const struct chat_fact *fact,
                          const struct store_log_entry *entry) {
    ASSERT_THREAD(CORE);
    ASSERT(store->in_batch && fact->pos > 0);
    ASSERT(fact->kind > CHAT_FACT_NONE && fact->kind < CHAT_FACT_KIND_COUNT);
    ASSERT(store_writers[fact->kind] != NULL);
    enum err error = is_plain_message(fact) ? ERR_OK : store_marks_write(&store->marks, &store->db);
    if (error == ERR_OK) {
        error = store_writers[fact->kind](&store->db, fact);
    }
    if (error == ERR_OK && fact->kind == CHAT_FACT_MESSAGE_NEW && fact->message.thread == 0) {
        error = mark_author(store, &fact->message);
    }
    if (error == ERR_OK) {
        error = add_event(&store->db, fact, entry);
    }
    store->must_wipe = store->must_wipe || fact->kind == CHAT_FACT_MESSAGE_DELETED;
    store->batch_pos = fact->pos;
    return store_distrust(store, error);
}

/* One row that fails its checksum is no reason to distrust the rest. */
static enum err looked_up(struct store *store, enum err error) {
    return error == ERR_NOT_FOUND || error == ERR_CORRUPT ? error : store_distrust(store, error);
}

enum err store_find_nonce(struct store *store, chat_user_id author, struct str nonce,
                          struct arena *arena, struct chat_stored_message *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_message_of_nonce(&store->db, author, nonce, arena, out));
}

enum err store_find_message(struct store *store, chat_message_id id, struct arena *arena,
                            struct chat_stored_message *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_message_get(&store->db, id, arena, out));
}

enum err store_find_said(struct store *store, chat_user_id author, chat_room_id room,
                         struct str after, struct arena *arena, struct chat_said *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_change_said(&store->db, author, room, after, arena, out));
}

enum err store_find_reaction(struct store *store, chat_message_id message, struct str emoji,
                             chat_user_id user) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_change_find_reaction(&store->db, message, emoji, user));
}

enum err store_find_password(struct store *store, chat_user_id user, struct arena *arena,
                             struct str *hash) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_account_find_password(&store->db, user, arena, hash));
}

enum err store_find_follow(struct store *store, chat_user_id user, chat_message_id thread,
                           struct chat_follow *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_thread_find(&store->db, user, thread, out));
}

enum err store_find_saved(struct store *store, chat_user_id user, chat_message_id message,
                          struct chat_kept *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_own_find_saved(&store->db, user, message, out));
}

enum err store_find_file(struct store *store, chat_file_id id, struct arena *arena,
                         struct chat_stored_file *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_attachment_get(&store->db, id, arena, out));
}

enum err store_find_space(struct store *store, chat_user_id user, struct chat_space *out) {
    ASSERT_THREAD(CORE);
    return looked_up(store, store_attachment_space(&store->db, user, out));
}
