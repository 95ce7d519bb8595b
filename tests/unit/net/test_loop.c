/* test_loop.c: posting, stopping, draining, and handing connections over between two loops.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "net/ws.h"

#include <semaphore.h>

#define LOOPS 2

struct state {
    struct fixture fixture[LOOPS];
    struct loop *peers[LOOPS];
    struct conn *waiting;
    atomic_int waits;
    atomic_int aborts;
    atomic_int end;
    struct buf got;
    /* What loop 0 saw, in order: 'm' for a message, 'r' for a request; and one of its requests, which holds it up. */
    char seen[8];
    atomic_int seen_count;
    atomic_bool is_held;
    sem_t held;
};

static void see(struct state *s, struct conn *conn, char what) {
    if (loop_index(conn_loop(conn)) == 0)
        s->seen[atomic_fetch_add(&s->seen_count, 1) % (int)sizeof s->seen] = what;
}

/* ---- The server: a request for /0... or /1... is answered by that loop, wherever it arrives ---- */

static void respond_index(struct conn *conn) {
    char digit = (char)('0' + loop_index(conn_loop(conn)));
    http_respond(conn, &(struct http_response){.status = 200, .body = str_of(&digit, 1)});
}

static void on_abort(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    struct state *s = user;
    s->waiting = NULL;
    atomic_store(&s->end, (int)end);
    atomic_fetch_add(&s->aborts, 1);
}

static void on_body_end(struct conn *conn, void *user) {
    (void)user;
    respond_index(conn);
}

static const struct http_exchange wait_exchange = {.on_abort = on_abort};
static const struct http_exchange body_exchange = {.on_body_end = on_body_end};

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    (void)bytes;
    (void)binary;
    see(user, conn, 'm');
    char digit = (char)('0' + loop_index(conn_loop(conn)));
    struct frame *frame = frame_new(FRAME_TEXT, str_of(&digit, 1));
    conn_send(conn, frame);
    frame_unref(frame);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    (void)user;
    (void)end;
}

static const struct ws_handler ws_handler = {on_message, on_close};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct state *s = context;
    unsigned wanted = request->path.len > 1 ? (unsigned)(request->path.at[1] - '0') : LOOPS;
    struct loop *target = loop_peer(conn_loop(conn), wanted);
    if (target != NULL && target != conn_loop(conn)) {
        conn_handover(conn, target);
    } else if (request->wants_upgrade) {
        ws_accept(conn, request, &ws_handler, s, 0);
    } else if (str_equal(request->path, STR("/hold"))) {
        atomic_store(&s->is_held, true);
        (void)sem_wait(&s->held);
        respond_index(conn);
    } else if (str_equal(request->path, STR("/wait"))) {
        http_set_exchange(conn, &wait_exchange, s);
        s->waiting = conn;
        atomic_fetch_add(&s->waits, 1);
    } else if (request->method == HTTP_POST) {
        http_set_exchange(conn, &body_exchange, s);
        http_read_body(conn, 1000000);
    } else {
        see(s, conn, 'r');
        respond_index(conn);
    }
}

static const struct http_handler handler = {on_request};

static int setup(void **out) {
    struct state *s = calloc(1, sizeof(*s));
    sem_init(&s->held, 0, 0);
    for (unsigned i = 0; i < LOOPS; i++) {
        struct loop_options options = {.index = i, .http = &handler, .http_context = s};
        fixture_init(&s->fixture[i], &options);
        s->peers[i] = s->fixture[i].loop;
    }
    for (unsigned i = 0; i < LOOPS; i++) {
        loop_set_peers(s->peers[i], s->peers, LOOPS);
        fixture_run(&s->fixture[i]);
    }
    *out = s;
    return 0;
}

static int teardown(void **in) {
    struct state *s = *in;
    for (unsigned i = 0; i < LOOPS; i++)
        fixture_join(&s->fixture[i]);
    for (unsigned i = 0; i < LOOPS; i++)
        fixture_free(&s->fixture[i]);
    assert_int_equal(frame_count(), 0);
    buf_deinit(&s->got);
    free(s);
    return 0;
}

