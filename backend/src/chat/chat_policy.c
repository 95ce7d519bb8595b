/* chat_policy.c: the table of rights in rooms.
 *
 * Questions are asked in this order, and the first "no" answers:
 *   1. can the person see the room at all?          no: not_found
 *   2. must he be in it?                             no: forbidden
 *   3. is his rank there high enough?                no: forbidden
 *   4. does the room's kind or state allow it?       no: forbidden
 *
 * A server admin who is in a room has its owner's rank there, but not in a direct message.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_policy.h"

#define NOBODY    ((enum proto_member_role)0)
#define MEMBER    PROTO_MEMBER_ROLE_MEMBER
#define MODERATOR PROTO_MEMBER_ROLE_MODERATOR

/* clang-format off */
static const struct policy_row {
    bool needs_member;
    bool needs_open;  /* not in an archived room */
    bool needs_no_dm;
    enum proto_member_role rank;       /* needed at least */
    enum proto_member_role announcing; /* needed at least in an announcement room */
} policy[CHAT_RIGHT_COUNT] = {
    /*                     member open   no dm  rank       in an announcement room */
    [CHAT_RIGHT_SEE]    = {false, false, false, NOBODY,    NOBODY},
    [CHAT_RIGHT_JOIN]   = {false, true,  false, NOBODY,    NOBODY},
    [CHAT_RIGHT_READ]   = {true,  false, false, MEMBER,    MEMBER},
    [CHAT_RIGHT_MARK]   = {true,  false, false, MEMBER,    MEMBER},
    [CHAT_RIGHT_SEND]   = {true,  true,  false, MEMBER,    MODERATOR},
    [CHAT_RIGHT_CHANGE] = {true,  true,  false, MEMBER,    MEMBER},
    [CHAT_RIGHT_DELETE] = {true,  true,  true,  MODERATOR, MODERATOR},
    [CHAT_RIGHT_LEAVE]  = {true,  false, true,  MEMBER,    MEMBER},
    [CHAT_RIGHT_UPDATE] = {true,  true,  true,  MODERATOR, MODERATOR},
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

static enum proto_error check_rank(const struct policy_row *row, const struct chat_member *member,
                                   struct str *sentence) {
    enum proto_member_role rank = rank_of(member);
    if (rank > row->rank)
        return forbid(sentence, STR("Only the room's moderators and owner may do that."));
    if (member->room->announcement && rank > row->announcing)
        return forbid(sentence, STR("Only moderators write in this room."));
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

enum proto_error chat_policy_check(const struct chat_user *user, const struct chat_room *room,
                                   enum chat_right right, struct str *sentence) {
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
    enum proto_error error =
        room != NULL ? chat_policy_check(turn->user, room, right, &sentence) : PROTO_NOT_FOUND;
    if (error != PROTO_OK)
        return chat_refuse(turn, error, sentence);
    *out = room;
    return PROTO_OK;
}
