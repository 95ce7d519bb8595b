/* test_gw_dispatch.c: what does he want: from an event to a command, and back as an ack.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/limits.h"
#include "gateway_fixture.h"

#define BAD_REQUEST(id, message)                                                                   \
    "43" id "[{\"ok\":false,\"error\":{\"code\":\"bad_request\",\"message\":\"" message "\""

/* A client that has been let in, on the first worker. */
struct state {
    struct gateway_fixture *f;
    struct sio_peer peer;
    uint64_t key;
};

static int setup(void **state) {
    struct state *s = calloc(1, sizeof *s);
    void *fixture;
    gateway_fixture_setup(&fixture);
    s->f = fixture;
    s->key = gateway_join(s->f, &s->peer, 0, GATEWAY_PERSON(7, 1));
    *state = s;
    return 0;
}

static int teardown(void **state) {
    struct state *s = *state;
    void *fixture = s->f;
    sio_peer_close(&s->peer);
    gateway_fixture_teardown(&fixture);
    free(s);
    return 0;
}

/* The answer to one packet that must not reach the core. */
static void assert_refused(struct state *s, const char *packet, const char *start) {
    int before = atomic_load(&s->f->desk.submitted);
    sio_peer_send(&s->peer, packet);
    (void)sio_peer_wants_start(&s->peer, start);
    assert_int_equal(atomic_load(&s->f->desk.submitted), before);
}

static struct chat_request *command(struct state *s, const char *packet, int act) {
    sio_peer_send(&s->peer, packet);
    return fake_desk_take_act(&s->f->desk, act);
}

static void a_command_reaches_the_core_with_its_payload_and_who_asks(void **state) {
    struct state *s = *state;
    struct chat_request *request = command(
        s, "421[\"message:send\",{\"room\":\"general\",\"body\":\"hé\",\"nonce\":\"12345678\"}]",
        PROTO_COMMAND_MESSAGE_SEND);
    const struct proto_message_send *send = request->command.payload;
    assert_str(send->room.slug, "general");
    assert_str(send->body, "hé");
    assert_str(send->nonce, "12345678");
    assert_int_equal(request->command.actor.session, 107);
    assert_int_equal(request->command.actor.connection, s->key);
    assert_false(request->command.actor.has_token);
    fake_desk_answer_ok(&s->f->desk, request, "{\"message\":{\"id\":1}}");
    sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":{\"message\":{\"id\":1}}}]");
}

/* Most commands are read without a tree of JSON; those with an escape or nesting are not. Nobody can tell. */
static void a_command_is_the_same_however_it_is_written(void **state) {
    static const char *const packets[] = {
        "42[\"message:send\",{\"room\":7,\"body\":\"h\303\251\",\"nonce\":\"12345678\"}]",
        "42 [ \"message:send\" , { \"nonce\" : \"12345678\" ,\n\"room\" : 7, "
        "\"body\":\"h\303\251\"} ] ",
        "42[\"message:send\",{\"room\":7,\"body\":\"h\\u00e9\",\"nonce\":\"12345678\"}]",
        "42[\"message\\u003asend\",{\"room\":7,\"b\\u006fdy\":\"h\303\251\",\"nonce\":\"12345678\"}"
        "]",
        "42[\"message:send\",{\"room\":7,\"body\":\"h\303\251\",\"nonce\":\"12345678\",\"more\":[{}"
        "]}]",
        "42[\"message:send\",{\"room\":7,\"body\":\"h\303\251\",\"nonce\":\"12345678\",\"reply_"
        "to\":null}]",
    };
    struct state *s = *state;
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        struct chat_request *request = command(s, packets[i], PROTO_COMMAND_MESSAGE_SEND);
        const struct proto_message_send *send = request->command.payload;
        assert_int_equal(send->room.id, 7);
        assert_str(send->body, "h\303\251");
        assert_str(send->nonce, "12345678");
        assert_int_equal(send->reply_to, 0);
        fake_desk_answer_ok(&s->f->desk, request, "{}");
    }
}

static void an_error_of_the_core_is_an_ack_too(void **state) {
    struct state *s = *state;
    struct chat_request *request =
        command(s, "427[\"room:join\",{\"room\":99}]", PROTO_COMMAND_ROOM_JOIN);
    fake_desk_fail(request, PROTO_NOT_FOUND, "There is no such room.");
    fake_desk_answer(&s->f->desk, request);
    sio_peer_wants(&s->peer,
                   "437[{\"ok\":false,\"error\":{\"code\":\"not_found\",\"message\":\"There is "
                   "no such room.\"}}]");
}

