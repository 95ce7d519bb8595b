/* store_change.h: rows of messages that change, and what hangs on them.
 *
 * Each function brings the rows up to one kind of fact, in the batch that runs; store_write.c has the table.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_port.h"
#include "store/store_sql.h"

enum err store_change_edited(struct store_db *db, const struct chat_fact *fact);
enum err store_change_deleted(struct store_db *db, const struct chat_fact *fact);
enum err store_change_reacted(struct store_db *db, const struct chat_fact *fact);
enum err store_change_pinned(struct store_db *db, const struct chat_fact *fact);
enum err store_change_purge_begun(struct store_db *db, const struct chat_fact *fact);
enum err store_change_purge_ended(struct store_db *db, const struct chat_fact *fact);

/* As chat_port.h says of find_reaction and find_said. */
enum err store_change_find_reaction(struct store_db *db, chat_message_id message, struct str emoji,
                                    chat_user_id user);
enum err store_change_said(struct store_db *db, chat_user_id author, chat_room_id room,
                           struct str after, struct arena *arena, struct chat_said *out);
