/* store_attachment.h: rows of uploaded files, and how much room they take.
 *
 * Thread: that of the connection; store_attachment_committed and _tidy: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_internal.h"

/* FILE_NEW. */
enum err store_attachment_write(struct store_db *db, const struct chat_fact *fact);
/* The files of a new message are its own from now on. ERR_CORRUPT: one of them is not there to be used. */
enum err store_attachment_use(struct store_db *db, const struct chat_message_fact *message);
/* A message is deleted: its files go, or to the twin that shows them too. */
enum err store_attachment_end_of(struct store_db *db, int64_t message);
/* The batch is on disk: the files whose rows are gone may go too. */
void store_attachment_committed(struct store *store);
/* Removes some of what was uploaded and not used for a day. True: more to do soon. now_ms: wall clock. */
bool store_attachment_tidy(struct store *store, int64_t now_ms);

/* Fills in the files of a message whose row has said how many there are. One that is damaged is named, and left out. */
enum err store_attachment_fill(struct store_db *db, struct arena *arena,
                               struct proto_message *message);
/* ERR_NOT_FOUND, ERR_CORRUPT. */
enum err store_attachment_get(struct store_db *db, chat_file_id id, struct arena *arena,
                              struct chat_stored_file *out);
enum err store_attachment_space(struct store_db *db, chat_user_id user, struct chat_space *out);