/* The second command's ack is the first thing that comes. */
static void without_an_ack_id_a_command_is_carried_out_in_silence(void **state) {
    struct state *s = *state;
    struct chat_request *request =
        command(s, "42[\"typing\",{\"room\":1,\"on\":true}]", PROTO_COMMAND_TYPING);
    fake_desk_answer_ok(&s->f->desk, request, "{}");
    sio_peer_send(&s->peer, "42[\"no:such\",{}]");
    sio_peer_send(&s->peer, "42[\"typing\",{\"room\":{}}]");
    request = command(s, "420[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    fake_desk_answer_ok(&s->f->desk, request, "{}");
    sio_peer_wants(&s->peer, "430[{\"ok\":true,\"data\":{}}]");
}

static void acks_come_as_the_core_answers(void **state) {
    struct state *s = *state;
    struct chat_request *first = command(s, "421[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    struct chat_request *second = command(s, "422[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    fake_desk_answer_ok(&s->f->desk, second, "2");
    fake_desk_answer_ok(&s->f->desk, first, "1");
    sio_peer_wants(&s->peer, "432[{\"ok\":true,\"data\":2}]");
    sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":1}]");
}

static void nothing_and_null_count_as_an_empty_payload(void **state) {
    struct state *s = *state;
    static const char *const packets[] = {"421[\"room:list\"]", "421[\"room:list\",null]",
                                          "421[\"room:list\",{}]",
                                          "421[\"room:list\",{\"more\":1}]"};
    for (size_t i = 0; i < TEST_COUNT(packets); i++) {
        struct chat_request *request = command(s, packets[i], PROTO_COMMAND_ROOM_LIST);
        assert_int_equal(((const struct proto_room_list *)request->command.payload)->limit, 50);
        fake_desk_answer_ok(&s->f->desk, request, "{}");
        sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":{}}]");
    }
}

static void any_other_payload_than_one_object_is_refused(void **state) {
    struct state *s = *state;
    static const char *const packets[] = {
        "421[\"room:list\",[]]",      "421[\"room:list\",\"general\"]",
        "421[\"room:list\",7]",       "421[\"room:list\",true]",
        "421[\"room:list\",{},{}]",   "421[\"room:list\",null,null]",
        "421[\"room:list\",{},null]",
    };
    for (size_t i = 0; i < TEST_COUNT(packets); i++)
        assert_refused(s, packets[i],
                       BAD_REQUEST("1", "A command takes one object and nothing else.") "}}]");
}

static void a_payload_with_bytes_is_refused(void **state) {
    struct state *s = *state;
    sio_peer_send(&s->peer, "451-1[\"room:list\",{\"query\":{\"_placeholder\":true,\"num\":0}}]");
    client_ws_send(s->peer.fd, 0x82, STR("bytes"));
    sio_peer_wants(&s->peer,
                   BAD_REQUEST("1", "A command takes one object and nothing else.") "}}]");
}

static void an_unknown_command_is_refused(void **state) {
    struct state *s = *state;
    static const char *const packets[] = {
        "421[\"no:such\",{}]",      "421[\"\",{}]",
        "421[\"message:Send\",{}]", "421[\"message:send \",{}]",
        "421[\"__proto__\",{}]",    "421[\"constructor\",{}]",
        "421[\"error\",{}]",        "421[7,{}]",
        "421[\"ready\",{}]",
    };
    for (size_t i = 0; i < TEST_COUNT(packets); i++)
        assert_refused(s, packets[i], BAD_REQUEST("1", "There is no such command.") "}}]");
}

static void a_bad_field_is_named(void **state) {
    struct state *s = *state;
    assert_refused(s, "421[\"room:join\",{}]",
                   BAD_REQUEST("1", "A field is missing or not valid.") ",\"field\":\"room\"}}]");
    assert_refused(
        s, "42999[\"message:history\",{\"room\":1,\"limit\":0}]",
        BAD_REQUEST("999", "A field is missing or not valid.") ",\"field\":\"limit\"}}]");
    assert_refused(s, "421[\"message:send\",{\"room\":1,\"body\":\"a\",\"nonce\":{\"$gt\":\"\"}}]",
                   BAD_REQUEST("1", "A field is missing or not valid.") ",\"field\":\"nonce\"}}]");
}

/* Goal: who floods the core is held back and nobody else. Method: commands of 100,000 bytes up to the bound, then one more;
 * when one of them is answered there is room again. */
static void too_many_bytes_without_an_answer_are_too_fast(void **state) {
    struct state *s = *state;
    enum { BYTES = 100000, FIT = GW_INFLIGHT_BYTES_MAX / (BYTES + 100) };
    struct buf packet = BUF_EMPTY;
    struct chat_request *requests[FIT];
    buf_append_c(&packet, "421[\"room:list\",{\"other\":\"");
    memset(buf_reserve(&packet, BYTES), 'x', BYTES);
    packet.len += BYTES;
    buf_append_c(&packet, "\"}]");
    for (int i = 0; i < FIT; i++)
        requests[i] = command(s, buf_c(&packet), PROTO_COMMAND_ROOM_LIST);
    assert_refused(
        s, buf_c(&packet),
        "431[{\"ok\":false,\"error\":{\"code\":\"rate_limited\",\"message\":\"Too many commands "
        "at once.\",\"retry_after_ms\":1000}}]");
    fake_desk_answer_ok(&s->f->desk, requests[0], "{}");
    sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":{}}]");
    requests[0] = command(s, buf_c(&packet), PROTO_COMMAND_ROOM_LIST);
    for (int i = 0; i < FIT; i++)
        fake_desk_answer_ok(&s->f->desk, requests[i], "{}");
    for (int i = 0; i < FIT; i++)
        sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":{}}]");
    buf_deinit(&packet);
}

