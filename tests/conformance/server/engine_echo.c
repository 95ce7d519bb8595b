/* engine_echo.c: every Engine.IO message goes straight back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "endpoints.h"

static void on_open(struct eio_session *session, struct conn *conn,
                    const struct http_request *request, void *context) {
    (void)session, (void)conn, (void)request, (void)context;
}

static void on_message(struct eio_session *session, struct str bytes, bool binary, void *context) {
    (void)context;
    struct frame *frame = binary ? frame_new(FRAME_BINARY, bytes)
                                 : frame_new_joined(FRAME_TEXT, STR("4"), bytes, STR_NONE);
    eio_session_send(session, frame);
    frame_unref(frame);
}

static void on_close(struct eio_session *session, enum eio_end end, void *context) {
    (void)session, (void)end, (void)context;
}

const struct eio_handler engine_echo_handler = {
    .on_open = on_open, .on_message = on_message, .on_close = on_close};
