/* net_fixture.h: a loop on a thread of its own, and a plain blocking client to talk to it.
 *
 * The client is written with nothing of net/, so that a mistake in a parser cannot hide in the test's own reading. Every
 * wait has a time limit (FIXTURE_WAIT_MS): a test fails instead of hanging.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/thread.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/loop_stats.h"

#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define FIXTURE_WAIT_MS 60000 /* only a test that fails waits for so long */

/* ---- The loop ---- */

struct fixture {
    struct loop *loop;
    pthread_t thread;
};

static inline void *fixture_thread(void *loop) {
    thread_set(THREAD_WORKER, (int)loop_index(loop));
    loop_run(loop);
    return NULL;
}

/* Builds the loop and its listener; it does not run yet. */
static inline void fixture_init(struct fixture *f, const struct loop_options *options) {
    f->loop = loop_new(options);
    assert_int_equal(loop_listen(f->loop, "127.0.0.1", 0), ERR_OK);
}

static inline void fixture_run(struct fixture *f) {
    assert_int_equal(pthread_create(&f->thread, NULL, fixture_thread, f->loop), 0);
}

static inline void fixture_start(struct fixture *f, const struct loop_options *options) {
    fixture_init(f, options);
    fixture_run(f);
}

static inline uint16_t fixture_port(const struct fixture *f) {
    return loop_port(f->loop);
}

/* A function that runs on the loop's thread while the test waits. */
struct fixture_call {
    struct loop_call call;
    void (*run)(struct loop *loop, void *argument);
    void *argument;
    pthread_mutex_t mutex;
    pthread_cond_t done;
    bool is_done;
};

static inline void fixture_call_run(struct loop *loop, struct loop_call *call) {
    struct fixture_call *c = (struct fixture_call *)(void *)call;
    c->run(loop, c->argument);
    pthread_mutex_lock(&c->mutex);
    c->is_done = true;
    pthread_cond_signal(&c->done);
    pthread_mutex_unlock(&c->mutex);
}

static inline void fixture_do(struct fixture *f, void (*run)(struct loop *loop, void *argument),
                              void *argument) {
    struct fixture_call c = {.call.run = fixture_call_run,
                             .run = run,
                             .argument = argument,
                             .mutex = PTHREAD_MUTEX_INITIALIZER,
                             .done = PTHREAD_COND_INITIALIZER};
    loop_post(f->loop, &c.call);
    pthread_mutex_lock(&c.mutex);
    while (!c.is_done)
        pthread_cond_wait(&c.done, &c.mutex);
    pthread_mutex_unlock(&c.mutex);
}

static inline void fixture_stop_run(struct loop *loop, void *argument) {
    (void)argument;
    loop_stop(loop);
}

/* Stops the loop and waits for its thread; the loop stays readable until fixture_free. */
static inline void fixture_join(struct fixture *f) {
    fixture_do(f, fixture_stop_run, NULL);
    assert_int_equal(pthread_join(f->thread, NULL), 0);
}

static inline void fixture_free(struct fixture *f) {
    loop_free(f->loop);
}

static inline void fixture_stop(struct fixture *f) {
    fixture_join(f);
    fixture_free(f);
}

static inline struct loop_stats fixture_stats(const struct fixture *f) {
    struct loop_stats stats;
    loop_stats_read(f->loop, &stats);
    return stats;
}

/* Waits until the expression is true; fails the test when it never is. */
#define FIXTURE_WAIT(expression)                                                                   \
    do {                                                                                           \
        int left_ms_ = FIXTURE_WAIT_MS;                                                            \
        while (!(expression) && left_ms_-- > 0)                                                    \
            usleep(1000);                                                                          \
        assert_true(expression);                                                                   \
    } while (0)

/* ---- The client ---- */

static inline int client_connect(uint16_t port) {
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = FIXTURE_WAIT_MS / 1000};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

/* Sends all; a peer that has closed is no failure here (the answer tells). */
static inline void client_send(int fd, struct str bytes) {
    while (bytes.len > 0) {
        ssize_t put = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);
        if (put < 0)
            return;
        bytes = str_from(bytes, (size_t)put);
    }
}

static inline void client_send_c(int fd, const char *text) {
    client_send(fd, str_of_c(text));
}

/* Reads what comes next (at least a byte) and appends it. Returns the count, 0 at the end, -errno on failure. */
static inline ssize_t client_read(int fd, struct buf *into) {
    char *at = buf_reserve(into, 65536);
    ssize_t got = recv(fd, at, 65536, 0);
    if (got < 0)
        return -errno;
    into->len += (size_t)got;
    return got;
}

/* Reads until `into` holds `count` bytes; false when the peer closed before. */
static inline bool client_read_bytes(int fd, struct buf *into, size_t count) {
    while (into->len < count) {
        ssize_t got = client_read(fd, into);
        assert_true(got != -EAGAIN); /* it took too long */
        if (got <= 0)
            return false;
    }
    return true;
}

