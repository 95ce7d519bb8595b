/* test_json.c: writing as JSON.stringify, reading with bounds.
 *
 * The wanted texts of numbers are what JSON.stringify(JSON.parse(text)) gives in V8.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/json.h"
#include "base/utf8.h"

#include <math.h>

static struct buf out;

static int buf_free(void **state) {
    (void)state;
    buf_deinit(&out);
    return 0;
}

static struct str string_written(struct str text) {
    buf_clear(&out);
    json_write_string(&out, text);
    return buf_str(&out);
}

/* The text of the value parsed from text. */
static struct str rewritten(struct str text) {
    json_t *value = json_parse(text, 100);
    buf_clear(&out);
    if (value == NULL)
        return STR("refused");
    json_write_value(&out, value);
    json_decref(value);
    return buf_str(&out);
}

static bool is_refused(struct str text) {
    json_t *value = json_parse(text, 100);
    json_decref(value);
    return value == NULL;
}

/* Writing */

static void strings_are_escaped_as_json_stringify_does(void **state) {
    (void)state;
    static const struct {
        struct str text;
        const char *wanted;
    } rows[] = {
        {STR(""), "\"\""},
        {STR("plain"), "\"plain\""},
        {STR("\"\\"), "\"\\\"\\\\\""},
        {STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {STR("\0\x01\x0B\x1F"), "\"\\u0000\\u0001\\u000b\\u001f\""},
        {STR("\x7F/<>&'"), "\"\x7F/<>&'\""},
        {STR("Zo\xC3\xAB \xE2\x82\xAC \xF0\x9F\x98\x80"),
         "\"Zo\xC3\xAB \xE2\x82\xAC \xF0\x9F\x98\x80\""},
        {STR("\xE2\x80\xA8"), "\"\xE2\x80\xA8\""}, /* U+2028 */
        {STR("a\xFFz"), "\"a\xEF\xBF\xBDz\""},
        {STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
        {STR("cut \xF0\x9F"), "\"cut \xEF\xBF\xBD\xEF\xBF\xBD\""},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_str(string_written(rows[i].text), rows[i].wanted);
    assert_str(string_written(STR_NONE), "\"\"");
}

/* Goal: the steps of eight bytes miss no byte that needs an escape, wherever it stands among plain ones. */
static void every_byte_is_seen_at_every_place_of_a_word(void **state) {
    (void)state;
    for (unsigned byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < 24; at++) {
            char text[24];
            memset(text, 'x', sizeof text);
            text[at] = (char)byte;
            bool is_plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
            struct str got = string_written(str_of(text, sizeof text));
            assert_int_equal(got.len == sizeof text + 2, is_plain);
            assert_memory_equal(got.at + 1, text, at);
            assert_memory_equal(got.at + got.len - 1 - (sizeof text - 1 - at), text + at + 1,
                                sizeof text - 1 - at);
        }
    }
}

/* Goal: whatever is written is JSON, and reads back as the same text when that was valid. */
static void random_strings_read_back(void **state) {
    (void)state;
    static const char *const pieces[] = {
        "a",        "quite plain text", "\"",   "\\",      "\n", "\x01",
        "\xC3\xA9", "\xF0\x9F\x98\x80", "\xFF", "\xE2\x82"};
    struct test_random r = test_random_stream(1);
    for (int round = 0; round < 5000; round++) {
        char bytes[512];
        size_t len = 0;
        size_t kinds = test_random_chance(&r, 50) ? 8 : TEST_COUNT(pieces);
        for (size_t count = test_random_below(&r, 20); count > 0; count--) {
            const char *piece = pieces[test_random_below(&r, kinds)];
            memcpy(bytes + len, piece, strlen(piece));
            len += strlen(piece);
        }
        struct str text = str_of(bytes, len);
        json_t *value = json_parse(string_written(text), 0);
        assert_non_null(value);
        if (utf8_is_valid(text))
            assert_str_same(json_str(value), text);
        json_decref(value);
    }
}

static void numbers_are_printed_as_json_stringify_does(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"0", "0"},
        {"-0", "0"},
        {"-0.0", "0"},
        {"-1", "-1"},
        {"9223372036854775807", "9223372036854775807"},
        {"-9223372036854775808", "-9223372036854775808"},
        {"0.1", "0.1"},
        {"0.30000000000000004", "0.30000000000000004"},
        {"1.5", "1.5"},
        {"100.0", "100"},
        {"1e2", "100"},
        {"-123.456", "-123.456"},
        {"3.141592653589793", "3.141592653589793"},
        {"1e15", "1000000000000000"},
        {"1e16", "10000000000000000"},
        {"9007199254740993.0", "9007199254740992"},
        {"999999999999999900.0", "999999999999999900"},
        {"1e18", "1e+18"}, /* here JSON.stringify has all digits, which may not fit 64 bits */
        {"1e20", "1e+20"},
        {"123456789012345680000.0", "1.2345678901234568e+20"},
        {"999999999999999900000.0", "9.999999999999999e+20"},
        {"1e21", "1e+21"},
        {"1e22", "1e+22"},
        {"1.2345678901234567e21", "1.2345678901234568e+21"},
        {"1e-5", "0.00001"},
        {"0.000001234", "0.000001234"},
        {"1e-6", "0.000001"},
        {"1e-7", "1e-7"},
        {"-1.5e-7", "-1.5e-7"},
        {"2.98023223876953125e-8", "2.9802322387695312e-8"},
        {"5e-324", "5e-324"},
        {"4.9406564584124654e-324", "5e-324"},
        {"2.225073858507201e-308", "2.225073858507201e-308"},
        {"2.2250738585072014e-308", "2.2250738585072014e-308"},
        {"1.7976931348623157e308", "1.7976931348623157e+308"},
        {"1e-400", "0"},
        /* powers of two whose nearest decimal of 16 digits does not read back, but the next one up does */
        {"7.120236347223045e-307", "7.120236347223045e-307"},
        {"5.858190679279809e-244", "5.858190679279809e-244"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_str(rewritten(str_of_c(rows[i].text)), rows[i].wanted);
}

static double double_of_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void assert_reads_back(double value) {
    json_t *real = json_real(value);
    buf_clear(&out);
    json_write_value(&out, real);
    json_decref(real);
    double back = strtod(buf_c(&out), NULL);
    if (back != value)
        fail_msg("%a was written as %s", value, buf_c(&out));
}

static void every_double_reads_back_as_itself(void **state) {
    (void)state;
    struct test_random r = test_random_stream(2);
    for (uint64_t exponent = 0; exponent < 2047; exponent++) {
        assert_reads_back(double_of_bits(exponent << 52));
        assert_reads_back(double_of_bits(exponent << 52 | 1));
        assert_reads_back(double_of_bits((exponent + 1) % 2047 << 52) * -1);
    }
    for (int i = 0; i < 20000; i++) {
        double value = double_of_bits(test_random_u64(&r));
        if (isfinite(value))
            assert_reads_back(value);
    }
}

static void values_are_compact_and_keep_their_order(void **state) {
    (void)state;
    assert_str(
        rewritten(STR(" { \"z\" : [ 1 , 2.50 , \"a\\u00e9\" ] , \"a\" : { } , \"m\" : null ,\n"
                      "\"b\" : [ true , false , [ ] ] , \"\" : \"\\u0000\" } ")),
        "{\"z\":[1,2.5,\"a\xC3\xA9\"],\"a\":{},\"m\":null,\"b\":[true,false,[]],"
        "\"\":\"\\u0000\"}");
    assert_str(rewritten(STR("\"a\\/b\"")), "\"a/b\"");
    assert_str(rewritten(STR("{\"a\\\"\":1}")), "{\"a\\\"\":1}");
}

static void many_keys_keep_their_order_too(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY;
    buf_append_byte(&text, '{');
    for (int i = 0; i < 500; i++)
        buf_printf(&text, "%s\"k%d\":%d", i > 0 ? "," : "", i * 7919 % 500, i);
    buf_append_byte(&text, '}');
    assert_str_same(rewritten(buf_str(&text)), buf_str(&text));
    buf_deinit(&text);
}

/* Reading */

static void every_kind_of_value_may_stand_alone(void **state) {
    (void)state;
    static const char *const texts[] = {"null", "true", "1", "\"a\"", "[]", "{}"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++)
        assert_str(rewritten(str_of_c(texts[i])), texts[i]);
}

static void what_is_not_json_is_refused(void **state) {
    (void)state;
    static const struct str texts[] = {
        STR(""),
        STR(" "),
        STR("{"),
        STR("]"),
        STR("[1,]"),
        STR("{\"a\":1,}"),
        STR("{a:1}"),
        STR("{'a':1}"),
        STR("[1] 2"),
        STR("[1]x"),
        STR("[1]\0"),
        STR("01"),
        STR("+1"),
        STR(".5"),
        STR("1."),
        STR("NaN"),
        STR("Infinity"),
        STR("nul"),
        STR("TRUE"),
        STR("/**/1"),
        STR("\"a"),
        STR("\"\n\""),
        STR("\"\\x\""),
        STR("\"\\u12\""),
        STR("\xEF\xBB\xBF{}"), /* a byte order mark */
    };
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        if (!is_refused(texts[i]))
            fail_msg("%.*s", STR_ARG(texts[i]));
    }
    assert_true(is_refused(STR_NONE));
}

static void what_is_ambiguous_or_beyond_bounds_is_refused(void **state) {
    (void)state;
    static const struct str texts[] = {
        STR("{\"a\":1,\"a\":2}"),
        STR("{\"a\":1,\"\\u0061\":2}"),
        STR("[{\"a\":{\"b\":1,\"b\":1}}]"),
        STR("9223372036854775808"),
        STR("-9223372036854775809"),
        STR("123456789012345678901234567890"),
        STR("1e309"),
        STR("-1e309"),
        STR("\"\xFF\""),
        STR("\"\xC0\xAF\""),
        STR("\"\xED\xA0\x80\""),
        STR("\"\\ud800\""),
        STR("\"\\udc00\\ud800\""),
        STR("{\"\\u0000\":1}"), /* jansson's keys are C strings */
    };
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        if (!is_refused(texts[i]))
            fail_msg("%.*s", STR_ARG(texts[i]));
    }
}

