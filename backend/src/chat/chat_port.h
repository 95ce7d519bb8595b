/* chat_port.h: what the domain needs from outside, and how the outside hands its state back.
 *
 * The chat state holds users, rooms, members and sessions; it does not hold messages, nor passwords. The questions
 * about them that a decision can ask are answered through this port, synchronously, by whoever drives the core (the store's
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

/* How a thread stands to a person. */
struct chat_follow {
    bool following;
    int64_t read_seq;
};

/* What a person has saved. */
struct chat_kept {
    bool is_saved; /* that message */
    int64_t count; /* of all */
};

/* A file as the store knows it. */
struct chat_stored_file {
    struct chat_file_fact fact;
    struct proto_attachment shown; /* as clients see it */
    chat_message_id message;       /* 0: it is not used yet */
};

/* Bytes of files. */
struct chat_space {
    int64_t of_user, of_all;
};

/* A part of what a person said. */
struct chat_said {
    chat_message_id *ids; /* those of the room that are not deleted */
    size_t count;
    struct str next; /* where to go on */
    bool more;       /* there may be others behind it */
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
    /* Has the person reacted to the message with that emoji? ERR_OK: yes; ERR_NOT_FOUND: no. */
    enum err (*find_reaction)(void *context, chat_message_id message, struct str emoji,
                              chat_user_id user);
    /* How the thread stands to the person. ERR_NOT_FOUND: he has nothing to do with it. */
    enum err (*find_follow)(void *context, chat_user_id user, chat_message_id thread,
                            struct chat_follow *out);
    /* Has the person saved the message, and how many in all? */
    enum err (*find_saved)(void *context, chat_user_id user, chat_message_id message,
                           struct chat_kept *out);
    /* The file with that id; texts in `arena`. ERR_NOT_FOUND: there is none. */
    enum err (*find_file)(void *context, chat_file_id id, struct arena *arena,
                          struct chat_stored_file *out);
    /* How much room the files of the person take, and of all. */
    enum err (*find_space)(void *context, chat_user_id user, struct chat_space *out);
    /* What `author` said in `room`: looks at the next CHAT_PURGE_LOOKS messages of his, in whatever room, in the order of
     * their nonces behind `after` (empty: from the first). Memory: `arena`. */
    enum err (*find_said)(void *context, chat_user_id author, chat_room_id room, struct str after,
                          struct arena *arena, struct chat_said *out);
    /* The hash of the person's password, in `arena`. ERR_NOT_FOUND: he has none. */
    enum err (*find_password)(void *context, chat_user_id user, struct arena *arena,
                              struct str *hash);
};

/* Where a load goes: whoever drives the core wires it to chat_evolve, chat_set_log and chat_set_ids, so that the store
 * need not know the chat. Called in this order: every fact, then the log, then the ids. */
struct chat_sink {
    void *context;
    /* A fact with pos 0; its strings live until the call returns. */
    void (*on_fact)(void *context, const struct chat_fact *fact);
    /* The log holds first_pos .. last_pos; first_pos is last_pos + 1 when it holds nothing (1 and 0 at the start). */
    void (*on_log)(void *context, int64_t first_pos, int64_t last_pos);
    /* The greatest ids ever given; 0: none. */
    void (*on_ids)(void *context, chat_user_id user, chat_room_id room, chat_message_id message,
                   chat_session_id session);
};
