/* store_load.c: from rows to facts with pos 0.
 *
 * How it works: one walk per table, in an order in which every fact finds what it refers to. The greatest seq of a room is
 * one step down an index, and only the newest message of each room is read, so a start takes as long with a million
 * messages as with none. The greatest ids are the ends of their tables; only sessions are ever deleted, and theirs
 * is kept by AUTOINCREMENT.
 *
 * A newest message that is damaged is named in the log and left out: the room still opens, and its last_seq is right.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_load.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_row.h"

/* What a walk needs; lives as long as store_load runs. */
struct load {
    struct store_db *db;
    const struct chat_sink *sink;
    struct buf tips;    /* struct tip: rooms that have messages */
    struct arena arena; /* of one message at a time */
};
struct tip {
    int64_t room, seq;
};

static enum err give_user(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_USER_NEW};
    fact.user = (struct chat_user_fact){
        .id = sqlite3_column_int64(row, 0),
        .name = store_sql_text(row, 1),
        .display_name = store_sql_text(row, 2),
        .kind = (enum proto_user_kind)store_row_enum(row, 3, &proto_user_kind_enum),
        .role = (enum proto_user_role)store_row_enum(row, 4, &proto_user_role_enum),
        .color = store_sql_text(row, 5),
        .status = (enum proto_status)store_row_enum(row, 6, &proto_status_enum),
        .status_text = store_sql_text(row, 7),
        .created_at_ms = sqlite3_column_int64(row, 8),
        .last_seen_ms = sqlite3_column_int64(row, 9),
    };
    fact.at_ms = fact.user.created_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_session(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_SESSION_NEW};
    fact.session = (struct chat_session_fact){
        .id = sqlite3_column_int64(row, 0),
        .user = sqlite3_column_int64(row, 1),
        .created_at_ms = sqlite3_column_int64(row, 3),
        .used_at_ms = sqlite3_column_int64(row, 4),
        .agent = store_sql_text(row, 5),
        .address = store_sql_text(row, 6),
    };
    if (sqlite3_column_bytes(row, 2) != CHAT_TOKEN_HASH_BYTES) {
        log_error(LOG_STORE, "store.damaged", "session=%lld", (long long)fact.session.id);
        return ERR_CORRUPT;
    }
    memcpy(fact.session.token_hash, sqlite3_column_blob(row, 2), CHAT_TOKEN_HASH_BYTES);
    fact.at_ms = fact.session.created_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_room(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_ROOM_NEW};
    fact.room = (struct chat_room_fact){
        .id = sqlite3_column_int64(row, 0),
        .slug = store_sql_text(row, 1),
        .name = store_sql_text(row, 2),
        .topic = store_sql_text(row, 3),
        .kind = (enum proto_room_kind)store_row_enum(row, 4, &proto_room_kind_enum),
        .owner = sqlite3_column_int64(row, 5),
        .created_at_ms = sqlite3_column_int64(row, 6),
        .archived = sqlite3_column_int64(row, 7) != 0,
        .announcement = sqlite3_column_int64(row, 8) != 0,
        .slow_mode_s = sqlite3_column_int64(row, 9),
        .last_seq = sqlite3_column_int64(row, 10),
    };
    fact.at_ms = fact.room.created_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    if (fact.room.last_seq > 0) {
        struct tip tip = {fact.room.id, fact.room.last_seq};
        buf_append(&load->tips, &tip, sizeof(tip));
    }
    return ERR_OK;
}

