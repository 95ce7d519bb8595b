/* chat_presence.c: who is here.
 *
 * Owns      struct chat_connection, struct chat_presence; in rooms, the list of members who are online.
 *
 * A person is online from his first connection until the grace after his last one has passed:
 *
 *      offline ── first connection ──► online ── last one gone ──► in grace ── time ──► offline
 *                                        ▲                            │
 *                                        └────── new connection ──────┘      nobody hears of it
 *
 * Whoever changed stands once in chat.changed, from where chat_news.c tells it. A presence lives until its owner's going was
 * told. It knows its user by id alone: it survives a forgetting, and may be there before the user is (a guest about to be
 * made).
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_internal.h"

#include <stdlib.h>

#define ONLINE_CAP_MIN 4

/* Status */

bool chat_presence_is_online(const struct chat_user *user) {
    return user->presence != NULL && user->presence->is_online;
}

enum proto_status chat_presence_status(const struct chat_user *user) {
    return chat_presence_is_online(user) ? (enum proto_status)user->status : PROTO_STATUS_OFFLINE;
}

static bool in_list(const struct list *node) {
    return !list_is_empty(node);
}

static void presence_touch(struct chat *chat, struct chat_presence *presence) {
    if (!in_list(&presence->changed))
        list_append(&chat->changed, &presence->changed);
}

void chat_presence_touch(struct chat *chat, const struct chat_user *user) {
    if (user->presence != NULL)
        presence_touch(chat, user->presence);
}

/* Rooms: who of the members is online */

void chat_presence_enter_room(struct chat_member *member) {
    struct chat_room *room = member->room;
    if (!chat_presence_is_online(member->user) || member->online_at != 0)
        return;
    if (room->online_count == room->online_cap) {
        room->online_cap = room->online_cap == 0 ? ONLINE_CAP_MIN : room->online_cap * 2;
        room->online = mem_resize(room->online, room->online_cap, sizeof *room->online);
    }
    room->online[room->online_count++] = member;
    member->online_at = room->online_count;
}

void chat_presence_leave_room(struct chat_member *member) {
    struct chat_room *room = member->room;
    if (member->online_at == 0)
        return;
    struct chat_member *last = room->online[--room->online_count];
    room->online[member->online_at - 1] = last;
    last->online_at = member->online_at;
    member->online_at = 0;
}

static void enter_all_rooms(struct chat_user *user) {
    for (size_t i = 0; i < user->rooms.count; i++)
        chat_presence_enter_room(user->rooms.items[i]);
}

static void leave_all_rooms(struct chat_user *user) {
    for (size_t i = 0; i < user->rooms.count; i++)
        chat_presence_leave_room(user->rooms.items[i]);
}

/* Connections */

static struct chat_presence *presence_of(struct chat *chat, chat_user_id user) {
    struct chat_presence *presence = map_find(&chat->presences, (uint64_t)user);
    if (presence != NULL)
        return presence;
    presence = MEM_NEW(struct chat_presence);
    presence->user = user;
    list_init(&presence->connections);
    list_init(&presence->grace);
    list_init(&presence->changed);
    map_put(&chat->presences, (uint64_t)user, presence);
    struct chat_user *owner = chat_user_find(chat, user);
    if (owner != NULL)
        owner->presence = presence;
    return presence;
}

void chat_presence_free(struct chat *chat, struct chat_presence *presence) {
    ASSERT(!presence->is_online && list_is_empty(&presence->connections));
    struct chat_user *user = chat_user_find(chat, presence->user);
    if (user != NULL)
        user->presence = NULL;
    map_remove(&chat->presences, (uint64_t)presence->user);
    list_remove(&presence->grace);
    list_remove(&presence->changed);
    free(presence);
}

static void go_online(struct chat *chat, struct chat_presence *presence) {
    presence->is_online = true;
    chat->online_count++;
    struct chat_user *user = chat_user_find(chat, presence->user);
    if (user != NULL)
        enter_all_rooms(user);
    presence_touch(chat, presence);
}

static void go_offline(struct chat *chat, struct chat_presence *presence) {
    ASSERT(presence->is_online && list_is_empty(&presence->connections));
    struct chat_user *user = chat_user_find(chat, presence->user);
    if (user != NULL)
        leave_all_rooms(user);
    presence->is_online = false;
    chat->online_count--;
    list_remove(&presence->grace);
    presence_touch(chat, presence);
}

void chat_presence_adopt(struct chat *chat, struct chat_user *user) {
    user->presence = map_find(&chat->presences, (uint64_t)user->id);
}

static struct chat_connection *connection_new(uint64_t key, chat_session_id session, struct str sid,
                                              struct str resumed_sid) {
    ASSERT(sid.len <= UINT8_MAX && resumed_sid.len <= UINT8_MAX);
    size_t bytes = offsetof(struct chat_connection, sids) + sid.len + resumed_sid.len;
    struct chat_connection *connection =
        mem_new(1, bytes > sizeof *connection ? bytes : sizeof *connection);
    connection->key = key;
    connection->session = session;
    connection->sid_length = (uint8_t)sid.len;
    connection->resumed_sid_length = (uint8_t)resumed_sid.len;
    if (sid.len > 0)
        memcpy(connection->sids, sid.at, sid.len);
    if (resumed_sid.len > 0)
        memcpy(connection->sids + sid.len, resumed_sid.at, resumed_sid.len);
    return connection;
}

