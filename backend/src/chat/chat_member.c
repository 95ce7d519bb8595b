/* chat_member.c: being in a room: joining, leaving, read marks, preferences, the list of members.
 *
 * Owns      struct chat_member, which stands in two rolls: the user's (by room) and the room's (by user).
 * Emits     member:joined, member:left, room:gone, room:me   (by their facts)
 *
 * Unread is last_seq - read_seq and never stored. `mentions` counts the unread messages that mention the member: each new
 * one adds to it, reading to the end clears it, reading a part leaves at most as many as are unread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_policy.h"
#include "chat/chat_view.h"

#include <assert.h>
#include <stdlib.h>

static_assert(PROTO_LIMIT_POSITION <= CHAT_POSITION_MASK, "a position fits");

/* Facts */

static void set_me(struct chat_member *member, const struct chat_member_fact *from) {
    ASSERT(from->read_seq <= member->room->last_seq);
    ASSERT(from->mentions >= 0 && from->mentions <= member->room->last_seq - from->read_seq);
    member->read_seq = from->read_seq;
    member->mentions = (uint32_t)from->mentions & CHAT_MEMBER_MENTIONS_MAX;
    member->level = (uint32_t)from->level & 7;
    member->favorite = from->favorite;
    member->position = (uint64_t)from->position & CHAT_POSITION_MASK;
}

static void set_role(struct chat_member *member, enum proto_member_role role) {
    struct chat_room *room = member->room;
    room->owner_count -= member->role == PROTO_MEMBER_ROLE_OWNER;
    member->role = (uint32_t)role & 7;
    room->owner_count += member->role == PROTO_MEMBER_ROLE_OWNER;
}

void chat_apply_member_joined(struct chat *chat, const struct chat_fact *fact) {
    struct chat_member *member = MEM_NEW(struct chat_member);
    member->user = chat_user_get(chat, fact->member.user);
    member->room = chat_room_get(chat, fact->member.room);
    ASSERT(chat_member_find(member->user, member->room) == NULL);
    member->joined_at_ms = (uint64_t)fact->member.joined_at_ms & CHAT_JOINED_MASK;
    set_me(member, &fact->member);
    set_role(member, fact->member.role);
    chat_roll_add(&member->user->rooms, chat_member_room_of, member);
    chat_roll_add(&member->room->members, chat_member_user_of, member);
    chat_presence_enter_room(member);
}

void chat_apply_member_changed(struct chat *chat, const struct chat_fact *fact) {
    set_role(chat_member_get(chat, fact->member.room, fact->member.user), fact->member.role);
}

void chat_apply_member_left(struct chat *chat, const struct chat_fact *fact) {
    struct chat_member *member = chat_member_get(chat, fact->member.room, fact->member.user);
    chat_presence_leave_room(member);
    member->room->owner_count -= member->role == PROTO_MEMBER_ROLE_OWNER;
    chat_roll_remove(&member->user->rooms, chat_member_room_of, member);
    chat_roll_remove(&member->room->members, chat_member_user_of, member);
    free(member);
}

void chat_apply_member_me(struct chat *chat, const struct chat_fact *fact) {
    set_me(chat_member_get(chat, fact->member.room, fact->member.user), &fact->member);
}

/* Joining and leaving */

void chat_member_join(struct chat_turn *turn, const struct chat_room *room, chat_room_id room_id,
                      chat_user_id user, enum proto_member_role role) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_MEMBER_JOINED);
    fact->member = (struct chat_member_fact){
        .room = room_id,
        .user = user,
        .role = role,
        .joined_at_ms = turn->command->now_ms,
        .read_seq = room != NULL ? room->last_seq : 0,
        .level = PROTO_LEVEL_ALL,
    };
}

enum proto_error chat_on_room_join(struct chat_turn *turn) {
    const struct proto_room_join *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_JOIN, &room);
    if (error != PROTO_OK)
        return error;
    if (chat_member_find(turn->user, room) == NULL) {
        if (turn->user->rooms.count >= PROTO_LIMIT_ROOMS_PER_USER)
            return chat_refuse(
                turn, PROTO_CONFLICT,
                STR("You are in too many rooms. Leave one before you join another."));
        chat_member_join(turn, room, room->id, turn->user->id, PROTO_MEMBER_ROLE_MEMBER);
    }
    turn->outcome->note.id = room->id;
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_HISTORY,
        .user = turn->user->id,
        .room = room->id,
        .limit = PROTO_LIMIT_JOIN_MESSAGES,
    };
    return PROTO_OK;
}

/* Those online first, then the others from the front of the roll: at most 200 looks at each. */
static void list_first_members(struct chat_turn *turn, const struct chat_room *room,
                               struct proto_room_join_result *result) {
    const size_t max = PROTO_LIMIT_JOIN_MEMBERS;
    result->members = ARENA_NEW_N(turn->arena, struct proto_member,
                                  room->members.count < max ? room->members.count : max);
    for (size_t i = 0; i < room->online_count && result->members_count < max; i++)
        chat_view_member(turn->chat, room->online[i], turn->arena,
                         &result->members[result->members_count++]);
    for (size_t i = 0; i < room->members.count && result->members_count < max; i++) {
        const struct chat_member *member = room->members.items[i];
        if (member->online_at == 0)
            chat_view_member(turn->chat, member, turn->arena,
                             &result->members[result->members_count++]);
    }
}

