/* notify.c: one datagram for each word.
 *
 * Thread    main.
 *
 * libsystemd has a function for this, and sixty others.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/notify.h"

#include "base/log.h"
#include "base/str.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A path, or a name in the abstract space, whose first byte is 0 and written as "@". False when it is too long. */
static bool address_of(struct str name, struct sockaddr_un *address, socklen_t *size) {
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (name.len < 2 || name.len >= sizeof address->sun_path)
        return false;
    memcpy(address->sun_path, name.at, name.len);
    if (name.at[0] == '@')
        address->sun_path[0] = '\0';
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name.len);
    return true;
}

static int connect_to(const char *name) {
    struct sockaddr_un address;
    socklen_t size;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && address_of(str_of_c(name), &address, &size) &&
        connect(fd, (const struct sockaddr *)&address, size) == 0)
        return fd;
    log_warn(LOG_APP, "notify.failed", "socket=%s", name);
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

/* The manager may have meant another process, whose variables we have inherited. */
static bool is_meant(void) {
    const char *pid = getenv("WATCHDOG_PID");
    uint64_t number;
    return pid == NULL ||
           (str_to_u64(str_of_c(pid), INT32_MAX, &number) && (pid_t)number == getpid());
}

static int64_t watchdog_interval_ms(void) {
    uint64_t allowed_us;
    const char *text = getenv("WATCHDOG_USEC");
    if (text == NULL || !is_meant() || !str_to_u64(str_of_c(text), INT64_MAX, &allowed_us))
        return 0;
    return allowed_us / 3000 > 0 ? (int64_t)(allowed_us / 3000) : 1;
}

void notify_open(struct notify *notify) {
    const char *name = getenv("NOTIFY_SOCKET");
    bool is_wanted = name != NULL && name[0] != '\0';
    notify->fd = is_wanted ? connect_to(name) : -1;
    notify->interval_ms = notify->fd >= 0 ? watchdog_interval_ms() : 0;
}

void notify_close(struct notify *notify) {
    if (notify->fd >= 0)
        (void)close(notify->fd);
    notify->fd = -1;
}

void notify_tell(const struct notify *notify, const char *state) {
    if (notify->fd >= 0) /* a manager that does not listen is not waited for */
        (void)send(notify->fd, state, strlen(state), MSG_NOSIGNAL | MSG_DONTWAIT);
}
