/* control_path.h: where the operator's door of a data directory is.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

/* False: the path is too long for a socket. */
static inline bool control_address(const char *directory, struct sockaddr_un *out) {
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    int length = snprintf(out->sun_path, sizeof out->sun_path, "%s/parley.sock", directory);
    return length > 0 && (size_t)length < sizeof out->sun_path;
}
