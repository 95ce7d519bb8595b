/* chat_file.h: files in messages.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_internal.h"

/* The files of that person with these ids, which no message has yet, as they are shown; or refuses. In the arena. */
enum proto_error chat_file_take(struct chat_turn *turn, const int64_t *ids, size_t count,
                                const struct proto_attachment **out);
