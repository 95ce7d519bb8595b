/* chat_invite.c: invitations to the server.
 *
 * Owns      struct chat_invite and its two indexes (by id, by the hash of its secret).
 *
 * An invitation that never was, is used up, expired or revoked gives the same answer: whoever has a link that does not work
 * learns nothing else from it. Its id is the position of the fact that makes it, so no id is given twice.
 *
 * It opens what its maker could open himself at that moment, no more: one whose maker has lost his account or his role is not
 * good, and it leads into no room into which he may not invite. Seeing and revoking them is chat_invite_list.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "base/token.h"
#include "chat/chat_policy.h"
#include "chat/chat_server_policy.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <stdlib.h>

#define WEEK_S (7 * 24 * 3600)

int64_t chat_invite_id_of(const void *invite) {
    return ((const struct chat_invite *)invite)->id;
}

static struct str hash_key(const unsigned char hash[CHAT_TOKEN_HASH_BYTES]) {
    return str_of((const char *)hash, CHAT_TOKEN_HASH_BYTES);
}

static struct chat_invite *invite_get(const struct chat *chat, chat_invite_id id) {
    struct chat_invite *invite = chat_roll_find(&chat->invites, chat_invite_id_of, id);
    ASSERT(invite != NULL);
    return invite;
}

/* Facts */

void chat_apply_invite_new(struct chat *chat, const struct chat_fact *fact) {
    const struct chat_invite_fact *from = &fact->invite;
    ASSERT(fact->pos == 0 || fact->pos == from->id);
    struct chat_invite *invite =
        mem_new(1, sizeof *invite + from->room_count * sizeof invite->rooms[0]);
    *invite = (struct chat_invite){
        .id = from->id,
        .by = from->by,
        .role = from->role,
        .note = str_dup_c(from->note),
        .created_at_ms = from->created_at_ms,
        .expires_at_ms = from->expires_at_ms,
        .uses = from->uses,
        .uses_max = from->uses_max,
        .room_count = from->room_count,
    };
    memcpy(invite->token_hash, from->token_hash, sizeof invite->token_hash);
    for (size_t i = 0; i < from->room_count; i++)
        invite->rooms[i] = from->rooms[i];
    chat_roll_add(&chat->invites, chat_invite_id_of, invite);
    void *twin = map_put_str(&chat->invite_tokens, hash_key(invite->token_hash), invite);
    ASSERT(twin == NULL);
}

void chat_apply_invite_used(struct chat *chat, const struct chat_fact *fact) {
    struct chat_invite *invite = invite_get(chat, fact->invite.id);
    invite->uses = fact->invite.uses;
    ASSERT(invite->uses_max == 0 || invite->uses <= invite->uses_max);
}

/* Into fewer rooms than before. */
void chat_apply_invite_rooms(struct chat *chat, const struct chat_fact *fact) {
    struct chat_invite *invite = invite_get(chat, fact->invite.id);
    ASSERT(fact->invite.room_count < invite->room_count);
    invite->room_count = fact->invite.room_count;
    for (size_t i = 0; i < invite->room_count; i++)
        invite->rooms[i] = fact->invite.rooms[i];
}

void chat_invite_free(struct chat_invite *invite) {
    free(invite->note);
    free(invite);
}

void chat_apply_invite_ended(struct chat *chat, const struct chat_fact *fact) {
    struct chat_invite *invite = invite_get(chat, fact->invite.id);
    map_remove_str(&chat->invite_tokens, hash_key(invite->token_hash));
    chat_roll_remove(&chat->invites, chat_invite_id_of, invite);
    chat_invite_free(invite);
}

/* Using */

static enum chat_server_right right_to_make(enum proto_user_role role) {
    return role == PROTO_USER_ROLE_ADMIN ? CHAT_MAY_INVITE_ADMIN : CHAT_MAY_INVITE;
}

/* Could its maker make it today? */
static bool has_maker(const struct chat *chat, const struct chat_invite *invite) {
    const struct chat_user *maker = chat_user_get(chat, invite->by);
    struct str why;
    return !maker->is_shut &&
           chat_server_policy_check(maker, NULL, right_to_make(invite->role), &why) == PROTO_OK;
}

static bool is_good(const struct chat *chat, const struct chat_invite *invite) {
    return (invite->uses_max == 0 || invite->uses < invite->uses_max) &&
           (invite->expires_at_ms == 0 || chat->now_ms < invite->expires_at_ms) &&
           has_maker(chat, invite);
}

