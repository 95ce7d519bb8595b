/* test_http.c: the exchange machine over real sockets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

/* What the server of these tests does is named by the path. Owner: the loop's thread. */
struct app {
    struct conn *waiting; /* of /wait */
    atomic_int aborts;
    atomic_int requests;
    int end;
    struct buf body;
};

static void respond_text(struct conn *conn, struct str text) {
    struct http_response response = {.status = 200, .content_type = "text/plain", .body = text};
    http_respond(conn, &response);
}

static void on_abort(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    struct app *app = user;
    app->end = (int)end;
    app->waiting = NULL;
    atomic_fetch_add(&app->aborts, 1);
}

static void on_body(struct conn *conn, void *user, struct str bytes) {
    (void)conn;
    buf_append_str(&((struct app *)user)->body, bytes);
}

static void on_body_end(struct conn *conn, void *user) {
    struct app *app = user;
    respond_text(conn, buf_str(&app->body));
    buf_clear(&app->body);
}

static const struct http_exchange echo_exchange = {on_body, on_body_end, on_abort};
static const struct http_exchange wait_exchange = {NULL, NULL, on_abort};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    atomic_fetch_add(&app->requests, 1);
    if (str_equal(request->path, STR("/echo"))) {
        http_set_exchange(conn, &echo_exchange, app);
        http_read_body(conn, 100000);
    } else if (str_equal(request->path, STR("/wait"))) {
        http_set_exchange(conn, &wait_exchange, app);
        app->waiting = conn;
    } else if (str_equal(request->path, STR("/later"))) {
        app->waiting = conn; /* answered later, and not interested in aborts */
    } else {
        respond_text(conn, request->target);
    }
}

static const struct http_handler handler = {on_request};

struct state {
    struct fixture fixture;
    struct app app;
};

static int setup(void **out) {
    struct state *s = calloc(1, sizeof(*s));
    struct loop_options options = {.http = &handler,
                                   .http_context = &s->app,
                                   .head_ms = 300,
                                   .idle_ms = 300,
                                   .common_headers = STR("X-Common: yes\r\n")};
    fixture_start(&s->fixture, &options);
    *out = s;
    return 0;
}

static int teardown(void **in) {
    struct state *s = *in;
    fixture_stop(&s->fixture);
    buf_deinit(&s->app.body);
    free(s);
    return 0;
}

static void a_request_is_answered_and_the_next_one_too(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    struct str body;
    int fd = client_connect(fixture_port(&s->fixture));
    for (int i = 0; i < 3; i++) {
        buf_clear(&got);
        client_send_c(fd, "GET /hello?x HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_int_equal(client_read_answer(fd, &got, &body), 200);
        assert_true(str_equal(body, STR("/hello?x")));
        assert_non_null(strstr(buf_c(&got), "\r\nX-Common: yes\r\n"));
        assert_non_null(strstr(buf_c(&got), "\r\nDate: "));
        assert_null(strstr(buf_c(&got), "Connection:"));
    }
    close(fd);
    buf_deinit(&got);
}

static void a_body_is_echoed_counted_and_chunked(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    struct str body;
    int fd = client_connect(fixture_port(&s->fixture));
    client_send_c(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    assert_int_equal(client_read_answer(fd, &got, &body), 200);
    assert_true(str_equal(body, STR("hello")));
    buf_clear(&got);
    client_send_c(fd, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n");
    assert_int_equal(client_read_answer(fd, &got, &body), 200);
    assert_true(str_equal(body, STR("abcde")));
    close(fd);
    buf_deinit(&got);
}

static void a_bad_request_is_refused_and_closed(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    int fd = client_connect(fixture_port(&s->fixture));
    client_send_c(fd, "GET / HTTP/1.1\r\nHost : a\r\n\r\n");
    client_read_end(fd, &got);
    assert_true(str_starts_with(buf_str(&got), STR("HTTP/1.1 400 Bad Request\r\n")));
    assert_non_null(strstr(buf_c(&got), "\r\nConnection: close\r\n"));
    assert_int_equal(atomic_load(&s->app.requests), 0);
    close(fd);
    buf_deinit(&got);
}

static void a_peer_that_leaves_while_it_waits_is_noticed(void **in) {
    struct state *s = *in;
    int fd = client_connect(fixture_port(&s->fixture));
    client_send_c(fd, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    close(fd);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_answered_and_the_next_one_too, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_body_is_echoed_counted_and_chunked, setup, teardown),
        cmocka_unit_test_setup_teardown(a_bad_request_is_refused_and_closed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_peer_that_leaves_while_it_waits_is_noticed, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
