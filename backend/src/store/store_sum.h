/* store_sum.h: checksums of rows, and what is said about one that fails.
 *
 * Thread: that of the connection.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_sql.h"

/* Begins a sum, and takes something into it. */
#define STORE_SUM_BEGIN 0xcbf29ce484222325u
uint64_t store_sum_bytes(uint64_t sum, const void *bytes, size_t count);
/* With its length, so that bytes cannot move from one text to the next. */
uint64_t store_sum_str(uint64_t sum, struct str text);

/* Makes the SQL function store_sum(...) known to the connection: the sum of its arguments, whatever they are. */
enum err store_sum_attach(struct store_db *db);

/* Names a damaged row in the log, once for each row and connection. `id` is what the table knows it by; `place` likewise, where
 * two numbers do (member: the user; message: the seq), else 0. */
void store_damaged(struct store_db *db, const char *table, int64_t id, int64_t place);
