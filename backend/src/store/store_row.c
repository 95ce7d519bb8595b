/* store_row.c: enumerations and event names, to and from text. The lists are short: they are searched from the front.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_row.h"

struct str store_enum_text(const struct proto_enum *texts, int value) {
    ASSERT(value >= 0 && (size_t)value < texts->count);
    return texts->texts[value];
}

int store_enum_find(const struct proto_enum *texts, struct str text) {
    for (size_t i = 1; i < texts->count; i++) {
        if (str_equal(texts->texts[i], text)) {
            return (int)i;
        }
    }
    return 0;
}

void store_row_bind_enum(sqlite3_stmt *statement, int index, const struct proto_enum *texts,
                         int value) {
    store_sql_bind_str(statement, index, store_enum_text(texts, value));
}

int store_row_enum(sqlite3_stmt *statement, int column, const struct proto_enum *texts) {
    return store_enum_find(texts, store_sql_text(statement, column));
}

enum proto_event store_event_find(struct str name) {
    for (int i = 1; i < PROTO_EVENT_COUNT; i++) {
        if (str_equal(proto_events[i].name, name)) {
            return (enum proto_event)i;
        }
    }
    return PROTO_EVENT_NONE;
}
