/* store_row.h: enumerations of the protocol in columns.
 *
 * They are stored as the texts that go over the wire: numbers would change their meaning when the protocol grows.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "proto/gen/proto_gen.h"
#include "store/store_sql.h"

/* The text of a value; STR_NONE for 0. Static. */
struct str store_enum_text(const struct proto_enum *texts, int value);
/* The value of a text; 0 when there is none, or none that we know. */
int store_enum_find(const struct proto_enum *texts, struct str text);
/* The same for a statement. */
void store_row_bind_enum(sqlite3_stmt *statement, int index, const struct proto_enum *texts,
                         int value);
int store_row_enum(sqlite3_stmt *statement, int column, const struct proto_enum *texts);

/* The event of that name; PROTO_EVENT_NONE when there is none. */
enum proto_event store_event_find(struct str name);
