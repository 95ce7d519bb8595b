/* gateway_fixture.h: one or two workers with a gateway each, and the test as their core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "fake_desk.h"
#include "gateway/gateway.h"
#include "gateway/gw_batch.h"
#include "sio_peer.h"

#define GATEWAY_SECRET STR("0123456789abcdef0123456789abcdef")

struct gateway_fixture {
    unsigned workers;
    struct fixture net[2];
    struct loop *loops[2];
    struct gateway *gateways[2];
    struct fake_desk desk;
};

static inline void gateway_fixture_on_request(struct conn *conn, const struct http_request *request,
                                              void *context) {
    struct gateway_fixture *f = context;
    gateway_handle(f->gateways[loop_index(conn_loop(conn))], conn, request);
}

static inline int gateway_fixture_setup_with(void **state, unsigned workers,
                                             struct gateway_options options) {
    static const struct http_handler handler = {.on_request = gateway_fixture_on_request};
    struct gateway_fixture *f = calloc(1, sizeof *f);
    f->workers = workers;
    fake_desk_init(&f->desk);
    const struct chat_desk port = fake_desk_port(&f->desk);
    options.secret = GATEWAY_SECRET;
    options.engine = (struct eio_options){.ping_interval_ms = 25000,
                                          .ping_timeout_ms = 20000,
                                          .upgrade_timeout_ms = 10000,
                                          .payload_bytes_max = 131072};
    for (unsigned i = 0; i < workers; i++) {
        const struct loop_options loop_options = {.index = i, .http = &handler, .http_context = f};
        fixture_init(&f->net[i], &loop_options);
        f->loops[i] = f->net[i].loop;
        f->gateways[i] = gateway_new(f->loops[i], &options, &port);
    }
    f->desk.loop = f->loops[0];
    for (unsigned i = 0; i < workers; i++) {
        loop_set_peers(f->loops[i], f->loops, workers);
        fixture_run(&f->net[i]);
    }
    *state = f;
    return 0;
}

static inline int gateway_fixture_setup(void **state) {
    return gateway_fixture_setup_with(state, 1, (struct gateway_options){0});
}

static inline int gateway_fixture_setup_two(void **state) {
    return gateway_fixture_setup_with(state, 2, (struct gateway_options){0});
}

static inline void gateway_fixture_close_run(struct loop *loop, void *argument) {
    (void)loop;
    gateway_close(argument);
}

static inline void gateway_fixture_drain_run(struct loop *loop, void *argument) {
    (void)loop;
    gateway_drain(argument);
}

static inline void gateway_fixture_drain(struct gateway_fixture *f) {
    fixture_do(&f->net[0], gateway_fixture_drain_run, f->gateways[0]);
}

static inline void gateway_fixture_close(struct gateway_fixture *f) {
    for (unsigned i = 0; i < f->workers; i++)
        fixture_do(&f->net[i], gateway_fixture_close_run, f->gateways[i]);
}

static inline int gateway_fixture_teardown(void **state) {
    struct gateway_fixture *f = *state;
    gateway_fixture_close(f);
    for (unsigned i = 0; i < f->workers; i++)
        fixture_join(&f->net[i]);
    for (unsigned i = 0; i < f->workers; i++) {
        gateway_free(f->gateways[i]);
        fixture_free(&f->net[i]);
    }
    fake_desk_deinit(&f->desk);
    free(f);
    return 0;
}

static inline uint16_t gateway_fixture_port(const struct gateway_fixture *f, unsigned worker) {
    return fixture_port(&f->net[worker]);
}

static inline void gateway_fixture_post(struct gateway_fixture *f, struct gw_batch *batch) {
    gw_batch_post(batch, f->gateways, f->workers);
}

/* ---- The core's part of an attach ---- */

struct gateway_person {
    chat_user_id user;
    chat_session_id session;
    const int64_t *rooms; /* up to a 0; NULL: none */
};

static inline size_t gateway_person_rooms(const struct gateway_person *person) {
    size_t count = 0;
    while (person->rooms != NULL && person->rooms[count] != 0)
        count++;
    return count;
}

/* Puts `pos` and a `ready` without anything else into the request, and its subscription into the batch. */
static inline void gateway_subscribe(struct gw_batch *batch, struct chat_request *request,
                                     const struct gateway_person *person, int64_t pos) {
    struct chat_attached *attached = ARENA_NEW(&request->arena, struct chat_attached);
    *attached = (struct chat_attached){.user = person->user,
                                       .session = person->session,
                                       .pos = pos,
                                       .rooms = person->rooms,
                                       .room_count = gateway_person_rooms(person)};
    request->attached = attached;
    buf_printf(&request->json, "{\"pos\":%lld,\"resumed\":false}", (long long)pos);
    gw_batch_subscribe(batch, request->command.actor.connection, attached);
}

/* Connects a client to that worker, answers its attach, and reads up to and with `ready`. Returns its key. */
static inline uint64_t gateway_join(struct gateway_fixture *f, struct sio_peer *peer,
                                    unsigned worker, struct gateway_person person) {
    assert_int_equal(sio_peer_open(peer, gateway_fixture_port(f, worker), ""), 101);
    sio_peer_send(peer, "40{\"name\":\"Ada\"}");
    struct chat_request *request = fake_desk_take_act(&f->desk, CHAT_ACT_ATTACH);
    uint64_t key = request->command.actor.connection;
    struct gw_batch *batch = gw_batch_new();
    gateway_subscribe(batch, request, &person, 5);
    gw_batch_answer(batch, request);
    gateway_fixture_post(f, batch);
    (void)sio_peer_wants_start(peer, "40{\"sid\":\"");
    sio_peer_wants(peer, "42[\"ready\",{\"pos\":5,\"resumed\":false},\"5\"]");
    return key;
}

/* An event to an audience, in a batch of its own. */
static inline void gateway_event(struct gateway_fixture *f, struct chat_audience audience,
                                 const char *data, int64_t pos) {
    struct gw_batch *batch = gw_batch_new();
    gw_batch_event(batch, PROTO_EVENT_MESSAGE_NEW, str_of_c(data), pos, &audience);
    gateway_fixture_post(f, batch);
}

/* Everybody gets this, so whoever has read it has read all that came before. */
static inline void gateway_mark(struct gateway_fixture *f, const char *data) {
    gateway_event(f, (struct chat_audience){.scope = CHAT_SCOPE_ALL}, data, 0);
}

#define GATEWAY_PERSON(user_, ...)                                                                 \
    (struct gateway_person) {                                                                      \
        .user = (user_), .session = (user_) + 100, .rooms = (const int64_t[]) {                    \
            __VA_ARGS__, 0                                                                         \
        }                                                                                          \
    }
#define GATEWAY_ROOM(room_) ((struct chat_audience){.scope = CHAT_SCOPE_ROOM, .room = (room_)})
#define GATEWAY_USER(user_) ((struct chat_audience){.scope = CHAT_SCOPE_USER, .user = (user_)})
