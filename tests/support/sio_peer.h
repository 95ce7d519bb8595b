/* sio_peer.h: a small Socket.IO client over WebSocket, blocking, packet by packet.
 *
 * Written with nothing of socketio/: what it reads and sends is what stands on the wire.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net_fixture.h"

struct sio_peer {
    int fd;
    struct buf in;     /* read and not yet taken */
    struct buf packet; /* the last one that was read */
};

/* The Engine.IO handshake, with further header lines. Returns the status of the answer; on 101 the open packet has been
 * read. */
static inline int sio_peer_open(struct sio_peer *peer, uint16_t port, const char *lines) {
    struct buf head = BUF_EMPTY;
    *peer = (struct sio_peer){.fd = client_connect(port)};
    buf_printf(&head,
               "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: chat.example\r\n"
               "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
               lines);
    client_send(peer->fd, buf_str(&head));
    buf_deinit(&head);
    client_read_until(peer->fd, &peer->in, "\r\n\r\n");
    int status = (int)strtol(peer->in.data + 9, NULL, 10);
    buf_consume(&peer->in, (size_t)(strstr(buf_c(&peer->in), "\r\n\r\n") - peer->in.data) + 4);
    if (status == 101) {
        assert_int_equal(client_ws_read(peer->fd, &peer->in, &peer->packet), 0x81);
        assert_true(str_starts_with(buf_str(&peer->packet), STR("0{\"sid\":\"")));
    }
    return status;
}

static inline void sio_peer_close(struct sio_peer *peer) {
    if (peer->fd >= 0)
        close(peer->fd);
    buf_deinit(&peer->in);
    buf_deinit(&peer->packet);
    *peer = (struct sio_peer){.fd = -1};
}

/* Sends a packet, as `42["name",{}]`. */
static inline void sio_peer_send(struct sio_peer *peer, const char *packet) {
    client_ws_send(peer->fd, 0x81, str_of_c(packet));
}

/* The next packet that is no heartbeat; STR_NONE when the server has closed. Borrowed until the next call. */
static inline struct str sio_peer_read(struct sio_peer *peer) {
    for (;;) {
        int first = client_ws_read(peer->fd, &peer->in, &peer->packet);
        if (first != 0x81)
            return STR_NONE;
        if (!str_equal(buf_str(&peer->packet), STR("2")))
            return buf_str(&peer->packet);
        sio_peer_send(peer, "3");
    }
}

/* The next packet is exactly this. */
static inline void sio_peer_wants(struct sio_peer *peer, const char *packet) {
    struct str got = sio_peer_read(peer);
    if (!str_equal(got, str_of_c(packet)))
        fail_msg("wanted %s\n   got %.*s", packet, STR_ARG(got));
}

/* The next packet begins like this; returns it. */
static inline struct str sio_peer_wants_start(struct sio_peer *peer, const char *start) {
    struct str got = sio_peer_read(peer);
    if (!str_starts_with(got, str_of_c(start)))
        fail_msg("wanted %s...\n   got %.*s", start, STR_ARG(got));
    return got;
}

/* Nothing more comes: the server closes the connection. */
static inline void sio_peer_wants_end(struct sio_peer *peer) {
    struct str got = sio_peer_read(peer);
    if (!str_is_none(got))
        fail_msg("wanted the end\n   got %.*s", STR_ARG(got));
}
