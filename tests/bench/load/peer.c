/* peer.c: the sockets of the load generator.
 *
 * How it stays cheap: all peers share one input buffer; frames are walked where they lie; a peer owns memory only while
 * a frame has come in part or the socket did not take everything. What peers send in a turn goes out with one call each.
 *
 * Peers use several loopback addresses as their own, or the ports of one would run out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define INPUT_BYTES   (1 << 20)
#define EVENTS_MAX    512
#define OWN_ADDRESSES 64

static char input[INPUT_BYTES];

static void check(bool good, const char *what) {
    if (!good) {
        perror(what);
        exit(1);
    }
}

void peers_init(struct load *load) {
    load->peer_count = load->options.rooms * load->options.members;
    load->peers = mem_new(load->peer_count, sizeof(struct peer));
    load->dirty = mem_new(load->peer_count, sizeof(struct peer *));
    load->epoll = epoll_create1(EPOLL_CLOEXEC);
    check(load->epoll >= 0, "epoll");
    for (unsigned i = 0; i < load->peer_count; i++) {
        struct peer *peer = &load->peers[i];
        peer->fd = -1;
        peer->index = i;
        peer->room = i / load->options.members;
        peer->member = i % load->options.members;
    }
}

static void peer_watch(struct load *load, struct peer *peer, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = peer};
    check(epoll_ctl(load->epoll, how, peer->fd, &event) == 0, "epoll_ctl");
}

void peer_connect(struct load *load, struct peer *peer) {
    const int on = 1;
    struct sockaddr_in own = {.sin_family = AF_INET}, server = {.sin_family = AF_INET};
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + peer->index % OWN_ADDRESSES);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.sin_port = htons((uint16_t)load->options.port);
    peer->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    check(peer->fd >= 0, "socket");
    (void)setsockopt(peer->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    (void)setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    check(bind(peer->fd, (struct sockaddr *)&own, sizeof(own)) == 0, "bind");
    int error = connect(peer->fd, (struct sockaddr *)&server, sizeof(server));
    check(error == 0 || errno == EINPROGRESS, "connect");
    peer->state = PEER_CONNECTING;
    peer->began_ns = clock_mono_ns();
    load->opened++;
    peer_watch(load, peer, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
    peer->wants_write = true;
}

static void peer_lose(struct load *load, struct peer *peer, const char *why) {
    if (peer->state == PEER_GONE)
        return;
    if (load->gone < 3)
        fprintf(stderr, "peer %u in state %d: %s\n", peer->index, (int)peer->state, why);
    (void)close(peer->fd);
    peer->fd = -1;
    peer->state = PEER_GONE;
    load->gone++;
}

void peer_leave(struct load *load, struct peer *peer) {
    ASSERT(peer->state == PEER_READY && !peer->is_dirty);
    (void)close(peer->fd);
    peer->fd = -1;
    peer->state = PEER_NONE;
    buf_deinit(&peer->rest);
    buf_deinit(&peer->out);
    load->opened--;
    load->ready--;
}

/* ---- Out ---- */

void frame_append(struct buf *out, unsigned opcode, struct str payload) {
    static const char no_mask[4];
    buf_append_byte(out, (char)(0x80 | opcode));
    if (payload.len <= 125) {
        buf_append_byte(out, (char)(0x80 | payload.len));
    } else {
        ASSERT(payload.len <= 0xFFFF);
        buf_append_byte(out, (char)(0x80 | 126));
        buf_append_byte(out, (char)(payload.len >> 8));
        buf_append_byte(out, (char)(payload.len & 0xFF));
    }
    buf_append_str(out, str_of(no_mask, sizeof(no_mask)));
    buf_append_str(out, payload);
}

static void peer_touch(struct load *load, struct peer *peer) {
    if (peer->is_dirty)
        return;
    peer->is_dirty = true;
    load->dirty[load->dirty_count++] = peer;
}

void peer_send_frame(struct load *load, struct peer *peer, struct str frame) {
    buf_append_str(&peer->out, frame);
    peer_touch(load, peer);
}

static void peer_send_text(struct load *load, struct peer *peer, struct str text) {
    frame_append(&peer->out, 1, text);
    peer_touch(load, peer);
}

static void peer_flush(struct load *load, struct peer *peer) {
    peer->is_dirty = false;
    if (peer->state == PEER_GONE || peer->state == PEER_CONNECTING || peer->out.len == 0)
        return;
    ssize_t put = send(peer->fd, peer->out.data, peer->out.len, MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) {
        peer_lose(load, peer, strerror(errno));
        return;
    }
    if (put > 0 && (size_t)put < peer->out.len)
        memmove(peer->out.data, peer->out.data + put, peer->out.len - (size_t)put);
    if (put > 0)
        peer->out.len -= (size_t)put;
    if (peer->wants_write != (peer->out.len > 0)) {
        peer->wants_write = peer->out.len > 0;
        peer_watch(load, peer, EPOLL_CTL_MOD, EPOLLIN | (peer->wants_write ? EPOLLOUT : 0));
    }
}

static void peers_flush(struct load *load) {
    for (unsigned i = 0; i < load->dirty_count; i++)
        peer_flush(load, load->dirty[i]);
    load->dirty_count = 0;
}

/* ---- In ---- */

static void peer_set_ready(struct load *load, struct peer *peer) {
    peer->state = PEER_READY;
    load->ready++;
    histogram_add(&load->connects, load->now_ns - peer->began_ns);
}

/* The position in a `ready`. */
static void note_since(struct load *load, struct str text) {
    const char *at = memmem(text.at, text.len, "\"pos\":", 6);
    uint64_t pos = at != NULL ? strtoull(at + 6, NULL, 10) : 0;
    load->since = pos > load->since ? pos : load->since;
}

