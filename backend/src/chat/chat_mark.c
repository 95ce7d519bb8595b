/* chat_mark.c: read marks of many rooms at once: all to the end, and back again.
 *
 * Emits     room:me   (by its facts)
 *
 * room:read_all answers how it was, and room:unread takes that back: undoing needs no memory in the server. It never moves
 * a mark forward, so that it cannot hide what came meanwhile.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_internal.h"

enum proto_error chat_on_room_read_all(struct chat_turn *turn) {
    const struct chat_roll *rooms = &turn->user->rooms;
    struct proto_room_read_all_result *result =
        ARENA_NEW(turn->arena, struct proto_room_read_all_result);
    result->marks = ARENA_NEW_N(turn->arena, struct proto_read_mark, rooms->count);
    for (size_t i = 0; i < rooms->count; i++) {
        const struct chat_member *member = rooms->items[i];
        struct chat_member_fact me = chat_member_fact_of(member);
        if (me.read_seq == member->room->last_seq)
            continue;
        result->marks[result->marks_count++] =
            (struct proto_read_mark){me.room, me.read_seq, me.mentions};
        me.read_seq = member->room->last_seq;
        me.mentions = 0;
        chat_turn_fact(turn, CHAT_FACT_MEMBER_ME)->member = me;
    }
    turn->outcome->note.result = result;
    return PROTO_OK;
}

const void *chat_answer_room_read_all(struct chat_turn *turn) {
    return turn->outcome->note.result;
}

static int64_t lesser(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void put_back(struct chat_turn *turn, const struct proto_read_mark *mark) {
    const struct chat_room *room = chat_room_find(turn->chat, mark->room);
    const struct chat_member *member = room != NULL ? chat_member_find(turn->user, room) : NULL;
    if (member == NULL || mark->read_seq >= member->read_seq)
        return;
    struct chat_member_fact me = chat_member_fact_of(member);
    me.read_seq = mark->read_seq;
    me.mentions =
        lesser(lesser(mark->mentions, CHAT_MEMBER_MENTIONS_MAX), room->last_seq - me.read_seq);
    chat_turn_fact(turn, CHAT_FACT_MEMBER_ME)->member = me;
}

enum proto_error chat_on_room_unread(struct chat_turn *turn) {
    const struct proto_room_unread *payload = turn->command->payload;
    for (size_t i = 0; i < payload->marks_count; i++)
        put_back(turn, &payload->marks[i]);
    return PROTO_OK;
}