static enum err give_member(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_MEMBER_JOINED};
    fact.member = (struct chat_member_fact){
        .room = sqlite3_column_int64(row, 0),
        .user = sqlite3_column_int64(row, 1),
        .role = (enum proto_member_role)store_row_enum(row, 2, &proto_member_role_enum),
        .joined_at_ms = sqlite3_column_int64(row, 3),
        .read_seq = sqlite3_column_int64(row, 4),
        .mentions = sqlite3_column_int64(row, 5),
        .level = (enum proto_level)store_row_enum(row, 6, &proto_level_enum),
        .favorite = sqlite3_column_int64(row, 7) != 0,
    };
    fact.at_ms = fact.member.joined_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static void give_message(struct load *load, const struct proto_message *message) {
    struct chat_fact fact = {.kind = CHAT_FACT_MESSAGE_NEW, .at_ms = message->created_at};
    fact.message = (struct chat_message_fact){
        .id = message->id,
        .room = message->room,
        .seq = message->seq,
        .author = message->author->id,
        .body = message->body,
        .nonce = STR(""), /* asked for through the port, never in the state */
        .reply_to = message->reply_to,
        .mentions = message->mentions,
        .mention_count = message->mentions_count,
        .mentions_all = message->mentions_all,
        .created_at_ms = message->created_at,
    };
    load->sink->on_fact(load->sink->context, &fact);
}

static enum err give_tips(struct load *load) {
    const struct tip *tips = (const struct tip *)(const void *)load->tips.data;
    size_t count = load->tips.len / sizeof(struct tip);
    for (size_t i = 0; i < count; i++) {
        struct proto_message *message = NULL;
        size_t found = 0;
        arena_reset(&load->arena);
        enum err error = store_message_range(load->db, tips[i].room, tips[i].seq, tips[i].seq,
                                             &load->arena, &message, &found);
        if (error == ERR_OK && found == 1) {
            give_message(load, message);
        } else if (error != ERR_CORRUPT) { /* that was logged, and the room does without */
            return error == ERR_OK ? ERR_CORRUPT : error;
        }
    }
    return ERR_OK;
}

static enum err walk(struct load *load, enum store_sql id,
                     enum err (*give)(struct load *, sqlite3_stmt *)) {
    sqlite3_stmt *statement = store_sql_take(load->db, id);
    bool row = true;
    enum err error = ERR_OK;
    while (error == ERR_OK && (error = store_sql_step(load->db, statement, &row)) == ERR_OK &&
           row) {
        error = give(load, statement);
    }
    store_sql_end(statement);
    return error;
}

static enum err give_bounds(struct load *load, int64_t purged_pos) {
    static const enum store_sql ends[] = {STORE_SQL_EVENT_LAST, STORE_SQL_USER_LAST,
                                          STORE_SQL_ROOM_LAST, STORE_SQL_MESSAGE_LAST,
                                          STORE_SQL_SESSION_LAST};
    int64_t last[sizeof(ends) / sizeof(ends[0])] = {purged_pos};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        enum err error = store_sql_number(load->db, store_sql_take(load->db, ends[i]), &last[i]);
        if (error != ERR_OK) {
            return error;
        }
    }
    load->sink->on_log(load->sink->context, purged_pos + 1, last[0]);
    load->sink->on_ids(load->sink->context, last[1], last[2], last[3], last[4]);
    return ERR_OK;
}

enum err store_load(struct store *store, const struct chat_sink *sink) {
    static const struct {
        enum store_sql id;
        enum err (*give)(struct load *, sqlite3_stmt *);
    } walks[] = {
        {STORE_SQL_USER_EACH, give_user},
        {STORE_SQL_SESSION_EACH, give_session},
        {STORE_SQL_ROOM_EACH, give_room},
        {STORE_SQL_MEMBER_EACH, give_member},
    };
    struct load load = {.db = &store->db, .sink = sink};
    enum err error = ERR_OK;
    ASSERT_THREAD(CORE);
    ASSERT(!store->in_batch);
    for (size_t i = 0; i < sizeof(walks) / sizeof(walks[0]) && error == ERR_OK; i++) {
        error = walk(&load, walks[i].id, walks[i].give);
    }
    if (error == ERR_OK) {
        error = give_tips(&load);
    }
    if (error == ERR_OK) {
        error = give_bounds(&load, store->purged_pos);
    }
    buf_deinit(&load.tips);
    arena_deinit(&load.arena);
    return error;
}
