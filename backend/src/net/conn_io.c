/* conn_io.c: plain sockets behind the seam of conn_io.h.
 *
 * Thread    the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/conn_io.h"

#include <errno.h>
#include <sys/socket.h>

static ssize_t plain_read(int fd, void *state, char *into, size_t count) {
    (void)state;
    for (;;) {
        ssize_t got = recv(fd, into, count, 0);
        if (got >= 0)
            return got;
        if (errno != EINTR)
            return -errno;
    }
}

/* sendmsg rather than writev: only it can be told not to raise SIGPIPE. */
static ssize_t plain_writev(int fd, void *state, const struct iovec *slices, size_t count) {
    (void)state;
    struct msghdr message = {.msg_iov = (struct iovec *)slices, .msg_iovlen = count};
    for (;;) {
        ssize_t put = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (put >= 0)
            return put;
        if (errno != EINTR)
            return -errno;
    }
}

static void plain_shutdown(int fd, void *state) {
    (void)state;
    (void)shutdown(fd, SHUT_WR); /* fails only when the peer is gone already */
}

static void plain_free_state(void *state) {
    (void)state;
}

const struct conn_io conn_io_plain = {
    .read = plain_read,
    .writev = plain_writev,
    .shutdown = plain_shutdown,
    .free_state = plain_free_state,
};