struct chat_connection *chat_presence_connect(struct chat *chat, uint64_t key, chat_user_id user,
                                              chat_session_id session, struct str sid,
                                              struct str resumed_sid) {
    ASSERT(map_find(&chat->connections, key) == NULL);
    struct chat_presence *presence = presence_of(chat, user);
    struct chat_connection *connection = connection_new(key, session, sid, resumed_sid);
    connection->presence = presence;
    list_append(&presence->connections, &connection->of_user);
    map_put(&chat->connections, key, connection);
    list_remove(&presence->grace);
    if (!presence->is_online)
        go_online(chat, presence);
    return connection;
}

void chat_presence_disconnect(struct chat *chat, struct chat_connection *connection) {
    struct chat_presence *presence = connection->presence;
    chat_watch_set(chat, connection, NULL, 0);
    list_remove(&connection->of_user);
    map_remove(&chat->connections, connection->key);
    free(connection);
    if (!list_is_empty(&presence->connections))
        return;
    presence->gone_at_ms = chat->now_ms;
    presence->grace_end_ms = chat->mono_ms + chat->options.presence_grace_ms;
    list_append(&chat->graces, &presence->grace);
}

static bool has_sid(const struct chat_connection *connection, struct str sid) {
    struct str fresh = str_of(connection->sids, connection->sid_length);
    struct str resumed =
        str_of(connection->sids + connection->sid_length, connection->resumed_sid_length);
    return sid.len > 0 && (str_equal(fresh, sid) || str_equal(resumed, sid));
}

struct chat_connection *chat_connection_of_sid(const struct chat *chat,
                                               const struct chat_session *session, struct str sid) {
    const struct chat_presence *presence = map_find(&chat->presences, (uint64_t)session->user->id);
    if (presence == NULL)
        return NULL;
    LIST_EACH (&presence->connections, node) {
        struct chat_connection *connection = LIST_ITEM(node, struct chat_connection, of_user);
        if (connection->session == session->id && has_sid(connection, sid))
            return connection;
    }
    return NULL;
}

/* After a reload, and the end */

static void drop_orphans(struct chat *chat, struct chat_presence *presence) {
    LIST_EACH_SAFE (&presence->connections, node) {
        struct chat_connection *connection = LIST_ITEM(node, struct chat_connection, of_user);
        if (chat_session_find(chat, connection->session) == NULL)
            chat_presence_disconnect(chat, connection);
    }
}

/* Of one who has never been, as it turned out. He may be in his grace: who comes and goes in one batch is. */
static void drop_presence(struct chat *chat, struct chat_presence *presence) {
    if (presence->is_online)
        go_offline(chat, presence);
    chat_presence_free(chat, presence);
}

/* A copy, because dropping changes the map. */
static struct chat_presence **all_presences(const struct chat *chat, size_t *count) {
    struct chat_presence **all = mem_new(map_count(&chat->presences) + 1, sizeof(void *));
    size_t cursor = 0;
    *count = 0;
    for (struct chat_presence *presence; (presence = map_next(&chat->presences, &cursor)) != NULL;)
        all[(*count)++] = presence;
    return all;
}

static bool is_shown_alike(const struct chat_user *a, const struct chat_user *b) {
    return a->status == b->status && str_equal(chat_user_text(a, CHAT_USER_STATUS_TEXT),
                                               chat_user_text(b, CHAT_USER_STATUS_TEXT));
}

void chat_presence_compare(struct chat *chat, const struct chat *beside) {
    size_t cursor = 0;
    for (struct chat_presence *presence;
         (presence = map_next(&chat->presences, &cursor)) != NULL;) {
        const struct chat_user *was = chat_user_find(chat, presence->user);
        const struct chat_user *is = chat_user_find(beside, presence->user);
        if (was != NULL && is != NULL && !is_shown_alike(was, is))
            presence_touch(chat, presence);
    }
}

void chat_presence_reload(struct chat *chat) {
    size_t count;
    struct chat_presence **all = all_presences(chat, &count);
    for (size_t i = 0; i < count; i++) {
        drop_orphans(chat, all[i]);
        struct chat_user *user = chat_user_find(chat, all[i]->user);
        if (user == NULL) {
            drop_presence(chat, all[i]);
        } else {
            user->presence = all[i];
            enter_all_rooms(user);
        }
    }
    free(all);
}

void chat_presence_deinit(struct chat *chat) {
    size_t count;
    struct chat_presence **all = all_presences(chat, &count);
    for (size_t i = 0; i < count; i++) {
        LIST_EACH_SAFE (&all[i]->connections, node)
            chat_presence_disconnect(chat, LIST_ITEM(node, struct chat_connection, of_user));
        drop_presence(chat, all[i]);
    }
    free(all);
    map_deinit(&chat->presences);
    map_deinit(&chat->connections);
    map_deinit(&chat->watched);
}

/* Grace */

int64_t chat_grace_due_ms(const struct chat *chat) {
    const struct list *first = list_first(&chat->graces);
    return first != NULL ? LIST_ITEM(first, struct chat_presence, grace)->grace_end_ms : INT64_MAX;
}

void chat_grace_tick(struct chat *chat, struct chat_outcome *outcome) {
    while (chat_grace_due_ms(chat) <= chat->mono_ms) {
        struct chat_presence *presence =
            LIST_ITEM(list_first(&chat->graces), struct chat_presence, grace);
        go_offline(chat, presence);
        struct chat_fact *fact = chat_outcome_fact(outcome, CHAT_FACT_USER_SEEN, chat->now_ms);
        fact->user.id = presence->user;
        fact->user.last_seen_ms = presence->gone_at_ms;
    }
}
