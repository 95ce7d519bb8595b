/* endpoints.h: what the conformance server offers, one file each.
 *
 *     /ws-echo       ws_echo.c        a bare WebSocket echo
 *     /engine.io/    engine_echo.c    an Engine.IO echo
 *     /socket.io/    socket_app.c     the events that Socket.IO suites look for; with recovery.c behind it
 *
 * One of each per worker, on its thread; only the recovery store is shared between workers.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "recovery.h"
#include "socketio/sio_server.h"

#define WS_ECHO_MESSAGE_BYTES_MAX 16777216 /* the greatest message that suites send */
#define LOOP_OUTBOX_BYTES_MAX     67108864 /* a few of them, echoed to a client that is slow to read */
#define LOOP_OUTBOX_SOFT_MS       600000 /* suites stop reading on purpose */

/* Answers a request for /ws-echo. */
void ws_echo_handle(struct conn *conn, const struct http_request *request);

/* The handler of an eio_server that sends every message back. */
extern const struct eio_handler engine_echo_handler;

struct socket_app;
/* `store` is NULL when sessions are not recovered; borrowed. Options are borrowed. Returns owned. */
struct socket_app *socket_app_new(struct loop *loop, const struct eio_options *eio_options,
                                  const struct sio_options *options, struct recovery *store);
/* After its sessions have been closed. */
void socket_app_free(struct socket_app *app);
struct eio_server *socket_app_engine(struct socket_app *app);
