/* test_http_stream.c: answers that come in pieces, and bodies that have to wait.
 *
 * The server's answer to /stream?N is N pieces of PIECE_BYTES, each given when the one before is on its way; /held reads its body only
 * when the test says so.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "base/clock.h"
#include "net/net_internal.h"

#define PIECE_BYTES    65536
#define BODY_BYTES_MAX 4000000

/* Owner: the loop's thread, but for the atomics. */
struct app {
    struct conn *conn;
    uint64_t left; /* pieces */
    char piece[PIECE_BYTES];
    atomic_int given, aborts;
    atomic_size_t queued_most; /* bytes in the outbox before a piece, at most */
    atomic_size_t body_bytes;
    atomic_bool has_ended;
};

static void on_abort(struct conn *conn, void *user, enum conn_end end) {
    struct app *app = user;
    (void)conn;
    (void)end;
    app->conn = NULL;
    atomic_fetch_add(&app->aborts, 1);
}

static void on_room(struct conn *conn, void *user) {
    struct app *app = user;
    if (app->left == 0) { /* it breaks off */
        conn_close(conn, CONN_LOCAL);
        return;
    }
    if (conn_queued_bytes(conn) > atomic_load(&app->queued_most))
        atomic_store(&app->queued_most, conn_queued_bytes(conn));
    app->left--;
    memset(app->piece, 'a' + atomic_load(&app->given) % 26, PIECE_BYTES);
    struct frame *frame = frame_new(FRAME_RAW, str_of(app->piece, PIECE_BYTES));
    atomic_fetch_add(&app->given, 1);
    (void)http_stream(conn, frame);
    frame_unref(frame);
}

static void on_body(struct conn *conn, void *user, struct str bytes) {
    struct app *app = user;
    atomic_fetch_add(&app->body_bytes, bytes.len);
    http_hold_body(conn, true);
}

static void on_body_end(struct conn *conn, void *user) {
    struct app *app = user;
    atomic_store(&app->has_ended, true);
    http_respond(conn, &(struct http_response){.status = 200, .body = STR("read")});
}

static const struct http_exchange stream_exchange = {.on_abort = on_abort, .on_room = on_room};
static const struct http_exchange held_exchange = {
    .on_abort = on_abort, .on_body = on_body, .on_body_end = on_body_end};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    app->conn = conn;
    if (str_equal(request->path, STR("/held"))) {
        http_set_exchange(conn, &held_exchange, app);
        http_read_body(conn, BODY_BYTES_MAX);
        return;
    }
    uint64_t pieces = 0;
    bool breaks = str_equal(request->path, STR("/broken"));
    (void)str_to_u64(request->query, 1000, &pieces);
    app->left = pieces - breaks;
    http_set_exchange(conn, &stream_exchange, app);
    (void)http_stream_begin(conn, &(struct http_response){.status = 206}, pieces * PIECE_BYTES);
}

static const struct http_handler handler = {on_request};

struct state {
    struct fixture fixture;
    struct app app;
    struct buf got;
    int fd;
};

static int setup_with(void **out, uint32_t head_ms) {
    struct state *s = calloc(1, sizeof(*s));
    struct loop_options options = {
        .http = &handler, .http_context = &s->app, .head_ms = head_ms, .idle_ms = 30000};
    fixture_start(&s->fixture, &options);
    s->fd = client_connect(fixture_port(&s->fixture));
    *out = s;
    return 0;
}

static int setup(void **out) {
    return setup_with(out, 0);
}

#define HASTY_MS 600 /* nobody who sends misses that on a busy machine */

static int setup_hasty(void **out) {
    return setup_with(out, HASTY_MS);
}

static int teardown(void **in) {
    struct state *s = *in;
    close(s->fd);
    fixture_join(&s->fixture);
    assert_int_equal(frame_count(), 0);
    fixture_free(&s->fixture);
    buf_deinit(&s->got);
    free(s);
    return 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* The next answer's body must be these pieces. */
static void check_pieces(struct state *s, size_t pieces) {
    struct str body;
    buf_clear(&s->got);
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 206);
    assert_int_equal(body.len, pieces * PIECE_BYTES);
    for (size_t i = 0; i < body.len; i += 999)
        assert_int_equal(body.at[i], body.at[i / PIECE_BYTES * PIECE_BYTES]);
}

static void pieces_arrive_in_order_and_the_connection_goes_on(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/stream?30"));
    check_pieces(s, 30);
    assert_int_equal(s->got.data[s->got.len - 1], 'a' + 29 % 26);
    client_send_c(s->fd, GET("/stream?2"));
    check_pieces(s, 2);
    assert_int_equal(fixture_stats(&s->fixture).accepts, 1);
    assert_int_equal(atomic_load(&s->app.aborts), 0);
}

