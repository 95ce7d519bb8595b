/* store_verify.c: looks at everything in a database.
 *
 * How it works: a table of checks, each a statement whose rows are the faults; for each row a line is made of its numbers. All
 * run in one snapshot. While it lasts the server cannot begin its write-ahead log anew, so a look at a busy server's database
 * ends when the log has grown to STORE_WAL_YIELD_BYTES: the server goes first.
 *
 * Messages are summed in C (store_message.c), so they are walked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_verify.h"

#include "base/buf.h"
#include "store/store_internal.h"
#include "store/store_keep.h"
#include "store/store_message.h"
#include "store/store_migrate.h"

#include <sys/stat.h>
#include <unistd.h>

#define VERIFY_LINES_MAX 100 /* of each check */
#define VERIFY_STEPS_BETWEEN                                                                       \
    100000                       /* of SQLite's machine, between two looks at the write-ahead log */
#define VERIFY_SINCE_SUMS      2 /* the schema that brought checksums to all tables */
#define VERIFY_SINCE_AUDIT     3
#define VERIFY_SINCE_VERSIONS  4
#define VERIFY_SINCE_PEOPLE    5 /* members have a position; sanctions and blocks */
#define VERIFY_SINCE_REACTIONS 6
#define VERIFY_SINCE_REPORTS   7
#define VERIFY_SINCE_ACCOUNTS  8
#define VERIFY_SINCE_THREADS   9
#define VERIFY_SINCE_OWN       10
#define VERIFY_SINCE_HELD      11
#define VERIFY_SINCE_MARKS     12
#define VERIFY_SINCE_FILES     13

static _Thread_local char sentence[1024];

struct verify {
    struct store_db db;
    const struct store_listener *listener;
    struct store_summary *out;
    int64_t wal_begin_bytes; /* the write-ahead log when the snapshot was taken */
    bool has_yielded;        /* the server writes too much */
};

/* Saying */

static void say(struct verify *verify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void say(struct verify *verify, const char *format, ...) {
    struct buf line = BUF_EMPTY;
    va_list args;
    va_start(args, format);
    buf_vprintf(&line, format, args);
    va_end(args);
    verify->out->faults++;
    verify->listener->say(verify->listener->context, buf_c(&line));
    buf_deinit(&line);
}

static enum err fail(enum err error, const char *path, const char **message) {
    static const struct {
        enum err error;
        const char *text;
    } texts[] = {
        {ERR_NOT_FOUND, "is not there"},
        {ERR_DENIED, "cannot be read: permission denied"},
        {ERR_INVALID, "is not a database of Parley"},
        {ERR_TOO_NEW, "was written by a newer version of Parley"},
        {ERR_CORRUPT, "is too damaged to be looked at"},
        {ERR_BUSY, "is written to so much that looking at it would hold the server up: make a "
                   "backup, which is quicker, and look at that"},
    };
    const char *text = err_text(error);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        text = texts[i].error == error ? texts[i].text : text;
    }
    (void)snprintf(sentence, sizeof(sentence), "%s %s", path, text);
    *message = sentence;
    return error;
}

/* Checks of SQLite's own */

static enum err prepare(struct verify *verify, const char *text, sqlite3_stmt **out) {
    int code = sqlite3_prepare_v2(verify->db.handle, text, -1, out, NULL);
    return store_sql_err(&verify->db, NULL, code);
}

static enum err check_pages(struct verify *verify) {
    sqlite3_stmt *statement = NULL;
    bool row = false;
    enum err error = prepare(verify, "PRAGMA integrity_check(100)", &statement);
    while (error == ERR_OK && (error = store_sql_step(&verify->db, statement, &row)) == ERR_OK &&
           row) {
        struct str finding = store_sql_text(statement, 0);
        if (!str_equal(finding, STR("ok"))) {
            say(verify, "file: %.*s", STR_ARG(finding));
        }
    }
    sqlite3_finalize(statement);
    return error;
}

/* Checks by statements */

