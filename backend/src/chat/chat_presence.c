/* chat_presence.c: who is here, and who is told.
 *
 * Owns      struct chat_connection, struct chat_presence, struct chat_watch.
 * Emits     presence
 *
 * A person is online from his first connection until the grace after his last one has passed:
 *
 *      offline ── first connection ──► online ── last one gone ──► in grace ── time ──► offline
 *                                        ▲                            │
 *                                        └────── new connection ──────┘      nobody hears of it
 *
 * Changes are not told when they happen but gathered: whoever changed stands once in chat.changed, and at most every 500 ms
 * all of them are told at once; who is as he was told last is left out. A presence lives until its owner's going was told.
 *
 * To whom:
 *   - up to 1,000 people online, one event with all changes goes to all rooms of those who changed. That is not more
 *     than anybody can see in user:list. Each room is looked at once per gathering (room.mark), so the cost is the sum of the
 *     changed people's rooms;
 *   - above, only to those who watch the person or share a direct message with him. Each recipient's share is the list of
 *     changes that concern him, and recipients with equal shares get one event together: everybody gets at most one
 *     event per gathering, with nothing in it that he did not ask for.
 * When very many change at once (all come back after a restart), a gathering takes the first 1,000 and the others wait for
 * the next: the core is never busy with presence for long.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/mem.h"
#include "chat/chat_view.h"

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
    presence->told = PROTO_STATUS_OFFLINE;
    list_init(&presence->connections);
    list_init(&presence->grace);
    list_init(&presence->changed);
    map_put(&chat->presences, (uint64_t)user, presence);
    struct chat_user *owner = chat_user_find(chat, user);
    if (owner != NULL)
        owner->presence = presence;
    return presence;
}

static void presence_free(struct chat *chat, struct chat_presence *presence) {
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
    struct chat_connection *connection = mem_new(1, sizeof *connection + sid.len + resumed_sid.len);
    connection->key = key;
    connection->session = session;
    connection->sid_length = sid.len;
    connection->resumed_sid_length = resumed_sid.len;
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

static void drop_connection(struct chat *chat, struct chat_connection *connection) {
    struct chat_presence *presence = connection->presence;
    chat_presence_disconnect(chat, connection);
    if (list_is_empty(&presence->connections) && chat_user_find(chat, presence->user) == NULL)
        go_offline(chat, presence);
}

static void drop_orphans(struct chat *chat, struct chat_presence *presence) {
    LIST_EACH_SAFE (&presence->connections, node) {
        struct chat_connection *connection = LIST_ITEM(node, struct chat_connection, of_user);
        if (chat_session_find(chat, connection->session) == NULL)
            drop_connection(chat, connection);
    }
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

void chat_presence_reload(struct chat *chat) {
    size_t count;
    struct chat_presence **all = all_presences(chat, &count);
    for (size_t i = 0; i < count; i++) {
        drop_orphans(chat, all[i]);
        if (chat_user_find(chat, all[i]->user) == NULL)
            presence_free(chat, all[i]);
    }
    free(all);
}

void chat_presence_deinit(struct chat *chat) {
    size_t count;
    struct chat_presence **all = all_presences(chat, &count);
    for (size_t i = 0; i < count; i++) {
        LIST_EACH_SAFE (&all[i]->connections, node)
            chat_presence_disconnect(chat, LIST_ITEM(node, struct chat_connection, of_user));
        if (all[i]->is_online)
            go_offline(chat, all[i]);
        presence_free(chat, all[i]);
    }
    free(all);
    map_deinit(&chat->presences);
    map_deinit(&chat->connections);
    map_deinit(&chat->watched);
}

/* Watching */

static struct chat_watched *watched_of(struct chat *chat, chat_user_id user) {
    struct chat_watched *watched = map_find(&chat->watched, (uint64_t)user);
    if (watched == NULL) {
        watched = MEM_NEW(struct chat_watched);
        watched->user = user;
        list_init(&watched->watchers);
        map_put(&chat->watched, (uint64_t)user, watched);
    }
    return watched;
}

static void watch_end(struct chat *chat, struct chat_watch *watch) {
    list_remove(&watch->node);
    if (!list_is_empty(&watch->whom->watchers))
        return;
    map_remove(&chat->watched, (uint64_t)watch->whom->user);
    free(watch->whom);
}

void chat_watch_set(struct chat *chat, struct chat_connection *connection, const int64_t *users,
                    size_t count) {
    for (size_t i = 0; i < connection->watch_count; i++)
        watch_end(chat, &connection->watches[i]);
    free(connection->watches);
    connection->watches = count > 0 ? mem_new(count, sizeof *connection->watches) : NULL;
    connection->watch_count = count;
    for (size_t i = 0; i < count; i++) {
        struct chat_watch *watch = &connection->watches[i];
        watch->by = connection;
        watch->whom = watched_of(chat, users[i]);
        list_append(&watch->whom->watchers, &watch->node);
    }
}

