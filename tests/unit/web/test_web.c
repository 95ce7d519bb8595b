/* test_web.c: which part of the web answers a request, and the routes that ask nobody.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "web_fixture.h"

#define BEARER  "Authorization: Bearer ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"
#define NOTHING "{\"error\":{\"code\":\"not_found\",\"message\":\"There is nothing here.\"}}"

static void it_is_healthy_while_it_runs(void **state) {
    struct web_fixture *f = *state;
    atomic_store(&f->is_ready, false);
    assert_int_equal(web_ask(f, "GET /healthz", "", NULL), 200);
    assert_str(f->body, "{\"ok\":true}");
    web_fixture_drain(f);
    assert_int_equal(web_ask(f, "GET /healthz", "", NULL), 200);
}

static void it_is_ready_while_messages_are_accepted(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "GET /readyz", "", NULL), 200);
    assert_str(f->body, "{\"ready\":true}");
    atomic_store(&f->is_ready, false);
    assert_int_equal(web_ask(f, "GET /readyz", "", NULL), 503);
    atomic_store(&f->is_ready, true);
    assert_int_equal(web_ask(f, "GET /readyz", "", NULL), 200);
    web_fixture_drain(f);
    assert_int_equal(web_ask(f, "GET /readyz", "", NULL), 503);
}

/* They are no places within the web app: a script must not take the page for an answer. */
static void unknown_paths_of_the_api_are_not_found_in_json(void **state) {
    struct web_fixture *f = *state;
    static const char *const paths[] = {
        "GET /api",          "GET /api/",
        "GET /api/nothing",  "GET /files/7",
        "GET /hooks/",       "GET /socket.io",
        "GET /socket.iox/",  "GET /metrics",
        "POST /api/nothing", "GET /api/rooms/%zz/messages",
    };
    for (size_t i = 0; i < TEST_COUNT(paths); i++) {
        assert_int_equal(web_ask(f, paths[i], "", NULL), 404);
        assert_str(f->body, NOTHING);
        assert_str(web_header(f, "Content-Type"), "application/json");
        assert_str(web_header(f, "Cache-Control"), "no-store");
    }
}

static void a_wrong_method_is_405_and_learns_the_right_ones(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "PUT /api/session", "", NULL), 405);
    assert_str(web_header(f, "Allow"), "POST, GET, HEAD, DELETE");
    assert_int_equal(web_ask(f, "OPTIONS /healthz", "", NULL), 405);
    assert_str(web_header(f, "Allow"), "GET, HEAD");
    assert_int_equal(web_ask(f, "BREW /healthz", "", NULL), 405);
}

/* Preflights get no permission, whoever asks. */
static void no_other_site_may_read_the_api(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(
        web_ask(f, "OPTIONS /api/session",
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n", NULL),
        405);
    assert_true(str_is_none(web_header(f, "Access-Control-Allow-Origin")));
    assert_int_equal(web_ask(f, "GET /healthz", "Origin: https://evil.example\r\n", NULL), 200);
    assert_true(str_is_none(web_header(f, "Access-Control-Allow-Origin")));
    assert_str(web_header(f, "Cross-Origin-Resource-Policy"), "same-origin");
}

static void head_is_answered_without_a_body(void **state) {
    struct web_fixture *f = *state;
    web_send(f, "HEAD /healthz", "", NULL);
    assert_int_equal(web_read_head(f), 200);
    assert_str(web_header(f, "Content-Length"), "11");
    assert_int_equal(web_ask(f, "GET /healthz", "", NULL), 200);
}

static void every_answer_has_the_security_headers(void **state) {
    struct web_fixture *f = *state;
    static const char *const paths[] = {"GET /healthz", "GET /api/nothing", "GET /api/session",
                                        "GET /missing.js", "PUT /api/session"};
    static const char *const headers[][2] = {
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
        {"Strict-Transport-Security", ""}, /* not over http */
        {"Server", ""},
    };
    for (size_t p = 0; p < TEST_COUNT(paths); p++) {
        (void)web_ask(f, paths[p], "", NULL);
        for (size_t h = 0; h < TEST_COUNT(headers); h++)
            assert_str(web_header(f, headers[h][0]), headers[h][1]);
    }
}

static void what_a_later_version_does_is_unavailable(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "POST /hooks/abc", "Content-Type: application/json\r\n", "{}"),
                     503);
    assert_str(
        f->body,
        "{\"error\":{\"code\":\"unavailable\",\"message\":\"This server cannot do that yet.\"}}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, web_fixture_setup, web_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(it_is_healthy_while_it_runs),
        TEST(it_is_ready_while_messages_are_accepted),
        TEST(unknown_paths_of_the_api_are_not_found_in_json),
        TEST(a_wrong_method_is_405_and_learns_the_right_ones),
        TEST(no_other_site_may_read_the_api),
        TEST(head_is_answered_without_a_body),
        TEST(every_answer_has_the_security_headers),
        TEST(what_a_later_version_does_is_unavailable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
