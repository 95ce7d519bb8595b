/* test_search_find.c: who finds what, in which order, and in how many pages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test_search.h"

#include "base/limits.h"

static void only_rooms_that_are_given_are_searched(void **state) {
    struct test_search *t = *state;
    static const int64_t rooms[] = {1, 3};
    const struct search_wish wish = {
        .typed = STR("word"), .rooms = rooms, .room_count = 2, .limit = 10};
    for (int room = 1; room <= 3; room++)
        test_search_say(t, room, room, 1, "word");
    (void)test_search_catch_up(t);
    struct search_found found = test_search_find(t, &wish);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.hits[0].message->id, 3);
    assert_int_equal(found.hits[1].message->id, 1);
    const struct search_wish nowhere = {.typed = STR("word"), .limit = 10};
    assert_int_equal(test_search_find(t, &nowhere).count, 0);
}

/* As many rooms as need several streams, and more than there are streams for. */
static void many_rooms_are_searched_as_one(void **state) {
    struct test_search *t = *state;
    static const size_t counts[] = {SEARCH_STREAM_ROOMS + 1,
                                    SEARCH_STREAM_ROOMS * SEARCH_STREAMS_MAX,
                                    SEARCH_STREAM_ROOMS * SEARCH_STREAMS_MAX + 1};
    for (int i = 1; i <= 9; i++)
        test_search_say(t, i, 1 + i % 3, (i + 2) / 3, "word");
    (void)test_search_catch_up(t);
    for (size_t c = 0; c < TEST_COUNT(counts); c++) {
        int64_t *rooms = calloc(counts[c], sizeof *rooms);
        for (size_t i = 0; i < counts[c]; i++) /* all but room 2 */
            rooms[i] = i == 0 ? 1 : (int64_t)i + 2;
        const struct search_wish wish = {
            .typed = STR("word"), .rooms = rooms, .room_count = counts[c], .limit = 10};
        struct search_found found = test_search_find(t, &wish);
        assert_int_equal(found.count, 6);
        for (size_t i = 0; i < found.count; i++) {
            assert_int_not_equal(found.hits[i].message->room, 2);
            assert_true(i == 0 || found.hits[i].message->id < found.hits[i - 1].message->id);
        }
        free(rooms);
    }
}

/* Goal: a long beginning is found whether it is common or rare among those with the same three letters. Method: more messages with
 * other words than may be looked at in vain. */
static void a_long_beginning_is_found_among_many_like_it(void **state) {
    struct test_search *t = *state;
    const int count = SEARCH_BROAD_LOOKS + 50;
    test_store_begin(t->store);
    for (int i = 1; i <= count; i++) {
        struct chat_fact fact = fact_message(i, 1, i, 1);
        fact.message.body = i == 1       ? STR("Internal")
                            : i == count ? STR("internet")
                                         : STR("integer");
        assert_int_equal(test_store_try(t->store, fact,
                                        (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_NEW,
                                                                 .scope = CHAT_SCOPE_ROOM,
                                                                 .room = 1}),
                         ERR_OK);
    }
    test_store_commit(t->store);
    (void)test_search_catch_up(t);
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%d 1", count);
    assert_string_equal(test_search_ids(t, "intern"), wanted);
    assert_string_equal(test_search_ids(t, "internal"), "1");
    assert_string_equal(test_search_ids(t, "interns"), "");
    static const int64_t rooms[] = {1};
    struct search_wish wish = {
        .typed = STR("intege"), .rooms = rooms, .room_count = 1, .limit = 20};
    struct search_found found = test_search_find(t, &wish);
    assert_int_equal(found.count, 20);
    assert_true(found.more);
    assert_int_equal(found.hits[0].message->id, count - 1);
    wish.limit = count; /* the page ends behind what may be looked at */
    found = test_search_find(t, &wish);
    assert_int_equal(found.count, count - 2);
    assert_false(found.more);
    assert_int_equal(found.hits[count - 3].message->id, 2);
}

