/* eio_session.c: the life of a session: its sid, its heartbeat, its packets, its end.
 *
 * Owns      struct eio_session, from eio_session_new until nothing points at it.
 * Thread    WORKER.
 *
 * The sid. 24 characters of base64url: the first one is the number of the worker that the session lives on, so that any
 * worker knows where to hand a request over; the others are 138 random bits. It is a secret and is never logged.
 *
 * Heartbeat. One timer: a ping after the interval, then the end after the time-out, unless a pong came; then again
 * the interval. The time-out counts from the moment when the ping was due, so that a loop that was late by a millisecond
 * is not late by two in the end, and is EIO_PONG_EARLY_MS short: who sleeps for interval and time-out by a clock of
 * whole milliseconds must find the session gone. Any other packet shows that the peer lives, only busy: it extends the
 * time-out, once, so that a long upload in front of a pong does not cut its own session.
 *
 * Ending. eio_session_end is the only way to CLOSED for a session whose user has not been told. It first
 * closes what the session holds and only then calls on_close, so that whatever the user does there meets a closed session.
 * A session that ran over its queue must not end inside of eio_session_send (its caller may be walking a room), so it
 * ends by its timer, at once after the turn.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_session.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/mem.h"
#include "base/thread.h"
#include "engineio/eio_polling.h"
#include "engineio/eio_upgrade.h"

#include <assert.h>

static const struct sm_state session_states[] = {
    [EIO_SESSION_OPENING] = {"opening", SM_TO(EIO_SESSION_POLLING) | SM_TO(EIO_SESSION_WEBSOCKET) |
                                            SM_TO(EIO_SESSION_CLOSED)},
    [EIO_SESSION_POLLING] = {"polling", SM_TO(EIO_SESSION_WEBSOCKET) |
                                            SM_TO(EIO_SESSION_LINGERING) |
                                            SM_TO(EIO_SESSION_CLOSED)},
    [EIO_SESSION_WEBSOCKET] = {"websocket", SM_TO(EIO_SESSION_CLOSED)},
    [EIO_SESSION_LINGERING] = {"lingering", SM_TO(EIO_SESSION_CLOSED)},
    [EIO_SESSION_CLOSED] = {"closed", 0},
};
static_assert(sizeof session_states / sizeof session_states[0] == EIO_SESSION_STATES,
              "every state has its row");
const struct sm_table eio_session_table = {"eio.session", LOG_EIO, session_states,
                                           EIO_SESSION_STATES};

/* The ends, in the reference server's words. */
static const char *const end_texts[] = {
    [EIO_TRANSPORT_CLOSE] = "transport close", [EIO_TRANSPORT_ERROR] = "transport error",
    [EIO_PING_TIMEOUT] = "ping timeout",       [EIO_PARSE_ERROR] = "parse error",
    [EIO_FORCED_CLOSE] = "forced close",       [EIO_SLOW] = "slow reader",
    [EIO_SHUTDOWN] = "server shutting down",
};

const char *eio_end_text(enum eio_end end) {
    return end_texts[end];
}

/* Life cycle */

