/* password.h: passwords as what is kept of them: an Argon2id hash.
 *
 * The hash is one line of text (the PHC form) that holds its own cost and salt, so that the cost can rise later: a hash that
 * is cheaper than today's is made anew when its password is next seen. Making and checking one takes some 50 ms
 * and the memory that it is told (PASSWORD_MEMORY_KIB) on purpose, so it has no place on a loop or on the core: app/hasher does it.
 *
 * Thread: any, behind password_init.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>

#define PASSWORD_HASH_BYTES_MAX 127 /* of one hash, as text */

/* Before any thread, and before the process is confined: looks at the machine. */
void password_init(void);
/* What hashes cost from now on, when not PASSWORD_MEMORY_KIB: before any thread. Those of another cost are outdated. */
void password_set_memory(int64_t memory_kib);
/* Appends the hash of a password to out. False: there is no memory for it; nothing was appended. */
bool password_hash(struct str password, struct buf *out);
/* Is this the password of that hash? An empty hash, as of somebody who has none, costs the same and is never right. */
bool password_verify(struct str password, struct str hash);
/* The hash costs less, or anything else, than those that are made now. */
bool password_is_outdated(struct str hash);
