/* gateway.h: where Socket.IO meets the chat.
 *
 * One gateway per worker. It turns events of clients into requests to the core, gives the core's answers back as acks,
 * and fans the core's events out to those of its clients that may see them. It knows each client's user, session and
 * rooms, and nothing else of the chat.
 *
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/metric.h"
#include "chat/chat_request.h"
#include "engineio/eio_server.h"
#include "net/origin.h"

struct gateway;

struct gateway_options {
    struct eio_options engine;
    struct origin_rules origins; /* of requests that carry the cookie */
    struct str secret;           /* seals recovery ids; borrowed */
    bool secure;                 /* browsers come by https: only the __Host- cookie counts */
};

/* Returns owned. options are copied, what they point to is borrowed. */
struct gateway *gateway_new(struct loop *loop, const struct gateway_options *options,
                            const struct chat_desk *desk);
/* After gateway_close and the end of the loop. */
void gateway_free(struct gateway *gateway);
/* From here on new commands and connections are refused; answers still go out. */
void gateway_drain(struct gateway *gateway);
/* Tells every client that the server goes, and closes the transports; stock clients come back by themselves. */
void gateway_close(struct gateway *gateway);
/* Answers a request to /socket.io/. From within on_request. */
void gateway_handle(struct gateway *gateway, struct conn *conn, const struct http_request *request);

struct loop *gateway_loop(const struct gateway *gateway);
size_t gateway_client_count(const struct gateway *gateway);

/* What a gateway counts. Written on its worker, readable from any thread. */
struct gateway_counters {
    struct counter clients;                    /* gateway_client_count */
    struct counter deliveries;                 /* events given to clients */
    struct counter answers[PROTO_ERROR_COUNT]; /* commands answered, by result; PROTO_OK is fine */
};
/* Borrowed for the gateway's life. Any thread. */
const struct gateway_counters *gateway_counters(const struct gateway *gateway);
/* The Engine.IO server beneath, for its counters. Borrowed. */
const struct eio_server *gateway_engine(const struct gateway *gateway);
