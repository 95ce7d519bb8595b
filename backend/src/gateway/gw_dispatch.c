/* gw_dispatch.c: what does he want: from an event of a client to a command of the core, and back as an ack.
 *
 * Thread    worker.
 *
 * How it works: nearly every command is a flat object, and is decoded from its text without a tree of JSON (gw_on_text).
 * Everything else is parsed as a whole and comes to gw_on_event, which knows what to say about it.
 *
 * The generated table knows every command's name and the shape of its payload. What does not fit is
 * answered here and never reaches the core. A command travels with its payload in an arena of its own; its answer comes
 * back as JSON and is wrapped into {"ok":true,"data":...} or {"ok":false,"error":...}. Without an ack id the answer is dropped.
 *
 * Bounds: a client may have GW_INFLIGHT_COUNT_MAX commands or GW_INFLIGHT_BYTES_MAX bytes of them unanswered. One to whom the
 * core has said `rate_limited` GW_LIMIT_HITS_MAX times in a minute is shown out.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "gateway/gw_internal.h"
#include "proto/proto_decode.h"
#include "proto/proto_encode.h"

/* Acks */

static void ack_send(struct sio_client *sio, uint64_t ack_id, bool ok, struct str json) {
    struct str before = ok ? STR("{\"ok\":true,\"data\":") : STR("{\"ok\":false,\"error\":");
    sio_client_ack_joined(sio, ack_id, before, json, STR("}"));
}

/* Answers an event that does not reach the core. */
static void event_refuse(struct sio_client *sio, const struct sio_event *event,
                         enum proto_error error, const char *message, const char *field) {
    struct gw_client *client = sio_client_user(sio);
    counter_add(&client->gateway->counters.answers[error], 1);
    if (!event->wants_ack)
        return;
    struct proto_error_body body = {
        .code = error,
        .message = str_of_c(message),
        .field = str_of_c(field),
        .retry_after_ms = error == PROTO_RATE_LIMITED ? GW_INFLIGHT_RETRY_MS : 0,
    };
    struct buf json = BUF_EMPTY;
    proto_encode(&proto_error_body_shape, &body, &json);
    ack_send(sio, event->ack_id, false, buf_str(&json));
    buf_deinit(&json);
}

/* Counts an answer `rate_limited`. Who goes on all the same for long is disconnected; a stock client stays away then. */
static void client_hit_limit(struct gw_client *client) {
    uint64_t now_ms = loop_now_ms(client->gateway->loop);
    if (now_ms - client->limit_hits_since_ms > GW_LIMIT_HITS_WINDOW_MS) {
        client->limit_hits_since_ms = now_ms;
        client->limit_hits = 0;
    }
    if (++client->limit_hits == GW_LIMIT_HITS_MAX)
        gw_client_end(client, "slow_down", "Far too much at once. Come back later.");
}

static void command_answered(struct chat_request *request) {
    struct gateway *gateway = request->owner;
    counter_add(&gateway->counters.answers[request->error], 1);
    struct gw_client *client = map_find(&gateway->clients, request->connection);
    if (client != NULL) {
        client->inflight_count--;
        client->inflight_bytes -= (uint32_t)request->owner_bytes;
        if (request->wants_ack && !client->ended)
            ack_send(client->sio, request->ack_id, request->error == PROTO_OK,
                     buf_str(&request->json));
        if (request->error == PROTO_RATE_LIMITED && !client->ended)
            client_hit_limit(client);
    }
    chat_request_free(request);
}

/* Commands */

static bool client_is_over_bounds(const struct gw_client *client, const struct sio_event *event) {
    return client->inflight_count >= GW_INFLIGHT_COUNT_MAX ||
           client->inflight_bytes + event->text.len > GW_INFLIGHT_BYTES_MAX;
}

static void command_submit(struct gw_client *client, struct chat_request *request,
                           const struct sio_event *event) {
    struct gateway *gateway = client->gateway;
    request->owner = gateway;
    request->owner_bytes = event->text.len;
    request->connection = client->key;
    request->wants_ack = event->wants_ack;
    request->ack_id = event->ack_id;
    request->command.actor.session = client->session;
    request->command.actor.connection = client->key;
    client->inflight_count++;
    client->inflight_bytes += (uint32_t)request->owner_bytes;
    chat_request_make_secret(request);
    gateway->desk.submit(gateway->desk.core, request);
}

