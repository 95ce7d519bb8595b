/* eio_session.h: one Engine.IO session, whatever its transport; internal to the folder (users see eio_server.h).
 *
 *                 ┌──────────► WEBSOCKET ──────────┐
 *     OPENING ────┤                ▲               ├──► CLOSED
 *                 └──► POLLING ────┘ (upgrade) ────┤
 *                         └──► LINGERING ──────────┘
 *
 * Transitions: eio_session_new (OPENING), eio_polling_open, eio_websocket_open, eio_upgrade (POLLING -> WEBSOCKET),
 * eio_session_close (-> LINGERING, when no poll waits that could be told), eio_session_end (-> CLOSED).
 *
 * A session is *over* for its user from LINGERING or CLOSED on: on_close has been or is being called. Its memory stays
 * until no connection points at it any more (`sockets`, a poll, a post) and no call on the stack holds it.
 *
 * Owner: the server of one worker. Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/limits.h"
#include "base/map.h"
#include "base/metric.h"
#include "base/sm.h"
#include "engineio/eio_packet.h"
#include "engineio/eio_server.h"
#include "net/timer.h"

/* Types */
enum eio_session_state {
    EIO_SESSION_OPENING,   /* its WebSocket has not been answered yet; packets queue */
    EIO_SESSION_POLLING,   /* packets queue between two polls */
    EIO_SESSION_WEBSOCKET, /* packets go out at once */
    EIO_SESSION_LINGERING, /* closed by us; a poll that finds nothing queued, or 30 s, buries it */
    EIO_SESSION_CLOSED,    /* the sid is forgotten */
    EIO_SESSION_STATES
};

extern const struct sm_table eio_session_table;

/* Owned by its server's map until CLOSED, then by whatever still points at it. Thread: WORKER. */
struct eio_session {
    struct eio_server *server;
    struct conn *socket;         /* the WebSocket; NULL while polling */
    struct eio_polling *polling; /* queue, poll and post; NULL once on a WebSocket */
    struct eio_probe *probe;     /* NULL unless a WebSocket is being probed */
    void *user;
    struct timer timer;   /* heartbeat, or the end of lingering */
    uint32_t sockets;     /* WebSockets whose on_close is still to come */
    uint32_t holds;       /* calls on the stack that will look at it again */
    struct sm state;      /* enum eio_session_state */
    bool awaits_pong : 1; /* a ping is out */
    bool pong_late : 1;   /* its time-out was extended once already */
    bool vouched : 1;     /* so is each connection that speaks for it */
    bool overflowed : 1;  /* the queue ran full; ends by the timer */
    uint8_t address_chars;
    char sid[EIO_SID_CHARS];
    char address[];
};

/* One server per worker. Thread: WORKER. */
struct eio_server {
    struct loop *loop;
    const struct eio_options *options;
    const struct eio_handler *handler;
    void *context;
    struct map sessions;          /* by sid: all but the CLOSED ones */
    struct counter session_count; /* of the map, for other threads */
    /* What every session sends, encoded once. */
    struct frame *ping, *noop, *close, *probe_pong;
    struct buf payload; /* scratch: the body of an answer; empty between two calls */
    struct buf headers; /* scratch: its header lines */
};

/* Life cycle */
/* A new session in state OPENING, in the server's map. */
struct eio_session *eio_session_new(struct eio_server *server, struct conn *conn,
                                    const struct http_request *request);
/* Moves on from OPENING, starts the heartbeat. */
void eio_session_start(struct eio_session *session, enum eio_session_state state);
/* Appends the OPEN packet ("0{...}"), the handshake's answer. */
void eio_session_append_open(const struct eio_session *session, struct buf *out);
/* Ends it, once; harmless when it is over. A waiting poll is answered with `farewell` (a packet), the sid is forgotten,
 * on_close is called. The session may be freed when this returns unless the caller holds it. */
void eio_session_end(struct eio_session *session, enum eio_end end, struct frame *farewell);
/* Forgets a session that lingered. It may be freed when this returns. */
void eio_session_bury(struct eio_session *session);
/* A pair around code that calls out and then looks at the session again. Unhold frees it when it is due. */
void eio_session_hold(struct eio_session *session);
void eio_session_unhold(struct eio_session *session);

/* Operations */
/* Does at once what the session's timer is due for: a request that was read in the same turn must not overtake it. The
 * session may be freed when this returns. */
void eio_session_catch_up(struct eio_session *session);
/* A packet of text arrived by either transport. False: not decodable; the session has been ended. */
bool eio_session_take_text(struct eio_session *session, struct str text);
/* A binary WebSocket frame arrived: a message of bytes. */
void eio_session_take_binary(struct eio_session *session, struct str bytes);

/* Inspection */
/* The number of the worker that a sid names; WORKERS_MAX when its first character names none. */
unsigned eio_sid_worker(struct str sid);
enum eio_session_state eio_session_state(const struct eio_session *session);
bool eio_session_is_over(const struct eio_session *session);
