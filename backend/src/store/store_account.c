/* store_account.c: the rows of accounts and their administration.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_account.h"

#include "base/json.h"
#include "store/store_row.h"
#include "store/store_sum.h"

#include <jansson.h>

#define ROOMS_DEPTH_MAX 2 /* a list of numbers */

/* An empty text is no text. */
static struct str none_when_empty(struct str text) {
    return text.len > 0 ? text : STR_NONE;
}

static struct str empty_when_none(struct str text) {
    return str_is_none(text) ? STR("") : text;
}

/* The audit log */

enum err store_account_write_audit(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_audit_fact *audit = &fact->audit;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_AUDIT_ADD);
    store_sql_bind_int(statement, 1, fact->pos);
    store_sql_bind_int(statement, 2, fact->at_ms);
    store_sql_bind_id(statement, 3, audit->by);
    store_sql_bind_str(statement, 4, audit->act);
    store_sql_bind_id(statement, 5, audit->room);
    store_sql_bind_id(statement, 6, audit->user);
    store_sql_bind_str(statement, 7, none_when_empty(audit->text));
    return store_sql_run(db, statement);
}

/* Passwords */

enum err store_account_write_password(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_PASSWORD_SET);
    ASSERT(fact->password.hash.len > 0);
    store_sql_bind_int(statement, 1, fact->password.user);
    store_sql_bind_str(statement, 2, fact->password.hash);
    store_sql_bind_int(statement, 3, fact->at_ms);
    return store_sql_run(db, statement);
}

enum err store_account_find_password(struct store_db *db, chat_user_id user, struct arena *arena,
                                     struct str *hash) {
    bool row = false;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_PASSWORD_GET);
    store_sql_bind_int(statement, 1, user);
    enum err error = store_sql_step(db, statement, &row);
    if (error != ERR_OK || !row)
        return error != ERR_OK ? error : ERR_NOT_FOUND;
    *hash = arena_copy(arena, store_sql_text(statement, 0));
    bool is_whole = sqlite3_column_int(statement, 1) == 1;
    store_sql_end(statement);
    if (!is_whole)
        store_damaged(db, "password", user, 0);
    return is_whole ? ERR_OK : ERR_CORRUPT;
}

/* Names that were given up */

enum err store_account_write_held(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_HELD_END);
    store_sql_bind_int(statement, 1, fact->at_ms);
    enum err error = store_sql_run(db, statement);
    if (error != ERR_OK)
        return error;
    statement = store_sql_take(db, STORE_SQL_HELD_PUT);
    store_sql_bind_str(statement, 1, fact->held.name);
    store_sql_bind_int(statement, 2, fact->held.user);
    store_sql_bind_int(statement, 3, fact->held.until_ms);
    return store_sql_run(db, statement);
}

bool store_account_read_held(sqlite3_stmt *row, struct chat_held_fact *out) {
    *out = (struct chat_held_fact){
        .name = store_sql_text(row, 0),
        .user = sqlite3_column_int64(row, 1),
        .until_ms = sqlite3_column_int64(row, 2),
    };
    return sqlite3_column_int(row, 3) == 1;
}

/* Accounts that are shut */

enum err store_account_write_shut(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_BAN_ADD);
    store_sql_bind_int(statement, 1, fact->ban.user);
    store_sql_bind_id(statement, 2, fact->ban.by);
    store_sql_bind_int(statement, 3, fact->ban.banned_at_ms);
    store_sql_bind_str(statement, 4, none_when_empty(fact->ban.reason));
    return store_sql_run(db, statement);
}

enum err store_account_write_opened(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_BAN_END);
    store_sql_bind_int(statement, 1, fact->ban.user);
    return store_sql_change(db, statement);
}

bool store_account_read_ban(sqlite3_stmt *row, struct chat_ban_fact *out) {
    *out = (struct chat_ban_fact){
        .user = sqlite3_column_int64(row, 0),
        .by = sqlite3_column_int64(row, 1),
        .banned_at_ms = sqlite3_column_int64(row, 2),
        .reason = empty_when_none(store_sql_text(row, 3)),
    };
    return sqlite3_column_int(row, 4) == 1;
}

/* Invitations */

static void append_rooms(struct buf *out, const struct chat_invite_fact *invite) {
    buf_append_byte(out, '[');
    for (size_t i = 0; i < invite->room_count; i++) {
        if (i > 0)
            buf_append_byte(out, ',');
        buf_append_i64(out, invite->rooms[i]);
    }
    buf_append_byte(out, ']');
}