/* The one payload of an event: an object, or nothing (null is what emit(name, undefined) sends), which counts as an empty
 * one. Returns owned; NULL: anything else. */
static json_t *event_payload(const struct sio_event *event) {
    size_t count = json_array_size(event->args);
    json_t *payload = json_array_get(event->args, 1);
    if (count > 2 || event->attachment_count > 0)
        return NULL;
    if (payload == NULL || json_is_null(payload))
        return json_object();
    return json_is_object(payload) ? json_incref(payload) : NULL;
}

/* *payload is where the command is to be decoded to. */
static struct chat_request *request_new(const struct gw_client *client,
                                        const struct proto_command_row *row, void **payload) {
    struct chat_request *request = chat_request_new(
        (int)(row - proto_commands), loop_index(client->gateway->loop), command_answered);
    /* Who frees memory should have allocated it: then it comes from the thread's own cache. The core only fills this. */
    (void)buf_reserve(&request->json, GW_ANSWER_BYTES_USUAL);
    request->command.payload = *payload = arena_alloc(&request->arena, row->payload->size);
    return request;
}

/* Decodes into a request; NULL: refused, with the bad field. */
static struct chat_request *command_decode(const struct gw_client *client,
                                           const struct proto_command_row *row,
                                           const json_t *object, const char **field,
                                           enum proto_error *error) {
    void *payload;
    struct chat_request *request = request_new(client, row, &payload);
    *error = proto_decode(row->payload, object, &request->arena, payload, field);
    if (*error == PROTO_OK)
        return request;
    chat_request_free(request);
    return NULL;
}

static void command_handle(struct gw_client *client, const struct sio_event *event,
                           const struct proto_command_row *row, const json_t *payload) {
    enum proto_error error = PROTO_OK;
    const char *field = NULL;
    if (client_is_over_bounds(client, event)) {
        event_refuse(client->sio, event, PROTO_RATE_LIMITED, "Too many commands at once.", NULL);
        return;
    }
    struct chat_request *request = command_decode(client, row, payload, &field, &error);
    if (request == NULL)
        event_refuse(client->sio, event, error, "A field is missing or not valid.", field);
    else
        command_submit(client, request, event);
}

void gw_on_event(struct sio_client *sio, const struct sio_event *event, void *context) {
    const struct gateway *gateway = context;
    struct gw_client *client = sio_client_user(sio);
    if (client == NULL || client->ended)
        return;
    const struct proto_command_row *row = proto_command_find(event->name);
    json_t *payload = event_payload(event);
    if (gateway->is_draining)
        event_refuse(sio, event, PROTO_UNAVAILABLE, "The server is restarting.", NULL);
    else if (row == NULL)
        event_refuse(sio, event, PROTO_BAD_REQUEST, "There is no such command.", NULL);
    else if (payload == NULL)
        event_refuse(sio, event, PROTO_BAD_REQUEST, "A command takes one object and nothing else.",
                     NULL);
    else
        command_handle(client, event, row, payload);
    json_decref(payload);
}

/* Text that is a command as nearly all are: a name, and a flat object whose fields are right. */

/* ["name",{...}] and nothing else. */
static bool text_read(struct str text, struct str *name, struct json_flat *payload) {
    return json_flat_take_byte(&text, '[') && json_flat_take_str(&text, name) &&
           json_flat_take_byte(&text, ',') && json_flat_take_object(&text, payload) &&
           json_flat_take_byte(&text, ']') && json_flat_at_end(text);
}

/* NULL: not of that kind. */
static struct chat_request *text_decode(const struct gw_client *client, struct str text) {
    struct str name;
    struct json_flat object;
    void *payload;
    const struct proto_command_row *row =
        text_read(text, &name, &object) ? proto_command_find(name) : NULL;
    if (row == NULL)
        return NULL;
    struct chat_request *request = request_new(client, row, &payload);
    if (proto_decode_flat(row->payload, &object, &request->arena, payload))
        return request;
    chat_request_free(request);
    return NULL;
}

bool gw_on_text(struct sio_client *sio, const struct sio_event *event, void *context) {
    const struct gateway *gateway = context;
    struct gw_client *client = sio_client_user(sio);
    if (client == NULL || client->ended || gateway->is_draining ||
        client_is_over_bounds(client, event))
        return false;
    struct chat_request *request = text_decode(client, event->text);
    if (request != NULL)
        command_submit(client, request, event);
    return request != NULL;
}
