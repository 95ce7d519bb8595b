/* conn_io.h: the seam between a connection and its socket.
 *
 * A connection reads and writes only through this table, so that TLS (net/tls.c) or a test that tears
 * writes apart can sit between it and the socket without the rest noticing.
 *
 * Thread: the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

struct loop;

struct conn_io {
    /* Makes the state of a connection that the loop has just accepted; NULL: there is none to be had, the connection
     * cannot live. A layer without a state has no such function. */
    void *(*new_state)(struct loop *loop, int fd);
    /* Each of these gets the descriptor and the connection's own state of this layer (NULL for plain sockets). */
    /* Reads at most `count` bytes. Returns their number, 0 at the end of the stream, or -errno: -EAGAIN: nothing now;
     * -EINPROGRESS: nothing before the socket is writable; -EPROTO: the peer broke the layer's own protocol. */
    ssize_t (*read)(int fd, void *state, char *into, size_t count);
    /* True when the next read would find something although the socket has nothing to read; NULL: never. */
    bool (*has_more)(void *state);
    /* Writes slices, perhaps only in part. Returns the bytes taken, or -errno (-EAGAIN: nothing now). */
    ssize_t (*writev)(int fd, void *state, const struct iovec *slices, size_t count);
    /* Nothing more will be written: tells the peer (FIN). */
    void (*shutdown)(int fd, void *state);
    /* Frees the state; the descriptor is closed by the connection. */
    void (*free_state)(void *state);
};

/* Plain sockets. Interrupted calls are repeated, SIGPIPE never happens. */
extern const struct conn_io conn_io_plain;
