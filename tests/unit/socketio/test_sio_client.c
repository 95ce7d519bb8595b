/* test_sio_client.c: what the application is told of its clients, and what its calls put on the wire.
 *
 * An event's name says what the handler does with its client ("leave", "cut", ...), so that each case runs on the loop's thread
 * from within a callback, where it is hardest.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net_fixture.h"

#include "base/json.h"
#include "socketio/sio_server.h"

/* Owner: the loop's thread, but for the atomics and what is read after the loop has stopped. */
struct app {
    struct fixture fixture;
    struct sio_server *server;
    struct eio_options eio_options;
    struct sio_options sio_options;
    struct sio_client *waiting; /* not answered yet */
    atomic_int connects, disconnects, end, opens, closes, acks;
    atomic_ullong last_ack_id;
    struct buf seen; /* names of events, "?" for none */
};

/* Deeds */

static void do_leave(struct sio_client *client) {
    sio_client_disconnect(client, false);
}

static void do_kick(struct sio_client *client) {
    sio_client_disconnect(client, true);
}

static void do_cut(struct sio_client *client) {
    sio_client_cut(client);
}

static void do_ask(struct sio_client *client) {
    assert_int_equal(sio_client_emit_with_ack(client, STR("question"), STR("1")), 0);
    assert_int_equal(sio_client_emit_with_ack(client, STR("question"), STR("")), 1);
}

static void do_greet(struct sio_client *client) {
    struct frame *frame =
        sio_event_frame(sio_client_namespace(client), STR("h\"i"), STR("{\"a\":1},\"12\""));
    sio_client_send(client, frame);
    frame_unref(frame);
    frame = sio_event_frame(sio_client_namespace(client), STR("bare"), STR_NONE);
    sio_client_send(client, frame);
    frame_unref(frame);
}

static const struct {
    const char *event;
    void (*run)(struct sio_client *client);
} deeds[] = {
    {"leave", do_leave}, {"kick", do_kick}, {"cut", do_cut}, {"ask", do_ask}, {"greet", do_greet}};

/* The handler */

static bool on_namespace(struct str name, void *context) {
    (void)context;
    return !str_equal(name, STR("/none"));
}

static void on_connect(struct sio_client *client, const json_t *auth, void *context) {
    struct app *app = context;
    struct str wish = json_str(json_object_get(auth, "wish"));
    atomic_fetch_add(&app->connects, 1);
    assert_int_equal(sio_client_sid(client).len, 0);
    assert_ptr_equal(sio_client_connection_user(client), app);
    if (str_equal(wish, STR("refuse")))
        sio_client_refuse(client, STR("n\"o"), STR("{\"code\":7}"));
    else if (str_equal(wish, STR("refuse bare")))
        sio_client_refuse(client, STR("no"), STR_NONE);
    else if (str_equal(wish, STR("recover")))
        sio_client_accept(client, STR("abcdefghijabcdefghij"), STR("secret"));
    else if (str_equal(wish, STR("later")))
        app->waiting = client;
    else
        sio_client_accept(client, STR_NONE, STR_NONE);
}

static void on_event(struct sio_client *client, const struct sio_event *event, void *context) {
    struct app *app = context;
    assert_true(sio_client_is_joined(client));
    assert_true(json_is_array(event->args));
    buf_append_str(&app->seen, str_is_none(event->name) ? STR("?") : event->name);
    buf_append_byte(&app->seen, ' ');
    if (event->wants_ack)
        sio_client_ack(client, event->ack_id, STR("1,2"));
    for (size_t i = 0; i < TEST_COUNT(deeds); i++) {
        if (str_equal(event->name, str_of_c(deeds[i].event))) {
            deeds[i].run(client);
            return;
        }
    }
}

/* Reads what begins so by itself, JSON or not. */
static bool on_text(struct sio_client *client, const struct sio_event *event, void *context) {
    struct app *app = context;
    assert_true(sio_client_is_joined(client));
    assert_null(event->args);
    if (!str_starts_with(event->text, STR("[\"mine\"")))
        return false;
    buf_append_c(&app->seen, "mine ");
    if (event->wants_ack)
        sio_client_ack(client, event->ack_id, STR("3"));
    return true;
}

static void on_ack(struct sio_client *client, uint64_t ack_id, const json_t *args, void *context) {
    struct app *app = context;
    (void)client;
    assert_true(json_is_array(args));
    atomic_store(&app->last_ack_id, ack_id);
    atomic_fetch_add(&app->acks, 1);
}

