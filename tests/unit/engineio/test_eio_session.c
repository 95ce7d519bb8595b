/* test_eio_session.c: what the user of a session is told, over real sockets.
 *
 * The handler does what a message says ("4close", "4fill"), so that each case runs on the loop's thread as an application does.
 * Bytes and status codes are the business of tests/conformance; here it is the contract of eio_server.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "engineio/eio_server.h"

#define SESSIONS_MAX 8

/* Owner: the loop's thread, but for the atomics. */
struct app {
    struct fixture fixture;
    struct eio_server *server;
    struct eio_options options;
    struct eio_session *sessions[SESSIONS_MAX]; /* in order of opening; NULL when over */
    int opened;
    bool closes_at_open;
    char address[64];
    atomic_int open_count, closes, end, messages;
    _Atomic enum eio_verdict verdict;
    int closes_in_send; /* on_close calls seen from within eio_session_send */
};

static void do_close(struct app *app, struct eio_session *session) {
    (void)app;
    eio_session_close(session);
    eio_session_close(session); /* harmless */
    struct frame *frame = frame_new(FRAME_TEXT, STR("4late"));
    eio_session_send(session, frame); /* dropped */
    frame_unref(frame);
}

/* More than the outbox takes. */
static void do_fill(struct app *app, struct eio_session *session) {
    struct frame *frame = frame_new(FRAME_TEXT, STR("4xxxxxxxxxxxxxxxx"));
    for (int i = 0; i < 1000; i++)
        eio_session_send(session, frame);
    frame_unref(frame);
    app->closes_in_send = atomic_load(&app->closes);
}

static const struct {
    const char *message;
    void (*run)(struct app *app, struct eio_session *session);
} deeds[] = {{"close", do_close}, {"fill", do_fill}};

static enum eio_verdict on_check(struct eio_server *server, struct eio_session *session,
                                 struct conn *conn, const struct http_request *request,
                                 void *context) {
    struct app *app = context;
    (void)server, (void)conn, (void)request;
    assert_true(session == NULL || eio_session_user(session) == app);
    return atomic_load(&app->verdict);
}

static void on_open(struct eio_session *session, struct conn *conn,
                    const struct http_request *request, void *context) {
    struct app *app = context;
    struct str address = eio_session_address(session);
    assert_str_same(address, conn_address(conn));
    assert_true(str_starts_with(request->path, STR("/")));
    assert_int_equal(eio_session_sid(session).len, 24);
    memcpy(app->address, address.at, address.len);
    eio_session_set_user(session, app);
    app->sessions[app->opened++ % SESSIONS_MAX] = session;
    if (app->closes_at_open)
        eio_session_close(session);
    atomic_fetch_add(&app->open_count, 1);
}

static void on_message(struct eio_session *session, struct str bytes, bool binary, void *context) {
    struct app *app = context;
    (void)binary;
    atomic_fetch_add(&app->messages, 1);
    for (size_t i = 0; i < TEST_COUNT(deeds); i++) {
        if (str_equal(bytes, str_of_c(deeds[i].message)))
            deeds[i].run(app, session);
    }
}

static void on_close(struct eio_session *session, enum eio_end end, void *context) {
    struct app *app = context;
    for (int i = 0; i < SESSIONS_MAX; i++) {
        if (app->sessions[i] == session)
            app->sessions[i] = NULL;
    }
    atomic_store(&app->end, (int)end);
    atomic_fetch_add(&app->closes, 1);
}

static const struct eio_handler handler = {on_check, on_open, on_message, on_close};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    eio_server_handle(app->server, conn, request);
}

static const struct http_handler http = {on_request};

static int setup(void **out) {
    struct app *app = calloc(1, sizeof *app);
    struct loop_options options = {.http = &http, .http_context = app};
    atomic_store(&app->verdict, EIO_LET_IN);
    app->options = (struct eio_options){.ping_interval_ms = 60000,
                                        .ping_timeout_ms = 60000,
                                        .upgrade_timeout_ms = 60000,
                                        .payload_bytes_max = 1000,
                                        .outbox_bytes_max = 10000};
    fixture_init(&app->fixture, &options);
    app->server = eio_server_new(app->fixture.loop, &app->options, &handler, app);
    fixture_run(&app->fixture);
    *out = app;
    return 0;
}

static void close_all(struct loop *loop, void *argument) {
    struct app *app = argument;
    (void)loop;
    eio_server_close(app->server);
    assert_int_equal(eio_server_session_count(app->server), 0);
}

static int teardown(void **in) {
    struct app *app = *in;
    fixture_do(&app->fixture, close_all, app);
    fixture_stop(&app->fixture);
    eio_server_free(app->server);
    assert_int_equal(atomic_load(&app->closes), atomic_load(&app->open_count));
    assert_int_equal(frame_count(), 0);
    free(app);
    return 0;
}

/* The client's side */

#define WS_PATH   "/?EIO=4&transport=websocket"
#define POLL_PATH "/?EIO=4&transport=polling"

