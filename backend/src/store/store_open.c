/* store_open.c: from a directory's name to a store that can be written, or to one clear sentence.
 *
 * In order: the directory (0700), its lock, the database file (0600, so that SQLite gives the log and the index the same
 * mode), WAL, the migrations, the statements, the secret. Whatever fails, what was opened before is closed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/store_file.h"
#include "store/store_gather.h"
#include "store/store_internal.h"
#include "store/store_keep.h"
#include "store/store_lock.h"
#include "store/store_upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORE_EVENT_KEEP_MS_DEFAULT (30LL * 24 * 60 * 60 * 1000)
#define STORE_SENTENCE_BYTES        1024

static _Thread_local char sentence[STORE_SENTENCE_BYTES];

/* What goes wrong with the database file, for people: "the database PATH ...". */
static const struct {
    enum err error;
    const char *text;
} sentences[] = {
    {ERR_DENIED, "cannot be written: permission denied"},
    {ERR_NO_SPACE, "has no space left on its disk"},
    {ERR_TOO_NEW,
     "was written by a newer version of Parley: start that, or use another data directory"},
    {ERR_CORRUPT, "is damaged: restore a backup; nothing was changed or deleted"},
    {ERR_INVALID, "is not a database of Parley"},
    {ERR_BUSY, "is locked by another program"},
    {ERR_UNAVAILABLE, "is being restored, and that was not finished: run parley restore again"},
    {ERR_NOT_FOUND, "is gone: restore a backup; to begin anew, remove the whole directory"},
};

static void say_database(const char *path, enum err error) {
    const char *text = err_text(error);
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        text = sentences[i].error == error ? sentences[i].text : text;
    }
    snprintf(sentence, sizeof(sentence), "the database %s %s", path, text);
}

static enum err make_directory(const char *directory) {
    enum err error = store_file_make_directory(directory);
    if (error != ERR_OK) {
        snprintf(sentence, sizeof(sentence), "the data directory %s cannot be made: %s", directory,
                 err_text(error));
    }
    return error;
}

static enum err lock_directory(struct store *store, const char *directory) {
    char *path = store_file_in(directory, STORE_FILE_LOCK);
    long owner = 0;
    enum err error = store_lock_open(path, &store->lock_fd, &owner);
    if (error == ERR_BUSY) {
        snprintf(sentence, sizeof(sentence),
                 "the data directory %s is in use by another server (process %ld)", directory,
                 owner);
    } else if (error == ERR_DENIED) {
        snprintf(sentence, sizeof(sentence),
                 "the data directory %s cannot be written: permission denied", directory);
    } else if (error != ERR_OK) {
        snprintf(sentence, sizeof(sentence), "the data directory %s cannot be locked: %s",
                 directory, err_text(error));
    }
    free(path);
    return error;
}

static bool is_empty(const char *path) {
    struct stat file;
    return stat(path, &file) == 0 ? file.st_size == 0 : errno == ENOENT;
}

/* A database that was there and is gone, or was cut down to nothing, is not made anew: whoever wants that removes the
 * directory. SQLite would delete the write-ahead log of an empty file. */
