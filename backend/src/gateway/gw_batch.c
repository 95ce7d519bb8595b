/* gw_batch.c: what the core tells the workers after a commit.
 *
 * Owns      struct gw_batch: a list of items, and the arena and frames that they point to.
 * Thread    filled on the core; read by every worker; freed by the last one to be done.
 *
 * How it works: items are a tagged union in one growing array. Posting makes one small loop_call per worker, all
 * pointing to the batch, whose reference count is the number of workers. Nothing in a batch changes after it was posted,
 * but for answers: a request belongs to the one worker that it names, which takes it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "gateway/gw_batch.h"

#include "base/mem.h"
#include "gateway/gw_internal.h"

#include <stdatomic.h>
#include <stdio.h>

#define RUN_FRAMES_MAX 64 /* a run's frames lie in the nearest cache meanwhile */

enum item_kind {
    ITEM_EVENT,
    ITEM_SUBSCRIBE,
    ITEM_JOIN,
    ITEM_LEAVE,
    ITEM_TOKEN,
    ITEM_END_SESSION,
    ITEM_CUT,
    ITEM_CUT_ALL,
    ITEM_ANSWER
};

struct item {
    enum item_kind kind;
    uint64_t connection; /* SUBSCRIBE, CUT */
    chat_user_id user;
    chat_room_id room;
    chat_session_id session;
    const struct chat_rotation *rotation; /* TOKEN: in the batch's arena */
    struct frame *frame;                  /* EVENT: owned */
    bool is_of_facts;                     /* EVENT: undone with the batch */
    struct chat_audience audience;        /* EVENT; SUBSCRIBE uses its rooms */
    struct chat_request *request;         /* ANSWER: only `worker` may look into it, and frees it */
    unsigned worker;
    bool is_overtaken; /* ANSWER: events that follow may go before it */
};

struct gw_batch {
    atomic_uint workers_left;
    struct arena arena;
    struct item *items;
    size_t count, cap;
};

/* One worker's copy of "carry this out". */
struct delivery {
    struct loop_call call;
    struct gw_batch *batch;
    struct gateway *gateway;
};

/* Filling */

struct gw_batch *gw_batch_new(void) {
    return MEM_NEW(struct gw_batch);
}

static void batch_free(struct gw_batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->items[i].frame != NULL)
            frame_unref(batch->items[i].frame);
    }
    arena_deinit(&batch->arena);
    free(batch->items);
    free(batch);
}

void gw_batch_discard(struct gw_batch *batch) {
    batch_free(batch);
}

static bool is_volatile(const struct item *item) {
    return item->kind == ITEM_EVENT && !item->is_of_facts;
}

void gw_batch_undo(struct gw_batch *batch) {
    size_t kept = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (is_volatile(&batch->items[i]))
            batch->items[kept++] = batch->items[i];
        else if (batch->items[i].frame != NULL)
            frame_unref(batch->items[i].frame);
    }
    batch->count = kept;
}

static struct item *item_add(struct gw_batch *batch, enum item_kind kind) {
    if (batch->count == batch->cap) {
        batch->cap = batch->cap == 0 ? 16 : batch->cap * 2;
        batch->items = mem_resize(batch->items, batch->cap, sizeof *batch->items);
    }
    struct item *item = &batch->items[batch->count++];
    *item = (struct item){.kind = kind};
    return item;
}

static const int64_t *ids_copy(struct gw_batch *batch, const int64_t *ids, size_t count) {
    if (count == 0)
        return NULL;
    struct str bytes = str_of((const char *)ids, count * sizeof *ids);
    int64_t *copy = arena_alloc(&batch->arena, bytes.len);
    memcpy(copy, bytes.at, bytes.len);
    return copy;
}

static struct frame *event_frame(enum proto_event event, struct str data, int64_t pos) {
    char offset[32]; /* the recovery offset: a last argument */
    int len = pos > 0 ? snprintf(offset, sizeof offset, ",\"%lld\"", (long long)pos) : 0;
    return sio_event_frame_joined(STR("/"), proto_events[event].name, data,
                                  str_of(offset, (size_t)len));
}

