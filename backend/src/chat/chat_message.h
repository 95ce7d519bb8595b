/* chat_message.h: what the commands about messages share.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_policy.h"

/* The message with that id, with its room, if the person who acts has the right there; else refuses the command: as not there
 * where he may not see the room. *out is in the arena. */
enum proto_error chat_message_find(struct chat_turn *turn, chat_message_id id,
                                   enum chat_right right, struct chat_stored_message **out,
                                   struct chat_room **room);
/* Refuses because the store does not answer. */
enum proto_error chat_message_refuse_store(struct chat_turn *turn);

/* The normal form of a text; refuses one that is too long, or empty where that may not be (a message with files needs no text). */
enum proto_error chat_message_check_body(struct chat_turn *turn, struct str typed,
                                         bool may_be_empty, struct str *body);

/* Whom a text of that member mentions. */
struct chat_mentioned {
    int64_t *ids;
    size_t count;
    enum proto_mentions_all all; /* only where he may */
};
struct chat_mentioned chat_message_mentioned(struct chat_turn *turn,
                                             const struct chat_member *member, struct str body);

/* Adds the fact that deletes a message, and gives the tombstone. */
const struct proto_message *chat_message_delete(struct chat *chat, struct chat_outcome *outcome,
                                                const struct chat_stored_message *stored);
