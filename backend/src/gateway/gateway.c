/* gateway.c: where Socket.IO meets the chat.
 *
 * Owns      struct gateway: its clients and audiences, and the Socket.IO server beneath.
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "gateway/gateway.h"

#include "base/mem.h"
#include "base/thread.h"
#include "gateway/gw_internal.h"

/* Deeper payloads than this make no sense in the protocol, and recursion on input is forbidden. */
#define GW_JSON_DEPTH_MAX 32

static const struct sio_options sio_options = {
    .connect_timeout_ms = SIO_CONNECT_TIMEOUT_MS_DEFAULT,
    .json_depth_max = GW_JSON_DEPTH_MAX,
};

static bool on_namespace(struct str name, void *context) {
    (void)context;
    return str_equal(name, STR("/"));
}

static const struct sio_handler sio_handler = {
    .on_namespace = on_namespace,
    .on_connect = gw_on_connect,
    .on_event = gw_on_event,
    .on_text = gw_on_text,
    .on_disconnect = gw_on_disconnect,
    .on_check = gw_on_check,
    .on_open = gw_on_open,
    .on_close = gw_on_close,
};

struct gateway *gateway_new(struct loop *loop, const struct gateway_options *options,
                            const struct chat_desk *desk) {
    struct gateway *gateway = MEM_NEW(struct gateway);
    gateway->loop = loop;
    gateway->options = *options;
    gateway->desk = *desk;
    gateway->sio =
        sio_server_new(loop, &gateway->options.engine, &sio_options, &sio_handler, gateway);
    return gateway;
}

void gateway_free(struct gateway *gateway) {
    ASSERT(map_count(&gateway->clients) == 0);
    sio_server_free(gateway->sio);
    map_deinit(&gateway->clients);
    map_deinit(&gateway->rooms);
    map_deinit(&gateway->users);
    map_deinit(&gateway->sessions);
    free(gateway);
}

static void notice_restart(struct gateway *gateway) {
    const struct chat_audience everybody = {.scope = CHAT_SCOPE_ALL};
    struct frame *frame = sio_event_frame(
        STR("/"), STR("notice"),
        STR("{\"code\":\"server_restart\",\"message\":\"The server is restarting.\"}"));
    gw_fanout(gateway, &everybody, frame);
    frame_unref(frame);
}

void gateway_drain(struct gateway *gateway) {
    ASSERT_THREAD(WORKER);
    gateway->is_draining = true;
}

void gateway_close(struct gateway *gateway) {
    ASSERT_THREAD(WORKER);
    gateway->is_draining = true;
    notice_restart(gateway);
    eio_server_close(sio_server_engine(gateway->sio));
}

void gateway_handle(struct gateway *gateway, struct conn *conn,
                    const struct http_request *request) {
    eio_server_handle(sio_server_engine(gateway->sio), conn, request);
}

struct loop *gateway_loop(const struct gateway *gateway) {
    return gateway->loop;
}

const struct gateway_counters *gateway_counters(const struct gateway *gateway) {
    return &gateway->counters;
}

const struct eio_server *gateway_engine(const struct gateway *gateway) {
    return sio_server_engine(gateway->sio);
}

size_t gateway_client_count(const struct gateway *gateway) {
    return map_count(&gateway->clients);
}
