/* test_ws.c: WebSocket connections over real sockets, against an echo server.
 *
 * A text message that begins with "!" is a command to the server; see on_message.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "base/clock.h"
#include "net/net_internal.h"

/* Owner: the loop's thread, but for the atomics. */
struct app {
    atomic_int messages;
    atomic_int closes;
    atomic_int end;
    struct conn *conn;
};

static void send_text(struct conn *conn, struct str text) {
    struct frame *frame = frame_new(FRAME_TEXT, text);
    conn_send(conn, frame);
    frame_unref(frame);
}

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    struct app *app = user;
    atomic_fetch_add(&app->messages, 1);
    if (str_equal(bytes, STR("!close"))) {
        ws_close(conn, WS_CLOSE_POLICY, CONN_LOCAL);
        ws_close(conn, WS_CLOSE_NORMAL, CONN_LOCAL);
        send_text(conn, STR("not sent"));
        assert_true(conn_is_closing(conn));
    } else if (str_equal(bytes, STR("!close none"))) {
        ws_close(conn, WS_CLOSE_NONE, CONN_LOCAL);
    } else if (str_equal(bytes, STR("!cut"))) {
        send_text(conn, STR("last words"));
        conn_close(conn, CONN_LOCAL);
        conn_close(conn, CONN_TIMEOUT);
        send_text(conn, STR("not sent"));
    } else {
        struct frame *frame = frame_new(binary ? FRAME_BINARY : FRAME_TEXT, bytes);
        conn_send(conn, frame);
        frame_unref(frame);
    }
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    struct app *app = user;
    assert_true(conn_is_closing(conn));
    assert_null(conn_find(conn_loop(conn), conn_id(conn)));
    send_text(conn, STR("too late"));
    conn_close(conn, CONN_LOCAL);
    ws_close(conn, WS_CLOSE_NORMAL, CONN_LOCAL);
    app->conn = NULL;
    atomic_store(&app->end, (int)end);
    atomic_fetch_add(&app->closes, 1);
}

static const struct ws_handler ws_handler = {on_message, on_close};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    int refused = ws_handshake_check(request);
    struct http_response response = {.status = refused,
                                     .headers = STR("Sec-WebSocket-Version: 13\r\n")};
    if (refused != 0) {
        http_respond(conn, &response);
        return;
    }
    ws_accept(conn, request, &ws_handler, context, 0);
    app->conn = conn;
    if (str_equal(request->path, STR("/greet")))
        send_text(conn, STR("welcome"));
    if (str_equal(request->path, STR("/refuse")))
        ws_close(conn, WS_CLOSE_TRY_LATER, CONN_LOCAL);
}

static const struct http_handler handler = {on_request};

#define LIMIT 200000 /* of one message */

struct state {
    struct fixture fixture;
    struct app app;
    struct buf got;
    struct buf payload;
    int fd;
};

static int setup(void **out) {
    struct state *s = calloc(1, sizeof(*s));
    struct loop_options options = {.http = &handler,
                                   .http_context = &s->app,
                                   .head_ms = 1000, /* must not touch an open WebSocket */
                                   .idle_ms = 50,
                                   .common_headers = STR("X-Common: yes\r\n"),
                                   .ws_message_bytes_max = LIMIT};
    fixture_start(&s->fixture, &options);
    s->fd = client_ws_connect(fixture_port(&s->fixture), "/", &s->got);
    *out = s;
    return 0;
}

static int teardown(void **in) {
    struct state *s = *in;
    close(s->fd);
    fixture_join(&s->fixture);
    assert_int_equal(frame_count(), 0);
    assert_int_equal(fixture_stats(&s->fixture).conns, 0);
    fixture_free(&s->fixture);
    buf_deinit(&s->got);
    buf_deinit(&s->payload);
    free(s);
    return 0;
}

static void again(struct state *s) {
    close(s->fd);
    buf_clear(&s->got);
    s->fd = client_ws_connect(fixture_port(&s->fixture), "/", &s->got);
}

