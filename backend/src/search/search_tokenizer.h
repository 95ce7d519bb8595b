/* search_tokenizer.h: makes search_words.h known to FTS5 as the tokenizer `parley`.
 *
 * Source: SQLite's FTS5 documentation, "Custom Tokenizers".
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_sql.h"

/* On this connection, before its first statement with an FTS5 table. */
enum err search_tokenizer_attach(struct store_db *db);
