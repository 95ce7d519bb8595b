/* chat_name.h: names of people and slugs of rooms: what may be one, when two are the same, and which is free.
 *
 * A person's name is kept as typed but for NFKC; two names are the same when their folded forms are. A slug is made
 * once from the room's name.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"

enum chat_name_fault {
    CHAT_NAME_FINE,
    CHAT_NAME_LENGTH,    /* nothing, or more than 32 code points */
    CHAT_NAME_CHARACTER, /* something other than letters, marks, digits, _ . - */
    CHAT_NAME_EMPTY,     /* only punctuation, or a mark without its letter */
    CHAT_NAME_RESERVED,
    CHAT_NAME_MIXED, /* scripts that do not go together */
    CHAT_NAME_FAULT_COUNT
};

/* People */

/* One of _ . - */
bool chat_name_is_punctuation(uint32_t c);

/* Checks a name that somebody wants (valid UTF-8). When it is fine, *name is the form to keep and *folded its key,
 * both in the arena or slices of `wanted`. */
enum chat_name_fault chat_name_parse(struct arena *arena, struct str wanted, struct str *name,
                                     struct str *folded);
/* One sentence for people that says what is wrong. */
struct str chat_name_fault_text(enum chat_name_fault fault);
/* The name with a number behind it, cut so that it is still a name: candidates when `name` (fine) is taken. */
struct str chat_name_numbered(struct arena *arena, struct str name, uint64_t number);

/* Rooms */

/* The slug for a room of that name: lower-case letters and digits with `-` between, never empty and never digits alone. */
struct str chat_slug_make(struct arena *arena, struct str name);
/* The slug with a number behind it, when it is taken. */
struct str chat_slug_numbered(struct arena *arena, struct str slug, uint64_t number);
/* The slug of a private room or a direct message: the number, which must be its own, stands behind two hyphens, as it
 * does in no slug that is made otherwise. */
struct str chat_slug_private(struct arena *arena, struct str slug, uint64_t number);
