/* test_tls.c: TLS beneath HTTP and WebSocket, spoken to by OpenSSL as a client.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tls_peer.h"

#include "net/frame.h"
#include "net/http.h"
#include "net/tls.h"
#include "net/ws.h"

#include <stdatomic.h>
#include <sys/ioctl.h>

#define LOOPS     2
#define BIG_BYTES 3000000
#define REQUEST   "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define NO_RECORD STR("\x17\x03\x03\x00\x20 this is no record of this stream.")

struct state {
    struct fixture fixture[LOOPS];
    struct loop *peers[LOOPS];
    struct test_dir dir;
    struct frame *big; /* an answer that no socket takes at once */
    struct tls_peer peer;
    struct conn *waiting; /* owner: loop 0's thread */
    atomic_int waits;
    atomic_int messages;
    atomic_size_t message_bytes;
};

/* ---- The server ---- */

static void respond_index(struct conn *conn) {
    char digit = (char)('0' + loop_index(conn_loop(conn)));
    http_respond(conn, &(struct http_response){.status = 200, .body = str_of(&digit, 1)});
}

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    struct state *s = user;
    (void)binary;
    atomic_fetch_add(&s->message_bytes, bytes.len);
    atomic_fetch_add(&s->messages, 1);
    struct frame *frame = frame_new(FRAME_TEXT, STR("hello"));
    for (int i = 0; i < 10; i++)
        conn_send(conn, frame);
    frame_unref(frame);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    (void)user;
    (void)end;
}

static const struct ws_handler ws_handler = {on_message, on_close};

static void on_abort(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    (void)end;
    ((struct state *)user)->waiting = NULL;
}

static const struct http_exchange wait_exchange = {.on_abort = on_abort};

/* /0 and /1 answer from that loop, /big much, /wait when the test says so, an upgrade becomes a WebSocket. */
static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct state *s = context;
    unsigned wanted = request->path.len > 1 ? (unsigned)(request->path.at[1] - '0') : LOOPS;
    struct loop *target = loop_peer(conn_loop(conn), wanted);
    if (target != NULL && target != conn_loop(conn)) {
        conn_handover(conn, target);
    } else if (request->wants_upgrade) {
        ws_accept(conn, request, &ws_handler, s, 1000000);
    } else if (str_equal(request->path, STR("/big"))) {
        http_respond(conn, &(struct http_response){.status = 200, .body_frame = s->big});
    } else if (str_equal(request->path, STR("/wait"))) {
        http_set_exchange(conn, &wait_exchange, s);
        s->waiting = conn;
        atomic_fetch_add(&s->waits, 1);
    } else {
        respond_index(conn);
    }
}

static const struct http_handler handler = {on_request};

static struct tls *load(const struct test_dir *dir, const char *name) {
    char certificate[512], key[512], file[64], *message = NULL;
    snprintf(file, sizeof file, "%s.crt", name);
    snprintf(certificate, sizeof certificate, "%s", test_dir_file(dir, file));
    snprintf(file, sizeof file, "%s.key", name);
    snprintf(key, sizeof key, "%s", test_dir_file(dir, file));
    struct tls *tls = tls_new(certificate, key, &message);
    assert_null(message);
    return tls;
}

static int setup_with(void **out, uint32_t head_ms) {
    struct state *s = calloc(1, sizeof(*s));
    char *bytes = malloc(BIG_BYTES);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < BIG_BYTES; i++)
        bytes[i] = (char)('a' + i % 23);
    s->big = frame_new(FRAME_RAW, str_of(bytes, BIG_BYTES));
    free(bytes);
    test_dir_make(&s->dir);
    tls_certificate_write(&s->dir, "first");
    struct tls *tls = load(&s->dir, "first");
    for (unsigned i = 0; i < LOOPS; i++) {
        struct loop_options options = {
            .index = i, .http = &handler, .http_context = s, .head_ms = head_ms};
        fixture_init(&s->fixture[i], &options);
        s->peers[i] = s->fixture[i].loop;
        loop_set_tls(s->peers[i], tls_share(tls));
    }
    tls_free(tls);
    for (unsigned i = 0; i < LOOPS; i++) {
        loop_set_peers(s->peers[i], s->peers, LOOPS);
        fixture_run(&s->fixture[i]);
    }
    *out = s;
    return 0;
}

