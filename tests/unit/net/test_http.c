/* test_http.c: the exchange machine over real sockets.
 *
 * The server of these tests does what the path says; see on_request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "net/net_internal.h"

/* Owner: the loop's thread, but for the atomics. */
struct app {
    struct conn *waiting; /* of /wait, /later */
    atomic_int requests;
    atomic_int aborts;
    atomic_int end;
    atomic_int pieces;            /* calls of on_body */
    atomic_int requests_at_abort; /* how many requests had come when on_abort was called */
    struct buf body;
};

#define BODY_BYTES_MAX 100000

static void respond_text(struct conn *conn, struct str text) {
    struct http_response response = {.status = 200, .content_type = "text/plain", .body = text};
    http_respond(conn, &response);
}

static void on_abort(struct conn *conn, void *user, enum conn_end end) {
    struct app *app = user;
    assert_true(conn_is_closing(conn));
    respond_text(conn, STR("too late")); /* must do no harm */
    conn_close(conn, CONN_LOCAL);
    app->waiting = NULL;
    atomic_store(&app->end, (int)end);
    atomic_store(&app->requests_at_abort, atomic_load(&app->requests));
    atomic_fetch_add(&app->aborts, 1);
}

static void on_body(struct conn *conn, void *user, struct str bytes) {
    (void)conn;
    struct app *app = user;
    atomic_fetch_add(&app->pieces, 1);
    buf_append_str(&app->body, bytes);
}

static void on_body_end(struct conn *conn, void *user) {
    struct app *app = user;
    respond_text(conn, buf_str(&app->body));
    buf_clear(&app->body);
}

static void on_body_too_soon(struct conn *conn, void *user, struct str bytes) {
    (void)user;
    (void)bytes;
    respond_text(conn, STR("enough"));
}

static const struct http_exchange echo_exchange = {
    .on_body = on_body, .on_body_end = on_body_end, .on_abort = on_abort};
static const struct http_exchange early_exchange = {.on_body = on_body_too_soon,
                                                    .on_abort = on_abort};
static const struct http_exchange wait_exchange = {.on_abort = on_abort};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    atomic_fetch_add(&app->requests, 1);
    if (str_equal(request->path, STR("/echo"))) {
        http_set_exchange(conn, &echo_exchange, app);
        http_read_body(conn, BODY_BYTES_MAX);
    } else if (str_equal(request->path, STR("/early"))) {
        http_set_exchange(conn, &early_exchange, app);
        http_read_body(conn, BODY_BYTES_MAX);
    } else if (str_equal(request->path, STR("/wait"))) {
        http_set_exchange(conn, &wait_exchange, app);
        app->waiting = conn;
    } else if (str_equal(request->path, STR("/later"))) {
        app->waiting = conn; /* answered later, and not interested in aborts */
    } else if (str_equal(request->path, STR("/close"))) {
        http_set_exchange(conn, &wait_exchange, app);
        conn_close(conn, CONN_LOCAL);
    } else if (str_equal(request->path, STR("/close-and-answer"))) {
        http_set_exchange(conn, &wait_exchange, app);
        conn_close(conn, CONN_LOCAL);
        respond_text(conn, STR("not sent"));
    } else if (str_equal(request->path, STR("/empty"))) {
        http_respond(conn, &(struct http_response){.status = 204});
    } else if (str_equal(request->path, STR("/file"))) {
        struct frame *frame = frame_new(FRAME_TEXT, STR("<html>"));
        http_respond(conn, &(struct http_response){.status = 200,
                                                   .body_frame = frame,
                                                   .headers = STR("ETag: \"1\"\r\n")});
        frame_unref(frame);
    } else if (str_equal(request->path, STR("/large"))) {
        static char page[2000000];
        struct frame *frame = frame_new_static(str_of(page, sizeof(page)));
        http_respond(conn, &(struct http_response){.status = 200, .body_frame = frame});
        frame_unref(frame);
    } else {
        respond_text(conn, request->target);
    }
}

static const struct http_handler handler = {on_request};

struct state {
    struct fixture fixture;
    struct app app;
    struct buf got;
    int fd;
};

