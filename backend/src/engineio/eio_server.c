/* eio_server.c: the endpoint: from a request to the session and the transport that it is for.
 *
 * Owns      struct eio_server, one per worker, and its map of sessions.
 * Thread    WORKER.
 *
 * A request: hand it over when its sid names another worker -> preflight -> the checks of eio_request -> the
 * application's check -> the version -> one of four: open or continue, by polling or WebSocket. A refused poll gets
 * JSON, a refused upgrade plain text and the end of its connection, before any 101.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_session.h"

#include "base/mem.h"
#include "base/thread.h"
#include "engineio/eio_cors.h"
#include "engineio/eio_polling.h"
#include "engineio/eio_request.h"
#include "engineio/eio_upgrade.h"
#include "engineio/eio_websocket.h"

/* Life cycle */

struct eio_server *eio_server_new(struct loop *loop, const struct eio_options *options,
                                  const struct eio_handler *handler, void *context) {
    ASSERT(options->ping_interval_ms > 0 && options->payload_bytes_max > 0);
    struct eio_server *server = MEM_NEW(struct eio_server);
    server->loop = loop;
    server->options = options;
    server->handler = handler;
    server->context = context;
    server->ping = frame_new(FRAME_TEXT, STR("2"));
    server->noop = frame_new(FRAME_TEXT, STR("6"));
    server->close = frame_new(FRAME_TEXT, STR("1"));
    server->probe_pong = frame_new(FRAME_TEXT, STR("3probe"));
    return server;
}

void eio_server_free(struct eio_server *server) {
    ASSERT(map_count(&server->sessions) == 0);
    map_deinit(&server->sessions);
    frame_unref(server->ping);
    frame_unref(server->noop);
    frame_unref(server->close);
    frame_unref(server->probe_pong);
    buf_deinit(&server->payload);
    buf_deinit(&server->headers);
    free(server);
}

/* The map must not change during a walk, and every end changes it: so the sessions are gathered first. */
void eio_server_close(struct eio_server *server) {
    ASSERT_THREAD(WORKER);
    size_t count = 0, cursor = 0;
    struct eio_session **all = mem_new(map_count(&server->sessions) + 1, sizeof *all);
    struct eio_session *session;
    while ((session = map_next(&server->sessions, &cursor)) != NULL) {
        eio_session_hold(session);
        all[count++] = session;
    }
    for (size_t i = 0; i < count; i++) {
        if (eio_session_state(all[i]) == EIO_SESSION_LINGERING)
            eio_session_bury(all[i]);
        else
            eio_session_end(all[i], EIO_SHUTDOWN, server->close);
        eio_session_unhold(all[i]);
    }
    free(all);
}

/* Refusals */

/* "403 Forbidden" and the others, in plain text; the connection ends. */
static void refuse_upgrade(struct conn *conn, enum eio_refusal refusal) {
    struct http_response response = {.status = eio_refusal_status(refusal),
                                     .content_type = "text/html",
                                     .body = str_of_c(eio_refusal_message(refusal)),
                                     .close = true};
    http_respond(conn, &response);
}

static void refuse(struct eio_server *server, struct conn *conn, const struct http_request *request,
                   enum eio_refusal refusal) {
    if (request->wants_upgrade)
        refuse_upgrade(conn, refusal);
    else
        eio_reply_refusal(server, conn, eio_reply_of(server, request), refusal);
}

/* An upgrade that RFC 6455 does not allow; 426 names the version that it does. */
static void refuse_handshake(struct conn *conn, int status) {
    struct http_response response = {.status = status, .close = true};
    if (status == 426)
        response.headers = STR("Sec-WebSocket-Version: 13\r\n");
    http_respond(conn, &response);
}