static void a_piece_is_asked_for_when_the_last_one_has_gone(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/stream?200")); /* more than a socket holds */
    FIXTURE_WAIT(atomic_load(&s->app.given) > 1);
    check_pieces(s, 200);
    assert_int_equal(atomic_load(&s->app.queued_most), 0);
}

static void nothing_is_given_for_head_nor_of_nothing(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, "HEAD /stream?3 HTTP/1.1\r\nHost: a\r\n\r\n");
    client_read_until(s->fd, &s->got, "\r\n\r\n");
    assert_non_null(strstr(buf_c(&s->got), "Content-Length: 196608\r\n"));
    client_send_c(s->fd, GET("/stream?0"));
    check_pieces(s, 0);
    assert_int_equal(atomic_load(&s->app.given), 0);
}

static void requests_behind_a_stream_wait_for_its_end(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/stream?3") GET("/stream?1"));
    struct str body;
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 206);
    assert_int_equal(body.len, 3 * PIECE_BYTES);
    buf_consume(&s->got, (size_t)(body.at + body.len - s->got.data));
    assert_int_equal(client_read_answer(s->fd, &s->got, &body), 206);
    assert_int_equal(body.len, PIECE_BYTES);
}

static void an_answer_that_breaks_off_is_seen_to(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/broken?3"));
    client_read_end(s->fd, &s->got);
    size_t head = (size_t)(strstr(buf_c(&s->got), "\r\n\r\n") + 4 - s->got.data);
    assert_int_equal(s->got.len - head, 2 * PIECE_BYTES);
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
}

static void a_reader_that_leaves_is_noticed(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/stream?900"));
    FIXTURE_WAIT(atomic_load(&s->app.given) > 1);
    close(s->fd);
    s->fd = client_connect(fixture_port(&s->fixture));
    FIXTURE_WAIT(atomic_load(&s->app.aborts) == 1);
}

static void who_only_closes_its_sending_side_gets_the_rest(void **in) {
    struct state *s = *in;
    client_send_c(s->fd, GET("/stream?20"));
    assert_int_equal(shutdown(s->fd, SHUT_WR), 0);
    check_pieces(s, 20);
}

struct sending {
    int fd;
    const char *at;
    size_t count;
};

static void *send_all(void *argument) {
    const struct sending *sending = argument;
    client_send(sending->fd, str_of(sending->at, sending->count));
    return NULL;
}

static void look_on(struct loop *loop, void *argument) {
    (void)loop;
    (void)argument;
}

static void let_go_on(struct loop *loop, void *argument) {
    struct app *app = argument;
    (void)loop;
    if (app->conn != NULL)
        http_hold_body(app->conn, false);
}

/* What is held is not read: the server takes a bounded part of the body, and blames nobody for the rest. */
static void a_held_body_waits_and_is_not_timed(void **in) {
    struct state *s = *in;
    static char body[1000000];
    struct buf head = BUF_EMPTY;
    buf_printf(&head, "POST /held HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", sizeof body);
    client_send(s->fd, buf_str(&head));
    client_send(s->fd, str_of(body, 100));
    FIXTURE_WAIT(atomic_load(&s->app.body_bytes) > 0);
    size_t first = atomic_load(&s->app.body_bytes);
    uint64_t begin_ms = (uint64_t)clock_mono_ms();
    while ((uint64_t)clock_mono_ms() <
           begin_ms + 3 * HASTY_MS) /* three times what an unheld one may rest */
        fixture_do(&s->fixture, look_on, NULL);
    assert_int_equal(atomic_load(&s->app.body_bytes), first);
    assert_int_equal(atomic_load(&s->app.aborts), 0);
    buf_deinit(&head);
    pthread_t sender;
    struct sending sending = {s->fd, body + 100, sizeof body - 100};
    assert_int_equal(pthread_create(&sender, NULL, send_all, &sending), 0);
    while (!atomic_load(&s->app.has_ended))
        fixture_do(&s->fixture, let_go_on, &s->app);
    pthread_join(sender, NULL);
    struct str answer;
    assert_int_equal(client_read_answer(s->fd, &s->got, &answer), 200);
    assert_int_equal(atomic_load(&s->app.body_bytes), sizeof body);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)
#define HASTY(name) cmocka_unit_test_setup_teardown(name, setup_hasty, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(pieces_arrive_in_order_and_the_connection_goes_on),
        TEST(a_piece_is_asked_for_when_the_last_one_has_gone),
        TEST(nothing_is_given_for_head_nor_of_nothing),
        TEST(requests_behind_a_stream_wait_for_its_end),
        TEST(an_answer_that_breaks_off_is_seen_to),
        TEST(a_reader_that_leaves_is_noticed),
        TEST(who_only_closes_its_sending_side_gets_the_rest),
        HASTY(a_held_body_waits_and_is_not_timed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
