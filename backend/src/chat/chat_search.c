/* chat_search.c: whose messages may be searched. The search itself is a reader's (app/reading.c).
 *
 * In one room: who may read it. Without one: all that the person is in.
 *
 * Thread    core.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_internal.h"
#include "chat/chat_policy.h"

static void search_all(const struct chat_turn *turn, struct chat_read *read) {
    const struct chat_roll *rooms = &turn->user->rooms;
    int64_t *ids = ARENA_NEW_N(turn->arena, int64_t, rooms->count);
    for (size_t i = 0; i < rooms->count; i++)
        ids[i] = chat_member_room_of(rooms->items[i]);
    read->rooms = ids;
    read->room_count = rooms->count;
}

static enum proto_error search_one(struct chat_turn *turn, struct proto_room_ref ref,
                                   struct chat_read *read) {
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, ref, CHAT_RIGHT_READ, &room);
    if (error != PROTO_OK)
        return error;
    int64_t *id = ARENA_NEW(turn->arena, int64_t);
    *id = room->id;
    read->room = room->id;
    read->rooms = id;
    read->room_count = 1;
    return PROTO_OK;
}

enum proto_error chat_on_message_search(struct chat_turn *turn) {
    const struct proto_message_search *payload = turn->command->payload;
    struct chat_read read = {
        .kind = CHAT_READ_SEARCH,
        .user = turn->user->id,
        .limit = (int64_t)chat_page_limit(payload->limit),
    };
    bool is_one = payload->room.id != 0 || payload->room.slug.len > 0;
    enum proto_error error = PROTO_OK;
    if (is_one)
        error = search_one(turn, payload->room, &read);
    else
        search_all(turn, &read);
    if (error == PROTO_OK)
        turn->outcome->read = read;
    return error;
}

const void *chat_answer_message_search(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_message_search_result); /* the reader fills it */
}