enum proto_error chat_invite_find(struct chat_turn *turn, struct str secret,
                                  const struct chat_invite **out) {
    unsigned char hash[CHAT_TOKEN_HASH_BYTES];
    bool is_secret = token_hash_of(TOKEN_INVITE_PREFIX, secret, hash);
    const struct chat_invite *invite =
        is_secret ? map_find_str(&turn->chat->invite_tokens, hash_key(hash)) : NULL;
    if (invite == NULL || !is_good(turn->chat, invite))
        return chat_refuse_field(turn, PROTO_NOT_FOUND, "invite",
                                 STR("This invitation is not valid, or not any more."));
    *out = invite;
    return PROTO_OK;
}

void chat_invite_use(struct chat_turn *turn, const struct chat_invite *invite) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_INVITE_USED);
    fact->invite.id = invite->id;
    fact->invite.uses = invite->uses + 1;
}

/* The room, when it is there and the maker may invite to it; else NULL. */
static const struct chat_room *room_opened(const struct chat *chat,
                                           const struct chat_invite *invite, size_t i) {
    const struct chat_room *room = chat_room_find(chat, invite->rooms[i]);
    struct str why;
    bool opens = room != NULL && chat_policy_check(chat, chat_user_get(chat, invite->by), room,
                                                   CHAT_RIGHT_INVITE, &why) == PROTO_OK;
    return opens ? room : NULL;
}

/* One in which he is not yet, and which does not keep him out. */
static bool may_join(const struct chat_room *room, const struct chat_user *user) {
    return user == NULL ||
           (chat_member_find(user, room) == NULL && !chat_sanction_is_banned(room, user->id));
}

size_t chat_invite_join(struct chat_turn *turn, const struct chat_invite *invite,
                        const struct chat_user *user, chat_user_id user_id, size_t room_count) {
    size_t joined = 0;
    for (size_t i = 0; i < invite->room_count; i++) {
        const struct chat_room *room = room_opened(turn->chat, invite, i);
        if (room == NULL || !may_join(room, user) ||
            room_count + joined >= PROTO_LIMIT_ROOMS_PER_USER)
            continue;
        if (user != NULL && room->kind == PROTO_ROOM_KIND_PRIVATE)
            chat_turn_fact(turn, CHAT_FACT_ROOM_SHOWN)->member =
                (struct chat_member_fact){.room = room->id, .user = user_id};
        chat_member_join(turn, room, room->id, user_id, PROTO_MEMBER_ROLE_MEMBER);
        joined++;
    }
    return joined;
}

enum proto_error chat_on_invite_use(struct chat_turn *turn) {
    const struct proto_invite_use *payload = turn->command->payload;
    const struct chat_invite *invite;
    enum proto_error error = chat_invite_find(turn, payload->invite, &invite);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.id = invite->id;
    if (chat_invite_join(turn, invite, turn->user, turn->user->id, turn->user->rooms.count) > 0)
        chat_invite_use(turn, invite);
    return PROTO_OK;
}

/* Those that he is in now: a use that was the last has not taken the invitation away. */
const void *chat_answer_invite_use(struct chat_turn *turn) {
    struct proto_invite_use_result *result = ARENA_NEW(turn->arena, struct proto_invite_use_result);
    const struct chat_invite *invite = invite_get(turn->chat, turn->outcome->note.id);
    result->rooms = ARENA_NEW_N(turn->arena, struct proto_room, invite->room_count);
    for (size_t i = 0; i < invite->room_count; i++) {
        const struct chat_room *room = chat_room_find(turn->chat, invite->rooms[i]);
        if (room != NULL && chat_member_find(turn->user, room) != NULL)
            chat_view_room(turn->chat, room, turn->user, turn->arena,
                           &result->rooms[result->rooms_count++]);
    }
    return result;
}

/* Looking at one, before one has an account */

enum proto_error chat_on_invite_look(struct chat_turn *turn) {
    const struct chat_invite_look *look = turn->command->payload;
    const struct chat_invite *invite;
    enum proto_error error = chat_invite_find(turn, look->invite, &invite);
    if (error == PROTO_OK)
        turn->outcome->note.id = invite->id;
    return error;
}

