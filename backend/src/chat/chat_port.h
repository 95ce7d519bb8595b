/* chat_port.h: what the domain needs from outside.
 *
 * The chat state holds users, rooms, members and sessions; it does not hold messages. The two questions about
 * messages that a decision can ask are answered through this port, synchronously, by whoever drives the core (the store's
 * writer connection, which sees the facts of the running batch; a plain array in tests).
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "chat/chat_fact.h"

/* A message as the store knows it: what goes to clients, and what only the server needs. */
struct chat_stored_message {
    struct proto_message message; /* complete, as `message:get` shows it */
    chat_user_id author;
    struct str nonce;
};

struct chat_port {
    void *context;
    /* The message that `author` sent with `nonce`. ERR_NOT_FOUND: never. Other errors: the store refuses, answer unavailable.
     * Strings live in `arena`. */
    enum err (*find_nonce)(void *context, chat_user_id author, struct str nonce,
                           struct arena *arena, struct chat_stored_message *out);
    /* The message with that id, as find_nonce. */
    enum err (*find_message)(void *context, chat_message_id id, struct arena *arena,
                             struct chat_stored_message *out);
};
