/* sio_ack.c: answers to events, in both directions, and packets with bytes in them.
 *
 * Thread    WORKER.
 *
 * An event with an id wants one ACK with the same id in the same namespace. Ids of ours count up from 0 for each client;
 * what they mean is the application's to remember, and an ACK for an id that it does not know is its to ignore.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/thread.h"
#include "socketio/sio_internal.h"

/* In */

void sio_client_take_ack(struct sio_client *client, const struct sio_packet *packet,
                         const json_t *payload) {
    const struct sio_server *server = client->connection->server;
    if (payload == NULL || !packet->has_id || server->handler->on_ack == NULL)
        return; /* it answers nothing */
    server->handler->on_ack(client, packet->id, payload, server->context);
}

/* Out */

static void send_with_brackets(struct sio_client *client, const struct sio_packet *packet,
                               struct str before, struct str json, struct str after) {
    struct frame *frame = sio_packet_frame_around(packet, before, json, after);
    sio_client_send(client, frame);
    frame_unref(frame);
}

void sio_client_ack_joined(struct sio_client *client, uint64_t ack_id, struct str before,
                           struct str json, struct str after) {
    struct sio_packet packet = {.type = SIO_ACK,
                                .namespace_name = sio_client_namespace(client),
                                .has_id = true,
                                .id = ack_id};
    ASSERT_THREAD(WORKER);
    send_with_brackets(client, &packet, before, json, after);
}

void sio_client_ack(struct sio_client *client, uint64_t ack_id, struct str args_json) {
    sio_client_ack_joined(client, ack_id, STR_NONE, args_json, STR_NONE);
}

uint64_t sio_client_emit_with_ack(struct sio_client *client, struct str event,
                                  struct str args_json) {
    struct buf inside = BUF_EMPTY;
    struct sio_packet packet = {.type = SIO_EVENT,
                                .namespace_name = sio_client_namespace(client),
                                .has_id = true,
                                .id = client->next_ack_id++};
    ASSERT_THREAD(WORKER);
    ASSERT(!sio_event_is_reserved(event));
    json_write_string(&inside, event);
    if (args_json.len > 0)
        buf_append_byte(&inside, ',');
    buf_append_str(&inside, args_json);
    send_with_brackets(client, &packet, STR_NONE, buf_str(&inside), STR_NONE);
    buf_deinit(&inside);
    return packet.id;
}

void sio_client_ack_binary(struct sio_client *client, uint64_t ack_id, const json_t *args,
                           const struct str *attachments, unsigned count) {
    struct sio_packet packet = {.type = SIO_BINARY_ACK,
                                .namespace_name = sio_client_namespace(client),
                                .has_id = true,
                                .id = ack_id};
    ASSERT_THREAD(WORKER);
    sio_client_send_binary(client, &packet, args, attachments, count);
}

/* Bytes */

static void send_parts(struct sio_client *client, const struct str *parts, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        struct frame *frame = frame_new(FRAME_BINARY, parts[i]);
        sio_client_send(client, frame);
        frame_unref(frame);
    }
}

/* A binary packet that refers to no attachment is a plain one: a client would wait for nothing. */
static enum sio_packet_type type_without_parts(enum sio_packet_type type) {
    return type == SIO_BINARY_EVENT ? SIO_EVENT : SIO_ACK;
}

void sio_client_send_binary(struct sio_client *client, struct sio_packet *packet,
                            const json_t *payload, const struct str *attachments, unsigned count) {
    struct str ordered[SIO_ATTACHMENTS_MAX];
    struct buf text = BUF_EMPTY;
    json_t *numbered =
        sio_placeholders_renumber(payload, attachments, count, ordered, &packet->attachment_count);
    json_write_value(&text, numbered);
    if (packet->attachment_count == 0)
        packet->type = type_without_parts(packet->type);
    struct frame *frame = sio_packet_frame(packet, buf_str(&text));
    sio_client_send(client, frame);
    send_parts(client, ordered, packet->attachment_count);
    frame_unref(frame);
    json_decref(numbered);
    buf_deinit(&text);
}