const void *chat_answer_invite_look(struct chat_turn *turn) {
    const struct chat_invite *invite = invite_get(turn->chat, turn->outcome->note.id);
    struct proto_invite_preview *out = ARENA_NEW(turn->arena, struct proto_invite_preview);
    out->server = str_of_c(turn->chat->server_name);
    out->role = invite->role;
    out->expires_at = invite->expires_at_ms;
    out->rooms = ARENA_NEW_N(turn->arena, struct proto_invite_room, invite->room_count);
    for (size_t i = 0; i < invite->room_count; i++) {
        const struct chat_room *room = room_opened(turn->chat, invite, i);
        if (room != NULL)
            out->rooms[out->rooms_count++] = (struct proto_invite_room){
                .id = room->id, .name = chat_room_text(room, CHAT_ROOM_NAME)};
    }
    return out;
}

/* Making */

/* Rooms that the person who invites is in, each once; no direct messages. */
static enum proto_error check_rooms(struct chat_turn *turn, const struct proto_invite_create *from,
                                    struct chat_invite_fact *invite) {
    int64_t *rooms = ARENA_NEW_N(turn->arena, int64_t, from->rooms_count);
    for (size_t i = 0; i < from->rooms_count; i++) {
        const struct chat_room *room = chat_room_find(turn->chat, from->rooms[i]);
        bool is_known = false;
        for (size_t j = 0; j < invite->room_count; j++)
            is_known = is_known || rooms[j] == from->rooms[i];
        if (room == NULL || chat_member_find(turn->user, room) == NULL ||
            room->kind == PROTO_ROOM_KIND_DM)
            return chat_refuse_field(turn, PROTO_NOT_FOUND, "rooms",
                                     STR("You can invite to rooms that you are in."));
        if (!is_known)
            rooms[invite->room_count++] = room->id;
    }
    invite->rooms = rooms;
    return PROTO_OK;
}

static int64_t expiry_of(const struct chat_turn *turn, const struct proto_invite_create *payload) {
    int64_t for_s = payload->has_expires_in_s ? payload->expires_in_s : WEEK_S;
    return for_s > 0 ? turn->command->now_ms + for_s * 1000 : 0;
}

static void invite_make(struct chat_turn *turn, struct chat_invite_fact *invite,
                        const struct proto_invite_create *payload) {
    const struct chat_secret *secret = turn->command->secret;
    ASSERT(secret != NULL);
    invite->id = turn->chat->last_pos + (int64_t)turn->outcome->fact_count + 1;
    invite->by = turn->user->id;
    invite->note = chat_text_body(turn->arena, payload->note);
    invite->created_at_ms = turn->command->now_ms;
    invite->expires_at_ms = expiry_of(turn, payload);
    invite->uses_max = payload->has_uses ? payload->uses : 1;
    memcpy(invite->token_hash, secret->hash, sizeof invite->token_hash);
    chat_turn_fact(turn, CHAT_FACT_INVITE_NEW)->invite = *invite;
    turn->outcome->note.id = invite->id;
    chat_audit(turn, STR("invite:create"), 0, 0, invite->note);
}

enum proto_error chat_on_invite_create(struct chat_turn *turn) {
    const struct proto_invite_create *payload = turn->command->payload;
    struct chat_invite_fact invite = {.role = payload->role};
    if (invite.role == 0)
        invite.role = PROTO_USER_ROLE_MEMBER;
    if (invite.role == PROTO_USER_ROLE_OWNER)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "role",
                                 STR("An invitation makes a member or an administrator."));
    enum proto_error error = chat_server_authorize(turn, NULL, right_to_make(invite.role));
    if (error == PROTO_OK && turn->chat->invites.count >= PROTO_LIMIT_INVITES)
        error =
            chat_refuse(turn, PROTO_CONFLICT,
                        STR("There are too many invitations. Revoke those of no use any more."));
    if (error == PROTO_OK)
        error = check_rooms(turn, payload, &invite);
    if (error == PROTO_OK)
        invite_make(turn, &invite, payload);
    return error;
}

const void *chat_answer_invite_create(struct chat_turn *turn) {
    struct proto_invite_create_result *result =
        ARENA_NEW(turn->arena, struct proto_invite_create_result);
    result->invite = ARENA_NEW(turn->arena, struct proto_invite);
    chat_invite_view(turn, invite_get(turn->chat, turn->outcome->note.id), result->invite);
    result->secret = turn->command->secret->text;
    return result;
}
