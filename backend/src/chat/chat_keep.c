/* chat_keep.c: what a person keeps for itself: saved messages and drafts.
 *
 * Emits     saved:changed (by its fact), draft:changed (a signal)
 *
 * Neither is in the state: both are the store's, and answered by readers. A draft is nobody's message: its event has no position
 * and its text is in no log, so that a draft that was sent or given up is gone; who comes back asks for the list.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_thread.h"

/* Saved messages */

void chat_apply_saved(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(chat_user_find(chat, fact->saved.user) != NULL);
}

static enum proto_error decide_save(struct chat_turn *turn, const struct proto_message *message,
                                    bool on) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_kept kept;
    enum err error = port->find_saved(port->context, turn->user->id, message->id, &kept);
    if (error != ERR_OK)
        return chat_message_refuse_store(turn);
    if (kept.is_saved == on)
        return PROTO_OK;
    if (on && message->deleted)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("This message was deleted."));
    if (on && kept.count >= PROTO_LIMIT_SAVED)
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("You have saved too many messages. Take one out first."));
    chat_turn_fact(turn, CHAT_FACT_SAVED)->saved =
        (struct chat_saved_fact){turn->user->id, message->id, on};
    return PROTO_OK;
}

enum proto_error chat_on_message_save(struct chat_turn *turn) {
    const struct proto_message_save *payload = turn->command->payload;
    struct chat_stored_message *stored;
    struct chat_room *room;
    enum proto_error error =
        chat_message_find(turn, payload->message, CHAT_RIGHT_READ, &stored, &room);
    return error == PROTO_OK ? decide_save(turn, &stored->message, payload->on) : error;
}

enum proto_error chat_on_message_saved(struct chat_turn *turn) {
    const struct proto_message_saved *payload = turn->command->payload;
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_SAVED,
        .user = turn->user->id,
        .after = payload->after,
        .limit = (int64_t)chat_page_limit(payload->limit),
    };
    return PROTO_OK;
}

const void *chat_answer_message_saved(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_message_saved_result); /* the reader fills it */
}

/* Drafts */

void chat_apply_draft(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(chat_user_find(chat, fact->draft.user) != NULL);
    ASSERT(fact->draft.body.len <= PROTO_LIMIT_BODY_BYTES);
}

static void tell_draft(struct chat_turn *turn, const struct chat_draft_fact *draft) {
    struct proto_event_draft_changed *event =
        ARENA_NEW(turn->arena, struct proto_event_draft_changed);
    struct chat_signal *signal = chat_outcome_signal(turn->outcome, CHAT_SIGNAL_NEWS);
    event->draft = ARENA_NEW(turn->arena, struct proto_draft);
    *event->draft = (struct proto_draft){
        .room = draft->room,
        .thread = draft->thread,
        .body = draft->body,
        .at = turn->command->now_ms,
    };
    signal->event = PROTO_EVENT_DRAFT_CHANGED;
    signal->payload = event;
    signal->audience = (struct chat_audience){.scope = CHAT_SCOPE_USER, .user = turn->user->id};
}

enum proto_error chat_on_draft_set(struct chat_turn *turn) {
    const struct proto_draft_set *payload = turn->command->payload;
    struct chat_stored_message *root;
    struct chat_room *room;
    chat_message_id thread = 0;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_READ, &room);
    if (error == PROTO_OK && payload->thread != 0) {
        error = chat_thread_find_in(turn, room, payload->thread, "thread", &root);
        thread = error == PROTO_OK ? root->message.id : 0;
    }
    if (error != PROTO_OK)
        return error;
    if (payload->body.len > PROTO_LIMIT_BODY_BYTES)
        return chat_refuse_field(turn, PROTO_TOO_LARGE, "body", STR("The draft is too long."));
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_DRAFT);
    fact->draft = (struct chat_draft_fact){turn->user->id, room->id, thread, payload->body};
    tell_draft(turn, &fact->draft);
    return PROTO_OK;
}

enum proto_error chat_on_draft_list(struct chat_turn *turn) {
    turn->outcome->read = (struct chat_read){.kind = CHAT_READ_DRAFTS, .user = turn->user->id};
    return PROTO_OK;
}

const void *chat_answer_draft_list(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_draft_list_result); /* the reader fills it */
}
