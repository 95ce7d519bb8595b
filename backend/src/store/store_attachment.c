/* store_attachment.c: rows of uploaded files, and how much room they take.
 *
 * How it works: a file's row is there before any message has it, and then says which. A message that stands in two places (its twin)
 * is one of them to the row; both find the file by asking for either. With the last of them the row goes, and the name of the
 * file is noted in the batch: what is on disk is removed when that is on disk, by whom the store was told (store_set_remover).
 *
 * The room that files take is counted in rows of their own, so that nobody has to add up all files to know.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_attachment.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/url.h"
#include "store/store_sum.h"

#define EVERYBODY 0 /* in `space` */

enum {
    COLUMN_ID,
    COLUMN_OWNER,
    COLUMN_MESSAGE,
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_SIZE,
    COLUMN_WIDTH,
    COLUMN_HEIGHT,
    COLUMN_FILE,
    COLUMN_SUM,
    COLUMN_THUMB_SIZE,
    COLUMN_THUMB_SUM,
    COLUMN_WHOLE,
};

/* Room */

static enum err add_space(struct store_db *db, int64_t user, int64_t bytes) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SPACE_ADD);
    store_sql_bind_int(statement, 1, user);
    store_sql_bind_int(statement, 2, bytes);
    return store_sql_change(db, statement);
}

static enum err count_space(struct store_db *db, int64_t owner, int64_t bytes) {
    enum err error = add_space(db, owner, bytes);
    return error == ERR_OK ? add_space(db, EVERYBODY, bytes) : error;
}

static enum err get_space(struct store_db *db, int64_t user, int64_t *out) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_SPACE_GET);
    store_sql_bind_int(statement, 1, user);
    *out = 0;
    return store_sql_number(db, statement, out);
}

enum err store_attachment_space(struct store_db *db, chat_user_id user, struct chat_space *out) {
    struct chat_space space;
    enum err error = get_space(db, user, &space.of_user);
    if (error == ERR_OK) {
        error = get_space(db, EVERYBODY, &space.of_all);
    }
    if (error == ERR_OK) {
        *out = space;
    }
    return error;
}

/* Coming */

static void bind_sum(sqlite3_stmt *statement, int index, const unsigned char *sum) {
    store_sql_bind_blob(statement, index, sum, CHAT_FILE_SUM_BYTES);
}

static enum err add_row(struct store_db *db, const struct chat_fact *fact) {
    const struct chat_file_fact *file = &fact->file;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_ADD);
    store_sql_bind_int(statement, 1, file->id);
    store_sql_bind_int(statement, 2, file->owner);
    store_sql_bind_str(statement, 3, file->name);
    store_sql_bind_str(statement, 4, file->type);
    store_sql_bind_int(statement, 5, file->size);
    store_sql_bind_id(statement, 6, file->width);
    store_sql_bind_id(statement, 7, file->height);
    store_sql_bind_str(statement, 8, file->file);
    bind_sum(statement, 9, file->sum);
    store_sql_bind_id(statement, 10, file->thumb_size);
    if (file->thumb_size != 0) {
        bind_sum(statement, 11, file->thumb_sum);
    } else {
        store_sql_bind_id(statement, 11, 0);
    }
    store_sql_bind_int(statement, 12, fact->at_ms);
    return store_sql_run(db, statement);
}

enum err store_attachment_write(struct store_db *db, const struct chat_fact *fact) {
    ASSERT(fact->file.id == fact->pos);
    enum err error = add_row(db, fact);
    return error == ERR_OK ? count_space(db, fact->file.owner, fact->file.size) : error;
}

/* The room's one of two twins comes second, and finds them with the other. */
enum err store_attachment_use(struct store_db *db, const struct chat_message_fact *message) {
    bool is_second = message->thread == 0 && message->twin != 0;
    enum err error = ERR_OK;
    for (size_t i = 0; i < message->attachment_count && !is_second && error == ERR_OK; i++) {
        sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_USE);
        store_sql_bind_int(statement, 1, message->attachments[i].id);
        store_sql_bind_int(statement, 2, message->id);
        store_sql_bind_int(statement, 3, (int64_t)i);
        error = store_sql_change(db, statement);
    }
    return error;
}

/* Going */

/* What is needed of a row to end it. */
struct ending {
    int64_t id, owner, size;
};