static int setup_with(void **out, uint32_t head_ms, uint32_t idle_ms) {
    struct state *s = calloc(1, sizeof(*s));
    struct loop_options options = {.http = &handler,
                                   .http_context = &s->app,
                                   .head_ms = head_ms,
                                   .idle_ms = idle_ms,
                                   .common_headers = STR("X-Common: yes\r\n")};
    fixture_start(&s->fixture, &options);
    s->fd = client_connect(fixture_port(&s->fixture));
    *out = s;
    return 0;
}

static int setup(void **out) {
    return setup_with(out, 0, 0);
}

/* Time-outs for the tests that wait for them: short, but nobody who does not want to may miss them on a busy machine. */
#define HASTY_MS 600

static int setup_hasty(void **out) {
    return setup_with(out, HASTY_MS, HASTY_MS);
}

static int teardown(void **in) {
    struct state *s = *in;
    close(s->fd);
    fixture_join(&s->fixture);
    assert_int_equal(frame_count(), 0);
    fixture_free(&s->fixture);
    buf_deinit(&s->app.body);
    buf_deinit(&s->got);
    free(s);
    return 0;
}

/* Sends text, expects an answer with this status and body on the connection. */
static void check(struct state *s, const char *send, int status, const char *body) {
    struct str got_body;
    buf_clear(&s->got);
    client_send_c(s->fd, send);
    assert_int_equal(client_read_answer(s->fd, &s->got, &got_body), status);
    assert_str(got_body, body);
}

/* The rest of the stream, up to its end. */
static const char *read_end(struct state *s) {
    client_read_end(s->fd, &s->got);
    return buf_c(&s->got);
}

static void again(struct state *s) {
    close(s->fd);
    buf_clear(&s->got);
    s->fd = client_connect(fixture_port(&s->fixture));
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* ---- Answers ---- */

static void requests_are_answered_one_after_the_other(void **in) {
    struct state *s = *in;
    for (int i = 0; i < 3; i++) {
        check(s, GET("/hello?x"), 200, "/hello?x");
        assert_non_null(strstr(buf_c(&s->got), "\r\nX-Common: yes\r\n"));
        assert_non_null(strstr(buf_c(&s->got), "\r\nContent-Type: text/plain\r\n"));
        assert_non_null(strstr(buf_c(&s->got), "\r\nDate: "));
        assert_null(strstr(buf_c(&s->got), "Connection:"));
        assert_null(strstr(buf_c(&s->got), "Server:"));
    }
    assert_int_equal(fixture_stats(&s->fixture).accepts, 1);
}

static void pipelined_requests_are_answered_in_order(void **in) {
    struct state *s = *in;
    client_send_c(
        s->fd, GET("/1") GET("/echo")
                   GET("/2") "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET("/4"));
    const char *all = read_end(s);
    assert_non_null(strstr(all, "/1HTTP/1.1 200 OK\r\n"));
    assert_true(strstr(all, "/1HTTP") < strstr(all, "/2HTTP"));
    assert_non_null(strstr(all, "/3"));
    assert_null(strstr(all, "/4"));
    assert_int_equal(atomic_load(&s->app.requests), 4);
}

static void head_gets_the_length_but_no_body(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "HEAD /file HTTP/1.1\r\nHost: a\r\n\r\nHEAD /xyz HTTP/1.1\r\nHost: a\r\n"
                         "Connection: close\r\n\r\n");
    const char *all = read_end(s);
    assert_non_null(strstr(all, "Content-Length: 6\r\n"));
    assert_non_null(strstr(all, "Content-Length: 4\r\n"));
    assert_null(strstr(all, "<html>"));
    assert_null(strstr(all, "/xyz"));
}

static void a_body_frame_goes_out_without_its_websocket_header(void **in) {
    struct state *s = *in;
    check(s, GET("/file"), 200, "<html>");
    assert_non_null(strstr(buf_c(&s->got), "\r\nETag: \"1\"\r\n"));
}

static void no_content_has_no_length(void **in) {
    struct state *s = *in;
    check(s, GET("/empty"), 204, "");
    assert_null(strstr(buf_c(&s->got), "Content-Length"));
    check(s, GET("/next"), 200, "/next");
}

static void http_1_0_is_kept_alive_only_when_it_asks(void **in) {
    struct state *s = *in;
    check(s, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, "/a");
    assert_non_null(strstr(buf_c(&s->got), "\r\nConnection: keep-alive\r\n"));
    check(s, "GET /b HTTP/1.0\r\n\r\n", 200, "/b");
    assert_non_null(strstr(buf_c(&s->got), "\r\nConnection: close\r\n"));
    size_t before = s->got.len;
    read_end(s);
    assert_int_equal(s->got.len, before);
}

static void a_large_answer_arrives_whole(void **in) {
    struct state *s = *in;
    struct str body;
    client_send_c(s->fd, GET("/large"));
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 200);
    assert_int_equal(body.len, 2000000);
    check(s, GET("/next"), 200, "/next");
}

