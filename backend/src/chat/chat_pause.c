/* chat_pause.c: slow mode: when did this person last write in this room?
 *
 * Owns      struct chat_pause.
 *
 * Noted only in rooms that are slow. The note is worth nothing once the longest pause that a room can ask for has passed;
 * with each new one, two of the oldest are looked at and dropped if so. A restart forgets them: that lets one message through
 * early, and saves a column in every membership. A message that was refused after all, because the journal failed, has
 * started none: each note knows the position of its message.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_internal.h"

#include <stdlib.h>

#define MS_PER_S 1000

struct chat_pause {
    struct list order; /* chat.pause_order, the oldest first */
    struct chat_place place;
    int64_t since_ms; /* monotonic */
    int64_t pos;      /* of the message */
};

static void pause_free(struct chat *chat, struct chat_pause *pause) {
    map_remove_str(&chat->pauses, chat_place_key(&pause->place));
    list_remove(&pause->order);
    free(pause);
}

int64_t chat_pause_left(struct chat *chat, const struct chat_room *room, chat_user_id user) {
    struct chat_place place = {room->id, user};
    const struct chat_pause *pause = map_find_str(&chat->pauses, chat_place_key(&place));
    if (room->slow_mode_s == 0 || pause == NULL)
        return 0;
    int64_t left_ms = pause->since_ms + room->slow_mode_s * MS_PER_S - chat->mono_ms;
    return left_ms > 0 ? left_ms : 0;
}

static void drop_old(struct chat *chat) {
    for (int i = 0; i < 2 && !list_is_empty(&chat->pause_order); i++) {
        struct chat_pause *oldest =
            LIST_ITEM(list_first(&chat->pause_order), struct chat_pause, order);
        if (chat->mono_ms - oldest->since_ms <= PROTO_LIMIT_SLOW_MODE_S * MS_PER_S)
            return;
        pause_free(chat, oldest);
    }
}

void chat_pause_start(struct chat *chat, const struct chat_room *room, chat_user_id user,
                      int64_t pos) {
    struct chat_place place = {room->id, user};
    if (room->slow_mode_s == 0)
        return;
    drop_old(chat);
    struct chat_pause *pause = map_find_str(&chat->pauses, chat_place_key(&place));
    if (pause == NULL) {
        pause = MEM_NEW(struct chat_pause);
        pause->place = place;
        list_init(&pause->order);
        map_put_str(&chat->pauses, chat_place_key(&pause->place), pause);
    }
    pause->since_ms = chat->mono_ms;
    pause->pos = pos;
    list_remove(&pause->order);
    list_append(&chat->pause_order, &pause->order);
}

/* The newest are the last ones. */
void chat_pause_reload(struct chat *chat) {
    while (!list_is_empty(&chat->pause_order)) {
        struct chat_pause *newest =
            LIST_ITEM(list_last(&chat->pause_order), struct chat_pause, order);
        if (newest->pos <= chat->last_pos)
            return;
        pause_free(chat, newest);
    }
}

void chat_pause_deinit(struct chat *chat) {
    while (!list_is_empty(&chat->pause_order))
        pause_free(chat, LIST_ITEM(list_first(&chat->pause_order), struct chat_pause, order));
    map_deinit(&chat->pauses);
}
