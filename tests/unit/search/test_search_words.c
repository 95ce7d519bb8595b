/* test_search_words.c: what the words of a text are, to the index and to a query.
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_words.h"

#include "base/buf.h"
#include "test.h"

#include <utf8proc.h>

#define LAST_LETTER 0x3FFFD /* behind it are private characters and controls only */

/* The words with a bar between them; those beside another in brackets. */
static struct str words_of(struct buf *out, const char *text, enum search_walk_side side) {
    struct search_walk walk = search_walk_of(str_of_c(text), side);
    struct search_word word;
    buf_clear(out);
    while (search_walk_next(&walk, &word))
        buf_printf(out, word.is_beside ? "[%.*s]" : "|%.*s", STR_ARG(word.folded));
    return buf_str(out);
}

static void words_are_folded_and_cut_where_letters_end(void **state) {
    static const struct {
        const char *text, *words;
    } rows[] = {
        {"", ""},
        {" .,-!?*\"()", ""},
        {"Hello, World", "|hello|world"},
        {"a1 B2-c3_d4", "|a1|b2|c3|d4"},
        {"don't", "|don|t"},
        {"Crème Brûlée", "|creme|brulee"},
        {"e\u0301te\u0301", "|ete"},
        {"Straße STRASSE", "|strasse|strasse"},
        {"ＡＢＣ ﬁn №", "|abc|fin|№"},
        {"ΣΊΣΥΦΟΣ", "|σισυφοσ"},
        {"ЁЖ", "|еж"},
        {"İstanbul", "|istanbul"},
        {"عَرَبِيّ", "|عربي"},
        {"🎉 done 🎉🎉", "|🎉|done|🎉|🎉"},
        {"x²", "|x2"},
        {"㈧㈧㈧ 〸〹〺", "|㈧㈧㈧|〸〹〺"},
    };
    struct buf out = BUF_EMPTY;
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_str(words_of(&out, rows[i].text, SEARCH_WALK_TEXT), rows[i].words);
    buf_deinit(&out);
}

static void writing_without_spaces_is_cut_into_pairs(void **state) {
    static const struct {
        const char *text, *in_text, *in_query;
    } rows[] = {
        {"字", "|字", "|字"},
        {"漢字", "|漢字[字]", "|漢字"},
        {"漢字体", "|漢字|字体[体]", "|漢字|字体"},
        {"漢字 体", "|漢字[字]|体", "|漢字|体"},
        {"abc漢字", "|abc|漢字[字]", "|abc|漢字"},
        {"ひらカタ", "|ひら|らカ|カタ[タ]", "|ひら|らカ|カタ"},
        {"한국어", "|한국|국어[어]", "|한국|국어"},
    };
    struct buf out = BUF_EMPTY;
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        assert_str(words_of(&out, rows[i].text, SEARCH_WALK_TEXT), rows[i].in_text);
        assert_str(words_of(&out, rows[i].text, SEARCH_WALK_QUERY), rows[i].in_query);
    }
    buf_deinit(&out);
}

static void a_word_knows_its_place_in_the_text(void **state) {
    struct search_walk walk = search_walk_of(STR(" Éa, 漢字"), SEARCH_WALK_TEXT);
    struct search_word word;
    (void)state;
    assert_true(search_walk_next(&walk, &word));
    assert_int_equal(word.first, 1);
    assert_int_equal(word.last, 4);
    assert_true(search_walk_next(&walk, &word));
    assert_int_equal(word.first, 6);
    assert_int_equal(word.last, 12);
    assert_true(search_walk_next(&walk, &word));
    assert_int_equal(word.first, 9);
    assert_int_equal(word.last, 12);
    assert_false(search_walk_next(&walk, &word));
}

static void a_long_word_counts_by_its_beginning(void **state) {
    char text[4096];
    memset(text, 'x', sizeof text);
    struct search_walk walk = search_walk_of(str_of(text, sizeof text), SEARCH_WALK_TEXT);
    struct search_word word;
    (void)state;
    assert_true(search_walk_next(&walk, &word));
    assert_int_equal(word.folded.len, SEARCH_WORD_BYTES_MAX);
    assert_int_equal(word.last, sizeof text);
    assert_false(search_walk_next(&walk, &word));
}

/* The words of a text as a query has them, with spaces between them as FTS5 gets them. */
static struct str query_of(struct buf *out, struct str text) {
    struct search_walk walk = search_walk_of(text, SEARCH_WALK_QUERY);
    struct search_word word;
    buf_clear(out);
    while (search_walk_next(&walk, &word))
        buf_printf(out, "%.*s ", STR_ARG(word.folded));
    return buf_str(out);
}

/* FTS5 cuts the words of a query once more: would that change them, it would look for others than the index has. */
static void assert_stays(struct str text) {
    struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
    struct str words = query_of(&once, text);
    if (!str_equal(query_of(&twice, words), words))
        fail_msg("\"%.*s\" is \"%.*s\", and that is \"%.*s\"", STR_ARG(text), STR_ARG(words),
                 STR_ARG(buf_str(&twice)));
    buf_deinit(&once);
    buf_deinit(&twice);
}

/* Each character three times, alone, and behind a letter and an ideograph. */
static void the_words_of_words_are_the_same_words(void **state) {
    struct buf text = BUF_EMPTY;
    (void)state;
    for (uint32_t c = 0x80; c <= LAST_LETTER; c++) {
        char one[4];
        if (c >= 0xD800 && c <= 0xDFFF)
            continue;
        int bytes = (int)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)one);
        buf_clear(&text);
        buf_printf(&text, "%.*s%.*s%.*s a%.*s 字%.*s", bytes, one, bytes, one, bytes, one, bytes,
                   one, bytes, one);
        assert_stays(buf_str(&text));
    }
    buf_deinit(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_folded_and_cut_where_letters_end),
        cmocka_unit_test(writing_without_spaces_is_cut_into_pairs),
        cmocka_unit_test(a_word_knows_its_place_in_the_text),
        cmocka_unit_test(a_long_word_counts_by_its_beginning),
        cmocka_unit_test(the_words_of_words_are_the_same_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
