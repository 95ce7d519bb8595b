/* test_origin.c: whose page sent this request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/buf.h"
#include "net/origin.h"

static const char *const allowed[] = {"https://friend.example", "http://localhost:5173", NULL};

/* What a rule says to a request with that Host and these further header lines. */
static bool judge(bool (*rule)(const struct origin_rules *, const struct http_request *),
                  const struct origin_rules *rules, const char *host, const char *lines) {
    struct buf head = BUF_EMPTY;
    struct http_request request;
    size_t scanned = 0, consumed = 0;
    int status = 0;
    buf_printf(&head, "GET / HTTP/1.1\r\nHost: %s\r\n%s\r\n", host, lines);
    enum http1_result result =
        http1_parse_head(buf_str(&head), &scanned, &request, &consumed, &status);
    assert_int_equal(result, HTTP1_DONE);
    bool answer = rule(rules, &request);
    buf_deinit(&head);
    return answer;
}

static bool is_own(const struct origin_rules *rules, const char *host, const char *lines) {
    return judge(origin_is_own, rules, host, lines);
}

static void with_a_public_url_only_its_host_is_ours(void **state) {
    (void)state;
    static const struct {
        const char *url, *host;
        bool is_own;
    } cases[] = {
        {NULL, "evil.example", true},
        {"https://chat.example", "chat.example", true},
        {"https://chat.example", "CHAT.example", true},
        {"https://chat.example", "chat.example:443", true},
        {"https://chat.example", "chat.example:80", false},
        {"https://chat.example", "chat.example:8443", false},
        {"https://chat.example", "evil.example", false},
        {"https://chat.example", "chat.example.evil.example", false},
        {"https://chat.example", "chat.exampl", false},
        {"https://chat.example", "127.0.0.1", false},
        {"http://chat.example", "chat.example:80", true},
        {"http://chat.example", "chat.example:443", false},
        {"https://chat.example:8443", "chat.example:8443", true},
        {"https://chat.example:8443", "chat.example", false},
        {"http://[::1]:8080", "[::1]:8080", true},
        {"http://[::1]", "[::1]:80", true},
    };
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        const struct origin_rules rules = {.public_url = cases[i].url};
        if (judge(origin_host_is_own, &rules, cases[i].host, "") != cases[i].is_own)
            fail_msg("%s at %s", cases[i].host, cases[i].url);
    }
}

static void a_request_without_an_origin_comes_from_no_page(void **state) {
    (void)state;
    const struct origin_rules any = {0};
    const struct origin_rules strict = {.public_url = "https://chat.example"};
    assert_true(is_own(&any, "chat.example", ""));
    assert_true(is_own(&strict, "chat.example", ""));
}

static void what_another_site_s_page_loads_is_not_ours(void **state) {
    (void)state;
    const struct origin_rules rules = {.allowed = allowed};
    assert_false(is_own(&rules, "chat.example", "Sec-Fetch-Site: cross-site\r\n"));
    assert_false(is_own(&rules, "chat.example", "Sec-Fetch-Site: same-site\r\n"));
    assert_true(is_own(&rules, "chat.example", "Sec-Fetch-Site: same-origin\r\n"));
    assert_true(is_own(&rules, "chat.example", "Sec-Fetch-Site: none\r\n"));
    assert_true(is_own(&rules, "chat.example", /* an Origin says more */
                       "Origin: https://friend.example\r\nSec-Fetch-Site: cross-site\r\n"));
}

static void without_a_public_url_the_host_decides(void **state) {
    (void)state;
    const struct origin_rules rules = {0};
    assert_true(is_own(&rules, "chat.example", "Origin: https://chat.example\r\n"));
    assert_true(is_own(&rules, "localhost:8080", "Origin: http://localhost:8080\r\n"));
    assert_true(is_own(&rules, "Chat.Example", "Origin: https://chat.example\r\n"));
    assert_true(is_own(&rules, "[::1]:8080", "Origin: http://[::1]:8080\r\n"));
    assert_false(is_own(&rules, "chat.example", "Origin: https://evil.example\r\n"));
    assert_false(is_own(&rules, "localhost:8080", "Origin: http://localhost:8081\r\n"));
    assert_false(is_own(&rules, "localhost:8080", "Origin: http://localhost\r\n"));
}