static int setup(void **out) {
    return setup_with(out, 0);
}

static int setup_hasty(void **out) {
    return setup_with(out, 1500); /* a handshake is done by then on a busy machine too */
}

static int teardown(void **in) {
    struct state *s = *in;
    for (unsigned i = 0; i < LOOPS; i++)
        fixture_join(&s->fixture[i]);
    frame_unref(s->big);
    assert_int_equal(frame_count(), 0);
    for (unsigned i = 0; i < LOOPS; i++)
        fixture_free(&s->fixture[i]);
    test_dir_remove(&s->dir);
    free(s);
    return 0;
}

static struct loop_stats stats_of(const struct state *s) {
    return fixture_stats(&s->fixture[0]);
}

static void ask(struct tls_peer *peer, const char *path, const char *body) {
    buf_clear(&peer->got);
    tls_peer_send_c(peer, "GET ");
    tls_peer_send_c(peer, path);
    tls_peer_send_c(peer, " HTTP/1.1\r\nHost: a\r\n\r\n");
    tls_peer_read_until(peer, "\r\n\r\n");
    size_t head = (size_t)(strstr(buf_c(&peer->got), "\r\n\r\n") - peer->got.data) + 4;
    tls_peer_read_bytes(peer, head + strlen(body));
    assert_string_equal(buf_c(&peer->got) + head, body);
}

/* Opens a WebSocket on the peer. */
static void upgrade(struct tls_peer *peer) {
    tls_peer_send_c(peer, "GET /" CLIENT_WS_HEAD);
    tls_peer_read_until(peer, "\r\n\r\n");
    buf_clear(&peer->got);
}

static void send_message(struct tls_peer *peer, size_t count) {
    struct buf frame = BUF_EMPTY, text = BUF_EMPTY;
    for (size_t i = 0; i < count; i++)
        buf_append_byte(&text, 'x');
    client_ws_append(&frame, 0x81, buf_str(&text));
    tls_peer_send(peer, buf_str(&frame));
    buf_deinit(&text);
    buf_deinit(&frame);
}

/* ---- What works as it does without ---- */

static void requests_are_answered_and_the_handshake_is_counted(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    assert_string_equal(SSL_get_version(s->peer.ssl), "TLSv1.3");
    ask(&s->peer, "/", "0");
    ask(&s->peer, "/", "0");
    assert_int_equal(stats_of(s).tls_handshakes, 1);
    tls_peer_close(&s->peer);
    FIXTURE_WAIT(stats_of(s).conns == 0);
    assert_int_equal(stats_of(s).tls_failures, 0);
}

static void tls_1_2_is_spoken_and_1_1_is_not(void **in) {
    struct state *s = *in;
    tls_peer_open(&s->peer, fixture_port(&s->fixture[0]),
                  &(struct tls_peer_options){.version_max = TLS1_2_VERSION});
    assert_true(tls_peer_shake(&s->peer));
    ask(&s->peer, "/", "0");
    tls_peer_close(&s->peer);
    tls_peer_open(&s->peer, fixture_port(&s->fixture[0]),
                  &(struct tls_peer_options){.version_max = TLS1_1_VERSION});
    assert_false(tls_peer_shake(&s->peer));
    tls_peer_close(&s->peer);
    FIXTURE_WAIT(stats_of(s).tls_failures == 1);
}

static void alpn_settles_on_http_1_1_or_on_nothing(void **in) {
    struct state *s = *in;
    const unsigned char *chosen = NULL;
    unsigned bytes = 0;
    tls_peer_open(&s->peer, fixture_port(&s->fixture[0]),
                  &(struct tls_peer_options){.alpn = "\x02h2\x08http/1.1"});
    assert_true(tls_peer_shake(&s->peer));
    SSL_get0_alpn_selected(s->peer.ssl, &chosen, &bytes);
    assert_str(str_of((const char *)chosen, bytes), "http/1.1");
    tls_peer_close(&s->peer);
    tls_peer_open(&s->peer, fixture_port(&s->fixture[0]),
                  &(struct tls_peer_options){.alpn = "\x02h2"});
    assert_false(tls_peer_shake(&s->peer));
    tls_peer_close(&s->peer);
}

