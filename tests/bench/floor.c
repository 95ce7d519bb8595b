/* floor.c: the least that a server of this kind can do: the limit that others are measured against.
 *
 *     floor PORT
 *
 * It shakes hands, says what Engine.IO and Socket.IO say at the opening, and from then on gives every text frame of a client, as
 * it is, to everybody in the client's room, himself included. It checks nothing, stores nothing and knows no one. Not for use.
 *
 * How it works: epoll, level-triggered. In a turn everything readable is read; a frame that comes in is encoded once into the
 * turn's memory and noted in its room. At the end of the turn every member of a room with news gets all of it with one
 * gather write; as all members get the same, they share one list of slices. What a socket does not take is copied and
 * sent when it becomes writable.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "base/crypt.h"
#include "base/err.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define ROOMS_MAX   100000
#define NEWS_MAX    1024 /* slices of one gather write */
#define TURN_BYTES  (64 << 20)
#define INPUT_BYTES (1 << 20)
#define EVENTS_MAX  1024

struct client {
    int fd;
    bool is_open, waits; /* upgraded; the socket is full */
    struct room *room;
    size_t place; /* in room->clients */
    struct buf rest, late;
};

struct room {
    struct client **clients;
    size_t count, cap;
    struct iovec *news; /* as many as were ever needed, NEWS_MAX at most */
    size_t news_count, news_cap, news_bytes;
};

static struct room *rooms[ROOMS_MAX];
static struct room *noisy[ROOMS_MAX];
static size_t noisy_count;
static char input[INPUT_BYTES], *turn;
static size_t turn_used;
static int epoll;

/* ---- Clients ---- */

static void client_watch(struct client *client, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = client};
    int error = epoll_ctl(epoll, how, client->fd, &event);
    ASSERT(error == 0);
}

static void client_free(struct client *client) {
    struct room *room = client->room;
    if (room != NULL) {
        room->clients[client->place] = room->clients[--room->count];
        room->clients[client->place]->place = client->place;
    }
    (void)close(client->fd);
    buf_deinit(&client->rest);
    buf_deinit(&client->late);
    free(client);
}

static void client_enter(struct client *client, unsigned number) {
    ASSERT(number < ROOMS_MAX && client->room == NULL);
    if (rooms[number] == NULL)
        rooms[number] = MEM_NEW(struct room);
    struct room *room = client->room = rooms[number];
    if (room->count == room->cap) {
        room->cap = room->cap == 0 ? 8 : 2 * room->cap;
        room->clients = mem_resize(room->clients, room->cap, sizeof(struct client *));
    }
    client->place = room->count;
    room->clients[room->count++] = client;
}

/* ---- Writing ---- */

