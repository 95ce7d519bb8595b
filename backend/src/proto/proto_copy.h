/* proto_copy.h: a value of the protocol that stands on its own.
 *
 * Views of the chat's state borrow its texts; an answer that a reader completes on another thread must not.
 *
 * Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "proto/gen/proto_gen.h"

/* A copy of *value (described by shape) with everything that it points to, in the arena. */
void *proto_copy(const struct proto_struct *shape, const void *value, struct arena *arena);