static void an_origin_that_only_looks_alike_is_somebody_elses(void **state) {
    (void)state;
    const struct origin_rules rules = {0};
    static const char *const lines[] = {
        "Origin: https://chat.example.evil.example\r\n",
        "Origin: https://evilchat.example\r\n",
        "Origin: https://chat.example:443\r\n",
        "Origin: https://chat.example/\r\n",
        "Origin: https://a@chat.example\r\n",
        "Origin: chat.example\r\n",
        "Origin: ftp://chat.example\r\n",
        "Origin: https://\r\n",
        "Origin:\r\n",
    };
    for (size_t i = 0; i < TEST_COUNT(lines); i++)
        assert_false(is_own(&rules, "chat.example", lines[i]));
}

/* Sandboxed frames and files say "null": no name can be trusted less. */
static void null_is_nobodys(void **state) {
    (void)state;
    const struct origin_rules any = {0};
    const struct origin_rules listed = {.allowed = allowed};
    assert_false(is_own(&any, "chat.example", "Origin: null\r\n"));
    assert_false(is_own(&any, "null", "Origin: null\r\n"));
    assert_false(is_own(&listed, "chat.example", "Origin: null\r\n"));
}

static void with_a_public_url_the_host_no_longer_counts(void **state) {
    (void)state;
    const struct origin_rules rules = {.public_url = "https://chat.example"};
    assert_true(is_own(&rules, "chat.example", "Origin: https://chat.example\r\n"));
    assert_true(is_own(&rules, "10.0.0.7:8080", "Origin: https://chat.example\r\n"));
    assert_false(is_own(&rules, "chat.example", "Origin: http://chat.example\r\n"));
    assert_false(is_own(&rules, "evil.example", "Origin: https://evil.example\r\n"));
}

static void further_origins_may_be_allowed_by_name(void **state) {
    (void)state;
    const struct origin_rules listed = {.allowed = allowed};
    const struct origin_rules both = {.public_url = "https://chat.example", .allowed = allowed};
    assert_true(is_own(&listed, "chat.example", "Origin: https://friend.example\r\n"));
    assert_true(is_own(&listed, "chat.example", "Origin: https://FRIEND.example\r\n"));
    assert_true(is_own(&listed, "chat.example", "Origin: https://chat.example\r\n"));
    assert_true(is_own(&both, "chat.example", "Origin: http://localhost:5173\r\n"));
    assert_false(is_own(&listed, "chat.example", "Origin: http://friend.example\r\n"));
    assert_false(is_own(&both, "chat.example", "Origin: http://localhost:5174\r\n"));
}

static void two_origins_are_none(void **state) {
    (void)state;
    const struct origin_rules rules = {.allowed = allowed};
    assert_false(is_own(&rules, "chat.example",
                        "Origin: https://chat.example\r\nOrigin: https://chat.example\r\n"));
    assert_false(is_own(&rules, "chat.example",
                        "Origin: https://friend.example\r\norigin: https://evil.example\r\n"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_a_public_url_only_its_host_is_ours),
        cmocka_unit_test(what_another_site_s_page_loads_is_not_ours),
        cmocka_unit_test(a_request_without_an_origin_comes_from_no_page),
        cmocka_unit_test(without_a_public_url_the_host_decides),
        cmocka_unit_test(an_origin_that_only_looks_alike_is_somebody_elses),
        cmocka_unit_test(null_is_nobodys),
        cmocka_unit_test(with_a_public_url_the_host_no_longer_counts),
        cmocka_unit_test(further_origins_may_be_allowed_by_name),
        cmocka_unit_test(two_origins_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
