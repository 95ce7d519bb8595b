/* chat_server_policy.c: the table of rights over the server.
 *
 * Questions are asked in this order, and the first "no" answers:
 *   1. is his role high enough?                      no: forbidden
 *   2. is it about himself, where that is allowed?   yes: he may
 *   3. is the other of lower rank?                   no: forbidden
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_server_policy.h"

#include "chat/chat_rights.h"

#define OWNER PROTO_USER_ROLE_OWNER
#define ADMIN PROTO_USER_ROLE_ADMIN

/* Whom an act is about. */
enum about { SERVER, SELF, LOWER };

/* clang-format off */
static const struct rights_row {
    const char *act;
    enum proto_user_role role; /* needed at least */
    enum about about;
} rights[CHAT_MAY_COUNT] = {
    /*                         act                                                      role   about */
    [CHAT_MAY_SETTLE]       = {"change the server's settings",                          ADMIN, SERVER},
    [CHAT_MAY_INVITE]       = {"make, list and revoke invitations",                     ADMIN, SERVER},
    [CHAT_MAY_INVITE_ADMIN] = {"make an invitation for an administrator",               OWNER, SERVER},
    [CHAT_MAY_GIVE_ROLE]    = {"give somebody another role",                            OWNER, LOWER},
    [CHAT_MAY_STEP_DOWN]    = {"take a lower role",                                     ADMIN, SELF},
    [CHAT_MAY_SHUT]         = {"shut an account, and open it",                          ADMIN, LOWER},
    [CHAT_MAY_SEE_SHUT]     = {"list the accounts that are shut",                       ADMIN, SERVER},
    [CHAT_MAY_SIGN_OUT]     = {"see and end somebody's sessions",                       ADMIN, LOWER},
};
/* clang-format on */

bool chat_server_policy_line(size_t row, struct chat_server_line *out) {
    if (row >= CHAT_MAY_COUNT)
        return false;
    *out = (struct chat_server_line){
        .act = rights[row].act,
        .role = rights[row].role,
        .only_self = rights[row].about == SELF,
        .only_lower = rights[row].about == LOWER,
    };
    return true;
}

static enum proto_user_role rank_of(const struct chat_user *user) {
    return user->role == PROTO_USER_ROLE_GUEST ? PROTO_USER_ROLE_MEMBER
                                               : (enum proto_user_role)user->role;
}

bool chat_server_outranks(const struct chat_user *user, const struct chat_user *other) {
    return rank_of(user) < rank_of(other);
}

static bool fits(const struct rights_row *row, const struct chat_user *user,
                 const struct chat_user *other) {
    switch (row->about) {
    case SELF:
        return other == user;
    case LOWER:
        return other == NULL || chat_server_outranks(user, other);
    case SERVER:
        break;
    }
    return true;
}

enum proto_error chat_server_policy_check(const struct chat_user *user,
                                          const struct chat_user *other,
                                          enum chat_server_right right, struct str *sentence) {
    ASSERT(right < CHAT_MAY_COUNT);
    const struct rights_row *row = &rights[right];
    if (rank_of(user) > row->role) {
        *sentence = row->role == OWNER ? STR("Only the server's owners may do that.")
                                       : STR("Only the server's administrators may do that.");
        return PROTO_FORBIDDEN;
    }
    if (fits(row, user, other))
        return PROTO_OK;
    *sentence = STR("That is for people of lower rank than yours only.");
    return PROTO_FORBIDDEN;
}

enum proto_error chat_server_authorize(struct chat_turn *turn, const struct chat_user *other,
                                       enum chat_server_right right) {
    struct str sentence;
    enum proto_error error = chat_server_policy_check(turn->user, other, right, &sentence);
    return error != PROTO_OK ? chat_refuse(turn, error, sentence) : PROTO_OK;
}
