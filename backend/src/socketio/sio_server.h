/* sio_server.h: Socket.IO protocol 5, server side: namespaces, events, acks, binary.
 *
 * One server per worker, on one Engine.IO server. A *client* is one connection's membership of one namespace; it exists
 * from the CONNECT packet on, is *joined* once accepted, and gone after on_disconnect. Knows nothing of chat.
 *
 * Source: the Socket.IO protocol document, revision 5, and the behaviour of the reference server.
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "engineio/eio_server.h"

#include <jansson.h>

struct sio_server;
struct sio_client;

#define SIO_CONNECT_TIMEOUT_MS_DEFAULT 45000
#define SIO_ATTACHMENTS_MAX            10
#define SIO_NAMESPACES_MAX             16 /* joined or refused at a time per connection */

/* Why a client is gone, in the reference server's words. */
enum sio_end {
    SIO_TRANSPORT_CLOSE,
    SIO_TRANSPORT_ERROR,
    SIO_PING_TIMEOUT,
    SIO_PARSE_ERROR,
    SIO_FORCED_CLOSE,
    SIO_FORCED_SERVER_CLOSE,
    SIO_SERVER_SHUTTING_DOWN,
    SIO_CLIENT_DISCONNECT,
    SIO_SERVER_DISCONNECT,
    SIO_SLOW,
};
const char *sio_end_text(enum sio_end end);

/* An EVENT or BINARY_EVENT as it came in. Everything is borrowed until on_event returns. */
struct sio_event {
    struct str
        name; /* the first element when it is a string, else STR_NONE (a number is an unknown event) */
    const json_t
        *args;       /* the whole array, name included; placeholders stand where binary belongs */
    struct str text; /* the array as it was sent */
    bool wants_ack;
    uint64_t ack_id;
    const struct str *attachments; /* binary parts, by placeholder number */
    unsigned attachment_count;
};

struct sio_options {
    uint32_t connect_timeout_ms;
    unsigned json_depth_max; /* of events and of auth; 0: 32 */
};

struct sio_handler {
    /* Does the namespace exist ("/", "/custom")? False: refused with {"message":"Invalid namespace"}. */
    bool (*on_namespace)(struct str name, void *context);
    /* CONNECT: `auth` is an object or NULL. Answer with sio_client_accept or sio_client_refuse, now or later. */
    void (*on_connect)(struct sio_client *client, const json_t *auth, void *context);
    void (*on_event)(struct sio_client *client, const struct sio_event *event, void *context);
    /* Asked before an EVENT without attachments is parsed: an application that can read its text by itself does, and returns true.
     * False: it is parsed, must be well formed, and comes to on_event. The event has no name and no args yet. May be NULL. */
    bool (*on_text)(struct sio_client *client, const struct sio_event *event, void *context);
    /* ACK to an event of ours; `args` is an array. May be NULL: acks are then ignored. */
    void (*on_ack)(struct sio_client *client, uint64_t ack_id, const json_t *args, void *context);
    /* Gone; called exactly once for every client that on_connect was told of, refused ones included (then at once
     * after the refusal). Unusable afterwards. */
    void (*on_disconnect)(struct sio_client *client, enum sio_end end, void *context);
    /* Engine.IO life of the connection beneath, for what the application keeps per connection (the handshake's cookie):
     * see eio_handler. Each may be NULL. on_check gets what on_open returned, NULL at a handshake and for a session that is
     * over. */
    enum eio_verdict (*on_check)(const void *connection_user, const struct http_request *request,
                                 void *context);
    void *(*on_open)(struct eio_session *session, struct conn *conn,
                     const struct http_request *request, void *context);
    void (*on_close)(void *connection_user, void *context);
};

/* Life cycle. Everything is borrowed for the server's life; makes its own eio_server. */
struct sio_server *sio_server_new(struct loop *loop, const struct eio_options *eio_options,
                                  const struct sio_options *options,
                                  const struct sio_handler *handler, void *context);
void sio_server_free(struct sio_server *server);
struct eio_server *sio_server_engine(struct sio_server *server);

/* Answers to on_connect */
/* Joins. `sid` (STR_NONE: a new random one) and `pid` (STR_NONE: the key is left out) go into the CONNECT reply. */
void sio_client_accept(struct sio_client *client, struct str sid, struct str pid);
/* Refuses with {"message": message, "data": data}; `data_json` is JSON text or STR_NONE. on_disconnect follows. The
 * connection stays and may try again. */
void sio_client_refuse(struct sio_client *client, struct str message, struct str data_json);

/* Sending */
/* A packet for this client, already encoded (sio_event_frame, or a shared broadcast frame for its namespace). Borrows. */
void sio_client_send(struct sio_client *client, struct frame *frame);
/* The same with several, in order. */
void sio_client_send_all(struct sio_client *client, struct frame *const *frames, size_t count);
/* The frame of an event without binary: `args_json` is everything behind the name, e.g. `{"a":1},"12"` (may be empty).
 * Returns owned. The namespace "/" is left out as the protocol wants. */
struct frame *sio_event_frame(struct str namespace_name, struct str event, struct str args_json);
/* The same with `more_json` (which brings its own comma) behind `args_json`: the two need not lie side by side. */
struct frame *sio_event_frame_joined(struct str namespace_name, struct str event,
                                     struct str args_json, struct str more_json);
/* Emits an event to one client, with binary: placeholders in args (an array, name first) refer to attachments. */
void sio_client_emit_binary(struct sio_client *client, const json_t *args,
                            const struct str *attachments, unsigned count);
/* Emits an event to one client and asks for an ACK: on_ack will be called with the id that this returns. */
uint64_t sio_client_emit_with_ack(struct sio_client *client, struct str event,
                                  struct str args_json);
/* Acknowledges: `args_json` is the inside of the array. At most once per id is the caller's duty. */
void sio_client_ack(struct sio_client *client, uint64_t ack_id, struct str args_json);
/* The same in three pieces, which need not lie side by side. */
void sio_client_ack_joined(struct sio_client *client, uint64_t ack_id, struct str before,
                           struct str json, struct str after);
void sio_client_ack_binary(struct sio_client *client, uint64_t ack_id, const json_t *args,
                           const struct str *attachments, unsigned count);
/* Ends it from our side: DISCONNECT (41), and with close_connection the Engine.IO session as well. on_disconnect follows. */
void sio_client_disconnect(struct sio_client *client, bool close_connection);
/* Closes the transport without a DISCONNECT packet: a stock client comes back by itself. on_disconnect follows. */
void sio_client_cut(struct sio_client *client);

/* Inspection */
struct str
sio_client_sid(const struct sio_client *client); /* public id, 20 characters; empty before accept */
struct str sio_client_namespace(const struct sio_client *client);
bool sio_client_is_joined(const struct sio_client *client);
void sio_client_set_user(struct sio_client *client, void *user);
void *sio_client_user(const struct sio_client *client);
/* What on_open returned for the connection beneath. */
void *sio_client_connection_user(const struct sio_client *client);
struct eio_session *sio_client_session(const struct sio_client *client);
