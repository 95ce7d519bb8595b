/* store_list.h: messages that are listed for another reason than that they follow one another.
 *
 * As store_read.h: for readers, no permission is asked, every query runs on an index and is bounded.
 *
 * Thread: READER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_read.h"

struct store_list {
    struct proto_message *messages; /* in the order of their ids */
    size_t count;
    bool more; /* there are others behind the last one */
};

/* What is pinned in a room, behind the message `after`. Damaged messages are left out. */
enum err store_read_pins(struct store_reader *reader, int64_t room, int64_t after, int64_t limit,
                         struct arena *arena, struct store_list *out);