static void on_disconnect(struct sio_client *client, enum sio_end end, void *context) {
    struct app *app = context;
    if (app->waiting == client)
        app->waiting = NULL;
    sio_client_disconnect(client, true); /* too late, and harmless */
    sio_client_cut(client);
    do_greet(client);
    atomic_store(&app->end, (int)end);
    atomic_fetch_add(&app->disconnects, 1);
}

static void *on_open(struct eio_session *session, struct conn *conn,
                     const struct http_request *request, void *context) {
    struct app *app = context;
    (void)session, (void)conn, (void)request;
    atomic_fetch_add(&app->opens, 1);
    return app;
}

static void on_close(void *connection_user, void *context) {
    struct app *app = context;
    assert_ptr_equal(connection_user, app);
    atomic_fetch_add(&app->closes, 1);
}

static const struct sio_handler handler = {.on_namespace = on_namespace,
                                           .on_connect = on_connect,
                                           .on_event = on_event,
                                           .on_text = on_text,
                                           .on_ack = on_ack,
                                           .on_disconnect = on_disconnect,
                                           .on_open = on_open,
                                           .on_close = on_close};

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct app *app = context;
    eio_server_handle(sio_server_engine(app->server), conn, request);
}

static const struct http_handler http = {on_request};

static int setup(void **out) {
    struct app *app = calloc(1, sizeof *app);
    struct loop_options options = {.http = &http, .http_context = app};
    app->eio_options = (struct eio_options){.ping_interval_ms = 60000,
                                            .ping_timeout_ms = 60000,
                                            .upgrade_timeout_ms = 60000,
                                            .payload_bytes_max = 1000000};
    app->sio_options = (struct sio_options){.connect_timeout_ms = 60000};
    fixture_init(&app->fixture, &options);
    app->server =
        sio_server_new(app->fixture.loop, &app->eio_options, &app->sio_options, &handler, app);
    fixture_run(&app->fixture);
    *out = app;
    return 0;
}

static void close_all(struct loop *loop, void *argument) {
    struct app *app = argument;
    (void)loop;
    eio_server_close(sio_server_engine(app->server));
}

static int teardown(void **in) {
    struct app *app = *in;
    fixture_do(&app->fixture, close_all, app);
    fixture_stop(&app->fixture);
    sio_server_free(app->server);
    assert_int_equal(atomic_load(&app->disconnects), atomic_load(&app->connects));
    assert_int_equal(atomic_load(&app->closes), atomic_load(&app->opens));
    assert_int_equal(frame_count(), 0);
    buf_deinit(&app->seen);
    free(app);
    return 0;
}

/* The client's side: one connection, what it read */

struct peer {
    int fd;
    struct buf got, frame;
};

static struct peer peer_open(struct app *app) {
    struct peer peer = {.fd = -1};
    peer.fd =
        client_ws_connect(fixture_port(&app->fixture), "/?EIO=4&transport=websocket", &peer.got);
    assert_int_equal(client_ws_read(peer.fd, &peer.got, &peer.frame), 0x81);
    return peer;
}

static void peer_close(struct peer *peer) {
    close(peer->fd);
    buf_deinit(&peer->got);
    buf_deinit(&peer->frame);
}

static void says(struct peer *peer, const char *packet) {
    client_ws_send(peer->fd, 0x81, str_of_c(packet));
}

static void hears(struct peer *peer, const char *packet) {
    assert_int_equal(client_ws_read(peer->fd, &peer->got, &peer->frame), 0x81);
    assert_str(buf_str(&peer->frame), packet);
}

static void hears_start(struct peer *peer, const char *start) {
    assert_int_equal(client_ws_read(peer->fd, &peer->got, &peer->frame), 0x81);
    assert_true(str_starts_with(buf_str(&peer->frame), str_of_c(start)));
}

/* A close frame without a code, and nothing in front of it. */
static void hears_the_end(struct peer *peer) {
    assert_int_equal(client_ws_read(peer->fd, &peer->got, &peer->frame), 0x88);
    assert_int_equal(peer->frame.len, 0);
}

static struct peer peer_joined(struct app *app) {
    struct peer peer = peer_open(app);
    says(&peer, "40");
    hears_start(&peer, "40{\"sid\":\"");
    return peer;
}

static void assert_ended(struct app *app, int disconnects, enum sio_end end) {
    FIXTURE_WAIT(atomic_load(&app->disconnects) == disconnects);
    assert_int_equal(atomic_load(&app->end), end);
}

/* Endings */