/* The two seconds of a closing connection begin when the answer is written, not before. */
static void a_last_answer_may_be_read_slowly(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    usleep((WS_CLOSE_MS_MAX + 300) * 1000);
    client_read_end(s->fd, &s->got);
    assert_true(s->got.len > 2000000);
}

/* ---- Bodies ---- */

static void bodies_come_counted_and_chunked(void **in) {
    struct state *s = *in;
    check(s, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", 200, "hello");
    check(s,
          "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n",
          200, "abcde");
    check(s, "POST /echo HTTP/1.1\r\nHost: a\r\n\r\n", 200, ""); /* none announced */
    check(s, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 200, "");
}

static void a_body_is_wanted_before_it_is_continued(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"
                         "Expect: 100-continue\r\n\r\n");
    client_read_until(s->fd, &s->got, "HTTP/1.1 100 Continue\r\n\r\n");
    check(s, "ok", 200, "ok");
    /* Who does not want it says so, and nobody knows what comes next. */
    check(s, "POST /no HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n",
          200, "/no");
    assert_non_null(strstr(read_end(s), "Connection: close"));
}

static void a_body_above_the_bound_is_refused(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n");
    assert_non_null(strstr(read_end(s), "HTTP/1.1 413 "));
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_TOO_LARGE);
    assert_int_equal(atomic_load(&s->app.pieces), 0); /* refused by the head alone */

    again(s);
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 11; i++) {
        char chunk[10000];
        memset(chunk, 'x', sizeof(chunk));
        client_send_c(s->fd, "2710\r\n");
        client_send(s->fd, str_of(chunk, sizeof(chunk)));
        client_send_c(s->fd, "\r\n");
    }
    assert_non_null(strstr(read_end(s), "HTTP/1.1 413 "));
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 2);
    assert_true(s->app.body.len <= BODY_BYTES_MAX);
}

static void a_body_that_nobody_wants_is_read_away(void **in) {
    struct state *s = *in;
    check(s, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET", 200, "/x");
    check(s, GET("/next"), 200, "/next");
    check(s, "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc", 200, "enough");
    check(s, "def" GET("/next"), 200, "/next");
    /* Too much to read away: closed. */
    check(s, "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 200, "/x");
    assert_non_null(strstr(buf_c(&s->got), "Connection: close"));
    assert_non_null(read_end(s));
}

static void a_chunked_body_that_breaks_is_refused_and_nothing_behind_it_is_heard(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "0x3\r\nabc\r\n0\r\n\r\n" GET("/canary"));
    const char *all = read_end(s);
    assert_true(str_starts_with(buf_str(&s->got), STR("HTTP/1.1 400 ")));
    assert_null(strstr(all, "/canary"));
    assert_int_equal(atomic_load(&s->app.requests), 1);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_PROTOCOL);
}

/* ---- Refusals ---- */

static void a_bad_request_is_refused_and_nothing_behind_it_is_heard(void **in) {
    struct state *s = *in;
    static const char *const bad[] = {
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nabcde",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n folded\r\n\r\n",
    };
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        client_send_c(s->fd, bad[i]);
        client_send_c(s->fd, GET("/canary"));
        const char *all = read_end(s);
        assert_true(str_starts_with(buf_str(&s->got), STR("HTTP/1.1 400 Bad Request\r\n")));
        assert_non_null(strstr(all, "\r\nConnection: close\r\n"));
        assert_null(strstr(all, "/canary"));
        again(s);
    }
    assert_int_equal(atomic_load(&s->app.requests), 0);
    assert_int_equal(fixture_stats(&s->fixture).requests_refused, TEST_COUNT(bad));
}

