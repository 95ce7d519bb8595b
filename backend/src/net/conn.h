/* conn.h: one TCP connection.
 *
 * A connection starts as HTTP/1.1 (net/http.h) and may become a WebSocket (net/ws.h). It owns its socket, its
 * outbox and its deadline. Reading and writing go through one seam (struct conn_io: read, writev, shutdown) on which
 * TLS sits as well.
 *
 * Outbox: frames by reference. Sending marks the connection dirty; the loop flushes it once at the end of the
 * turn with one gather write. Bounded by outbox_bytes_max: a connection that would come above it is written at once, and
 * closed (CONN_SLOW) when that does not help; nothing more is queued. An idle connection holds no buffer of any kind.
 *
 * A conn pointer is valid until the on_close (ws) or on_abort (http) callback has returned, or, for an HTTP exchange,
 * until its response was given. Who must remember a connection across threads keeps conn_id and asks conn_find.
 *
 * Thread: the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"
#include "net/frame.h"
#include "net/loop.h"

struct conn;

/* Why a connection ended. */
enum conn_end {
    CONN_PEER_CLOSED, /* FIN, or a WebSocket close frame */
    CONN_PEER_RESET,  /* RST or another error of the socket */
    CONN_PROTOCOL,    /* the peer broke HTTP or WebSocket */
    CONN_TOO_LARGE,   /* a message above its bound */
    CONN_SLOW,        /* it did not read: outbox full */
    CONN_TIMEOUT,     /* one of the deadlines */
    CONN_LOCAL,       /* we closed it */
    CONN_SHUTDOWN,    /* the server is stopping */
};
const char *conn_end_text(enum conn_end end);

/* Operations */
/* Queues the frames' wire bytes, in order; borrows the references. Silently drops when the connection is closing. Calls nobody
 * back: a connection that is full (CONN_SLOW) is told at the end of the turn. It is full when the kernel does not take what
 * is queued: a burst above the bound is written meanwhile. */
void conn_send_all(struct conn *conn, struct frame *const *frames, size_t count);
/* The same with one. */
void conn_send(struct conn *conn, struct frame *frame);
/* Cuts the connection after flushing what is queued; `end` is what on_close and on_abort are told, at the end of the
 * turn: never before this returns. */
void conn_close(struct conn *conn, enum conn_end end);

/* The application knows who this is: the connection counts no longer among the strangers, whose number is bounded
 * (loop_options.strangers_max). Handed over, it is a stranger again. */
void conn_vouch(struct conn *conn);

/* Hands the connection, with the request whose head is being handled and every byte read so far, to another
 * worker, where it is parsed anew and on_request is called again. Only from within on_request; the conn is gone after. */
void conn_handover(struct conn *conn, struct loop *target);

/* Inspection */
struct loop *conn_loop(const struct conn *conn);
/* Unique within the loop for its whole life, never 0. */
uint64_t conn_id(const struct conn *conn);
/* NULL when it is gone. */
struct conn *conn_find(struct loop *loop, uint64_t id);
/* The peer's address as text ("127.0.0.1", "::1"), borrowed until the loop's next conn_address. IPv4-mapped addresses come as IPv4. */
struct str conn_address(struct conn *conn);
size_t conn_queued_bytes(const struct conn *conn);
bool conn_is_closing(const struct conn *conn);
