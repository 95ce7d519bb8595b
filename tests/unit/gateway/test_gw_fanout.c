/* test_gw_fanout.c: who hears what.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "gateway/gw_internal.h"
#include "gateway_fixture.h"

/* Four people on two workers:
 *
 *     Ada 1    rooms 1, 2    worker 0 and worker 1
 *     Ben 2    rooms 1, 2    worker 0
 *     Cid 3    room  2       worker 1
 *     Dora 4   no room       worker 1
 */
enum who { ADA, ADA_TOO, BEN, CID, DORA, PEERS };

struct state {
    struct gateway_fixture *f;
    struct sio_peer peers[PEERS];
};

static int setup(void **state) {
    struct state *s = calloc(1, sizeof *s);
    void *fixture;
    gateway_fixture_setup_two(&fixture);
    s->f = fixture;
    gateway_join(s->f, &s->peers[ADA], 0, GATEWAY_PERSON(1, 1, 2));
    gateway_join(s->f, &s->peers[ADA_TOO], 1, GATEWAY_PERSON(1, 1, 2));
    gateway_join(s->f, &s->peers[BEN], 0, GATEWAY_PERSON(2, 1, 2));
    gateway_join(s->f, &s->peers[CID], 1, GATEWAY_PERSON(3, 2));
    gateway_join(s->f, &s->peers[DORA], 1, GATEWAY_PERSON(4, 0));
    *state = s;
    return 0;
}

static int teardown(void **state) {
    struct state *s = *state;
    void *fixture = s->f;
    for (int i = 0; i < PEERS; i++)
        sio_peer_close(&s->peers[i]);
    gateway_fixture_teardown(&fixture);
    free(s);
    return 0;
}

/* Each of those named by a bit in `who` hears the event once, and nobody else hears anything. */
static void assert_heard(struct state *s, unsigned who, const char *packet) {
    gateway_mark(s->f, "\"mark\"");
    for (int i = 0; i < PEERS; i++) {
        if ((who >> i & 1) != 0)
            sio_peer_wants(&s->peers[i], packet);
        sio_peer_wants(&s->peers[i], "42[\"message:new\",\"mark\"]");
    }
}

#define BIT(who) (1u << (who))

static void an_event_of_a_room_is_heard_by_its_members_on_all_workers(void **state) {
    struct state *s = *state;
    gateway_event(s->f, GATEWAY_ROOM(1), "{\"room\":1}", 6);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO) | BIT(BEN), "42[\"message:new\",{\"room\":1},\"6\"]");
    gateway_event(s->f, GATEWAY_ROOM(2), "{\"room\":2}", 7);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO) | BIT(BEN) | BIT(CID),
                 "42[\"message:new\",{\"room\":2},\"7\"]");
    gateway_event(s->f, GATEWAY_ROOM(3), "{}", 8);
    assert_heard(s, 0, "");
}

/* What is not in the log has no offset: a client must not take it for one. */
static void an_event_without_a_position_has_no_offset(void **state) {
    struct state *s = *state;
    gateway_event(s->f, GATEWAY_ROOM(1), "{\"on\":true}", 0);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO) | BIT(BEN), "42[\"message:new\",{\"on\":true}]");
}

static void one_person_of_a_room_may_be_left_out(void **state) {
    struct state *s = *state;
    struct chat_audience audience = GATEWAY_ROOM(2);
    audience.except_user = 1;
    gateway_event(s->f, audience, "{}", 0);
    assert_heard(s, BIT(BEN) | BIT(CID), "42[\"message:new\",{}]");
}

static void an_event_of_a_person_is_heard_by_all_his_clients(void **state) {
    struct state *s = *state;
    gateway_event(s->f, GATEWAY_USER(1), "{}", 6);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO), "42[\"message:new\",{},\"6\"]");
    gateway_event(s->f, GATEWAY_USER(4), "{}", 7);
    assert_heard(s, BIT(DORA), "42[\"message:new\",{},\"7\"]");
    gateway_event(s->f, GATEWAY_USER(99), "{}", 8);
    assert_heard(s, 0, "");
}

static void who_shares_several_rooms_hears_it_once(void **state) {
    struct state *s = *state;
    static const int64_t rooms[] = {1, 2};
    const struct chat_audience audience = {
        .scope = CHAT_SCOPE_PEERS, .user = 1, .rooms = rooms, .room_count = 2};
    gateway_event(s->f, audience, "{}", 6);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO) | BIT(BEN) | BIT(CID), "42[\"message:new\",{},\"6\"]");
}

/* Somebody without rooms still hears of himself. */
static void who_shares_no_room_hears_of_himself(void **state) {
    struct state *s = *state;
    const struct chat_audience audience = {.scope = CHAT_SCOPE_PEERS, .user = 4};
    gateway_event(s->f, audience, "{}", 6);
    assert_heard(s, BIT(DORA), "42[\"message:new\",{},\"6\"]");
}

