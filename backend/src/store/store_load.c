/* store_load.c: from rows to facts with pos 0.
 *
 * How it works: one walk per table, in an order in which every fact finds what it refers to. The greatest seq of a room is
 * one step down an index, and only the newest message of each room is read, so a start takes as long with a million
 * messages as with none. The greatest ids are the ends of their tables; only sessions are ever deleted, and theirs
 * is kept by AUTOINCREMENT.
 *
 * A row that fails its checksum is named in the log and left out, and so is what refers to it: whoever builds the state may
 * rely on what it gets. With rows missing the state is not what it should be, so the store is read-only from then on. A newest
 * message that is damaged is no more than that: the room still opens, and its last_seq is right.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_load.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/thread.h"
#include "store/store_account.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_moderation.h"
#include "store/store_row.h"
#include "store/store_sum.h"

/* Ids that were given: a bit each. They have no holes to speak of. */
struct id_set {
    struct buf bits;
};

/* What a walk needs; lives as long as store_load runs. */
struct load {
    struct store_db *db;
    const struct chat_sink *sink;
    struct id_set users, rooms;
    int64_t last
        [2]; /* what the walk's last row was known by: they ascend, unless the tree is damaged */
    struct buf tips;    /* struct tip: rooms that have messages */
    struct arena arena; /* of one message at a time */
    bool is_damaged;    /* something was left out */
};
struct tip {
    int64_t room, seq;
};

static void id_set_add(struct id_set *set, int64_t id) {
    static const unsigned char none[4096];
    size_t byte = (size_t)id / 8;
    while (set->bits.len <= byte) {
        buf_append(&set->bits, none, sizeof(none));
    }
    set->bits.data[byte] = (char)(set->bits.data[byte] | 1 << id % 8);
}

static bool id_set_has(const struct id_set *set, int64_t id) {
    size_t byte = (size_t)id / 8;
    return id > 0 && byte < set->bits.len && (set->bits.data[byte] & 1 << id % 8) != 0;
}

/* Whether the row comes behind the one before, by one number or two. */
static bool ascends(struct load *load, int64_t major, int64_t minor) {
    bool up = major > load->last[0] || (major == load->last[0] && minor > load->last[1]);
    load->last[0] = major;
    load->last[1] = minor;
    return up;
}

