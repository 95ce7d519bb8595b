/* sio_client.c: one connection's membership of one namespace.
 *
 *     CONNECTING ──sio_client_accept──► JOINED ──► GONE
 *          └──────────refused, or the connection ended─┘
 *
 * Owns      struct sio_client, a member of its connection's list.
 * Thread    WORKER.
 *
 * What is sent to a client goes to its session as it is: a frame that was encoded once for a room is appended by
 * reference, neither copied nor looked into.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/crypt.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/thread.h"
#include "socketio/sio_internal.h"

#include <assert.h>

static const struct sm_state client_states[] = {
    [SIO_CLIENT_CONNECTING] = {"connecting", SM_TO(SIO_CLIENT_JOINED) | SM_TO(SIO_CLIENT_GONE)},
    [SIO_CLIENT_JOINED] = {"joined", SM_TO(SIO_CLIENT_GONE)},
    [SIO_CLIENT_GONE] = {"gone", 0},
};
static_assert(sizeof client_states / sizeof client_states[0] == SIO_CLIENT_STATES,
              "every state has its row");
static const struct sm_table client_table = {"sio.client", LOG_SIO, client_states,
                                             SIO_CLIENT_STATES};

/* The ends, in the reference server's words. */
static const char *const end_texts[] = {
    [SIO_TRANSPORT_CLOSE] = "transport close",
    [SIO_TRANSPORT_ERROR] = "transport error",
    [SIO_PING_TIMEOUT] = "ping timeout",
    [SIO_PARSE_ERROR] = "parse error",
    [SIO_FORCED_CLOSE] = "forced close",
    [SIO_FORCED_SERVER_CLOSE] = "forced server close",
    [SIO_SERVER_SHUTTING_DOWN] = "server shutting down",
    [SIO_CLIENT_DISCONNECT] = "client namespace disconnect",
    [SIO_SERVER_DISCONNECT] = "server namespace disconnect",
    [SIO_SLOW] = "slow reader",
};

const char *sio_end_text(enum sio_end end) {
    return end_texts[end];
}

/* Life cycle */

struct sio_client *sio_client_new(struct sio_connection *connection, struct str namespace_name) {
    ASSERT(namespace_name.len <= SIO_NAMESPACE_CHARS_MAX);
    struct sio_client *client = mem_new(1, sizeof *client + namespace_name.len);
    client->connection = connection;
    client->namespace_chars = (uint16_t)namespace_name.len;
    memcpy(client->namespace_name, namespace_name.at, namespace_name.len);
    sm_init(&client->state, SIO_CLIENT_CONNECTING);
    list_append(&connection->clients, &client->node);
    connection->client_count++;
    return client;
}

/* 20 characters of base64url: 15 random bytes. Public, and no secret of Engine.IO's. */
static void sid_make(char sid[SIO_SID_CHARS]) {
    unsigned char random[SIO_SID_CHARS / 4 * 3];
    struct buf text = BUF_EMPTY;
    crypt_random(random, sizeof random);
    crypt_base64url_append(&text, str_of((const char *)random, sizeof random));
    ASSERT(text.len == SIO_SID_CHARS);
    memcpy(sid, text.data, SIO_SID_CHARS);
    buf_deinit(&text);
}

void sio_client_join(struct sio_client *client, struct str sid) {
    ASSERT(str_is_none(sid) || sid.len == SIO_SID_CHARS);
    sm_move(&client->state, &client_table, SIO_CLIENT_JOINED, client);
    if (str_is_none(sid))
        sid_make(client->sid);
    else
        memcpy(client->sid, sid.at, SIO_SID_CHARS);
}

void sio_client_end(struct sio_client *client, enum sio_end end) {
    struct sio_connection *connection = client->connection;
    const struct sio_server *server = connection->server;
    sm_move(&client->state, &client_table, SIO_CLIENT_GONE, client);
    list_remove(&client->node);
    connection->client_count--;
    log_debug(LOG_SIO, "client.end", "reason=\"%s\"", sio_end_text(end));
    server->handler->on_disconnect(client, end, server->context);
    free(client);
}

static bool client_is_gone(const struct sio_client *client) {
    return client->state.state == SIO_CLIENT_GONE;
}

static void send_disconnect(struct sio_client *client) {
    struct sio_packet packet = {.type = SIO_DISCONNECT,
                                .namespace_name = sio_client_namespace(client)};
    sio_connection_send(client->connection, &packet);
}

static void send_disconnect_to_all(struct sio_connection *connection) {
    LIST_EACH (&connection->clients, node) {
        struct sio_client *client = LIST_ITEM(node, struct sio_client, node);
        if (sio_client_is_joined(client))
            send_disconnect(client);
    }
}

