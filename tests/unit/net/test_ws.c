/* test_ws.c: WebSocket connections over real sockets, with an echo server.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "net/ws.h"

/* Owner: the loop's thread, but for the atomics. */
struct app {
    atomic_int messages;
    atomic_int closes;
    atomic_int end;
};

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    struct app *app = user;
    atomic_fetch_add(&app->messages, 1);
    struct frame *frame = frame_new(binary ? FRAME_BINARY : FRAME_TEXT, bytes);
    conn_send(conn, frame);
    frame_unref(frame);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    struct app *app = user;
    atomic_store(&app->end, (int)end);
    atomic_fetch_add(&app->closes, 1);
}

static const struct ws_handler ws_handler = {on_message, on_close};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    int refused = ws_handshake_check(request);
    struct http_response response = {.status = refused, .close = true};
    if (refused != 0)
        http_respond(conn, &response);
    else
        ws_accept(conn, request, &ws_handler, context, 0);
}

static const struct http_handler handler = {on_request};

struct state {
    struct fixture fixture;
    struct app app;
};

static int setup(void **out) {
    struct state *s = calloc(1, sizeof(*s));
    struct loop_options options = {.http = &handler, .http_context = &s->app};
    fixture_start(&s->fixture, &options);
    *out = s;
    return 0;
}

static int teardown(void **in) {
    struct state *s = *in;
    fixture_stop(&s->fixture);
    assert_int_equal(frame_count(), 0);
    free(s);
    return 0;
}

static void messages_of_all_sizes_are_echoed(void **in) {
    struct state *s = *in;
    static const size_t sizes[] = {0, 1, 125, 126, 65535, 65536, 131072};
    struct buf got = BUF_EMPTY, payload = BUF_EMPTY, sent = BUF_EMPTY;
    int fd = client_ws_connect(fixture_port(&s->fixture), "/", &got);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        buf_clear(&sent);
        memset(buf_reserve(&sent, sizes[i] + 1), 'a' + (int)i, sizes[i]);
        sent.len = sizes[i];
        client_ws_send(fd, 0x81, buf_str(&sent));
        assert_int_equal(client_ws_read(fd, &got, &payload), 0x81);
        assert_true(str_equal(buf_str(&payload), buf_str(&sent)));
    }
    close(fd);
    buf_deinit(&got);
    buf_deinit(&payload);
    buf_deinit(&sent);
    FIXTURE_WAIT(atomic_load(&s->app.closes) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_PEER_CLOSED);
}

static void a_close_frame_is_answered_with_its_code(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    int fd = client_ws_connect(fixture_port(&s->fixture), "/", &got);
    client_ws_send(fd, 0x88, str_of("\x0f\xa0", 2)); /* 4000 */
    assert_int_equal(client_ws_read_close(fd, &got), 4000);
    client_read_end(fd, &got);
    assert_int_equal(got.len, 0);
    close(fd);
    buf_deinit(&got);
    FIXTURE_WAIT(atomic_load(&s->app.closes) == 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(messages_of_all_sizes_are_echoed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_close_frame_is_answered_with_its_code, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