static void a_nul_inside_a_string_is_kept(void **state) {
    (void)state;
    json_t *value = json_parse(STR("\"a\\u0000b\""), 0);
    assert_str_same(json_str(value), STR("a\0b"));
    json_decref(value);
}

static void the_depth_is_that_of_brackets_outside_strings(void **state) {
    (void)state;
    static const struct {
        const char *text;
        unsigned depth;
    } rows[] = {
        {"", 0},
        {"1", 0},
        {"[]", 1},
        {"[[],[]]", 2},
        {"{\"a\":[{}]}", 3},
        {"\"[[[\"", 0},
        {"[\"[\\\"[\"]", 1},
        {"[\"\\\\\",[]]", 2}, /* the backslash escapes a backslash, so the quote ends the string */
        {"]]][", 1},
        {"\"[[[", 0},
        {"\"[\\", 0},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_int_equal(json_depth(str_of_c(rows[i].text)), rows[i].depth);
    assert_int_equal(json_depth(STR_NONE), 0);
}

/* One byte at a time, as the grammar of JSON strings is written. */
static unsigned depth_bytewise(struct str text) {
    unsigned depth = 0, deepest = 0;
    bool in_string = false;
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.at[i];
        if (in_string && byte == '\\')
            i++;
        else if (byte == '"')
            in_string = !in_string;
        else if (!in_string && byte == '[')
            deepest = ++depth > deepest ? depth : deepest;
        else if (!in_string && byte == ']' && depth > 0)
            depth--;
    }
    return deepest;
}

