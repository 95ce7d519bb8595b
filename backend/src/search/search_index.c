/* search_index.c: the indexer's side: keeps search.db up with the log.
 *
 * Owns      struct search_index.
 * Thread    indexer.
 *
 * How it works. `pos` is how far the log has been followed, `before` the message below which none is in the index yet:
 *
 *     messages   1 ......... before ................ newest
 *                 to be read     |  in the index     <- what the log names from `pos` on
 *
 * A step takes the next rows of the log, and looks at each message that they name as it is now: what is there goes in, what was
 * there goes out. When the log is done, it takes a stretch of older messages. So what is said now can be found at once, also
 * while an index of years is built, and each stretch goes in by ascending id, as FTS5 likes it.
 *
 * First everything is read, in one snapshot of the database, which is let go before the long part begins: while somebody
 * holds one, the database's write-ahead log cannot begin anew, and this thread gets little of a busy processor.
 *
 * `pos` is stored in the same transaction as the words, with the time of that event, which tells one past of a database from
 * another. The database is synced before the log shows it, so search.db need not be synced at each commit (NORMAL): it is
 * never ahead.
 *
 * FTS5 deletes by writing that a row is gone. The words leave the file when its segments are merged (search_index_tidy), page
 * by page, as often as the machine can bear: a round rests fifty times as long as it took.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "search/search_internal.h"
#include "search/search_tokenizer.h"
#include "store/store_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define TIDY_PAGES       256 /* of one step */
#define TIDY_REST_TIMES  50
#define TIDY_REST_MIN_MS 2000