void gw_batch_event(struct gw_batch *batch, enum proto_event event, struct str data, int64_t pos,
                    const struct chat_audience *audience) {
    struct item *item = item_add(batch, ITEM_EVENT);
    item->frame = event_frame(event, data, pos);
    item->is_of_facts = pos > 0;
    item->audience = *audience;
    item->audience.rooms = ids_copy(batch, audience->rooms, audience->room_count);
    item->audience.users = ids_copy(batch, audience->users, audience->user_count);
}

void gw_batch_news(struct gw_batch *batch, enum proto_event event, struct str data,
                   const struct chat_audience *audience) {
    gw_batch_event(batch, event, data, 0, audience);
    batch->items[batch->count - 1].is_of_facts = true;
}

void gw_batch_subscribe(struct gw_batch *batch, uint64_t connection,
                        const struct chat_attached *attached) {
    struct item *item = item_add(batch, ITEM_SUBSCRIBE);
    item->connection = connection;
    item->user = attached->user;
    item->session = attached->session;
    item->audience.rooms = ids_copy(batch, attached->rooms, attached->room_count);
    item->audience.room_count = attached->room_count;
}

static void membership_add(struct gw_batch *batch, enum item_kind kind, chat_user_id user,
                           chat_room_id room) {
    struct item *item = item_add(batch, kind);
    item->user = user;
    item->room = room;
}

void gw_batch_join(struct gw_batch *batch, chat_user_id user, chat_room_id room) {
    membership_add(batch, ITEM_JOIN, user, room);
}

void gw_batch_leave(struct gw_batch *batch, chat_user_id user, chat_room_id room) {
    membership_add(batch, ITEM_LEAVE, user, room);
}

void gw_batch_token(struct gw_batch *batch, chat_session_id session,
                    const struct chat_rotation *rotation) {
    struct chat_rotation *copy = ARENA_NEW(&batch->arena, struct chat_rotation);
    *copy = *rotation;
    struct item *item = item_add(batch, ITEM_TOKEN);
    item->session = session;
    item->rotation = copy;
}

void gw_batch_end_session(struct gw_batch *batch, chat_session_id session) {
    item_add(batch, ITEM_END_SESSION)->session = session;
}

void gw_batch_cut(struct gw_batch *batch, uint64_t connection) {
    item_add(batch, ITEM_CUT)->connection = connection;
}

void gw_batch_cut_all(struct gw_batch *batch) {
    item_add(batch, ITEM_CUT_ALL);
}

void gw_batch_answer(struct gw_batch *batch, struct chat_request *request) {
    struct item *item = item_add(batch, ITEM_ANSWER);
    item->request = request;
    item->worker = request->worker;
    item->is_overtaken = request->command.act == (int)PROTO_COMMAND_MESSAGE_SEND;
}

/* Carrying out, on a worker */

static void carry_subscribe(struct gateway *gateway, const struct item *item) {
    struct gw_client *client = map_find(&gateway->clients, item->connection);
    if (client == NULL || client->user != 0)
        return; /* another worker's, or gone meanwhile: its detach is on the way to the core */
    gw_client_subscribe(client, item->user, item->session, item->audience.rooms,
                        item->audience.room_count);
    sm_move(&client->state, &gw_states, GW_WAITING, client);
}

/* Polling shows the cookie with each request, and the browser has another one now. */
static void carry_token(struct gateway *gateway, const struct item *item) {
    const struct chat_rotation *rotation = item->rotation;
    for (struct gw_client *client = map_find(&gateway->sessions, (uint64_t)item->session);
         client != NULL; client = client->next_of_session) {
        struct gw_connection *connection = sio_client_connection_user(client->sio);
        if (connection->has_cookie &&
            memcmp(connection->cookie_hash, rotation->old_hash, CHAT_TOKEN_HASH_BYTES) == 0)
            memcpy(connection->cookie_hash, rotation->new_hash, CHAT_TOKEN_HASH_BYTES);
    }
}

static void carry_end_session(struct gateway *gateway, const struct item *item) {
    struct gw_client *client = map_find(&gateway->sessions, (uint64_t)item->session);
    while (client != NULL) {
        struct gw_client *next = client->next_of_session;
        gw_client_end(client, "session_ended", "This session was ended.");
        client = next;
    }
}

static void carry_cut(struct gateway *gateway, const struct item *item) {
    struct gw_client *client = map_find(&gateway->clients, item->connection);
    if (client != NULL)
        sio_client_cut(client->sio);
}

