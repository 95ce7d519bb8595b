/* store_own.h: what a person keeps for itself: saved messages and drafts.
 *
 * Thread: core for writing, READER for reading.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_port.h"
#include "store/store_list.h"
#include "store/store_sql.h"

/* SAVED and DRAFT. */
enum err store_own_saved(struct store_db *db, const struct chat_fact *fact);
enum err store_own_draft(struct store_db *db, const struct chat_fact *fact);
/* As chat_port.h says of find_saved. */
enum err store_own_find_saved(struct store_db *db, chat_user_id user, chat_message_id message,
                              struct chat_kept *out);

/* What the person has saved, of rooms that he is in, behind the message `after`. */
enum err store_read_saved(struct store_reader *reader, int64_t user, int64_t after, int64_t limit,
                          struct arena *arena, struct store_list *out);

struct store_drafts {
    struct proto_draft *drafts; /* the latest first */
    size_t count;
};
/* The person's drafts in rooms that he is in. */
enum err store_read_drafts(struct store_reader *reader, int64_t user, struct arena *arena,
                           struct store_drafts *out);