#define SQL_MAP(X)                                                                                 \
    X(BEGIN, "BEGIN IMMEDIATE")                                                                    \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(META_GET, "SELECT value FROM meta WHERE key = ?1")                                           \
    X(META_PUT, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")                        \
    X(LAST, "SELECT rowid FROM words ORDER BY rowid DESC LIMIT 1")                                 \
    X(ADD, "INSERT INTO words (rowid, text, scope) VALUES (?1, ?2, ?3)")                           \
    X(DROP, "DELETE FROM words WHERE rowid = ?1")                                                  \
    X(MERGE, "INSERT INTO words (words, rank) VALUES ('merge', ?1)")

enum sql {
#define X(name, text) SQL_##name,
    SQL_MAP(X)
#undef X
        SQL_COUNT
};
static const char *const sql_texts[] = {
#define X(name, text) text,
    SQL_MAP(X)
#undef X
};

/* Goes up with every change of search_words.c or of the tables: an index with other words in it is made anew. */
#define INDEX_VERSION "2"

static const char schema[] =
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE words USING"
    " fts5 (text, scope, tokenize = 'parley', columnsize = 0, prefix = '2 3');"
    "PRAGMA user_version = " INDEX_VERSION ";";

struct search_index {
    struct store_db db;
    sqlite3_stmt *statements[SQL_COUNT];
    struct store_reader *reader; /* borrowed */
    int64_t pos;
    int64_t before;                      /* 1: all are in */
    int64_t last;                        /* nothing behind it is in the index */
    bool is_untidy;                      /* words of texts that are gone are in the file */
    bool is_tidying;                     /* a round has begun */
    int64_t tidy_began_ms, tidy_next_ms; /* monotonic */
};

/* What one step does, as it was read. */
struct step {
    struct arena arena; /* of all that follows */
    struct text {
        int64_t id;
        bool is_shown; /* false: it is not there, damaged, deleted or empty */
        struct store_text text;
    } * texts;
    size_t count, bytes;
    int64_t pos, before; /* of the index, behind the step */
    int64_t at_ms;       /* of the event at pos */
};

/* Connections */

enum err search_connect(const char *path, int flags, struct store_db *out) {
    int code = sqlite3_open_v2(path, &out->handle,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
    enum err error = store_sql_err(out, NULL, code);
    if (error == ERR_OK)
        error = store_db_configure(out);
    return error == ERR_OK ? search_tokenizer_attach(out) : error;
}

static enum err prepare(struct search_index *index) {
    for (int i = 0; i < SQL_COUNT; i++) {
        int code = sqlite3_prepare_v3(index->db.handle, sql_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                      &index->statements[i], NULL);
        if (code != SQLITE_OK)
            return store_sql_err(&index->db, NULL, code);
    }
    return ERR_OK;
}

static enum err run(struct search_index *index, enum sql sql) {
    return store_sql_run(&index->db, index->statements[sql]);
}

/* Meta */

static enum err meta_get(struct search_index *index, struct str key, int64_t *out) {
    store_sql_bind_str(index->statements[SQL_META_GET], 1, key);
    *out = 0;
    return store_sql_number(&index->db, index->statements[SQL_META_GET], out);
}

static enum err meta_put(struct search_index *index, struct str key, int64_t value) {
    store_sql_bind_str(index->statements[SQL_META_PUT], 1, key);
    store_sql_bind_int(index->statements[SQL_META_PUT], 2, value);
    return run(index, SQL_META_PUT);
}

static enum err meta_load(struct search_index *index, int64_t *at_ms) {
    int64_t untidy = 0;
    enum err error = meta_get(index, STR("pos"), &index->pos);
    if (error == ERR_OK)
        error = meta_get(index, STR("before"), &index->before);
    if (error == ERR_OK)
        error = meta_get(index, STR("at_ms"), at_ms);
    if (error == ERR_OK)
        error = meta_get(index, STR("untidy"), &untidy);
    index->is_untidy = untidy != 0;
    return error == ERR_OK ? store_sql_number(&index->db, index->statements[SQL_LAST], &index->last)
                           : error;
}

/* The time of the event at pos; 0 where there is none (any more). */
static enum err moment_of(struct search_index *index, int64_t pos, int64_t *at_ms) {
    *at_ms = 0;
    enum err error = store_read_moment(index->reader, pos, at_ms);
    return error == ERR_NOT_FOUND ? ERR_OK : error;
}

static enum err meta_save(struct search_index *index, int64_t at_ms) {
    enum err error = meta_put(index, STR("pos"), index->pos);
    if (error == ERR_OK)
        error = meta_put(index, STR("before"), index->before);
    if (error == ERR_OK)
        error = meta_put(index, STR("at_ms"), at_ms);
    return error == ERR_OK ? meta_put(index, STR("untidy"), index->is_untidy) : error;
}

/* Opening */

/* ERR_INVALID: its words were cut by another version of this program. */
static enum err check_version(struct search_index *index) {
    static const char text[] = "SELECT user_version = " INDEX_VERSION " FROM pragma_user_version";
    sqlite3_stmt *statement = NULL;
    int64_t is_ours = 0;
    int code = sqlite3_prepare_v2(index->db.handle, text, -1, &statement, NULL);
    enum err error = store_sql_err(&index->db, NULL, code);
    if (error == ERR_OK)
        error = store_sql_number(&index->db, statement, &is_ours);
    sqlite3_finalize(statement);
    return error == ERR_OK && !is_ours ? ERR_INVALID : error;
}

/* ERR_INVALID: it is of another past of the database, or too old for the log. */
static enum err check_past(struct search_index *index) {
    int64_t first_pos, last_pos, at_ms, kept_ms;
    enum err error = meta_load(index, &kept_ms);
    if (error == ERR_OK)
        error = store_read_log(index->reader, &first_pos, &last_pos);
    if (error == ERR_OK)
        error = moment_of(index, index->pos, &at_ms);
    if (error != ERR_OK)
        return error;
    bool reaches = index->pos >= first_pos - 1 && index->pos <= last_pos;
    bool is_same = at_ms == 0 || at_ms == kept_ms;
    return reaches && is_same && index->before > 0 ? ERR_OK : ERR_INVALID;
}

static enum err make_new(struct search_index *index) {
    int64_t first_pos, newest = 0, at_ms = 0;
    enum err error = store_db_script(&index->db, schema);
    if (error == ERR_OK)
        error = prepare(index);
    if (error == ERR_OK)
        error = store_read_log(index->reader, &first_pos, &index->pos);
    if (error == ERR_OK)
        error = store_read_last_message(index->reader, &newest);
    index->before = newest + 1;
    if (error == ERR_OK)
        error = moment_of(index, index->pos, &at_ms);
    return error == ERR_OK ? meta_save(index, at_ms) : error;
}

static enum err connect_index(const char *path, bool is_new, struct search_index *index) {
    int flags = SQLITE_OPEN_READWRITE | (is_new ? SQLITE_OPEN_CREATE : 0);
    enum err error = search_connect(path, flags, &index->db);
    if (error == ERR_OK)
        error = store_db_script(&index->db, "PRAGMA journal_mode = WAL;"
                                            "PRAGMA synchronous = NORMAL;");
    if (error == ERR_OK && is_new)
        return make_new(index);
    if (error == ERR_OK)
        error = check_version(index);
    if (error == ERR_OK)
        error = prepare(index);
    return error == ERR_OK ? check_past(index) : error;
}

static void disconnect(struct search_index *index) {
    for (int i = 0; i < SQL_COUNT; i++) {
        sqlite3_finalize(index->statements[i]);
        index->statements[i] = NULL;
    }
    store_db_close(&index->db);
    index->db = (struct store_db){0};
}

static void remove_files(const char *path) {
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        char *file = store_file_beside(path, suffixes[i]);
        (void)unlink(file); /* what cannot be removed cannot be made anew either, which is told */
        free(file);
    }
}

enum err search_index_open(const char *directory, struct store_reader *reader,
                           struct search_index **out) {
    struct search_index *index = MEM_NEW(struct search_index);
    index->reader = reader;
    char *path = store_file_in(directory, SEARCH_FILE);
    enum err error = access(path, F_OK) == 0 ? connect_index(path, false, index) : ERR_NOT_FOUND;
    if (error != ERR_OK) {
        log_info(LOG_STORE, "search.anew", "reason=\"%s\"", err_text(error));
        disconnect(index);
        remove_files(path);
        error = connect_index(path, true, index);
    }
    free(path);
    if (error != ERR_OK) {
        search_index_close(index);
        return error;
    }
    *out = index;
    return ERR_OK;
}

void search_index_close(struct search_index *index) {
    disconnect(index);
    free(index);
}

void search_index_shrink(struct search_index *index) {
    store_db_shrink(&index->db);
    store_reader_shrink(index->reader);
}

/* One message */

static enum err drop(struct search_index *index, int64_t id) {
    store_sql_bind_int(index->statements[SQL_DROP], 1, id);
    enum err error = run(index, SQL_DROP);
    if (error == ERR_OK && sqlite3_changes(index->db.handle) > 0)
        index->is_untidy = true;
    return error;
}

static enum err add(struct search_index *index, int64_t id, const struct store_text *text) {
    char scope[64];
    int length = snprintf(scope, sizeof scope, "r%" PRId64 " u%" PRId64, text->room, text->author);
    sqlite3_stmt *statement = index->statements[SQL_ADD];
    store_sql_bind_int(statement, 1, id);
    store_sql_bind_str(statement, 2, text->body);
    store_sql_bind_str(statement, 3, str_of(scope, (size_t)length));
    index->last = id > index->last ? id : index->last;
    return run(index, SQL_ADD);
}

static enum err put(struct search_index *index, const struct text *text) {
    enum err error = text->id <= index->last ? drop(index, text->id) : ERR_OK;
    return error == ERR_OK && text->is_shown ? add(index, text->id, &text->text) : error;
}

/* Reading a step */

/* What is damaged cannot be found, as it cannot be read. */
static enum err read_text(struct search_index *index, int64_t id, struct step *step) {
    struct text *text = &step->texts[step->count++];
    text->id = id;
    enum err error = store_read_text(index->reader, id, &step->arena, &text->text);
    text->is_shown = error == ERR_OK && !text->text.deleted && text->text.body.len > 0;
    step->bytes += text->is_shown ? text->text.body.len : 0;
    return error == ERR_NOT_FOUND || error == ERR_CORRUPT ? ERR_OK : error;
}

/* What the log says is new; *count is 0 at its end. ERR_NOT_FOUND: the log was shortened before it was read. */
static enum err read_news(struct search_index *index, struct step *step, size_t *count) {
    struct store_changes changes;
    enum err error =
        store_read_changes(index->reader, index->pos, SEARCH_STEP_MESSAGES, &step->arena, &changes);
    size_t i = 0;
    for (; error == ERR_OK && i < changes.count && step->bytes < SEARCH_STEP_BYTES; i++)
        error = read_text(index, changes.messages[i], step);
    if (error == ERR_OK) {
        *count = changes.row_count;
        step->pos = i < changes.count ? changes.positions[i] - 1 : changes.last_pos;
    }
    return error;
}

static void turn_round(struct step *step) {
    for (size_t i = 0, j = step->count; i + 1 < j; i++) {
        struct text text = step->texts[--j];
        step->texts[j] = step->texts[i];
        step->texts[i] = text;
    }
}

/* A stretch of messages that were there before the log was followed. */
static enum err read_back(struct search_index *index, struct step *step) {
    enum err error = ERR_OK;
    while (error == ERR_OK && step->before > 1 && step->count < SEARCH_STEP_MESSAGES &&
           step->bytes < SEARCH_STEP_BYTES)
        error = read_text(index, --step->before, step);
    turn_round(step);
    return error;
}

static enum err read_step(struct search_index *index, struct step *step) {
    size_t rows = 0;
    step->texts = ARENA_NEW_N(&step->arena, struct text, SEARCH_STEP_MESSAGES);
    step->pos = index->pos;
    step->before = index->before;
    enum err error = read_news(index, step, &rows);
    if (error == ERR_OK && rows == 0 && index->before > 1)
        error = read_back(index, step);
    return error == ERR_OK ? moment_of(index, step->pos, &step->at_ms) : error;
}

/* Within one snapshot of the database. SEARCH_MORE: there is a step to do. */
static enum err look(struct search_index *index, struct step *step, enum search_progress *out) {
    int64_t first_pos, last_pos;
    enum err error = store_read_hold(index->reader);
    if (error != ERR_OK)
        return error;
    error = store_read_log(index->reader, &first_pos, &last_pos);
    bool is_done = error == ERR_OK && index->pos == last_pos && index->before == 1;
    *out = !is_done ? SEARCH_MORE : index->is_untidy ? SEARCH_TIDY : SEARCH_DONE;
    if (error == ERR_OK && !is_done)
        error = read_step(index, step);
    store_read_release(index->reader);
    return error;
}

/* Doing it */

static enum err end_step(struct search_index *index, enum err error, int64_t at_ms) {
    if (error == ERR_OK)
        error = meta_save(index, at_ms);
    if (error == ERR_OK)
        error = run(index, SQL_COMMIT);
    if (error != ERR_OK && sqlite3_get_autocommit(index->db.handle) == 0)
        (void)run(index, SQL_ROLLBACK); /* the index is opened anew after an error */
    return error;
}

static enum err carry_out(struct search_index *index, const struct step *step) {
    enum err error = run(index, SQL_BEGIN);
    if (error != ERR_OK)
        return error;
    for (size_t i = 0; error == ERR_OK && i < step->count; i++)
        error = put(index, &step->texts[i]);
    index->pos = step->pos;
    index->before = step->before;
    return end_step(index, error, step->at_ms);
}

enum err search_index_step(struct search_index *index, enum search_progress *out) {
    struct step step = {0};
    enum err error = look(index, &step, out);
    if (error == ERR_OK && *out == SEARCH_MORE)
        error = carry_out(index, &step);
    arena_deinit(&step.arena);
    return error;
}

/* Tidying */

/* One piece of a merge; *more is false when nothing is left to merge. A negative number begins a round over everything. */
static enum err merge(struct search_index *index, int pages, bool *more) {
    int64_t before = sqlite3_total_changes64(index->db.handle);
    store_sql_bind_int(index->statements[SQL_MERGE], 1, pages);
    enum err error = run(index, SQL_MERGE);
    *more = sqlite3_total_changes64(index->db.handle) - before >= 2;
    return error;
}

/* ERR_BUSY: somebody reads in it, and is not waited for. */
static enum err cut_log(struct search_index *index) {
    sqlite3 *handle = index->db.handle;
    (void)sqlite3_busy_timeout(handle, 0);
    int code = sqlite3_wal_checkpoint_v2(handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_busy_timeout(handle, STORE_BUSY_TIMEOUT_MS);
    return (code & 0xff) == SQLITE_BUSY ? ERR_BUSY : store_sql_err(&index->db, NULL, code);
}

/* What the merged pages held is still in the write-ahead log, until that is empty; as long as it is not, and when we are killed before it
 * is, there is another round. */
static enum err end_round(struct search_index *index) {
    int64_t now_ms = clock_mono_ms();
    int64_t rest_ms = (now_ms - index->tidy_began_ms) * TIDY_REST_TIMES;
    index->is_tidying = false;
    index->tidy_next_ms = now_ms + (rest_ms > TIDY_REST_MIN_MS ? rest_ms : TIDY_REST_MIN_MS);
    enum err error = cut_log(index);
    if (error == ERR_BUSY)
        return ERR_OK;
    index->is_untidy = error != ERR_OK;
    return error == ERR_OK ? meta_put(index, STR("untidy"), 0) : error;
}

enum err search_index_tidy(struct search_index *index, enum search_progress *out) {
    bool more = true;
    *out = SEARCH_TIDY;
    if (!index->is_untidy || clock_mono_ms() < index->tidy_next_ms)
        return ERR_OK;
    if (!index->is_tidying)
        index->tidy_began_ms = clock_mono_ms();
    enum err error = merge(index, index->is_tidying ? TIDY_PAGES : -TIDY_PAGES, &more);
    index->is_tidying = true;
    if (error == ERR_OK && !more) {
        error = end_round(index);
        *out = index->is_untidy ? SEARCH_TIDY : SEARCH_DONE;
    }
    return error;
}
