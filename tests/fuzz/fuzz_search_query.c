/* fuzz_search_query.c: what is typed into the search, against FTS5 (search/search_query.h, search_snippet.h).
 *
 * An input's first line is typed, the rest is a message.
 *
 * What must hold
 *
 *   - FTS5 takes every expression that is made of it
 *   - FTS5 finds the message exactly when the snippet says that the words are in it: both sides cut words alike
 *   - the snippet is valid, and its marks are in order and within it
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "search/search_internal.h"
#include "search/search_snippet.h"

#define TYPED_BYTES_MAX 800 /* 200 code points, as the protocol has it */

static struct store_db db;
static sqlite3_stmt *add, *find, *clear;

static sqlite3_stmt *prepare(const char *text) {
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(db.handle, text, -1, &statement, NULL);
    ASSERT(code == SQLITE_OK);
    return statement;
}

static void open_once(void) {
    if (db.handle != NULL)
        return;
    enum err error = search_connect(":memory:", SQLITE_OPEN_READWRITE, &db);
    ASSERT(error == ERR_OK);
    error = store_db_script(&db, "CREATE VIRTUAL TABLE words USING fts5 (text, scope,"
                                 " tokenize = 'parley', columnsize = 0, prefix = '2 3');");
    ASSERT(error == ERR_OK);
    add = prepare("INSERT INTO words (rowid, text, scope) VALUES (1, ?1, 'r1 u1')");
    find = prepare("SELECT count(*) FROM words WHERE words MATCH ?1");
    clear = prepare("DELETE FROM words");
}

static void run_with(sqlite3_stmt *statement, struct str value) {
    store_sql_bind_str(statement, 1, value);
    enum err error = store_sql_run(&db, statement);
    ASSERT(error == ERR_OK);
}

static bool fts5_finds(struct str expression, struct str text) {
    int64_t count = -1;
    run_with(add, text);
    store_sql_bind_str(find, 1, expression);
    enum err error = store_sql_number(&db, find, &count);
    ASSERT(error == ERR_OK && count >= 0);
    error = store_sql_run(&db, clear);
    ASSERT(error == ERR_OK);
    return count > 0;
}

static void check_snippet(const struct proto_snippet *snippet) {
    int64_t chars = (int64_t)utf8_count(snippet->text), last = 0;
    ASSERT(utf8_is_valid(snippet->text));
    for (size_t i = 0; i < snippet->marks_count; i++) {
        ASSERT(snippet->marks[i].from >= last && snippet->marks[i].to > snippet->marks[i].from);
        last = snippet->marks[i].to;
    }
    ASSERT(last <= chars);
}

static void check(struct str typed, struct str text) {
    struct arena arena = {0};
    struct buf expression = BUF_EMPTY;
    struct proto_snippet snippet;
    struct search_query query = search_query_read(typed, &arena);
    if (query.term_count > 0) {
        search_query_write(&query, &(struct search_scope){0}, &expression);
        bool is_shown = search_snippet_make(&query, text, &arena, &snippet);
        ASSERT(fts5_finds(buf_str(&expression), text) == is_shown);
        if (is_shown)
            check_snippet(&snippet);
    }
    buf_deinit(&expression);
    arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str rest = fuzz_input(data, size);
    struct str typed = str_cut(&rest, '\n');
    open_once();
    if (typed.len > TYPED_BYTES_MAX || !utf8_is_valid(typed) || str_is_none(rest) ||
        !utf8_is_valid(rest) || memchr(rest.at, '\0', rest.len) != NULL)
        return 0;
    struct str copy = fuzz_copy(typed), text = fuzz_copy(rest);
    check(copy, text);
    fuzz_free(copy);
    fuzz_free(text);
    return 0;
}
