/* chat_pack.h: the texts of one object in one allocation.
 *
 * A user has five short texts; five allocations would cost more than the texts. The lengths stand in the object, the bytes one
 * behind the other in a block of its own. A text is always replaced together with its neighbours.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

/* Stores `count` texts in place of what *block held and notes their lengths. Absent and empty ones become empty. Takes *block
 * (NULL at first), which stays owned by the object: free(). `parts` may point into the old block. */
void chat_pack_set(char **block, uint16_t *lengths, const struct str *parts, size_t count);
/* The text number `which`. Borrowed until the next set. */
struct str chat_pack_get(const char *block, const uint16_t *lengths, size_t which);
