/* chat_moderate.c: what those with rights in a room do with people: invite, kick, ban, mute, give roles.
 *
 * Emits     member:joined, member:changed, member:left, room:new, room:gone, room:me, room:changed   (by their facts)
 *
 * Each asks the table of rights first, then whether the person is there, then whether he is outranked (chat_policy.c),
 * then what the act itself forbids: nobody kicks, bans or mutes himself, and the last owner stays. What is done already is
 * fine and no fact. What was done is in the audit log.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_policy.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <assert.h>

/* What an act answers about the member it was about. */
static void note_member(struct chat_turn *turn, chat_room_id room, chat_user_id user) {
    turn->outcome->note.id = room;
    turn->outcome->note.other = user;
}

static enum proto_error refuse_oneself(struct chat_turn *turn) {
    return chat_refuse_field(turn, PROTO_BAD_REQUEST, "user",
                             STR("You cannot do that to yourself."));
}

static enum proto_error refuse_last_owner(struct chat_turn *turn) {
    return chat_refuse(turn, PROTO_CONFLICT,
                       STR("That is the room's only owner. Make somebody else owner first."));
}

static enum proto_error find_person(struct chat_turn *turn, chat_user_id id,
                                    struct chat_user **out) {
    *out = chat_user_find(turn->chat, id);
    return *out != NULL
               ? PROTO_OK
               : chat_refuse_field(turn, PROTO_NOT_FOUND, "user", STR("There is no such person."));
}

/* A member on whom the person may act, and who is not himself. */
static enum proto_error authorize_on_other(struct chat_turn *turn, struct proto_room_ref room,
                                           enum chat_right right, chat_user_id user,
                                           struct chat_member **out) {
    enum proto_error error = chat_authorize_on(turn, room, right, user, out);
    return error == PROTO_OK && user == turn->user->id ? refuse_oneself(turn) : error;
}

static struct str tidy_reason(struct chat_turn *turn, struct str typed) {
    struct str reason = chat_text_body(turn->arena, typed);
    return reason.len > 0 ? reason : STR_NONE;
}

/* Inviting */

static enum proto_error check_invited(struct chat_turn *turn, const struct chat_room *room,
                                      const struct chat_user *user) {
    if (chat_sanction_is_banned(room, user->id))
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("That person is banned from this room."));
    if (chat_block_has(user, turn->user->id))
        return chat_refuse(turn, PROTO_FORBIDDEN,
                           STR("That person does not want to hear from you."));
    if (user->rooms.count >= PROTO_LIMIT_ROOMS_PER_USER)
        return chat_refuse(turn, PROTO_CONFLICT, STR("That person is in too many rooms."));
    return PROTO_OK;
}

enum proto_error chat_on_room_invite(struct chat_turn *turn) {
    const struct proto_room_invite *payload = turn->command->payload;
    struct chat_room *room;
    struct chat_user *user;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_INVITE, &room);
    if (error == PROTO_OK)
        error = find_person(turn, payload->user, &user);
    if (error != PROTO_OK)
        return error;
    note_member(turn, room->id, user->id);
    if (chat_member_find(user, room) != NULL)
        return PROTO_OK;
    error = check_invited(turn, room, user);
    if (error != PROTO_OK)
        return error;
    chat_turn_fact(turn, CHAT_FACT_ROOM_SHOWN)->member =
        (struct chat_member_fact){.room = room->id, .user = user->id};
    chat_member_join(turn, room, room->id, user->id, PROTO_MEMBER_ROLE_MEMBER);
    return PROTO_OK;
}

const void *chat_answer_room_member(struct chat_turn *turn) {
    static_assert(
        sizeof(struct proto_room_invite_result) == sizeof(struct proto_room_role_result) &&
            sizeof(struct proto_room_role_result) == sizeof(struct proto_room_mute_result),
        "all hold `member` alone");
    const struct chat_note *note = &turn->outcome->note;
    struct proto_room_role_result *result = ARENA_NEW(turn->arena, struct proto_room_role_result);
    result->member = ARENA_NEW(turn->arena, struct proto_member);
    chat_view_member(turn->chat, chat_member_get(turn->chat, note->id, note->other), turn->arena,
                     result->member);
    return result;
}