/* The next frame is this text. */
static void expect_text(struct state *s, const char *text) {
    assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x81);
    assert_str(buf_str(&s->payload), text);
}

static void expect_end(struct state *s, int closes, enum conn_end end) {
    FIXTURE_WAIT(atomic_load(&s->app.closes) == closes);
    assert_int_equal(atomic_load(&s->app.end), end);
}

/* Sends bytes, expects a close frame with this code, then the end of TCP. */
static void expect_failure(struct state *s, struct str bytes, int code) {
    int closes = atomic_load(&s->app.closes);
    client_send(s->fd, bytes);
    int got = client_ws_read_close(s->fd, &s->got);
    if (got != code)
        fail_msg("close code %d, wanted %d", got, code);
    client_read_end(s->fd, &s->got);
    assert_int_equal(s->got.len, 0);
    FIXTURE_WAIT(atomic_load(&s->app.closes) == closes + 1);
    again(s);
}

/* ---- Handshake ---- */

static void the_101_is_what_the_rfc_asks_for_and_no_more(void **in) {
    struct state *s = *in;
    close(s->fd);
    s->fd = client_connect(fixture_port(&s->fixture));
    client_send_c(s->fd, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
                         "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                         "Sec-WebSocket-Protocol: chat, superchat\r\n"
                         "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    client_read_until(s->fd, &s->got, "\r\n\r\n");
    assert_str(buf_str(&s->got), "HTTP/1.1 101 Switching Protocols\r\n"
                                 "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                                 "Sec-WebSocket-Protocol: chat\r\n\r\n");
}

static void a_wrong_handshake_is_answered_as_http(void **in) {
    struct state *s = *in;
    struct str body;
    close(s->fd);
    s->fd = client_connect(fixture_port(&s->fixture));
    client_send_c(s->fd,
                  "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                  "Sec-WebSocket-Version: 8\r\n\r\n");
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 426);
    assert_non_null(strstr(buf_c(&s->got), "\r\nSec-WebSocket-Version: 13\r\n"));
}

static void frames_behind_the_request_are_heard(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY;
    close(s->fd);
    s->fd = client_connect(fixture_port(&s->fixture));
    buf_append_c(&bytes, "GET /greet" CLIENT_WS_HEAD);
    client_ws_append(&bytes, 0x81, STR("early"));
    client_send(s->fd, buf_str(&bytes));
    client_read_until(s->fd, &s->got, "\r\n\r\n");
    buf_consume(&s->got, (size_t)(strstr(buf_c(&s->got), "\r\n\r\n") - s->got.data) + 4);
    expect_text(s, "welcome");
    expect_text(s, "early");
    buf_deinit(&bytes);
}

static void a_connection_may_be_closed_in_the_handshake(void **in) {
    struct state *s = *in;
    close(s->fd);
    buf_clear(&s->got);
    s->fd = client_ws_connect(fixture_port(&s->fixture), "/refuse", &s->got);
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 1013);
}

/* ---- Messages ---- */

static void messages_of_all_sizes_are_echoed(void **in) {
    struct state *s = *in;
    static const size_t sizes[] = {0, 1, 125, 126, 1000, 65535, 65536, LIMIT};
    struct buf sent = BUF_EMPTY;
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        buf_clear(&sent);
        memset(buf_reserve(&sent, sizes[i] + 1), 'a' + (int)i, sizes[i]);
        sent.len = sizes[i];
        client_ws_send(s->fd, i % 2 == 0 ? 0x81 : 0x82, buf_str(&sent));
        assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), i % 2 == 0 ? 0x81 : 0x82);
        assert_true(str_equal(buf_str(&s->payload), buf_str(&sent)));
    }
    buf_deinit(&sent);
}

