/* listener.c: the listening socket of one loop.
 *
 * Owns      the listening descriptor and a spare one.
 * Thread    the loop's; opened before the loop runs.
 *
 * How it works: each worker has its own socket on the same port (SO_REUSEPORT), and the kernel spreads connections over
 * them. Options that every connection needs are set on the listening socket: Linux gives them on to accepted ones,
 * which saves three system calls each.
 *
 * Out of descriptors (EMFILE): the socket would stay readable and the loop spin. So one descriptor is kept spare: it
 * is given up, the connection accepted and closed at once (the peer sees the end instead of waiting for ever), and the
 * spare taken back. When even that fails, the listener rests for LISTENER_PAUSE_MS.
 *
 * SO_REUSEPORT hides a port that another process of the same user has in use, so the first worker tries the port
 * without it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"
#include "net/net_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LISTENER_BACKLOG       4096 /* the kernel takes no more than net.core.somaxconn */
#define LISTENER_ACCEPTS_MAX   64   /* per turn, so that a flood does not starve who is here */
#define LISTENER_PAUSE_MS      100
#define LISTENER_RETRY_S_MAX   8 /* what who is turned away is told to wait, at most */
#define LISTENER_WARN_EVERY_MS 10000

/* ---- Accepting ---- */

static struct in6_addr address_of(const struct sockaddr_storage *from) {
    struct in6_addr address = IN6ADDR_ANY_INIT;
    if (from->ss_family == AF_INET6)
        return ((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
    address.s6_addr[10] = address.s6_addr[11] = 0xFF; /* IPv4-mapped: RFC 4291 section 2.5.5.2 */
    memcpy(&address.s6_addr[12], &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    return address;
}

static void on_accept(uv_poll_t *poll, int status, int events);

static void on_pause_end(struct timer *timer) {
    struct listener *listener = TIMER_ITEM(timer, struct listener, pause);
    if (listener->fd >= 0)
        (void)uv_poll_start(&listener->poll, UV_READABLE, on_accept);
}

/* Of a kind that needs no path: the process may open none by then. */
static int open_spare(void) {
    return eventfd(0, EFD_CLOEXEC);
}

static void listener_warn(struct loop *loop, int number) {
    struct listener *listener = &loop->listener;
    uint64_t now_ms = loop_now_ms(loop);
    if (listener->warned_ms != 0 && now_ms - listener->warned_ms < LISTENER_WARN_EVERY_MS)
        return;
    listener->warned_ms = now_ms;
    log_warn(LOG_NET, "accept.refused", "worker=%u errno=%d conns=%zu", loop->options.index, number,
             loop_conn_count(loop));
}

/* No descriptor is left. False when the listener must rest. */
static bool listener_refuse(struct loop *loop, int number) {
    struct listener *listener = &loop->listener;
    listener_warn(loop, number);
    if (listener->spare >= 0)
        (void)close(listener->spare);
    int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        (void)close(fd);
    listener->spare = open_spare();
    if (fd >= 0)
        LOOP_COUNT(loop, accepts_refused, 1);
    return fd >= 0 && listener->spare >= 0;
}

static void listener_rest(struct loop *loop) {
    (void)uv_poll_stop(&loop->listener.poll);
    timer_start(&loop->listener.pause, LISTENER_PAUSE_MS);
}

/* Says so and closes, without a connection of its own: who floods must not cost more than this. */
static void listener_turn_away(struct loop *loop, const struct conn_socket *socket) {
    char answer[128], rest[1024];
    /* not all at the same moment again */
    unsigned wait_s = 1 + (unsigned)(loop_now_ms(loop) % LISTENER_RETRY_S_MAX);
    int count = snprintf(answer, sizeof answer,
                         "HTTP/1.1 503 Service Unavailable\r\nRetry-After: %u\r\n"
                         "Content-Length: 0\r\nConnection: close\r\n\r\n",
                         wait_s);
    if (loop->tls == NULL)
        (void)send(socket->fd, answer, (size_t)count, MSG_NOSIGNAL); /* it may be gone already */
    (void)recv(socket->fd, rest, sizeof rest,
               0); /* closing on unread input would reset the answer */
    (void)close(socket->fd);
}

static bool listener_has_room_for_strangers(struct loop *loop) {
    bool has_room =
        loop->options.strangers_max == 0 || loop->strangers < loop->options.strangers_max;
    if (!has_room)
        LOOP_COUNT(loop, refused_strangers, 1);
    return has_room;
}

static bool listener_count(struct loop *loop, struct conn_socket *socket) {
    socket->is_counted = census_enter(loop->options.census, &socket->address);
    if (!socket->is_counted)
        LOOP_COUNT(loop, refused_address, 1);
    return socket->is_counted;
}

/* True when there is room for the connection. A proxy speaks for many addresses, so its own is not counted; and on loopback
 * there may be one that nobody has told us of. */
static bool listener_admit(struct loop *loop, struct conn_socket *socket) {
    bool is_proxy = address_is_in(&loop->options.proxies, &socket->address);
    bool is_local =
        !is_proxy && !loop->options.bounds_loopback && address_is_loopback(&socket->address);
    if (is_local)
        return true;
    if (!listener_has_room_for_strangers(loop))
        return false;
    return is_proxy || loop->options.census == NULL || listener_count(loop, socket);
}

static void listener_welcome(struct loop *loop, int fd, const struct sockaddr_storage *from) {
    struct conn_socket socket = {.fd = fd, .io = loop->io, .address = address_of(from)};
    if (!listener_admit(loop, &socket)) {
        listener_turn_away(loop, &socket);
        return;
    }
    bool has_state = socket.io->new_state != NULL;
    if (has_state)
        socket.io_state = socket.io->new_state(loop, fd);
    if (has_state && socket.io_state == NULL)
        conn_socket_close(loop, &socket);
    else if (conn_open(loop, &socket, STR_NONE) != NULL)
        LOOP_COUNT(loop, accepts, 1);
}

/* Takes one connection off the queue. False when there is none, or none can be taken now. */
static bool listener_accept(struct loop *loop) {
    struct sockaddr_storage from;
    socklen_t size = sizeof(from);
    int fd =
        accept4(loop->listener.fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        listener_welcome(loop, fd, &from);
        return true;
    }
    switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        if (listener_refuse(loop, errno))
            return true;
        listener_rest(loop);
        return false;
    case EAGAIN:
        return false;
    default: /* the peer is gone already, or its network: ECONNABORTED, EPROTO, EINTR ... */
        return true;
    }
}

static void on_accept(uv_poll_t *poll, int status, int events) {
    (void)status; /* an error of the socket shows in accept as well */
    (void)events;
    for (int i = 0; i < LISTENER_ACCEPTS_MAX; i++)
        if (!listener_accept(poll->data))
            return;
}

/* ---- Opening and closing ---- */

static bool parse_address(const char *host, uint16_t port, struct sockaddr_storage *out,
                          socklen_t *size) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1) {
        memcpy(out, &v4, *size = sizeof(v4));
        return true;
    }
    if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1) {
        memcpy(out, &v6, *size = sizeof(v6));
        return true;
    }
    return false;
}

