/* store_account.h: what the store keeps about accounts and their administration: audit, passwords, bans, invitations,
 * settings.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "chat/chat_fact.h"
#include "store/store_sql.h"

/* Rows of the table of writers (store_write.c): one for each kind of fact. */
enum err store_account_write_audit(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_password(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_held(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_shut(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_opened(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_invite(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_invite_used(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_invite_rooms(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_invite_ended(struct store_db *db, const struct chat_fact *fact);
enum err store_account_write_server(struct store_db *db, const struct chat_fact *fact);

/* As chat_port.h says. ERR_CORRUPT: the row is damaged; that is in the log. */
enum err store_account_find_password(struct store_db *db, chat_user_id user, struct arena *arena,
                                     struct str *hash);

/* From a row of BAN_EACH, INVITE_EACH, SERVER_GET to a fact; what it points to lives in the row or in `arena`. False: the row
 * is not as it was written. */
bool store_account_read_held(sqlite3_stmt *row, struct chat_held_fact *out);
bool store_account_read_ban(sqlite3_stmt *row, struct chat_ban_fact *out);
bool store_account_read_invite(sqlite3_stmt *row, struct arena *arena,
                               struct chat_invite_fact *out);
bool store_account_read_server(sqlite3_stmt *row, struct chat_server_fact *out);
