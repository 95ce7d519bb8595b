/* store_audit.c: the audit log, page by page, for those who may see it.
 *
 * The core has decided that the person may look; which rooms an admin's page leaves out is decided here, by the rows: those that are
 * not public and that he is not in.
 *
 * Thread    READER.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_row.h"
#include "store/store_sum.h"

/* The person of four columns, or NULL for none. */
static struct proto_author *take_author(sqlite3_stmt *row, int column, struct arena *arena) {
    if (sqlite3_column_type(row, column) == SQLITE_NULL) {
        return NULL;
    }
    struct proto_author *author = ARENA_NEW(arena, struct proto_author);
    author->id = sqlite3_column_int64(row, column);
    author->name = arena_copy(arena, store_sql_text(row, column + 1));
    author->display_name = arena_copy(arena, store_sql_text(row, column + 2));
    author->kind = (enum proto_user_kind)store_row_enum(row, column + 3, &proto_user_kind_enum);
    return author;
}

static void take_entry(sqlite3_stmt *row, struct arena *arena, struct proto_audit_entry *out) {
    struct str text = store_sql_text(row, 4);
    *out = (struct proto_audit_entry){
        .id = sqlite3_column_int64(row, 0),
        .at = sqlite3_column_int64(row, 1),
        .act = arena_copy(arena, store_sql_text(row, 2)),
        .room = sqlite3_column_int64(row, 3),
        .text = text.len > 0 ? arena_copy(arena, text) : STR_NONE,
        .by = take_author(row, 6, arena),
        .user = take_author(row, 10, arena),
    };
}

static enum err take_page(struct store_db *db, sqlite3_stmt *statement, size_t limit,
                          struct arena *arena, struct store_audit *out) {
    bool row = true;
    enum err error = ERR_OK;
    out->entries = ARENA_NEW_N(arena, struct proto_audit_entry, limit);
    while (error == ERR_OK && (error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        if (sqlite3_column_int(statement, 5) != 1) {
            store_damaged(db, "audit", sqlite3_column_int64(statement, 0), 0);
        } else if (out->count == limit) {
            out->more = true;
        } else {
            take_entry(statement, arena, &out->entries[out->count++]);
        }
    }
    return error;
}

enum err store_read_audit(struct store_reader *reader, int64_t user, int64_t room, int64_t before,
                          int64_t limit, struct arena *arena, struct store_audit *out) {
    ASSERT_THREAD(READER);
    ASSERT(limit >= 1 && before >= 0);
    enum err error = store_snapshot_begin(reader);
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement =
        store_sql_take(&reader->db, room != 0 ? STORE_SQL_AUDIT_OF_ROOM : STORE_SQL_AUDIT_OF_ALL);
    store_sql_bind_int(statement, 1, room != 0 ? room : user);
    store_sql_bind_int(statement, 2, before != 0 ? before : INT64_MAX);
    store_sql_bind_int(statement, 3, limit + 1);
    *out = (struct store_audit){0};
    error = take_page(&reader->db, statement, (size_t)limit, arena, out);
    store_snapshot_end(reader);
    return error;
}
