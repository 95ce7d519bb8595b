/* search_words.h: the words of a text, folded so that case, diacritics and widths make no difference.
 *
 * A word is a run of letters, digits and marks ("Crème" is "creme"). Chinese and Japanese are written without spaces and
 * Korean glues its endings on, so there every two neighbours are a word: 漢字体 is 漢字, 字体 and, beside that, 体; a query asks for
 * the first two. A symbol (an emoji) is a word of its own. Everything else only separates.
 *
 * Pure: the same walk feeds the index, the queries and the marks in what was found, so that they cannot disagree.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

#define SEARCH_WORD_BYTES_MAX 64 /* the rest of a longer word does not count */

enum search_walk_side { SEARCH_WALK_TEXT, SEARCH_WALK_QUERY };

/* One walk over one text; owner: the caller. */
struct search_walk {
    struct str text; /* valid UTF-8, borrowed */
    size_t at;       /* bytes that are done */
    enum search_walk_side side;
    bool in_pairs; /* the word before was a pair whose second character is the next one */
    size_t word_bytes;
    char word[SEARCH_WORD_BYTES_MAX];
};

struct search_word {
    struct str folded;  /* lives until the next step of its walk */
    size_t first, last; /* its place in the text: bytes from, to (excluded) */
    bool is_short;      /* one character that is no ideograph: too short to be a beginning */
    bool is_lone;       /* one ideograph: always a beginning */
    bool is_beside;     /* has the position of the word before: the end of a run of pairs */
};

struct search_walk search_walk_of(struct str text, enum search_walk_side side);
/* The next word; false at the end. */
bool search_walk_next(struct search_walk *walk, struct search_word *out);
