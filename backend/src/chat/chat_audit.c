/* chat_audit.c: the note of what somebody with rights has done.
 *
 * It changes nothing in the state, tells nobody, and is kept for ever: a fact without an event, whose row the store shows to
 * administrators (audit:list).
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_internal.h"

void chat_audit(struct chat_turn *turn, struct str act, chat_room_id room, chat_user_id user,
                struct str text) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_AUDIT);
    fact->audit = (struct chat_audit_fact){
        .by = turn->user != NULL ? turn->user->id : 0,
        .act = act,
        .room = room,
        .user = user,
        .text = arena_copy(turn->arena, text),
    };
}

void chat_apply_audit(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(fact->audit.by == 0 || chat_user_find(chat, fact->audit.by) != NULL);
    ASSERT(fact->audit.act.len > 0);
}
