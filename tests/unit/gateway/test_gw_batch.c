/* test_gw_batch.c: what the core tells the workers after a commit.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "gateway_fixture.h"

static void what_is_discarded_is_told_to_nobody(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    (void)gateway_join(f, &peer, 0, GATEWAY_PERSON(7, 1));
    struct gw_batch *batch = gw_batch_new();
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("1"), 6, &GATEWAY_ROOM(1));
    gw_batch_leave(batch, 7, 1);
    gw_batch_end_session(batch, 107);
    gw_batch_discard(batch);
    gateway_event(f, GATEWAY_ROOM(1), "2", 7);
    sio_peer_wants(&peer, "42[\"message:new\",2,\"7\"]");
    sio_peer_close(&peer);
}

static void a_discarded_answer_stays_the_callers(void **state) {
    (void)state;
    struct gw_batch *batch = gw_batch_new();
    struct chat_request *request = chat_request_new(CHAT_ACT_WHOAMI, 0, chat_request_free);
    gw_batch_answer(batch, request);
    gw_batch_discard(batch);
    assert_int_equal(request->command.act, CHAT_ACT_WHOAMI);
    chat_request_free(request);
}

static void frames_go_with_the_last_worker(void **state) {
    struct gateway_fixture *f = *state;
    FIXTURE_WAIT(frame_count() <= 8); /* two engines' own: ping, noop, close, probe */
    size_t before = frame_count();
    struct gw_batch *batch = gw_batch_new();
    for (int i = 0; i < 100; i++)
        gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("{}"), 6 + i, &GATEWAY_ROOM(1));
    assert_int_equal(frame_count(), before + 100);
    gateway_fixture_post(f, batch);
    FIXTURE_WAIT(frame_count() == before);
}

/* That it is freed shows in builds with sanitizers. */
static void an_empty_batch_is_dropped(void **state) {
    struct gateway_fixture *f = *state;
    for (int i = 0; i < 3; i++)
        gateway_fixture_post(f, gw_batch_new());
}

/* What the caller passes may change or go as soon as it is in the batch. */
static void everything_is_copied(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    int64_t rooms[] = {3, 1}, users[] = {7};
    char data[] = "{\"a\":1}";
    (void)gateway_join(f, &peer, 0, GATEWAY_PERSON(7, 1));
    struct gw_batch *batch = gw_batch_new();
    gw_batch_event(
        batch, PROTO_EVENT_USER_CHANGED, str_of_c(data), 6,
        &(struct chat_audience){.scope = CHAT_SCOPE_PEERS, .rooms = rooms, .room_count = 2});
    gw_batch_event(
        batch, PROTO_EVENT_PRESENCE, str_of_c(data), 0,
        &(struct chat_audience){.scope = CHAT_SCOPE_WATCH, .users = users, .user_count = 1});
    memset(rooms, 0x5A, sizeof rooms);
    memset(users, 0x5A, sizeof users);
    memset(data, 'x', sizeof data - 1);
    gateway_fixture_post(f, batch);
    sio_peer_wants(&peer, "42[\"user:changed\",{\"a\":1},\"6\"]");
    sio_peer_wants(&peer, "42[\"presence\",{\"a\":1}]");
    sio_peer_close(&peer);
}

struct answered {
    atomic_int count;
    atomic_uint worker;
    struct gateway_fixture *f;
};

static void note_worker(struct chat_request *request) {
    struct answered *answered = request->owner;
    for (unsigned i = 0; i < answered->f->workers; i++)
        if (pthread_equal(pthread_self(), answered->f->net[i].thread))
            atomic_store(&answered->worker, i);
    atomic_fetch_add(&answered->count, 1);
    chat_request_free(request);
}

static void an_answer_is_given_once_and_on_its_own_worker(void **state) {
    struct gateway_fixture *f = *state;
    for (unsigned worker = 0; worker < f->workers; worker++) {
        struct answered answered = {.f = f};
        struct chat_request *request = chat_request_new(CHAT_ACT_WHOAMI, worker, note_worker);
        request->owner = &answered;
        struct gw_batch *batch = gw_batch_new();
        gw_batch_answer(batch, request);
        gateway_fixture_post(f, batch);
        FIXTURE_WAIT(atomic_load(&answered.count) == 1);
        assert_int_equal(atomic_load(&answered.worker), worker);
        gateway_fixture_post(f, gw_batch_new());
    }
}

/* Goal: one who attaches gets exactly the events behind his position. Method: a batch with events before and behind the
 * subscription, whose answer comes in a later one. */
static void events_and_subscriptions_keep_their_order(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    assert_int_equal(sio_peer_open(&peer, gateway_fixture_port(f, 1), ""), 101);
    sio_peer_send(&peer, "40{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
    struct gw_batch *batch = gw_batch_new();
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("5"), 5, &GATEWAY_ROOM(1));
    gateway_subscribe(batch, request, &GATEWAY_PERSON(7, 1), 5);
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("6"), 6, &GATEWAY_ROOM(1));
    gateway_fixture_post(f, batch);
    batch = gw_batch_new();
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("7"), 7, &GATEWAY_ROOM(1));
    gw_batch_answer(batch, request);
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("8"), 8, &GATEWAY_ROOM(1));
    gateway_fixture_post(f, batch);
    (void)sio_peer_wants_start(&peer, "40{");
    sio_peer_wants(&peer, "42[\"ready\",{\"pos\":5,\"resumed\":false},\"5\"]");
    sio_peer_wants(&peer, "42[\"message:new\",6,\"6\"]");
    sio_peer_wants(&peer, "42[\"message:new\",7,\"7\"]");
    sio_peer_wants(&peer, "42[\"message:new\",8,\"8\"]");
    sio_peer_close(&peer);
}

