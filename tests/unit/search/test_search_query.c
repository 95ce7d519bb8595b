/* test_search_query.c: what FTS5 is asked, whatever was typed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "search/search_query.h"

#include "test.h"

static void what_is_typed_becomes_words_that_must_all_occur(void **state) {
    static const struct {
        const char *typed, *expression;
    } rows[] = {
        {"hello", "text:(\"hello\"*)"},
        {"Hello wor", "text:(\"hello\" AND \"wor\"*)"},
        {"hello ", "text:(\"hello\")"},
        {"hel* there ", "text:(\"hel\"* AND \"there\")"},
        {"\"to be\" or", "text:(\"to be\" AND \"or\"*)"},
        {"\"to be\"", "text:(\"to be\")"},
        {"\"to b", "text:(\"to b\")"},
        {"\"to be", "text:(\"to be\"*)"},
        {"a", "text:(\"a\")"},
        {"don't", "text:(\"don t\")"},
        {"漢字体", "text:(\"漢字 字体\"*)"},
        {"字 x ", "text:(\"字\"* AND \"x\")"},
        {"AND OR NOT", "text:(\"and\" AND \"or\" AND \"not\"*)"},
        {"text:x NEAR(a b) ^c {d}",
         "text:(\"text x\" AND \"near a\" AND \"b\" AND \"c\" AND \"d\")"},
        {"x\"y\"z", "text:(\"x\" AND \"y\" AND \"z\")"},
        {"-- ; DROP", "text:(\"drop\"*)"},
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct arena arena = {0};
        struct buf out = BUF_EMPTY;
        struct search_query query = search_query_read(str_of_c(rows[i].typed), &arena);
        search_query_write(&query, &(struct search_scope){0}, &out);
        assert_str(buf_str(&out), rows[i].expression);
        buf_deinit(&out);
        arena_deinit(&arena);
    }
}

static void rooms_and_the_author_narrow_it(void **state) {
    static const int64_t rooms[] = {3, 12};
    const struct search_scope scope = {.rooms = rooms, .room_count = 2, .author = 7};
    struct arena arena = {0};
    struct buf out = BUF_EMPTY;
    struct search_query query = search_query_read(STR("hi "), &arena);
    (void)state;
    search_query_write(&query, &scope, &out);
    assert_str(buf_str(&out), "text:(\"hi\") AND scope:(\"r3\" OR \"r12\") AND scope:\"u7\"");
    buf_deinit(&out);
    arena_deinit(&arena);
}

static void without_words_there_is_nothing_to_ask(void **state) {
    static const char *const typed[] = {"", "   ", "*", "\"", "\"\"", "***** \"*\" -", "?!"};
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(typed); i++) {
        struct arena arena = {0};
        assert_int_equal(search_query_read(str_of_c(typed[i]), &arena).term_count, 0);
        arena_deinit(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_becomes_words_that_must_all_occur),
        cmocka_unit_test(rooms_and_the_author_narrow_it),
        cmocka_unit_test(without_words_there_is_nothing_to_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
