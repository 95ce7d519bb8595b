/* test_utf8.c: UTF-8, whole and in pieces.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/utf8.h"

struct row {
    const char *what;
    struct str bytes;
    size_t good; /* bytes that may still belong to UTF-8 before the first wrong one */
};

#define ROW(what, bytes, good)                                                                     \
    { what, {bytes, sizeof(bytes) - 1}, good }

static const struct row wrong_rows[] = {
    ROW("a continuation byte first", "\x80", 0),
    ROW("the last continuation byte first", "\xBF", 0),
    ROW("a continuation byte behind a whole character", "\xC3\xA9\xA9", 2),
    ROW("overlong /, two bytes", "\xC0\xAF", 0),
    ROW("overlong DEL, two bytes", "\xC1\xBF", 0),
    ROW("overlong NUL, two bytes", "\xC0\x80", 0),
    ROW("overlong, three bytes", "\xE0\x80\xAF", 1),
    ROW("overlong U+07FF, three bytes", "\xE0\x9F\xBF", 1),
    ROW("overlong, four bytes", "\xF0\x80\x80\xAF", 1),
    ROW("overlong U+FFFF, four bytes", "\xF0\x8F\xBF\xBF", 1),
    ROW("the first surrogate", "\xED\xA0\x80", 1),
    ROW("the last surrogate", "\xED\xBF\xBF", 1),
    ROW("a pair of surrogates (CESU-8)", "\xED\xA0\xBD\xED\xB8\x80", 1),
    ROW("U+110000", "\xF4\x90\x80\x80", 1),
    ROW("first byte F5", "\xF5\x80\x80\x80", 0),
    ROW("five bytes", "\xF8\x88\x80\x80\x80", 0),
    ROW("six bytes", "\xFC\x84\x80\x80\x80\x80", 0),
    ROW("byte FE", "\xFE", 0),
    ROW("byte FF", "\xFF", 0),
    ROW("two bytes, the second ASCII", "\xC3(", 1),
    ROW("two bytes, the second a first byte", "\xC3\xC3", 1),
    ROW("three bytes, the third ASCII", "\xE2\x82(", 2),
    ROW("three bytes, the third above BF", "\xE2\x82\xC0", 2),
    ROW("four bytes, the fourth ASCII", "\xF0\x9F\x98(", 3),
    ROW("wrong behind a long run of ASCII", "0123456789abcdef0123456789\xFF", 26),
    ROW("wrong in the middle of eight bytes", "0123456789ab\x80ghijklmnopqrst", 12),
};

static const struct row cut_rows[] = {
    ROW("two bytes without the second", "\xC3", 1),
    ROW("three bytes without the third", "\xE2\x82", 2),
    ROW("three bytes without the second", "\xE2", 1),
    ROW("four bytes without the fourth", "\xF0\x9F\x98", 3),
    ROW("four bytes without the second", "a\xF0", 2),
};

/* Characters at the borders of each class. */
static const char good_text[] =
    "\x01 ~\x7F \xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBD "
    "\xEF\xBF\xBF \xF0\x90\x80\x80 \xF4\x8F\xBF\xBF and a long run of ASCII behind it";

/* Feeds s cut at `cut`; returns whether it is valid text. */
static bool is_valid_in_two(struct str s, size_t cut) {
    struct utf8_state state = {0};
    return utf8_feed(&state, str_range(s, 0, cut)) && utf8_feed(&state, str_from(s, cut)) &&
           utf8_is_complete(&state);
}

static bool is_valid_bytewise(struct str s) {
    struct utf8_state state = {0};
    for (size_t i = 0; i < s.len; i++) {
        if (!utf8_feed(&state, str_range(s, i, i + 1)))
            return false;
    }
    return utf8_is_complete(&state);
}

static void check_row(const struct row *row, bool is_cut_off) {
    for (size_t len = 0; len <= row->bytes.len; len++) {
        struct utf8_state state = {0};
        bool fed = utf8_feed(&state, str_range(row->bytes, 0, len));
        if (fed != (len <= row->good))
            fail_msg("%s: %zu bytes", row->what, len);
    }
    for (size_t cut = 0; cut <= row->bytes.len; cut++)
        assert_false(is_valid_in_two(row->bytes, cut));
    assert_false(utf8_is_valid(row->bytes));
    assert_false(is_valid_bytewise(row->bytes));
    struct utf8_state state = {0};
    assert_int_equal(utf8_feed(&state, row->bytes), is_cut_off);
    assert_int_equal(utf8_is_complete(&state) && is_cut_off, false);
}

static void every_wrong_class_fails_at_its_first_wrong_byte(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(wrong_rows); i++)
        check_row(&wrong_rows[i], false);
}

static void half_a_character_is_no_error_but_no_end(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cut_rows); i++)
        check_row(&cut_rows[i], true);
}

static void good_text_is_good_however_it_is_chopped(void **state) {
    (void)state;
    struct str text = STR(good_text);
    assert_true(utf8_is_valid(text));
    assert_true(is_valid_bytewise(text));
    for (size_t cut = 0; cut <= text.len; cut++)
        assert_true(is_valid_in_two(text, cut));
    assert_true(utf8_is_valid(STR_NONE));
    assert_true(utf8_is_valid(STR("a\0b")));
}

/* Goal: no class is forgotten. Method: of all 2^24 texts of three bytes, the number of valid ones is known:
 * three ASCII, or ASCII and two bytes in either order, or one character of three bytes. */