/* What had been delivered when the answer was given. */
struct noted {
    struct gateway_fixture *f;
    atomic_uint count;
    uint64_t deliveries;
};

static void note_deliveries(struct chat_request *request) {
    struct noted *noted = request->owner;
    noted->deliveries = counter_read(&gateway_counters(noted->f->gateways[0])->deliveries);
    atomic_fetch_add(&noted->count, 1);
    chat_request_free(request);
}

static void answer_noted(struct gw_batch *batch, int act, struct noted *noted) {
    struct chat_request *request = chat_request_new(act, 0, note_deliveries);
    request->owner = noted;
    gw_batch_answer(batch, request);
}

/* Goal: events of one room in a row go to each client in a row, in the order of their positions whatever is between; only acks of
 * messages are overtaken. */
static void events_of_a_room_overtake_nothing_but_acks_of_messages(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    struct noted sent = {.f = f}, asked = {.f = f};
    (void)gateway_join(f, &peer, 0, GATEWAY_PERSON(7, 1, 2));
    uint64_t before = counter_read(&gateway_counters(f->gateways[0])->deliveries);
    struct gw_batch *batch = gw_batch_new();
    for (int pos = 100; pos < 300; pos++) {
        gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("1"), pos, &GATEWAY_ROOM(1));
        if (pos == 100)
            answer_noted(batch, PROTO_COMMAND_MESSAGE_SEND, &sent);
        if (pos == 109)
            answer_noted(batch, PROTO_COMMAND_ROOM_LIST, &asked);
        if (pos % 50 == 49)
            gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("2"), ++pos, &GATEWAY_ROOM(2));
    }
    gateway_fixture_post(f, batch);
    for (int pos = 100; pos < 300; pos++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "42[\"message:new\",%d,\"%d\"]",
                 pos > 100 && pos % 50 == 0 ? 2 : 1, pos);
        sio_peer_wants(&peer, wanted);
    }
    FIXTURE_WAIT(atomic_load(&sent.count) == 1 && atomic_load(&asked.count) == 1);
    assert_int_equal(sent.deliveries - before, 10);
    assert_int_equal(asked.deliveries - before, 10);
    sio_peer_close(&peer);
}

/* What a failed commit takes back is told to nobody; who types and who is here is told all the same. */
static void what_is_undone_keeps_what_is_not_in_the_log(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peer;
    (void)gateway_join(f, &peer, 0, GATEWAY_PERSON(7, 1));
    struct gw_batch *batch = gw_batch_new();
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, STR("1"), 6, &GATEWAY_ROOM(1));
    gw_batch_event(batch, PROTO_EVENT_TYPING, STR("2"), 0, &GATEWAY_ROOM(1));
    gw_batch_news(batch, PROTO_EVENT_REPORT_CHANGED, STR("0"), &GATEWAY_ROOM(1));
    gw_batch_leave(batch, 7, 1);
    gw_batch_end_session(batch, 107);
    gw_batch_cut_all(batch);
    gw_batch_undo(batch);
    gw_batch_news(batch, PROTO_EVENT_REPORT_CHANGED, STR("1"), &GATEWAY_ROOM(1));
    gw_batch_event(batch, PROTO_EVENT_PRESENCE, STR("3"), 0, &GATEWAY_ROOM(1));
    gateway_fixture_post(f, batch);
    sio_peer_wants(&peer, "42[\"typing\",2]");
    sio_peer_wants(&peer, "42[\"report:changed\",1]");
    sio_peer_wants(&peer, "42[\"presence\",3]");
    gateway_event(f, GATEWAY_ROOM(1), "4", 7);
    sio_peer_wants(&peer, "42[\"message:new\",4,\"7\"]");
    sio_peer_close(&peer);
}

/* Whoever hears events has lost some; who is not attached yet has not. */
static void a_cut_of_all_closes_whoever_listens(void **state) {
    struct gateway_fixture *f = *state;
    struct sio_peer peers[2], coming;
    for (unsigned worker = 0; worker < 2; worker++)
        (void)gateway_join(f, &peers[worker], worker, GATEWAY_PERSON(7 + worker, 1));
    assert_int_equal(sio_peer_open(&coming, gateway_fixture_port(f, 1), ""), 101);
    sio_peer_send(&coming, "40{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
    struct gw_batch *batch = gw_batch_new();
    gw_batch_cut_all(batch);
    gateway_subscribe(batch, request, &GATEWAY_PERSON(9, 1), 5);
    gw_batch_answer(batch, request);
    gateway_fixture_post(f, batch);
    for (unsigned worker = 0; worker < 2; worker++) {
        sio_peer_wants_end(&peers[worker]);
        sio_peer_close(&peers[worker]);
    }
    (void)sio_peer_wants_start(&coming, "40{");
    sio_peer_wants(&coming, "42[\"ready\",{\"pos\":5,\"resumed\":false},\"5\"]");
    sio_peer_close(&coming);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, gateway_fixture_setup_two, gateway_fixture_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_discarded_is_told_to_nobody),
        cmocka_unit_test(a_discarded_answer_stays_the_callers),
        TEST(frames_go_with_the_last_worker),
        TEST(an_empty_batch_is_dropped),
        TEST(what_is_undone_keeps_what_is_not_in_the_log),
        TEST(a_cut_of_all_closes_whoever_listens),
        TEST(everything_is_copied),
        TEST(an_answer_is_given_once_and_on_its_own_worker),
        TEST(events_and_subscriptions_keep_their_order),
        TEST(events_of_a_room_overtake_nothing_but_acks_of_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
