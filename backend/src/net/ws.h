/* ws.h: WebSocket (RFC 6455), server side.
 *
 * Frames are unmasked in place in the read buffer and handed out as slices: a message that comes whole is neither
 * copied nor allocated. A fragmented one gathers in one growing buffer. Bounds are checked from the header before anything is
 * allocated; UTF-8 is checked as it comes and failed at once (1007). Pings are answered by us, pongs coalesced: one pending
 * pong at most. No extensions: permessage-deflate is never negotiated.
 *
 * Thread: the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net/conn.h"
#include "net/http1.h"

/* Close codes that we send (RFC 6455 section 7.4.1). 0 means a close frame without a code. */
enum ws_close {
    WS_CLOSE_NONE = 0,
    WS_CLOSE_NORMAL = 1000,
    WS_CLOSE_GOING_AWAY = 1001,
    WS_CLOSE_PROTOCOL = 1002,
    WS_CLOSE_BAD_DATA = 1007,
    WS_CLOSE_POLICY = 1008,
    WS_CLOSE_TOO_LARGE = 1009,
    WS_CLOSE_INTERNAL = 1011,
    WS_CLOSE_TRY_LATER = 1013,
};

struct ws_handler {
    /* A whole message; `bytes` is borrowed until it returns (text is valid UTF-8). */
    void (*on_message)(struct conn *conn, void *user, struct str bytes, bool binary);
    /* The connection is over, whoever ended it; called exactly once; the conn is unusable afterwards. */
    void (*on_close)(struct conn *conn, void *user, enum conn_end end);
};

/* Checks a request for being a proper opening handshake (section 4.2.1). Returns 0, or the HTTP status to
 * answer with: 400, 405, or 426 (with Sec-WebSocket-Version: 13). Touches nothing. */
int ws_handshake_check(const struct http_request *request);
/* Answers 101 and turns the connection into a WebSocket; bytes that came behind the request are processed. The first
 * offered subprotocol is chosen. Only from within on_request, after ws_handshake_check gave 0. bytes_max bounds one
 * message (0: the loop's default). */
void ws_accept(struct conn *conn, const struct http_request *request,
               const struct ws_handler *handler, void *user, size_t bytes_max);
/* Sends a close frame (after what is queued) and ends the connection when the peer answered, at latest after
 * WS_CLOSE_MS_MAX. on_message is not called any more; on_close is called with `end` when it is over. */
void ws_close(struct conn *conn, enum ws_close code, enum conn_end end);
/* Messages are sent with conn_send and a FRAME_TEXT or FRAME_BINARY frame. */