static void an_answer_larger_than_any_buffer_comes_whole(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    tls_peer_send_c(&s->peer, "GET /big HTTP/1.1\r\nHost: a\r\n\r\n" REQUEST);
    tls_peer_read_until(&s->peer, "\r\n\r\n");
    size_t head = (size_t)(strstr(buf_c(&s->peer.got), "\r\n\r\n") - s->peer.got.data) + 4;
    tls_peer_read_bytes(&s->peer, head + BIG_BYTES);
    assert_memory_equal(s->peer.got.data + head, frame_payload(s->big).at, BIG_BYTES);
    buf_consume(&s->peer.got, head + BIG_BYTES);
    tls_peer_read_until(&s->peer, "\r\n\r\n0"); /* and the next answer behind it */
    tls_peer_close(&s->peer);
}

static void what_one_message_causes_goes_out_in_one_write_and_one_record(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    upgrade(&s->peer);
    uint64_t before = stats_of(s).writes;
    send_message(&s->peer, 3);
    assert_true(tls_peer_read(&s->peer)); /* SSL_read gives one record at most */
    assert_int_equal(s->peer.got.len, 10 * 7);
    assert_int_equal(stats_of(s).writes, before + 1);
    tls_peer_close(&s->peer);
}

static void messages_of_many_records_come_whole(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    assert_int_equal(SSL_set_max_send_fragment(s->peer.ssl, 512), 1);
    upgrade(&s->peer);
    for (int i = 0; i < 5; i++)
        send_message(&s->peer, 200000);
    FIXTURE_WAIT(atomic_load(&s->messages) == 5);
    assert_int_equal(atomic_load(&s->message_bytes), 5 * 200000);
    tls_peer_close(&s->peer);
}

static void answer_waiting(struct loop *loop, void *argument) {
    struct state *s = argument;
    (void)loop;
    respond_index(s->waiting);
}

/* While an answer is pending, more is sent than is kept: reading pauses in the midst of a record, and nothing on the socket
 * says afterwards that there is more. */
