/* test_str.c: slices.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/str.h"

static void absent_and_empty_slices_are_equal(void **state) {
    (void)state;
    assert_true(str_equal(STR_NONE, STR("")));
    assert_true(str_is_none(STR_NONE));
    assert_false(str_is_none(STR("")));
    assert_true(str_is_none(str_of_c(NULL)));
    assert_false(str_is_none(str_of_c("")));
}

static void equality_looks_at_every_byte_and_the_length(void **state) {
    (void)state;
    assert_true(str_equal(STR("a\0b"), STR("a\0b")));
    assert_false(str_equal(STR("a\0b"), STR("a\0c")));
    assert_false(str_equal(STR("ab"), STR("abc")));
    assert_false(str_equal(STR("ab"), STR("aB")));
    assert_true(str_equal_secret(STR("token"), STR("token")));
    assert_false(str_equal_secret(STR("token"), STR("tokem")));
    assert_false(str_equal_secret(STR("Token"), STR("token")));
    assert_false(str_equal_secret(STR("token"), STR("toke")));
    assert_true(str_equal_secret(STR_NONE, STR("")));
}

static void case_is_ignored_for_ascii_letters_only(void **state) {
    (void)state;
    assert_true(str_equal_nocase(STR("Content-LENGTH"), STR("content-length")));
    assert_false(str_equal_nocase(STR("["), STR("{"))); /* 0x20 apart, as letters are */
    assert_false(str_equal_nocase(STR("@"), STR("`")));
    assert_false(str_equal_nocase(STR("\xC4"), STR("\xE4")));
    assert_false(str_equal_nocase(STR("a"), STR("ab")));
}

static void prefixes_and_suffixes_match_up_to_the_whole(void **state) {
    (void)state;
    assert_true(str_starts_with(STR("abc"), STR("ab")));
    assert_true(str_starts_with(STR("abc"), STR("abc")));
    assert_true(str_starts_with(STR("abc"), STR("")));
    assert_true(str_starts_with(STR_NONE, STR("")));
    assert_false(str_starts_with(STR("abc"), STR("abcd")));
    assert_false(str_starts_with(STR("abc"), STR("b")));
    assert_true(str_ends_with(STR("abc"), STR("bc")));
    assert_true(str_ends_with(STR("abc"), STR("abc")));
    assert_true(str_ends_with(STR_NONE, STR("")));
    assert_false(str_ends_with(STR("abc"), STR("xabc")));
    assert_false(str_ends_with(STR("abc"), STR("ab")));
}

static void the_first_byte_is_found_or_the_length_returned(void **state) {
    (void)state;
    assert_int_equal(str_find_byte(STR("a=b=c"), '='), 1);
    assert_int_equal(str_find_byte(STR("abc"), '='), 3);
    assert_int_equal(str_find_byte(STR("a\0b"), '\0'), 1);
    assert_int_equal(str_find_byte(STR_NONE, '='), 0);
    assert_int_equal(str_find_byte(str_of("ab=", 2), '='), 2);
}

static void ranges_are_clamped(void **state) {
    (void)state;
    struct str s = STR("hello");
    assert_str(str_range(s, 1, 3), "el");
    assert_str(str_range(s, 0, 99), "hello");
    assert_str(str_range(s, 4, 2), "");
    assert_str(str_range(s, 99, 100), "");
    assert_str(str_from(s, 2), "llo");
    assert_str(str_from(s, 5), "");
    assert_str(str_from(s, 6), "");
    assert_true(str_is_none(str_range(STR_NONE, 0, 3)));
}

static void trim_takes_spaces_and_tabs_and_nothing_else(void **state) {
    (void)state;
    assert_str(str_trim(STR(" \t a b\t ")), "a b");
    assert_str(str_trim(STR(" \t ")), "");
    assert_str(str_trim(STR("\r\na ")), "\r\na");
    assert_int_equal(str_trim(STR_NONE).len, 0);
}

static void cut_yields_each_part_once(void **state) {
    (void)state;
    struct str rest = STR("a,,b,");
    assert_str(str_cut(&rest, ','), "a");
    assert_str(str_cut(&rest, ','), "");
    assert_str(str_cut(&rest, ','), "b");
    assert_false(str_is_none(rest)); /* something, though empty, comes behind the last separator */
    assert_str(str_cut(&rest, ','), "");
    assert_true(str_is_none(rest));
    assert_true(str_is_none(str_cut(&rest, ',')));
}

static void decimals_are_read_up_to_their_bound(void **state) {
    (void)state;
    static const struct {
        const char *text;
        uint64_t max;
        bool fits;
        uint64_t value;
    } rows[] = {
        {"0", 0, true, 0},
        {"1", 0, false, 0},
        {"007", 10, true, 7},
        {"99", 99, true, 99},
        {"100", 99, false, 0},
        {"18446744073709551615", UINT64_MAX, true, UINT64_MAX},
        {"18446744073709551616", UINT64_MAX, false, 0},
        {"18446744073709551620", UINT64_MAX, false, 0},
        {"99999999999999999999999999", UINT64_MAX, false, 0},
        {"", 9, false, 0},
        {"-1", 9, false, 0},
        {"+1", 9, false, 0},
        {" 1", 9, false, 0},
        {"1 ", 99, false, 0},
        {"0x1", 99, false, 0},
        {"1e1", 99, false, 0},
        {"/", 99, false, 0},
        {":", 99, false, 0},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t value = 12345;
        assert_int_equal(str_to_u64(str_of_c(rows[i].text), rows[i].max, &value), rows[i].fits);
        assert_int_equal(value, rows[i].fits ? rows[i].value : 12345);
    }
    uint64_t value = 12345;
    assert_false(str_to_u64(STR_NONE, 9, &value));
    assert_false(str_to_u64(STR("1\0"), 99, &value));
}

static void a_copy_ends_with_nul(void **state) {
    (void)state;
    char *copy = str_dup_c(str_of("hello", 4));
    assert_string_equal(copy, "hell");
    free(copy);
    copy = str_dup_c(STR_NONE);
    assert_string_equal(copy, "");
    free(copy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_and_empty_slices_are_equal),
        cmocka_unit_test(equality_looks_at_every_byte_and_the_length),
        cmocka_unit_test(case_is_ignored_for_ascii_letters_only),
        cmocka_unit_test(prefixes_and_suffixes_match_up_to_the_whole),
        cmocka_unit_test(the_first_byte_is_found_or_the_length_returned),
        cmocka_unit_test(ranges_are_clamped),
        cmocka_unit_test(trim_takes_spaces_and_tabs_and_nothing_else),
        cmocka_unit_test(cut_yields_each_part_once),
        cmocka_unit_test(decimals_are_read_up_to_their_bound),
        cmocka_unit_test(a_copy_ends_with_nul),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
