/* chat_policy.c: the table of rights in rooms.
 *
 * Questions are asked in this order, and the first "no" answers:
 *   1. can the person see the room at all?          no: not_found
 *   2. must he be in it?                             no: forbidden
 *   3. is his rank there high enough?                no: forbidden
 *   4. is he banned from it, or muted there?         yes: forbidden
 *   5. does the room's kind or state allow it?       no: forbidden
 *
 * A server admin who is in a room has its owner's rank there, but not in a direct message.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_policy.h"

#define NOBODY    ((enum proto_member_role)0)
#define MEMBER    PROTO_MEMBER_ROLE_MEMBER
#define MODERATOR PROTO_MEMBER_ROLE_MODERATOR
#define OWNER     PROTO_MEMBER_ROLE_OWNER

/* clang-format off */
static const struct policy_row {
    const char *act;
    bool needs_member;
    bool needs_open;  /* not in an archived room */
    bool needs_no_dm;
    bool needs_voice; /* not by one who is muted */
    enum proto_member_role rank;       /* needed at least */
    enum proto_member_role announcing; /* needed at least in an announcement room */
    enum proto_member_role dm;         /* needed at least in a direct message, where all are members */
} policy[CHAT_RIGHT_COUNT] = {
    /*                                                                    member open   no dm  voice  rank       announcing dm */
    [CHAT_RIGHT_SEE]        = {"see the room",                            false, false, false, false, NOBODY,    NOBODY,    NOBODY},
    [CHAT_RIGHT_JOIN]       = {"join it",                                 false, true,  false, false, NOBODY,    NOBODY,    NOBODY},
    [CHAT_RIGHT_READ]       = {"read history and members, search",        true,  false, false, false, MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_MARK]       = {"keep a read mark, level and favourite",   true,  false, false, false, MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_SEND]       = {"write, reply, type",                      true,  true,  false, true,  MEMBER,    MODERATOR, MEMBER},
    [CHAT_RIGHT_LEAVE]      = {"leave",                                   true,  false, true,  false, MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_UPDATE]     = {"name, topic, announcement, slow mode",    true,  true,  true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_INVITE]     = {"invite",                                  true,  true,  true,  false, MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_KICK]       = {"kick",                                    true,  false, true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_BAN]        = {"ban, lift a ban, list the banned",        true,  false, true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_MUTE]       = {"mute",                                    true,  false, true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_ROLE]       = {"give roles",                              true,  false, true,  false, OWNER,     OWNER,     OWNER},
    [CHAT_RIGHT_STEP_DOWN]  = {"take a lower role oneself",               true,  false, true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_ARCHIVE]    = {"archive, and bring back",                 true,  false, true,  false, OWNER,     OWNER,     OWNER},
    [CHAT_RIGHT_MODERATE]   = {"see reports and the room's audit log",    true,  false, true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_INVITES]    = {"see invitations into it, and revoke them", true,  false, true,  false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_REACT]      = {"react",                                   true,  true,  false, true,  MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_EDIT]       = {"edit one's own message",                  true,  true,  false, true,  MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_RETRACT]    = {"delete one's own message",                true,  true,  false, false, MEMBER,    MEMBER,    MEMBER},
    [CHAT_RIGHT_DELETE]     = {"delete somebody else's message",          true,  true,  false, false, MODERATOR, MODERATOR, MODERATOR},
    [CHAT_RIGHT_PIN]        = {"pin and unpin",                           true,  true,  false, false, MODERATOR, MODERATOR, MEMBER},
};
/* clang-format on */

static const struct str no_room = STR("There is no such room.");

static enum proto_error forbid(struct str *sentence, struct str why) {
    *sentence = why;
    return PROTO_FORBIDDEN;
}

static enum proto_member_role rank_of(const struct chat_member *member) {
    bool is_admin = member->user->role <= PROTO_USER_ROLE_ADMIN;
    if (is_admin && member->room->kind != PROTO_ROOM_KIND_DM)
        return PROTO_MEMBER_ROLE_OWNER;
    return (enum proto_member_role)member->role;
}

bool chat_policy_is_moderator(const struct chat_member *member) {
    return rank_of(member) <= PROTO_MEMBER_ROLE_MODERATOR;
}

/* Whom one may act on goes by both ladders: the server's owner, its admins, then the room's own roles. Smaller is higher. */
static int standing_of(const struct chat_user *user, const struct chat_member *member) {
    static const int below_admins = PROTO_USER_ROLE_ADMIN;
    if (user->role <= PROTO_USER_ROLE_ADMIN)
        return user->role;
    return below_admins + (member != NULL ? (int)member->role : (int)MEMBER);
}

bool chat_policy_outranks_user(const struct chat_member *actor, const struct chat_user *target) {
    const struct chat_member *there = chat_member_find(target, actor->room);
    return actor->user == target || standing_of(actor->user, actor) < standing_of(target, there);
}