static void check(struct state *s, int fd, const char *send, const char *body) {
    struct str got;
    buf_clear(&s->got);
    client_send_c(fd, send);
    assert_int_equal(client_read_answer(fd, &s->got, &got), 200);
    assert_str(got, body);
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: a\r\n\r\n"

/* ---- Posting ---- */

#define POSTS   2000
#define POSTERS 3

struct post {
    struct loop_call call;
    unsigned from, number;
};

static unsigned next_number[POSTERS];
static atomic_uint posts_run;

static void run_post(struct loop *loop, struct loop_call *call) {
    (void)loop;
    struct post *post = (struct post *)(void *)call;
    assert_int_equal(post->number, next_number[post->from]++);
    atomic_fetch_add(&posts_run, 1);
    free(post);
}

struct poster {
    struct loop *loop;
    unsigned from;
    unsigned count;
};

static void *post_many(void *argument) {
    struct poster *poster = argument;
    for (unsigned i = 0; i < poster->count; i++) {
        struct post *post = calloc(1, sizeof(*post));
        *post = (struct post){{.run = run_post}, poster->from, i};
        loop_post(poster->loop, &post->call);
    }
    return NULL;
}

static void posted_calls_run_once_and_in_each_posters_order(void **in) {
    struct state *s = *in;
    pthread_t threads[POSTERS];
    struct poster posters[POSTERS];
    memset(next_number, 0, sizeof(next_number));
    atomic_store(&posts_run, 0);
    for (unsigned i = 0; i < POSTERS; i++) {
        posters[i] = (struct poster){s->peers[0], i, POSTS};
        assert_int_equal(pthread_create(&threads[i], NULL, post_many, &posters[i]), 0);
    }
    for (unsigned i = 0; i < POSTERS; i++)
        pthread_join(threads[i], NULL);
    FIXTURE_WAIT(atomic_load(&posts_run) == POSTERS * POSTS);
}

static void calls_posted_around_the_end_are_run(void **in) {
    (void)in;
    struct fixture f;
    struct poster poster = {NULL, 0, 10};
    memset(next_number, 0, sizeof(next_number));
    atomic_store(&posts_run, 0);
    fixture_start(&f, &(struct loop_options){.http = &handler});
    fixture_join(&f);
    poster.loop = f.loop;
    post_many(&poster); /* the loop has returned, but is not freed */
    assert_int_equal(atomic_load(&posts_run), 0);
    fixture_free(&f);
    assert_int_equal(atomic_load(&posts_run), 10);
}

/* ---- Stopping and draining ---- */

static void a_stopped_loop_tells_who_waits(void **in) {
    struct state *s = *in;
    struct fixture f;
    fixture_start(&f, &(struct loop_options){.http = &handler, .http_context = s});
    int waiting = client_connect(fixture_port(&f));
    int idle = client_connect(fixture_port(&f));
    client_send_c(waiting, GET("/wait"));
    FIXTURE_WAIT(atomic_load(&s->waits) == 1);
    fixture_join(&f);
    assert_int_equal(atomic_load(&s->aborts), 1);
    assert_int_equal(atomic_load(&s->end), CONN_SHUTDOWN);
    assert_int_equal(fixture_stats(&f).conns, 0);
    client_read_end(waiting, &s->got);
    client_read_end(idle, &s->got);
    assert_int_equal(s->got.len, 0);
    fixture_free(&f);
    close(waiting);
    close(idle);
}

static void drain(struct loop *loop, void *argument) {
    (void)argument;
    loop_drain(loop);
    loop_drain(loop);
}

static void answer(struct loop *loop, void *argument) {
    (void)loop;
    respond_index(((struct state *)argument)->waiting);
}

static void draining_closes_the_idle_and_lets_the_busy_finish(void **in) {
    struct state *s = *in;
    uint16_t port = fixture_port(&s->fixture[0]);
    int idle = client_connect(port), busy = client_connect(port), fresh = client_connect(port);
    check(s, idle, GET("/"), "0");
    client_send_c(busy, GET("/wait"));
    FIXTURE_WAIT(atomic_load(&s->waits) == 1);
    fixture_do(&s->fixture[0], drain, NULL);
    buf_clear(&s->got);
    client_read_end(idle, &s->got);
    assert_int_equal(s->got.len, 0);
    fixture_do(&s->fixture[0], answer, s);
    client_read_end(busy, &s->got);
    assert_non_null(strstr(buf_c(&s->got), "\r\nConnection: close\r\n"));
    check(s, fresh, GET("/"), "0"); /* connected before, asks now: served */
    assert_non_null(strstr(buf_c(&s->got), "\r\nConnection: close\r\n"));
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(late, (struct sockaddr *)&to, sizeof(to)), -1);
    close(late);
    close(idle);
    close(busy);
    close(fresh);
}

static void a_loop_that_never_ran_can_be_freed(void **in) {
    (void)in;
    struct loop *loop = loop_new(&(struct loop_options){.http = &handler});
    assert_int_equal(loop_listen(loop, "127.0.0.1", 0), ERR_OK);
    assert_true(loop_port(loop) != 0);
    loop_free(loop);
}