/* Each gives the faulty rows, by one number or two. */
static const struct {
    int64_t since; /* the schema that it needs */
    const char *first, *second, *fault, *text;
} checks[] = {
    {VERIFY_SINCE_SUMS, "user", NULL, "its row is damaged",
     "SELECT id FROM user WHERE NOT (" STORE_WHOLE_USER ")"},
    {VERIFY_SINCE_SUMS, "session", NULL, "its row is damaged",
     "SELECT id FROM session WHERE NOT (" STORE_WHOLE_SESSION ")"},
    {VERIFY_SINCE_SUMS, "room", NULL, "its row is damaged",
     "SELECT id FROM room WHERE NOT (" STORE_WHOLE_ROOM ")"},
    {VERIFY_SINCE_PEOPLE, "member of room", "user", "its row is damaged",
     "SELECT room, user FROM member WHERE NOT (" STORE_WHOLE_MEMBER ")"},
    {VERIFY_SINCE_PEOPLE, "sanction of room", "user", "its row is damaged",
     "SELECT room, user FROM sanction WHERE NOT (" STORE_WHOLE_SANCTION ")"},
    {VERIFY_SINCE_PEOPLE, "block of user", "user", "its row is damaged",
     "SELECT user, other FROM block WHERE NOT (" STORE_WHOLE_BLOCK ")"},
    {VERIFY_SINCE_REPORTS, "report", NULL, "its row is damaged",
     "SELECT id FROM report WHERE NOT (" STORE_WHOLE_REPORT ")"},
    {VERIFY_SINCE_SUMS, "event", NULL, "its row is damaged",
     "SELECT pos FROM event WHERE NOT (" STORE_WHOLE_EVENT ")"},
    {VERIFY_SINCE_AUDIT, "entry of the audit log", NULL, "its row is damaged",
     "SELECT id FROM audit WHERE NOT (" STORE_WHOLE_AUDIT ")"},
    {VERIFY_SINCE_VERSIONS, "version", "message", "its row is damaged",
     "SELECT id, message FROM version WHERE NOT (" STORE_WHOLE_VERSION ")"},
    {VERIFY_SINCE_VERSIONS, "message", NULL, "it is deleted, and a text that it had is not",
     "SELECT DISTINCT message FROM version v JOIN message m ON m.id = v.message WHERE m.deleted"},
    {VERIFY_SINCE_VERSIONS, "deleting in room", "of user", "its row is damaged",
     "SELECT room, user FROM purge WHERE NOT (" STORE_WHOLE_PURGE ")"},
    {VERIFY_SINCE_REACTIONS, "message", "reaction", "its row is damaged",
     "SELECT message, pos FROM reaction WHERE NOT (" STORE_WHOLE_REACTION ")"},
    {VERIFY_SINCE_REACTIONS, "message", "reactions", "they are not as many as it says",
     "SELECT m.id, count(r.pos) FROM message m LEFT JOIN reaction r ON r.message = m.id"
     " WHERE m.reacted > 0 OR r.pos IS NOT NULL GROUP BY m.id HAVING count(r.pos) <> m.reacted"},
    {VERIFY_SINCE_MARKS, "message", NULL, "what was put on it is damaged",
     "SELECT id FROM message WHERE NOT " STORE_WHOLE_MARKS("id")},
    {VERIFY_SINCE_ACCOUNTS, "password of user", NULL, "its row is damaged",
     "SELECT user FROM password WHERE NOT (" STORE_WHOLE_PASSWORD ")"},
    {VERIFY_SINCE_HELD, "name given up by user", NULL, "its row is damaged",
     "SELECT user FROM held_name WHERE NOT (" STORE_WHOLE_HELD ")"},
    {VERIFY_SINCE_ACCOUNTS, "ban of user", NULL, "its row is damaged",
     "SELECT user FROM account_ban WHERE NOT (" STORE_WHOLE_BAN ")"},
    {VERIFY_SINCE_ACCOUNTS, "invitation", NULL, "its row is damaged",
     "SELECT id FROM invite WHERE NOT (" STORE_WHOLE_INVITE ")"},
    {VERIFY_SINCE_ACCOUNTS, "server", NULL, "its row is damaged",
     "SELECT id FROM server WHERE NOT (" STORE_WHOLE_SERVER ")"},
    {1, "thread", "newest reply", "its replies are not numbered without holes",
     "SELECT thread, max(seq) FROM message WHERE thread IS NOT NULL GROUP BY thread"
     " HAVING min(seq) <> 1 OR count(*) <> max(seq)"},
    {1, "message", "replies", "they are not as many as it says",
     "SELECT m.id, count(r.id) FROM message m LEFT JOIN message r ON r.thread = m.id"
     " WHERE m.thread IS NULL AND (m.reply_count > 0 OR r.id IS NOT NULL)"
     " GROUP BY m.id HAVING count(r.id) <> m.reply_count"},
    {VERIFY_SINCE_FILES, "attachment", NULL, "its row is damaged",
     "SELECT id FROM attachment WHERE NOT (" STORE_WHOLE_FILE ")"},
    {VERIFY_SINCE_FILES, "attachment", "message", "the message is deleted, and the file is not",
     "SELECT a.id, m.id FROM attachment a JOIN message m ON m.id = a.message WHERE m.deleted"},
    {VERIFY_SINCE_FILES, "message", "files", "they are not as many as it says",
     "SELECT m.id, count(a.id) FROM message m LEFT JOIN attachment a ON a.message IN (m.id, m.twin)"
     " WHERE m.attached > 0 GROUP BY m.id HAVING count(a.id) <> m.attached"},
    {VERIFY_SINCE_FILES, "room for files of user", NULL, "its row is damaged",
     "SELECT user FROM space WHERE NOT (" STORE_WHOLE_SPACE ")"},
    {VERIFY_SINCE_FILES, "room for files of user", "bytes", "they are not what the files take",
     "SELECT s.user, s.bytes FROM space s LEFT JOIN (SELECT owner, sum(size) AS total"
     " FROM attachment GROUP BY owner UNION ALL SELECT 0, sum(size) FROM attachment) t"
     " ON t.owner = s.user WHERE s.bytes <> coalesce(t.total, 0)"},
    {VERIFY_SINCE_OWN, "message", "saved by user", "its row is damaged",
     "SELECT message, user FROM saved WHERE NOT (" STORE_WHOLE_SAVED ")"},
    {VERIFY_SINCE_OWN, "draft in room", "of user", "its row is damaged",
     "SELECT room, user FROM draft WHERE NOT (" STORE_WHOLE_DRAFT ")"},
    {VERIFY_SINCE_THREADS, "thread", "of user", "its row is damaged",
     "SELECT thread, user FROM follow WHERE NOT (" STORE_WHOLE_FOLLOW ")"},
    {1, "room", "newest message", "its messages are not numbered without holes",
     "SELECT room, max(seq) FROM message WHERE thread IS NULL GROUP BY room"
     " HAVING min(seq) <> 1 OR count(*) <> max(seq)"},
    {1, "log from", "to", "it has holes",
     "SELECT min(pos), max(pos) FROM event HAVING count(*) > 0 AND"
     " (min(pos) <> (SELECT value FROM meta WHERE key = 'purged_pos') + 1"
     " OR count(*) <> max(pos) - min(pos) + 1)"},
    {1, "message", "answered message", "they are not in the same room",
     "SELECT m.id, m.reply_to FROM message m JOIN message r ON r.id = m.reply_to"
     " WHERE r.room <> m.room"},
};

