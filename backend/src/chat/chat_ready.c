/* chat_ready.c: what somebody is told when he comes: `ready`, and his rooms in pages.
 *
 * A client that shows a list needs the rooms at its top at once, and the others a moment later: with `auth.rooms` it says how many it wants in
 * `ready`, gets those that count most (favourites, then what is unread, then the liveliest), and asks for all of them in pages
 * (room:mine). A client that says nothing gets them all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_view.h"

#include <stdlib.h>

/* Everybody's part */

static struct proto_server *view_server(const struct chat *chat, struct arena *arena) {
    struct proto_server *server = ARENA_NEW(arena, struct proto_server);
    server->version = str_of_c(chat->options.version);
    server->now = chat->now_ms;
    server->settings = chat_view_settings(chat, arena);
    server->limits = ARENA_NEW(arena, struct proto_limits);
    *server->limits = (struct proto_limits){
        .body_bytes = PROTO_LIMIT_BODY_BYTES,
        .payload_bytes = PROTO_LIMIT_PAYLOAD_BYTES,
        .upload_bytes = chat->options.upload_bytes,
        .history = PROTO_LIMIT_HISTORY,
        .attachments = PROTO_LIMIT_ATTACHMENTS,
    };
    return server;
}

static bool is_listed(const struct proto_event_ready *ready, chat_user_id user) {
    for (size_t i = 0; i < ready->users_count; i++)
        if (ready->users[i].id == user)
            return true;
    return false;
}

static void list_dm_people(const struct chat_turn *turn, const struct chat_room *room,
                           struct proto_event_ready *ready) {
    for (size_t i = 0; i < room->members.count; i++) {
        const struct chat_member *member = room->members.items[i];
        if (member->user != turn->user && ready->users_count < PROTO_LIMIT_READY_USERS &&
            !is_listed(ready, member->user->id))
            chat_view_user(turn->chat, member->user, &ready->users[ready->users_count++]);
    }
}

/* Rooms */

/* How much a room counts, the more the greater. */
static int weight_of(const struct chat_member *member) {
    bool is_dm = member->room->kind == PROTO_ROOM_KIND_DM;
    bool is_unread = member->read_seq < member->room->last_seq;
    if (member->favorite)
        return 3;
    if (member->mentions > 0 || (is_dm && is_unread))
        return 2;
    return is_unread && member->level != PROTO_LEVEL_NOTHING;
}

static int64_t stirred_at(const struct chat_room *room) {
    return room->last != NULL ? room->last->created_at_ms : room->created_at_ms;
}

static int compare(const void *left, const void *right) {
    const struct chat_member *a = *(struct chat_member *const *)left,
                             *b = *(struct chat_member *const *)right;
    int weight_a = weight_of(a), weight_b = weight_of(b);
    int64_t at_a = stirred_at(a->room), at_b = stirred_at(b->room);
    if (weight_a != weight_b)
        return weight_a > weight_b ? -1 : 1;
    if (at_a != at_b)
        return at_a > at_b ? -1 : 1;
    return a->room->id < b->room->id ? -1 : 1; /* he is in each once */
}

/* In the order of their ids, or of how much they count. */
static struct chat_member **list_rooms(const struct chat_turn *turn, bool is_sorted) {
    const struct chat_roll *rooms = &turn->user->rooms;
    struct chat_member **list = ARENA_NEW_N(turn->arena, struct chat_member *, rooms->count);
    for (size_t i = 0; i < rooms->count; i++)
        list[i] = rooms->items[i];
    if (is_sorted && rooms->count > 1)
        qsort(list, rooms->count, sizeof *list, compare);
    return list;
}