void sio_client_disconnect(struct sio_client *client, bool close_connection) {
    ASSERT_THREAD(WORKER);
    if (client_is_gone(client))
        return;
    if (close_connection) {
        send_disconnect_to_all(client->connection);
        sio_connection_close(client->connection, SIO_SERVER_DISCONNECT);
    } else {
        send_disconnect(client);
        sio_client_end(client, SIO_SERVER_DISCONNECT);
    }
}

void sio_client_cut(struct sio_client *client) {
    ASSERT_THREAD(WORKER);
    if (!client_is_gone(client))
        sio_connection_close(client->connection, SIO_FORCED_CLOSE);
}

/* Events in */

void sio_client_take_event(struct sio_client *client, const struct sio_packet *packet,
                           const json_t *payload, const struct str *parts) {
    const struct sio_server *server = client->connection->server;
    if (payload == NULL)
        return; /* "42" alone says nothing */
    struct sio_event event = {.name = json_str(json_array_get(payload, 0)),
                              .args = payload,
                              .text = packet->payload,
                              .wants_ack = packet->has_id,
                              .ack_id = packet->id,
                              .attachments = parts,
                              .attachment_count = packet->attachment_count};
    server->handler->on_event(client, &event, server->context);
}

bool sio_client_offer_text(struct sio_client *client, const struct sio_packet *packet) {
    const struct sio_server *server = client->connection->server;
    struct sio_event event = {
        .text = packet->payload, .wants_ack = packet->has_id, .ack_id = packet->id};
    return server->handler->on_text(client, &event, server->context);
}

/* Events out */

struct frame *sio_packet_frame(const struct sio_packet *packet, struct str payload) {
    struct buf head = BUF_EMPTY;
    sio_packet_append_head(&head, packet);
    struct frame *frame = frame_new_joined(FRAME_TEXT, buf_str(&head), payload, STR_NONE);
    buf_deinit(&head);
    return frame;
}

struct frame *sio_packet_frame_around(const struct sio_packet *packet, struct str before,
                                      struct str json, struct str after) {
    struct buf ends =
        BUF_EMPTY; /* what stands around the JSON; mostly one allocation of the smallest size */
    sio_packet_append_head(&ends, packet);
    buf_append_byte(&ends, '[');
    buf_append_str(&ends, before);
    size_t head_bytes = ends.len;
    buf_append_str(&ends, after);
    buf_append_byte(&ends, ']');
    struct frame *frame = frame_new_joined(FRAME_TEXT, str_range(buf_str(&ends), 0, head_bytes),
                                           json, str_from(buf_str(&ends), head_bytes));
    buf_deinit(&ends);
    return frame;
}

struct frame *sio_event_frame_joined(struct str namespace_name, struct str event,
                                     struct str args_json, struct str more_json) {
    struct buf name = BUF_EMPTY;
    struct sio_packet packet = {.type = SIO_EVENT, .namespace_name = namespace_name};
    ASSERT(!sio_event_is_reserved(event));
    json_write_string(&name, event);
    if (args_json.len > 0)
        buf_append_byte(&name, ',');
    struct frame *frame = sio_packet_frame_around(&packet, buf_str(&name), args_json, more_json);
    buf_deinit(&name);
    return frame;
}

struct frame *sio_event_frame(struct str namespace_name, struct str event, struct str args_json) {
    return sio_event_frame_joined(namespace_name, event, args_json, STR_NONE);
}

void sio_client_send_all(struct sio_client *client, struct frame *const *frames, size_t count) {
    ASSERT_THREAD(WORKER);
    if (!client_is_gone(client))
        eio_session_send_all(client->connection->session, frames, count);
}

void sio_client_send(struct sio_client *client, struct frame *frame) {
    sio_client_send_all(client, &frame, 1);
}

void sio_client_emit_binary(struct sio_client *client, const json_t *args,
                            const struct str *attachments, unsigned count) {
    struct sio_packet packet = {.type = SIO_BINARY_EVENT,
                                .namespace_name = sio_client_namespace(client)};
    ASSERT_THREAD(WORKER);
    sio_client_send_binary(client, &packet, args, attachments, count);
}

/* Inspection */

struct str sio_client_sid(const struct sio_client *client) {
    return str_of(client->sid, client->sid[0] != '\0' ? SIO_SID_CHARS : 0);
}

struct str sio_client_namespace(const struct sio_client *client) {
    return str_of(client->namespace_name, client->namespace_chars);
}

bool sio_client_is_joined(const struct sio_client *client) {
    return client->state.state == SIO_CLIENT_JOINED;
}

void sio_client_set_user(struct sio_client *client, void *user) {
    client->user = user;
}

void *sio_client_user(const struct sio_client *client) {
    return client->user;
}

void *sio_client_connection_user(const struct sio_client *client) {
    return client->connection->user;
}

struct eio_session *sio_client_session(const struct sio_client *client) {
    return client->connection->session;
}
