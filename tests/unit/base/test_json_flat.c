/* test_json_flat.c: flat objects are read as json_parse reads them, and everything else is left to it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/json.h"
#include "base/json_flat.h"
#include "test_random.h"

#define RANDOM_TEXTS 200000

static struct buf out;

static int drop_buffers(void **state) {
    (void)state;
    buf_deinit(&out);
    return 0;
}

static bool read_whole(struct str text, struct json_flat *object) {
    return json_flat_take_object(&text, object) && json_flat_at_end(text);
}

/* name=value for each member; NULL: not flat. */
static const char *rendered(struct str text) {
    struct json_flat object;
    if (!read_whole(text, &object))
        return NULL;
    buf_clear(&out);
    for (size_t i = 0; i < object.count; i++) {
        const struct json_flat_member *member = &object.members[i];
        buf_printf(&out, "%.*s=", STR_ARG(member->name));
        switch (member->value.kind) {
        case JSON_FLAT_STR:
            buf_printf(&out, "'%.*s' ", STR_ARG(member->value.text));
            break;
        case JSON_FLAT_INT:
            buf_printf(&out, "%lld ", (long long)member->value.number);
            break;
        default:
            buf_append_c(&out, member->value.kind == JSON_FLAT_TRUE    ? "true "
                               : member->value.kind == JSON_FLAT_FALSE ? "false "
                                                                       : "null ");
        }
    }
    return buf_c(&out);
}

static void flat_objects_are_read(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
    } rows[] = {
        {"{}", ""},
        {" {\t}\r\n", ""},
        {"{\"a\":\"\"}", "a='' "},
        {"{\"\":1}", "=1 "},
        {"{\"room\":\"lobby\",\"body\":\"hé €😀\"}", "room='lobby' body='hé €😀' "},
        {"{ \"a\" : 1 , \"b\" : \" x \" }", "a=1 b=' x ' "},
        {"{\"a\":0,\"b\":-7,\"c\":999999999999999999}", "a=0 b=-7 c=999999999999999999 "},
        {"{\"a\":true,\"b\":false,\"c\":null}", "a=true b=false c=null "},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        const char *found = rendered(str_of_c(rows[i].text));
        assert_non_null(found);
        assert_string_equal(found, rows[i].wanted);
    }
}

static void everything_else_is_left(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",
        "[]",
        "{",
        "{}}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{\"a\":[]}",
        "{\"a\":{}}",
        "{\"a\":1.5}",
        "{\"a\":1e3}",
        "{\"a\":01}",
        "{\"a\":-}",
        "{\"a\":+1}",
        "{\"a\":1000000000000000000}",
        "{\"a\":\"x\\ny\"}",
        "{\"\\u0061\":1}",
        "{\"a\":\"\x01\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"x}",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xed\xa0\x80\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":True}",
        "{\"a\":nullx}",
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_null(rendered(str_of_c(rows[i])));
}

static void an_object_has_sixteen_members_at_most(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY;
    struct json_flat object;
    for (int i = 0; i < JSON_FLAT_MAX; i++)
        buf_printf(&text, "%s\"%d\":%d", i == 0 ? "{" : ",", i, i);
    struct str members = str_of(text.data, text.len);
    buf_append_byte(&text, '}');
    assert_true(read_whole(buf_str(&text), &object));
    assert_int_equal(json_flat_find(&object, STR("15"))->number, 15);
    assert_null(json_flat_find(&object, STR("16")));
    text.len = members.len;
    buf_append_c(&text, ",\"16\":1}");
    assert_false(read_whole(buf_str(&text), &object));
    buf_deinit(&text);
}

/* What is flat is JSON, with the same members. */
static void compare(struct str text) {
    struct json_flat object;
    if (!read_whole(text, &object))
        return;
    json_t *tree = json_parse(text, 2);
    assert_non_null(tree);
    assert_int_equal(json_object_size(tree), object.count);
    for (size_t i = 0; i < object.count; i++) {
        const struct json_flat_member *member = &object.members[i];
        json_t *value = json_object_getn(tree, member->name.at, member->name.len);
        assert_non_null(value);
        assert_int_equal(json_is_string(value), member->value.kind == JSON_FLAT_STR);
        assert_int_equal(json_is_integer(value), member->value.kind == JSON_FLAT_INT);
        assert_int_equal(json_is_true(value), member->value.kind == JSON_FLAT_TRUE);
        assert_int_equal(json_is_null(value), member->value.kind == JSON_FLAT_NULL);
        assert_int_equal(json_integer_value(value), member->value.number);
        assert_str_same(member->value.text, json_str(value));
    }
    json_decref(tree);
}

static void whatever_is_flat_is_read_as_json_parse_reads_it(void **state) {
    (void)state;
    static const char *const words[] = {
        "{",    "}",       "\"a\"",  "\"bc\"", "\"d",     "\"",   ":",     ",", "1",
        "-2",   "0",       "00",     "1.5",    "true",    "null", "false", "[", "]",
        " ",    "\n",      "e",      "\\n",    "\"é\"",   "\xc3", "\"\"",  "-", "9007199254740993",
        "\x7f", "{\"a\":", "\"a\":", "\"b\":", ",\"c\":", "}",    "}",
    };
    struct test_random r = test_random_stream(1);
    struct buf text = BUF_EMPTY;
    for (int i = 0; i < RANDOM_TEXTS; i++) {
        buf_clear(&text);
        buf_append_c(&text, "{\"k\":");
        for (size_t n = 1 + test_random_below(&r, 8); n > 0; n--)
            buf_append_c(&text, words[test_random_below(&r, TEST_COUNT(words))]);
        if (test_random_chance(&r, 80))
            buf_append_byte(&text, '}');
        compare(buf_str(&text));
    }
    buf_deinit(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flat_objects_are_read),
        cmocka_unit_test(everything_else_is_left),
        cmocka_unit_test(an_object_has_sixteen_members_at_most),
        cmocka_unit_test(whatever_is_flat_is_read_as_json_parse_reads_it),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, drop_buffers));
}