static bool set_option(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof(value)) == 0;
}

static bool set_options(int fd, int family) {
    /* Linux doubles SO_SNDBUF for its own book-keeping. */
    return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
           set_option(fd, SOL_SOCKET, SO_SNDBUF, CONN_SNDBUF_BYTES / 2) &&
           set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) &&
           set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, CONN_NOTSENT_LOWAT_BYTES) &&
           (family != AF_INET6 || set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0));
}

static int open_socket(const struct sockaddr_storage *address, socklen_t size, bool shared) {
    int family = address->ss_family;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (set_options(fd, family) && (!shared || set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1)) &&
        bind(fd, (const struct sockaddr *)address, size) == 0)
        return fd;
    int number = errno;
    (void)close(fd);
    errno = number;
    return -1;
}

/* Binding alone, without SO_REUSEPORT, fails when anybody listens there. */
static bool port_is_taken(const struct sockaddr_storage *address, socklen_t size) {
    int fd = open_socket(address, size, false);
    if (fd < 0)
        return errno == EADDRINUSE;
    (void)close(fd);
    return false;
}

static uint16_t bound_port(int fd) {
    struct sockaddr_storage bound;
    socklen_t size = sizeof(bound);
    ASSERT(getsockname(fd, (struct sockaddr *)&bound, &size) == 0);
    if (bound.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)(void *)&bound)->sin6_port);
    return ntohs(((struct sockaddr_in *)(void *)&bound)->sin_port);
}

static enum err refusal(int number) {
    if (number == EADDRINUSE)
        return ERR_BUSY;
    return number == EADDRNOTAVAIL || number == EAFNOSUPPORT ? ERR_INVALID : err_of_errno(number);
}

enum err listener_open(struct loop *loop, const char *host, uint16_t port) {
    struct listener *listener = &loop->listener;
    struct sockaddr_storage address = {0};
    socklen_t size = 0;
    ASSERT(listener->fd < 0);
    if (!parse_address(host, port, &address, &size))
        return ERR_INVALID;
    if (loop->options.index == 0 && port != 0 && port_is_taken(&address, size))
        return ERR_BUSY;
    int fd = open_socket(&address, size, true);
    if (fd < 0)
        return refusal(errno);
    if (listen(fd, LISTENER_BACKLOG) != 0) {
        enum err error = refusal(errno);
        (void)close(fd);
        return error;
    }
    ASSERT(uv_poll_init(&loop->uv, &listener->poll, fd) == 0);
    listener->poll.data = loop;
    listener->fd = fd;
    listener->port = bound_port(fd);
    listener->spare = open_spare();
    timer_init(&listener->pause, loop, on_pause_end);
    ASSERT(uv_poll_start(&listener->poll, UV_READABLE, on_accept) == 0);
    return ERR_OK;
}

void listener_accept_waiting(struct loop *loop) {
    if (loop->listener.fd < 0)
        return;
    while (listener_accept(loop))
        ;
}

void listener_close(struct loop *loop) {
    struct listener *listener = &loop->listener;
    if (listener->fd < 0)
        return;
    timer_stop(&listener->pause);
    uv_close((uv_handle_t *)&listener->poll, NULL);
    (void)close(listener->fd);
    listener->fd = -1;
    if (listener->spare >= 0)
        (void)close(listener->spare);
    listener->spare = -1;
}
