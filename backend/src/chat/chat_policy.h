/* chat_policy.h: who may do what in a room: the one place that decides it.
 *
 * The table in chat_policy.c has a row for each right; chat_policy_check and docs/permissions.md are made from it. What
 * somebody may not see answers `not_found`, as what does not exist; `forbidden` is for what he sees but may not do.
 *
 * A right says what one may do in the room; rank says on whom: nobody acts on one of equal or higher rank.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_internal.h"
#include "chat/chat_rights.h"

/* Why somebody who has the right may not do it to that person. */
#define CHAT_POLICY_OUTRANKED STR("You may not do that to somebody of your own rank or above.")

/* May `user` do that in `room`? PROTO_OK, PROTO_NOT_FOUND or PROTO_FORBIDDEN; *sentence says why not. */
enum proto_error chat_policy_check(const struct chat *chat, const struct chat_user *user,
                                   const struct chat_room *room, enum chat_right right,
                                   struct str *sentence);
/* True for the room's moderators and owner, and for the server's admins who are in it. */
bool chat_policy_is_moderator(const struct chat_member *member);

/* True when `actor` may act on `target`, both of the same room: he ranks above him, or is himself. */
bool chat_policy_outranks(const struct chat_member *actor, const struct chat_member *target);
/* The same, where the target need not be in the room. */
bool chat_policy_outranks_user(const struct chat_member *actor, const struct chat_user *target);

/* The room that a command names, if the person who acts has the right; else refuses the command. */
enum proto_error chat_authorize(struct chat_turn *turn, struct proto_room_ref ref,
                                enum chat_right right, struct chat_room **out);
/* The same, and the member of it on whom he wants to act: `not_found` for one who is not in the room, `forbidden` for one
 * whom he does not outrank. */
enum proto_error chat_authorize_on(struct chat_turn *turn, struct proto_room_ref ref,
                                   enum chat_right right, chat_user_id user,
                                   struct chat_member **out);