static void watchers_are_named_one_by_one(void **state) {
    struct state *s = *state;
    static const int64_t users[] = {4, 2, 99, 2};
    const struct chat_audience audience = {
        .scope = CHAT_SCOPE_WATCH, .users = users, .user_count = 4};
    gateway_event(s->f, audience, "{}", 0);
    assert_heard(s, BIT(BEN) | BIT(DORA), "42[\"message:new\",{}]");
}

static void an_audience_of_nobody_is_nobody(void **state) {
    struct state *s = *state;
    gateway_event(s->f, (struct chat_audience){.scope = CHAT_SCOPE_NONE}, "{}", 6);
    assert_heard(s, 0, "");
}

static struct gw_batch *batch_event(struct gw_batch *batch, const char *data) {
    const struct chat_audience audience = GATEWAY_ROOM(1);
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, str_of_c(data), 0, &audience);
    return batch;
}

/* Within one batch the order of joining, speaking and leaving is kept to the event. */
static void who_joins_hears_from_then_on_and_who_leaves_no_longer(void **state) {
    struct state *s = *state;
    struct gw_batch *batch = gw_batch_new();
    batch_event(batch, "1");
    gw_batch_join(batch, 4, 1);
    batch_event(batch, "2");
    gw_batch_leave(batch, 1, 1);
    batch_event(batch, "3");
    gw_batch_leave(batch, 4, 1);
    gw_batch_join(batch, 1, 1);
    batch_event(batch, "4");
    gateway_fixture_post(s->f, batch);
    gateway_mark(s->f, "0");
    static const char *const heard[PEERS] = {"1240", "1240", "12340", "0", "230"};
    for (int i = 0; i < PEERS; i++) {
        for (const char *digit = heard[i]; *digit != '\0'; digit++) {
            char packet[32];
            (void)snprintf(packet, sizeof packet, "42[\"message:new\",%c]", *digit);
            sio_peer_wants(&s->peers[i], packet);
        }
    }
}

static void joining_and_leaving_twice_is_as_good_as_once(void **state) {
    struct state *s = *state;
    struct gw_batch *batch = gw_batch_new();
    gw_batch_join(batch, 2, 1);
    gw_batch_join(batch, 2, 1);
    gw_batch_join(batch, 99, 1);
    gw_batch_leave(batch, 3, 1);
    gw_batch_leave(batch, 99, 77);
    gateway_fixture_post(s->f, batch);
    gateway_event(s->f, GATEWAY_ROOM(1), "{}", 0);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO) | BIT(BEN), "42[\"message:new\",{}]");
    batch = gw_batch_new();
    gw_batch_leave(batch, 2, 1);
    gateway_fixture_post(s->f, batch);
    gateway_event(s->f, GATEWAY_ROOM(1), "{}", 0);
    assert_heard(s, BIT(ADA) | BIT(ADA_TOO), "42[\"message:new\",{}]");
}

/* Goal: a reader that does not read harms nobody who stands beside it in a room, before or behind. Method: it is sent more
 * than its outbox and the kernel hold, while the others read. */
static void who_does_not_read_is_closed_and_the_others_miss_nothing(void **state) {
    struct state *s = *state;
    enum { EVENTS = 120, BYTES = 65536 };
    struct buf data = BUF_EMPTY;
    memset(buf_reserve(&data, BYTES), '1', BYTES);
    data.len = BYTES;
    for (int i = 0; i < EVENTS; i++) { /* 7.5 MiB */
        gateway_event(s->f, GATEWAY_ROOM(1), buf_c(&data), 6 + i);
        for (int p = 0; p < PEERS; p++)
            if (p == ADA || p == ADA_TOO)
                (void)sio_peer_wants_start(&s->peers[p], "42[\"message:new\",111");
    }
    struct chat_request *request = fake_desk_take_act(&s->f->desk, CHAT_ACT_DETACH); /* Ben's */
    fake_desk_answer(&s->f->desk, request);
    gateway_mark(s->f, "\"mark\"");
    sio_peer_wants(&s->peers[ADA], "42[\"message:new\",\"mark\"]");
    sio_peer_wants(&s->peers[CID], "42[\"message:new\",\"mark\"]");
    buf_deinit(&data);
}

/* ---- The audiences themselves, without sockets ---- */

enum { CLIENTS = 40, ROOMS = 12, USERS = 10 };

struct model {
    struct gateway gateway;
    struct gw_client clients[CLIENTS];
    bool is_in[CLIENTS][ROOMS + 1];
};