/* Closing a socket with unread input resets it, which would destroy the answer on its way. */
static void a_refusal_survives_input_that_nobody_reads(void **in) {
    struct state *s = *in;
    char rubbish[60000];
    memset(rubbish, 'x', sizeof(rubbish));
    client_send_c(s->fd, "BAD\r\n\r\n");
    for (int i = 0; i < 40; i++) /* all of it is taken; a reset would make this fail */
        assert_int_equal(send(s->fd, rubbish, sizeof(rubbish), MSG_NOSIGNAL), sizeof(rubbish));
    shutdown(s->fd, SHUT_WR);
    ssize_t last;
    do
        last = client_read(s->fd, &s->got);
    while (last > 0);
    assert_int_equal(last, 0); /* an orderly end, no reset */
    assert_true(str_starts_with(buf_str(&s->got), STR("HTTP/1.1 400 ")));
}

/* ---- Aborts ---- */

static void a_peer_that_leaves_while_it_waits_is_noticed(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/wait"));
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    shutdown(s->fd, SHUT_WR);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_PEER_CLOSED);
    read_end(s);
    assert_int_equal(s->got.len, 0);
}

static void a_reset_is_noticed(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/wait"));
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    struct linger hard = {1, 0};
    setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
    again(s);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_PEER_RESET);
    FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 1);
}

static void a_peer_that_leaves_in_the_middle_of_a_body_is_noticed(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    FIXTURE_WAIT(atomic_load(&s->app.pieces) == 1);
    again(s);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_PEER_CLOSED);
}

/* More than is kept, less than the kernel takes: the end of the stream stands behind bytes that nobody reads. */
static void a_full_pipeline_does_not_hide_an_abort(void **in) {
    struct state *s = *in;
    char more[HTTP_PIPELINE_BYTES_MAX + 20000];
    memset(more, 'x', sizeof(more));
    client_send_c(s->fd, GET("/wait"));
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    client_send(s->fd, str_of(more, sizeof(more)));
    FIXTURE_WAIT(fixture_stats(&s->fixture).bytes_in >= HTTP_PIPELINE_BYTES_MAX);
    assert_int_equal(atomic_load(&s->app.aborts), 0);
    again(s);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_true(fixture_stats(&s->fixture).bytes_in <= HTTP_PIPELINE_BYTES_MAX + 100);
}

/* Holds the loop's thread, so that what the peers do meanwhile comes with one poll. */
struct gate {
    atomic_bool entered, open;
};

static void wait_at_gate(struct loop *loop, struct loop_call *call) {
    (void)loop;
    struct gate *gate = *(struct gate **)(void *)(call + 1);
    atomic_store(&gate->entered, true);
    while (!atomic_load(&gate->open))
        usleep(100);
}

struct gate_call {
    struct loop_call call;
    struct gate *gate;
};

/* The peer of a pending poll goes away, and at once a request comes on another connection: the abort must be heard
 * first, whatever the order in which the kernel reports the two. */
static void an_abort_is_heard_before_the_next_request_of_another_connection(void **in) {
    struct state *s = *in;
    for (int other_first = 0; other_first < 2; other_first++) {
        int other = client_connect(fixture_port(&s->fixture));
        struct buf got = BUF_EMPTY;
        struct str body;
        if (other_first) { /* the kernel's ready list remembers who was active last */
            client_send_c(other, GET("/x"));
            client_read_answer(other, &got, &body);
        }
        again(s);
        int before = atomic_load(&s->app.requests);
        client_send_c(s->fd, GET("/wait"));
        FIXTURE_WAIT(atomic_load(&s->app.requests) == before + 1);
        if (!other_first) {
            client_send_c(other, GET("/x"));
            client_read_answer(other, &got, &body);
            before++;
        }
        struct gate gate = {false, false};
        struct gate_call call = {{.run = wait_at_gate}, &gate};
        loop_post(s->fixture.loop, &call.call);
        FIXTURE_WAIT(atomic_load(&gate.entered));
        if (other_first)
            client_send_c(other, GET("/after"));
        shutdown(s->fd, SHUT_RDWR);
        if (!other_first)
            client_send_c(other, GET("/after"));
        atomic_store(&gate.open, true);
        buf_clear(&got);
        client_read_answer(other, &got, &body);
        FIXTURE_WAIT(atomic_load(&s->app.aborts) == other_first + 1);
        assert_int_equal(atomic_load(&s->app.requests_at_abort), before + 1);
        close(other);
        buf_deinit(&got);
    }
}

