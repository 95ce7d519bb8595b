/* test_chat_name.c: names of people and slugs of rooms.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/utf8.h"
#include "chat/chat_name.h"
#include "proto/gen/proto_gen.h"

static struct arena arena;

static int reset_arena(void **state) {
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static enum chat_name_fault fault_of(const char *wanted) {
    struct str name, folded;
    return chat_name_parse(&arena, str_of_c(wanted), &name, &folded);
}

static void good_names_are_kept_and_folded(void **state) {
    (void)state;
    static const char *const good[][3] = {
        {"Ada", "Ada", "ada"},
        {"a", "a", "a"},
        {"jean-luc.p_2", "jean-luc.p_2", "jean-luc.p_2"},
        {"\u00c9mile", "\u00c9mile", "\u00e9mile"},
        {"E\u0301mile", "\u00c9mile", "\u00e9mile"},
        {"\uff21\uff44\uff41", "Ada", "ada"},
        {"\u0410\u043d\u043d\u0430", "\u0410\u043d\u043d\u0430", "\u0430\u043d\u043d\u0430"},
        {"\u7530\u4e2d\u3055\u3093", "\u7530\u4e2d\u3055\u3093", "\u7530\u4e2d\u3055\u3093"},
        {"\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940",
         "\u0939\u093f\u0928\u094d\u0926\u0940"},
        {"_7", "_7", "_7"},
        {"administrators", "administrators", "administrators"},
    };
    for (size_t i = 0; i < TEST_COUNT(good); i++) {
        struct str name, folded;
        assert_int_equal(chat_name_parse(&arena, str_of_c(good[i][0]), &name, &folded),
                         CHAT_NAME_FINE);
        assert_str(name, good[i][1]);
        assert_str(folded, good[i][2]);
    }
}

static void bad_names_are_refused_with_their_reason(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum chat_name_fault fault;
    } bad[] = {
        {"", CHAT_NAME_LENGTH},
        {"abcdefghijklmnopqrstuvwxyz0123456", CHAT_NAME_LENGTH},
        {"Ada Lovelace", CHAT_NAME_CHARACTER},
        {" Ada", CHAT_NAME_CHARACTER},
        {"a@b", CHAT_NAME_CHARACTER},
        {"a\nb", CHAT_NAME_CHARACTER},
        {"\U0001F600", CHAT_NAME_CHARACTER},
        {"a\u200db", CHAT_NAME_CHARACTER}, /* invisible */
        {"a\u202eb", CHAT_NAME_CHARACTER}, /* turns the text round */
        {"\u3164", CHAT_NAME_CHARACTER},   /* the Hangul filler: a letter that nobody sees */
        {"a\ufe0f", CHAT_NAME_CHARACTER},  /* a variation selector: a mark that nobody sees */
        {"<b>", CHAT_NAME_CHARACTER},
        {"._-", CHAT_NAME_EMPTY},
        {"\u0301a", CHAT_NAME_EMPTY},
        {"admin", CHAT_NAME_RESERVED},
        {"ADMIN", CHAT_NAME_RESERVED},
        {"\uff21dmin", CHAT_NAME_RESERVED},
        {"everyone", CHAT_NAME_RESERVED},
        {"Here", CHAT_NAME_RESERVED},
        {"p\u0430rley", CHAT_NAME_MIXED},
        {"\u0391da", CHAT_NAME_MIXED},
    };
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        assert_int_equal(fault_of(bad[i].name), bad[i].fault);
        assert_true(chat_name_fault_text(bad[i].fault).len > 10);
    }
}

static void all_reserved_names_of_the_protocol_are_refused(void **state) {
    (void)state;
    static const char *const names[] = {"admin",    "administrator", "system", "server", "parley",
                                        "everyone", "here",          "room",   "all"};
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        assert_int_equal(fault_of(names[i]), CHAT_NAME_RESERVED);
}

static void the_length_counts_code_points(void **state) {
    (void)state;
    char text[33 * 4 + 1] = "";
    size_t len = 0;
    for (int i = 0; i < 32; i++, len += 4)
        memcpy(text + len, "\U00020000", 4);
    assert_int_equal(fault_of(text), CHAT_NAME_FINE);
    memcpy(text + len, "\U00020000", 4);
    assert_int_equal(fault_of(text), CHAT_NAME_LENGTH);
}

static void a_numbered_name_is_a_name(void **state) {
    (void)state;
    static const char *const names[] = {
        "Ada", "Ada9", "abcdefghijklmnopqrstuvwxyz012345",
        "\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530"
        "\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530"
        "\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530\u7530"};
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        for (uint64_t number = 2; number < 1u << 30; number *= 7) {
            struct str numbered = chat_name_numbered(&arena, str_of_c(names[i]), number);
            struct str name, folded;
            assert_int_equal(chat_name_parse(&arena, numbered, &name, &folded), CHAT_NAME_FINE);
        }
    assert_str(chat_name_numbered(&arena, STR("Ada"), 2), "Ada2");
    assert_str(chat_name_numbered(&arena, STR("Ada9"), 2), "Ada9-2");
}

static void slugs_are_lower_case_words_with_hyphens(void **state) {
    (void)state;
    static const char *const slugs[][2] = {
        {"General", "general"},
        {"Caf\u00e9 & Bar", "caf\u00e9-bar"},
        {"  --x--  ", "x"},
        {"News 2024", "news-2024"},
        {"2024", "room-2024"},
        {"\u0661\u0662", "room-\u0661\u0662"},
        {"\U0001F389", "room"},
        {"\u041d\u043e\u0432\u043e\u0441\u0442\u0438 \u0434\u043d\u044f",
         "\u043d\u043e\u0432\u043e\u0441\u0442\u0438-\u0434\u043d\u044f"},
        {"\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940"},
        {"a/b\\c..d", "a-b-c-d"},
        {"\uff21\uff11", "a1"},
    };
    for (size_t i = 0; i < TEST_COUNT(slugs); i++)
        assert_str(chat_slug_make(&arena, str_of_c(slugs[i][0])), slugs[i][1]);
}

static void slugs_stay_in_their_length(void **state) {
    (void)state;
    char text[64 * 3 + 1] = "";
    for (int i = 0; i < 64; i++)
        memcpy(text + i * 3, "\ufdfa", 3); /* one character whose normal form has 18 */
    struct str slug = chat_slug_make(&arena, str_of_c(text));
    assert_true(utf8_count(chat_slug_numbered(&arena, slug, UINT64_MAX)) <= PROTO_LIMIT_SLUG_CHARS);
    assert_str(chat_slug_numbered(&arena, STR("news"), 2), "news-2");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(good_names_are_kept_and_folded, reset_arena),
        cmocka_unit_test_teardown(bad_names_are_refused_with_their_reason, reset_arena),
        cmocka_unit_test_teardown(all_reserved_names_of_the_protocol_are_refused, reset_arena),
        cmocka_unit_test_teardown(the_length_counts_code_points, reset_arena),
        cmocka_unit_test_teardown(a_numbered_name_is_a_name, reset_arena),
        cmocka_unit_test_teardown(slugs_are_lower_case_words_with_hyphens, reset_arena),
        cmocka_unit_test_teardown(slugs_stay_in_their_length, reset_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