static void the_end_is_told_once_with_its_reason(void **in) {
    static const struct {
        unsigned first;
        const char *payload;
        enum sio_end end;
    } rows[] = {
        {0x81, "41", SIO_CLIENT_DISCONNECT},
        {0x81, "4nonsense", SIO_FORCED_CLOSE},
        {0x81, "42{}", SIO_FORCED_CLOSE},
        {0x82, "out of the blue", SIO_FORCED_CLOSE},
        {0x81, "40", SIO_FORCED_SERVER_CLOSE},
        {0x81, "44{\"message\":\"x\"}", SIO_FORCED_SERVER_CLOSE},
        {0x81, "42/other,[\"x\"]", SIO_FORCED_SERVER_CLOSE},
        {0x81, "nonsense", SIO_PARSE_ERROR},
        {0x81, "2", SIO_TRANSPORT_ERROR},
        {0xF1, "x", SIO_TRANSPORT_ERROR},
        {0x88, "", SIO_TRANSPORT_CLOSE},
        {0x81, "42[\"leave\"]", SIO_SERVER_DISCONNECT},
        {0x81, "42[\"kick\"]", SIO_SERVER_DISCONNECT},
        {0x81, "42[\"cut\"]", SIO_FORCED_CLOSE},
    };
    struct app *app = *in;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct peer peer = peer_joined(app);
        client_ws_send(peer.fd, rows[i].first, str_of_c(rows[i].payload));
        assert_ended(app, (int)i + 1, rows[i].end);
        peer_close(&peer);
    }
}

static void stopping_is_no_disconnect(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    fixture_do(&app->fixture, close_all, app);
    assert_ended(app, 1, SIO_SERVER_SHUTTING_DOWN);
    assert_int_equal(client_ws_read(peer.fd, &peer.got, &peer.frame), 0x88); /* no 41 in front */
    peer_close(&peer);
}

static void leaving_keeps_the_connection(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "40/b,");
    hears_start(&peer, "40/b,{\"sid\":\"");
    says(&peer, "42/b,[\"leave\"]");
    hears(&peer, "41/b,"); /* and not what on_disconnect tried to send */
    says(&peer, "40/b,");
    hears_start(&peer, "40/b,{\"sid\":\"");
    says(&peer, "42[\"leave\"]");
    hears(&peer, "41");
    assert_ended(app, 2, SIO_SERVER_DISCONNECT);
    peer_close(&peer);
}

static void a_kick_tells_every_namespace_and_closes(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "40/b,");
    hears_start(&peer, "40/b,{\"sid\":\"");
    says(&peer, "40/c,{\"wish\":\"later\"}");
    says(&peer, "42/b,[\"kick\"]");
    hears(&peer, "41");
    hears(&peer, "41/b,");
    hears_the_end(&peer);
    assert_ended(app, 3, SIO_SERVER_DISCONNECT);
    peer_close(&peer);
}

static void a_cut_says_nothing(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "42[\"cut\"]");
    hears_the_end(&peer);
    assert_ended(app, 1, SIO_FORCED_CLOSE);
    peer_close(&peer);
}

/* Connecting */

static void a_refusal_has_a_message_and_data(void **in) {
    struct app *app = *in;
    struct peer peer = peer_open(app);
    says(&peer, "40{\"wish\":\"refuse\"}");
    hears(&peer, "44{\"message\":\"n\\\"o\",\"data\":{\"code\":7}}");
    says(&peer, "40/b,{\"wish\":\"refuse bare\"}");
    hears(&peer, "44/b,{\"message\":\"no\"}");
    assert_ended(app, 2, SIO_SERVER_DISCONNECT);
    says(&peer, "40/none,");
    hears(&peer, "44/none,{\"message\":\"Invalid namespace\"}");
    says(&peer, "40");
    hears_start(&peer, "40{\"sid\":\"");
    assert_int_equal(atomic_load(&app->connects), 3); /* of "/none" nobody was told */
    peer_close(&peer);
}

static void an_old_sid_and_a_pid_can_be_given(void **in) {
    struct app *app = *in;
    struct peer peer = peer_open(app);
    says(&peer, "40{\"wish\":\"recover\"}");
    hears(&peer, "40{\"sid\":\"abcdefghijabcdefghij\",\"pid\":\"secret\"}");
    peer_close(&peer);
}

static void accept_waiting(struct loop *loop, void *argument) {
    struct app *app = argument;
    (void)loop;
    assert_non_null(app->waiting);
    sio_client_accept(app->waiting, STR_NONE, STR_NONE);
    app->waiting = NULL;
}

static void the_answer_may_come_later(void **in) {
    struct app *app = *in;
    struct peer peer = peer_open(app);
    says(&peer, "40{\"wish\":\"later\"}");
    FIXTURE_WAIT(atomic_load(&app->connects) == 1);
    fixture_do(&app->fixture, accept_waiting, app);
    hears_start(&peer, "40{\"sid\":\"");
    peer_close(&peer);
}

