/* search_tokenizer.c: FTS5 asks for words, search_words.c has them.
 *
 * FTS5 hands over whatever it was given, so a text that is not UTF-8 must not hurt: it is walked up to the first wrong byte.
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_tokenizer.h"

#include "base/utf8.h"
#include "search/search_words.h"

/* There is nothing to keep; FTS5 wants a pointer that is not NULL. */
static char stateless;

static int tokenizer_create(void *context, const char **options, int option_count,
                            Fts5Tokenizer **out) {
    (void)context, (void)options, (void)option_count;
    *out = (Fts5Tokenizer *)(void *)&stateless;
    return SQLITE_OK;
}

static void tokenizer_delete(Fts5Tokenizer *tokenizer) {
    (void)tokenizer;
}

typedef int (*token_fn)(void *context, int flags, const char *word, int bytes, int first, int last);

static struct str valid_head(struct str text) {
    size_t good = 0;
    while (good < text.len) {
        size_t bytes = utf8_head_bytes(str_from(text, good));
        if (bytes == 0)
            break;
        good += bytes;
    }
    return str_range(text, 0, good);
}

static int tokenizer_walk(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                          int bytes, token_fn on_token) {
    (void)tokenizer;
    bool is_query = (flags & FTS5_TOKENIZE_QUERY) != 0;
    struct str all = valid_head(str_of(text, (size_t)bytes));
    struct search_walk walk = search_walk_of(all, is_query ? SEARCH_WALK_QUERY : SEARCH_WALK_TEXT);
    struct search_word word;
    int code = SQLITE_OK;
    while (code == SQLITE_OK && search_walk_next(&walk, &word))
        code = on_token(context, word.is_beside ? FTS5_TOKEN_COLOCATED : 0, word.folded.at,
                        (int)word.folded.len, (int)word.first, (int)word.last);
    return code;
}

/* The way to FTS5's functions: a pointer that it fills. */
static enum err find_fts5(struct store_db *db, fts5_api **out) {
    sqlite3_stmt *statement = NULL;
    bool row;
    *out = NULL;
    int code = sqlite3_prepare_v2(db->handle, "SELECT fts5(?1)", -1, &statement, NULL);
    enum err error = store_sql_err(db, NULL, code);
    if (error == ERR_OK)
        error = store_sql_err(db, statement,
                              sqlite3_bind_pointer(statement, 1, out, "fts5_api_ptr", NULL));
    if (error == ERR_OK)
        error = store_sql_step(db, statement, &row);
    sqlite3_finalize(statement);
    return error == ERR_OK && *out == NULL ? ERR_UNAVAILABLE : error;
}

enum err search_tokenizer_attach(struct store_db *db) {
    fts5_tokenizer tokenizer = {tokenizer_create, tokenizer_delete, tokenizer_walk};
    fts5_api *api;
    enum err error = find_fts5(db, &api);
    if (error != ERR_OK)
        return error;
    return store_sql_err(db, NULL, api->xCreateTokenizer(api, "parley", NULL, &tokenizer, NULL));
}
