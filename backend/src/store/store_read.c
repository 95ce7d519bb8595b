/* store_read.c: readers: history and single messages.
 *
 * How it works: a room numbers its messages 1, 2, 3, ... without holes, and a thread its replies, so every kind of page (newest, before, after,
 * around) is one range of seq, worked out by page_range from the room's last seq; one index walk fetches it. Both happen
 * in one snapshot.
 *
 * The missed events of a person are a story of their own: store_events.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_read.h"

#include "base/mem.h"
#include "base/thread.h"
#include "store/store_internal.h"
#include "store/store_message.h"
#include "store/store_sum.h"

/* Life cycle */

enum err store_connect_reader(const char *path, struct store_db *db) {
    int code = sqlite3_open_v2(
        path, &db->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        NULL);
    if (code == SQLITE_OK) { /* the writer alone copies the log */
        code = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    }
    if (code != SQLITE_OK) {
        return store_sql_err(db, NULL, code);
    }
    return store_db_configure(db);
}

enum err store_reader_open(const char *path, struct store_reader **out) {
    struct store_reader *reader = MEM_NEW(struct store_reader);
    enum err error = store_connect_reader(path, &reader->db);
    if (error == ERR_OK) {
        error = store_db_prepare(&reader->db, STORE_SQL_R);
    }
    if (error != ERR_OK) {
        store_reader_close(reader);
        return error;
    }
    *out = reader;
    return ERR_OK;
}

void store_reader_close(struct store_reader *reader) {
    store_db_close(&reader->db);
    free(reader);
}

void store_reader_shrink(struct store_reader *reader) {
    store_db_shrink(&reader->db);
}

enum err store_snapshot_begin(struct store_reader *reader) {
    if (reader->is_held) {
        return ERR_OK;
    }
    return store_sql_run(&reader->db, store_sql_take(&reader->db, STORE_SQL_SNAPSHOT));
}

void store_snapshot_end(struct store_reader *reader) {
    if (!reader->is_held && sqlite3_get_autocommit(reader->db.handle) == 0) {
        (void)store_sql_run(&reader->db, store_sql_take(&reader->db, STORE_SQL_SNAPSHOT_END));
    }
}

/* History */

struct range {
    int64_t first, last; /* inclusive; empty when first > last */
};

/* The page that is asked for, in a room that has the messages 1 .. newest. */
static struct range page_range(int64_t newest, int64_t before, int64_t after, int64_t around,
                               int64_t limit) {
    struct range page = {1, newest};
    if (after > 0) {
        page.first = after + 1;
        page.last = after < newest - limit ? after + limit : newest;
        return page;
    }
    if (before > 0 && before - 1 < newest) {
        page.last = before - 1;
    } else if (around > 0 && around + limit / 2 < newest) {
        page.last = around + (limit - 1) / 2;
        page.last = page.last < limit ? limit : page.last; /* at the beginning: a full page */
        page.last = page.last < newest ? page.last : newest;
    }
    page.first = page.last > limit ? page.last - limit + 1 : 1;
    return page;
}

/* Whose messages are read, by which statements: both number them 1, 2, 3, ... */
struct source {
    int64_t owner;
    enum store_sql newest;
    enum err (*range)(struct store_db *db, int64_t owner, int64_t first, int64_t last,
                      struct arena *arena, struct store_messages *out);
};

