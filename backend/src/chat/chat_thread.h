/* chat_thread.h: what sending and reading need to know of threads.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_message.h"

/* The root of the thread that `message` belongs to or begins. Refuses where there is no such message in a room that the person can
 * read; *out is in the arena. */
enum proto_error chat_thread_find(struct chat_turn *turn, chat_message_id message,
                                  enum chat_right right, struct chat_stored_message **out,
                                  struct chat_room **room);
/* The same, and it must be in `room`: else refuses with `field`. */
enum proto_error chat_thread_find_in(struct chat_turn *turn, const struct chat_room *room,
                                     chat_message_id message, const char *field,
                                     struct chat_stored_message **out);
/* Adds the fact that the root has one more reply. */
void chat_thread_grow(struct chat_turn *turn, const struct chat_stored_message *root);
