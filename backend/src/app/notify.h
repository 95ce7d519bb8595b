/* notify.h: telling the service manager how it goes (sd_notify of systemd).
 *
 * A manager that wants to know names a datagram socket in NOTIFY_SOCKET, and in WATCHDOG_USEC how long it takes silence for
 * death. Without one of them nothing is told, and nothing fails.
 *
 * Thread: main.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdint.h>

struct notify {
    int fd;              /* -1: nobody wants to know */
    int64_t interval_ms; /* at which "WATCHDOG=1" is told, a third of what is allowed; 0: never */
};

/* Connects to the manager's socket, while sockets can be made. */
void notify_open(struct notify *notify);
void notify_close(struct notify *notify);
/* Sends "READY=1", "STOPPING=1", "WATCHDOG=1"; never waits. */
void notify_tell(const struct notify *notify, const char *state);
