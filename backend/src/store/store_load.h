/* store_load.h: the rows, as the facts that rebuild the state.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_port.h"
#include "store/store.h"

/* Gives the sink users, sessions, rooms, members and each room's newest message, then the log's bounds, then the greatest
 * ids. Costs time by the number of those, not of messages or events. Outside a batch. */
enum err store_load(struct store *store, const struct chat_sink *sink);
