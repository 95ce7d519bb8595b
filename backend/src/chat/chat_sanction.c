/* chat_sanction.c: who is banned from a room, and who is muted there.
 *
 * Owns      struct chat_sanction, which stands in the room's roll of them.
 *
 * A sanction is the room's, not the membership's: a ban is about somebody who is not a member, and one who is muted is
 * still muted when he has left and come back. Ban and mute of one person are one entry, which goes when neither is left.
 * A mute that has run out stays until something else changes: it is compared with the clock whenever it is asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_view.h"

#include <stdlib.h>

static int64_t sanction_user_of(const void *sanction) {
    return ((const struct chat_sanction *)sanction)->user;
}

const struct chat_sanction *chat_sanction_find(const struct chat_room *room, chat_user_id user) {
    if (room->sanctions.count == 0)
        return NULL;
    return chat_roll_find(&room->sanctions, sanction_user_of, user);
}

bool chat_sanction_is_banned(const struct chat_room *room, chat_user_id user) {
    const struct chat_sanction *sanction = chat_sanction_find(room, user);
    return sanction != NULL && sanction->banned;
}

int64_t chat_sanction_muted_until(const struct chat *chat, const struct chat_room *room,
                                  chat_user_id user) {
    const struct chat_sanction *sanction = chat_sanction_find(room, user);
    bool is_muted = sanction != NULL && sanction->muted_until_ms > chat->now_ms;
    return is_muted ? sanction->muted_until_ms : 0;
}

void chat_sanction_free(struct chat_sanction *sanction) {
    free(sanction->texts);
    free(sanction);
}

/* Facts */

static struct chat_sanction *sanction_add(struct chat_room *room, chat_user_id user) {
    struct chat_sanction *sanction = MEM_NEW(struct chat_sanction);
    sanction->user = user;
    chat_roll_add(&room->sanctions, sanction_user_of, sanction);
    return sanction;
}

static void sanction_set(struct chat_sanction *sanction, const struct chat_sanction_fact *from) {
    sanction->banned = from->banned;
    sanction->banned_by = from->banned_by;
    sanction->banned_at_ms = from->banned_at_ms;
    sanction->muted_until_ms = from->muted_until_ms;
    chat_pack_set(&sanction->texts, sanction->text_lengths, &from->reason, 1);
}

void chat_apply_sanction(struct chat *chat, const struct chat_fact *fact) {
    const struct chat_sanction_fact *from = &fact->sanction;
    struct chat_room *room = chat_room_get(chat, from->room);
    struct chat_sanction *sanction =
        chat_roll_find(&room->sanctions, sanction_user_of, chat_user_get(chat, from->user)->id);
    if (from->banned || from->muted_until_ms != 0) {
        sanction_set(sanction != NULL ? sanction : sanction_add(room, from->user), from);
    } else if (sanction != NULL) {
        chat_roll_remove(&room->sanctions, sanction_user_of, sanction);
        chat_sanction_free(sanction);
    }
}

/* The list of the banned */

static void view_ban(const struct chat *chat, const struct chat_sanction *sanction,
                     struct arena *arena, struct proto_ban *out) {
    const struct chat_user *by = chat_user_find(chat, sanction->banned_by);
    struct str reason = chat_pack_get(sanction->texts, sanction->text_lengths, 0);
    *out = (struct proto_ban){
        .user = chat_view_user_new(chat, chat_user_get(chat, sanction->user), arena),
        .by = by != NULL ? chat_view_author(by, arena) : NULL,
        .at = sanction->banned_at_ms,
        .reason = reason.len > 0 ? reason : STR_NONE,
    };
}

const void *chat_answer_room_bans(struct chat_turn *turn) {
    const struct proto_room_bans *payload = turn->command->payload;
    const struct chat_roll *all = &chat_room_get(turn->chat, turn->outcome->note.id)->sanctions;
    struct proto_room_bans_result *result = ARENA_NEW(turn->arena, struct proto_room_bans_result);
    size_t limit = chat_page_limit(payload->limit);
    result->bans = ARENA_NEW_N(turn->arena, struct proto_ban, limit);
    for (size_t i = chat_roll_seek(all, sanction_user_of, payload->after + 1);
         i < all->count && !result->more; i++) {
        const struct chat_sanction *sanction = all->items[i];
        if (!sanction->banned)
            continue;
        if (result->bans_count == limit)
            result->more = true;
        else
            view_ban(turn->chat, sanction, turn->arena, &result->bans[result->bans_count++]);
    }
    return result;
}