static void answer_waiting(struct loop *loop, void *argument) {
    (void)loop;
    struct app *app = argument;
    respond_text(app->waiting, STR("at last"));
    app->waiting = NULL;
}

static void who_only_closes_its_sending_side_still_gets_the_answer(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/later"));
    shutdown(s->fd, SHUT_WR);
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    fixture_do(&s->fixture, answer_waiting, &s->app);
    assert_non_null(strstr(read_end(s), "at last"));
    FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 0);
}

static void requests_behind_a_pending_one_wait_for_its_answer(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/later") GET("/second"));
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    fixture_do(&s->fixture, answer_waiting, &s->app);
    client_read_until(s->fd, &s->got, "/second");
    assert_true(strstr(buf_c(&s->got), "at last") < strstr(buf_c(&s->got), "/second"));
}

static void a_handler_may_close_instead_of_answering(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/close"));
    read_end(s);
    assert_int_equal(s->got.len, 0);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_LOCAL);
}

/* An answer can come in the turn in which the peer has just been found gone. */
static void who_has_answered_is_told_nothing_more(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/close-and-answer"));
    read_end(s);
    assert_int_equal(s->got.len, 0);
    FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 0);
    assert_int_equal(atomic_load(&s->app.aborts), 0);
}

/* ---- Who does not read, who does not send ---- */

static void who_asks_ten_thousand_times_and_never_reads_is_held(void **in) {
    struct state *s = *in;
    struct buf ask = BUF_EMPTY;
    for (int i = 0; i < 10; i++)
        buf_append_c(&ask, GET("/large"));
    client_send(s->fd, buf_str(&ask));
    FIXTURE_WAIT(atomic_load(&s->app.requests) >= 1);
    again(s); /* another connection is served meanwhile; the first is gone */
    check(s, GET("/other"), 200, "/other");
    int asked = atomic_load(&s->app.requests);
    assert_true(asked < 10); /* the rest was not handled: its answers would pile up */
    again(s);
    setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){0, 200000},
               sizeof(struct timeval));
    for (int i = 0; i < 1000; i++)
        client_send(s->fd, buf_str(&ask));
    int other = client_connect(fixture_port(&s->fixture));
    struct str body;
    client_send_c(other, GET("/other"));
    assert_int_equal(client_read_answer(other, &s->got, &body), 200);
    assert_true(atomic_load(&s->app.requests) < asked + 10);
    close(other);
    buf_deinit(&ask);
}

static void answers_that_nobody_reads_are_few(void **in) {
    struct state *s = *in;
    struct buf ask = BUF_EMPTY;
    size_t most = 0;
    for (int i = 0; i < 100000; i++)
        buf_append_c(&ask, GET("/x"));
    setsockopt(s->fd, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){0, 200000},
               sizeof(struct timeval));
    client_send(s->fd, buf_str(&ask)); /* returns when the server has stopped reading for a while */
    for (int i = 0; i < 100; i++) {
        most = frame_count() > most ? frame_count() : most;
        usleep(100);
    }
    assert_true(atomic_load(&s->app.requests) < 100000);
    assert_true(most > 0 && most <= 17); /* the answers, and the one being made */
    buf_deinit(&ask);
}

static void a_silent_connection_is_closed(void **in) {
    struct state *s = *in;
    read_end(s);
    assert_int_equal(s->got.len, 0);
    FIXTURE_WAIT(fixture_stats(&s->fixture).closed_timeout == 1);
}

static void a_head_that_does_not_end_is_closed(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "GET / HTTP/1.1\r\nHost");
    assert_non_null(strstr(read_end(s), "HTTP/1.1 408 "));
}

static void a_head_that_trickles_is_closed_as_well(void **in) {
    struct state *s = *in;
    const char *head = "GET /";
    client_send_c(s->fd, head);
    for (int i = 0; i < FIXTURE_WAIT_MS / 10 && fixture_stats(&s->fixture).closed_timeout == 0;
         i++) {
        client_send_c(s->fd, "a");
        usleep(10000);
    }
    assert_int_equal(fixture_stats(&s->fixture).closed_timeout, 1);
    assert_non_null(strstr(read_end(s), "HTTP/1.1 408 "));
}