/* ---- Handing over ---- */

static void a_request_is_handed_to_the_loop_that_it_wants(void **in) {
    struct state *s = *in;
    int fd = client_connect(fixture_port(&s->fixture[0]));
    check(s, fd, GET("/0"), "0");
    check(s, fd, GET("/1"), "1");
    check(s, fd, GET("/1"), "1"); /* the connection stays there */
    check(s, fd, GET("/0"), "0");
    assert_int_equal(fixture_stats(&s->fixture[0]).handovers, 1);
    assert_int_equal(fixture_stats(&s->fixture[1]).handovers, 1);
    close(fd);
}

static void unread_bytes_go_with_the_connection(void **in) {
    struct state *s = *in;
    int fd = client_connect(fixture_port(&s->fixture[0]));
    /* all in one segment: a request for each loop in turn, and a body cut in two */
    client_send_c(fd, GET("/0") GET("/1") GET("/0")
                          GET("/0") "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nabc");
    for (int i = 0; i < 4; i++) {
        struct str body;
        assert_int_equal(client_read_answer(fd, &s->got, &body), 200);
        assert_int_equal(body.at[0], i == 1 ? '1' : '0');
        buf_consume(&s->got, (size_t)(body.at + body.len - s->got.data));
    }
    client_send_c(fd, "def" GET("/1"));
    for (int i = 0; i < 2; i++) {
        struct str body;
        assert_int_equal(client_read_answer(fd, &s->got, &body), 200);
        assert_str(body, "1");
        buf_consume(&s->got, (size_t)(body.at + body.len - s->got.data));
    }
    close(fd);
}

static void a_websocket_is_handed_over_with_its_first_frames(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY, payload = BUF_EMPTY;
    int fd = client_connect(fixture_port(&s->fixture[0]));
    buf_append_c(&bytes, "GET /1" CLIENT_WS_HEAD);
    client_ws_append(&bytes, 0x81, STR("who"));
    client_send(fd, str_of(bytes.data, bytes.len - 2)); /* the frame is cut, too */
    client_read_until(fd, &s->got, "\r\n\r\n");
    buf_consume(&s->got, (size_t)(strstr(buf_c(&s->got), "\r\n\r\n") - s->got.data) + 4);
    client_send(fd, str_from(buf_str(&bytes), bytes.len - 2));
    assert_int_equal(client_ws_read(fd, &s->got, &payload), 0x81);
    assert_str(buf_str(&payload), "1");
    close(fd);
    buf_deinit(&bytes);
    buf_deinit(&payload);
}

static void rest(struct loop *loop, void *argument) {
    (void)loop;
    (void)argument;
}

/* A client sends on its WebSocket and then asks, on another connection that some other loop has accepted. */
static void a_request_handed_over_does_not_overtake_what_was_sent_before_it(void **in) {
    struct state *s = *in;
    struct buf bytes = BUF_EMPTY, payload = BUF_EMPTY;
    struct str body;
    int socket = client_connect(fixture_port(&s->fixture[0]));
    int holder = client_connect(fixture_port(&s->fixture[0]));
    int other = client_connect(fixture_port(&s->fixture[1]));
    client_send_c(socket, "GET /0" CLIENT_WS_HEAD);
    client_read_until(socket, &s->got, "\r\n\r\n");
    buf_clear(&s->got);
    client_send_c(holder, GET("/hold"));
    FIXTURE_WAIT(atomic_load(&s->is_held));
    client_ws_append(&bytes, 0x81, STR("first"));
    client_send(socket, buf_str(&bytes));
    client_send_c(other, GET("/0"));
    FIXTURE_WAIT(fixture_stats(&s->fixture[1]).handovers == 1);
    sem_post(&s->held);
    assert_int_equal(client_ws_read(socket, &s->got, &payload), 0x81);
    buf_clear(&s->got);
    assert_int_equal(client_read_answer(other, &s->got, &body), 200);
    fixture_do(&s->fixture[0], rest, NULL);
    assert_string_equal(s->seen, "mr");
    close(socket);
    close(holder);
    close(other);
    buf_deinit(&bytes);
    buf_deinit(&payload);
}

static void *hammer(void *argument) {
    struct state *s = argument;
    struct buf got = BUF_EMPTY;
    for (int round = 0; round < 20; round++) {
        int fd = client_connect(fixture_port(&s->fixture[round % LOOPS]));
        for (int i = 0; i < 10; i++) {
            struct str body;
            buf_clear(&got);
            client_send_c(fd, i % 3 == 0 ? GET("/0") : GET("/1"));
            assert_int_equal(client_read_answer(fd, &got, &body), 200);
            assert_str(body, i % 3 == 0 ? "0" : "1");
        }
        close(fd);
    }
    buf_deinit(&got);
    return NULL;
}

