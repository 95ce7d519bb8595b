/* store_moderation.h: rows about what is held against people: sanctions, blocks, reports.
 *
 * Thread: CORE.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_fact.h"
#include "store/store_internal.h"

/* Brings the rows up to a fact, inside the batch's transaction. */
enum err store_write_sanction(struct store_db *db, const struct chat_fact *fact);
enum err store_write_block(struct store_db *db, const struct chat_fact *fact);
enum err store_write_report_new(struct store_db *db, const struct chat_fact *fact);
enum err store_write_report_done(struct store_db *db, const struct chat_fact *fact);

/* The fact of a row of SANCTION_EACH, BLOCK_EACH or REPORT_EACH; its texts are borrowed from the row. False: the row is damaged. */
bool store_sanction_fact(sqlite3_stmt *row, struct chat_fact *out);
bool store_block_fact(sqlite3_stmt *row, struct chat_fact *out);
bool store_report_fact(sqlite3_stmt *row, struct chat_fact *out);
