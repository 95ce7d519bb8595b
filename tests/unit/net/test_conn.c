/* test_conn.c: gather writes, bounds of the outbox, and what a connection knows about itself.
 *
 * Gathering is proved by counting writes, never by timing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "net/net_internal.h"

#include <netinet/tcp.h>

/* Owner: the loop's thread, but for the atomics. */
struct app {
    struct conn *conn; /* the newest WebSocket */
    struct timer timer;
    atomic_int opened;
    atomic_int messages;
    atomic_int closes;
    atomic_int end;
    atomic_size_t queued_bytes_max;
};

static void send_text(struct conn *conn, struct str text) {
    struct frame *frame = frame_new(FRAME_TEXT, text);
    conn_send(conn, frame);
    frame_unref(frame);
}

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    (void)binary;
    struct app *app = user;
    atomic_fetch_add(&app->messages, 1);
    for (int i = 0; i < 3; i++) /* each message is answered by three */
        send_text(conn, bytes);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    struct app *app = user;
    app->conn = NULL;
    atomic_store(&app->end, (int)end);
    atomic_fetch_add(&app->closes, 1);
}

static const struct ws_handler ws_handler = {on_message, on_close};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    ws_accept(conn, request, &ws_handler, app, 0);
    app->conn = conn;
    atomic_fetch_add(&app->opened, 1);
}

static const struct http_handler handler = {on_request};

struct state {
    struct fixture fixture;
    struct app app;
    struct buf got;
    struct buf payload;
    int fd;
};

static int setup_with(void **out, uint32_t outbox_soft_ms) {
    struct state *s = calloc(1, sizeof(*s));
    struct loop_options options = {
        .http = &handler, .http_context = &s->app, .outbox_soft_ms = outbox_soft_ms};
    fixture_start(&s->fixture, &options);
    s->fd = client_ws_connect(fixture_port(&s->fixture), "/", &s->got);
    *out = s;
    return 0;
}

static int setup(void **out) {
    return setup_with(out, 0);
}

#define HASTY_MS 1000 /* a reader who reads is done by then on a busy machine too */

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
    buf_deinit(&s->payload);
    free(s);
    return 0;
}

static void read_messages(struct state *s, int count) {
    for (int i = 0; i < count; i++)
        assert_int_equal(client_ws_read(s->fd, &s->got, &s->payload), 0x81);
}

/* ---- Gathering ---- */

static void send_ten(struct loop *loop, void *argument) {
    (void)loop;
    for (int i = 0; i < 10; i++)
        send_text(((struct app *)argument)->conn, STR("hello"));
}

static void what_one_call_sends_goes_out_in_one_write(void **in) {
    struct state *s = *in;
    uint64_t before = fixture_stats(&s->fixture).writes;
    fixture_do(&s->fixture, send_ten, &s->app);
    read_messages(s, 10);
    assert_int_equal(fixture_stats(&s->fixture).writes, before + 1);
}

static void what_one_read_causes_goes_out_in_one_write(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY;
    for (int i = 0; i < 20; i++)
        client_ws_append(&bytes, 0x81, STR("ask"));
    uint64_t before = fixture_stats(&s->fixture).writes;
    client_send(s->fd, buf_str(&bytes));
    read_messages(s, 60);
    assert_int_equal(atomic_load(&s->app.messages), 20);
    assert_int_equal(fixture_stats(&s->fixture).writes, before + 1);
    buf_deinit(&bytes);
}

static void on_timer(struct timer *timer) {
    struct app *app = TIMER_ITEM(timer, struct app, timer);
    send_ten(NULL, app);
}

static void start_timer(struct loop *loop, void *argument) {
    struct app *app = argument;
    timer_init(&app->timer, loop, on_timer);
    timer_start(&app->timer, 5);
}

static void what_a_timer_sends_goes_out_in_one_write_without_a_new_event(void **in) {
    struct state *s = *in;
    uint64_t before = fixture_stats(&s->fixture).writes;
    fixture_do(&s->fixture, start_timer, &s->app);
    read_messages(s, 10);
    assert_int_equal(fixture_stats(&s->fixture).writes, before + 1);
}

static void send_thousand(struct loop *loop, void *argument) {
    for (int i = 0; i < 100; i++)
        send_ten(loop, argument);
}

