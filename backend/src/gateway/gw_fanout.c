/* gw_fanout.c: who hears what.
 *
 * Owns      the audiences: for each room that somebody on this worker is in, an array of clients.
 * Thread    worker.
 *
 * How it works: a broadcast comes as one frame. For each client of the audience a reference goes into its outbox; the
 * loop writes every outbox once at the end of the turn. A client that is not LIVE yet keeps the references in order. One
 * who is in several rooms of a joined audience is reached once: every fan-out has a number, and a client bears the
 * number of the last one that reached it.
 *
 * What a batch says to one room in a row goes to each of its clients in a row (gw_fanout_room): with thousands of readers their
 * structs do not fit into the processor's caches, and are fetched once for a batch instead of once for each message.
 *
 * A client's subscriptions and a room's clients point at each other by index, so that leaving costs a swap with the last,
 * not a search through the audience.
 *
 * Bounds: a waiting client keeps GW_KEPT_BYTES_MAX, the first ones. When there were more it gets those and is turned away,
 * and resumes from the log: each time it is further than before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "gateway/gw_internal.h"

/* Audiences */

static struct gw_room *room_get(struct gateway *gateway, chat_room_id id) {
    struct gw_room *room = map_find(&gateway->rooms, (uint64_t)id);
    if (room == NULL) {
        room = MEM_NEW(struct gw_room);
        room->id = id;
        map_put(&gateway->rooms, (uint64_t)id, room);
    }
    return room;
}

static void room_free_when_empty(struct gateway *gateway, struct gw_room *room) {
    if (room->count > 0)
        return;
    map_remove(&gateway->rooms, (uint64_t)room->id);
    free(room->clients);
    free(room);
}

static struct gw_subscription *subscription_find(struct gw_client *client,
                                                 const struct gw_room *room) {
    for (size_t i = 0; i < client->subscription_count; i++) {
        if (client->subscriptions[i].room == room)
            return &client->subscriptions[i];
    }
    return NULL;
}

static void subscription_add(struct gw_client *client, struct gw_room *room) {
    if (client->subscription_count == client->subscription_cap) {
        client->subscription_cap = client->subscription_cap == 0 ? 1 : client->subscription_cap * 2;
        client->subscriptions = mem_resize(client->subscriptions, client->subscription_cap,
                                           sizeof *client->subscriptions);
    }
    if (room->count == room->cap) {
        room->cap = room->cap == 0 ? 4 : room->cap * 2;
        room->clients = mem_resize(room->clients, room->cap, sizeof(struct gw_client *));
    }
    client->subscriptions[client->subscription_count++] =
        (struct gw_subscription){.room = room, .index = room->count};
    room->clients[room->count++] = client;
}

/* Fills the hole that a leaving client makes in its room with the room's last client. */
static void room_remove_at(struct gw_room *room, size_t index) {
    struct gw_client *last = room->clients[--room->count];
    if (index == room->count)
        return;
    room->clients[index] = last;
    subscription_find(last, room)->index = index;
}

static void subscription_remove(struct gw_client *client, struct gw_subscription *subscription) {
    struct gw_room *room = subscription->room;
    ASSERT(room->clients[subscription->index] == client);
    room_remove_at(room, subscription->index);
    *subscription = client->subscriptions[--client->subscription_count];
    room_free_when_empty(client->gateway, room);
}

/* Chains of a user's and of a session's clients */

static void chain_add(struct gw_client *client) {
    struct gateway *gateway = client->gateway;
    client->next_of_user = map_put(&gateway->users, (uint64_t)client->user, client);
    client->next_of_session = map_put(&gateway->sessions, (uint64_t)client->session, client);
}

static void chain_remove(struct map *map, uint64_t key, struct gw_client *client,
                         size_t next_offset) {
#define NEXT(c) (*(struct gw_client **)(void *)((char *)(c) + next_offset))
    struct gw_client *first = map_find(map, key);
    ASSERT(first != NULL);
    if (first == client) {
        if (NEXT(client) != NULL)
            map_put(map, key, NEXT(client));
        else
            map_remove(map, key);
        return;
    }
    while (NEXT(first) != client)
        first = NEXT(first);
    NEXT(first) = NEXT(client);
#undef NEXT
}

/* Subscribing */

void gw_client_subscribe(struct gw_client *client, chat_user_id user, chat_session_id session,
                         const int64_t *rooms, size_t room_count) {
    ASSERT(client->user == 0 && user != 0);
    client->user = user;
    client->session = session;
    chain_add(client);
    for (size_t i = 0; i < room_count; i++)
        subscription_add(client, room_get(client->gateway, rooms[i]));
}

void gw_client_unsubscribe(struct gw_client *client) {
    if (client->user == 0)
        return;
    struct gateway *gateway = client->gateway;
    while (client->subscription_count > 0)
        subscription_remove(client, &client->subscriptions[client->subscription_count - 1]);
    chain_remove(&gateway->users, (uint64_t)client->user, client,
                 offsetof(struct gw_client, next_of_user));
    chain_remove(&gateway->sessions, (uint64_t)client->session, client,
                 offsetof(struct gw_client, next_of_session));
    client->user = 0;
}

void gw_user_join(struct gateway *gateway, chat_user_id user, chat_room_id room_id) {
    struct gw_client *client = map_find(&gateway->users, (uint64_t)user);
    for (; client != NULL; client = client->next_of_user) {
        struct gw_room *room = room_get(gateway, room_id);
        if (subscription_find(client, room) == NULL)
            subscription_add(client, room);
    }
}