static void whoever_speaks_before_the_answer_is_closed(void **in) {
    static const char *const packets[] = {"42[\"x\"]", "41", "430[]", "40"};
    struct app *app = *in;
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        struct peer peer = peer_open(app);
        says(&peer, "40{\"wish\":\"later\"}");
        says(&peer, packets[i]);
        hears_the_end(&peer);
        assert_ended(app, (int)i + 1, SIO_FORCED_SERVER_CLOSE);
        peer_close(&peer);
    }
}

static void sixteen_namespaces_and_no_more(void **in) {
    struct app *app = *in;
    struct peer peer = peer_open(app);
    char packet[64];
    for (int i = 0; i < SIO_NAMESPACES_MAX; i++) {
        (void)snprintf(packet, sizeof packet, "40/n%d,", i);
        says(&peer, packet);
        hears_start(&peer, packet);
    }
    says(&peer, "40/more,");
    hears(&peer, "44/more,{\"message\":\"Invalid namespace\"}");
    says(&peer, "41/n3,");
    says(&peer, "40/more,");
    hears_start(&peer, "40/more,{\"sid\":\"");
    peer_close(&peer);
}

/* Events and acks */

static void events_are_told_by_name(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "42[\"one\",1]");
    says(&peer, "42[2]");
    says(&peer, "42");
    says(&peer, "42\n[\"three\"]");
    says(&peer, "427[\"acked\"]");
    hears(&peer, "437[1,2]");
    assert_str(buf_str(&app->seen),
               "one ? three acked "); /* the answer came, so the loop is done */
    peer_close(&peer);
}

/* Not before CONNECT, and not with attachments. */
static void an_application_may_read_events_by_itself(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "421[\"mine\" and no JSON");
    hears(&peer, "431[3]");
    says(&peer, "422[\"yours\"]");
    hears(&peer, "432[1,2]");
    assert_str(buf_str(&app->seen), "mine yours ");
    says(&peer, "42/other,[\"mine\"]");
    hears_the_end(&peer);
    assert_ended(app, 1, SIO_FORCED_SERVER_CLOSE);
    assert_str(buf_str(&app->seen), "mine yours ");
    peer_close(&peer);
    peer = peer_joined(app);
    says(&peer, "451-[\"mine\",{\"_placeholder\":true,\"num\":0} and no JSON");
    hears_the_end(&peer);
    assert_ended(app, 2, SIO_FORCED_CLOSE);
    peer_close(&peer);
}

static void events_are_written_as_clients_read_them(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "42[\"greet\"]");
    hears(&peer, "42[\"h\\\"i\",{\"a\":1},\"12\"]");
    hears(&peer, "42[\"bare\"]");
    says(&peer, "40/b,");
    hears_start(&peer, "40/b,{\"sid\":\"");
    says(&peer, "42/b,[\"greet\"]");
    hears(&peer, "42/b,[\"h\\\"i\",{\"a\":1},\"12\"]");
    peer_close(&peer);
}

static void our_ack_ids_count_up_in_each_namespace(void **in) {
    struct app *app = *in;
    struct peer peer = peer_joined(app);
    says(&peer, "42[\"ask\"]");
    hears(&peer, "420[\"question\",1]");
    hears(&peer, "421[\"question\"]");
    says(&peer, "40/b,");
    hears_start(&peer, "40/b,{\"sid\":\"");
    says(&peer, "42/b,[\"ask\"]");
    hears(&peer, "42/b,0[\"question\",1]");
    says(&peer, "43[9]"); /* of no event */
    says(&peer, "431[\"yes\"]");
    FIXTURE_WAIT(atomic_load(&app->acks) == 1);
    assert_int_equal(atomic_load(&app->last_ack_id), 1);
    peer_close(&peer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_end_is_told_once_with_its_reason, setup, teardown),
        cmocka_unit_test_setup_teardown(stopping_is_no_disconnect, setup, teardown),
        cmocka_unit_test_setup_teardown(leaving_keeps_the_connection, setup, teardown),
        cmocka_unit_test_setup_teardown(a_kick_tells_every_namespace_and_closes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cut_says_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refusal_has_a_message_and_data, setup, teardown),
        cmocka_unit_test_setup_teardown(an_old_sid_and_a_pid_can_be_given, setup, teardown),
        cmocka_unit_test_setup_teardown(the_answer_may_come_later, setup, teardown),
        cmocka_unit_test_setup_teardown(whoever_speaks_before_the_answer_is_closed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(sixteen_namespaces_and_no_more, setup, teardown),
        cmocka_unit_test_setup_teardown(events_are_told_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(an_application_may_read_events_by_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(events_are_written_as_clients_read_them, setup, teardown),
        cmocka_unit_test_setup_teardown(our_ack_ids_count_up_in_each_namespace, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
