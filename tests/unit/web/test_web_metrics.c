/* test_web_metrics.c: who may see the counters, and that for everybody else there is no such page.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "web_fixture.h"

#define TOKEN   "sixteen-letters-and-more"
#define NOTHING "{\"error\":{\"code\":\"not_found\",\"message\":\"There is nothing here.\"}}"

static void write_numbers(const void *context, struct buf *out) {
    (void)context;
    buf_append_c(out, "parley_info 1\n");
}

static int setup_open(void **state) {
    return web_fixture_setup_with(state, (struct web_options){.write_metrics = write_numbers});
}

static int setup_token(void **state) {
    return web_fixture_setup_with(
        state, (struct web_options){.write_metrics = write_numbers, .metrics_token = TOKEN});
}

/* web_ask says that it wants chat.example; here the Host is what matters. */
static int ask_host(struct web_fixture *f, const char *host, const char *lines) {
    struct buf out = BUF_EMPTY;
    buf_printf(&out, "GET /metrics HTTP/1.1\r\nHost: %s\r\n%s\r\n", host, lines);
    client_send(f->fd, buf_str(&out));
    buf_deinit(&out);
    return web_read(f);
}

static void this_machine_may_by_its_own_names(void **state) {
    struct web_fixture *f = *state;
    static const char *const hosts[] = {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:80",
                                        "127.1.2.3", "[::1]",          "[::1]:8080"};
    for (size_t i = 0; i < TEST_COUNT(hosts); i++) {
        assert_int_equal(ask_host(f, hosts[i], ""), 200);
        assert_str(f->body, "parley_info 1\n");
        assert_str(web_header(f, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
        assert_str(web_header(f, "Cache-Control"), "no-store");
    }
}

static void another_name_is_a_stranger(void **state) {
    struct web_fixture *f = *state;
    static const char *const hosts[] = {
        "chat.example", "localhost.example", "127.0.0.1.example", "10.0.0.1",
        "[::2]",        "xlocalhost"};
    for (size_t i = 0; i < TEST_COUNT(hosts); i++) {
        assert_int_equal(ask_host(f, hosts[i], ""), 404);
        assert_str(f->body, NOTHING);
    }
}

static void what_a_proxy_passes_on_is_a_strangers(void **state) {
    struct web_fixture *f = *state;
    static const char *const lines[] = {
        "X-Forwarded-For: 203.0.113.9\r\n", "X-Forwarded-For: 127.0.0.1\r\n",
        "X-Forwarded-Host: a\r\n",          "X-Real-IP: 203.0.113.9\r\n",
        "Forwarded: for=203.0.113.9\r\n",   "Via: 1.1 proxy\r\n",
    };
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        assert_int_equal(ask_host(f, "localhost", lines[i]), 404);
        assert_str(f->body, NOTHING);
    }
    assert_int_equal(ask_host(f, "localhost", ""), 200);
}

static void the_token_opens_it_from_anywhere(void **state) {
    struct web_fixture *f = *state;
    static const char *const bad[] = {
        "",
        "Authorization: Bearer \r\n",
        "Authorization: Bearer sixteen-letters-and-mor\r\n",
        "Authorization: Bearer sixteen-letters-and-more2\r\n",
        "Authorization: Basic sixteen-letters-and-more\r\n",
        "Authorization: sixteen-letters-and-more\r\n",
    };
    for (size_t i = 0; i < TEST_COUNT(bad); i++)
        assert_int_equal(web_ask(f, "GET /metrics", bad[i], NULL), 404);
    assert_int_equal(web_ask(f, "GET /metrics",
                             "Authorization: Bearer " TOKEN "\r\nX-Forwarded-For: 203.0.113.9\r\n",
                             NULL),
                     200);
    assert_int_equal(ask_host(f, "localhost", ""), 200);
}

/* Also not with the empty token of a server that has none. */
static void without_a_token_none_opens_it(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "GET /metrics", "Authorization: Bearer \r\n", NULL), 404);
    assert_int_equal(web_ask(f, "GET /metrics", "Authorization: Bearer x\r\n", NULL), 404);
}

static void only_reading_is_known(void **state) {
    struct web_fixture *f = *state;
    assert_int_equal(web_ask(f, "POST /metrics", "Authorization: Bearer " TOKEN "\r\n", "x"), 404);
    web_send(f, "HEAD /metrics", "Authorization: Bearer " TOKEN "\r\n", NULL);
    assert_int_equal(web_read_head(f), 200);
}

static void results_are_counted(void **state) {
    struct web_fixture *f = *state;
    const struct web_counters *counters = web_counters(f->web);
    assert_int_equal(web_ask(f, "GET /api/rooms", "", NULL), 401);
    assert_int_equal(web_ask(f, "POST /api/session", "Content-Type: application/json\r\n", "[]"),
                     400);
    assert_int_equal(counter_read(&counters->answers[PROTO_UNAUTHORIZED]), 1);
    assert_int_equal(counter_read(&counters->answers[PROTO_BAD_REQUEST]), 1);
    assert_int_equal(counter_read(&counters->answers[PROTO_OK]), 0);
}

#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, web_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(this_machine_may_by_its_own_names, setup_open),
        TEST(another_name_is_a_stranger, setup_open),
        TEST(what_a_proxy_passes_on_is_a_strangers, setup_open),
        TEST(the_token_opens_it_from_anywhere, setup_token),
        TEST(without_a_token_none_opens_it, setup_open),
        TEST(only_reading_is_known, setup_token),
        TEST(results_are_counted, setup_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