static int ws_open(struct app *app, struct buf *got) {
    struct buf open = BUF_EMPTY;
    int fd = client_ws_connect(fixture_port(&app->fixture), WS_PATH, got);
    assert_int_equal(client_ws_read(fd, got, &open), 0x81);
    assert_true(str_starts_with(buf_str(&open), STR("0{\"sid\":\"")));
    buf_deinit(&open);
    return fd;
}

static int answer(int fd, const char *request, const char *wanted_body) {
    struct buf got = BUF_EMPTY;
    struct str body;
    client_send_c(fd, request);
    int status = client_read_answer(fd, &got, &body);
    if (wanted_body != NULL)
        assert_str(body, wanted_body);
    buf_deinit(&got);
    return status;
}

/* Opens a session by polling on `fd`; its sid is copied. */
static void poll_open(int fd, char sid[25]) {
    struct buf got = BUF_EMPTY;
    struct str body;
    client_send_c(fd, "GET " POLL_PATH " HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(client_read_answer(fd, &got, &body), 200);
    memcpy(sid, body.at + strlen("0{\"sid\":\""), 24);
    sid[24] = '\0';
    buf_deinit(&got);
}

static int post(int fd, const char *sid, const char *packet, const char *wanted_body) {
    struct buf request = BUF_EMPTY;
    buf_printf(&request,
               "POST " POLL_PATH "&sid=%s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n%s",
               sid, strlen(packet), packet);
    int status = answer(fd, buf_c(&request), wanted_body);
    buf_deinit(&request);
    return status;
}

static int poll_once(int fd, const char *sid, const char *wanted_body) {
    struct buf request = BUF_EMPTY;
    buf_printf(&request, "GET " POLL_PATH "&sid=%s HTTP/1.1\r\nHost: x\r\n\r\n", sid);
    int status = answer(fd, buf_c(&request), wanted_body);
    buf_deinit(&request);
    return status;
}

/* Endings */

static void assert_ended(struct app *app, int closes, enum eio_end end) {
    FIXTURE_WAIT(atomic_load(&app->closes) == closes);
    assert_int_equal(atomic_load(&app->end), end);
}

static void the_end_is_told_once_with_its_reason(void **in) {
    static const struct {
        unsigned first;
        const char *payload;
        enum eio_end end;
    } rows[] = {
        {0x88, "", EIO_TRANSPORT_CLOSE},    {0x81, "1", EIO_TRANSPORT_CLOSE},
        {0x81, "9", EIO_PARSE_ERROR},       {0x81, "", EIO_PARSE_ERROR},
        {0x81, "2", EIO_TRANSPORT_ERROR},   {0xC1, "4", EIO_TRANSPORT_ERROR},
        {0x81, "4close", EIO_FORCED_CLOSE},
    };
    struct app *app = *in;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct buf got = BUF_EMPTY;
        int fd = ws_open(app, &got);
        client_ws_send(fd, rows[i].first, str_of_c(rows[i].payload));
        assert_ended(app, (int)i + 1, rows[i].end);
        close(fd);
        buf_deinit(&got);
    }
}

static void a_peer_that_vanishes_is_a_transport_close(void **in) {
    struct app *app = *in;
    struct buf got = BUF_EMPTY;
    close(ws_open(app, &got));
    assert_ended(app, 1, EIO_TRANSPORT_CLOSE);
    buf_deinit(&got);
}

static void a_message_above_the_bound_is_a_transport_error(void **in) {
    struct app *app = *in;
    struct buf got = BUF_EMPTY;
    char large[1001];
    memset(large, '4', sizeof large);
    int fd = ws_open(app, &got);
    client_ws_send(fd, 0x81, str_of(large, sizeof large));
    assert_ended(app, 1, EIO_TRANSPORT_ERROR);
    close(fd);
    buf_deinit(&got);
}

static void stopping_the_server_ends_all_sessions(void **in) {
    struct app *app = *in;
    struct buf got = BUF_EMPTY;
    char sid[25];
    int ws = ws_open(app, &got);
    int polling = client_connect(fixture_port(&app->fixture));
    poll_open(polling, sid);
    fixture_do(&app->fixture, close_all, app);
    assert_ended(app, 2, EIO_SHUTDOWN);
    assert_int_equal(client_ws_read_close(ws, &got), 1001);
    assert_int_equal(poll_once(polling, sid, "{\"code\":1,\"message\":\"Session ID unknown\"}"),
                     400);
    close(ws);
    close(polling);
    buf_deinit(&got);
}

static void a_session_may_be_closed_while_it_opens(void **in) {
    struct app *app = *in;
    struct buf got = BUF_EMPTY;
    char sid[25];
    app->closes_at_open = true; /* before anything runs on the loop */
    int ws = client_ws_connect(fixture_port(&app->fixture), WS_PATH, &got);
    assert_int_equal(client_ws_read_close(ws, &got), 0);
    int polling = client_connect(fixture_port(&app->fixture));
    poll_open(polling, sid);
    assert_int_equal(poll_once(polling, sid,
                               "6\x1e"
                               "1"),
                     200);
    assert_ended(app, 2, EIO_FORCED_CLOSE);
    close(ws);
    close(polling);
    buf_deinit(&got);
}

