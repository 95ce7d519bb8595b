/* sio_connection.c: one Engine.IO session: its packets go to its clients, its faults to its end.
 *
 * Owns      struct sio_connection.
 * Thread    WORKER.
 *
 * Three kinds of fault, and what the clients on the connection are told:
 *   a packet that does not parse, parts that do not come       "forced close"          (may be recovered)
 *   a packet in the wrong state: a second CONNECT, anything
 *   for a namespace that is not joined, no CONNECT in time     "forced server close"   (may be recovered)
 *   the end of the session beneath                             Engine.IO's reason
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "base/thread.h"
#include "socketio/sio_internal.h"

#define JSON_DEPTH_MAX_DEFAULT 32

/* What the end of a session means for its clients. */
static const enum sio_end ends[] = {
    [EIO_TRANSPORT_CLOSE] = SIO_TRANSPORT_CLOSE, [EIO_TRANSPORT_ERROR] = SIO_TRANSPORT_ERROR,
    [EIO_PING_TIMEOUT] = SIO_PING_TIMEOUT,       [EIO_PARSE_ERROR] = SIO_PARSE_ERROR,
    [EIO_FORCED_CLOSE] = SIO_FORCED_CLOSE,       [EIO_SLOW] = SIO_SLOW,
    [EIO_SHUTDOWN] = SIO_SERVER_SHUTTING_DOWN,
};

void sio_connection_close(struct sio_connection *connection, enum sio_end end) {
    if (connection->has_end)
        return; /* called again from a handler that is being told */
    connection->has_end = true;
    connection->end = end;
    eio_session_close(connection->session);
}

void sio_connection_send(struct sio_connection *connection, const struct sio_packet *packet) {
    struct frame *frame = sio_packet_frame(packet, packet->payload);
    eio_session_send(connection->session, frame);
    frame_unref(frame);
}

static unsigned json_depth_max(const struct sio_connection *connection) {
    unsigned depth = connection->server->options->json_depth_max;
    return depth > 0 ? depth : JSON_DEPTH_MAX_DEFAULT;
}

/* Packets in */

static void take_disconnect(struct sio_client *client) {
    sio_client_end(client, SIO_CLIENT_DISCONNECT);
}

/* A packet for a namespace that is joined. */
static void client_take(struct sio_client *client, const struct sio_packet *packet,
                        const json_t *payload, const struct str *parts) {
    switch (packet->type) {
    case SIO_DISCONNECT:
        take_disconnect(client);
        break;
    case SIO_EVENT:
    case SIO_BINARY_EVENT:
        sio_client_take_event(client, packet, payload, parts);
        break;
    case SIO_ACK:
    case SIO_BINARY_ACK:
        sio_client_take_ack(client, packet, payload);
        break;
    default:
        ASSERT(false); /* connection_take lets no other type pass */
    }
}

/* A whole packet; the last thing that is done with the connection before returning to Engine.IO. */
static void connection_take(struct sio_connection *connection, const struct sio_packet *packet,
                            const json_t *payload, const struct str *parts) {
    struct sio_client *client = sio_namespace_find(connection, packet->namespace_name);
    bool may_connect = packet->type == SIO_CONNECT && client == NULL;
    bool may_speak = packet->type != SIO_CONNECT && packet->type != SIO_CONNECT_ERROR &&
                     client != NULL && sio_client_is_joined(client);
    if (may_connect)
        sio_namespace_connect(connection, packet->namespace_name, payload);
    else if (may_speak)
        client_take(client, packet, payload, parts);
    else
        sio_connection_close(connection, SIO_FORCED_SERVER_CLOSE);
}

static void on_parts_late(struct timer *timer) {
    struct sio_assembly *assembly = TIMER_ITEM(timer, struct sio_assembly, timer);
    sio_connection_close(assembly->owner, SIO_FORCED_CLOSE);
}

static void assembly_begin(struct sio_connection *connection, const struct sio_packet *packet,
                           struct str text, json_t *payload) {
    struct loop *loop = eio_server_loop(connection->server->engine);
    connection->assembly = sio_assembly_new(loop, packet, text, payload, on_parts_late, connection);
}

/* In a packet without attachments a placeholder is an object like any other. */
static bool parts_fit(const struct sio_packet *packet, const json_t *payload) {
    return packet->attachment_count == 0 || sio_placeholders_fit(payload, packet->attachment_count);
}

/* True: the application has read the packet by itself. */
static bool offer_text(struct sio_connection *connection, const struct sio_packet *packet) {
    const struct sio_handler *handler = connection->server->handler;
    if (packet->type != SIO_EVENT || handler->on_text == NULL || str_is_none(packet->payload))
        return false;
    struct sio_client *client = sio_namespace_find(connection, packet->namespace_name);
    return client != NULL && sio_client_is_joined(client) && sio_client_offer_text(client, packet);
}