/* One answer `rate_limited`; its ack comes, unless the client was shown out before. */
static void hit_limit(struct state *s) {
    struct chat_request *request = command(s, "421[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    fake_desk_fail(request, PROTO_RATE_LIMITED, "Slowly.");
    fake_desk_answer(&s->f->desk, request);
    (void)sio_peer_wants_start(&s->peer, "431[{\"ok\":false,\"error\":{\"code\":\"rate_limited\"");
}

static void who_never_listens_to_a_limit_is_shown_out(void **state) {
    struct state *s = *state;
    for (int i = 0; i < GW_LIMIT_HITS_MAX; i++)
        hit_limit(s);
    sio_peer_wants(&s->peer,
                   "42[\"notice\",{\"code\":\"slow_down\",\"message\":\"Far too much at once. "
                   "Come back later.\"}]");
    sio_peer_wants(&s->peer, "41");
    chat_request_free(fake_desk_take_act(&s->f->desk, CHAT_ACT_DETACH));
}

static void a_full_core_is_answered_at_once(void **state) {
    struct state *s = *state;
    atomic_store(&s->f->desk.is_full, true);
    for (int i = 0; i < 3; i++) {
        sio_peer_send(&s->peer, "421[\"session:list\"]");
        sio_peer_wants(
            &s->peer,
            "431[{\"ok\":false,\"error\":{\"code\":\"unavailable\",\"message\":\"Full.\"}}]");
    }
    atomic_store(&s->f->desk.is_full, false);
    fake_desk_answer_ok(&s->f->desk,
                        command(s, "421[\"session:list\"]", PROTO_COMMAND_SESSION_LIST), "{}");
    sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":{}}]");
}

static void a_draining_gateway_refuses_commands_and_answers_earlier_ones(void **state) {
    struct state *s = *state;
    struct chat_request *request = command(s, "421[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    gateway_fixture_drain(s->f);
    assert_refused(
        s, "422[\"session:list\"]",
        "432[{\"ok\":false,\"error\":{\"code\":\"unavailable\",\"message\":\"The server is "
        "restarting.\"}}]");
    fake_desk_answer_ok(&s->f->desk, request, "{}");
    sio_peer_wants(&s->peer, "431[{\"ok\":true,\"data\":{}}]");
}

static void an_answer_finds_nobody_when_its_client_has_gone(void **state) {
    struct state *s = *state;
    struct sio_peer other;
    struct chat_request *request = command(s, "421[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    sio_peer_close(&s->peer);
    chat_request_free(fake_desk_take_act(&s->f->desk, CHAT_ACT_DETACH));
    fake_desk_answer_ok(&s->f->desk, request, "{}");
    (void)gateway_join(s->f, &other, 0, GATEWAY_PERSON(8, 1)); /* nothing else has come to it */
    sio_peer_close(&other);
}

/* The ack of the old client must not reach the new one of the same connection. */
static void an_answer_is_not_given_to_a_later_client(void **state) {
    struct state *s = *state;
    struct chat_request *old = command(s, "421[\"session:list\"]", PROTO_COMMAND_SESSION_LIST);
    sio_peer_send(&s->peer, "41");
    chat_request_free(fake_desk_take_act(&s->f->desk, CHAT_ACT_DETACH));
    sio_peer_send(&s->peer, "40{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&s->f->desk, CHAT_ACT_ATTACH);
    assert_true(request->command.actor.connection != s->key);
    fake_desk_answer_ok(&s->f->desk, old, "{}");
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 5);
    gw_batch_answer(batch, request);
    gateway_fixture_post(s->f, batch);
    (void)sio_peer_wants_start(&s->peer, "40{");
    (void)sio_peer_wants_start(&s->peer, "42[\"ready\"");
    gateway_mark(s->f, "{}");
    sio_peer_wants(&s->peer, "42[\"message:new\",{}]");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_command_reaches_the_core_with_its_payload_and_who_asks),
        TEST(a_command_is_the_same_however_it_is_written),
        TEST(an_error_of_the_core_is_an_ack_too),
        TEST(without_an_ack_id_a_command_is_carried_out_in_silence),
        TEST(acks_come_as_the_core_answers),
        TEST(nothing_and_null_count_as_an_empty_payload),
        TEST(any_other_payload_than_one_object_is_refused),
        TEST(a_payload_with_bytes_is_refused),
        TEST(an_unknown_command_is_refused),
        TEST(a_bad_field_is_named),
        TEST(too_many_bytes_without_an_answer_are_too_fast),
        TEST(who_never_listens_to_a_limit_is_shown_out),
        TEST(a_full_core_is_answered_at_once),
        TEST(a_draining_gateway_refuses_commands_and_answers_earlier_ones),
        TEST(an_answer_finds_nobody_when_its_client_has_gone),
        TEST(an_answer_is_not_given_to_a_later_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
