/* eio_polling.h: the long-polling transport of a session: at most one GET that waits, one POST that is read.
 *
 * What is sent between two polls queues here, bounded by eio_options.outbox_bytes_max; a session above it ends
 * with EIO_SLOW. The queue's memory exists only while something waits in it.
 *
 * Source: Engine.IO protocol, revision 4, "HTTP long-polling". Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "engineio/eio_session.h"

/* What of a request its answer depends on; kept while the answer waits. */
struct eio_reply {
    int cors_match; /* eio_cors_match */
    bool
        is_old_browser; /* Internet Explorer: its filter for script injection must be told to keep out */
};

/* Frames on their way to the next poll, or through an upgrade. Owned by eio_polling. */
struct eio_queue {
    struct frame **frames; /* owned references */
    uint32_t count, capacity;
    size_t bytes; /* payload and EIO_QUEUE_FRAME_BYTES each */
};

/* Owned by the session. Thread: WORKER. */
struct eio_polling {
    struct eio_queue queue;
    struct conn *poll; /* the GET that waits */
    struct eio_reply poll_reply;
    struct conn *post; /* the POST whose body comes */
    struct eio_reply post_reply;
    struct buf body;
    bool is_handling_post; /* its packets are being taken */
};

/* Life cycle */
struct eio_polling *eio_polling_new(void);
/* No poll and no post is open. */
void eio_polling_free(struct eio_polling *polling);
/* True when a connection still points at the session because of its polling. */
bool eio_polling_is_busy(const struct eio_polling *polling);
/* The session ends: answers a waiting poll with `farewell`, cuts a post that is not complete, drops the queue. */
void eio_polling_close(struct eio_session *session, struct frame *farewell);

/* Requests */
/* A handshake: answers with the OPEN packet. */
void eio_polling_open(struct eio_server *server, struct conn *conn,
                      const struct http_request *request);
/* A request that names this session, which is not on a WebSocket: GET polls, POST sends, else 405. */
void eio_polling_request(struct eio_session *session, struct conn *conn,
                         const struct http_request *request);

/* Operations */
/* Queues a packet and answers the waiting poll. False when the queue is full: the packet is dropped. */
bool eio_polling_send(struct eio_session *session, struct frame *packet);
/* Answers a waiting poll with one packet; nothing without a poll. */
void eio_polling_release(struct eio_session *session, struct frame *packet);
/* The session is on this WebSocket now: releases a waiting poll, gives everything that queues to the socket, in order,
 * and retires the polling (at latest when a post that is being read is complete). */
void eio_polling_move(struct eio_session *session, struct conn *socket);

/* Answers (also for requests without a session) */
struct eio_reply eio_reply_of(const struct eio_server *server, const struct http_request *request);
void eio_reply_text(struct eio_server *server, struct conn *conn, struct eio_reply reply,
                    struct str body);
/* An error in the words of the protocol: {"code":n,"message":"..."}; see eio_request.h. */
void eio_reply_refusal(struct eio_server *server, struct conn *conn, struct eio_reply reply,
                       int code);