static void take_text(struct sio_connection *connection, struct str text) {
    struct sio_packet packet;
    json_t *payload = NULL;
    bool is_packet = connection->assembly == NULL && sio_packet_decode(text, &packet);
    if (is_packet && offer_text(connection, &packet))
        return;
    bool fits = is_packet && sio_payload_parse(&packet, json_depth_max(connection), &payload) &&
                parts_fit(&packet, payload);
    if (!fits) {
        sio_connection_close(connection, SIO_FORCED_CLOSE);
    } else if (packet.attachment_count > 0) {
        assembly_begin(connection, &packet, text, payload);
        return; /* it has taken the payload */
    } else {
        connection_take(connection, &packet, payload, NULL);
    }
    json_decref(payload);
}

static void take_bytes(struct sio_connection *connection, struct str bytes) {
    struct sio_assembly *assembly = connection->assembly;
    if (assembly == NULL || !sio_assembly_add(assembly, bytes)) {
        sio_connection_close(connection, SIO_FORCED_CLOSE);
        return;
    }
    if (!sio_assembly_is_complete(assembly))
        return;
    connection->assembly = NULL;
    connection_take(connection, &assembly->packet, assembly->payload, assembly->parts);
    sio_assembly_free(assembly);
}

/* Engine.IO's side */

static enum eio_verdict on_engine_check(struct eio_server *engine, struct eio_session *session,
                                        struct conn *conn, const struct http_request *request,
                                        void *context) {
    const struct sio_server *server = context;
    const struct sio_connection *connection = session != NULL ? eio_session_user(session) : NULL;
    (void)engine;
    (void)conn;
    if (server->handler->on_check == NULL)
        return EIO_LET_IN;
    return server->handler->on_check(connection != NULL ? connection->user : NULL, request,
                                     server->context);
}

static void on_connect_late(struct timer *timer) {
    struct sio_awaited *awaited = TIMER_ITEM(timer, struct sio_awaited, timer);
    sio_connection_close(awaited->connection, SIO_FORCED_SERVER_CLOSE);
}

static struct sio_awaited *awaited_new(struct sio_connection *connection) {
    const struct sio_server *server = connection->server;
    struct sio_awaited *awaited = MEM_NEW(struct sio_awaited);
    awaited->connection = connection;
    timer_init(&awaited->timer, eio_server_loop(server->engine), on_connect_late);
    timer_start(&awaited->timer, server->options->connect_timeout_ms);
    return awaited;
}

void sio_connection_came(struct sio_connection *connection) {
    if (connection->awaited == NULL)
        return;
    timer_stop(&connection->awaited->timer);
    free(connection->awaited);
    connection->awaited = NULL;
}

static void on_engine_open(struct eio_session *session, struct conn *conn,
                           const struct http_request *request, void *context) {
    struct sio_server *server = context;
    struct sio_connection *connection = MEM_NEW(struct sio_connection);
    connection->server = server;
    connection->session = session;
    list_init(&connection->clients);
    connection->awaited = awaited_new(connection);
    eio_session_set_user(session, connection);
    if (server->handler->on_open != NULL)
        connection->user = server->handler->on_open(session, conn, request, server->context);
}

static void on_engine_message(struct eio_session *session, struct str bytes, bool binary,
                              void *context) {
    (void)context;
    struct sio_connection *connection = eio_session_user(session);
    if (binary)
        take_bytes(connection, bytes);
    else
        take_text(connection, bytes);
}

static void on_engine_close(struct eio_session *session, enum eio_end end, void *context) {
    const struct sio_server *server = context;
    struct sio_connection *connection = eio_session_user(session);
    enum sio_end reason = connection->has_end ? connection->end : ends[end];
    struct list *node;
    connection->has_end = true;
    sio_connection_came(connection);
    while ((node = list_first(&connection->clients)) != NULL)
        sio_client_end(LIST_ITEM(node, struct sio_client, node), reason);
    if (server->handler->on_close != NULL)
        server->handler->on_close(connection->user, server->context);
    if (connection->assembly != NULL)
        sio_assembly_free(connection->assembly);
    eio_session_set_user(session, NULL); /* it may linger */
    free(connection);
}

static const struct eio_handler engine_handler = {.on_check = on_engine_check,
                                                  .on_open = on_engine_open,
                                                  .on_message = on_engine_message,
                                                  .on_close = on_engine_close};

/* Server */

struct sio_server *sio_server_new(struct loop *loop, const struct eio_options *eio_options,
                                  const struct sio_options *options,
                                  const struct sio_handler *handler, void *context) {
    ASSERT(options->connect_timeout_ms > 0);
    struct sio_server *server = MEM_NEW(struct sio_server);
    server->options = options;
    server->handler = handler;
    server->context = context;
    server->engine = eio_server_new(loop, eio_options, &engine_handler, server);
    return server;
}

void sio_server_free(struct sio_server *server) {
    eio_server_free(server->engine);
    free(server);
}

struct eio_server *sio_server_engine(struct sio_server *server) {
    ASSERT_THREAD(WORKER);
    return server->engine;
}