static enum err make_file(struct store *store, const char *directory) {
    char *log = store_file_in(directory, STORE_FILE_LOG);
    bool is_gone =
        is_empty(store->path) && (store_lock_marked(store->lock_fd) > 0 || !is_empty(log));
    free(log);
    if (is_gone) {
        return ERR_NOT_FOUND;
    }
    store->file_fd = open(store->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (store->file_fd < 0) {
        return err_of_errno(errno);
    }
    return store_file_sync_directory(directory);
}

/* SQLite reads /dev/urandom when it first needs a random number, and makes do with the time when it cannot: so
 * now, before the process is confined. */
static void seed_sqlite(void) {
    unsigned char byte;
    sqlite3_randomness(sizeof(byte), &byte);
}

/* Without statements: the schema may be an old one. */
static enum err open_connection(const char *path, struct store_db *out) {
    int code = sqlite3_open_v2(
        path, &out->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
        store_gather_vfs());
    if (code != SQLITE_OK) {
        return store_sql_err(out, NULL, code);
    }
    if (sqlite3_db_readonly(out->handle, "main") == 1) {
        return ERR_DENIED;
    }
    enum err error = store_db_configure(out);
    if (error == ERR_OK) {
        error = store_db_script(out, "PRAGMA journal_mode = WAL;"
                                     "PRAGMA journal_size_limit = 67108864;");
    }
    return error;
}

enum err store_connect(const char *path, struct store_db *out) {
    enum err error = open_connection(path, out);
    return error == ERR_OK ? store_db_prepare(out, STORE_SQL_W) : error;
}

static enum err read_ends(struct store *store) {
    struct store_db *db = &store->db;
    sqlite3_stmt *statement = store_sql_take(db, STORE_SQL_META_GET);
    store_sql_bind_str(statement, 1, STR("purged_pos"));
    enum err error = store_sql_number(db, statement, &store->purged_pos);
    store->end_pos = store->purged_pos;
    if (error == ERR_OK) {
        error = store_sql_number(db, store_sql_take(db, STORE_SQL_EVENT_LAST), &store->end_pos);
    }
    return error;
}

static enum err read_secret(struct store *store) {
    bool row;
    sqlite3_stmt *statement = store_sql_take(&store->db, STORE_SQL_META_GET);
    store_sql_bind_str(statement, 1, STR("secret"));
    enum err error = store_sql_step(&store->db, statement, &row);
    if (error != ERR_OK) {
        return error;
    }
    if (!row || sqlite3_column_bytes(statement, 0) != STORE_SECRET_BYTES) {
        store_sql_end(statement);
        return ERR_CORRUPT;
    }
    memcpy(store->secret, sqlite3_column_blob(statement, 0), STORE_SECRET_BYTES);
    store_sql_end(statement);
    return ERR_OK;
}

/* A new database gets its secret. One in which something has happened has one, or is damaged. */
static enum err make_secret(struct store *store) {
    if (store->end_pos > 0) {
        return ERR_OK;
    }
    unsigned char fresh[STORE_SECRET_BYTES];
    crypt_random(fresh, sizeof(fresh));
    sqlite3_stmt *statement = store_sql_take(&store->db, STORE_SQL_META_ADD);
    store_sql_bind_str(statement, 1, STR("secret"));
    store_sql_bind_blob(statement, 2, fresh, sizeof(fresh));
    return store_sql_run(&store->db, statement);
}

/* Between its two databases a directory has none. */
static enum err check_restored(const char *directory) {
    char *path = store_file_in(directory, STORE_FILE_UNFINISHED);
    enum err error = access(path, F_OK) == 0 ? ERR_UNAVAILABLE : ERR_OK;
    free(path);
    return error;
}

static enum err open_database(struct store *store, const char *directory) {
    enum err error = check_restored(directory);
    if (error == ERR_OK) {
        error = make_file(store, directory);
    }
    if (error == ERR_OK) {
        error = open_connection(store->path, &store->db);
    }
    if (error == ERR_OK) {
        error = store_keep_attach(store);
    }
    if (error == ERR_OK) {
        store_keep_found(store);
        error = store_upgrade(store);
    }
    if (error == ERR_OK) {
        error = store_db_prepare(&store->db, STORE_SQL_W);
    }
    if (error == ERR_OK) {
        error = read_ends(store);
    }
    if (error == ERR_OK) {
        error = make_secret(store);
    }
    if (error == ERR_OK) {
        error = read_secret(store);
    }
    if (error == ERR_OK &&
        (store_check_mark(store) == ERR_CORRUPT || store_check_small(store) == ERR_CORRUPT)) {
        store_condemn(store);
    }
    if (error != ERR_OK) {
        say_database(store->path, error);
    }
    return error;
}

enum err store_open(const struct store_options *options, struct store **out, const char **message) {
    ASSERT(options->directory != NULL && options->event_keep_ms >= 0);
    struct store *store = MEM_NEW(struct store);
    store->lock_fd = store->file_fd = -1;
    store->path = store_file_in(options->directory, STORE_FILE_DATABASE);
    store->event_keep_ms =
        options->event_keep_ms > 0 ? options->event_keep_ms : STORE_EVENT_KEEP_MS_DEFAULT;
    store->checkpointed_at_ms = clock_mono_ms();
    seed_sqlite();
    enum err error = make_directory(options->directory);
    if (error == ERR_OK) {
        error = lock_directory(store, options->directory);
    }
    if (error == ERR_OK) {
        error = open_database(store, options->directory);
    }
    if (error != ERR_OK) {
        *message = sentence;
        store_db_leave(&store->db); /* what is refused is not touched */
        store_close(store);
        return error;
    }
    log_info(LOG_STORE, "store.open", "path=%s", store->path);
    *out = store;
    return ERR_OK;
}

void store_close(struct store *store) {
    ASSERT(!store->in_batch);
    if (store->trust != STORE_WHOLE) {
        store_db_leave(&store->db);
    }
    store_db_close(&store->db); /* the last connection checkpoints and removes the log */
    if (store->file_fd >= 0) {
        close(store->file_fd);
    }
    store_lock_close(store->lock_fd);
    free(store->path);
    free(store);
}

struct str store_secret(const struct store *store) {
    return str_of((const char *)store->secret, STORE_SECRET_BYTES);
}

const char *store_path(const struct store *store) {
    return store->path;
}

void store_set_remover(struct store *store, void (*remove)(void *context, struct str names),
                       void *context) {
    store->remove_files = remove;
    store->remove_context = context;
}