enum proto_error chat_on_presence_watch(struct chat_turn *turn) {
    const struct proto_presence_watch *payload = turn->command->payload;
    struct chat_connection *connection =
        map_find(&turn->chat->connections, turn->command->actor.connection);
    size_t count = 0;
    int64_t *known = ARENA_NEW_N(turn->arena, int64_t, payload->users_count);
    for (size_t i = 0; i < payload->users_count; i++)
        if (chat_user_find(turn->chat, payload->users[i]) != NULL)
            known[count++] = payload->users[i];
    if (connection != NULL)
        chat_watch_set(turn->chat, connection, known, count);
    return PROTO_OK;
}

const void *chat_answer_presence_watch(struct chat_turn *turn) {
    const struct proto_presence_watch *payload = turn->command->payload;
    struct proto_presence_watch_result *result =
        ARENA_NEW(turn->arena, struct proto_presence_watch_result);
    result->users = ARENA_NEW_N(turn->arena, struct proto_user, payload->users_count);
    for (size_t i = 0; i < payload->users_count; i++) {
        const struct chat_user *user = chat_user_find(turn->chat, payload->users[i]);
        if (user != NULL)
            chat_view_user(turn->chat, user, &result->users[result->users_count++]);
    }
    return result;
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

/* Telling */

/* What one gathering tells: the changes, and of whom each is. */
struct news {
    struct chat *chat;
    struct chat_outcome *outcome;
    struct proto_presence_change *changes;
    struct chat_user **users;
    size_t count;
    struct chat_share *shares; /* in a crowd: what each recipient is told */
    size_t share_count;
};

static struct chat_signal *presence_signal(struct chat_outcome *outcome,
                                           struct proto_presence_change *changes, size_t count) {
    struct proto_event_presence *event = ARENA_NEW(outcome->arena, struct proto_event_presence);
    struct chat_signal *signal = chat_outcome_signal(outcome, CHAT_SIGNAL_EVENT);
    event->changes = changes;
    event->changes_count = count;
    signal->event = PROTO_EVENT_PRESENCE;
    signal->payload = event;
    return signal;
}

static void tell_rooms(struct news *news) {
    size_t rooms_max = 0, room_count = 0;
    for (size_t i = 0; i < news->count; i++)
        rooms_max += news->users[i]->rooms.count;
    int64_t *rooms = ARENA_NEW_N(news->outcome->arena, int64_t, rooms_max);
    uint32_t mark = ++news->chat->mark;
    for (size_t i = 0; i < news->count; i++)
        for (size_t j = 0; j < news->users[i]->rooms.count; j++) {
            struct chat_room *room = ((struct chat_member *)news->users[i]->rooms.items[j])->room;
            if (room->mark != mark && room->online_count > 0)
                rooms[room_count++] = room->id;
            room->mark = mark;
        }
    struct chat_signal *signal = presence_signal(news->outcome, news->changes, news->count);
    signal->audience = (struct chat_audience){
        .scope = CHAT_SCOPE_PEERS,
        .user = news->count == 1 ? news->users[0]->id : 0,
        .rooms = rooms,
        .room_count = room_count,
    };
}

/* What one recipient is told: numbers of changes, ascending. In the arena; the recipient points to it while it grows. */
struct chat_share {
    struct chat_presence *recipient;
    uint64_t hash; /* of the numbers: equal shares are neighbours when sorted */
    size_t count, cap;
    uint32_t *changes;
    struct chat_share *next; /* of all shares */
};

static void share_grow(struct chat_share *share, struct arena *arena) {
    uint32_t *wider = ARENA_NEW_N(arena, uint32_t, share->cap * 2 + 4);
    if (share->count > 0)
        memcpy(wider, share->changes, share->count * sizeof *wider);
    share->changes = wider;
    share->cap = share->cap * 2 + 4;
}

/* Changes come in ascending order, so one that is there already (two connections that watch the same person) is the last. */
static void share_add(struct news *news, struct chat_presence *recipient, uint32_t change) {
    struct arena *arena = news->outcome->arena;
    struct chat_share *share = recipient->share;
    if (share == NULL) {
        share = recipient->share = ARENA_NEW(arena, struct chat_share);
        share->recipient = recipient;
        share->next = news->shares;
        news->shares = share;
        news->share_count++;
    }
    if (share->count > 0 && share->changes[share->count - 1] == change)
        return;
    if (share->count == share->cap)
        share_grow(share, arena);
    share->changes[share->count++] = change;
    share->hash = (share->hash ^ change) * 0x100000001B3u; /* FNV-1a, a number at a time */
}

static void share_with_watchers(struct news *news, uint32_t change) {
    const struct chat_watched *watched =
        map_find(&news->chat->watched, (uint64_t)news->users[change]->id);
    if (watched == NULL)
        return;
    LIST_EACH (&watched->watchers, node)
        share_add(news, LIST_ITEM(node, struct chat_watch, node)->by->presence, change);
}

static void share_with_dm_partners(struct news *news, uint32_t change) {
    const struct chat_roll *rooms = &news->users[change]->rooms;
    for (size_t i = 0; i < rooms->count; i++) {
        const struct chat_room *room = ((struct chat_member *)rooms->items[i])->room;
        for (size_t j = 0; room->kind == PROTO_ROOM_KIND_DM && j < room->online_count; j++)
            share_add(news, room->online[j]->user->presence, change);
    }
}

static int compare_shares(const void *a, const void *b) {
    const struct chat_share *one = *(struct chat_share *const *)a;
    const struct chat_share *other = *(struct chat_share *const *)b;
    if (one->hash != other->hash)
        return one->hash < other->hash ? -1 : 1;
    if (one->count != other->count)
        return one->count < other->count ? -1 : 1;
    return memcmp(one->changes, other->changes, one->count * sizeof *one->changes);
}

/* One event for `count` recipients whose shares are equal. */
static void tell_share(struct news *news, struct chat_share *const *shares, size_t count) {
    struct arena *arena = news->outcome->arena;
    const struct chat_share *share = shares[0];
    struct proto_presence_change *changes =
        ARENA_NEW_N(arena, struct proto_presence_change, share->count);
    int64_t *users = ARENA_NEW_N(arena, int64_t, count);
    for (size_t i = 0; i < share->count; i++)
        changes[i] = news->changes[share->changes[i]];
    for (size_t i = 0; i < count; i++)
        users[i] = shares[i]->recipient->user;
    struct chat_signal *signal = presence_signal(news->outcome, changes, share->count);
    signal->audience = (struct chat_audience){
        .scope = CHAT_SCOPE_WATCH,
        .users = users,
        .user_count = count,
    };
}

/* All shares in an array, equal ones next to each other; nobody points to his any more. */
static struct chat_share **sort_shares(struct news *news) {
    struct chat_share **shares =
        ARENA_NEW_N(news->outcome->arena, struct chat_share *, news->share_count);
    size_t count = 0;
    for (struct chat_share *share = news->shares; share != NULL; share = share->next) {
        share->recipient->share = NULL;
        shares[count++] = share;
    }
    qsort(shares, count, sizeof(struct chat_share *), compare_shares);
    return shares;
}

static void tell_watchers(struct news *news) {
    for (uint32_t i = 0; i < news->count; i++) {
        if (news->users[i]->presence != NULL) /* his own other connections */
            share_add(news, news->users[i]->presence, i);
        share_with_watchers(news, i);
        share_with_dm_partners(news, i);
    }
    if (news->share_count == 0)
        return;
    struct chat_share **shares = sort_shares(news);
    for (size_t first = 0, next; first < news->share_count; first = next) {
        next = first + 1;
        while (next < news->share_count && compare_shares(&shares[first], &shares[next]) == 0)
            next++;
        tell_share(news, &shares[first], next - first);
    }
}

int64_t chat_presence_due_ms(const struct chat *chat) {
    if (list_is_empty(&chat->changed))
        return INT64_MAX;
    return chat->told_at_ms == INT64_MIN ? chat->mono_ms
                                         : chat->told_at_ms + chat->options.presence_gather_ms;
}

static void note_change(struct news *news, struct chat_presence *presence, struct chat_user *user) {
    enum proto_status status = chat_presence_status(user);
    if (status == presence->told && !presence->text_changed)
        return;
    struct str text = chat_user_text(user, CHAT_USER_STATUS_TEXT);
    presence->told = status;
    presence->text_changed = false;
    news->users[news->count] = user;
    news->changes[news->count++] = (struct proto_presence_change){
        .user = user->id,
        .status = status,
        .text = text.len > 0 ? text : STR_NONE,
        .last_seen = presence->is_online ? news->chat->now_ms : presence->gone_at_ms,
    };
}

/* Takes chat.changed, or its beginning, into the news; presences whose going is told end here. */
static void gather(struct news *news) {
    struct chat *chat = news->chat;
    struct arena *arena = news->outcome->arena;
    news->changes = ARENA_NEW_N(arena, struct proto_presence_change, CHAT_PRESENCE_CHANGES_MAX);
    news->users = ARENA_NEW_N(arena, struct chat_user *, CHAT_PRESENCE_CHANGES_MAX);
    while (!list_is_empty(&chat->changed) && news->count < CHAT_PRESENCE_CHANGES_MAX) {
        struct chat_presence *presence =
            LIST_ITEM(list_first(&chat->changed), struct chat_presence, changed);
        struct chat_user *user = chat_user_find(chat, presence->user);
        list_remove(&presence->changed);
        if (user != NULL)
            note_change(news, presence, user);
        if (!presence->is_online)
            presence_free(chat, presence);
    }
}

void chat_presence_tick(struct chat *chat, struct chat_outcome *outcome) {
    struct news news = {.chat = chat, .outcome = outcome};
    if (chat_presence_due_ms(chat) > chat->mono_ms)
        return;
    gather(&news);
    if (news.count == 0)
        return;
    chat->told_at_ms = chat->mono_ms;
    if (chat->online_count > chat->options.presence_crowd)
        tell_watchers(&news);
    else
        tell_rooms(&news);
}