static void client_keep(struct client *client, const struct iovec *slices, size_t count,
                        size_t skip) {
    for (size_t i = 0; i < count; i++) {
        size_t cut = skip < slices[i].iov_len ? skip : slices[i].iov_len;
        skip -= cut;
        buf_append_str(&client->late,
                       str_of((char *)slices[i].iov_base + cut, slices[i].iov_len - cut));
    }
    if (client->late.len > 0 && !client->waits)
        client_watch(client, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    client->waits = client->late.len > 0;
}

static void client_write(struct client *client, const struct iovec *slices, size_t count,
                         size_t bytes) {
    ssize_t put = client->waits ? 0 : writev(client->fd, slices, (int)count);
    if (put < (ssize_t)bytes)
        client_keep(client, slices, count, put > 0 ? (size_t)put : 0);
}

static void client_write_late(struct client *client) {
    ssize_t put = write(client->fd, client->late.data, client->late.len);
    if (put <= 0)
        return;
    memmove(client->late.data, client->late.data + put, client->late.len - (size_t)put);
    client->late.len -= (size_t)put;
    if (client->late.len > 0)
        return;
    buf_deinit(&client->late);
    client->waits = false;
    client_watch(client, EPOLL_CTL_MOD, EPOLLIN);
}

static void room_tell(struct room *room) {
    for (size_t i = 0; i < room->count; i++)
        client_write(room->clients[i], room->news, room->news_count, room->news_bytes);
    room->news_count = room->news_bytes = 0;
}

static void rooms_tell(void) {
    for (size_t i = 0; i < noisy_count; i++)
        room_tell(noisy[i]);
    noisy_count = turn_used = 0;
}

/* A text frame in the turn's memory. */
static struct iovec frame_make(struct str payload) {
    char *frame = turn + turn_used, *at = frame;
    ASSERT(payload.len <= 0xFFFF && turn_used + payload.len + 4 <= TURN_BYTES);
    *at++ = (char)0x81;
    if (payload.len > 125) {
        *at++ = 126;
        *at++ = (char)(payload.len >> 8);
    }
    *at++ = (char)(payload.len & 0xFF);
    memcpy(at, payload.at, payload.len);
    turn_used += (size_t)(at - frame) + payload.len;
    return (struct iovec){frame, (size_t)(at - frame) + payload.len};
}

static void room_say(struct room *room, struct str payload) {
    if (room->news_count == NEWS_MAX)
        rooms_tell();
    if (room->news_count == 0)
        noisy[noisy_count++] = room;
    if (room->news_count == room->news_cap) {
        room->news_cap = room->news_cap == 0 ? 8 : 2 * room->news_cap;
        room->news = mem_resize(room->news, room->news_cap, sizeof(*room->news));
    }
    struct iovec frame = frame_make(payload);
    room->news[room->news_count++] = frame;
    room->news_bytes += frame.iov_len;
}

static void client_say(struct client *client, const char *text) {
    char bytes[256];
    struct str payload = str_of_c(text);
    ASSERT(payload.len <= 125);
    bytes[0] = (char)0x81;
    bytes[1] = (char)payload.len;
    memcpy(bytes + 2, payload.at, payload.len);
    struct iovec slice = {bytes, payload.len + 2};
    client_write(client, &slice, 1, slice.iov_len);
}

/* ---- Reading ---- */

static void client_on_text(struct client *client, struct str text) {
    if (str_starts_with(text, STR("40"))) {
        const char *number = memmem(text.at, text.len, "\"room\":\"", 8);
        client_enter(client, number != NULL ? (unsigned)strtoul(number + 8, NULL, 10) : 0);
        client_say(client, "40{\"sid\":\"AAAAAAAAAAAAAAAAAAAA\"}");
        client_say(client, "42[\"ready\",{}]");
    } else if (client->room != NULL && str_starts_with(text, STR("42"))) {
        room_say(client->room, text);
    }
}

static void client_pong(struct client *client, struct str payload) {
    char bytes[2 + 125] = {(char)0x8A, (char)payload.len};
    memcpy(bytes + 2, payload.at, payload.len);
    struct iovec slice = {bytes, 2 + payload.len};
    client_write(client, &slice, 1, slice.iov_len);
}

/* One frame off the front; 0: not whole. */
static size_t frame_take(struct client *client, char *at, size_t count) {
    const unsigned char *u = (const unsigned char *)at;
    if (count < 6)
        return 0;
    size_t head = (u[1] & 0x7F) == 126 ? 8 : 6;
    size_t length = head == 8 ? (size_t)u[2] << 8 | u[3] : u[1] & 0x7F;
    if (count < head + length)
        return 0;
    const char *mask = at + head - 4;
    char *payload = at + head;
    for (size_t i = 0; i < length; i++)
        payload[i] = (char)(payload[i] ^ mask[i & 3]);
    if ((u[0] & 0x0F) == 1)
        client_on_text(client, str_of(payload, length));
    else if ((u[0] & 0x0F) == 9)
        client_pong(client, str_of(payload, length));
    return head + length;
}

static size_t upgrade_take(struct client *client, const char *at, size_t count) {
    static const char label[] = "Sec-WebSocket-Key: ",
                      guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const char *end = memmem(at, count, "\r\n\r\n", 4);
    const char *key = memmem(at, count, label, sizeof(label) - 1);
    if (end == NULL || key == NULL)
        return 0;
    unsigned char digest[CRYPT_SHA1_BYTES];
    struct buf text = BUF_EMPTY, answer = BUF_EMPTY;
    buf_append_str(&text, str_of(key + sizeof(label) - 1, 24));
    buf_append_c(&text, guid);
    crypt_sha1(buf_str(&text), digest);
    buf_append_c(&answer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    crypt_base64_append(&answer, str_of((char *)digest, sizeof(digest)));
    buf_append_c(&answer, "\r\n\r\n");
    struct iovec slice = {answer.data, answer.len};
    client_write(client, &slice, 1, slice.iov_len);
    client->is_open = true;
    client_say(client, "0{\"sid\":\"AAAAAAAAAAAAAAAAAAAA\",\"upgrades\":[],\"pingInterval\":60000,"
                       "\"pingTimeout\":60000}");
    buf_deinit(&text);
    buf_deinit(&answer);
    return (size_t)(end + 4 - at);
}

static void client_read(struct client *client) {
    size_t kept = client->rest.len, used = 0, taken;
    memcpy(input, client->rest.data != NULL ? client->rest.data : input, kept);
    ssize_t got = recv(client->fd, input + kept, INPUT_BYTES - kept, 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN)
            client_free(client);
        return;
    }
    size_t count = kept + (size_t)got;
    do {
        taken = client->is_open ? frame_take(client, input + used, count - used)
                                : upgrade_take(client, input + used, count - used);
        used += taken;
    } while (taken > 0);
    buf_deinit(&client->rest);
    if (used < count)
        buf_append_str(&client->rest, str_of(input + used, count - used));
}

/* ---- The turn ---- */

static void accept_all(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct client *client = MEM_NEW(struct client);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        client->fd = fd;
        client_watch(client, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static void turn_run(int listener) {
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(epoll, events, EVENTS_MAX, -1);
    for (int i = 0; i < count; i++) {
        struct client *client = events[i].data.ptr;
        if (client == NULL) {
            accept_all(listener);
            continue;
        }
        if ((events[i].events & EPOLLOUT) != 0)
            client_write_late(client);
        if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0)
            client_read(client);
    }
    rooms_tell();
}

static int listen_on(const char *port) {
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 4096) != 0) {
        perror("listen");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv) {
    struct rlimit limit;
    if (argc != 2) {
        fprintf(stderr, "usage: floor PORT\n");
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    turn = mem_new(TURN_BYTES, 1);
    epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on(argv[1]);
    struct epoll_event event = {.events = EPOLLIN};
    (void)epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;)
        turn_run(listener);
}
