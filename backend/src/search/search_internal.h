/* search_internal.h: what search_index.c and search_find.c share.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "search/search_db.h"
#include "store/store_sql.h"

/* Opens search.db at `path` with the flags of sqlite3_open_v2, bounded as every connection is, with the tokenizer. On an error
 * *out can be closed. */
enum err search_connect(const char *path, int flags, struct store_db *out);