/* All of them, or those that count most. */
static void view_rooms(struct chat_turn *turn, struct chat_attached *attached, size_t rooms_max) {
    const struct chat_roll *rooms = &turn->user->rooms;
    struct proto_event_ready *ready = &attached->ready;
    attached->is_bounded = rooms_max > 0;
    ready->rooms_more = attached->is_bounded && rooms->count > rooms_max;
    ready->rooms_count = ready->rooms_more ? rooms_max : rooms->count;
    ready->rooms = ARENA_NEW_N(turn->arena, struct proto_room, ready->rooms_count);
    struct chat_member **members = list_rooms(turn, attached->is_bounded);
    for (size_t i = 0; i < ready->rooms_count; i++)
        chat_view_room(turn->chat, members[i]->room, turn->user, turn->arena, &ready->rooms[i]);
}

/* What its connection hears, and the people of his direct messages: of all his rooms, shown or not. */
static void gather_rooms(struct chat_turn *turn, struct chat_attached *attached) {
    const struct chat_roll *rooms = &turn->user->rooms;
    struct proto_event_ready *ready = &attached->ready;
    int64_t *ids = ARENA_NEW_N(turn->arena, int64_t, rooms->count);
    ready->users = ARENA_NEW_N(turn->arena, struct proto_user, PROTO_LIMIT_READY_USERS);
    for (size_t i = 0; i < rooms->count; i++) {
        const struct chat_room *room = ((struct chat_member *)rooms->items[i])->room;
        ids[i] = room->id;
        if (room->kind == PROTO_ROOM_KIND_DM)
            list_dm_people(turn, room, ready);
    }
    attached->rooms = ids;
    attached->room_count = rooms->count;
}

const void *chat_answer_attach(struct chat_turn *turn) {
    const struct chat_attach *attach = turn->command->payload;
    struct chat_attached *attached = turn->outcome->note.attached;
    ASSERT(turn->user != NULL && turn->session != NULL);
    attached->user = turn->user->id;
    attached->session = turn->session->id;
    attached->pos = turn->chat->last_pos;
    attached->ready.me = chat_view_user_new(turn->chat, turn->user, turn->arena);
    attached->ready.server = view_server(turn->chat, turn->arena);
    attached->ready.pos = attached->pos;
    gather_rooms(turn, attached);
    view_rooms(turn, attached, attach->rooms_max);
    if (attached->wants_replay) {
        turn->outcome->read.to_pos = attached->pos;
        turn->outcome->read.rooms = attached->rooms;
        turn->outcome->read.room_count = attached->room_count;
    }
    return attached;
}

/* The end */

enum proto_error chat_on_detach(struct chat_turn *turn) {
    const struct chat_detach *detach = turn->command->payload;
    struct chat_connection *connection = map_find(&turn->chat->connections, detach->connection);
    if (connection == NULL)
        return PROTO_OK;
    const struct chat_session *session = chat_session_find(turn->chat, connection->session);
    if (session != NULL)
        chat_session_use(turn->outcome, session, chat_session_text(session, CHAT_SESSION_AGENT),
                         chat_session_text(session, CHAT_SESSION_ADDRESS), turn->command->now_ms);
    chat_presence_disconnect(turn->chat, connection);
    return PROTO_OK;
}

/* In pages */

enum proto_error chat_on_room_mine(struct chat_turn *turn) {
    (void)turn;
    return PROTO_OK;
}

const void *chat_answer_room_mine(struct chat_turn *turn) {
    const struct proto_room_mine *payload = turn->command->payload;
    const struct chat_roll *rooms = &turn->user->rooms;
    struct proto_room_mine_result *result = ARENA_NEW(turn->arena, struct proto_room_mine_result);
    size_t first = chat_roll_seek(rooms, chat_member_room_of, payload->after + 1);
    size_t limit = chat_page_limit(payload->limit);
    size_t count = rooms->count - first < limit ? rooms->count - first : limit;
    result->rooms = ARENA_NEW_N(turn->arena, struct proto_room, count);
    for (size_t i = 0; i < count; i++)
        chat_view_room(turn->chat, ((struct chat_member *)rooms->items[first + i])->room,
                       turn->user, turn->arena, &result->rooms[i]);
    result->rooms_count = count;
    result->more = first + count < rooms->count;
    return result;
}