static void fragments_are_joined_with_control_frames_between(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x01, STR("\xe2\x82")); /* cut in a character */
    client_ws_send(s->fd, 0x89, STR("are you there"));
    assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x8a);
    assert_str(buf_str(&s->payload), "are you there");
    client_ws_send(s->fd, 0x00, STR("\xac "));
    client_ws_send(s->fd, 0x00, STR(""));
    client_ws_send(s->fd, 0x80, STR("5"));
    expect_text(s, "\xe2\x82\xac 5");
    client_ws_send(s->fd, 0x02, STR(""));
    client_ws_send(s->fd, 0x80, STR(""));
    assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x82);
    assert_int_equal(s->payload.len, 0);
}

static void unasked_pongs_are_ignored(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x8a, STR("?"));
    client_ws_send(s->fd, 0x81, STR("x"));
    expect_text(s, "x");
}

static void a_flood_of_pings_gets_few_pongs_and_the_newest(void **in) {
    struct state *s = *in;
    struct buf flood = BUF_EMPTY;
    for (int i = 0; i < 5000; i++)
        client_ws_append(&flood, 0x89, STR("old"));
    client_ws_append(&flood, 0x89, STR("new"));
    client_send(s->fd, buf_str(&flood));
    int pongs = 0;
    do {
        assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x8a);
        pongs++;
    } while (!str_equal(buf_str(&s->payload), STR("new")));
    assert_true(pongs <= 50); /* one per read at most */
    client_ws_send(s->fd, 0x81, STR("x"));
    expect_text(s, "x");
    buf_deinit(&flood);
}

static void an_open_websocket_outlives_the_deadlines_of_http(void **in) {
    struct state *s = *in;
    usleep(1300000);
    client_ws_send(s->fd, 0x81, STR("still here"));
    expect_text(s, "still here");
}

/* ---- Who breaks the protocol ---- */

#define MASK "\x01\x02\x03\x04"

static void broken_frames_are_closed_with_their_code(void **in) {
    struct state *s = *in;
    expect_failure(s, STR("\xc1"), 1002);                           /* reserved bit */
    expect_failure(s, STR("\x83"), 1002);                           /* opcode */
    expect_failure(s, STR("\x81\x05hello"), 1002);                  /* not masked */
    expect_failure(s, STR("\x80"), 1002);                           /* nothing to go on with */
    expect_failure(s, STR("\x09"), 1002);                           /* fragmented ping */
    expect_failure(s, STR("\x89\xfe"), 1002);                       /* ping above 125 */
    expect_failure(s, STR("\x81\xfe\x00\x05"), 1002);               /* length not minimal */
    expect_failure(s, STR("\x82\xff\x80\0\0\0\0\0\0\0"), 1002);     /* 2^63 */
    expect_failure(s, STR("\x82\xff\0\0\x01\0\0\0\0\0"), 1009);     /* 2^40 */
    expect_failure(s, STR("\x82\xff\0\0\0\0\0\x03\x0d\x41"), 1009); /* LIMIT + 1 */
    expect_failure(s, STR("\x01\x80" MASK "\x81"), 1002);           /* text in a message */
    assert_int_equal(atomic_load(&s->app.messages), 0);
}

static void fragments_are_bounded_in_sum(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY, half = BUF_EMPTY;
    memset(buf_reserve(&half, LIMIT / 2 + 1), 'x', LIMIT / 2 + 1);
    half.len = LIMIT / 2 + 1;
    client_ws_append(&bytes, 0x01, buf_str(&half));
    client_ws_append(&bytes, 0x80, buf_str(&half));
    expect_failure(s, buf_str(&bytes), 1009);
    buf_deinit(&bytes);
    buf_deinit(&half);
}

static void endless_empty_fragments_are_bounded_in_number(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY;
    client_ws_append(&bytes, 0x01, STR(""));
    for (int i = 0; i < WS_FRAGMENTS_MAX; i++)
        client_ws_append(&bytes, 0x00, STR(""));
    expect_failure(s, buf_str(&bytes), 1009);
    buf_deinit(&bytes);
}

