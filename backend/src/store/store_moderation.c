/* store_moderation.c: sanctions, blocks and reports, from facts to rows and back.
 *
 * A sanction is one row for a room and a person, written as a whole; one that says nothing any more is deleted.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_moderation.h"

#include "store/store_sql.h"

enum err store_write_sanction(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_sanction_fact *sanction = &fact->sanction;
    bool is_over = !sanction->banned && sanction->muted_until_ms == 0;
    sqlite3_stmt *statement =
        store_sql_take(db, is_over ? STORE_SQL_SANCTION_END : STORE_SQL_SANCTION_PUT);
    store_sql_bind_int(statement, 1, sanction->room);
    store_sql_bind_int(statement, 2, sanction->user);
    if (is_over) {
        return store_sql_change(db, statement);
    }
    store_sql_bind_int(statement, 3, sanction->banned);
    store_sql_bind_id(statement, 4, sanction->banned_by);
    store_sql_bind_int(statement, 5, sanction->banned_at_ms);
    store_sql_bind_str(statement, 6, sanction->reason);
    store_sql_bind_int(statement, 7, sanction->muted_until_ms);
    return store_sql_run(db, statement);
}

enum err store_write_block(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement =
        store_sql_take(db, fact->block.on ? STORE_SQL_BLOCK_ADD : STORE_SQL_BLOCK_END);
    store_sql_bind_int(statement, 1, fact->block.user);
    store_sql_bind_int(statement, 2, fact->block.other);
    return fact->block.on ? store_sql_run(db, statement) : store_sql_change(db, statement);
}

enum err store_write_report_new(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_report_fact *report = &fact->report;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_REPORT_ADD);
    store_sql_bind_int(statement, 1, report->id);
    store_sql_bind_int(statement, 2, report->message);
    store_sql_bind_int(statement, 3, report->room);
    store_sql_bind_int(statement, 4, report->by);
    store_sql_bind_int(statement, 5, report->author);
    store_sql_bind_str(statement, 6, report->reason);
    store_sql_bind_int(statement, 7, fact->at_ms);
    return store_sql_run(db, statement);
}

enum err store_write_report_done(struct store_db *db, const struct chat_fact *fact) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_REPORT_DONE);
    store_sql_bind_int(statement, 1, fact->report.id);
    store_sql_bind_int(statement, 2, fact->report.by);
    store_sql_bind_int(statement, 3, fact->at_ms);
    return store_sql_change(db, statement);
}

bool store_sanction_fact(sqlite3_stmt *row, struct chat_fact *out) {
    *out = (struct chat_fact){.kind = CHAT_FACT_SANCTION};
    out->sanction = (struct chat_sanction_fact){
        .room = sqlite3_column_int64(row, 0),
        .user = sqlite3_column_int64(row, 1),
        .banned = sqlite3_column_int(row, 2) != 0,
        .banned_by = sqlite3_column_int64(row, 3),
        .banned_at_ms = sqlite3_column_int64(row, 4),
        .reason = store_sql_text(row, 5),
        .muted_until_ms = sqlite3_column_int64(row, 6),
    };
    return sqlite3_column_int(row, 7) == 1;
}

bool store_block_fact(sqlite3_stmt *row, struct chat_fact *out) {
    *out = (struct chat_fact){.kind = CHAT_FACT_BLOCK};
    out->block = (struct chat_block_fact){
        .user = sqlite3_column_int64(row, 0),
        .other = sqlite3_column_int64(row, 1),
        .on = true,
    };
    return sqlite3_column_int(row, 2) == 1;
}

bool store_report_fact(sqlite3_stmt *row, struct chat_fact *out) {
    *out = (struct chat_fact){.kind = CHAT_FACT_REPORT_NEW, .at_ms = sqlite3_column_int64(row, 6)};
    out->report = (struct chat_report_fact){
        .id = sqlite3_column_int64(row, 0),
        .message = sqlite3_column_int64(row, 1),
        .room = sqlite3_column_int64(row, 2),
        .by = sqlite3_column_int64(row, 3),
        .author = sqlite3_column_int64(row, 4),
        .reason = store_sql_text(row, 5),
    };
    return sqlite3_column_int(row, 7) == 1;
}