static void as_many_texts_of_three_bytes_are_valid_as_there_are(void **state) {
    (void)state;
    const unsigned one = 128, two = 1920, three = 0x10000 - 0x800 - 0x800;
    unsigned valid = 0;
    for (unsigned bits = 0; bits < 1u << 24; bits++) {
        char bytes[3] = {(char)(bits >> 16), (char)(bits >> 8), (char)bits};
        valid += utf8_is_valid(str_of(bytes, 3));
    }
    assert_int_equal(valid, one * one * one + 2 * one * two + three);
}

/* The same for four bytes, the last two only at the borders of their range. */
static void as_many_characters_of_four_bytes_are_valid_as_there_are(void **state) {
    (void)state;
    static const unsigned char border[] = {0x7F, 0x80, 0xBF, 0xC0};
    unsigned valid = 0;
    for (unsigned bits = 0; bits < 16u * 256 * 16; bits++) {
        char bytes[4] = {(char)(0xF0 | bits >> 12), (char)(bits >> 4), (char)border[bits >> 2 & 3],
                         (char)border[bits & 3]};
        valid += utf8_is_valid(str_of(bytes, 4));
    }
    assert_int_equal(valid, (0x110000 - 0x10000) / (64 * 64) * 2 * 2);
}

static size_t encode(uint32_t point, char out[4]) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t len = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    out[0] = (char)(0xF00u >> len | point);
    return len;
}

static void every_code_point_is_valid_and_read_back(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        if (point >= 0xD800 && point <= 0xDFFF)
            continue;
        char bytes[4];
        struct str s = str_of(bytes, encode(point, bytes));
        if (!utf8_is_valid(s) || utf8_head_bytes(s) != s.len || utf8_count(s) != 1 ||
            utf8_next(&s) != point || s.len != 0)
            fail_msg("U+%04X", point);
    }
}

/* Goal: the steps of eight bytes see what a look at each byte sees. Method: random texts of few wrong bytes. */
static void random_texts_chopped_anywhere_are_as_whole(void **state) {
    (void)state;
    static const char *const pieces[] = {"a",
                                         "plain text of more than eight",
                                         "\xC3\xA9",
                                         "\xE2\x82\xAC",
                                         "\xF0\x9F\x98\x80",
                                         "\xFF",
                                         "\xE2\x82",
                                         "\x80"};
    struct test_random r = test_random_stream(1);
    int valid = 0;
    for (int round = 0; round < 20000; round++) {
        char bytes[256];
        size_t len = 0;
        size_t kinds = test_random_chance(&r, 50) ? 5 : TEST_COUNT(pieces);
        for (size_t count = test_random_below(&r, 8); count > 0; count--) {
            const char *piece = pieces[test_random_below(&r, kinds)];
            memcpy(bytes + len, piece, strlen(piece));
            len += strlen(piece);
        }
        struct str text = str_of(bytes, len);
        bool whole = utf8_is_valid(text);
        valid += whole;
        assert_int_equal(is_valid_bytewise(text), whole);
        assert_int_equal(is_valid_in_two(text, test_random_below(&r, len + 1)), whole);
    }
    assert_in_range(valid, 5000, 19000); /* both outcomes were tried */
}

static void the_head_is_one_whole_valid_character_or_nothing(void **state) {
    (void)state;
    assert_int_equal(utf8_head_bytes(STR("a\xFF")), 1);
    assert_int_equal(utf8_head_bytes(STR("\xC3\xA9z")), 2);
    assert_int_equal(utf8_head_bytes(STR("\xF0\x9F\x98\x80")), 4);
    assert_int_equal(utf8_head_bytes(STR("\xF0\x9F\x98")), 0);
    assert_int_equal(utf8_head_bytes(STR("\xED\xA0\x80")), 0);
    assert_int_equal(utf8_head_bytes(STR("\x80")), 0);
    assert_int_equal(utf8_head_bytes(STR("")), 0);
}

static void counting_and_cutting_go_by_code_points(void **state) {
    (void)state;
    struct str text = STR("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z");
    assert_int_equal(utf8_count(text), 5);
    assert_int_equal(utf8_count(STR_NONE), 0);
    assert_str(utf8_head(text, 0), "");
    assert_str(utf8_head(text, 1), "a");
    assert_str(utf8_head(text, 3), "a\xC3\xA9\xE2\x82\xAC");
    assert_str_same(utf8_head(text, 5), text);
    assert_str_same(utf8_head(text, 99), text);
    assert_int_equal(utf8_next(&text), 'a');
    assert_int_equal(utf8_next(&text), 0xE9);
    assert_int_equal(utf8_next(&text), 0x20AC);
    assert_int_equal(utf8_next(&text), 0x1F600);
    assert_str(text, "z");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_wrong_class_fails_at_its_first_wrong_byte),
        cmocka_unit_test(half_a_character_is_no_error_but_no_end),
        cmocka_unit_test(good_text_is_good_however_it_is_chopped),
        cmocka_unit_test(as_many_texts_of_three_bytes_are_valid_as_there_are),
        cmocka_unit_test(as_many_characters_of_four_bytes_are_valid_as_there_are),
        cmocka_unit_test(every_code_point_is_valid_and_read_back),
        cmocka_unit_test(random_texts_chopped_anywhere_are_as_whole),
        cmocka_unit_test(the_head_is_one_whole_valid_character_or_nothing),
        cmocka_unit_test(counting_and_cutting_go_by_code_points),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
