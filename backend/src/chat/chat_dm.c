/* chat_dm.c: direct messages: the one room of a set of people.
 *
 * Emits     room:new, to each of them   (by its facts)
 *
 * Nobody joins or leaves a direct message, so the set of its members names it. It is looked for among the rooms of the one
 * who opens it, a thousand at most; and since one thread decides everything, two who open it at the same moment get the same.
 *
 * Its events: members come in silently, and when all are in, each of them is shown the room.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_name.h"
#include "chat/chat_view.h"

#include <assert.h>

/* Who is to be in it: the one who asks first. */
struct people {
    struct chat_user *users[PROTO_LIMIT_DM_USERS + 1];
    size_t count;
};

static bool has(const struct people *people, const struct chat_user *user) {
    for (size_t i = 0; i < people->count; i++)
        if (people->users[i] == user)
            return true;
    return false;
}

static enum proto_error refuse_users(struct chat_turn *turn, enum proto_error code,
                                     struct str sentence) {
    return chat_refuse_field(turn, code, "users", sentence);
}

static enum proto_error gather(struct chat_turn *turn, struct people *people) {
    const struct proto_dm_open *payload = turn->command->payload;
    people->users[people->count++] = turn->user;
    for (size_t i = 0; i < payload->users_count; i++) {
        struct chat_user *user = chat_user_find(turn->chat, payload->users[i]);
        if (user == NULL)
            return refuse_users(turn, PROTO_NOT_FOUND, STR("There is no such person."));
        if (has(people, user))
            continue;
        if (people->count == PROTO_LIMIT_DM_USERS + 1)
            return refuse_users(turn, PROTO_BAD_REQUEST, STR("At most 8 others."));
        people->users[people->count++] = user;
    }
    if (people->count == 1)
        return refuse_users(turn, PROTO_BAD_REQUEST, STR("Name somebody else than yourself."));
    return PROTO_OK;
}

static bool is_of(const struct chat_room *room, const struct people *people) {
    if (room->kind != PROTO_ROOM_KIND_DM || room->members.count != people->count)
        return false;
    for (size_t i = 0; i < people->count; i++)
        if (chat_member_find(people->users[i], room) == NULL)
            return false;
    return true;
}

static const struct chat_room *find_room(const struct people *people) {
    const struct chat_roll *rooms = &people->users[0]->rooms;
    for (size_t i = 0; i < rooms->count; i++) {
        const struct chat_room *room = ((const struct chat_member *)rooms->items[i])->room;
        if (is_of(room, people))
            return room;
    }
    return NULL;
}

/* Also of a room that is there already: he reads on in it, but nobody is addressed anew. */
static enum proto_error check_blocks(struct chat_turn *turn, const struct people *people) {
    for (size_t i = 0; i < people->count; i++)
        if (chat_block_has(people->users[i], turn->user->id))
            return chat_refuse(turn, PROTO_FORBIDDEN,
                               STR("You cannot begin a conversation with that person."));
    return PROTO_OK;
}

static enum proto_error check_places(struct chat_turn *turn, const struct people *people) {
    for (size_t i = 0; i < people->count; i++) {
        const struct chat_user *user = people->users[i];
        if (user->rooms.count >= PROTO_LIMIT_ROOMS_PER_USER)
            return chat_refuse(turn, PROTO_CONFLICT,
                               user == turn->user
                                   ? STR("You are in too many rooms. Leave one first.")
                                   : STR("That person is in too many rooms."));
    }
    return PROTO_OK;
}

static chat_room_id make_room(struct chat_turn *turn, const struct people *people) {
    chat_room_id id = turn->chat->last_room + 1;
    chat_turn_fact(turn, CHAT_FACT_ROOM_NEW)->room = (struct chat_room_fact){
        .id = id,
        .slug = chat_slug_private(turn->arena, STR("dm"), (uint64_t)id),
        .name = STR(""),
        .topic = STR(""),
        .kind = PROTO_ROOM_KIND_DM,
        .created_at_ms = turn->command->now_ms,
    };
    for (size_t i = 0; i < people->count; i++)
        chat_member_join(turn, NULL, id, people->users[i]->id, PROTO_MEMBER_ROLE_MEMBER);
    for (size_t i = 0; i < people->count; i++)
        chat_turn_fact(turn, CHAT_FACT_ROOM_SHOWN)->member =
            (struct chat_member_fact){.room = id, .user = people->users[i]->id};
    return id;
}

enum proto_error chat_on_dm_open(struct chat_turn *turn) {
    struct people people = {.count = 0};
    enum proto_error error = gather(turn, &people);
    if (error == PROTO_OK)
        error = check_blocks(turn, &people);
    if (error != PROTO_OK)
        return error;
    const struct chat_room *room = find_room(&people);
    if (room != NULL) {
        turn->outcome->note.id = room->id;
        return PROTO_OK;
    }
    error = check_places(turn, &people);
    if (error == PROTO_OK)
        turn->outcome->note.id = make_room(turn, &people);
    return error;
}

const void *chat_answer_dm_open(struct chat_turn *turn) {
    const struct chat_room *room = chat_room_get(turn->chat, turn->outcome->note.id);
    struct proto_dm_open_result *result = ARENA_NEW(turn->arena, struct proto_dm_open_result);
    result->room = chat_view_room_new(turn->chat, room, turn->user, turn->arena);
    result->users = chat_view_people(turn->chat, room, turn->arena);
    result->users_count = room->members.count;
    return result;
}
