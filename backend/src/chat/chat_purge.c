/* chat_purge.c: deleting all that a person said in a room.
 *
 * Owns      struct chat_purge.
 * Emits     message:changed   (by the facts of each message)
 *
 * A person may have said a hundred thousand things, and the store knows them by their nonces only, so the deleting goes in
 * steps: each looks at a bounded number of his messages. The first one is part of the command that asked for it; when that was not
 * all, PURGE_BEGUN says that there is more to do, and it survives a restart.
 *
 *     BEGUN ── step, step, ... end of the walk ──► found any? ── yes ──► walk again
 *                                                      └──────── no ───► ENDED
 *
 * A walk that found something is followed by another, because the facts of a step may not have happened (a commit that failed, a
 * disk that is full): the end is what was seen, not what was decided.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/mem.h"
#include "chat/chat_message.h"

#include <stdlib.h>

struct chat_purge {
    struct chat_purge *next; /* chat.purges */
    chat_room_id room;
    chat_user_id user;
    chat_message_id until;
    int64_t due_ms;                          /* monotonic: the next step */
    char after[PROTO_LIMIT_NONCE_BYTES + 8]; /* the walk has come so far */
    size_t after_length;
    bool has_found; /* in this walk */
};

/* Facts */

static struct chat_purge **purge_find(struct chat *chat, const struct chat_purge_fact *fact) {
    struct chat_purge **at = &chat->purges;
    while (*at != NULL && ((*at)->room != fact->room || (*at)->user != fact->user))
        at = &(*at)->next;
    return at;
}

/* One that runs already begins anew. */
void chat_apply_purge_begun(struct chat *chat, const struct chat_fact *fact) {
    struct chat_purge **at = purge_find(chat, &fact->purge);
    if (*at == NULL)
        *at = MEM_NEW(struct chat_purge);
    **at = (struct chat_purge){
        .next = (*at)->next,
        .room = fact->purge.room,
        .user = fact->purge.user,
        .until = fact->purge.until,
        .due_ms = chat->mono_ms,
    };
}

void chat_apply_purge_ended(struct chat *chat, const struct chat_fact *fact) {
    struct chat_purge **at = purge_find(chat, &fact->purge), *purge = *at;
    ASSERT(purge != NULL);
    *at = purge->next;
    free(purge);
}

void chat_purge_deinit(struct chat *chat) {
    while (chat->purges != NULL) {
        struct chat_purge *purge = chat->purges;
        chat->purges = purge->next;
        free(purge);
    }
}

/* Steps */

/* Facts for what a step has found. A message that is damaged is passed over. */
static enum err delete_found(struct chat *chat, struct chat_outcome *outcome,
                             const struct chat_said *said, chat_message_id until, bool *any) {
    const struct chat_port *port = &chat->port;
    for (size_t i = 0; i < said->count; i++) {
        struct chat_stored_message *stored = ARENA_NEW(outcome->arena, struct chat_stored_message);
        if (said->ids[i] > until)
            continue;
        enum err error = port->find_message(port->context, said->ids[i], outcome->arena, stored);
        if (error != ERR_OK && error != ERR_CORRUPT)
            return error;
        if (error == ERR_OK && !stored->message.deleted) {
            (void)chat_message_delete(chat, outcome, stored);
            *any = true;
        }
    }
    return ERR_OK;
}

static enum err step(struct chat *chat, struct chat_outcome *outcome,
                     const struct chat_purge_fact *what, struct str after, struct chat_said *said,
                     bool *any) {
    const struct chat_port *port = &chat->port;
    enum err error =
        port->find_said(port->context, what->user, what->room, after, outcome->arena, said);
    return error == ERR_OK ? delete_found(chat, outcome, said, what->until, any) : error;
}

enum proto_error chat_purge_begin(struct chat_turn *turn, const struct chat_room *room,
                                  chat_user_id user) {
    const struct chat_purge_fact what = {room->id, user, turn->chat->last_message};
    struct chat_said said;
    bool any = false;
    if (step(turn->chat, turn->outcome, &what, STR(""), &said, &any) != ERR_OK)
        return chat_message_refuse_store(turn);
    if (said.more)
        chat_turn_fact(turn, CHAT_FACT_PURGE_BEGUN)->purge = what;
    return PROTO_OK;
}

static void walk_on(struct chat *chat, struct chat_purge *purge, struct str next) {
    ASSERT(next.len <= sizeof purge->after);
    memcpy(purge->after, next.at, next.len);
    purge->after_length = next.len;
    purge->due_ms = chat->mono_ms + CHAT_PURGE_MS;
}

static void walk_again(struct chat *chat, struct chat_purge *purge) {
    purge->after_length = 0;
    purge->has_found = false;
    purge->due_ms = chat->mono_ms + CHAT_PURGE_AGAIN_MS;
}

static void purge_step(struct chat *chat, struct chat_outcome *outcome, struct chat_purge *purge) {
    const struct chat_purge_fact what = {purge->room, purge->user, purge->until};
    struct str after = str_of(purge->after, purge->after_length);
    struct chat_said said;
    if (step(chat, outcome, &what, after, &said, &purge->has_found) != ERR_OK) {
        walk_again(chat, purge);
    } else if (said.more) {
        walk_on(chat, purge, said.next);
    } else if (purge->has_found) {
        walk_again(chat, purge);
    } else {
        chat_outcome_fact(outcome, CHAT_FACT_PURGE_ENDED, chat->now_ms)->purge = what;
        walk_again(chat, purge); /* should that fact not happen */
    }
}

/* The one that is due first; NULL: nothing is being deleted. */
static struct chat_purge *purge_first(const struct chat *chat) {
    struct chat_purge *first = chat->purges;
    for (struct chat_purge *purge = first; purge != NULL; purge = purge->next)
        first = purge->due_ms < first->due_ms ? purge : first;
    return first;
}

int64_t chat_purge_due_ms(const struct chat *chat) {
    const struct chat_purge *first = purge_first(chat);
    return first != NULL ? first->due_ms : INT64_MAX;
}

/* One step of one purge: others' commands come between. */
void chat_purge_tick(struct chat *chat, struct chat_outcome *outcome) {
    struct chat_purge *purge = purge_first(chat);
    if (purge != NULL && purge->due_ms <= chat->mono_ms)
        purge_step(chat, outcome, purge);
}
