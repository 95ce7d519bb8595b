/* eio_websocket.h: sessions that begin on a WebSocket, and what all WebSockets of sessions share.
 *
 * A WebSocket that belongs to a session points at it until its own end, even when the session has closed it:
 * eio_session.sockets counts them, so that the session's memory outlives them.
 *
 * Source: Engine.IO protocol, revision 4, "WebSocket". Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "engineio/eio_session.h"

/* A handshake by WebSocket, checked and admitted: opens a session, answers 101 and the OPEN packet. */
void eio_websocket_open(struct eio_server *server, struct conn *conn,
                        const struct http_request *request);
/* Answers 101 for a WebSocket of this session (its own or a probe). */
void eio_websocket_accept(struct eio_session *session, struct conn *conn,
                          const struct http_request *request);
/* Answers 101 and closes at once, without a packet: for a WebSocket that no session wants. */
void eio_websocket_turn_away(struct conn *conn, const struct http_request *request);
