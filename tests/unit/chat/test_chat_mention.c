/* test_chat_mention.c: who is meant by the @names of a text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/limits.h"
#include "chat/chat_mention.h"

static struct arena arena;

static int reset_arena(void **state) {
    (void)state;
    arena_deinit(&arena);
    return 0;
}

/* The people of these tests, folded; the id is the index plus one. */
static const char *const people[] = {"bob",        "bob.smith",    "ann-lee",
                                     "\u00e9mile", "\u7530\u4e2d", "b"};

static int64_t find_person(void *context, struct str folded) {
    size_t *asked = context;
    (*asked)++;
    for (size_t i = 0; i < TEST_COUNT(people); i++)
        if (str_equal(folded, str_of_c(people[i])))
            return (int64_t)i + 1;
    return 0;
}

static struct chat_mentions scan(struct str body) {
    struct chat_mentions out;
    size_t asked = 0;
    chat_mention_scan(&arena, body, find_person, &asked, &out);
    return out;
}

/* `ids` is a string of digits. */
static void assert_mentions(struct str body, const char *ids) {
    struct chat_mentions found = scan(body);
    assert_int_equal(found.count, strlen(ids));
    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(found.ids[i], ids[i] - '0');
}

static void a_name_is_found_where_a_mention_may_begin(void **state) {
    (void)state;
    assert_mentions(STR("@bob"), "1");
    assert_mentions(STR("hi @bob!"), "1");
    assert_mentions(STR("(@bob)"), "1");
    assert_mentions(STR("\u201c@bob\u201d"), "1");
    assert_mentions(STR("a\n@bob"), "1");
    assert_mentions(STR("\U0001F600@bob"), "1");
    assert_mentions(STR("mail bob@bob"), "");
    assert_mentions(STR("\u00e9@bob"), "");
    assert_mentions(STR("7@bob"), "");
    assert_mentions(STR("_@bob .@bob -@bob @@bob"), "");
    assert_mentions(STR("@ bob"), "");
    assert_mentions(STR("@"), "");
    assert_mentions(STR(""), "");
}

static void the_longest_name_that_fits_counts(void **state) {
    (void)state;
    assert_mentions(STR("@bob."), "1");
    assert_mentions(STR("@bob.smith"), "2");
    assert_mentions(STR("@bob.smith."), "2");
    assert_mentions(STR("@bob.smithson"), "1");
    assert_mentions(STR("@bob-x"), "1");
    assert_mentions(STR("@bobby"), "");
    assert_mentions(STR("@bo"), "");
    assert_mentions(STR("@ann-lee-"), "3");
    assert_mentions(STR("@ann"), "");
}

static void case_and_normal_form_do_not_matter(void **state) {
    (void)state;
    assert_mentions(STR("@BOB @Bob.Smith"), "12");
    assert_mentions(STR("@E\u0301MILE"), "4");
    assert_mentions(STR("@\u7530\u4e2d\u3001"), "5");
    assert_mentions(STR("@\uff42\uff4f\uff42"), "1");
}

static void each_person_counts_once_in_the_order_of_the_text(void **state) {
    (void)state;
    assert_mentions(STR("@ann-lee, @bob and @ann-lee"), "31");
}

static void everybody_is_meant_by_here_and_room(void **state) {
    (void)state;
    assert_int_equal(scan(STR("@here")).all, PROTO_MENTIONS_ALL_HERE);
    assert_int_equal(scan(STR("@Room.")).all, PROTO_MENTIONS_ALL_ROOM);
    assert_int_equal(scan(STR("@room @here")).all, PROTO_MENTIONS_ALL_ROOM);
    assert_int_equal(scan(STR("@here @room @bob")).all, PROTO_MENTIONS_ALL_ROOM);
    assert_int_equal(scan(STR("@rooms at@here")).all, PROTO_MENTIONS_ALL_NONE);
}

static void the_work_of_one_message_is_bounded(void **state) {
    (void)state;
    enum { REPEATS = 5000 };
    static char text[REPEATS * 3];
    for (size_t i = 0; i < REPEATS; i++)
        memcpy(text + i * 3, " @b", 3);
    size_t asked = 0;
    struct chat_mentions out;
    chat_mention_scan(&arena, str_of(text, sizeof text), find_person, &asked, &out);
    assert_int_equal(out.count, 1);
    assert_int_equal(asked, CHAT_MENTIONS_MAX);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_name_is_found_where_a_mention_may_begin, reset_arena),
        cmocka_unit_test_teardown(the_longest_name_that_fits_counts, reset_arena),
        cmocka_unit_test_teardown(case_and_normal_form_do_not_matter, reset_arena),
        cmocka_unit_test_teardown(each_person_counts_once_in_the_order_of_the_text, reset_arena),
        cmocka_unit_test_teardown(everybody_is_meant_by_here_and_room, reset_arena),
        cmocka_unit_test_teardown(the_work_of_one_message_is_bounded, reset_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
