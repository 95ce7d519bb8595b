/* sio_namespace.c: which namespaces a connection has, and how it gets into one.
 *
 * Thread    WORKER.
 *
 * CONNECT: a namespace that does not exist, or one more than SIO_NAMESPACES_MAX, is refused without asking; else the
 * application decides, now or later, and until then the client is "connecting": whoever speaks before the answer breaks
 * the protocol. Refused namespaces leave nothing behind and do not stop the connect timer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/thread.h"
#include "socketio/sio_internal.h"

struct sio_client *sio_namespace_find(struct sio_connection *connection, struct str name) {
    LIST_EACH (&connection->clients, node) {
        struct sio_client *client = LIST_ITEM(node, struct sio_client, node);
        if (str_equal(sio_client_namespace(client), name))
            return client;
    }
    return NULL;
}

/* CONNECT_ERROR: {"message":"...","data":...} */
static void send_refusal(struct sio_connection *connection, struct str name, struct str message,
                         struct str data_json) {
    struct buf payload = BUF_EMPTY;
    buf_append_c(&payload, "{\"message\":");
    json_write_string(&payload, message);
    if (!str_is_none(data_json)) {
        buf_append_c(&payload, ",\"data\":");
        buf_append_str(&payload, data_json);
    }
    buf_append_byte(&payload, '}');
    struct sio_packet packet = {
        .type = SIO_CONNECT_ERROR, .namespace_name = name, .payload = buf_str(&payload)};
    sio_connection_send(connection, &packet);
    buf_deinit(&payload);
}

/* CONNECT: {"sid":"...","pid":"..."} */
static void send_acceptance(struct sio_client *client, struct str pid) {
    struct buf payload = BUF_EMPTY;
    buf_append_c(&payload, "{\"sid\":");
    json_write_string(&payload, sio_client_sid(client));
    if (!str_is_none(pid)) {
        buf_append_c(&payload, ",\"pid\":");
        json_write_string(&payload, pid);
    }
    buf_append_byte(&payload, '}');
    struct sio_packet packet = {.type = SIO_CONNECT,
                                .namespace_name = sio_client_namespace(client),
                                .payload = buf_str(&payload)};
    sio_connection_send(client->connection, &packet);
    buf_deinit(&payload);
}

void sio_namespace_connect(struct sio_connection *connection, struct str name, const json_t *auth) {
    const struct sio_server *server = connection->server;
    bool has_room = connection->client_count < SIO_NAMESPACES_MAX;
    if (!has_room || !server->handler->on_namespace(name, server->context)) {
        send_refusal(connection, name, STR("Invalid namespace"), STR_NONE);
        return;
    }
    struct sio_client *client = sio_client_new(connection, name);
    server->handler->on_connect(client, auth, server->context);
}

void sio_client_accept(struct sio_client *client, struct str sid, struct str pid) {
    ASSERT_THREAD(WORKER);
    sio_client_join(client, sid);
    sio_connection_came(client->connection);
    send_acceptance(client, pid);
}

void sio_client_refuse(struct sio_client *client, struct str message, struct str data_json) {
    ASSERT_THREAD(WORKER);
    ASSERT(!sio_client_is_joined(client));
    send_refusal(client->connection, sio_client_namespace(client), message, data_json);
    sio_client_end(client, SIO_SERVER_DISCONNECT);
}
