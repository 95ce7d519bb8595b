/* store_account.c: the rows of accounts and their administration.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_account.h"

/* An empty text is no text. */
static struct str none_when_empty(struct str text) {
    return text.len > 0 ? text : STR_NONE;
}

/* The audit log */

enum err store_account_write_audit(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_audit_fact *audit = &fact->audit;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_AUDIT_ADD);
    store_sql_bind_int(statement, 1, fact->pos);
    store_sql_bind_int(statement, 2, fact->at_ms);
    store_sql_bind_id(statement, 3, audit->by);
    store_sql_bind_str(statement, 4, audit->act);
    store_sql_bind_id(statement, 5, audit->room);
    store_sql_bind_id(statement, 6, audit->user);
    store_sql_bind_str(statement, 7, none_when_empty(audit->text));
    return store_sql_run(db, statement);
}
