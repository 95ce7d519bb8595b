/* search_words.c: from a text to its words, by libutf8proc.
 *
 * How it works: the kind of the first character says what is taken: a run of letters, a pair, or one symbol. Letters are
 * folded one by one (compatibility decomposition, case folding, marks dropped); ASCII, which is nearly all there is, without
 * the library. What is written in pairs stays as it is, because decomposing would tear Korean syllables into their letters.
 *
 * Folding what is folded must change nothing, because FTS5 cuts the words of a query once more. So a letter that would become an
 * ideograph stays as it is as well (㈧: it stands in a run of letters, 八 would not).
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_words.h"

#include "base/err.h"
#include "base/utf8.h"

#include <utf8proc.h>

enum kind { KIND_NONE, KIND_LETTER, KIND_PAIRED, KIND_SYMBOL };

#define FOLDED_MAX 18 /* code points that one code point decomposes into, at most (U+FDFA) */

/* Scripts that are searched by pairs; in ascending order. */
static const struct {
    uint32_t first, last;
} paired[] = {
    {0x0E01, 0x0E5B},   /* Thai */
    {0x0E81, 0x0EDF},   /* Lao */
    {0x1000, 0x109F},   /* Myanmar */
    {0x1780, 0x17E9},   /* Khmer */
    {0x3005, 0x3007},   /* ideographic marks */
    {0x3041, 0x30FF},   /* Hiragana, Katakana */
    {0x31F0, 0x31FF},   /* Katakana extensions */
    {0x3400, 0x4DBF},   /* Han, extension A */
    {0x4E00, 0x9FFF},   /* Han */
    {0xAC00, 0xD7A3},   /* Hangul syllables */
    {0xF900, 0xFAFF},   /* Han, compatibility */
    {0xFF66, 0xFF9F},   /* Katakana, half width */
    {0x1B000, 0x1B16F}, /* Kana extensions */
    {0x20000, 0x3FFFD}, /* Han, extensions B and later */
};

static bool is_paired(uint32_t c) {
    if (c < paired[0].first)
        return false;
    for (size_t i = 0; i < sizeof paired / sizeof paired[0]; i++)
        if (c >= paired[i].first && c <= paired[i].last)
            return true;
    return false;
}

static bool is_ascii_letter(uint32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static enum kind kind_of(uint32_t c) {
    if (c < 0x80)
        return is_ascii_letter(c) ? KIND_LETTER : KIND_NONE;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return is_paired(c) ? KIND_PAIRED : KIND_LETTER;
    case UTF8PROC_CATEGORY_SO:
        return KIND_SYMBOL;
    default:
        return KIND_NONE;
    }
}

/* Adding to the word; what does not fit is left out. */

static void word_add(struct search_walk *walk, uint32_t c) {
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)c, bytes);
    ASSERT(length > 0);
    if (walk->word_bytes + (size_t)length > sizeof walk->word)
        return;
    memcpy(walk->word + walk->word_bytes, bytes, (size_t)length);
    walk->word_bytes += (size_t)length;
}

struct folding {
    utf8proc_int32_t chars[FOLDED_MAX];
    size_t count;
};

/* What a letter becomes; empty: nothing, it is a mark. */
static struct folding fold(uint32_t c) {
    const utf8proc_option_t options = UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
                                      UTF8PROC_STRIPMARK | UTF8PROC_IGNORE;
    struct folding folding = {0};
    int last_class = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)c, folding.chars, FOLDED_MAX,
                                                     options, &last_class);
    if (count > 0)
        folding.count = count < FOLDED_MAX ? (size_t)count : FOLDED_MAX;
    return folding;
}

static bool has_kind(const struct folding *folding, enum kind kind) {
    for (size_t i = 0; i < folding->count; i++)
        if (kind_of((uint32_t)folding->chars[i]) == kind)
            return true;
    return false;
}

static void word_add_folded(struct search_walk *walk, uint32_t c) {
    struct folding folding = fold(c);
    if (has_kind(&folding, KIND_PAIRED))
        folding = (struct folding){.chars = {(utf8proc_int32_t)c}, .count = 1};
    for (size_t i = 0; i < folding.count; i++)
        if (kind_of((uint32_t)folding.chars[i]) != KIND_NONE)
            word_add(walk, (uint32_t)folding.chars[i]);
}

static void word_add_letter(struct search_walk *walk, uint32_t c) {
    if (c >= 0x80)
        word_add_folded(walk, c);
    else
        word_add(walk, c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Taking */

struct search_walk search_walk_of(struct str text, enum search_walk_side side) {
    return (struct search_walk){.text = text, .side = side};
}

/* The character at `at`, and where the next one begins; KIND_NONE at the end. */
static enum kind look(const struct search_walk *walk, size_t at, uint32_t *c, size_t *next) {
    struct str rest = str_from(walk->text, at);
    *next = at;
    if (rest.len == 0)
        return KIND_NONE;
    *c = utf8_next(&rest);
    *next = walk->text.len - rest.len;
    return kind_of(*c);
}

static void take_letters(struct search_walk *walk, struct search_word *out) {
    uint32_t c = 0;
    size_t next, count = 0;
    while (look(walk, walk->at, &c, &next) == KIND_LETTER) {
        word_add_letter(walk, c);
        walk->at = next;
        count++;
    }
    out->is_short = count == 1;
}

/* A pair leaves its second character to the next one. The last character stands alone: in a text, so that it is found by
 * itself; in a query only when there is no pair. */
static void take_paired(struct search_walk *walk, struct search_word *out) {
    uint32_t first = 0, second = 0;
    size_t next, end;
    (void)look(walk, walk->at, &first, &next);
    bool has_second = look(walk, next, &second, &end) == KIND_PAIRED;
    if (has_second || walk->side == SEARCH_WALK_TEXT || !walk->in_pairs)
        word_add(walk, first);
    if (has_second)
        word_add(walk, second);
    out->last = has_second ? end : next;
    out->is_lone = !has_second;
    out->is_beside = walk->in_pairs && !has_second;
    walk->at = next;
    walk->in_pairs = has_second;
}

static void take_word(struct search_walk *walk, enum kind kind, struct search_word *out) {
    uint32_t c = 0;
    size_t next;
    *out = (struct search_word){.first = walk->at};
    walk->word_bytes = 0;
    if (kind == KIND_PAIRED) {
        take_paired(walk, out);
        return;
    }
    if (kind == KIND_LETTER) {
        take_letters(walk, out);
    } else {
        (void)look(walk, walk->at, &c, &next);
        word_add(walk, c);
        walk->at = next;
        out->is_short = true;
    }
    out->last = walk->at;
}

bool search_walk_next(struct search_walk *walk, struct search_word *out) {
    while (walk->at < walk->text.len) {
        uint32_t c = 0;
        size_t next;
        enum kind kind = look(walk, walk->at, &c, &next);
        if (kind == KIND_NONE) {
            walk->at = next;
            continue;
        }
        take_word(walk, kind, out);
        out->folded = str_of(walk->word, walk->word_bytes);
        if (walk->word_bytes > 0)
            return true;
    }
    return false;
}
