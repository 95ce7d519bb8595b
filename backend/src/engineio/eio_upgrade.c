/* eio_upgrade.c: the probe, and the moment of moving.
 *
 * Owns      struct eio_probe.
 * Thread    WORKER.
 *
 * A client moves only when its poll has ended, so a poll that waits must be let go: at once when the probe is
 * answered, and, for a poll that was already under way then, by looking again every EIO_PROBE_LOOK_MS. Letting every poll go at
 * once instead would make a slow client spin.
 *
 * Packets queue for polling until the "5" and for the WebSocket from then on; the session's state says which, so none is
 * sent twice and none before another. A post whose body is still being read at the "5" is taken when it is complete.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_upgrade.h"

#include "base/clock.h"
#include "base/mem.h"
#include "engineio/eio_polling.h"
#include "engineio/eio_websocket.h"

#include <assert.h>

static const struct sm_state probe_states[] = {
    [EIO_PROBE_OPEN] = {"open", SM_TO(EIO_PROBE_ANSWERED) | SM_TO(EIO_PROBE_OVER)},
    [EIO_PROBE_ANSWERED] = {"answered", SM_TO(EIO_PROBE_OVER)},
    [EIO_PROBE_OVER] = {"over", 0},
};
static_assert(sizeof probe_states / sizeof probe_states[0] == EIO_PROBE_STATES,
              "every state has its row");
static const struct sm_table probe_table = {"eio.probe", LOG_EIO, probe_states, EIO_PROBE_STATES};

/* Life cycle */

static void probe_timer_start(struct eio_probe *probe) {
    uint64_t now_ms = (uint64_t)clock_mono_ms();
    uint64_t left_ms = probe->deadline_ms > now_ms ? probe->deadline_ms - now_ms : 0;
    bool looks = probe->state.state == EIO_PROBE_ANSWERED && left_ms > EIO_PROBE_LOOK_MS;
    timer_start(&probe->timer, looks ? EIO_PROBE_LOOK_MS : left_ms);
}

static void on_probe_timer(struct timer *timer) {
    struct eio_probe *probe = TIMER_ITEM(timer, struct eio_probe, timer);
    struct eio_session *session = probe->session;
    if ((uint64_t)clock_mono_ms() >= probe->deadline_ms) {
        eio_upgrade_cancel(session);
        return;
    }
    eio_polling_release(session, session->server->noop);
    probe_timer_start(probe);
}

static void probe_begin(struct eio_session *session, struct conn *conn) {
    struct eio_server *server = session->server;
    struct eio_probe *probe = MEM_NEW(struct eio_probe);
    *probe = (struct eio_probe){.session = session, .conn = conn};
    probe->deadline_ms = (uint64_t)clock_mono_ms() + server->options->upgrade_timeout_ms;
    sm_init(&probe->state, EIO_PROBE_OPEN);
    timer_init(&probe->timer, server->loop, on_probe_timer);
    session->probe = probe;
    probe_timer_start(probe);
}

/* Returns the connection, which belongs to nobody now. */
static struct conn *probe_end(struct eio_session *session) {
    struct eio_probe *probe = session->probe;
    struct conn *conn = probe->conn;
    sm_move(&probe->state, &probe_table, EIO_PROBE_OVER, session);
    timer_stop(&probe->timer);
    session->probe = NULL;
    free(probe);
    return conn;
}

void eio_upgrade_begin(struct eio_session *session, struct conn *conn,
                       const struct http_request *request) {
    if (session->probe != NULL || eio_session_state(session) != EIO_SESSION_POLLING) {
        eio_websocket_turn_away(conn, request);
        return;
    }
    probe_begin(session, conn);
    eio_websocket_accept(session, conn, request);
}

void eio_upgrade_cancel(struct eio_session *session) {
    if (session->probe != NULL)
        ws_close(probe_end(session), WS_CLOSE_NONE, CONN_LOCAL);
}

void eio_upgrade_on_close(struct eio_session *session) {
    (void)probe_end(session); /* the connection is already over */
}

/* What the client says */

static void probe_answer(struct eio_session *session) {
    struct eio_probe *probe = session->probe;
    if (probe->state.state == EIO_PROBE_OPEN)
        sm_move(&probe->state, &probe_table, EIO_PROBE_ANSWERED, session);
    conn_send(probe->conn, session->server->probe_pong);
    eio_polling_release(session, session->server->noop);
    probe_timer_start(probe);
}

static void session_move(struct eio_session *session) {
    struct conn *conn = probe_end(session);
    sm_move(&session->state, &eio_session_table, EIO_SESSION_WEBSOCKET, session);
    session->socket = conn;
    eio_polling_move(session, conn);
}

void eio_upgrade_on_message(struct eio_session *session, struct str bytes, bool binary) {
    ASSERT(eio_session_state(session) == EIO_SESSION_POLLING);
    if (!binary && str_equal(bytes, STR("2probe")))
        probe_answer(session);
    else if (!binary && str_equal(bytes, STR("5")))
        session_move(session);
    else
        eio_upgrade_cancel(session);
}
