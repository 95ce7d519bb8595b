/* eio_upgrade.h: a polling session moves to a WebSocket.
 *
 *     client                    server
 *       |-- 101, "2probe" -------->|   PROBE_OPEN -> PROBE_ANSWERED
 *       |<------------- "3probe" --|   a poll that waits, now or later, is released with "6"
 *       |-- "5" ------------------>|   the session moves: its queue is flushed here, in order
 *
 * Until the "5" everything goes on by polling; a probe that says anything else, dies or takes too long is
 * closed alone and may be tried again. One probe at a time.
 *
 * Source: Engine.IO protocol, revision 4, "Upgrade". Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "engineio/eio_session.h"

enum eio_probe_state { EIO_PROBE_OPEN, EIO_PROBE_ANSWERED, EIO_PROBE_OVER, EIO_PROBE_STATES };

/* Owned by the session while the probe runs. Thread: WORKER. */
struct eio_probe {
    struct eio_session *session;
    struct conn *conn;
    struct timer timer; /* looks for polls to release, and at the deadline */
    uint64_t deadline_ms;
    struct sm state; /* enum eio_probe_state */
};

/* A WebSocket with the sid of a session came: a probe begins, or it is turned away. */
void eio_upgrade_begin(struct eio_session *session, struct conn *conn,
                       const struct http_request *request);
/* The probing WebSocket said something. The session may have moved to it. */
void eio_upgrade_on_message(struct eio_session *session, struct str bytes, bool binary);
/* Closes the probing WebSocket, if there is one; polling goes on. */
void eio_upgrade_cancel(struct eio_session *session);
/* The probing WebSocket is gone by itself. */
void eio_upgrade_on_close(struct eio_session *session);