static struct dialect_values peer_values(const struct load *load, const struct peer *peer) {
    return (struct dialect_values){.room = peer->room, .user = peer->index, .since = load->since};
}

static void peer_open(struct load *load, struct peer *peer) {
    const struct dialect *dialect = load->options.dialect;
    struct buf text = BUF_EMPTY;
    struct dialect_values values = peer_values(load, peer);
    dialect_expand(load->returning ? dialect->again : dialect->opening, &values, &text, NULL);
    peer_send_text(load, peer, buf_str(&text));
    buf_deinit(&text);
}

static void peer_on_text(struct load *load, struct peer *peer, struct str text) {
    const struct dialect *dialect = load->options.dialect;
    if (peer->state == PEER_READY && str_starts_with(text, str_of_c(dialect->news)))
        talk_on_news(load, peer, text);
    else if (dialect->opening == NULL || text.len == 0)
        return;
    else if (text.at[0] == '2')
        peer_send_text(load, peer, STR("3"));
    else if (text.at[0] == '0')
        peer_open(load, peer);
    else if (str_starts_with(text, STR("43")))
        talk_on_ack(load, peer, text);
    else if (peer->state == PEER_OPENING && str_starts_with(text, str_of_c(dialect->ready))) {
        note_since(load, text);
        peer_set_ready(load, peer);
    } else if (text.at[0] == '1' || str_starts_with(text, STR("44")))
        peer_lose(load, peer, "turned away");
}

static void peer_on_frame(struct load *load, struct peer *peer, unsigned opcode,
                          struct str payload) {
    switch (opcode) {
    case 1:
    case 2:
        peer_on_text(load, peer, payload);
        break;
    case 8:
        peer_lose(load, peer, "closed by the server");
        break;
    case 9:
        frame_append(&peer->out, 10, payload);
        peer_touch(load, peer);
        break;
    case 10:
        talk_on_pong(load, payload);
        break;
    default:
        peer_lose(load, peer, "unknown opcode");
    }
}

/* Takes one frame off the front; 0: it is not whole. */
static size_t frame_take(struct load *load, struct peer *peer, const unsigned char *at,
                         size_t count) {
    if (count < 2)
        return 0;
    size_t head = 2, length = at[1] & 0x7F;
    if (length == 126) {
        head = 4;
        length = (size_t)at[2] << 8 | at[3];
    } else if (length == 127) {
        head = 10;
        length = 0;
        for (unsigned i = 2; i < 10 && count >= 10; i++)
            length = length << 8 | at[i];
    }
    if (count < head || count - head < length)
        return 0;
    peer_on_frame(load, peer, at[0] & 0x0F, str_of((const char *)at + head, length));
    return head + length;
}

/* The answer to the upgrade. */
static size_t handshake_take(struct load *load, struct peer *peer, const char *at, size_t count) {
    const char *end = memmem(at, count, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    if (count < 12 || memcmp(at + 9, "101", 3) != 0) {
        peer_lose(load, peer, "no upgrade");
        return 0;
    }
    if (load->options.dialect->opening == NULL)
        peer_set_ready(load, peer);
    else
        peer->state = PEER_OPENING;
    return (size_t)(end + 4 - at);
}

static void peer_parse(struct load *load, struct peer *peer, size_t count) {
    size_t used = 0, taken;
    do {
        char *at = input + used;
        taken = peer->state == PEER_SHAKING
                    ? handshake_take(load, peer, at, count - used)
                    : frame_take(load, peer, (const unsigned char *)at, count - used);
        used += taken;
    } while (taken > 0 && peer->state != PEER_GONE);
    buf_clear(&peer->rest);
    if (used < count && peer->state != PEER_GONE)
        buf_append_str(&peer->rest, str_of(input + used, count - used));
    else
        buf_deinit(&peer->rest);
}

static void peer_read(struct load *load, struct peer *peer) {
    size_t kept = peer->rest.len;
    if (kept > 0)
        memcpy(input, peer->rest.data, kept);
    ssize_t got = recv(peer->fd, input + kept, INPUT_BYTES - kept, 0);
    load->now_ns = clock_mono_ns();
    if (got > 0)
        peer_parse(load, peer, kept + (size_t)got);
    else if (got == 0)
        peer_lose(load, peer, "end of stream");
    else if (errno != EAGAIN)
        peer_lose(load, peer, strerror(errno));
}

static void peer_shake(struct load *load, struct peer *peer) {
    struct dialect_values values = peer_values(load, peer);
    peer->state = PEER_SHAKING;
    buf_append_c(&peer->out, "GET ");
    dialect_expand(load->options.dialect->path, &values, &peer->out, NULL);
    buf_append_c(
        &peer->out,
        " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n\r\n");
    peer_touch(load, peer);
}

static void peer_on_event(struct load *load, struct peer *peer, uint32_t events) {
    if (peer->state == PEER_CONNECTING && (events & EPOLLOUT) != 0)
        peer_shake(load, peer);
    else if ((events & EPOLLOUT) != 0)
        peer_touch(load, peer);
    if (peer->state != PEER_GONE && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        peer_read(load, peer);
}

void peers_turn(struct load *load, uint64_t wait_ns) {
    struct epoll_event events[EVENTS_MAX];
    struct timespec wait = {(time_t)(wait_ns / 1000000000U), (long)(wait_ns % 1000000000U)};
    peers_flush(load);
    int count = epoll_pwait2(load->epoll, events, EVENTS_MAX, &wait, NULL);
    load->now_ns = clock_mono_ns();
    for (int i = 0; i < count; i++)
        peer_on_event(load, events[i].data.ptr, events[i].events);
    peers_flush(load);
}