static void bad_utf8_is_failed_at_once(void **in) {
    struct state *s = *in;
    static const struct {
        unsigned first;
        struct str payload;
    } bad[] = {{0x81, {"a\xff", 2}},        {0x81, {"\xc0\xaf", 2}},
               {0x81, {"\xed\xa0\x80", 3}}, {0x81, {"\xf4\x90\x80\x80", 4}},
               {0x81, {"\xe2\x82", 2}},     {0x01, {"ab\xff", 3}}};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct buf bytes = BUF_EMPTY;
        client_ws_append(&bytes, bad[i].first, bad[i].payload);
        expect_failure(s, buf_str(&bytes), 1007);
        buf_deinit(&bytes);
    }
    /* in the middle of a frame whose end never comes: 20 of 100 bytes */
    struct buf bytes = BUF_EMPTY;
    char text[100];
    memset(text, 'a', sizeof(text));
    text[19] = '\xff';
    client_ws_append(&bytes, 0x81, str_of(text, sizeof(text)));
    expect_failure(s, str_of(bytes.data, 6 + 20), 1007);
    buf_clear(&bytes);
    /* a character that the last fragment cuts */
    client_ws_append(&bytes, 0x01, STR("\xe2"));
    client_ws_append(&bytes, 0x80, STR("\x82"));
    expect_failure(s, buf_str(&bytes), 1007);
    buf_deinit(&bytes);
    assert_int_equal(atomic_load(&s->app.messages), 0);
}

static void binary_may_hold_anything(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x82, STR("\xff\xfe\x00"));
    assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x82);
    assert_int_equal(s->payload.len, 3);
}

/* ---- Closing ---- */

static void a_close_frame_is_answered_with_its_code(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x88,
                   STR("\x0f\xa0"
                       "bye"));
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 4000);
    client_read_end(s->fd, &s->got);
    assert_int_equal(s->got.len, 0);
    expect_end(s, 1, CONN_PEER_CLOSED);
    again(s);
    client_ws_send(s->fd, 0x88, STR(""));
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 0);
    expect_end(s, 2, CONN_PEER_CLOSED);
}

static void a_bad_close_payload_is_failed(void **in) {
    struct state *s = *in;
    static const struct {
        struct str payload;
        int code;
    } bad[] = {{{"\x03", 1}, 1002},
               {{"\x03\xed", 2}, 1002}, /* 1005 */
               {{"\x03\xe8\xff", 3}, 1007}};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct buf bytes = BUF_EMPTY;
        client_ws_append(&bytes, 0x88, bad[i].payload);
        expect_failure(s, buf_str(&bytes), bad[i].code);
        buf_deinit(&bytes);
    }
    assert_int_equal(atomic_load(&s->app.end), CONN_PROTOCOL);
}

static void what_comes_behind_a_close_frame_is_ignored(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY;
    client_ws_append(&bytes, 0x88, STR("\x03\xe8"));
    client_ws_append(&bytes, 0x81, STR("late"));
    client_ws_append(&bytes, 0x88, STR("\x03\xe9"));
    client_send(s->fd, buf_str(&bytes));
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 1000);
    client_read_end(s->fd, &s->got);
    assert_int_equal(s->got.len, 0);
    expect_end(s, 1, CONN_PEER_CLOSED);
    assert_int_equal(atomic_load(&s->app.messages), 0);
    buf_deinit(&bytes);
}

static void we_close_and_the_peer_answers(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x81, STR("!close"));
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 1008);
    client_ws_send(s->fd, 0x81, STR("ignored"));
    client_ws_send(s->fd, 0x01, STR("ignored \xff"));
    client_ws_send(s->fd, 0x89, STR("ignored"));
    client_ws_send(s->fd, 0x88, STR("\x03\xf0"));
    client_read_end(s->fd, &s->got);
    assert_int_equal(s->got.len, 0);
    expect_end(s, 1, CONN_LOCAL);
    assert_int_equal(atomic_load(&s->app.messages), 1);
    again(s);
    client_ws_send(s->fd, 0x81, STR("!close none"));
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 0);
}

