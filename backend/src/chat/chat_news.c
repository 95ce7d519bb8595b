/* chat_news.c: who is told of presence, and when.
 *
 * Emits     presence
 *
 * Changes are not told when they happen but gathered: at most every 500 ms all of chat.changed is told at once, also who is
 * again as he was told last: a list or an event may have shown him otherwise meanwhile. When very many change together (all come back after a restart), a gathering takes the first
 * 1,000 and the others wait for the next: the core is never busy with presence for long.
 *
 * To whom:
 *   - up to 1,000 people online, one event with all changes goes to all rooms of those who changed. That is not more
 *     than anybody can see in user:list. Each room is looked at once per gathering (room.mark), so the cost is the sum of the
 *     changed people's rooms;
 *   - above, only to those who watch the person or share a direct message with him. Each recipient's share is the list of
 *     changes that concern him, and recipients with equal shares get one event together: everybody gets at most one
 *     event per gathering, with nothing in it that he did not ask for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "chat/chat_internal.h"

#include <stdlib.h>

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

int64_t chat_news_due_ms(const struct chat *chat) {
    if (list_is_empty(&chat->changed))
        return INT64_MAX;
    return chat->told_at_ms == INT64_MIN ? chat->mono_ms
                                         : chat->told_at_ms + chat->options.presence_gather_ms;
}

static void note_change(struct news *news, struct chat_presence *presence, struct chat_user *user) {
    struct str text = chat_user_text(user, CHAT_USER_STATUS_TEXT);
    news->users[news->count] = user;
    news->changes[news->count++] = (struct proto_presence_change){
        .user = user->id,
        .status = chat_presence_status(user),
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
            chat_presence_free(chat, presence);
    }
}

void chat_news_tick(struct chat *chat, struct chat_outcome *outcome) {
    struct news news = {.chat = chat, .outcome = outcome};
    if (chat_news_due_ms(chat) > chat->mono_ms)
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