static void pages_follow_one_another(void **state) {
    struct test_search *t = *state;
    static const int64_t rooms[] = {1};
    struct search_wish wish = {.typed = STR("word"), .rooms = rooms, .room_count = 1, .limit = 3};
    for (int i = 1; i <= 7; i++)
        test_search_say(t, i, 1, i, "word");
    (void)test_search_catch_up(t);
    int64_t expected = 7;
    for (int page = 0; page < 3; page++) {
        struct search_found found = test_search_find(t, &wish);
        assert_int_equal(found.count, page < 2 ? 3 : 1);
        assert_int_equal(found.more, page < 2);
        for (size_t i = 0; i < found.count; i++)
            assert_int_equal(found.hits[i].message->id, expected--);
        wish.before = found.hits[found.count - 1].message->id;
    }
}

static void authors_and_times_narrow_it(void **state) {
    struct test_search *t = *state;
    static const int64_t rooms[] = {1};
    const struct search_wish by_author = {
        .typed = STR("word"), .rooms = rooms, .room_count = 1, .author = 2, .limit = 10};
    const struct search_wish by_time = {.typed = STR("word"),
                                        .rooms = rooms,
                                        .room_count = 1,
                                        .since_ms = FACT_AT_MS + 3,
                                        .until_ms = FACT_AT_MS + 5,
                                        .limit = 10};
    for (int i = 1; i <= 6; i++) /* by 1 + id % 2, at FACT_AT_MS + id */
        test_search_say(t, i, 1, i, "word");
    (void)test_search_catch_up(t);
    assert_int_equal(test_search_find(t, &by_author).count, 3);
    struct search_found found = test_search_find(t, &by_time);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.hits[0].message->id, 4);
    assert_int_equal(found.hits[1].message->id, 3);
}

static void pins_narrow_it(void **state) {
    struct test_search *t = *state;
    static const int64_t rooms[] = {1};
    const struct search_wish pinned = {
        .typed = STR("word"), .rooms = rooms, .room_count = 1, .limit = 10, .pinned = true};
    const struct search_wish with_file = {
        .typed = STR("word"), .rooms = rooms, .room_count = 1, .limit = 10, .has_file = true};
    for (int i = 1; i <= 3; i++)
        test_search_say(t, i, 1, i, "word");
    test_search_pin(t, 2);
    (void)test_search_catch_up(t);
    struct search_found found = test_search_find(t, &pinned);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.hits[0].message->id, 2);
    assert_int_equal(test_search_find(t, &with_file).count, 0);
}

/* Whatever is typed: no error, and nothing of FTS5's own language. */
static void nothing_typed_is_an_error(void **state) {
    struct test_search *t = *state;
    static const char *const typed[] = {
        "\"",
        "\"\"\"",
        "a\"b",
        "word* \"word",
        "AND",
        "NOT word",
        "word OR",
        "text:word",
        "NEAR(word word, 1)",
        "^word",
        "{text scope}:word",
        "-word",
        "word)",
        "((word",
        "'; --",
        "r1",
        "scope:r1",
        "\\",
        "%_",
        "*******************************************",
    };
    test_search_say(t, 1, 1, 1, "word");
    (void)test_search_catch_up(t);
    for (size_t i = 0; i < TEST_COUNT(typed); i++)
        (void)test_search_ids(t, typed[i]);
    assert_string_equal(test_search_ids(t, "r1"), ""); /* the other column is ours */
    assert_string_equal(test_search_ids(t, "u2"), "");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_search_setup, test_search_teardown)
    const struct CMUnitTest tests[] = {
        TEST(only_rooms_that_are_given_are_searched),
        TEST(many_rooms_are_searched_as_one),
        TEST(pages_follow_one_another),
        TEST(a_long_beginning_is_found_among_many_like_it),
        TEST(authors_and_times_narrow_it),
        TEST(pins_narrow_it),
        TEST(nothing_typed_is_an_error),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