static enum err read_page(struct store_reader *reader, const struct source *source,
                          struct range page, int64_t newest, struct arena *arena,
                          struct store_page *out) {
    struct store_page found = {.has_before = page.first > 1 && newest > 0,
                               .has_after = page.last < newest};
    enum err error = ERR_OK;
    if (page.first <= page.last) {
        struct store_messages range = {0};
        error = source->range(&reader->db, source->owner, page.first, page.last, arena, &range);
        found.messages = range.messages;
        found.count = range.count;
        found.damaged = range.damaged;
        found.damaged_count = range.damaged_count;
    }
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

static enum err find_newest(struct store_reader *reader, const struct source *source,
                            int64_t *newest) {
    sqlite3_stmt *statement = store_sql_take(&reader->db, source->newest);
    store_sql_bind_int(statement, 1, source->owner);
    return store_sql_number(&reader->db, statement, newest);
}

static enum err read_history(struct store_reader *reader, const struct source *source,
                             const struct store_place *place, struct arena *arena,
                             struct store_page *out) {
    int64_t newest = 0;
    ASSERT_THREAD(READER);
    ASSERT(place->limit >= 1 &&
           (place->before > 0) + (place->after > 0) + (place->around > 0) <= 1);
    enum err error = store_snapshot_begin(reader);
    if (error != ERR_OK) {
        return error;
    }
    error = find_newest(reader, source, &newest);
    if (error == ERR_OK) {
        struct range page =
            page_range(newest, place->before, place->after, place->around, place->limit);
        error = read_page(reader, source, page, newest, arena, out);
    }
    store_snapshot_end(reader);
    return error;
}

enum err store_read_history(struct store_reader *reader, int64_t room, int64_t before,
                            int64_t after, int64_t around, int64_t limit, struct arena *arena,
                            struct store_page *out) {
    const struct source source = {room, STORE_SQL_ROOM_SEQ, store_message_range};
    const struct store_place place = {before, after, around, limit};
    return read_history(reader, &source, &place, arena, out);
}

enum err store_read_thread(struct store_reader *reader, int64_t thread,
                           const struct store_place *place, struct arena *arena,
                           struct store_page *out) {
    const struct source source = {thread, STORE_SQL_THREAD_SEQ, store_message_replies};
    return read_history(reader, &source, place, arena, out);
}

enum err store_read_message(struct store_reader *reader, int64_t message, struct arena *arena,
                            struct chat_stored_message *out) {
    ASSERT_THREAD(READER);
    enum err error = store_snapshot_begin(reader);
    if (error == ERR_OK) {
        error = store_message_get(&reader->db, message, arena, out);
        store_snapshot_end(reader);
    }
    return error;
}

/* Versions */

static enum err read_old_versions(struct store_reader *reader, int64_t message, struct arena *arena,
                                  struct store_versions *out) {
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_VERSION_OF);
    bool row = true;
    enum err error;
    store_sql_bind_int(statement, 1, message);
    while ((error = store_sql_step(&reader->db, statement, &row)) == ERR_OK && row) {
        if (sqlite3_column_int(statement, 3) != 1) {
            store_damaged(&reader->db, "version", sqlite3_column_int64(statement, 0), message);
        } else if (out->count < PROTO_LIMIT_VERSIONS - 1) {
            out->versions[out->count++] = (struct proto_version){
                .body = arena_copy(arena, store_sql_text(statement, 1)),
                .at = sqlite3_column_int64(statement, 2),
            };
        }
    }
    return error;
}

static enum err read_versions(struct store_reader *reader, int64_t message, struct arena *arena,
                              struct store_versions *out) {
    struct chat_stored_message present;
    struct store_versions found = {
        .versions = ARENA_NEW_N(arena, struct proto_version, PROTO_LIMIT_VERSIONS)};
    enum err error = store_message_get(&reader->db, message, arena, &present);
    if (error != ERR_OK || present.message.deleted) {
        *out = error == ERR_OK ? found : *out;
        return error;
    }
    error = read_old_versions(reader, message, arena, &found);
    if (error == ERR_OK) {
        int64_t edited_at = present.message.edited_at;
        found.versions[found.count++] = (struct proto_version){
            .body = present.message.body,
            .at = edited_at != 0 ? edited_at : present.message.created_at,
        };
        *out = found;
    }
    return error;
}

enum err store_read_versions(struct store_reader *reader, int64_t message, struct arena *arena,
                             struct store_versions *out) {
    ASSERT_THREAD(READER);
    enum err error = store_snapshot_begin(reader);
    if (error == ERR_OK) {
        error = read_versions(reader, message, arena, out);
        store_snapshot_end(reader);
    }
    return error;
}
