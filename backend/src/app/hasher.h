/* hasher.h: the thread that hashes passwords.
 *
 * Each hash costs 50 ms and 19 MiB on purpose, so there is one at a time, and a short queue. A request whose decision wanted a
 * hash is given here by the core and comes back to it with a proof, to be decided again.
 *
 * Bounded: beyond HASHER_QUEUE_MAX the answer is `rate_limited`.
 *
 * Thread: hasher_submit from the core; the rest from main.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"
#include "gateway/gateway.h"

struct hasher;

/* Returns owned. */
struct hasher *hasher_new(void);
/* Where requests go back to, and whom to answer when there are too many; before hasher_start. Borrowed. */
void hasher_connect(struct hasher *hasher, const struct chat_desk *desk,
                    struct gateway *const *gateways);
void hasher_start(struct hasher *hasher);
/* Takes a request whose hashing.is_wanted is set. */
void hasher_submit(struct hasher *hasher, struct chat_request *request);
/* Gives what is queued back unhashed, as failed, and ends the thread. Before the core stops. */
void hasher_stop(struct hasher *hasher);
/* Harmless for NULL. */
void hasher_free(struct hasher *hasher);

/* Does the work of one request, and gives it its proof. For those who have no thread for it. */
void hasher_work(struct chat_request *request);