const void *chat_answer_room_join(struct chat_turn *turn) {
    struct proto_room_join_result *result = ARENA_NEW(turn->arena, struct proto_room_join_result);
    const struct chat_room *room = chat_room_get(turn->chat, turn->outcome->note.id);
    result->room = chat_view_room_new(turn->chat, room, turn->user, turn->arena);
    list_first_members(turn, room, result);
    return result;
}

bool chat_member_is_last_owner(const struct chat_member *member) {
    return member->role == PROTO_MEMBER_ROLE_OWNER && member->room->owner_count == 1;
}

void chat_member_put_out(struct chat_turn *turn, const struct chat_member *member,
                         enum proto_gone_reason reason, struct str text) {
    const struct chat_room *room = member->room;
    struct chat_member_fact gone = {
        .room = room->id,
        .user = member->user->id,
        .reason = reason,
        .text = text,
    };
    chat_turn_fact(turn, CHAT_FACT_MEMBER_LEFT)->member = gone;
    chat_turn_fact(turn, CHAT_FACT_MEMBER_GONE)->member = gone;
    chat_room_hand_on(turn, room, gone.user);
    chat_typing_end(turn->chat, turn->outcome, room->id, gone.user);
}

enum proto_error chat_on_room_leave(struct chat_turn *turn) {
    const struct proto_room_leave *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_LEAVE, &room);
    if (error != PROTO_OK)
        return error;
    const struct chat_member *member = chat_member_find(turn->user, room);
    if (chat_member_is_last_owner(member))
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("You are the room's only owner. Make somebody else owner first."));
    chat_member_put_out(turn, member, PROTO_GONE_REASON_LEFT, STR_NONE);
    return PROTO_OK;
}

/* What concerns only the member */

struct chat_member_fact chat_member_fact_of(const struct chat_member *member) {
    return (struct chat_member_fact){
        .room = member->room->id,
        .user = member->user->id,
        .role = (enum proto_member_role)member->role,
        .joined_at_ms = member->joined_at_ms,
        .read_seq = member->read_seq,
        .mentions = member->mentions,
        .level = (enum proto_level)member->level,
        .favorite = member->favorite,
        .position = member->position,
    };
}

static int64_t lesser(int64_t a, int64_t b) {
    return a < b ? a : b;
}

enum proto_error chat_on_room_read(struct chat_turn *turn) {
    const struct proto_room_read *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_MARK, &room);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.id = room->id;
    struct chat_member_fact me = chat_member_fact_of(chat_member_find(turn->user, room));
    int64_t seq = lesser(payload->seq, room->last_seq);
    if (seq <= me.read_seq)
        return PROTO_OK;
    me.read_seq = seq;
    me.mentions = lesser(me.mentions, room->last_seq - seq);
    chat_turn_fact(turn, CHAT_FACT_MEMBER_ME)->member = me;
    return PROTO_OK;
}

enum proto_error chat_on_room_prefs(struct chat_turn *turn) {
    const struct proto_room_prefs *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_MARK, &room);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.id = room->id;
    struct chat_member_fact before = chat_member_fact_of(chat_member_find(turn->user, room));
    struct chat_member_fact me = before;
    if (payload->level != PROTO_LEVEL_UNSET)
        me.level = payload->level;
    if (payload->has_favorite)
        me.favorite = payload->favorite;
    if (payload->has_position)
        me.position = payload->position;
    if (me.level != before.level || me.favorite != before.favorite ||
        me.position != before.position)
        chat_turn_fact(turn, CHAT_FACT_MEMBER_ME)->member = me;
    return PROTO_OK;
}

const void *chat_answer_room_me(struct chat_turn *turn) {
    static_assert(sizeof(struct proto_room_read_result) == sizeof(struct proto_room_prefs_result),
                  "both hold `me` alone");
    struct proto_room_read_result *result = ARENA_NEW(turn->arena, struct proto_room_read_result);
    result->me = chat_view_me(turn->chat,
                              chat_member_get(turn->chat, turn->outcome->note.id, turn->user->id),
                              turn->arena);
    return result;
}

/* The list of all */

enum proto_error chat_on_room_members(struct chat_turn *turn) {
    const struct proto_room_members *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_READ, &room);
    if (error == PROTO_OK)
        turn->outcome->note.id = room->id;
    return error;
}

const void *chat_answer_room_members(struct chat_turn *turn) {
    const struct proto_room_members *payload = turn->command->payload;
    const struct chat_roll *members = &chat_room_get(turn->chat, turn->outcome->note.id)->members;
    struct proto_room_members_result *result =
        ARENA_NEW(turn->arena, struct proto_room_members_result);
    size_t first = chat_roll_seek(members, chat_member_user_of, payload->after + 1);
    size_t limit = chat_page_limit(payload->limit);
    size_t count = members->count - first < limit ? members->count - first : limit;
    result->members = ARENA_NEW_N(turn->arena, struct proto_member, count);
    for (size_t i = 0; i < count; i++)
        chat_view_member(turn->chat, members->items[first + i], turn->arena, &result->members[i]);
    result->members_count = count;
    result->more = first + count < members->count;
    return result;
}