static void input_that_waited_within_a_record_is_not_forgotten(void **in) {
    struct state *s = *in;
    struct buf many = BUF_EMPTY;
    int count = 0;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    tls_peer_send_c(&s->peer, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    FIXTURE_WAIT(atomic_load(&s->waits) == 1);
    for (; many.len < 70000; count++)
        buf_append_c(&many, REQUEST);
    size_t put = 0;
    while (put < many.len) { /* odd sizes: records do not end where requests do */
        size_t step = many.len - put < 10007 ? many.len - put : 10007;
        tls_peer_send(&s->peer, str_of(many.data + put, step));
        put += step;
    }
    FIXTURE_WAIT(stats_of(s).bytes_in >= 65536);
    fixture_do(&s->fixture[0], answer_waiting, s);
    for (int answers = 0; answers < count + 1;) {
        buf_clear(&s->peer.got);
        assert_true(tls_peer_read(&s->peer));
        for (size_t i = 0; i < s->peer.got.len; i++)
            answers += s->peer.got.data[i] == 'G'; /* of GMT in the Date, once each */
    }
    assert_int_equal(stats_of(s).requests, count + 1);
    buf_deinit(&many);
    tls_peer_close(&s->peer);
}

static void a_connection_keeps_its_tls_when_it_is_handed_over(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    for (int i = 0; i < 3; i++) {
        ask(&s->peer, "/1", "1");
        ask(&s->peer, "/0", "0");
    }
    assert_int_equal(stats_of(s).handovers, 3);
    assert_int_equal(stats_of(s).tls_handshakes, 1);
    assert_int_equal(fixture_stats(&s->fixture[1]).tls_handshakes, 0);
    tls_peer_close(&s->peer);
}

static void a_client_may_renew_its_keys_at_any_time(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    for (int i = 0; i < 5; i++) {
        assert_int_equal(SSL_key_update(s->peer.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
        ask(&s->peer, "/", "0");
    }
    tls_peer_close(&s->peer);
}

static void the_end_is_told_in_both_directions(void **in) {
    struct state *s = *in;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    tls_peer_send_c(&s->peer, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    while (tls_peer_read(&s->peer))
        ;
    assert_int_equal(SSL_get_shutdown(s->peer.ssl), SSL_RECEIVED_SHUTDOWN);
    tls_peer_close(&s->peer);
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    ask(&s->peer, "/", "0");
    assert_int_equal(SSL_shutdown(s->peer.ssl), 0); /* close_notify, and no FIN */
    while (tls_peer_read(&s->peer))
        ;
    assert_int_equal(SSL_get_shutdown(s->peer.ssl), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    tls_peer_close(&s->peer);
}

/* ---- Handshakes that are none ---- */

static void who_sends_rubbish_is_closed_and_nobody_else_notices(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    const struct str rubbish[] = {
        STR("\x16\x03\x01\xff\xff\x01"),
        STR("\x80\x80\x01\x03\x01"),
        STR("\n\n\n\n\n\n\n\n"),
        STR("\x16\x03\x03\x00\x05hello"),
    };
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    for (size_t i = 0; i < TEST_COUNT(rubbish); i++) {
        int fd = client_connect(fixture_port(&s->fixture[0]));
        client_send(fd, rubbish[i]);
        shutdown(fd, SHUT_WR);
        client_read_end(fd, &got);
        close(fd);
    }
    FIXTURE_WAIT(stats_of(s).conns == 1);
    assert_int_equal(stats_of(s).tls_failures, TEST_COUNT(rubbish));
    ask(&s->peer, "/", "0");
    tls_peer_close(&s->peer);
    buf_deinit(&got);
}

static void who_speaks_plain_http_is_told_so(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    int fd = client_connect(fixture_port(&s->fixture[0]));
    client_send_c(fd, "GET /a/longer/path HTTP/1.1\r\nHost: a\r\nUser-Agent: somebody\r\n\r\n");
    client_read_end(fd, &got);
    assert_true(str_starts_with(buf_str(&got), STR("HTTP/1.1 400 Bad Request\r\n")));
    assert_non_null(strstr(buf_c(&got), "https://"));
    close(fd);
    buf_deinit(&got);
    FIXTURE_WAIT(stats_of(s).conns == 0);
    assert_int_equal(stats_of(s).tls_failures, 1);
}

static void rubbish_in_the_midst_ends_the_connection(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    ask(&s->peer, "/", "0");
    client_send(s->peer.fd, NO_RECORD);
    client_read_end(s->peer.fd, &got);
    shutdown(s->peer.fd, SHUT_WR);
    FIXTURE_WAIT(stats_of(s).conns == 0);
    assert_int_equal(stats_of(s).closed_protocol, 1);
    tls_peer_close(&s->peer);
    buf_deinit(&got);
}

/* A good request and rubbish in one segment: the request is answered, and the rubbish is not forgotten although the socket
 * has nothing more to say. */
static void rubbish_right_behind_a_request_is_found(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    char bytes[2048];
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    ask(&s->peer, "/", "0");
    BIO *memory = BIO_new(BIO_s_mem());
    SSL_set0_wbio(s->peer.ssl, memory);
    tls_peer_send_c(&s->peer, REQUEST);
    int count = BIO_read(memory, bytes, 1024);
    assert_true(count > 0);
    memcpy(bytes + count, NO_RECORD.at, NO_RECORD.len);
    client_send(s->peer.fd, str_of(bytes, (size_t)count + NO_RECORD.len));
    client_read_end(s->peer.fd, &got);
    shutdown(s->peer.fd, SHUT_WR);
    FIXTURE_WAIT(stats_of(s).conns == 0);
    assert_int_equal(stats_of(s).requests, 2);
    assert_int_equal(stats_of(s).closed_protocol, 1);
    tls_peer_close(&s->peer);
    buf_deinit(&got);
}

static void a_half_open_handshake_is_closed_in_time(void **in) {
    struct state *s = *in;
    struct buf got = BUF_EMPTY;
    int silent = client_connect(fixture_port(&s->fixture[0]));
    int half = client_connect(fixture_port(&s->fixture[0]));
    client_send(half, str_of("\x16\x03\x01\x02\x00\x01\x00", 7));
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0])); /* shakes hands, asks nothing */
    client_read_end(silent, &got);
    client_read_end(half, &got);
    while (tls_peer_read(&s->peer))
        ;
    close(silent);
    close(half);
    tls_peer_close(&s->peer);
    FIXTURE_WAIT(stats_of(s).conns == 0);
    assert_int_equal(stats_of(s).tls_failures, 2);
    assert_int_equal(stats_of(s).closed_timeout, 3);
    buf_deinit(&got);
}

/* ---- Certificates ---- */

static void use_second(struct loop *loop, void *argument) {
    loop_set_tls(loop, load(argument, "second"));
}

static void a_new_certificate_is_for_new_connections(void **in) {
    struct state *s = *in;
    struct tls_peer later;
    tls_certificate_write(&s->dir, "second");
    tls_peer_connect(&s->peer, fixture_port(&s->fixture[0]));
    fixture_do(&s->fixture[0], use_second, &s->dir);
    tls_peer_connect(&later, fixture_port(&s->fixture[0]));
    tls_peer_assert_name(&s->peer, "first");
    tls_peer_assert_name(&later, "second");
    ask(&s->peer, "/", "0");
    ask(&later, "/", "0");
    tls_peer_close(&later);
    tls_peer_close(&s->peer);
}

static void assert_unusable(const char *certificate, const char *key, const char *file) {
    char *message = NULL;
    char wanted[600];
    assert_null(tls_new(certificate, key, &message));
    snprintf(wanted, sizeof wanted, " in %s cannot be used: ", file);
    assert_non_null(message);
    assert_non_null(strstr(message, wanted));
    free(message);
}

static void files_that_are_none_are_named(void **in) {
    struct state *s = *in;
    char good[512], key[512], other[512], empty[512];
    tls_certificate_write(&s->dir, "second");
    snprintf(good, sizeof good, "%s", test_dir_file(&s->dir, "first.crt"));
    snprintf(key, sizeof key, "%s", test_dir_file(&s->dir, "first.key"));
    snprintf(other, sizeof other, "%s", test_dir_file(&s->dir, "second.key"));
    snprintf(empty, sizeof empty, "%s", test_dir_file(&s->dir, "empty"));
    fclose(fopen(empty, "we"));
    assert_unusable("/nowhere/x.crt", key, "/nowhere/x.crt");
    assert_unusable(good, "/nowhere/x.key", "/nowhere/x.key");
    assert_unusable(empty, key, empty);
    assert_unusable(key, key, key);
    assert_unusable(good, empty, empty);
    assert_unusable(good, other, other);
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, setup, teardown)
#define HASTY(name) cmocka_unit_test_setup_teardown(name, setup_hasty, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(requests_are_answered_and_the_handshake_is_counted),
        TEST(tls_1_2_is_spoken_and_1_1_is_not),
        TEST(alpn_settles_on_http_1_1_or_on_nothing),
        TEST(an_answer_larger_than_any_buffer_comes_whole),
        TEST(what_one_message_causes_goes_out_in_one_write_and_one_record),
        TEST(messages_of_many_records_come_whole),
        TEST(input_that_waited_within_a_record_is_not_forgotten),
        TEST(a_connection_keeps_its_tls_when_it_is_handed_over),
        TEST(a_client_may_renew_its_keys_at_any_time),
        TEST(the_end_is_told_in_both_directions),
        TEST(who_sends_rubbish_is_closed_and_nobody_else_notices),
        TEST(who_speaks_plain_http_is_told_so),
        TEST(rubbish_in_the_midst_ends_the_connection),
        TEST(rubbish_right_behind_a_request_is_found),
        HASTY(a_half_open_handshake_is_closed_in_time),
        TEST(a_new_certificate_is_for_new_connections),
        TEST(files_that_are_none_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