static void a_peer_that_does_not_answer_our_close_is_cut_within_two_seconds(void **in) {
    struct state *s = *in;
    int64_t begin_ms = clock_mono_ms();
    client_ws_send(s->fd, 0x81, STR("!close"));
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 1008);
    client_read_end(s->fd, &s->got);
    int64_t took_ms = clock_mono_ms() - begin_ms;
    assert_true(took_ms >= WS_CLOSE_MS_MAX - 100 && took_ms <= WS_CLOSE_MS_MAX + 10000);
    expect_end(s, 1, CONN_LOCAL);
    FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 0);
}

static void a_handler_may_cut_and_what_was_queued_still_goes_out(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x81, STR("!cut"));
    expect_text(s, "last words");
    assert_int_equal(client_ws_read_close(s->fd, &s->got), -1);
    expect_end(s, 1, CONN_LOCAL);
}

/* The peer goes in each state of the parser: the descriptor must be free again. */
static void a_cut_in_any_state_frees_the_connection(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY;
    client_ws_append(&bytes, 0x01, STR("first"));
    client_ws_append(&bytes, 0x89, STR("ping"));
    client_ws_append(&bytes, 0x80, STR("second, longer than the first"));
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        client_send(s->fd, str_of(bytes.data, cut));
        if (cut % 2 == 0) { /* by a reset */
            struct linger hard = {1, 0};
            setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
        }
        again(s);
    }
    FIXTURE_WAIT(atomic_load(&s->app.closes) == (int)bytes.len + 1);
    FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 1);
    buf_deinit(&bytes);
}

static void stopping_the_loop_sends_going_away(void **in) {
    struct state *s = *in;
    client_ws_send(s->fd, 0x01, STR("unfinished"));
    client_ws_send(s->fd, 0x89, STR(""));
    assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x8a);
    fixture_join(&s->fixture);
    assert_int_equal(client_ws_read_close(s->fd, &s->got), 1001);
    assert_int_equal(atomic_load(&s->app.end), CONN_SHUTDOWN);
    assert_int_equal(atomic_load(&s->app.closes), 1);
    fixture_free(&s->fixture);
    /* for the teardown */
    fixture_start(&s->fixture, &(struct loop_options){.http = &handler});
}

/* ---- Reads of every size ---- */

static atomic_size_t read_cut; /* the first reads take that many bytes, the others what there is */
static atomic_size_t read_done;

static ssize_t chopped_read(int fd, void *state, char *into, size_t count) {
    size_t want = read_done < read_cut ? read_cut - read_done : count;
    ssize_t got = conn_io_plain.read(fd, state, into, want < count ? want : count);
    read_done += got > 0 ? (size_t)got : 0;
    return got;
}

static ssize_t chopped_writev(int fd, void *state, const struct iovec *slices, size_t count) {
    (void)count;
    static unsigned calls;
    struct iovec little = {slices[0].iov_base, slices[0].iov_len > 3 ? 3 : slices[0].iov_len};
    return ++calls % 3 == 0 ? -EAGAIN : conn_io_plain.writev(fd, state, &little, 1);
}

static void no_shutdown(int fd, void *state) {
    conn_io_plain.shutdown(fd, state);
}

static void no_state(void *state) {
    (void)state;
}

static const struct conn_io chopped_io = {.read = chopped_read,
                                          .writev = chopped_writev,
                                          .shutdown = no_shutdown,
                                          .free_state = no_state};

static void chop_from_now_on(struct loop *loop, void *argument) {
    (void)argument;
    loop_set_io(loop, &chopped_io);
}

/* Handshake, messages, fragments, control frames, close: what the server says must not depend on where the stream is
 * cut, nor on how little the kernel takes of its answers. */
