/* test_chat_text.c: normal forms and the rules for free text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/utf8.h"
#include "chat/chat_text.h"

static struct arena arena;

static int reset_arena(void **state) {
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static void white_space_is_trimmed_at_both_ends_only(void **state) {
    (void)state;
    assert_str(chat_text_trim(STR("  a b \t\r\n")), "a b");
    assert_str(chat_text_trim(STR("\u00a0\u2003\u3000a\u2028\u205f")), "a");
    assert_str(chat_text_trim(STR(" \u1680\u2009 ")), "");
    assert_str(chat_text_trim(STR("\u200b")), "\u200b"); /* no White_Space: it stays */
    assert_str(chat_text_trim(STR("")), "");
}

static void line_ends_become_one_form_and_controls_go(void **state) {
    (void)state;
    assert_str(chat_text_body(&arena, STR("a\r\nb\rc\nd")), "a\nb\nc\nd");
    assert_str(chat_text_body(&arena, STR("a\r\r\nb")), "a\n\nb");
    assert_str(chat_text_body(&arena, STR("a\0b\x1b[31mc\x7f\302\205\302\233d\te")), "ab[31mcd\te");
    assert_str(chat_text_body(&arena, STR("\r\n \t x \r")), "x");
    assert_str(chat_text_body(&arena, STR("\0\r\n")), "");
}

static void other_text_comes_back_byte_for_byte(void **state) {
    (void)state;
    struct str text = STR("\u202eA\u0301 \ufb01 \U0001F468\u200d\U0001F469 \uff21 <b>&amp;</b>");
    assert_str_same(chat_text_body(&arena, text), text);
}

static void bodies_are_their_own_normal_form(void **state) {
    (void)state;
    struct test_random r = test_random_stream(1);
    static const char *const pieces[] = {"\r", "\n",   "\t",       " ", "\u3000",
                                         "a",  "\x01", "\302\205", "é"};
    for (int round = 0; round < 500; round++) {
        char text[64];
        size_t len = 0;
        while (len + 4 < sizeof text) {
            const char *piece = pieces[test_random_below(&r, TEST_COUNT(pieces))];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        struct str once = chat_text_body(&arena, str_of(text, len));
        assert_str_same(chat_text_body(&arena, once), once);
        assert_true(utf8_is_valid(once));
    }
}

static void a_line_is_trimmed_and_bounded_in_code_points(void **state) {
    (void)state;
    struct str out = STR_NONE;
    assert_true(chat_text_line(STR("  Ada \u00c9. Lovelace\u3000"), 64, &out));
    assert_str(out, "Ada \u00c9. Lovelace");
    assert_true(chat_text_line(STR("\U0001F600\U0001F600"), 2, &out));
    assert_false(chat_text_line(STR("\U0001F600\U0001F600\U0001F600"), 2, &out));
    assert_false(chat_text_line(STR(" \u2003 "), 64, &out));
    assert_false(chat_text_line(STR(""), 64, &out));
    assert_str(out, "\U0001F600\U0001F600"); /* untouched by what failed */
}

static void a_line_holds_no_control_and_no_bidi_override(void **state) {
    (void)state;
    static const char *const bad[] = {"a\nb",     "a\tb",     "a\177b",   "a\302\205b", "a\u202ab",
                                      "a\u202eb", "a\u2066b", "a\u2069b", "\u202c"};
    struct str out;
    for (size_t i = 0; i < TEST_COUNT(bad); i++)
        assert_false(chat_text_line(str_of_c(bad[i]), 64, &out));
    assert_true(chat_text_line(STR("\u05d0\u200f!"), 64, &out)); /* a mark, no override */
}

static void folding_joins_what_looks_the_same(void **state) {
    (void)state;
    assert_str(chat_text_fold(&arena, STR("ADA")), "ada");
    assert_str_same(chat_text_fold(&arena, STR("\uff21da")), STR("ada"));
    assert_str_same(chat_text_fold(&arena, STR("Stra\u00dfe")), STR("strasse"));
    assert_str_same(chat_text_fold(&arena, STR("e\u0301")), chat_text_fold(&arena, STR("\u00c9")));
    assert_str_same(chat_text_fold(&arena, STR("a\u200db")), STR("ab"));
    /* the same accents in either order of typing */
    assert_str_same(chat_text_fold(&arena, STR("\u03b1\u0345\u0302")),
                    chat_text_fold(&arena, STR("\u03b1\u0302\u0345")));
    assert_str_same(chat_text_compose(&arena, STR("\uff21\ufb01")), STR("Afi"));
}

static struct str encode(uint32_t c, char out[4]) {
    size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    out[0] = (char)((0xF00u >> len & 0xF0) | c);
    return str_of(out, len);
}

static void folding_twice_changes_nothing(void **state) {
    (void)state;
    for (uint32_t c = 0x80; c < 0x30000; c++) {
        char text[4];
        if (c >= 0xD800 && c < 0xE000)
            continue;
        struct str once = chat_text_fold(&arena, encode(c, text));
        assert_str_same(chat_text_fold(&arena, once), once);
        arena_reset(&arena);
    }
}

static void a_word_start_is_found_in_any_word(void **state) {
    (void)state;
    assert_true(chat_text_has_word_start(STR("ada lovelace"), STR("ad")));
    assert_true(chat_text_has_word_start(STR("ada lovelace"), STR("love")));
    assert_true(chat_text_has_word_start(STR("ada lovelace"), STR("ada l")));
    assert_false(chat_text_has_word_start(STR("ada lovelace"), STR("lace")));
    assert_true(chat_text_has_word_start(STR("ada"), STR("")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(white_space_is_trimmed_at_both_ends_only, reset_arena),
        cmocka_unit_test_teardown(line_ends_become_one_form_and_controls_go, reset_arena),
        cmocka_unit_test_teardown(other_text_comes_back_byte_for_byte, reset_arena),
        cmocka_unit_test_teardown(bodies_are_their_own_normal_form, reset_arena),
        cmocka_unit_test_teardown(a_line_is_trimmed_and_bounded_in_code_points, reset_arena),
        cmocka_unit_test_teardown(a_line_holds_no_control_and_no_bidi_override, reset_arena),
        cmocka_unit_test_teardown(folding_joins_what_looks_the_same, reset_arena),
        cmocka_unit_test_teardown(folding_twice_changes_nothing, reset_arena),
        cmocka_unit_test_teardown(a_word_start_is_found_in_any_word, reset_arena),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