static const char sid_letters[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static_assert(sizeof sid_letters - 1 == WORKERS_MAX, "one letter for every worker");

unsigned eio_sid_worker(struct str sid) {
    ASSERT(sid.len > 0);
    const char *at = memchr(sid_letters, sid.at[0], WORKERS_MAX);
    return at != NULL ? (unsigned)(at - sid_letters) : WORKERS_MAX;
}

static void sid_make(unsigned worker, char sid[EIO_SID_CHARS]) {
    unsigned char random[EIO_SID_CHARS];
    crypt_random(random, sizeof random);
    sid[0] = sid_letters[worker];
    for (size_t i = 1; i < EIO_SID_CHARS; i++)
        sid[i] = sid_letters[random[i] % WORKERS_MAX];
}

static void on_timer(struct timer *timer);

struct eio_session *eio_session_new(struct eio_server *server, struct conn *conn,
                                    const struct http_request *request) {
    struct str address = http_client_address(conn, request);
    ASSERT(address.len <= UINT8_MAX);
    size_t bytes = offsetof(struct eio_session, address) + address.len;
    struct eio_session *session = mem_new(1, bytes > sizeof *session ? bytes : sizeof *session);
    session->server = server;
    session->polling = eio_polling_new();
    sm_init(&session->state, EIO_SESSION_OPENING);
    timer_init(&session->timer, server->loop, on_timer);
    sid_make(loop_index(server->loop), session->sid);
    session->address_chars = (uint8_t)address.len;
    memcpy(session->address, address.at, address.len);
    void *before = map_put_str(&server->sessions, eio_session_sid(session), session);
    ASSERT(before == NULL);
    counter_set(&server->session_count, map_count(&server->sessions));
    return session;
}

void eio_session_start(struct eio_session *session, enum eio_session_state state) {
    ASSERT(state == EIO_SESSION_POLLING || state == EIO_SESSION_WEBSOCKET);
    sm_move(&session->state, &eio_session_table, (uint8_t)state, session);
    if (!session->overflowed)
        timer_start(&session->timer, session->server->options->ping_interval_ms);
    log_debug(LOG_EIO, "session.open", "transport=%s",
              state == EIO_SESSION_POLLING ? "polling" : "websocket");
}

void eio_session_append_open(const struct eio_session *session, struct buf *out) {
    const struct eio_options *options = session->server->options;
    buf_printf(out,
               "0{\"sid\":\"%.*s\",\"upgrades\":[%s],\"pingInterval\":%u,\"pingTimeout\":%u,"
               "\"maxPayload\":%zu}",
               STR_ARG(eio_session_sid(session)),
               eio_session_state(session) == EIO_SESSION_POLLING ? "\"websocket\"" : "",
               options->ping_interval_ms, options->ping_timeout_ms, options->payload_bytes_max);
}

void eio_session_hold(struct eio_session *session) {
    session->holds++;
}

void eio_session_unhold(struct eio_session *session) {
    ASSERT(session->holds > 0);
    session->holds--;
    bool is_pointed_at = session->holds > 0 || session->sockets > 0 ||
                         (session->polling != NULL && eio_polling_is_busy(session->polling));
    if (eio_session_state(session) != EIO_SESSION_CLOSED || is_pointed_at)
        return;
    ASSERT(session->probe == NULL && !timer_is_running(&session->timer));
    if (session->polling != NULL)
        eio_polling_free(session->polling);
    free(session);
}

/* The end */

static void socket_close(struct eio_session *session, enum ws_close code) {
    struct conn *socket = session->socket;
    session->socket = NULL;
    if (socket != NULL)
        ws_close(socket, code, CONN_LOCAL);
}

/* Lets go of everything but the memory. */
static void session_shut(struct eio_session *session, enum ws_close code, struct frame *farewell) {
    sm_move(&session->state, &eio_session_table, EIO_SESSION_CLOSED, session);
    void *removed = map_remove_str(&session->server->sessions, eio_session_sid(session));
    ASSERT(removed == session);
    counter_set(&session->server->session_count, map_count(&session->server->sessions));
    timer_stop(&session->timer);
    eio_upgrade_cancel(session);
    socket_close(session, code);
    if (session->polling != NULL)
        eio_polling_close(session, farewell);
}

static void session_tell(struct eio_session *session, enum eio_end end) {
    log_debug(LOG_EIO, "session.close", "reason=\"%s\"", eio_end_text(end));
    session->server->handler->on_close(session, end, session->server->context);
}

void eio_session_end(struct eio_session *session, enum eio_end end, struct frame *farewell) {
    if (eio_session_is_over(session))
        return;
    eio_session_hold(session);
    session_shut(session, end == EIO_SHUTDOWN ? WS_CLOSE_GOING_AWAY : WS_CLOSE_NONE, farewell);
    session_tell(session, end);
    eio_session_unhold(session);
}

void eio_session_bury(struct eio_session *session) {
    ASSERT(eio_session_state(session) == EIO_SESSION_LINGERING);
    eio_session_hold(session);
    session_shut(session, WS_CLOSE_NONE, session->server->close);
    eio_session_unhold(session);
}

/* Nobody can be told now: the next poll will be, if it comes in time. */
static void session_linger(struct eio_session *session) {
    sm_move(&session->state, &eio_session_table, EIO_SESSION_LINGERING, session);
    eio_upgrade_cancel(session);
    timer_start(&session->timer, EIO_LINGER_MS_MAX);
    session_tell(session, EIO_FORCED_CLOSE);
}

void eio_session_close(struct eio_session *session) {
    ASSERT_THREAD(WORKER);
    if (eio_session_state(session) == EIO_SESSION_POLLING && session->polling->poll == NULL)
        session_linger(session);
    else
        eio_session_end(session, EIO_FORCED_CLOSE, session->server->close);
}

/* Heartbeat */

static void ping(struct eio_session *session) {
    uint64_t late_ms = (uint64_t)clock_mono_ms() - session->timer.due_ms;
    uint64_t timeout_ms = session->server->options->ping_timeout_ms;
    if (late_ms > EIO_TIMER_LATE_MS_MAX)
        late_ms = 0; /* the whole process slept: its peers get the full time */
    uint64_t off_ms = late_ms + EIO_PONG_EARLY_MS;
    session->awaits_pong = true;
    session->pong_late = false;
    timer_start(&session->timer, timeout_ms > off_ms ? timeout_ms - off_ms : 0);
    eio_session_send(session, session->server->ping);
}

static void on_timer(struct timer *timer) {
    struct eio_session *session = TIMER_ITEM(timer, struct eio_session, timer);
    struct frame *farewell = session->server->close;
    if (eio_session_state(session) == EIO_SESSION_LINGERING)
        eio_session_bury(session);
    else if (session->overflowed)
        eio_session_end(session, EIO_SLOW, farewell);
    else if (session->awaits_pong)
        eio_session_end(session, EIO_PING_TIMEOUT, farewell);
    else
        ping(session);
}

void eio_session_catch_up(struct eio_session *session) {
    eio_session_hold(session);
    while (timer_is_running(&session->timer) &&
           session->timer.due_ms <= (uint64_t)clock_mono_ms()) {
        timer_stop(&session->timer);
        on_timer(&session->timer);
    }
    eio_session_unhold(session);
}

static void on_pong(struct eio_session *session) {
    if (!session->awaits_pong)
        return; /* unasked for, and harmless */
    session->awaits_pong = false;
    timer_start(&session->timer, session->server->options->ping_interval_ms);
}

static void on_sign_of_life(struct eio_session *session) {
    if (!session->awaits_pong || session->pong_late)
        return;
    session->pong_late = true;
    timer_start(&session->timer, session->server->options->ping_timeout_ms);
}

/* Packets in */

static void on_message(struct eio_session *session, struct str bytes, bool binary) {
    session->server->handler->on_message(session, bytes, binary, session->server->context);
}

static void session_take(struct eio_session *session, const struct eio_packet *packet) {
    if (session->overflowed)
        return;
    if (packet->type != EIO_PONG)
        on_sign_of_life(session);
    switch (packet->type) {
    case EIO_MESSAGE:
        on_message(session, packet->data, packet->binary);
        break;
    case EIO_PONG:
        on_pong(session);
        break;
    case EIO_PING: /* only servers ping in this revision */
        eio_session_end(session, EIO_TRANSPORT_ERROR, session->server->close);
        break;
    case EIO_CLOSE:
        eio_session_end(session, EIO_TRANSPORT_CLOSE, session->server->noop);
        break;
    case EIO_OPEN:
    case EIO_UPGRADE:
    case EIO_NOOP:
        break;
    }
}

bool eio_session_take_text(struct eio_session *session, struct str text) {
    if (eio_session_is_over(session))
        return true;
    struct buf scratch = BUF_EMPTY;
    struct eio_packet packet;
    bool is_packet = eio_packet_decode(text, &scratch, &packet);
    if (is_packet)
        session_take(session, &packet);
    else
        eio_session_end(session, EIO_PARSE_ERROR, session->server->close);
    buf_deinit(&scratch);
    return is_packet;
}

void eio_session_take_binary(struct eio_session *session, struct str bytes) {
    if (eio_session_is_over(session))
        return;
    struct eio_packet packet = {.type = EIO_MESSAGE, .binary = true, .data = bytes};
    session_take(session, &packet);
}

/* Packets out */

static void polling_send(struct eio_session *session, struct frame *frame) {
    if (session->overflowed || eio_polling_send(session, frame))
        return;
    session->overflowed = true;
    timer_start(&session->timer, 0);
}

void eio_session_send_all(struct eio_session *session, struct frame *const *frames, size_t count) {
    ASSERT_THREAD(WORKER);
    for (size_t i = 0; i < count; i++)
        ASSERT(frame_kind(frames[i]) != FRAME_RAW);
    if (eio_session_is_over(session))
        return;
    if (eio_session_state(session) == EIO_SESSION_WEBSOCKET) {
        conn_send_all(session->socket, frames, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        polling_send(session, frames[i]);
}

void eio_session_send(struct eio_session *session, struct frame *frame) {
    eio_session_send_all(session, &frame, 1);
}

/* Inspection */

enum eio_session_state eio_session_state(const struct eio_session *session) {
    return (enum eio_session_state)session->state.state;
}

bool eio_session_is_over(const struct eio_session *session) {
    return eio_session_state(session) >= EIO_SESSION_LINGERING;
}

bool eio_session_is_writable(const struct eio_session *session) {
    if (eio_session_state(session) == EIO_SESSION_WEBSOCKET)
        return conn_queued_bytes(session->socket) == 0;
    return eio_session_state(session) == EIO_SESSION_POLLING && session->polling->poll != NULL;
}

struct str eio_session_sid(const struct eio_session *session) {
    return str_of(session->sid, EIO_SID_CHARS);
}

bool eio_session_is_websocket(const struct eio_session *session) {
    return eio_session_state(session) == EIO_SESSION_WEBSOCKET;
}

void eio_session_vouch(struct eio_session *session) {
    session->vouched = true;
    if (session->socket != NULL)
        conn_vouch(session->socket);
}

struct str eio_session_address(const struct eio_session *session) {
    return str_of(session->address, session->address_chars);
}

void eio_session_set_user(struct eio_session *session, void *user) {
    session->user = user;
}

void *eio_session_user(const struct eio_session *session) {
    return session->user;
}

struct eio_server *eio_session_server(const struct eio_session *session) {
    return session->server;
}