static void say_row(struct verify *verify, size_t check, sqlite3_stmt *row) {
    long long first = sqlite3_column_int64(row, 0);
    if (checks[check].second == NULL) {
        say(verify, "%s %lld: %s", checks[check].first, first, checks[check].fault);
    } else {
        say(verify, "%s %lld, %s %lld: %s", checks[check].first, first, checks[check].second,
            (long long)sqlite3_column_int64(row, 1), checks[check].fault);
    }
}

static enum err check_rows(struct verify *verify, size_t check) {
    sqlite3_stmt *statement = NULL;
    bool row = false;
    int lines = 0;
    enum err error = prepare(verify, checks[check].text, &statement);
    while (error == ERR_OK && lines++ < VERIFY_LINES_MAX &&
           (error = store_sql_step(&verify->db, statement, &row)) == ERR_OK && row) {
        say_row(verify, check, statement);
    }
    sqlite3_finalize(statement);
    return error;
}

static enum err check_tables(struct verify *verify) {
    enum err error = ERR_OK;
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]) && error == ERR_OK; i++) {
        if (verify->out->version >= checks[i].since) {
            error = check_rows(verify, i);
        }
    }
    return error;
}

static enum err check_references(struct verify *verify) {
    sqlite3_stmt *statement = NULL;
    bool row = false;
    int lines = 0;
    enum err error = prepare(verify, "PRAGMA foreign_key_check", &statement);
    while (error == ERR_OK && lines++ < VERIFY_LINES_MAX &&
           (error = store_sql_step(&verify->db, statement, &row)) == ERR_OK && row) {
        struct str table = store_sql_text(statement, 0), parent = store_sql_text(statement, 2);
        say(verify, "%.*s %lld: refers to a %.*s that is not there", STR_ARG(table),
            (long long)sqlite3_column_int64(statement, 1), STR_ARG(parent));
    }
    sqlite3_finalize(statement);
    return error;
}