static void more_slices_than_one_write_takes_need_a_few(void **in) {
    struct state *s = *in;
    uint64_t before = fixture_stats(&s->fixture).writes;
    fixture_do(&s->fixture, send_thousand, &s->app);
    read_messages(s, 1000);
    assert_int_equal(fixture_stats(&s->fixture).writes,
                     before + (1000 + CONN_WRITEV_SLICES_MAX - 1) / CONN_WRITEV_SLICES_MAX);
}

static void send_one_ten_times(struct loop *loop, void *argument) {
    (void)loop;
    size_t before = frame_count();
    struct frame *frame = frame_new(FRAME_TEXT, STR("all"));
    for (int i = 0; i < 10; i++)
        conn_send(((struct app *)argument)->conn, frame);
    frame_unref(frame);
    assert_int_equal(frame_count(), before + 1);
}

static void one_frame_is_queued_many_times_without_a_copy(void **in) {
    struct state *s = *in;
    fixture_do(&s->fixture, send_one_ten_times, &s->app);
    read_messages(s, 10);
    FIXTURE_WAIT(frame_count() == 0);
}

/* ---- Who does not read ---- */

static void send_64_kib(struct loop *loop, void *argument) {
    (void)loop;
    static char bytes[65536];
    struct app *app = argument;
    memset(bytes, 'x', sizeof(bytes));
    if (app->conn == NULL)
        return;
    send_text(app->conn, str_of(bytes, sizeof(bytes)));
    size_t queued = app->conn == NULL ? 0 : conn_queued_bytes(app->conn);
    if (queued > atomic_load(&app->queued_bytes_max))
        atomic_store(&app->queued_bytes_max, queued);
}

static void who_does_not_read_is_closed_at_the_bound(void **in) {
    struct state *s = *in;
    for (int i = 0; i < 500 && atomic_load(&s->app.closes) == 0; i++)
        fixture_do(&s->fixture, send_64_kib, &s->app);
    FIXTURE_WAIT(atomic_load(&s->app.closes) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_SLOW);
    assert_true(atomic_load(&s->app.queued_bytes_max) > CONN_OUTBOX_BYTES_MAX / 2);
    assert_true(atomic_load(&s->app.queued_bytes_max) <= CONN_OUTBOX_BYTES_MAX);
    FIXTURE_WAIT(frame_count() == 0); /* what was queued is freed at once */
    FIXTURE_WAIT(fixture_stats(&s->fixture).conns == 0);
    assert_int_equal(fixture_stats(&s->fixture).closed_slow, 1);
}

/* With its header and slot, the last one is above the bound. */
#define FRAMES_ABOVE_THE_BOUND (CONN_OUTBOX_BYTES_MAX / 65536)

static void send_above_the_bound(struct loop *loop, void *argument) {
    for (int i = 0; i < FRAMES_ABOVE_THE_BOUND; i++)
        send_64_kib(loop, argument);
}

/* More in one turn than the outbox holds, to one whose socket has room: he has not been slow. */
static void a_burst_above_the_bound_reaches_who_reads(void **in) {
    struct state *s = *in;
    for (int i = 0; i < 3; i++) {
        fixture_do(&s->fixture, send_above_the_bound, &s->app);
        read_messages(s, FRAMES_ABOVE_THE_BOUND);
        assert_int_equal(s->payload.len, 65536);
    }
    assert_int_equal(atomic_load(&s->app.closes), 0);
    assert_true(atomic_load(&s->app.queued_bytes_max) <= CONN_OUTBOX_BYTES_MAX);
}

static void send_tiny(struct loop *loop, void *argument) {
    (void)loop;
    struct app *app = argument;
    for (int i = 0; i < 10000 && app->conn != NULL; i++)
        send_text(app->conn, STR("2"));
}

/* Three bytes on the wire, some sixty in memory. */
static void tiny_frames_are_counted_at_what_they_cost(void **in) {
    struct state *s = *in;
    size_t most = 0;
    for (int i = 0; i < 2000 && atomic_load(&s->app.closes) == 0; i++) {
        fixture_do(&s->fixture, send_tiny, &s->app);
        most = frame_count() > most ? frame_count() : most;
    }
    FIXTURE_WAIT(atomic_load(&s->app.closes) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_SLOW);
    assert_true(most <= CONN_OUTBOX_BYTES_MAX / 64 + 1);
}

