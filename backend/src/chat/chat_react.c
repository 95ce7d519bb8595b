/* chat_react.c: reactions and pins: what others put on a message.
 *
 * Emits     message:changed   (by its facts)
 *
 * A message shows at most so many kinds, and of each kind at most so many people with a count of all. Whether a person has
 * reacted can be seen there as long as all are named; only where a kind has more people is the store asked once more.
 *
 * Doing again what is done already changes nothing and is answered all the same.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_emoji.h"
#include "chat/chat_message.h"

/* Looking */

/* The reaction with that emoji, or NULL. */
static struct proto_reaction *find_kind(const struct proto_message *message, struct str emoji) {
    for (size_t i = 0; i < message->reactions_count; i++)
        if (str_equal(message->reactions[i].emoji, emoji))
            return &message->reactions[i];
    return NULL;
}

static bool is_named(const struct proto_reaction *kind, chat_user_id user) {
    for (size_t i = 0; i < kind->users_count; i++)
        if (kind->users[i] == user)
            return true;
    return false;
}

static enum proto_error find_reacted(struct chat_turn *turn, const struct proto_message *message,
                                     struct str emoji, bool *reacted) {
    const struct proto_reaction *kind = find_kind(message, emoji);
    *reacted = kind != NULL && is_named(kind, turn->user->id);
    if (*reacted || kind == NULL || (size_t)kind->count == kind->users_count)
        return PROTO_OK;
    const struct chat_port *port = &turn->chat->port;
    enum err error = port->find_reaction(port->context, message->id, emoji, turn->user->id);
    *reacted = error == ERR_OK;
    return error == ERR_OK || error == ERR_NOT_FOUND ? PROTO_OK : chat_message_refuse_store(turn);
}

/* Changing: the copies are the fact's */

static struct proto_message *change_begin(struct chat_turn *turn, enum chat_fact_kind kind,
                                          const struct chat_stored_message *stored) {
    struct chat_fact *fact = chat_turn_fact(turn, kind);
    struct proto_message *message = ARENA_NEW(turn->arena, struct proto_message);
    *message = stored->message;
    fact->change = (struct chat_change_fact){
        .message = message,
        .nonce = stored->nonce,
        .user = turn->user->id,
    };
    turn->outcome->note.message = message;
    return message;
}

/* With room for one more kind. */
static void copy_kinds(struct chat_turn *turn, struct proto_message *message) {
    const struct proto_reaction *from = message->reactions;
    message->reactions =
        ARENA_NEW_N(turn->arena, struct proto_reaction, message->reactions_count + 1);
    for (size_t i = 0; i < message->reactions_count; i++)
        message->reactions[i] = from[i];
}

static void add_user(struct chat_turn *turn, struct proto_reaction *kind) {
    int64_t *users = ARENA_NEW_N(turn->arena, int64_t, kind->users_count + 1);
    for (size_t i = 0; i < kind->users_count; i++)
        users[i] = kind->users[i];
    kind->users = users;
    if (kind->users_count < PROTO_LIMIT_REACTION_USERS)
        kind->users[kind->users_count++] = turn->user->id;
    kind->count++;
}

static void drop_user(struct chat_turn *turn, struct proto_reaction *kind) {
    int64_t *users = ARENA_NEW_N(turn->arena, int64_t, kind->users_count);
    size_t kept = 0;
    for (size_t i = 0; i < kind->users_count; i++)
        if (kind->users[i] != turn->user->id)
            users[kept++] = kind->users[i];
    kind->users = users;
    kind->users_count = kept;
    kind->count--;
}

static void react(struct chat_turn *turn, struct proto_message *message, struct str emoji) {
    copy_kinds(turn, message);
    struct proto_reaction *kind = find_kind(message, emoji);
    if (kind == NULL) {
        kind = &message->reactions[message->reactions_count++];
        *kind = (struct proto_reaction){.emoji = emoji};
    }
    add_user(turn, kind);
}

static void unreact(struct chat_turn *turn, struct proto_message *message, struct str emoji) {
    copy_kinds(turn, message);
    struct proto_reaction *kind = find_kind(message, emoji);
    drop_user(turn, kind);
    if (kind->count > 0)
        return;
    size_t at = (size_t)(kind - message->reactions);
    message->reactions_count--;
    for (size_t i = at; i < message->reactions_count; i++)
        message->reactions[i] = message->reactions[i + 1];
}

static void decide_react(struct chat_turn *turn, const struct chat_stored_message *stored,
                         const struct proto_message_react *payload) {
    struct proto_message *message = change_begin(turn, CHAT_FACT_MESSAGE_REACTED, stored);
    struct chat_change_fact *change = &turn->outcome->facts[turn->outcome->fact_count - 1].change;
    change->emoji = payload->emoji;
    change->on = payload->on;
    if (payload->on)
        react(turn, message, payload->emoji);
    else
        unreact(turn, message, payload->emoji);
}

/* Commands */

static enum proto_error find_standing(struct chat_turn *turn, chat_message_id id,
                                      enum chat_right right, struct chat_stored_message **stored) {
    struct chat_room *room;
    enum proto_error error = chat_message_find(turn, id, right, stored, &room);
    if (error == PROTO_OK && (*stored)->message.deleted)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("This message was deleted."));
    return error;
}

enum proto_error chat_on_message_react(struct chat_turn *turn) {
    const struct proto_message_react *payload = turn->command->payload;
    struct chat_stored_message *stored;
    bool reacted;
    if (!chat_emoji_is_one(payload->emoji))
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "emoji", STR("That is not an emoji."));
    enum proto_error error = find_standing(turn, payload->message, CHAT_RIGHT_REACT, &stored);
    if (error == PROTO_OK)
        error = find_reacted(turn, &stored->message, payload->emoji, &reacted);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.message = &stored->message;
    if (reacted == payload->on)
        return PROTO_OK;
    if (payload->on && find_kind(&stored->message, payload->emoji) == NULL &&
        stored->message.reactions_count >= PROTO_LIMIT_REACTION_KINDS)
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("There are too many different reactions on this message."));
    decide_react(turn, stored, payload);
    return PROTO_OK;
}

enum proto_error chat_on_message_pin(struct chat_turn *turn) {
    const struct proto_message_pin *payload = turn->command->payload;
    struct chat_stored_message *stored;
    enum proto_error error = find_standing(turn, payload->message, CHAT_RIGHT_PIN, &stored);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.message = &stored->message;
    if (stored->message.pinned != payload->on)
        change_begin(turn, CHAT_FACT_MESSAGE_PINNED, stored)->pinned = payload->on;
    return PROTO_OK;
}

enum proto_error chat_on_message_pins(struct chat_turn *turn) {
    const struct proto_message_pins *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_READ, &room);
    if (error == PROTO_OK)
        turn->outcome->read = (struct chat_read){
            .kind = CHAT_READ_PINS,
            .user = turn->user->id,
            .room = room->id,
            .after = payload->after,
            .limit = (int64_t)chat_page_limit(payload->limit),
        };
    return error;
}

const void *chat_answer_message_pins(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_message_pins_result); /* the reader fills it */
}