static struct ending note_ending(struct store_db *db, sqlite3_stmt *statement) {
    buf_append_str(&db->ended_files, store_sql_text(statement, 3));
    buf_append_byte(&db->ended_files, '\n');
    return (struct ending){sqlite3_column_int64(statement, 0), sqlite3_column_int64(statement, 1),
                           sqlite3_column_int64(statement, 2)};
}

static enum err end_row(struct store_db *db, const struct ending *ending) {
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_END);
    store_sql_bind_int(statement, 1, ending->id);
    enum err error = store_sql_change(db, statement);
    return error == ERR_OK ? count_space(db, ending->owner, -ending->size) : error;
}

/* Ends what the bound statement finds, at most `max` of it. */
static enum err end_all(struct store_db *db, sqlite3_stmt *statement, struct ending *endings,
                        size_t max, size_t *count) {
    bool row = true;
    enum err error = ERR_OK;
    *count = 0;
    while (*count < max && (error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        endings[(*count)++] = note_ending(db, statement);
    }
    store_sql_end(statement);
    for (size_t i = 0; i < *count && error == ERR_OK; i++) {
        error = end_row(db, &endings[i]);
    }
    return error;
}

enum err store_attachment_end_of(struct store_db *db, int64_t message) {
    int64_t heir = 0;
    struct ending endings[PROTO_LIMIT_ATTACHMENTS];
    size_t count;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_HEIR);
    store_sql_bind_int(statement, 1, message);
    enum err error = store_sql_number(db, statement, &heir);
    if (error != ERR_OK) {
        return error;
    }
    statement = store_sql_take(db, heir != 0 ? STORE_SQL_FILE_MOVE : STORE_SQL_FILE_USED);
    store_sql_bind_int(statement, 1, message);
    if (heir == 0) {
        return end_all(db, statement, endings, PROTO_LIMIT_ATTACHMENTS, &count);
    }
    store_sql_bind_int(statement, 2, heir);
    return store_sql_run(db, statement);
}

void store_attachment_committed(struct store *store) {
    struct buf *names = &store->db.ended_files;
    if (names->len > 0 && store->remove_files != NULL) {
        store->remove_files(store->remove_context, buf_str(names));
    }
    buf_clear(names);
}

/* What nobody has used */

static enum err tidy(struct store *store, int64_t now_ms, size_t *count) {
    struct store_db *db = &store->db;
    struct ending endings[STORE_UNUSED_ROWS];
    enum err error = store_sql_run(db, store_sql_take(db, STORE_SQL_BEGIN));
    if (error != ERR_OK) {
        return error;
    }
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_UNUSED);
    store_sql_bind_int(statement, 1, now_ms - STORE_UNUSED_MS);
    store_sql_bind_int(statement, 2, STORE_UNUSED_ROWS);
    error = end_all(db, statement, endings, STORE_UNUSED_ROWS, count);
    if (error == ERR_OK) {
        error = store_sql_run(db, store_sql_take(db, STORE_SQL_COMMIT));
    }
    if (error != ERR_OK) {
        buf_clear(&db->ended_files);
        (void)sqlite3_step(db->prepared[STORE_SQL_ROLLBACK]); /* may have happened by itself */
        store_sql_end(db->prepared[STORE_SQL_ROLLBACK]);
        return store_distrust(store, error);
    }
    return ERR_OK;
}

static enum err has_unused(struct store *store, int64_t now_ms, bool *out) {
    int64_t id = 0;
    sqlite3_stmt *statement = store_sql_take(&store->db, STORE_SQL_FILE_UNUSED);
    store_sql_bind_int(statement, 1, now_ms - STORE_UNUSED_MS);
    store_sql_bind_int(statement, 2, 1);
    enum err error = store_sql_number(&store->db, statement, &id);
    *out = id != 0;
    return error;
}

bool store_attachment_tidy(struct store *store, int64_t now_ms) {
    size_t count = 0;
    bool is_wanted = false;
    ASSERT(!store->in_batch);
    enum err error = has_unused(store, now_ms, &is_wanted);
    if (error == ERR_OK && is_wanted) {
        error = tidy(store, now_ms, &count);
    }
    if (error == ERR_OK) {
        store_attachment_committed(store);
    }
    bool more = count == STORE_UNUSED_ROWS;
    store->unused_next_ms = more ? 0 : clock_mono_ms() + STORE_UNUSED_EVERY_MS;
    return more;
}

/* Reading */

static struct str make_url(const struct chat_file_fact *file, bool is_thumb, struct arena *arena) {
    struct buf url = BUF_EMPTY;
    buf_printf(&url, "/files/%lld/", (long long)file->id);
    url_append_segment(&url, file->name);
    if (is_thumb) {
        buf_append_c(&url, "?thumb=1");
    }
    struct str copy = arena_copy(arena, buf_str(&url));
    buf_deinit(&url);
    return copy;
}

