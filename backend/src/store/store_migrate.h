/* store_migrate.h: from any older schema to the present one.
 *
 * schema/NNNN_*.sql are embedded when the program is built. Each is one transaction and ends by setting user_version
 * to its number: a crash in the middle leaves the schema before it.
 *
 * Thread: whoever opens the store.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_sql.h"

struct store_migration {
    int number; /* 1, 2, 3, ... */
    const char *name;
    const char *script;
};

/* Made at build time from schema/. */
extern const struct store_migration store_migrations[];
extern const int store_migration_count;

/* Which files the database has seen; 0: it is empty. ERR_INVALID: it is a database of something else. */
enum err store_migrate_look(struct store_db *db, int64_t *version);
/* Brings the database to the newest of `migrations`. ERR_TOO_NEW: it is beyond them (then nothing was touched).
 * ERR_INVALID: it is a database of something else. */
enum err store_migrate(struct store_db *db, const struct store_migration *migrations, int count);
