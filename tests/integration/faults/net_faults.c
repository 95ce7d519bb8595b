/* net_faults.c: a kernel in a bad mood.
 *
 * Linked into the program, these functions stand in front of those of libc. Every few calls they are interrupted, find nothing
 * although poll said otherwise, take or give a few bytes only, or lose a connection before it could be accepted. All of that the
 * manuals allow, and none of it may be seen from outside. And a thread that is told `GET /hang` never comes back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static atomic_uint calls;

/* One in `every` calls, of all that ask. */
static bool is_time(unsigned every) {
    return atomic_fetch_add(&calls, 1) % every == 0;
}

static int fails(int number) {
    errno = number;
    return -1;
}

/* libc's own, found before there are threads. */
static struct {
    int (*accept4)(int, struct sockaddr *, socklen_t *, int);
    ssize_t (*recv)(int, void *, size_t, int);
    ssize_t (*sendmsg)(int, const struct msghdr *, int);
    int (*epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);
} libc;

static void *real(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    ASSERT(function != NULL);
    return function;
}

__attribute__((constructor)) static void find_libc(void) {
    libc.accept4 = (int (*)(int, struct sockaddr *, socklen_t *, int))real("accept4");
    libc.recv = (ssize_t(*)(int, void *, size_t, int))real("recv");
    libc.sendmsg = (ssize_t(*)(int, const struct msghdr *, int))real("sendmsg");
    libc.epoll_pwait =
        (int (*)(int, struct epoll_event *, int, int, const sigset_t *))real("epoll_pwait");
}

int accept4(int fd, struct sockaddr *from, socklen_t *size, int flags) {
    if (is_time(5))
        return fails(EINTR);
    if (is_time(7))
        return fails(ECONNABORTED);
    return libc.accept4(fd, from, size, flags);
}

/* Seven bytes may be all that come at a time. */
static void hang_if_told(const void *bytes, ssize_t count) {
    while (count >= 5 && memmem(bytes, (size_t)count, "/hang", 5) != NULL)
        (void)sleep(1);
}

ssize_t recv(int fd, void *into, size_t count, int flags) {
    if (is_time(5))
        return fails(EINTR);
    if (is_time(6))
        return fails(EAGAIN);
    ssize_t got = libc.recv(fd, into, count > 7 && is_time(3) ? 7 : count, flags);
    hang_if_told(into, got);
    return got;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
    if (is_time(5))
        return fails(EINTR);
    if (is_time(6))
        return fails(EAGAIN);
    if (is_time(7))
        return fails(ENOBUFS);
    if (!is_time(3) || message->msg_iovlen == 0 || message->msg_iov[0].iov_len < 2)
        return libc.sendmsg(fd, message, flags);
    struct iovec little = {message->msg_iov[0].iov_base, message->msg_iov[0].iov_len / 2};
    return libc.sendmsg(fd, &(struct msghdr){.msg_iov = &little, .msg_iovlen = 1}, flags);
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout_ms,
                const sigset_t *mask) {
    if (is_time(9))
        return fails(EINTR);
    return libc.epoll_pwait(fd, events, is_time(4) ? 1 : count, timeout_ms, mask);
}