static void strings_are_skipped_whatever_they_hold(void **state) {
    (void)state;
    struct test_random r = test_random_stream(3);
    for (int round = 0; round < 50000; round++) {
        char bytes[40];
        size_t len = test_random_below(&r, sizeof bytes + 1);
        for (size_t i = 0; i < len; i++)
            bytes[i] = "\"\\\\[]x"[test_random_below(&r, 6)];
        struct str text = str_of(bytes, len);
        assert_int_equal(json_depth(text), depth_bytewise(text));
    }
}

static void nesting_is_allowed_up_to_the_bound(void **state) {
    (void)state;
    static const struct {
        struct str text;
        unsigned depth;
    } rows[] = {{STR("1"), 0}, {STR("[[[]]]"), 3}, {STR("{\"a\":{\"b\":[1]}}"), 3}};
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        json_t *value = json_parse(rows[i].text, rows[i].depth);
        assert_non_null(value);
        json_decref(value);
        if (rows[i].depth > 0)
            assert_null(json_parse(rows[i].text, rows[i].depth - 1));
    }
}

/* Goal: hostile nesting costs no stack. Method: far more brackets than a stack would hold frames, open and closed. */
static void a_hundred_thousand_brackets_are_refused_without_recursion(void **state) {
    (void)state;
    enum { BRACKETS = 100000 };
    static char text[2 * BRACKETS];
    memset(text, '[', BRACKETS);
    memset(text + BRACKETS, ']', BRACKETS);
    assert_int_equal(json_depth(str_of(text, sizeof text)), BRACKETS);
    assert_int_equal(json_depth(str_of(text, BRACKETS)), BRACKETS);
    assert_null(json_parse(str_of(text, sizeof text), 32));
    assert_null(json_parse(str_of(text, BRACKETS), 32));
    /* also where the caller's bound is no bound: jansson has one of its own */
    assert_null(json_parse(str_of(text, sizeof text), UINT32_MAX));
}

static void only_strings_have_bytes(void **state) {
    (void)state;
    assert_true(str_is_none(json_str(NULL)));
    json_t *number = json_integer(1);
    assert_true(str_is_none(json_str(number)));
    json_decref(number);
    json_t *text = json_string("");
    assert_false(str_is_none(json_str(text)));
    assert_str(json_str(text), "");
    json_decref(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_escaped_as_json_stringify_does),
        cmocka_unit_test(every_byte_is_seen_at_every_place_of_a_word),
        cmocka_unit_test(random_strings_read_back),
        cmocka_unit_test(numbers_are_printed_as_json_stringify_does),
        cmocka_unit_test(every_double_reads_back_as_itself),
        cmocka_unit_test(values_are_compact_and_keep_their_order),
        cmocka_unit_test(many_keys_keep_their_order_too),
        cmocka_unit_test(every_kind_of_value_may_stand_alone),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(what_is_ambiguous_or_beyond_bounds_is_refused),
        cmocka_unit_test(a_nul_inside_a_string_is_kept),
        cmocka_unit_test(the_depth_is_that_of_brackets_outside_strings),
        cmocka_unit_test(strings_are_skipped_whatever_they_hold),
        cmocka_unit_test(nesting_is_allowed_up_to_the_bound),
        cmocka_unit_test(a_hundred_thousand_brackets_are_refused_without_recursion),
        cmocka_unit_test(only_strings_have_bytes),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, buf_free));
}