/* Reads until `into` holds `text`. */
static inline void client_read_until(int fd, struct buf *into, const char *text) {
    while (strstr(buf_c(into), text) == NULL) {
        ssize_t got = client_read(fd, into);
        if (got <= 0)
            fail_msg("wanted %s, got %s (%zd)", text, buf_c(into), got);
    }
}

/* Reads until the peer closes (a reset counts as well). Everything read is appended. */
static inline void client_read_end(int fd, struct buf *into) {
    ssize_t got;
    do {
        got = client_read(fd, into);
        assert_true(got != -EAGAIN);
    } while (got > 0);
}

/* One answer with a Content-Length, from the front of `into`; returns its status, *body is borrowed. */
static inline int client_read_answer(int fd, struct buf *into, struct str *body) {
    client_read_until(fd, into, "\r\n\r\n");
    size_t head = (size_t)(strstr(buf_c(into), "\r\n\r\n") - into->data) + 4;
    const char *length = strstr(buf_c(into), "Content-Length: ");
    size_t count = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
    assert_true(client_read_bytes(fd, into, head + count));
    *body = str_of(into->data + head, count);
    return (int)strtol(into->data + 9, NULL, 10);
}

/* ---- WebSocket, as a client speaks it ---- */

#define CLIENT_WS_HEAD                                                                             \
    " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"                \
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

/* Appends a masked frame; `first` is the first byte (0x81: a whole text). */
static inline void client_ws_append(struct buf *out, unsigned first, struct str payload) {
    static const unsigned char mask[4] = {0x37, 0xFA, 0x21, 0x3D};
    buf_append_byte(out, (char)first);
    if (payload.len <= 125) {
        buf_append_byte(out, (char)(0x80 | payload.len));
    } else if (payload.len <= 0xFFFF) {
        buf_append_byte(out, (char)(0x80 | 126));
        buf_append_byte(out, (char)(payload.len >> 8));
        buf_append_byte(out, (char)payload.len);
    } else {
        buf_append_byte(out, (char)(0x80 | 127));
        for (int shift = 56; shift >= 0; shift -= 8)
            buf_append_byte(out, (char)((uint64_t)payload.len >> shift));
    }
    buf_append(out, mask, 4);
    for (size_t i = 0; i < payload.len; i++)
        buf_append_byte(out, (char)(payload.at[i] ^ mask[i & 3]));
}

static inline void client_ws_send(int fd, unsigned first, struct str payload) {
    struct buf frame = BUF_EMPTY;
    client_ws_append(&frame, first, payload);
    client_send(fd, buf_str(&frame));
    buf_deinit(&frame);
}

/* Opens a WebSocket at `path`; returns the socket. What came behind the 101 stays in `into`. */
static inline int client_ws_connect(uint16_t port, const char *path, struct buf *into) {
    int fd = client_connect(port);
    client_send_c(fd, "GET ");
    client_send_c(fd, path);
    client_send_c(fd, CLIENT_WS_HEAD);
    client_read_until(fd, into, "\r\n\r\n");
    assert_true(str_starts_with(buf_str(into), STR("HTTP/1.1 101 ")));
    buf_consume(into, (size_t)(strstr(buf_c(into), "\r\n\r\n") - into->data) + 4);
    return fd;
}

/* Takes one server frame off the front of `into`. Returns its first byte, or -1 at the end of the stream. The payload
 * is copied into `payload` (cleared first). */
static inline int client_ws_read(int fd, struct buf *into, struct buf *payload) {
    if (!client_read_bytes(fd, into, 2))
        return -1;
    const unsigned char *at = (const unsigned char *)into->data;
    int first = at[0];
    size_t extra = at[1] == 126 ? 2 : at[1] == 127 ? 8 : 0;
    assert_true((at[1] & 0x80) == 0); /* a server never masks */
    if (!client_read_bytes(fd, into, 2 + extra))
        return -1;
    at = (const unsigned char *)into->data;
    size_t count = extra == 0 ? at[1] : 0;
    for (size_t i = 0; i < extra; i++)
        count = count << 8 | at[2 + i];
    if (!client_read_bytes(fd, into, 2 + extra + count))
        return -1;
    buf_clear(payload);
    buf_append(payload, into->data + 2 + extra, count);
    buf_consume(into, 2 + extra + count);
    return first;
}

/* Reads until a close frame comes; returns its code (0: none in it), or -1 when TCP ended without one. */
static inline int client_ws_read_close(int fd, struct buf *into) {
    struct buf payload = BUF_EMPTY;
    int first;
    do
        first = client_ws_read(fd, into, &payload);
    while (first >= 0 && first != 0x88);
    const unsigned char *at = (const unsigned char *)payload.data;
    int code = first < 0 ? -1 : payload.len >= 2 ? at[0] << 8 | at[1] : 0;
    buf_deinit(&payload);
    return code;
}
