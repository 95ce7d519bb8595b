/* chat_policy.h: who may do what in a room: the one place that decides it.
 *
 * The table in chat_policy.c has a row for each right; chat_policy_check reads it and nothing else does. What somebody may
 * not see answers `not_found`, as what does not exist; `forbidden` is for what he sees but may not do.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_internal.h"

enum chat_right {
    CHAT_RIGHT_SEE,    /* know that the room exists */
    CHAT_RIGHT_JOIN,   /* be in it; for one who is in already, nothing new */
    CHAT_RIGHT_READ,   /* its history and its members */
    CHAT_RIGHT_MARK,   /* one's own read mark and preferences */
    CHAT_RIGHT_SEND,   /* write, reply, type */
    CHAT_RIGHT_CHANGE, /* edit and delete one's own messages */
    CHAT_RIGHT_DELETE, /* delete others' messages */
    CHAT_RIGHT_LEAVE,
    CHAT_RIGHT_UPDATE, /* name, topic, announcement, slow mode */
    CHAT_RIGHT_COUNT
};

/* May `user` do that in `room`? PROTO_OK, PROTO_NOT_FOUND or PROTO_FORBIDDEN; *sentence says why not. */
enum proto_error chat_policy_check(const struct chat_user *user, const struct chat_room *room,
                                   enum chat_right right, struct str *sentence);
/* True for the room's moderators and owner, and for the server's admins who are in it. */
bool chat_policy_is_moderator(const struct chat_member *member);

/* The room that a command names, if the person who acts has the right; else refuses the command. */
enum proto_error chat_authorize(struct chat_turn *turn, struct proto_room_ref ref,
                                enum chat_right right, struct chat_room **out);