/* Those who are not attached yet have missed nothing. */
static void carry_cut_all(struct gateway *gateway) {
    size_t count = 0, cursor = 0;
    struct gw_client **clients = mem_new(map_count(&gateway->clients) + 1, sizeof *clients);
    for (struct gw_client *client; (client = map_next(&gateway->clients, &cursor)) != NULL;) {
        if (client->user != 0)
            clients[count++] = client;
    }
    for (size_t i = 0; i < count; i++)
        sio_client_cut(clients[i]->sio);
    free(clients);
}

static void item_carry_out(struct gateway *gateway, const struct item *item) {
    switch (item->kind) {
    case ITEM_EVENT:
        gw_fanout(gateway, &item->audience, item->frame);
        break;
    case ITEM_SUBSCRIBE:
        carry_subscribe(gateway, item);
        break;
    case ITEM_JOIN:
        gw_user_join(gateway, item->user, item->room);
        break;
    case ITEM_LEAVE:
        gw_user_leave(gateway, item->user, item->room);
        break;
    case ITEM_TOKEN:
        carry_token(gateway, item);
        break;
    case ITEM_END_SESSION:
        carry_end_session(gateway, item);
        break;
    case ITEM_CUT:
        carry_cut(gateway, item);
        break;
    case ITEM_CUT_ALL:
        carry_cut_all(gateway);
        break;
    case ITEM_ANSWER:
        if (item->worker == loop_index(gateway->loop))
            item->request->on_answer(item->request);
        break;
    }
}

static bool is_to_room(const struct item *item) {
    return item->kind == ITEM_EVENT && item->audience.scope == CHAT_SCOPE_ROOM &&
           item->audience.except_user == 0;
}

/* A run: events of one room that follow each other, with nothing in between but acks of messages, which say nothing that an event
 * behind them could make untrue. Returns where it ends; the events' frames are in `frames`. */
static size_t run_find(const struct gw_batch *batch, size_t begin, struct frame **frames,
                       size_t *frame_count) {
    chat_room_id room = batch->items[begin].audience.room;
    size_t end = begin;
    for (*frame_count = 0; end < batch->count && *frame_count < RUN_FRAMES_MAX; end++) {
        const struct item *item = &batch->items[end];
        if (is_to_room(item) && item->audience.room == room)
            frames[(*frame_count)++] = item->frame;
        else if (item->kind != ITEM_ANSWER || !item->is_overtaken)
            break;
    }
    return end;
}

/* Carries a run out: first its events, then its answers. Returns where it ends. */
static size_t run_carry_out(struct gateway *gateway, const struct gw_batch *batch, size_t begin) {
    struct frame *frames[RUN_FRAMES_MAX] = {NULL};
    size_t count;
    size_t end = run_find(batch, begin, frames, &count);
    gw_fanout_room(gateway, batch->items[begin].audience.room, frames, count);
    for (size_t i = begin; i < end; i++)
        if (batch->items[i].kind == ITEM_ANSWER)
            item_carry_out(gateway, &batch->items[i]);
    return end;
}

static void delivery_run(struct loop *loop, struct loop_call *call) {
    struct delivery *delivery = (struct delivery *)(void *)call;
    struct gw_batch *batch = delivery->batch;
    (void)loop;
    for (size_t i = 0; i < batch->count;) {
        if (is_to_room(&batch->items[i]))
            i = run_carry_out(delivery->gateway, batch, i);
        else
            item_carry_out(delivery->gateway, &batch->items[i++]);
    }
    if (atomic_fetch_sub_explicit(&batch->workers_left, 1, memory_order_acq_rel) == 1)
        batch_free(batch);
    free(delivery);
}

void gw_batch_post(struct gw_batch *batch, struct gateway *const *gateways, unsigned count) {
    if (batch->count == 0 || count == 0) { /* nothing to tell, or nobody */
        batch_free(batch);
        return;
    }
    atomic_init(&batch->workers_left, count);
    for (unsigned i = 0; i < count; i++) {
        struct delivery *delivery = MEM_NEW(struct delivery);
        delivery->call.run = delivery_run;
        delivery->batch = batch;
        delivery->gateway = gateways[i];
        loop_post(gateway_loop(gateways[i]), &delivery->call);
    }
}
