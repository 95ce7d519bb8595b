/* test_sio_binary.c: placeholders.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/json.h"
#include "socketio/sio_binary.h"

#define PLACE(number) "{\"_placeholder\":true,\"num\":" number "}"

static bool fits(const char *text, unsigned count) {
    json_t *payload = json_parse(str_of_c(text), 32);
    assert_non_null(payload);
    bool result = sio_placeholders_fit(payload, count);
    json_decref(payload);
    return result;
}

static void numbers_below_the_count_fit_anywhere(void **state) {
    (void)state;
    assert_true(fits("[\"x\"," PLACE("0") ",{\"a\":[" PLACE("1") "]}]", 2));
    assert_true(fits("[\"x\"]", 1));
    assert_true(fits("[\"x\",{\"_placeholder\":1,\"num\":9}]", 1)); /* an object like any other */
}

static void other_numbers_do_not(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "[\"x\"," PLACE("1") "]",          "[\"x\"," PLACE("-1") "]",
        "[\"x\"," PLACE("\"0\"") "]",      "[\"x\"," PLACE("\"splice\"") "]",
        "[\"x\"," PLACE("{}") "]",         "[\"x\"," PLACE("null") "]",
        "[\"x\"," PLACE("0.5") "]",        "[\"x\"," PLACE("9007199254740993") "]",
        "[\"x\",{\"_placeholder\":true}]", "[\"x\"," PLACE("0") ",[[" PLACE("1") "]]]",
    };
    for (size_t i = 0; i < TEST_COUNT(wrong); i++)
        assert_false(fits(wrong[i], 1));
}

static void assert_renumbered(const char *text, const char *wanted, const char *wanted_parts) {
    static const struct str parts[] = {{"A", 1}, {"B", 1}, {"C", 1}};
    struct str ordered[SIO_ATTACHMENTS_MAX];
    unsigned count = 0;
    json_t *payload = json_parse(str_of_c(text), 32);
    assert_non_null(payload);
    json_t *copy = sio_placeholders_renumber(payload, parts, 3, ordered, &count);
    struct buf out = BUF_EMPTY, letters = BUF_EMPTY;
    json_write_value(&out, copy);
    for (unsigned i = 0; i < count; i++)
        buf_append_str(&letters, ordered[i]);
    assert_str(buf_str(&out), wanted);
    assert_str(buf_str(&letters), wanted_parts);
    buf_deinit(&out);
    buf_deinit(&letters);
    json_decref(copy);
    json_decref(payload);
}

static void numbers_follow_the_order_of_appearance(void **state) {
    (void)state;
    assert_renumbered("[" PLACE("2") "," PLACE("0") "]", "[" PLACE("0") "," PLACE("1") "]", "CA");
    assert_renumbered("[{\"a\":" PLACE("1") "}]", "[{\"a\":" PLACE("0") "}]", "B");
    assert_renumbered("[1]", "[1]", "");
}

static void a_part_that_is_named_twice_is_sent_once(void **state) {
    (void)state;
    assert_renumbered("[" PLACE("1") "," PLACE("1") "," PLACE("0") "]",
                      "[" PLACE("0") "," PLACE("0") "," PLACE("1") "]", "BA");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_below_the_count_fit_anywhere),
        cmocka_unit_test(other_numbers_do_not),
        cmocka_unit_test(numbers_follow_the_order_of_appearance),
        cmocka_unit_test(a_part_that_is_named_twice_is_sent_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