/* Putting out */

enum proto_error chat_on_room_kick(struct chat_turn *turn) {
    const struct proto_room_kick *payload = turn->command->payload;
    struct chat_member *member;
    enum proto_error error =
        authorize_on_other(turn, payload->room, CHAT_RIGHT_KICK, payload->user, &member);
    if (error != PROTO_OK)
        return error;
    if (chat_member_is_last_owner(member))
        return refuse_last_owner(turn);
    struct str reason = tidy_reason(turn, payload->reason);
    chat_member_put_out(turn, member, PROTO_GONE_REASON_KICKED, reason);
    chat_audit(turn, STR("room:kick"), member->room->id, payload->user, reason);
    return PROTO_OK;
}

/* The sanction as it stands, to be changed. */
static struct chat_sanction_fact *sanction_fact(struct chat_turn *turn,
                                                const struct chat_room *room, chat_user_id user) {
    const struct chat_sanction *now = chat_sanction_find(room, user);
    struct chat_sanction_fact *fact = &chat_turn_fact(turn, CHAT_FACT_SANCTION)->sanction;
    *fact = (struct chat_sanction_fact){.room = room->id, .user = user};
    if (now == NULL)
        return fact;
    fact->banned = now->banned;
    fact->banned_by = now->banned_by;
    fact->banned_at_ms = now->banned_at_ms;
    fact->muted_until_ms = now->muted_until_ms;
    fact->reason = arena_copy(turn->arena, chat_pack_get(now->texts, now->text_lengths, 0));
    return fact;
}

static void ban_begin(struct chat_turn *turn, const struct chat_room *room,
                      const struct chat_user *user, struct str reason) {
    const struct chat_member *member = chat_member_find(user, room);
    struct chat_sanction_fact *fact = sanction_fact(turn, room, user->id);
    fact->banned = true;
    fact->banned_by = turn->user->id;
    fact->banned_at_ms = turn->command->now_ms;
    fact->reason = reason;
    if (member != NULL)
        chat_member_put_out(turn, member, PROTO_GONE_REASON_BANNED, reason);
}

static void ban_end(struct chat_turn *turn, const struct chat_room *room, chat_user_id user) {
    struct chat_sanction_fact *fact = sanction_fact(turn, room, user);
    fact->banned = false;
    fact->banned_by = fact->banned_at_ms = 0;
    fact->reason = STR_NONE;
}

/* One need not be in the room to be kept out of it. */
static enum proto_error check_ban(struct chat_turn *turn, const struct chat_room *room,
                                  const struct chat_user *user) {
    const struct chat_member *member = chat_member_find(user, room);
    if (user == turn->user)
        return refuse_oneself(turn);
    if (!chat_policy_outranks_user(chat_member_find(turn->user, room), user))
        return chat_refuse(turn, PROTO_FORBIDDEN, CHAT_POLICY_OUTRANKED);
    if (member != NULL && chat_member_is_last_owner(member))
        return refuse_last_owner(turn);
    return PROTO_OK;
}

enum proto_error chat_on_room_ban(struct chat_turn *turn) {
    const struct proto_room_ban *payload = turn->command->payload;
    struct chat_room *room;
    struct chat_user *user;
    bool purges = payload->on && payload->purge;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_BAN, &room);
    if (error == PROTO_OK && purges) /* it deletes: what may not be deleted is not purged either */
        error = chat_authorize(turn, payload->room, CHAT_RIGHT_DELETE, &room);
    if (error == PROTO_OK)
        error = find_person(turn, payload->user, &user);
    if (error == PROTO_OK)
        error = check_ban(turn, room, user);
    if (error != PROTO_OK)
        return error;
    struct str reason = tidy_reason(turn, payload->reason);
    bool is_new = chat_sanction_is_banned(room, user->id) != payload->on;
    if (is_new && payload->on)
        ban_begin(turn, room, user, reason);
    else if (is_new)
        ban_end(turn, room, user->id);
    if (purges)
        error = chat_purge_begin(turn, room, user->id);
    if (error == PROTO_OK && (is_new || purges))
        chat_audit(turn, STR("room:ban"), room->id, user->id, payload->on ? reason : STR("off"));
    return error;
}

