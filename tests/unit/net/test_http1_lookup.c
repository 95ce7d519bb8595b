/* test_http1_lookup.c: cookies, query parameters, percent-decoding.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "net/http1.h"
#include "test.h"

static void check_cookie(const char *first, const char *second, const char *name,
                         const char *value) {
    static struct http_request request;
    request.header_count = 2;
    request.headers[0] = (struct http_header){STR("Cookie"), str_of_c(first)};
    request.headers[1] = (struct http_header){STR("cookie"), str_of_c(second)};
    struct str found = http_request_cookie(&request, str_of_c(name));
    if (value == NULL)
        assert_true(str_is_none(found));
    else
        assert_str(found, value);
}

static void a_cookie_is_found_by_its_exact_name(void **state) {
    (void)state;
    check_cookie("a=1; b=2", "", "a", "1");
    check_cookie("a=1; b=2", "", "b", "2");
    check_cookie("a=1;b=2", "", "b", "2");
    check_cookie("a=1", "b=2", "b", "2");
    check_cookie("a=1; a=2", "", "a", "1");
    check_cookie("aa=1; xa=2", "", "a", NULL);
    check_cookie("a=x=y==", "", "a", "x=y==");
    check_cookie("a=", "", "a", "");
    check_cookie("a; b", "", "a", NULL);
    check_cookie("A=1", "", "a", NULL);
    check_cookie("", ";;=;", "a", NULL);
}

static void check_query(const char *query, const char *name, bool plus, const char *value) {
    struct buf scratch = BUF_EMPTY;
    struct str found = STR("untouched");
    bool is_there = http_query_find(str_of_c(query), str_of_c(name), plus, &scratch, &found);
    if (is_there != (value != NULL))
        fail_msg("%s in %s", name, query != NULL ? query : "none");
    assert_str(found, value != NULL ? value : "untouched");
    buf_deinit(&scratch);
}

static void a_parameter_is_found_and_decoded_and_the_last_wins(void **state) {
    (void)state;
    check_query("a=1&b=2", "a", false, "1");
    check_query("a=1&b=2", "b", false, "2");
    check_query("a=1&a=2", "a", false, "2");
    check_query("a=%20x%2By", "a", false, " x+y");
    check_query("a=x+y", "a", false, "x+y");
    check_query("a=x+y%2b", "a", true, "x y+");
    check_query("%61=1", "a", false, "1");
    check_query("%61%62=1&a=2", "ab", false, "1");
    check_query("a", "a", false, "");
    check_query("a=", "a", false, "");
    check_query("a=b=c", "a", false, "b=c");
    check_query("&&a=1&", "a", false, "1");
    check_query("a=%", "a", false, "%");
    check_query("a=%4", "a", false, "%4");
    check_query("a=%zz%41", "a", false, "%zzA");
    check_query("aa=1", "a", false, NULL);
    check_query("", "a", false, NULL);
    check_query(NULL, "a", false, NULL);
}

static void check_decode(const char *text, bool plus, const char *decoded) {
    struct buf out = BUF_EMPTY;
    buf_append_c(&out, "before:");
    bool good = http_percent_decode(str_of_c(text), plus, &out);
    assert_int_equal(good, decoded != NULL);
    assert_str(str_from(buf_str(&out), 7), decoded != NULL ? decoded : "");
    buf_deinit(&out);
}

static void decoding_happens_once_and_refuses_bad_escapes(void **state) {
    (void)state;
    check_decode("abc", false, "abc");
    check_decode("%41%62", false, "Ab");
    check_decode("%252e", false, "%2e");
    check_decode("a+b", true, "a b");
    check_decode("a+b", false, "a+b");
    check_decode("%", false, NULL);
    check_decode("%4", false, NULL);
    check_decode("%4g", false, NULL);
    check_decode("a%00b", false, NULL);
}

static void check_coding(const char *accept, bool accepted) {
    assert_int_equal(http_coding_is_accepted(str_of_c(accept), STR("br")), accepted);
}

static void a_coding_is_accepted_when_it_is_named_with_a_weight(void **state) {
    (void)state;
    check_coding("br", true);
    check_coding("gzip, BR", true);
    check_coding("gzip;q=1.0 , br ; q=0.5", true);
    check_coding("br;q=0.001", true);
    check_coding("br;q=0", false);
    check_coding("br; Q=0.000, br", false);
    check_coding("gzip", false);
    check_coding("*", false); /* plain bytes are right for everybody */
    check_coding("brotli", false);
    check_coding("", false);
    check_coding(NULL, false);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cookie_is_found_by_its_exact_name),
        cmocka_unit_test(a_coding_is_accepted_when_it_is_named_with_a_weight),
        cmocka_unit_test(a_parameter_is_found_and_decoded_and_the_last_wins),
        cmocka_unit_test(decoding_happens_once_and_refuses_bad_escapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
