/* test_search_snippet.c: marks, and the part that is shown.
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_snippet.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "test.h"

/* The snippet's text with its marks as [brackets]; "-" when the query is not in the text. */
static struct str shown(struct buf *out, const char *typed, const char *text) {
    struct arena arena = {0};
    struct proto_snippet snippet;
    struct search_query query = search_query_read(str_of_c(typed), &arena);
    buf_clear(out);
    if (!search_snippet_make(&query, str_of_c(text), &arena, &snippet)) {
        arena_deinit(&arena);
        return STR("-");
    }
    struct str rest = snippet.text;
    size_t mark = 0;
    for (int64_t at = 0;; at++) {
        if (mark < snippet.marks_count && snippet.marks[mark].to == at) {
            buf_append_byte(out, ']');
            mark++;
        }
        if (mark < snippet.marks_count && snippet.marks[mark].from == at)
            buf_append_byte(out, '[');
        if (rest.len == 0)
            break;
        struct str before = rest;
        (void)utf8_next(&rest);
        buf_append(out, before.at, before.len - rest.len);
    }
    assert_int_equal(mark, snippet.marks_count);
    arena_deinit(&arena);
    return buf_str(out);
}

static void every_place_of_every_term_is_marked(void **state) {
    static const struct {
        const char *typed, *text, *shown;
    } rows[] = {
        {"fox", "The quick Fox.", "The quick [Fox]."},
        {"fo", "Food for foxes", "[Food] [for] [foxes]"},
        {"fo ", "Food for foxes", "-"},
        {"quick fox", "a fox, quick", "a [fox], [quick]"},
        {"quick fox", "a fox", "-"},
        {"\"quick fox\"", "fox quick fox", "fox [quick fox]"},
        {"\"quick fox\"", "quick red fox", "-"},
        {"creme", "Crème\nbrûlée", "[Crème] brûlée"},
        {"漢字", "この漢字です", "この[漢字]です"},
        {"字", "漢字", "漢[字]"},
        {"字で", "漢字です", "漢[字で]す"},
        {"本語", "日本語 x", "日[本語] x"},
        {"\"語 x\"", "日本語 x", "日本[語 x]"},
        {"🎉", "yes 🎉", "yes [🎉]"},
        {"aa aab", "aab", "-"}, /* the first one is a whole word */
        {"aa* aab", "aab aa", "[aab] [aa]"},
    };
    struct buf out = BUF_EMPTY;
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_str(shown(&out, rows[i].typed, rows[i].text), rows[i].shown);
    buf_deinit(&out);
}

static void of_a_long_text_the_part_around_the_first_place_is_shown(void **state) {
    struct buf text = BUF_EMPTY, out = BUF_EMPTY;
    (void)state;
    for (int i = 0; i < 200; i++)
        buf_append_c(&text, "é ");
    buf_append_c(&text, "needle");
    for (int i = 0; i < 200; i++)
        buf_append_c(&text, " ö");
    struct str got = shown(&out, "needle", buf_c(&text));
    assert_true(str_starts_with(got, STR("…é ")));
    assert_true(str_ends_with(got, STR("ö…")));
    assert_int_equal(utf8_count(got), SEARCH_SNIPPET_CHARS + 4); /* two dots, two brackets */
    assert_non_null(strstr(buf_c(&out), "é [needle] ö"));
    buf_deinit(&text);
    buf_deinit(&out);
}

static void a_text_full_of_places_costs_a_bounded_number_of_marks(void **state) {
    struct arena arena = {0};
    struct buf text = BUF_EMPTY;
    struct proto_snippet snippet;
    struct search_query query = search_query_read(STR("aa"), &arena);
    (void)state;
    for (int i = 0; i < 5000; i++)
        buf_append_c(&text, "aa,");
    assert_true(search_snippet_make(&query, buf_str(&text), &arena, &snippet));
    assert_in_range(snippet.marks_count, 1, 64);
    assert_true(snippet.marks[snippet.marks_count - 1].to <= (int64_t)utf8_count(snippet.text));
    buf_deinit(&text);
    arena_deinit(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_place_of_every_term_is_marked),
        cmocka_unit_test(of_a_long_text_the_part_around_the_first_place_is_shown),
        cmocka_unit_test(a_text_full_of_places_costs_a_bounded_number_of_marks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