static void connections_wander_between_loops_under_load(void **in) {
    struct state *s = *in;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, s), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    FIXTURE_WAIT(fixture_stats(&s->fixture[0]).conns == 0);
    FIXTURE_WAIT(fixture_stats(&s->fixture[1]).conns == 0);
}

static void a_connection_handed_to_a_stopped_loop_is_closed(void **in) {
    struct state *s = *in;
    fixture_join(&s->fixture[1]);
    int fd = client_connect(fixture_port(&s->fixture[0]));
    client_send_c(fd, GET("/1"));
    FIXTURE_WAIT(fixture_stats(&s->fixture[0]).handovers == 1);
    fixture_join(&s->fixture[0]);
    fixture_free(&s->fixture[1]);
    client_read_end(fd, &s->got);
    assert_int_equal(s->got.len, 0);
    fixture_free(&s->fixture[0]);
    close(fd);
    for (unsigned i = 0; i < LOOPS; i++) /* for the teardown */
        fixture_start(&s->fixture[i], &(struct loop_options){.http = &handler});
}

static void a_loop_knows_its_peers(void **in) {
    struct state *s = *in;
    assert_int_equal(loop_peer_count(s->peers[0]), LOOPS);
    assert_ptr_equal(loop_peer(s->peers[0], 1), s->peers[1]);
    assert_null(loop_peer(s->peers[0], LOOPS));
    assert_int_equal(loop_index(s->peers[1]), 1);
    loop_set_user(s->peers[0], s);
    assert_ptr_equal(loop_user(s->peers[0]), s);
}

static void sleep_20_ms(struct loop *loop, void *argument) {
    (void)loop;
    (void)argument;
    usleep(20000);
}

static uint64_t turns_above_10_ms(const struct loop *loop) {
    struct histogram_figures turns;
    uint64_t count = 0;
    loop_turns_read(loop, &turns);
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++)
        if (i == HISTOGRAM_BOUNDS || histogram_bounds_ns[i] > 10 * UINT64_C(1000000))
            count += turns.buckets[i];
    return count;
}

static void a_turn_that_takes_long_is_counted_as_long(void **in) {
    struct state *s = *in;
    uint64_t before = turns_above_10_ms(s->peers[0]);
    fixture_do(&s->fixture[0], sleep_20_ms, NULL);
    FIXTURE_WAIT(turns_above_10_ms(s->peers[0]) > before);
    FIXTURE_WAIT(loop_posted_count(s->peers[0]) == 0);
}

struct held {
    struct loop_call calls[3];
    const struct loop *loop;
    size_t seen;
};

static void do_nothing(struct loop *loop, struct loop_call *call) {
    (void)loop;
    (void)call;
}

/* The call that posts is not done itself, so it counts too. */
static void post_three(struct loop *loop, void *argument) {
    struct held *held = argument;
    for (int i = 0; i < 3; i++) {
        held->calls[i].run = do_nothing;
        loop_post(loop, &held->calls[i]);
    }
    held->seen = loop_posted_count(loop);
}

static void posted_calls_are_counted_until_they_ran(void **in) {
    struct state *s = *in;
    struct held held = {.loop = s->peers[0]};
    fixture_do(&s->fixture[0], post_three, &held);
    assert_int_equal(held.seen, 4);
    FIXTURE_WAIT(loop_posted_count(s->peers[0]) == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(posted_calls_run_once_and_in_each_posters_order),
        TEST(calls_posted_around_the_end_are_run),
        TEST(a_stopped_loop_tells_who_waits),
        TEST(draining_closes_the_idle_and_lets_the_busy_finish),
        TEST(a_loop_that_never_ran_can_be_freed),
        TEST(a_request_is_handed_to_the_loop_that_it_wants),
        TEST(unread_bytes_go_with_the_connection),
        TEST(a_websocket_is_handed_over_with_its_first_frames),
        TEST(a_request_handed_over_does_not_overtake_what_was_sent_before_it),
        TEST(connections_wander_between_loops_under_load),
        TEST(a_connection_handed_to_a_stopped_loop_is_closed),
        TEST(a_loop_knows_its_peers),
        TEST(a_turn_that_takes_long_is_counted_as_long),
        TEST(posted_calls_are_counted_until_they_ran),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
