/* chat_rights.h: what one can have the right to do in a room, and the table of who has it, for whoever prints it.
 *
 * The table itself is in chat_policy.c, what follows from it in chat_policy.h.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "proto/gen/proto_gen.h"

#include <stddef.h>

enum chat_right {
    CHAT_RIGHT_SEE,  /* know that the room exists */
    CHAT_RIGHT_JOIN, /* be in it; for one who is in already, nothing new */
    CHAT_RIGHT_READ, /* its history and its members */
    CHAT_RIGHT_MARK, /* one's own read mark and preferences */
    CHAT_RIGHT_SEND, /* write, reply, type */
    CHAT_RIGHT_LEAVE,
    CHAT_RIGHT_UPDATE,    /* name, topic, announcement, slow mode */
    CHAT_RIGHT_INVITE,    /* put somebody in */
    CHAT_RIGHT_KICK,      /* put somebody out */
    CHAT_RIGHT_BAN,       /* keep somebody out, and see who is */
    CHAT_RIGHT_MUTE,      /* keep somebody from writing */
    CHAT_RIGHT_ROLE,      /* give somebody another role */
    CHAT_RIGHT_STEP_DOWN, /* take a lower one oneself */
    CHAT_RIGHT_ARCHIVE,   /* make it read-only, and bring it back */
    CHAT_RIGHT_MODERATE,  /* its reports and its part of the audit log */
    CHAT_RIGHT_INVITES,   /* see invitations to the server that lead into it, and revoke them */
    CHAT_RIGHT_REACT,     /* react to a message */
    CHAT_RIGHT_EDIT,      /* change one's own messages */
    CHAT_RIGHT_RETRACT,   /* delete one's own messages */
    CHAT_RIGHT_DELETE,    /* delete others' messages */
    CHAT_RIGHT_PIN,       /* pin messages */
    CHAT_RIGHT_COUNT
};

/* The table as the reader of docs/permissions.md sees it, one row after the other; false behind the last. */
struct chat_policy_line {
    const char *act;
    bool needs_member, needs_open, needs_no_dm, needs_voice;
    enum proto_member_role rank, announcing, dm; /* 0: everybody */
};
bool chat_policy_line(enum chat_right right, struct chat_policy_line *out);

/* The same of chat_server_policy.c: rights over the server and its accounts. */
struct chat_server_line {
    const char *act;
    enum proto_user_role role;  /* needed at least */
    bool only_self, only_lower; /* whom it may be about */
};
bool chat_server_policy_line(size_t row, struct chat_server_line *out);