enum err store_account_write_invite(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_invite_fact *invite = &fact->invite;
    struct buf rooms = BUF_EMPTY;
    append_rooms(&rooms, invite);
    ASSERT(invite->id == fact->pos);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_INVITE_ADD);
    store_sql_bind_int(statement, 1, invite->id);
    store_sql_bind_int(statement, 2, invite->by);
    store_row_bind_enum(statement, 3, &proto_user_role_enum, invite->role);
    store_sql_bind_blob(statement, 4, invite->token_hash, sizeof(invite->token_hash));
    store_sql_bind_str(statement, 5, buf_str(&rooms));
    store_sql_bind_str(statement, 6, none_when_empty(invite->note));
    store_sql_bind_int(statement, 7, invite->created_at_ms);
    store_sql_bind_id(statement, 8, invite->expires_at_ms);
    store_sql_bind_int(statement, 9, invite->uses);
    store_sql_bind_id(statement, 10, invite->uses_max);
    enum err error = store_sql_run(db, statement);
    buf_deinit(&rooms);
    return error;
}

enum err store_account_write_invite_used(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_INVITE_USED);
    store_sql_bind_int(statement, 1, fact->invite.id);
    store_sql_bind_int(statement, 2, fact->invite.uses);
    return store_sql_change(db, statement);
}

enum err store_account_write_invite_rooms(struct store_db *db, const struct chat_fact *fact) {
    struct buf rooms = BUF_EMPTY;
    append_rooms(&rooms, &fact->invite);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_INVITE_ROOMS);
    store_sql_bind_int(statement, 1, fact->invite.id);
    store_sql_bind_str(statement, 2, buf_str(&rooms));
    enum err error = store_sql_change(db, statement);
    buf_deinit(&rooms);
    return error;
}

enum err store_account_write_invite_ended(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_INVITE_END);
    store_sql_bind_int(statement, 1, fact->invite.id);
    return store_sql_change(db, statement);
}

/* The list is as it was written when the row's checksum is right; asked all the same, since it becomes an array. */
static bool read_rooms(struct str text, struct arena *arena, struct chat_invite_fact *out) {
    json_t *list = json_parse(text, ROOMS_DEPTH_MAX);
    size_t count = json_array_size(list);
    int64_t *rooms = ARENA_NEW_N(arena, int64_t, count);
    for (size_t i = 0; i < count; i++)
        rooms[i] = json_integer_value(json_array_get(list, i));
    out->rooms = rooms;
    out->room_count = count;
    bool is_list = json_is_array(list);
    json_decref(list);
    return is_list;
}

bool store_account_read_invite(sqlite3_stmt *row, struct arena *arena,
                               struct chat_invite_fact *out) {
    bool is_whole =
        sqlite3_column_int(row, 10) == 1 && sqlite3_column_bytes(row, 3) == CHAT_TOKEN_HASH_BYTES;
    *out = (struct chat_invite_fact){
        .id = sqlite3_column_int64(row, 0),
        .by = sqlite3_column_int64(row, 1),
        .role = (enum proto_user_role)store_row_enum(row, 2, &proto_user_role_enum),
        .note = empty_when_none(store_sql_text(row, 5)),
        .created_at_ms = sqlite3_column_int64(row, 6),
        .expires_at_ms = sqlite3_column_int64(row, 7),
        .uses = sqlite3_column_int64(row, 8),
        .uses_max = sqlite3_column_int64(row, 9),
    };
    if (!is_whole || !read_rooms(store_sql_text(row, 4), arena, out))
        return false;
    memcpy(out->token_hash, sqlite3_column_blob(row, 3), CHAT_TOKEN_HASH_BYTES);
    return true;
}

/* Settings */

enum err store_account_write_server(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SERVER_SET);
    store_sql_bind_str(statement, 1, fact->server.name);
    store_row_bind_enum(statement, 2, &proto_registration_mode_enum, fact->server.registration);
    store_sql_bind_int(statement, 3, fact->server.guests);
    return store_sql_run(db, statement);
}

bool store_account_read_server(sqlite3_stmt *row, struct chat_server_fact *out) {
    *out = (struct chat_server_fact){
        .name = store_sql_text(row, 0),
        .registration =
            (enum proto_registration_mode)store_row_enum(row, 1, &proto_registration_mode_enum),
        .guests = sqlite3_column_int(row, 2) != 0,
    };
    return sqlite3_column_int(row, 3) == 1;
}
