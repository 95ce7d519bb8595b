/* store_write.h: facts become rows, a batch at a time, and two questions that see the running batch.
 *
 * Every call that returns an error leaves the batch to be rolled back by the caller.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_port.h"
#include "store/store.h"

/* What the log keeps of a fact beside the fact's own rows. */
struct store_log_entry {
    enum proto_event event; /* PROTO_EVENT_NONE: none */
    enum chat_scope scope;
    chat_room_id room;
    chat_user_id user;
    struct str data; /* the payload as JSON; of message events it is not kept */
};

/* A batch is one transaction. */
enum err store_batch_begin(struct store *store);
/* After ERR_OK the batch is on disk. */
enum err store_batch_commit(struct store *store);
/* Undoes the batch; harmless when there is none. */
void store_batch_rollback(struct store *store);

/* Writes a fact (pos > 0) and its place in the log. A batch is running. */
enum err store_write_fact(struct store *store, const struct chat_fact *fact,
                          const struct store_log_entry *entry);

/* As chat_port.h says, inside a batch or outside. */
enum err store_find_nonce(struct store *store, chat_user_id author, struct str nonce,
                          struct arena *arena, struct chat_stored_message *out);
enum err store_find_reaction(struct store *store, chat_message_id message, struct str emoji,
                             chat_user_id user);
enum err store_find_follow(struct store *store, chat_user_id user, chat_message_id thread,
                           struct chat_follow *out);
enum err store_find_saved(struct store *store, chat_user_id user, chat_message_id message,
                          struct chat_kept *out);
enum err store_find_said(struct store *store, chat_user_id author, chat_room_id room,
                         struct str after, struct arena *arena, struct chat_said *out);
enum err store_find_password(struct store *store, chat_user_id user, struct arena *arena,
                             struct str *hash);
enum err store_find_file(struct store *store, chat_file_id id, struct arena *arena,
                         struct chat_stored_file *out);
enum err store_find_space(struct store *store, chat_user_id user, struct chat_space *out);
enum err store_find_message(struct store *store, chat_message_id id, struct arena *arena,
                            struct chat_stored_message *out);