/* Takes note of a row that is left out. */
static enum err leave_out(struct load *load, const char *table, int64_t id, int64_t place) {
    store_damaged(load->db, table, id, place);
    load->is_damaged = true;
    return ERR_OK;
}

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
    if (sqlite3_column_int(row, 10) != 1 || !ascends(load, fact.user.id, 0)) {
        return leave_out(load, "user", fact.user.id, 0);
    }
    id_set_add(&load->users, fact.user.id);
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
    if (sqlite3_column_int(row, 7) != 1 || !ascends(load, fact.session.id, 0) ||
        !id_set_has(&load->users, fact.session.user) ||
        sqlite3_column_bytes(row, 2) != CHAT_TOKEN_HASH_BYTES) {
        return leave_out(load, "session", fact.session.id, 0);
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
    if (sqlite3_column_int(row, 11) != 1 || !ascends(load, fact.room.id, 0)) {
        return leave_out(load, "room", fact.room.id, 0);
    }
    id_set_add(&load->rooms, fact.room.id);
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
        .position = sqlite3_column_int64(row, 8),
    };
    if (sqlite3_column_int(row, 9) != 1 || !ascends(load, fact.member.room, fact.member.user) ||
        !id_set_has(&load->rooms, fact.member.room) ||
        !id_set_has(&load->users, fact.member.user)) {
        return leave_out(load, "member", fact.member.room, fact.member.user);
    }
    fact.at_ms = fact.member.joined_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_purge(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_PURGE_BEGUN};
    fact.purge = (struct chat_purge_fact){
        .room = sqlite3_column_int64(row, 0),
        .user = sqlite3_column_int64(row, 1),
        .until = sqlite3_column_int64(row, 2),
    };
    if (sqlite3_column_int(row, 3) != 1 || !ascends(load, fact.purge.room, fact.purge.user) ||
        !id_set_has(&load->rooms, fact.purge.room) || !id_set_has(&load->users, fact.purge.user)) {
        return leave_out(load, "purge", fact.purge.room, fact.purge.user);
    }
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_sanction(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact;
    bool is_whole = store_sanction_fact(row, &fact);
    const struct chat_sanction_fact *sanction = &fact.sanction;
    if (!is_whole || !ascends(load, sanction->room, sanction->user) ||
        !id_set_has(&load->rooms, sanction->room) || !id_set_has(&load->users, sanction->user)) {
        return leave_out(load, "sanction", sanction->room, sanction->user);
    }
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_block(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact;
    bool is_whole = store_block_fact(row, &fact);
    if (!is_whole || !ascends(load, fact.block.user, fact.block.other) ||
        !id_set_has(&load->users, fact.block.user) || !id_set_has(&load->users, fact.block.other)) {
        return leave_out(load, "block", fact.block.user, fact.block.other);
    }
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_report(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact;
    bool is_whole = store_report_fact(row, &fact);
    const struct chat_report_fact *report = &fact.report;
    if (!is_whole || !ascends(load, report->id, 0) || !id_set_has(&load->rooms, report->room) ||
        !id_set_has(&load->users, report->by) || !id_set_has(&load->users, report->author)) {
        return leave_out(load, "report", report->id, 0);
    }
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_ban(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_ACCOUNT_SHUT};
    if (!store_account_read_ban(row, &fact.ban) || !ascends(load, fact.ban.user, 0) ||
        !id_set_has(&load->users, fact.ban.user)) {
        return leave_out(load, "account_ban", fact.ban.user, 0);
    }
    fact.at_ms = fact.ban.banned_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_invite(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_INVITE_NEW};
    arena_reset(&load->arena);
    if (!store_account_read_invite(row, &load->arena, &fact.invite) ||
        !ascends(load, fact.invite.id, 0) || !id_set_has(&load->users, fact.invite.by)) {
        return leave_out(load, "invite", fact.invite.id, 0);
    }
    fact.at_ms = fact.invite.created_at_ms;
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_held(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_NAME_HELD};
    if (!store_account_read_held(row, &fact.held) || !id_set_has(&load->users, fact.held.user)) {
        return leave_out(load, "held_name", fact.held.user, 0);
    }
    load->sink->on_fact(load->sink->context, &fact);
    return ERR_OK;
}

static enum err give_server(struct load *load, sqlite3_stmt *row) {
    struct chat_fact fact = {.kind = CHAT_FACT_SERVER_CHANGED};
    if (!store_account_read_server(row, &fact.server)) {
        return leave_out(load, "server", 1, 0);
    }
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
        .edited_at_ms = message->edited_at,
        .deleted = message->deleted,
    };
    load->sink->on_fact(load->sink->context, &fact);
}

static enum err give_tips(struct load *load) {
    const struct tip *tips = (const struct tip *)(const void *)load->tips.data;
    size_t count = load->tips.len / sizeof(struct tip);
    for (size_t i = 0; i < count; i++) {
        struct store_messages tip = {0};
        arena_reset(&load->arena);
        enum err error = store_message_range(load->db, tips[i].room, tips[i].seq, tips[i].seq,
                                             &load->arena, &tip);
        if (error != ERR_OK) {
            return error;
        }
        if (tip.count == 1) { /* else it is damaged, that was logged, and the room does without */
            give_message(load, tip.messages);
        }
    }
    return ERR_OK;
}

static enum err walk(struct load *load, enum store_sql id,
                     enum err (*give)(struct load *, sqlite3_stmt *)) {
    sqlite3_stmt *statement = store_sql_take(load->db, id);
    bool row = true;
    enum err error = ERR_OK;
    load->last[0] = load->last[1] = 0;
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
    if (last[0] < purged_pos) { /* the last row of the log is never purged */
        return ERR_CORRUPT;
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
        {STORE_SQL_USER_EACH, give_user},         {STORE_SQL_SESSION_EACH, give_session},
        {STORE_SQL_ROOM_EACH, give_room},         {STORE_SQL_MEMBER_EACH, give_member},
        {STORE_SQL_SANCTION_EACH, give_sanction}, {STORE_SQL_BLOCK_EACH, give_block},
        {STORE_SQL_PURGE_EACH, give_purge},       {STORE_SQL_REPORT_EACH, give_report},
        {STORE_SQL_BAN_EACH, give_ban},           {STORE_SQL_INVITE_EACH, give_invite},
        {STORE_SQL_SERVER_GET, give_server},      {STORE_SQL_HELD_EACH, give_held},
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
    if (load.is_damaged) {
        store_condemn(store);
    }
    buf_deinit(&load.tips);
    buf_deinit(&load.users.bits);
    buf_deinit(&load.rooms.bits);
    arena_deinit(&load.arena);
    return error;
}
