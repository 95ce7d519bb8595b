/* ws_echo.c: every message goes back as it came.
 *
 * No origin check, no rate limit, no authentication: frame suites want the protocol and nothing else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "endpoints.h"

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    (void)user;
    struct frame *frame = frame_new(binary ? FRAME_BINARY : FRAME_TEXT, bytes);
    conn_send(conn, frame);
    frame_unref(frame);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn, (void)user, (void)end; /* nothing is kept */
}

void ws_echo_handle(struct conn *conn, const struct http_request *request) {
    static const struct ws_handler handler = {.on_message = on_message, .on_close = on_close};
    int status = ws_handshake_check(request);
    if (status == 0) {
        ws_accept(conn, request, &handler, NULL, WS_ECHO_MESSAGE_BYTES_MAX);
        return;
    }
    struct http_response response = {.status = status, .close = true};
    if (status == 426)
        response.headers = STR("Sec-WebSocket-Version: 13\r\n");
    http_respond(conn, &response);
}
