/* eio_websocket.c: one message of the WebSocket is one packet.
 *
 * Thread    WORKER.
 *
 * Opening. A WebSocket may carry packets right behind its handshake request, and these are processed inside of ws_accept,
 * before the OPEN packet could be sent. So the session stays OPENING meanwhile, in which whatever it sends is
 * queued, and the queue goes out behind the OPEN packet.
 *
 * One handler serves the session's own WebSocket, the probing one, and those that the session has closed
 * but that are not over yet: which one it is shows by the pointers of the session.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_websocket.h"

#include "engineio/eio_polling.h"
#include "engineio/eio_upgrade.h"

/* What the end of a WebSocket means for its session. */
static const enum eio_end ends[] = {
    [CONN_PEER_CLOSED] = EIO_TRANSPORT_CLOSE,
    [CONN_PEER_RESET] = EIO_TRANSPORT_CLOSE,
    [CONN_PROTOCOL] = EIO_TRANSPORT_ERROR,
    [CONN_TOO_LARGE] = EIO_TRANSPORT_ERROR,
    [CONN_SLOW] = EIO_SLOW,
    [CONN_TIMEOUT] = EIO_TRANSPORT_ERROR,
    [CONN_LOCAL] = EIO_FORCED_CLOSE,
    [CONN_SHUTDOWN] = EIO_SHUTDOWN,
};

static bool is_probe(const struct eio_session *session, const struct conn *conn) {
    return session->probe != NULL && session->probe->conn == conn;
}

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    struct eio_session *session = user;
    eio_session_hold(session);
    if (is_probe(session, conn))
        eio_upgrade_on_message(session, bytes, binary);
    else if (conn == session->socket && binary)
        eio_session_take_binary(session, bytes);
    else if (conn == session->socket)
        (void)eio_session_take_text(session, bytes); /* it ends itself when this is no packet */
    eio_session_unhold(session);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    struct eio_session *session = user;
    ASSERT(session->sockets > 0);
    eio_session_hold(session);
    session->sockets--;
    if (is_probe(session, conn)) {
        eio_upgrade_on_close(session);
    } else if (conn == session->socket) {
        session->socket = NULL;
        eio_session_end(session, ends[end], session->server->close);
    }
    eio_session_unhold(session);
}

static const struct ws_handler session_handler = {.on_message = on_message, .on_close = on_close};

void eio_websocket_accept(struct eio_session *session, struct conn *conn,
                          const struct http_request *request) {
    session->sockets++;
    ws_accept(conn, request, &session_handler, session,
              session->server->options->payload_bytes_max);
}

static void send_open(struct eio_session *session) {
    struct buf open = BUF_EMPTY;
    eio_session_append_open(session, &open);
    struct frame *frame = frame_new(FRAME_TEXT, buf_str(&open));
    conn_send(session->socket, frame);
    frame_unref(frame);
    buf_deinit(&open);
}

void eio_websocket_open(struct eio_server *server, struct conn *conn,
                        const struct http_request *request) {
    struct eio_session *session = eio_session_new(server, conn, request);
    eio_session_hold(session);
    server->handler->on_open(session, conn, request, server->context);
    if (eio_session_is_over(session)) {
        eio_websocket_turn_away(conn, request);
    } else {
        session->socket = conn;
        eio_websocket_accept(session, conn, request);
    }
    if (!eio_session_is_over(session)) {
        eio_session_start(session, EIO_SESSION_WEBSOCKET);
        send_open(session);
        eio_polling_move(session, conn);
    }
    eio_session_unhold(session);
}

/* Nobody's WebSocket */

static void on_stray_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    (void)conn, (void)user, (void)bytes, (void)binary; /* it came before our close frame went */
}

static void on_stray_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn, (void)user, (void)end; /* nobody waits for it */
}

void eio_websocket_turn_away(struct conn *conn, const struct http_request *request) {
    static const struct ws_handler stray = {.on_message = on_stray_message,
                                            .on_close = on_stray_close};
    ws_accept(conn, request, &stray, NULL, EIO_STRAY_MESSAGE_BYTES_MAX);
    ws_close(conn, WS_CLOSE_NONE, CONN_LOCAL);
}