static void take_sum(sqlite3_stmt *statement, int column, unsigned char out[CHAT_FILE_SUM_BYTES]) {
    const void *bytes = sqlite3_column_blob(statement, column);
    if (bytes != NULL && sqlite3_column_bytes(statement, column) == CHAT_FILE_SUM_BYTES) {
        memcpy(out, bytes, CHAT_FILE_SUM_BYTES);
    }
}

static struct proto_attachment show(const struct chat_file_fact *file, struct arena *arena) {
    return (struct proto_attachment){
        .id = file->id,
        .name = file->name,
        .type = file->type,
        .size = file->size,
        .width = file->width,
        .height = file->height,
        .url = make_url(file, false, arena),
        .thumb_url = file->thumb_size != 0 ? make_url(file, true, arena) : STR_NONE,
    };
}

/* The row under the statement. */
static enum err take_row(struct store_db *db, sqlite3_stmt *statement, struct arena *arena,
                         struct chat_stored_file *out) {
    *out = (struct chat_stored_file){
        .fact = {.id = sqlite3_column_int64(statement, COLUMN_ID),
                 .owner = sqlite3_column_int64(statement, COLUMN_OWNER),
                 .size = sqlite3_column_int64(statement, COLUMN_SIZE),
                 .width = sqlite3_column_int64(statement, COLUMN_WIDTH),
                 .height = sqlite3_column_int64(statement, COLUMN_HEIGHT),
                 .thumb_size = sqlite3_column_int64(statement, COLUMN_THUMB_SIZE)},
        .message = sqlite3_column_int64(statement, COLUMN_MESSAGE),
    };
    if (sqlite3_column_int(statement, COLUMN_WHOLE) != 1) {
        store_damaged(db, "attachment", out->fact.id, out->message);
        return ERR_CORRUPT;
    }
    out->fact.name = arena_copy(arena, store_sql_text(statement, COLUMN_NAME));
    out->fact.type = arena_copy(arena, store_sql_text(statement, COLUMN_TYPE));
    out->fact.file = arena_copy(arena, store_sql_text(statement, COLUMN_FILE));
    take_sum(statement, COLUMN_SUM, out->fact.sum);
    take_sum(statement, COLUMN_THUMB_SUM, out->fact.thumb_sum);
    out->shown = show(&out->fact, arena);
    return ERR_OK;
}

enum err store_attachment_get(struct store_db *db, chat_file_id id, struct arena *arena,
                              struct chat_stored_file *out) {
    bool row;
    struct chat_stored_file found;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_GET);
    store_sql_bind_int(statement, 1, id);
    enum err error = store_sql_step(db, statement, &row);
    if (error != ERR_OK) {
        return error;
    }
    if (!row) {
        return ERR_NOT_FOUND;
    }
    error = take_row(db, statement, arena, &found);
    store_sql_end(statement);
    if (error == ERR_OK) {
        *out = found;
    }
    return error;
}

enum err store_attachment_fill(struct store_db *db, struct arena *arena,
                               struct proto_message *message) {
    bool row = true;
    struct chat_stored_file found;
    enum err error = ERR_OK;
    if (message->attachments_count == 0) {
        return ERR_OK;
    }
    message->attachments_count = 0;
    message->attachments = ARENA_NEW_N(arena, struct proto_attachment, PROTO_LIMIT_ATTACHMENTS);
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_FILE_OF);
    store_sql_bind_int(statement, 1, message->id);
    store_sql_bind_id(statement, 2, message->twin);
    while (message->attachments_count < PROTO_LIMIT_ATTACHMENTS &&
           (error = store_sql_step(db, statement, &row)) == ERR_OK && row) {
        if (take_row(db, statement, arena, &found) == ERR_OK) {
            message->attachments[message->attachments_count++] = found.shown;
        }
    }
    store_sql_end(statement);
    return error;
}

enum err store_read_file_named(struct store_reader *reader, struct str file, bool *out) {
    int64_t found = 0;
    sqlite3_stmt *statement = store_sql_take(&reader->db, STORE_SQL_FILE_NAMED);
    store_sql_bind_str(statement, 1, file);
    enum err error = store_sql_number(&reader->db, statement, &found);
    if (error == ERR_OK) {
        *out = found != 0;
    }
    return error;
}