static void a_session_may_be_closed_by_its_own_post(void **in) {
    struct app *app = *in;
    char sid[25];
    int fd = client_connect(fixture_port(&app->fixture));
    poll_open(fd, sid);
    assert_int_equal(post(fd, sid,
                          "4x\x1e"
                          "4close\x1e"
                          "4never",
                          "ok"),
                     200);
    assert_ended(app, 1, EIO_FORCED_CLOSE);
    assert_int_equal(atomic_load(&app->messages), 2);
    close(fd);
}

/* Slow readers */

static void a_full_queue_ends_the_session_but_not_within_the_send(void **in) {
    struct app *app = *in;
    char sid[25];
    int fd = client_connect(fixture_port(&app->fixture));
    poll_open(fd, sid);
    assert_int_equal(post(fd, sid, "4fill", "ok"), 200);
    assert_ended(app, 1, EIO_SLOW);
    assert_int_equal(app->closes_in_send, 0);
    close(fd);
}

/* Checks */

static void what_the_application_refuses_is_forbidden_or_unknown(void **in) {
    struct app *app = *in;
    char sid[25];
    static const char forbidden[] = "{\"code\":4,\"message\":\"Forbidden\"}";
    int fd = client_connect(fixture_port(&app->fixture));
    poll_open(fd, sid);
    atomic_store(&app->verdict, EIO_FORBID);
    assert_int_equal(poll_once(fd, sid, forbidden), 403);
    assert_int_equal(post(fd, sid, "4x", forbidden), 403);
    assert_int_equal(answer(fd, "GET " POLL_PATH " HTTP/1.1\r\nHost: x\r\n\r\n", forbidden), 403);
    atomic_store(&app->verdict, EIO_DENY_SESSION);
    static const char unknown[] = "{\"code\":1,\"message\":\"Session ID unknown\"}";
    assert_int_equal(poll_once(fd, sid, unknown), 400);
    assert_int_equal(post(fd, sid, "4x", unknown), 400);
    atomic_store(&app->verdict, EIO_FORBID);
    assert_int_equal(answer(fd, "GET " WS_PATH CLIENT_WS_HEAD, "Forbidden"), 403);
    atomic_store(&app->verdict, EIO_LET_IN);
    close(fd);
    fd = client_connect(fixture_port(&app->fixture));
    assert_int_equal(post(fd, sid, "4x", "ok"), 200); /* the session knew nothing of it */
    close(fd);
}

/* Sharing */

static void send_to_all(struct loop *loop, void *argument) {
    struct app *app = argument;
    (void)loop;
    size_t before = frame_count();
    struct frame *frame = frame_new(FRAME_TEXT, STR("4shared"));
    for (int i = 0; i < app->opened; i++) {
        assert_true(eio_session_is_writable(app->sessions[i]));
        eio_session_send(app->sessions[i], frame);
        assert_false(eio_session_is_writable(app->sessions[i]));
    }
    assert_int_equal(frame_count(), before + 1); /* nobody copied it */
    frame_unref(frame);
}

static void one_frame_serves_all_sessions(void **in) {
    struct app *app = *in;
    struct buf got[SESSIONS_MAX] = {BUF_EMPTY};
    struct buf payload = BUF_EMPTY;
    int fds[SESSIONS_MAX];
    for (int i = 0; i < SESSIONS_MAX; i++)
        fds[i] = ws_open(app, &got[i]);
    fixture_do(&app->fixture, send_to_all, app);
    for (int i = 0; i < SESSIONS_MAX; i++) {
        assert_int_equal(client_ws_read(fds[i], &got[i], &payload), 0x81);
        assert_str(buf_str(&payload), "4shared");
        close(fds[i]);
        buf_deinit(&got[i]);
    }
    buf_deinit(&payload);
}

static void a_session_knows_its_peers_address(void **in) {
    struct app *app = *in;
    struct buf got = BUF_EMPTY;
    close(ws_open(app, &got));
    assert_ended(app, 1, EIO_TRANSPORT_CLOSE);
    assert_string_equal(app->address, "127.0.0.1");
    buf_deinit(&got);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_end_is_told_once_with_its_reason, setup, teardown),
        cmocka_unit_test_setup_teardown(a_peer_that_vanishes_is_a_transport_close, setup, teardown),
        cmocka_unit_test_setup_teardown(a_message_above_the_bound_is_a_transport_error, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(stopping_the_server_ends_all_sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_may_be_closed_while_it_opens, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_may_be_closed_by_its_own_post, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_queue_ends_the_session_but_not_within_the_send,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(what_the_application_refuses_is_forbidden_or_unknown, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(one_frame_serves_all_sessions, setup, teardown),
        cmocka_unit_test_setup_teardown(a_session_knows_its_peers_address, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