/* Browsers want a length even on 204, where HTTP has none. */
static void reply_preflight(struct eio_server *server, struct conn *conn,
                            const struct http_request *request) {
    struct buf headers = BUF_EMPTY;
    eio_cors_append_preflight(server->options->cors_origins, request, &headers);
    buf_append_c(&headers, "Content-Length: 0\r\n");
    struct http_response response = {
        .status = 204, .headers = buf_str(&headers), .no_length = true};
    http_respond(conn, &response);
    buf_deinit(&headers);
}

/* Requests */

/* The loop of another worker on which the sid's session lives, or NULL. */
static struct loop *home_elsewhere(const struct eio_server *server, struct str sid) {
    if (str_is_none(sid))
        return NULL;
    unsigned index = eio_sid_worker(sid);
    return index != loop_index(server->loop) && index < loop_peer_count(server->loop)
               ? loop_peer(server->loop, index)
               : NULL;
}

/* The session of a sid as it is now, or NULL. */
static struct eio_session *session_find(struct eio_server *server, struct str sid) {
    struct eio_session *session = str_is_none(sid) ? NULL : map_find_str(&server->sessions, sid);
    if (session == NULL)
        return NULL;
    eio_session_catch_up(session);
    return map_find_str(&server->sessions, sid);
}

static enum eio_refusal application_check(struct eio_server *server, struct eio_session *session,
                                          struct conn *conn, const struct http_request *request) {
    static const enum eio_refusal refusals[] = {[EIO_LET_IN] = EIO_ADMIT,
                                                [EIO_FORBID] = EIO_REFUSE_FORBIDDEN,
                                                [EIO_DENY_SESSION] = EIO_REFUSE_SID};
    if (server->handler->on_check == NULL)
        return EIO_ADMIT;
    return refusals[server->handler->on_check(server, session, conn, request, server->context)];
}

static enum eio_refusal admit(struct eio_server *server, struct eio_session *session,
                              const struct eio_query *query, struct conn *conn,
                              const struct http_request *request) {
    enum eio_refusal refusal = eio_request_check(query, request, session);
    if (refusal == EIO_ADMIT)
        refusal = application_check(server, session, conn, request);
    return refusal == EIO_ADMIT ? eio_request_check_version(query, session) : refusal;
}

static void route_upgrade(struct eio_server *server, struct eio_session *session, struct conn *conn,
                          const struct http_request *request) {
    int status = ws_handshake_check(request);
    if (status != 0)
        refuse_handshake(conn, status);
    else if (session != NULL)
        eio_upgrade_begin(session, conn, request);
    else
        eio_websocket_open(server, conn, request);
}

static void route(struct eio_server *server, struct eio_session *session, struct conn *conn,
                  const struct http_request *request) {
    if (request->wants_upgrade)
        route_upgrade(server, session, conn, request);
    else if (session != NULL)
        eio_polling_request(session, conn, request);
    else
        eio_polling_open(server, conn, request);
}

void eio_server_handle(struct eio_server *server, struct conn *conn,
                       const struct http_request *request) {
    ASSERT_THREAD(WORKER);
    struct eio_query query;
    eio_query_read(request, &query);
    struct str sid = eio_query_sid(&query);
    struct loop *home = home_elsewhere(server, sid);
    if (home != NULL) {
        conn_handover(conn, home);
        return;
    }
    if (server->options->cors_origins != NULL && request->method == HTTP_OPTIONS) {
        reply_preflight(server, conn, request);
        return;
    }
    struct eio_session *session = session_find(server, sid);
    enum eio_refusal refusal = admit(server, session, &query, conn, request);
    if (refusal == EIO_ADMIT && session != NULL && session->vouched)
        conn_vouch(conn);
    if (refusal == EIO_ADMIT)
        route(server, session, conn, request);
    else
        refuse(server, conn, request, refusal);
}

/* Inspection */

size_t eio_server_session_count(const struct eio_server *server) {
    return counter_read(&server->session_count);
}

struct loop *eio_server_loop(const struct eio_server *server) {
    return server->loop;
}