static void a_conversation_cut_anywhere_goes_the_same_way(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY, whole = BUF_EMPTY;
    buf_append_c(&bytes, "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /greet" CLIENT_WS_HEAD);
    client_ws_append(&bytes, 0x81, STR("one"));
    client_ws_append(&bytes, 0x01, STR("two \xe2"));
    client_ws_append(&bytes, 0x00, STR("\x82"));
    client_ws_append(&bytes, 0x80, STR("\xac"));
    client_ws_append(&bytes, 0x82, STR("\x00\xff"));
    client_ws_append(&bytes, 0x88, STR("\x03\xe8"));
    client_ws_append(&bytes, 0x81, STR("late"));
    fixture_do(&s->fixture, chop_from_now_on, NULL);
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        close(s->fd);
        FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 0); /* the cut is counted for one alone */
        read_cut = cut;
        read_done = 0;
        s->fd = client_connect(fixture_port(&s->fixture));
        buf_clear(&s->got);
        client_send(s->fd, buf_str(&bytes));
        client_read_end(s->fd, &s->got);
        const char *date = strstr(buf_c(&s->got), "Date: ");
        assert_non_null(date);
        memset(s->got.data + (date - s->got.data), 'D', 35);
        if (cut == 0)
            buf_append_str(&whole, buf_str(&s->got));
        assert_str_same(buf_str(&s->got), buf_str(&whole));
    }
    assert_true(str_ends_with(buf_str(&whole), STR("\x82\x02\x00\xff\x88\x02\x03\xe8")));
    buf_deinit(&bytes);
    buf_deinit(&whole);
}

/* ---- What an idle one holds ---- */

static void see_buffers(struct loop *loop, void *argument) {
    size_t cursor = 0;
    struct conn *conn = map_next(&loop->conns, &cursor);
    *(bool *)argument = conn->kept == NULL && conn->outbox.slots == NULL &&
                        conn->as.ws.message == NULL && conn->as.ws.pong == NULL &&
                        !timer_is_running(&conn->deadline);
}

static void an_idle_connection_holds_no_buffer(void **in) {
    struct state *s = *in;
    bool none = false;
    fragments_are_joined_with_control_frames_between(in);
    fixture_do(&s->fixture, see_buffers, &none);
    assert_true(none);
    print_message("an idle connection: %zu bytes\n", sizeof(struct conn));
    assert_true(sizeof(struct conn) <= 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_101_is_what_the_rfc_asks_for_and_no_more),
        TEST(a_wrong_handshake_is_answered_as_http),
        TEST(frames_behind_the_request_are_heard),
        TEST(a_connection_may_be_closed_in_the_handshake),
        TEST(messages_of_all_sizes_are_echoed),
        TEST(fragments_are_joined_with_control_frames_between),
        TEST(unasked_pongs_are_ignored),
        TEST(a_flood_of_pings_gets_few_pongs_and_the_newest),
        TEST(an_open_websocket_outlives_the_deadlines_of_http),
        TEST(broken_frames_are_closed_with_their_code),
        TEST(fragments_are_bounded_in_sum),
        TEST(endless_empty_fragments_are_bounded_in_number),
        TEST(bad_utf8_is_failed_at_once),
        TEST(binary_may_hold_anything),
        TEST(a_close_frame_is_answered_with_its_code),
        TEST(a_bad_close_payload_is_failed),
        TEST(what_comes_behind_a_close_frame_is_ignored),
        TEST(we_close_and_the_peer_answers),
        TEST(a_peer_that_does_not_answer_our_close_is_cut_within_two_seconds),
        TEST(a_handler_may_cut_and_what_was_queued_still_goes_out),
        TEST(a_cut_in_any_state_frees_the_connection),
        TEST(stopping_the_loop_sends_going_away),
        TEST(a_conversation_cut_anywhere_goes_the_same_way),
        TEST(an_idle_connection_holds_no_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
