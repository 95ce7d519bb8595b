/* loop.h: one worker's event loop: a libuv loop, its listener, its mailbox, its timers, its read buffer.
 *
 * Each worker thread runs one loop with its own SO_REUSEPORT listener; the kernel spreads new connections.
 * Everything that a loop owns (connections, sessions, timers) is touched on its thread only. The one door
 * for other threads is loop_post.
 *
 * A turn: poll -> read events -> posted calls -> timers -> flush of every dirty connection with one gather write each.
 *
 * Thread: WORKER (the loop's own) unless stated.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/mailbox.h"
#include "base/str.h"
#include "net/address.h"

#include <stdint.h>

struct loop;
struct census;
struct http_handler; /* net/http.h */

struct loop_options {
    unsigned index;                  /* of this worker, from 0 */
    const struct http_handler *http; /* answers requests; borrowed for the loop's life */
    void *http_context;
    struct str
        common_headers; /* appended to the head of every response: "Name: value\r\n"...; borrowed */
    struct address_ranges proxies; /* whose X-Forwarded-For is believed; its items are borrowed */
    struct census *census; /* bounds connections per address; shared, borrowed; NULL: no bound */
    bool bounds_loopback;  /* both bounds are for loopback too */
    size_t strangers_max;  /* connections that nobody has vouched for (conn_vouch); 0: no bound */
    uint32_t idle_ms, head_ms;   /* 0: HTTP_IDLE_MS_MAX, HTTP_HEAD_MS_MAX (tests shorten them) */
    size_t outbox_bytes_max;     /* 0: CONN_OUTBOX_BYTES_MAX */
    uint32_t outbox_soft_ms;     /* 0: CONN_OUTBOX_SOFT_MS_MAX */
    size_t ws_message_bytes_max; /* 0: 131,072; ws_accept may name another */
};

/* Life cycle */
/* Creates a loop; it does nothing until loop_run. Returns owned (loop_free). Any thread. */
struct loop *loop_new(const struct loop_options *options);
/* Opens this worker's listener on host:port (IPv4 or IPv6 literal, "::" is both; SO_REUSEPORT, non-blocking). Port 0
 * picks a free one, see loop_port. ERR_BUSY: the port is in use; ERR_DENIED; ERR_INVALID: no such address.
 * Before loop_run, any thread. */
enum err loop_listen(struct loop *loop, const char *host, uint16_t port);
uint16_t loop_port(const struct loop *loop);
/* Tells each loop about all of them, so that connections can be handed over; peers[i]->index == i.
 * Borrowed for life. Before loop_run. */
void loop_set_peers(struct loop *loop, struct loop **peers, unsigned count);
/* Runs on the calling thread until loop_stop has closed everything. */
void loop_run(struct loop *loop);
/* After loop_run has returned. */
void loop_free(struct loop *loop);

/* Stopping, in this order */
/* No new connections; idle HTTP connections close, busy ones after their answer. One that has not asked anything yet
 * counts as busy: its request is on its way. WebSockets are their handlers' business. */
void loop_drain(struct loop *loop);
/* Closes every connection (what is queued is flushed as far as the kernel takes it; WebSockets get a close frame with
 * 1001), then loop_run returns. */
void loop_stop(struct loop *loop);

/* Operations */
/* A call for the loop's thread: embed it, set run, post it. */
struct loop_call {
    struct mail mail;
    void (*run)(struct loop *loop, struct loop_call *call);
};
/* Gives the call to the loop; it runs on the loop's thread, in order of posting. Any thread. Calls still queued when
 * the loop ends are run (so that they can free themselves) before loop_run returns. */
void loop_post(struct loop *loop, struct loop_call *call);

/* Inspection */
unsigned loop_index(const struct loop *loop);
struct loop *loop_peer(struct loop *loop, unsigned index); /* NULL when there is none */
unsigned loop_peer_count(const struct loop *loop);
/* Monotonic milliseconds, read once a turn. */
uint64_t loop_now_ms(const struct loop *loop);
size_t loop_conn_count(const struct loop *loop);
/* Anything the application hangs on the loop. */
void loop_set_user(struct loop *loop, void *user);
void *loop_user(const struct loop *loop);
