/* store_account.h: what the store keeps about accounts and their administration.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_fact.h"
#include "store/store_sql.h"

/* Rows of the table of writers (store_write.c): one for each kind of fact. */
enum err store_account_write_audit(struct store_db *db, const struct chat_fact *fact);
