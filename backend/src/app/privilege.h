/* privilege.h: leaving root behind.
 *
 * A server that was started by root, for a port below 1024, becomes somebody else before it opens its first file, so that
 * files belong to whom they should and a certificate that cannot be read later is noticed at once. All that is kept is the right to open
 * such a port, until the ports are open.
 *
 * Thread: main, before any other starts.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>

/* Becomes the user of that name or number, with its groups. The data directory is made and given to the user when it is missing; one that
 * is there must be the user's, with all that lies in it. False: *message is one sentence, owned by the caller. */
bool privilege_drop(const char *user, const char *data, char **message);
/* Gives up what privilege_drop has kept, or a supervisor has given. Nothing for root, who said that he wants to stay. */
void privilege_forget(void);