static void who_stays_above_the_soft_bound_is_closed_in_time(void **in) {
    struct state *s = *in;
    for (int i = 0; i < 500 && atomic_load(&s->app.queued_bytes_max) < CONN_OUTBOX_SOFT_BYTES_MAX;
         i++)
        fixture_do(&s->fixture, send_64_kib, &s->app);
    assert_true(fixture_stats(&s->fixture).outbox_bytes >= CONN_OUTBOX_SOFT_BYTES_MAX);
    FIXTURE_WAIT(atomic_load(&s->app.closes) == 1);
    assert_int_equal(atomic_load(&s->app.end), CONN_SLOW);
    assert_true(atomic_load(&s->app.queued_bytes_max) < CONN_OUTBOX_BYTES_MAX);
    FIXTURE_WAIT(fixture_stats(&s->fixture).outbox_bytes == 0);
}

static void who_catches_up_in_time_is_left_alone(void **in) {
    struct state *s = *in;
    int sent = 0;
    for (; atomic_load(&s->app.queued_bytes_max) < CONN_OUTBOX_SOFT_BYTES_MAX; sent++)
        fixture_do(&s->fixture, send_64_kib, &s->app);
    read_messages(s, sent);
    usleep(2 * HASTY_MS * 1000); /* more than the time above the soft bound */
    fixture_do(&s->fixture, send_64_kib, &s->app);
    read_messages(s, 1);
    assert_int_equal(atomic_load(&s->app.closes), 0);
}

/* ---- What it knows ---- */

static void see_self(struct loop *loop, void *argument) {
    struct app *app = argument;
    struct conn *conn = app->conn;
    assert_ptr_equal(conn_loop(conn), loop);
    assert_true(conn_id(conn) != 0);
    assert_ptr_equal(conn_find(loop, conn_id(conn)), conn);
    assert_null(conn_find(loop, conn_id(conn) + 1));
    assert_str(conn_address(conn), "127.0.0.1");
    assert_int_equal(conn_queued_bytes(conn), 0);
    assert_false(conn_is_closing(conn));
    assert_int_equal(loop_conn_count(loop), 1);
    struct in6_addr v4 = conn->socket.address;
    assert_int_equal(inet_pton(AF_INET6, "2001:db8::1", &conn->socket.address), 1);
    assert_str(conn_address(conn), "2001:db8::1");
    conn->socket.address = v4;
}

static void a_connection_knows_its_id_address_and_loop(void **in) {
    struct state *s = *in;
    fixture_do(&s->fixture, see_self, &s->app);
}

static int option(int fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof(value);
    assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
    return value;
}

/* They are set on the listening socket alone. */
static void see_options(struct loop *loop, void *argument) {
    (void)loop;
    int fd = ((struct app *)argument)->conn->socket.fd;
    assert_int_equal(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    assert_int_equal(option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT), CONN_NOTSENT_LOWAT_BYTES);
    assert_int_equal(option(fd, SOL_SOCKET, SO_SNDBUF), CONN_SNDBUF_BYTES);
}

static void an_accepted_socket_has_the_options_of_the_listener(void **in) {
    struct state *s = *in;
    fixture_do(&s->fixture, see_options, &s->app);
}

static void each_end_has_a_text(void **in) {
    (void)in;
    for (enum conn_end end = CONN_PEER_CLOSED; end <= CONN_SHUTDOWN; end++)
        assert_true(strlen(conn_end_text(end)) > 0);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)
#define HASTY(name) cmocka_unit_test_setup_teardown(name, setup_hasty, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_one_call_sends_goes_out_in_one_write),
        TEST(what_one_read_causes_goes_out_in_one_write),
        TEST(what_a_timer_sends_goes_out_in_one_write_without_a_new_event),
        TEST(more_slices_than_one_write_takes_need_a_few),
        TEST(one_frame_is_queued_many_times_without_a_copy),
        TEST(who_does_not_read_is_closed_at_the_bound),
        TEST(a_burst_above_the_bound_reaches_who_reads),
        TEST(tiny_frames_are_counted_at_what_they_cost),
        HASTY(who_stays_above_the_soft_bound_is_closed_in_time),
        HASTY(who_catches_up_in_time_is_left_alone),
        TEST(a_connection_knows_its_id_address_and_loop),
        TEST(an_accepted_socket_has_the_options_of_the_listener),
        TEST(each_end_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