enum proto_error chat_on_room_bans(struct chat_turn *turn) {
    const struct proto_room_bans *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_BAN, &room);
    if (error == PROTO_OK)
        turn->outcome->note.id = room->id;
    return error;
}

/* Muting */

/* Everybody in the room sees who is muted, and the person's own clients know why they cannot write. */
static void tell_member(struct chat_turn *turn, const struct chat_member *member,
                        enum proto_member_role role) {
    struct chat_member_fact fact = chat_member_fact_of(member);
    fact.role = role;
    chat_turn_fact(turn, CHAT_FACT_MEMBER_CHANGED)->member = fact;
    chat_turn_fact(turn, CHAT_FACT_MEMBER_ME)->member = fact;
}

enum proto_error chat_on_room_mute(struct chat_turn *turn) {
    const struct proto_room_mute *payload = turn->command->payload;
    struct chat_member *member;
    enum proto_error error =
        authorize_on_other(turn, payload->room, CHAT_RIGHT_MUTE, payload->user, &member);
    if (error != PROTO_OK)
        return error;
    if (payload->on && payload->until != 0 && payload->until <= turn->command->now_ms)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "until", STR("That time has passed."));
    const struct chat_room *room = member->room;
    int64_t until_ms = !payload->on          ? 0
                       : payload->until != 0 ? payload->until
                                             : CHAT_MUTED_FOR_EVER;
    note_member(turn, room->id, payload->user);
    if (chat_sanction_muted_until(turn->chat, room, payload->user) == until_ms)
        return PROTO_OK;
    sanction_fact(turn, room, payload->user)->muted_until_ms = until_ms;
    tell_member(turn, member, (enum proto_member_role)member->role);
    chat_typing_end(turn->chat, turn->outcome, room->id, payload->user);
    chat_audit(turn, STR("room:mute"), room->id, payload->user,
               payload->on ? tidy_reason(turn, payload->reason) : STR("off"));
    return PROTO_OK;
}

/* Roles */

/* The room's first owner is the one that is shown as such. */
static void settle_owner(struct chat_turn *turn, const struct chat_room *room, chat_user_id user,
                         enum proto_member_role role) {
    if (role != PROTO_MEMBER_ROLE_OWNER) {
        chat_room_hand_on(turn, room, user);
    } else if (room->owner == 0) {
        struct chat_room_fact after = chat_room_fact_of(room, turn->arena);
        after.owner = user;
        chat_turn_fact(turn, CHAT_FACT_ROOM_CHANGED)->room = after;
    }
}

/* Whoever has a role may give it up; what raises somebody is the owner's to give, to oneself too. */
static enum proto_error authorize_role(struct chat_turn *turn,
                                       const struct proto_room_role *payload,
                                       struct chat_member **member) {
    struct chat_room *room;
    bool is_self = payload->user == turn->user->id;
    enum proto_error error =
        chat_authorize_on(turn, payload->room, is_self ? CHAT_RIGHT_STEP_DOWN : CHAT_RIGHT_ROLE,
                          payload->user, member);
    bool rises = error == PROTO_OK && payload->role < (enum proto_member_role)(*member)->role;
    return rises ? chat_authorize(turn, payload->room, CHAT_RIGHT_ROLE, &room) : error;
}

enum proto_error chat_on_room_role(struct chat_turn *turn) {
    const struct proto_room_role *payload = turn->command->payload;
    struct chat_member *member;
    enum proto_error error = authorize_role(turn, payload, &member);
    if (error != PROTO_OK)
        return error;
    const struct chat_room *room = member->room;
    note_member(turn, room->id, payload->user);
    if (member->role == payload->role)
        return PROTO_OK;
    if (chat_member_is_last_owner(member))
        return refuse_last_owner(turn);
    tell_member(turn, member, payload->role);
    settle_owner(turn, room, payload->user, payload->role);
    chat_audit(turn, STR("room:role"), room->id, payload->user,
               proto_member_role_enum.texts[payload->role]);
    return PROTO_OK;
}
