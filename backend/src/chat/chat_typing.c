/* chat_typing.c: who is writing just now.
 *
 * Owns      struct chat_typing.
 * Emits     typing
 *
 * A mark lasts 6 s from the last `typing`, so marks end in the order in which they were last refreshed: one list, no timers.
 * Only the change is told, not the refreshing. Sending and leaving end it at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_policy.h"

#include <stdlib.h>

struct chat_typing {
    struct list order; /* chat.typing_order */
    struct chat_place place;
    int64_t end_ms; /* monotonic */
};

static struct chat_typing *typing_find(const struct chat *chat, const struct chat_place *place) {
    return map_find_str(&chat->typing, chat_place_key(place));
}

static void typing_free(struct chat *chat, struct chat_typing *typing) {
    map_remove_str(&chat->typing, chat_place_key(&typing->place));
    list_remove(&typing->order);
    free(typing);
}

static void tell(struct chat_outcome *outcome, struct chat_place place, bool on) {
    struct proto_event_typing *event = ARENA_NEW(outcome->arena, struct proto_event_typing);
    struct chat_signal *signal = chat_outcome_signal(outcome, CHAT_SIGNAL_EVENT);
    *event = (struct proto_event_typing){.room = place.room, .user = place.user, .on = on};
    signal->event = PROTO_EVENT_TYPING;
    signal->payload = event;
    signal->audience = (struct chat_audience){
        .scope = CHAT_SCOPE_ROOM,
        .room = place.room,
        .except_user = place.user,
    };
}

/* Who flickers is told of less often; a mark that is not told is not made, and the next refreshing tries again. */
static bool may_tell(struct chat *chat, struct chat_place place) {
    struct chat_rate_key key = chat_rate_key_pair('t', place.room, place.user);
    return chat_rate_take(&chat->rates, &key, CHAT_RATE_TYPING, 1, chat->mono_ms) == 0;
}

static void typing_start(struct chat *chat, struct chat_outcome *outcome, struct chat_place place) {
    struct chat_typing *typing = typing_find(chat, &place);
    if (typing == NULL && !may_tell(chat, place))
        return;
    if (typing == NULL) {
        typing = MEM_NEW(struct chat_typing);
        typing->place = place;
        list_init(&typing->order);
        map_put_str(&chat->typing, chat_place_key(&typing->place), typing);
        tell(outcome, place, true);
    }
    typing->end_ms = chat->mono_ms + chat->options.typing_ms;
    list_remove(&typing->order);
    list_append(&chat->typing_order, &typing->order);
}

void chat_typing_end(struct chat *chat, struct chat_outcome *outcome, chat_room_id room,
                     chat_user_id user) {
    struct chat_place place = {room, user};
    struct chat_typing *typing = typing_find(chat, &place);
    if (typing == NULL)
        return;
    typing_free(chat, typing);
    tell(outcome, place, false);
}

enum proto_error chat_on_typing(struct chat_turn *turn) {
    const struct proto_typing *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_SEND, &room);
    if (error != PROTO_OK)
        return error;
    struct chat_place place = {room->id, turn->user->id};
    if (payload->on)
        typing_start(turn->chat, turn->outcome, place);
    else
        chat_typing_end(turn->chat, turn->outcome, place.room, place.user);
    return PROTO_OK;
}

int64_t chat_typing_due_ms(const struct chat *chat) {
    const struct list *first = list_first(&chat->typing_order);
    return first != NULL ? LIST_ITEM(first, struct chat_typing, order)->end_ms : INT64_MAX;
}

void chat_typing_tick(struct chat *chat, struct chat_outcome *outcome) {
    while (chat_typing_due_ms(chat) <= chat->mono_ms) {
        struct chat_typing *typing =
            LIST_ITEM(list_first(&chat->typing_order), struct chat_typing, order);
        struct chat_place place = typing->place;
        typing_free(chat, typing);
        if (chat_room_find(chat, place.room) != NULL)
            tell(outcome, place, false);
    }
}

void chat_typing_deinit(struct chat *chat) {
    while (!list_is_empty(&chat->typing_order))
        typing_free(chat, LIST_ITEM(list_first(&chat->typing_order), struct chat_typing, order));
    map_deinit(&chat->typing);
}
