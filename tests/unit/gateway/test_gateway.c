/* test_gateway.c: the gateway's own beginning and end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "gateway_fixture.h"

static void only_the_main_namespace_is_there(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    assert_int_equal(sio_peer_open(&peer, gateway_fixture_port(f, 0), ""), 101);
    sio_peer_send(&peer, "40/admin,{\"name\":\"Ada\"}");
    sio_peer_wants(&peer, "44/admin,{\"message\":\"Invalid namespace\"}");
    assert_int_equal(atomic_load(&f->desk.submitted), 0);
    sio_peer_close(&peer);
}

struct count {
    const struct gateway *gateway;
    size_t clients;
};

static void count_run(struct loop *loop, void *argument) {
    struct count *count = argument;
    (void)loop;
    count->clients = gateway_client_count(count->gateway);
}

static size_t clients_of(struct gateway_fixture *f) {
    struct count count = {.gateway = f->gateways[0]};
    fixture_do(&f->net[0], count_run, &count);
    return count.clients;
}

static void clients_are_counted_from_their_connect_to_their_end(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer first, second;
    assert_int_equal(clients_of(f), 0);
    assert_int_equal(sio_peer_open(&first, gateway_fixture_port(f, 0), ""), 101);
    assert_int_equal(clients_of(f), 0);
    sio_peer_send(&first, "40{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
    assert_int_equal(clients_of(f), 1);
    (void)gateway_join(f, &second, 0, GATEWAY_PERSON(7, 1));
    assert_int_equal(clients_of(f), 2);
    fake_desk_fail(request, PROTO_CONFLICT, "Taken.");
    fake_desk_answer(&f->desk, request);
    (void)sio_peer_wants_start(&first, "44{");
    assert_int_equal(clients_of(f), 1);
    sio_peer_close(&first);
    sio_peer_close(&second);
    FIXTURE_WAIT(clients_of(f) == 0);
}

/* A stock client that receives 41 would stay away: it must only find its transport closed. */
static void at_the_end_everybody_is_told_and_nobody_is_sent_away(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer first, second;
    (void)gateway_join(f, &first, 0, GATEWAY_PERSON(7, 1));
    (void)gateway_join(f, &second, 1, GATEWAY_PERSON(8, 0));
    gateway_fixture_close(f);
    struct sio_peer *peers[] = {&first, &second};
    for (int i = 0; i < 2; i++) {
        sio_peer_wants(peers[i],
                       "42[\"notice\",{\"code\":\"server_restart\",\"message\":\"The server is "
                       "restarting.\"}]");
        sio_peer_wants_end(peers[i]);
        sio_peer_close(peers[i]);
        chat_request_free(fake_desk_take_act(&f->desk, CHAT_ACT_DETACH));
    }
}

static void who_waits_at_the_end_is_closed_too(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    assert_int_equal(sio_peer_open(&peer, gateway_fixture_port(f, 0), ""), 101);
    sio_peer_send(&peer, "40{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 5);
    gateway_fixture_post(f, batch);
    gateway_fixture_close(f);
    sio_peer_wants_end(&peer);
    fake_desk_answer(&f->desk, request);
    sio_peer_close(&peer);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, gateway_fixture_setup_two, gateway_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(only_the_main_namespace_is_there),
        TEST(clients_are_counted_from_their_connect_to_their_end),
        TEST(at_the_end_everybody_is_told_and_nobody_is_sent_away),
        TEST(who_waits_at_the_end_is_closed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