static void an_idle_connection_is_closed(void **in) {
    struct state *s = *in;
    check(s, GET("/a"), 200, "/a");
    size_t before = s->got.len;
    read_end(s);
    assert_int_equal(s->got.len, before);
}

static void a_body_that_does_not_come_is_closed_and_told(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\na");
    assert_non_null(strstr(read_end(s), "HTTP/1.1 408 "));
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_TIMEOUT);
}

static void a_body_above_the_floor_may_take_long(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n");
    char piece[1000];
    memset(piece, 'x', sizeof(piece));
    for (int i = 0; i < 30; i++) { /* for three times the deadline */
        client_send(s->fd, str_of(piece, sizeof(piece)));
        usleep(HASTY_MS * 1000 / 10);
    }
    struct str body;
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 200);
    assert_int_equal(body.len, 30000);
}

static void a_pending_answer_may_take_as_long_as_it_wants(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/later"));
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    usleep(2 * HASTY_MS * 1000); /* more than any deadline of this server */
    fixture_do(&s->fixture, answer_waiting, &s->app);
    client_read_until(s->fd, &s->got, "at last");
}

static void see_deadline(struct loop *loop, void *argument) {
    size_t cursor = 0;
    struct conn *conn = map_next(&loop->conns, &cursor);
    *(int *)argument = conn->deadline_kind;
}

static void an_answer_that_is_not_read_has_a_deadline(void **in) {
    struct state *s = *in;
    int kind = 0;
    client_send_c(s->fd, GET("/large"));
    FIXTURE_WAIT(atomic_load(&s->app.requests) == 1);
    fixture_do(&s->fixture, see_deadline, &kind);
    assert_int_equal(kind, CONN_DEADLINE_WRITE);
    struct str body;
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 200);
    check(s, GET("/next"), 200, "/next");
    fixture_do(&s->fixture, see_deadline, &kind);
    assert_int_equal(kind, CONN_DEADLINE_HTTP);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)
#define HASTY(name) cmocka_unit_test_setup_teardown(name, setup_hasty, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered_one_after_the_other),
        TEST(pipelined_requests_are_answered_in_order),
        TEST(head_gets_the_length_but_no_body),
        TEST(a_body_frame_goes_out_without_its_websocket_header),
        TEST(no_content_has_no_length),
        TEST(http_1_0_is_kept_alive_only_when_it_asks),
        TEST(a_large_answer_arrives_whole),
        TEST(a_last_answer_may_be_read_slowly),
        TEST(bodies_come_counted_and_chunked),
        TEST(a_body_is_wanted_before_it_is_continued),
        TEST(a_body_above_the_bound_is_refused),
        TEST(a_body_that_nobody_wants_is_read_away),
        TEST(a_chunked_body_that_breaks_is_refused_and_nothing_behind_it_is_heard),
        TEST(a_bad_request_is_refused_and_nothing_behind_it_is_heard),
        TEST(a_refusal_survives_input_that_nobody_reads),
        TEST(a_peer_that_leaves_while_it_waits_is_noticed),
        TEST(a_reset_is_noticed),
        TEST(a_peer_that_leaves_in_the_middle_of_a_body_is_noticed),
        TEST(a_full_pipeline_does_not_hide_an_abort),
        TEST(an_abort_is_heard_before_the_next_request_of_another_connection),
        TEST(who_only_closes_its_sending_side_still_gets_the_answer),
        TEST(requests_behind_a_pending_one_wait_for_its_answer),
        TEST(a_handler_may_close_instead_of_answering),
        TEST(who_has_answered_is_told_nothing_more),
        TEST(who_asks_ten_thousand_times_and_never_reads_is_held),
        TEST(answers_that_nobody_reads_are_few),
        HASTY(a_silent_connection_is_closed),
        HASTY(a_head_that_does_not_end_is_closed),
        HASTY(a_head_that_trickles_is_closed_as_well),
        HASTY(an_idle_connection_is_closed),
        HASTY(a_body_that_does_not_come_is_closed_and_told),
        HASTY(a_body_above_the_floor_may_take_long),
        HASTY(a_pending_answer_may_take_as_long_as_it_wants),
        TEST(an_answer_that_is_not_read_has_a_deadline),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