bool chat_policy_outranks(const struct chat_member *actor, const struct chat_member *target) {
    ASSERT(actor->room == target->room);
    return chat_policy_outranks_user(actor, target->user);
}

bool chat_policy_line(enum chat_right right, struct chat_policy_line *out) {
    if (right >= CHAT_RIGHT_COUNT)
        return false;
    const struct policy_row *row = &policy[right];
    *out = (struct chat_policy_line){
        row->act,         row->needs_member, row->needs_open, row->needs_no_dm,
        row->needs_voice, row->rank,         row->announcing, row->dm};
    return true;
}

static enum proto_error check_rank(const struct policy_row *row, const struct chat_member *member,
                                   struct str *sentence) {
    enum proto_member_role rank = rank_of(member);
    enum proto_member_role needed = member->room->kind == PROTO_ROOM_KIND_DM ? row->dm : row->rank;
    if (rank > needed)
        return forbid(sentence, needed == OWNER
                                    ? STR("Only the room's owner may do that.")
                                    : STR("Only the room's moderators and owner may do that."));
    if (member->room->announcement && rank > row->announcing)
        return forbid(sentence, STR("Only moderators write in this room."));
    return PROTO_OK;
}

/* What the room holds against the person. */
static enum proto_error check_sanction(const struct chat *chat, const struct chat_user *user,
                                       const struct chat_room *room, enum chat_right right,
                                       struct str *sentence) {
    if (right == CHAT_RIGHT_JOIN && chat_sanction_is_banned(room, user->id))
        return forbid(sentence, STR("You are banned from this room."));
    if (policy[right].needs_voice && chat_sanction_muted_until(chat, room, user->id) != 0)
        return forbid(sentence, STR("A moderator has muted you in this room."));
    return PROTO_OK;
}

static enum proto_error check_state(const struct policy_row *row, const struct chat_room *room,
                                    struct str *sentence) {
    if (row->needs_open && room->archived)
        return forbid(sentence, STR("This room is archived."));
    if (row->needs_no_dm && room->kind == PROTO_ROOM_KIND_DM)
        return forbid(sentence, STR("That is not possible in a direct message."));
    return PROTO_OK;
}

enum proto_error chat_policy_check(const struct chat *chat, const struct chat_user *user,
                                   const struct chat_room *room, enum chat_right right,
                                   struct str *sentence) {
    ASSERT(right < CHAT_RIGHT_COUNT);
    const struct policy_row *row = &policy[right];
    const struct chat_member *member = chat_member_find(user, room);
    if (member == NULL && room->kind != PROTO_ROOM_KIND_PUBLIC) {
        *sentence = no_room;
        return PROTO_NOT_FOUND;
    }
    if (right == CHAT_RIGHT_JOIN && member != NULL)
        return PROTO_OK;
    if (row->needs_member && member == NULL)
        return forbid(sentence, STR("You are not in this room."));
    enum proto_error error = row->needs_member ? check_rank(row, member, sentence) : PROTO_OK;
    if (error == PROTO_OK)
        error = check_sanction(chat, user, room, right, sentence);
    return error == PROTO_OK ? check_state(row, room, sentence) : error;
}

static struct chat_room *room_of(const struct chat *chat, struct proto_room_ref ref) {
    return ref.id != 0 ? chat_room_find(chat, ref.id) : chat_room_find_slug(chat, ref.slug);
}

enum proto_error chat_authorize(struct chat_turn *turn, struct proto_room_ref ref,
                                enum chat_right right, struct chat_room **out) {
    ASSERT(turn->user != NULL);
    struct chat_room *room = room_of(turn->chat, ref);
    struct str sentence = no_room;
    enum proto_error error = room != NULL
                                 ? chat_policy_check(turn->chat, turn->user, room, right, &sentence)
                                 : PROTO_NOT_FOUND;
    if (error != PROTO_OK)
        return chat_refuse(turn, error, sentence);
    *out = room;
    return PROTO_OK;
}

enum proto_error chat_authorize_on(struct chat_turn *turn, struct proto_room_ref ref,
                                   enum chat_right right, chat_user_id user,
                                   struct chat_member **out) {
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, ref, right, &room);
    if (error != PROTO_OK)
        return error;
    const struct chat_user *target = chat_user_find(turn->chat, user);
    struct chat_member *member = target != NULL ? chat_member_find(target, room) : NULL;
    if (member == NULL)
        return chat_refuse_field(turn, PROTO_NOT_FOUND, "user",
                                 STR("That person is not in the room."));
    if (!chat_policy_outranks(chat_member_find(turn->user, room), member))
        return chat_refuse(turn, PROTO_FORBIDDEN, CHAT_POLICY_OUTRANKED);
    *out = member;
    return PROTO_OK;
}
