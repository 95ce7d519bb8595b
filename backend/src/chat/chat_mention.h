/* chat_mention.h: who is meant by the @names of a text.
 *
 * `@name` counts at the start of the text or after a character that is no letter, digit or one of _ . - @. The longest name
 * that fits is taken: it ends where no letter, mark or digit follows, so that `@bob.` means bob and `@bobby` does not.
 * `@here` and `@room` mean everybody.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "proto/gen/proto_gen.h"

/* The id of the person with that folded name who can be mentioned here; 0: none. */
typedef int64_t (*chat_mention_find_fn)(void *context, struct str folded);

struct chat_mentions {
    int64_t *ids; /* each once, in the order of the text; in the arena */
    size_t count;
    enum proto_mentions_all all; /* the wider one when both stand there; the caller knows who may */
};

/* Reads `body` (valid UTF-8). At most CHAT_MENTIONS_MAX @ signs are looked at. */
void chat_mention_scan(struct arena *arena, struct str body, chat_mention_find_fn find,
                       void *context, struct chat_mentions *out);
