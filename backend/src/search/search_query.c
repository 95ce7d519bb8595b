/* search_query.c: reading what was typed, and saying it in FTS5's words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_query.h"

#include "base/utf8.h"
#include "search/search_words.h"

#include <inttypes.h>

/* Reading */

/* What of the typed text makes one term. */
struct piece {
    struct str text;
    bool is_beginning;
};

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n';
}

static struct piece cut_phrase(struct str *rest) {
    *rest = str_from(*rest, 1);
    size_t end = str_find_byte(*rest, '"');
    bool is_closed = end < rest->len;
    struct piece piece = {.text = str_range(*rest, 0, end), .is_beginning = !is_closed};
    *rest = str_from(*rest, is_closed ? end + 1 : end);
    return piece;
}

static struct piece cut_word(struct str *rest) {
    size_t end = 0;
    while (end < rest->len && !is_space(rest->at[end]) && rest->at[end] != '"')
        end++;
    struct piece piece = {.text = str_range(*rest, 0, end)};
    *rest = str_from(*rest, end);
    piece.is_beginning = rest->len == 0 || str_ends_with(piece.text, STR("*"));
    return piece;
}

static bool cut_piece(struct str *rest, struct piece *out) {
    while (rest->len > 0 && is_space(rest->at[0]))
        *rest = str_from(*rest, 1);
    if (rest->len == 0)
        return false;
    *out = rest->at[0] == '"' ? cut_phrase(rest) : cut_word(rest);
    return true;
}

static size_t count_words(struct str text) {
    struct search_walk walk = search_walk_of(text, SEARCH_WALK_QUERY);
    struct search_word word;
    size_t count = 0;
    while (search_walk_next(&walk, &word))
        count++;
    return count;
}

/* A beginning of one letter would be half of the index; one ideograph is a beginning always, because in a text it stands in
 * pairs. */
static struct search_term make_term(const struct piece *piece, struct arena *arena) {
    struct search_term term = {.is_beginning = piece->is_beginning};
    struct search_walk walk = search_walk_of(piece->text, SEARCH_WALK_QUERY);
    struct search_word word, last = {0};
    term.words = ARENA_NEW_N(arena, struct str, count_words(piece->text));
    while (search_walk_next(&walk, &word)) {
        term.words[term.word_count++] = arena_copy(arena, word.folded);
        last = word;
    }
    term.is_beginning = (term.is_beginning && !last.is_short) || last.is_lone;
    return term;
}

struct search_query search_query_read(struct str typed, struct arena *arena) {
    struct search_query query = {0};
    struct piece piece;
    query.terms = ARENA_NEW_N(arena, struct search_term, typed.len / 2 + 1);
    while (cut_piece(&typed, &piece))
        if (count_words(piece.text) > 0)
            query.terms[query.term_count++] = make_term(&piece, arena);
    return query;
}

/* Writing */

static bool is_long_beginning(const struct search_term *term) {
    return term->is_beginning && term->word_count == 1 &&
           utf8_head(term->words[0], SEARCH_PREFIX_CHARS).len < term->words[0].len;
}

bool search_query_can_be_broad(const struct search_query *query) {
    for (size_t i = 0; i < query->term_count; i++)
        if (is_long_beginning(&query->terms[i]))
            return true;
    return false;
}

/* Folded words hold letters, digits and symbols only: no quote can close the quotes. */
static void write_term(const struct search_term *term, struct buf *out) {
    for (size_t i = 0; i < term->word_count; i++) {
        buf_append_c(out, i == 0 ? "\"" : " ");
        buf_append_str(out, term->words[i]);
    }
    buf_append_c(out, term->is_beginning ? "\"*" : "\"");
}

static void write_rooms(const struct search_scope *scope, struct buf *out) {
    buf_append_c(out, " AND scope:(");
    for (size_t i = 0; i < scope->room_count; i++)
        buf_printf(out, "%s\"r%" PRId64 "\"", i == 0 ? "" : " OR ", scope->rooms[i]);
    buf_append_c(out, ")");
}

void search_query_write(const struct search_query *query, const struct search_scope *scope,
                        struct buf *out) {
    buf_append_c(out, "text:(");
    for (size_t i = 0; i < query->term_count; i++) {
        buf_append_c(out, i == 0 ? "" : " AND ");
        struct search_term term = query->terms[i];
        struct str head = utf8_head(term.words[0], SEARCH_PREFIX_CHARS);
        if (scope->is_broad && is_long_beginning(&term))
            term.words = &head;
        write_term(&term, out);
    }
    buf_append_c(out, ")");
    if (scope->room_count > 0)
        write_rooms(scope, out);
    if (scope->author != 0)
        buf_printf(out, " AND scope:\"u%" PRId64 "\"", scope->author);
}
