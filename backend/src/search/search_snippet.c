/* search_snippet.c: marks, and the part of the text around the first of them.
 *
 * How it works: the words of the text are laid out in an array with their positions; each term is looked for at each of them.
 * All places, sorted and melted together, become the marks of the part that is shown.
 *
 * A text has at most PROTO_LIMIT_BODY_BYTES, so at most as many words; terms times words is a few milliseconds at worst.
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_snippet.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "search/search_words.h"

#include <stdlib.h>

#define MARKS_MAX 64 /* of one snippet: what more would show nothing */

struct laid_word {
    struct str folded;
    size_t first, last;
    size_t position;
};

struct place {
    size_t first, last; /* bytes of the text */
};

struct layout {
    struct laid_word *words;
    size_t count;
};

/* Words */

static struct layout lay_out(struct str text, struct arena *arena) {
    struct layout layout = {.words = ARENA_NEW_N(arena, struct laid_word, text.len + 1)};
    struct search_walk walk = search_walk_of(text, SEARCH_WALK_TEXT);
    struct search_word word;
    size_t position = 0;
    while (search_walk_next(&walk, &word)) {
        position += word.is_beside ? 0 : 1;
        layout.words[layout.count++] =
            (struct laid_word){arena_copy(arena, word.folded), word.first, word.last, position};
    }
    return layout;
}

/* Places */

static bool word_fits(const struct search_term *term, size_t index, struct str folded) {
    bool may_go_on = term->is_beginning && index + 1 == term->word_count;
    return may_go_on ? str_starts_with(folded, term->words[index])
                     : str_equal(folded, term->words[index]);
}

/* The word of that position, from `at` on, that fits; SIZE_MAX: none. */
static size_t find_at(const struct layout *layout, size_t at, size_t position,
                      const struct search_term *term, size_t index) {
    for (; at < layout->count && layout->words[at].position <= position; at++)
        if (layout->words[at].position == position &&
            word_fits(term, index, layout->words[at].folded))
            return at;
    return SIZE_MAX;
}

static bool term_begins_at(const struct layout *layout, size_t at, const struct search_term *term,
                           struct place *out) {
    size_t place = at;
    if (!word_fits(term, 0, layout->words[at].folded))
        return false;
    for (size_t i = 1; i < term->word_count && place != SIZE_MAX; i++)
        place = find_at(layout, place, layout->words[at].position + i, term, i);
    if (place == SIZE_MAX)
        return false;
    *out = (struct place){layout->words[at].first, layout->words[place].last};
    return true;
}

/* The first few places of a term; returns how many. */
static size_t find_term(const struct layout *layout, const struct search_term *term,
                        struct place *places) {
    size_t count = 0;
    for (size_t i = 0; i < layout->count && count < MARKS_MAX; i++)
        count += term_begins_at(layout, i, term, &places[count]);
    return count;
}

static int by_first(const void *left, const void *right) {
    const struct place *a = left, *b = right;
    return a->first < b->first ? -1 : a->first > b->first;
}

/* Sorted and apart from one another. */
static size_t melt(struct place *places, size_t count) {
    size_t kept = 0;
    qsort(places, count, sizeof *places, by_first);
    for (size_t i = 1; i < count; i++) {
        if (places[i].first > places[kept].last)
            places[++kept] = places[i];
        else if (places[i].last > places[kept].last)
            places[kept].last = places[i].last;
    }
    return count > 0 ? kept + 1 : 0;
}

static size_t find_all(const struct search_query *query, struct str text, struct arena *arena,
                       struct place **out) {
    struct layout layout = lay_out(text, arena);
    struct place *places = ARENA_NEW_N(arena, struct place, query->term_count * MARKS_MAX + 1);
    size_t count = 0;
    for (size_t i = 0; i < query->term_count; i++) {
        size_t found = find_term(&layout, &query->terms[i], places + count);
        if (found == 0)
            return 0;
        count += found;
    }
    *out = places;
    return melt(places, count);
}

/* The part that is shown */

/* Where a part begins that has some characters in front of `at`. */
static size_t part_first(struct str text, size_t at) {
    size_t before = utf8_count(str_range(text, 0, at));
    if (before <= SEARCH_SNIPPET_BEFORE_CHARS)
        return 0;
    return utf8_head(text, before - SEARCH_SNIPPET_BEFORE_CHARS).len;
}

static bool is_white(uint32_t c) {
    return c == '\n' || c == '\t';
}

/* A copy with line breaks as spaces. */
static void part_append(struct str part, struct buf *out) {
    while (part.len > 0) {
        struct str rest = part;
        uint32_t c = utf8_next(&rest);
        if (is_white(c))
            buf_append_byte(out, ' ');
        else
            buf_append(out, part.at, part.len - rest.len);
        part = rest;
    }
}

static void add_marks(struct str text, const struct place *places, size_t count, size_t first,
                      struct str part, struct proto_snippet *out) {
    size_t lead = first > 0 ? 1 : 0; /* the dots */
    for (size_t i = 0; i < count && out->marks_count < MARKS_MAX; i++) {
        size_t last = places[i].last < first + part.len ? places[i].last : first + part.len;
        if (places[i].first < first || places[i].first >= last)
            continue;
        size_t from = lead + utf8_count(str_range(text, first, places[i].first));
        size_t to = from + utf8_count(str_range(text, places[i].first, last));
        out->marks[out->marks_count++] = (struct proto_mark){(int64_t)from, (int64_t)to};
    }
}

bool search_snippet_make(const struct search_query *query, struct str text, struct arena *arena,
                         struct proto_snippet *out) {
    struct place *places = NULL;
    struct buf shown = BUF_EMPTY;
    size_t count = find_all(query, text, arena, &places);
    if (count == 0)
        return false;
    size_t first = part_first(text, places[0].first);
    struct str part = utf8_head(str_from(text, first), SEARCH_SNIPPET_CHARS);
    *out = (struct proto_snippet){.marks = ARENA_NEW_N(arena, struct proto_mark, MARKS_MAX)};
    buf_append_c(&shown, first > 0 ? "…" : "");
    part_append(part, &shown);
    buf_append_c(&shown, first + part.len < text.len ? "…" : "");
    out->text = arena_copy(arena, buf_str(&shown));
    buf_deinit(&shown);
    add_marks(text, places, count, first, part, out);
    return true;
}
