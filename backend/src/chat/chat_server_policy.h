/* chat_server_policy.h: who may do what with the server and its accounts: the one place that decides it. Rooms have chat_policy.h.
 *
 * Roles: owner > admin > member = guest. Nobody acts on one of equal or higher rank, except on himself; the last owner stays.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_internal.h"

enum chat_server_right {
    CHAT_MAY_SETTLE,       /* change the server's settings */
    CHAT_MAY_INVITE,       /* make, see and revoke invitations */
    CHAT_MAY_INVITE_ADMIN, /* make one that makes an administrator */
    CHAT_MAY_GIVE_ROLE,    /* to somebody else */
    CHAT_MAY_STEP_DOWN,    /* to a lower role, oneself */
    CHAT_MAY_SHUT,         /* shut and open somebody's account */
    CHAT_MAY_SEE_SHUT,     /* the list of them */
    CHAT_MAY_SIGN_OUT,     /* see and end somebody's sessions */
    CHAT_MAY_COUNT
};

/* May he, as to the server alone (`other` NULL) or to that person? PROTO_OK or PROTO_FORBIDDEN; *sentence says why not. */
enum proto_error chat_server_policy_check(const struct chat_user *user,
                                          const struct chat_user *other,
                                          enum chat_server_right right, struct str *sentence);
/* The same for the person who acts; refuses the command. */
enum proto_error chat_server_authorize(struct chat_turn *turn, const struct chat_user *other,
                                       enum chat_server_right right);
/* One or the other has the greater say. Guests and members are equals. */
bool chat_server_outranks(const struct chat_user *user, const struct chat_user *other);