void gw_user_leave(struct gateway *gateway, chat_user_id user, chat_room_id room_id) {
    struct gw_client *client = map_find(&gateway->users, (uint64_t)user);
    for (; client != NULL; client = client->next_of_user) {
        struct gw_room *room = map_find(&gateway->rooms, (uint64_t)room_id);
        struct gw_subscription *subscription =
            room != NULL ? subscription_find(client, room) : NULL;
        if (subscription != NULL)
            subscription_remove(client, subscription);
    }
}

/* Sending */

static void client_keep(struct gw_client *client, struct frame *frame) {
    size_t cost = frame_payload(frame).len + GW_KEPT_FRAME_BYTES;
    if (client->kept == NULL)
        client->kept = MEM_NEW(struct gw_kept);
    struct gw_kept *kept = client->kept;
    kept->is_full |= kept->bytes + cost > GW_KEPT_BYTES_MAX;
    if (kept->is_full)
        return;
    kept->bytes += cost;
    if (kept->count == kept->cap) {
        kept->cap = kept->cap == 0 ? 8 : kept->cap * 2;
        kept->frames = mem_resize(kept->frames, kept->cap, sizeof(struct frame *));
    }
    kept->frames[kept->count++] = frame_ref(frame);
}

static void kept_free(struct gw_kept *kept) {
    for (size_t i = 0; i < kept->count; i++)
        frame_unref(kept->frames[i]);
    free(kept->frames);
    free(kept);
}

void gw_client_forget(struct gw_client *client) {
    if (client->kept != NULL)
        kept_free(client->kept);
    client->kept = NULL;
}

void gw_client_send_all(struct gw_client *client, struct frame *const *frames, size_t count) {
    if (client->ended)
        return;
    counter_add(&client->gateway->counters.deliveries, count);
    if (client->state.state == GW_LIVE) {
        sio_client_send_all(client->sio, frames, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        client_keep(client, frames[i]);
}

void gw_client_send(struct gw_client *client, struct frame *frame) {
    gw_client_send_all(client, &frame, 1);
}

void gw_client_release(struct gw_client *client) {
    struct gateway *gateway = client->gateway;
    uint64_t key = client->key;
    struct gw_kept *kept = client->kept;
    sm_move(&client->state, &gw_states, GW_LIVE, client);
    client->kept = NULL;
    if (kept == NULL)
        return;
    for (size_t i = 0; i < kept->count; i++) {
        if (map_find(&gateway->clients, key) != NULL) /* a full outbox ends it on the way */
            sio_client_send(client->sio, kept->frames[i]);
    }
    if (map_find(&gateway->clients, key) != NULL && kept->is_full)
        gw_client_turn_away(client);
    kept_free(kept);
}

void gw_client_turn_away(struct gw_client *client) {
    client->ended = true;
    sio_client_cut(client->sio);
}

/* Fanning out. Sending may end a client at once (its outbox is full), which changes the arrays that are being walked: rooms
 * are walked from the back, where a removal only moves clients that were served already. */

static void fan_room(struct gateway *gateway, chat_room_id id, chat_user_id except_user,
                     struct frame *const *frames, size_t count) {
    struct gw_room *room = map_find(&gateway->rooms, (uint64_t)id);
    for (size_t i = room != NULL ? room->count : 0; i-- > 0;) {
        struct gw_client *client = room->clients[i];
        if (client->mark == gateway->last_mark || client->user == except_user)
            continue;
        client->mark = gateway->last_mark;
        bool is_last = room->count == 1;
        gw_client_send_all(client, frames, count);
        if (is_last)
            return; /* the room may be gone with it */
    }
}

void gw_fanout_room(struct gateway *gateway, chat_room_id id, struct frame *const *frames,
                    size_t count) {
    gateway->last_mark++;
    fan_room(gateway, id, 0, frames, count);
}

static void fan_user(struct gateway *gateway, chat_user_id user, struct frame *frame) {
    struct gw_client *client = map_find(&gateway->users, (uint64_t)user);
    while (client != NULL) {
        struct gw_client *next = client->next_of_user;
        if (client->mark != gateway->last_mark) {
            client->mark = gateway->last_mark;
            gw_client_send(client, frame);
        }
        client = next;
    }
}

static void fan_all(struct gateway *gateway, struct frame *frame) {
    size_t count = 0, cursor = 0;
    struct gw_client **clients = mem_new(map_count(&gateway->clients) + 1, sizeof *clients);
    for (struct gw_client *client; (client = map_next(&gateway->clients, &cursor)) != NULL;) {
        if (client->user != 0)
            clients[count++] = client;
    }
    for (size_t i = 0; i < count; i++)
        gw_client_send(clients[i], frame);
    free(clients);
}

void gw_fanout(struct gateway *gateway, const struct chat_audience *audience, struct frame *frame) {
    gateway->last_mark++;
    switch (audience->scope) {
    case CHAT_SCOPE_NONE:
        break;
    case CHAT_SCOPE_ALL:
        fan_all(gateway, frame);
        break;
    case CHAT_SCOPE_ROOM:
        fan_room(gateway, audience->room, audience->except_user, &frame, 1);
        break;
    case CHAT_SCOPE_USER:
        fan_user(gateway, audience->user, frame);
        break;
    case CHAT_SCOPE_PEERS:
        for (size_t i = 0; i < audience->room_count; i++)
            fan_room(gateway, audience->rooms[i], audience->except_user, &frame, 1);
        if (audience->user != 0)
            fan_user(gateway, audience->user, frame);
        break;
    case CHAT_SCOPE_WATCH:
        for (size_t i = 0; i < audience->user_count; i++)
            fan_user(gateway, audience->users[i], frame);
        break;
    }
}