static enum err check_messages(struct verify *verify) {
    sqlite3_stmt *statement = NULL;
    bool row = false;
    int lines = 0;
    enum err error = prepare(verify, STORE_MESSAGE_EACH, &statement);
    while (error == ERR_OK && lines < VERIFY_LINES_MAX &&
           (error = store_sql_step(&verify->db, statement, &row)) == ERR_OK && row) {
        if (!store_message_row_is_whole(statement)) {
            say(verify, "message %lld: its row is damaged",
                (long long)sqlite3_column_int64(statement, 0));
            lines++;
        }
    }
    sqlite3_finalize(statement);
    return error;
}

/* Counting */

static enum err count_rows(struct verify *verify) {
    const struct {
        const char *text;
        int64_t *out;
    } counts[] = {
        {"SELECT count(*) FROM user", &verify->out->users},
        {"SELECT count(*) FROM room", &verify->out->rooms},
        {"SELECT count(*) FROM member", &verify->out->members},
        {"SELECT count(*) FROM message", &verify->out->messages},
        {"SELECT count(*) FROM session", &verify->out->sessions},
        {"SELECT count(*) FROM event", &verify->out->events},
        {"SELECT max(pos) FROM event", &verify->out->end_pos},
    };
    enum err error = ERR_OK;
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && error == ERR_OK; i++) {
        sqlite3_stmt *statement = NULL;
        error = prepare(verify, counts[i].text, &statement);
        if (error == ERR_OK) {
            error = store_sql_number(&verify->db, statement, counts[i].out);
        }
        sqlite3_finalize(statement);
    }
    return error;
}

/* The whole */

static int look_at_log(void *context) {
    struct verify *verify = context;
    verify->has_yielded = store_wal_must_yield(verify->db.handle, verify->wal_begin_bytes);
    return verify->has_yielded; /* 1 interrupts the statement */
}

static enum err open_snapshot(struct verify *verify, const char *path) {
    if (access(path, F_OK) != 0) {
        return ERR_NOT_FOUND;
    }
    enum err error = store_connect_reader(path, &verify->db);
    if (error == ERR_OK) {
        error = store_db_script(&verify->db, "BEGIN");
    }
    if (error == ERR_OK) {
        error = store_migrate_look(&verify->db, &verify->out->version);
    }
    if (error == ERR_OK && verify->out->version > store_migration_count) {
        error = ERR_TOO_NEW;
    }
    if (error == ERR_OK) {
        verify->wal_begin_bytes = store_wal_file_bytes(verify->db.handle);
        sqlite3_progress_handler(verify->db.handle, VERIFY_STEPS_BETWEEN, look_at_log, verify);
    }
    return error;
}

enum err store_verify(const char *path, const struct store_listener *listener,
                      struct store_summary *out, const char **message) {
    static const struct {
        const char *name;
        enum err (*run)(struct verify *);
    } steps[] = {{"counting", count_rows},
                 {"pages", check_pages},
                 {"references", check_references},
                 {"rows", check_tables},
                 {"messages", check_messages}};
    struct verify verify = {.listener = listener, .out = out};
    *out = (struct store_summary){0};
    enum err error = open_snapshot(&verify, path);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && error == ERR_OK; i++) {
        error = steps[i].run(&verify);
        if (error == ERR_CORRUPT) { /* the others may find more */
            say(&verify, "%s: could not be read to the end", steps[i].name);
            error = ERR_OK;
        }
    }
    store_db_close(&verify.db);
    if (error == ERR_OK) {
        return ERR_OK;
    }
    return fail(verify.has_yielded ? ERR_BUSY : error, path, message);
}
