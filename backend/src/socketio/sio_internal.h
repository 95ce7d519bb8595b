/* sio_internal.h: the structs behind sio_server.h, and what its files say to each other.
 *
 *     sio_connection   one Engine.IO session: packets in, violations, time-outs
 *       └─ sio_namespace   which namespaces it has; CONNECT and refusals
 *            └─ sio_client   its membership of one: events, acks, the end
 *
 * One way ends everything at once: sio_connection_close, with the reason that the clients are told. A
 * handler may end its client or the whole connection from within any callback, so no file touches either behind one.
 *
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/list.h"
#include "base/sm.h"
#include "socketio/sio_binary.h"
#include "socketio/sio_packet.h"
#include "socketio/sio_server.h"

/* Types */
/* One per worker. Thread: WORKER. */
struct sio_server {
    struct eio_server *engine;
    const struct sio_options *options;
    const struct sio_handler *handler;
    void *context;
};

/* How long a new connection may take to join. Owner: the connection. */
struct sio_awaited {
    struct timer timer;
    struct sio_connection *connection;
};

/* Owned by its Engine.IO session (as its user), from on_open to on_close. Thread: WORKER. */
struct sio_connection {
    struct sio_server *server;
    struct eio_session *session;
    void *user;                    /* what handler.on_open returned */
    struct list clients;           /* of struct sio_client */
    struct sio_assembly *assembly; /* NULL but while a binary packet waits for its parts */
    struct sio_awaited *awaited;   /* NULL once a namespace is joined */
    uint8_t client_count;
    bool has_end; /* we end it, for the reason `end`; else Engine.IO knows why */
    enum sio_end end;
};

enum sio_client_state {
    SIO_CLIENT_CONNECTING, /* the application has not answered yet */
    SIO_CLIENT_JOINED,
    SIO_CLIENT_GONE, /* on_disconnect runs */
    SIO_CLIENT_STATES
};

/* Owned by its connection. Thread: WORKER. */
struct sio_client {
    struct sio_connection *connection;
    struct list node;
    void *user;
    uint64_t next_ack_id;
    struct sm state; /* enum sio_client_state */
    char sid[SIO_SID_CHARS];
    uint16_t namespace_chars;
    char namespace_name[];
};

/* Connection */
/* It has joined, or it ends: nothing is waited for. */
void sio_connection_came(struct sio_connection *connection);
/* Ends the Engine.IO session; every client is told `end`. The connection is gone when this returns. */
void sio_connection_close(struct sio_connection *connection, enum sio_end end);
/* Sends a packet of ours. */
void sio_connection_send(struct sio_connection *connection, const struct sio_packet *packet);

/* Namespaces */
/* The connection's client in that namespace, or NULL. */
struct sio_client *sio_namespace_find(struct sio_connection *connection, struct str name);
/* A CONNECT for a namespace that the connection has not: asks the application, or refuses. Borrows auth (or NULL). */
void sio_namespace_connect(struct sio_connection *connection, struct str name, const json_t *auth);

/* Clients */
struct sio_client *sio_client_new(struct sio_connection *connection, struct str namespace_name);
/* CONNECTING -> JOINED, under `sid` (STR_NONE: a new one). */
void sio_client_join(struct sio_client *client, struct str sid);
/* Takes it out of its connection, tells the application, frees it. */
void sio_client_end(struct sio_client *client, enum sio_end end);
/* An EVENT, with or without binary parts. */
void sio_client_take_event(struct sio_client *client, const struct sio_packet *packet,
                           const json_t *payload, const struct str *parts);
/* An EVENT as text, to an application that has on_text. True: it was taken; the client may be gone. */
bool sio_client_offer_text(struct sio_client *client, const struct sio_packet *packet);
/* An ACK to an event of ours. */
void sio_client_take_ack(struct sio_client *client, const struct sio_packet *packet,
                         const json_t *payload);
/* Sends a packet whose payload refers to attachments, and the parts behind it. Changes packet's type and count to what
 * the payload really refers to. */
void sio_client_send_binary(struct sio_client *client, struct sio_packet *packet,
                            const json_t *payload, const struct str *attachments, unsigned count);
/* Encodes a packet with a payload of the given JSON text into a frame. Returns owned. */
struct frame *sio_packet_frame(const struct sio_packet *packet, struct str payload);
/* A packet whose payload is an array: `before`, `json` and `after` are its inside, in this order. Only `json` is expected to be
 * long: it is copied once, into the frame. Returns owned. */
struct frame *sio_packet_frame_around(const struct sio_packet *packet, struct str before,
                                      struct str json, struct str after);