/* Both sides agree with the model and with each other. */
static void assert_agrees(struct model *m) {
    size_t rooms = 0, in_rooms = 0, subscribed = 0;
    for (int r = 1; r <= ROOMS; r++) {
        const struct gw_room *room = map_find(&m->gateway.rooms, (uint64_t)r);
        rooms += room != NULL;
        for (size_t i = 0; room != NULL && i < room->count; i++) {
            assert_true(m->is_in[room->clients[i] - m->clients][r]);
            in_rooms++;
        }
    }
    assert_int_equal(map_count(&m->gateway.rooms), rooms);
    for (int c = 0; c < CLIENTS; c++) {
        const struct gw_client *client = &m->clients[c];
        for (size_t i = 0; i < client->subscription_count; i++) {
            const struct gw_subscription *at = &client->subscriptions[i];
            assert_ptr_equal(at->room->clients[at->index], client);
            assert_true(m->is_in[c][at->room->id]);
        }
        for (int r = 1; r <= ROOMS; r++)
            subscribed += m->is_in[c][r];
    }
    assert_int_equal(in_rooms, subscribed);
}

static void model_set(struct model *m, chat_user_id user, int room, bool is_in) {
    for (int c = 0; c < CLIENTS; c++)
        if (m->clients[c].user == user)
            m->is_in[c][room] = is_in;
}

static void model_come(struct model *m, struct test_random *r, int c) {
    int64_t rooms[ROOMS];
    size_t count = 0;
    for (int room = 1; room <= ROOMS; room++) {
        m->is_in[c][room] = test_random_chance(r, 30);
        if (m->is_in[c][room])
            rooms[count++] = room;
    }
    chat_user_id user = 1 + (int64_t)test_random_below(r, USERS);
    gw_client_subscribe(&m->clients[c], user, user * 2 + c % 2, rooms, count);
}

static void model_step(struct model *m, struct test_random *r) {
    int c = (int)test_random_below(r, CLIENTS);
    chat_user_id user = 1 + (int64_t)test_random_below(r, USERS);
    int room = 1 + (int)test_random_below(r, ROOMS);
    bool joins = test_random_chance(r, 50);
    if (m->clients[c].user == 0) {
        model_come(m, r, c);
    } else if (test_random_chance(r, 30)) {
        gw_client_unsubscribe(&m->clients[c]);
        memset(m->is_in[c], 0, sizeof m->is_in[c]);
    } else {
        (joins ? gw_user_join : gw_user_leave)(&m->gateway, user, room);
        model_set(m, user, room, joins);
    }
}

/* Every client of a user and of a session stands in its chain once. */
static void assert_chains(const struct model *m) {
    size_t of_users = 0, of_sessions = 0, here = 0;
    struct gw_client *client;
    size_t cursor = 0;
    while ((client = map_next(&m->gateway.users, &cursor)) != NULL)
        for (; client != NULL; client = client->next_of_user)
            of_users++;
    cursor = 0;
    while ((client = map_next(&m->gateway.sessions, &cursor)) != NULL)
        for (; client != NULL; client = client->next_of_session)
            of_sessions++;
    for (int c = 0; c < CLIENTS; c++)
        here += m->clients[c].user != 0;
    assert_int_equal(of_users, here);
    assert_int_equal(of_sessions, here);
}

static void audiences_follow_every_coming_and_going(void **state) {
    (void)state;
    struct model *m = calloc(1, sizeof *m);
    struct test_random r = test_random_stream(1);
    for (int c = 0; c < CLIENTS; c++)
        m->clients[c].gateway = &m->gateway;
    for (int step = 0; step < 20000; step++) {
        model_step(m, &r);
        if (step % 50 == 0) {
            assert_agrees(m);
            assert_chains(m);
        }
    }
    for (int c = 0; c < CLIENTS; c++)
        gw_client_unsubscribe(&m->clients[c]);
    assert_int_equal(map_count(&m->gateway.rooms), 0);
    assert_int_equal(map_count(&m->gateway.users), 0);
    assert_int_equal(map_count(&m->gateway.sessions), 0);
    for (int c = 0; c < CLIENTS; c++)
        free(m->clients[c].subscriptions);
    map_deinit(&m->gateway.rooms);
    map_deinit(&m->gateway.users);
    map_deinit(&m->gateway.sessions);
    free(m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(an_event_of_a_room_is_heard_by_its_members_on_all_workers),
        TEST(an_event_without_a_position_has_no_offset),
        TEST(one_person_of_a_room_may_be_left_out),
        TEST(an_event_of_a_person_is_heard_by_all_his_clients),
        TEST(who_shares_several_rooms_hears_it_once),
        TEST(who_shares_no_room_hears_of_himself),
        TEST(watchers_are_named_one_by_one),
        TEST(an_audience_of_nobody_is_nobody),
        TEST(who_joins_hears_from_then_on_and_who_leaves_no_longer),
        TEST(joining_and_leaving_twice_is_as_good_as_once),
        TEST(who_does_not_read_is_closed_and_the_others_miss_nothing),
        cmocka_unit_test(audiences_follow_every_coming_and_going),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
