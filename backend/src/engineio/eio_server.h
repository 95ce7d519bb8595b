/* eio_server.h: Engine.IO protocol 4, server side: sessions over long polling and WebSocket.
 *
 * One server per worker. A session lives on the worker that its sid names (first character); a request that
 * arrives elsewhere is handed over with its connection. A session's transport may change from polling to WebSocket
 * once; its user notices nothing. Knows nothing of Socket.IO: messages are text or bytes.
 *
 * Source: the Engine.IO protocol document, revision 4, and the behaviour of the reference server.
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net/http.h"
#include "net/timer.h"
#include "net/ws.h"

struct eio_server;
struct eio_session;

/* Defaults of the protocol document. */
#define EIO_PING_INTERVAL_MS_DEFAULT   25000
#define EIO_PING_TIMEOUT_MS_DEFAULT    20000
#define EIO_UPGRADE_TIMEOUT_MS_DEFAULT 10000
#define EIO_PAYLOAD_BYTES_DEFAULT      1000000

/* Why a session ended, in the reference server's words (eio_end_text). */
enum eio_end {
    EIO_TRANSPORT_CLOSE, /* the client closed */
    EIO_TRANSPORT_ERROR, /* aborted, overlapping or malformed request, framing error, wrong ping */
    EIO_PING_TIMEOUT,
    EIO_PARSE_ERROR,
    EIO_FORCED_CLOSE, /* eio_session_close */
    EIO_SLOW,         /* the outbox ran full */
    EIO_SHUTDOWN,     /* the server is stopping */
};
const char *eio_end_text(enum eio_end end);

struct eio_options {
    uint32_t ping_interval_ms, ping_timeout_ms, upgrade_timeout_ms;
    size_t payload_bytes_max; /* "maxPayload": POST body, WebSocket message */
    size_t outbox_bytes_max;  /* of a polling session between two polls; 0: CONN_OUTBOX_BYTES_MAX */
    const char *const
        *cors_origins; /* NULL-terminated list for CORS; "*" means any; NULL: CORS is off */
};

/* What the application says to a request. */
enum eio_verdict {
    EIO_LET_IN,
    EIO_FORBID,       /* 403 code 4 "Forbidden" */
    EIO_DENY_SESSION, /* 400 code 1, as if there were no such session */
};

struct eio_handler {
    /* May this request go on? Called for every poll, post and upgrade that passed the protocol's checks 1-6; `session` is
     * NULL at a handshake, and may be over. May be NULL. */
    enum eio_verdict (*on_check)(struct eio_server *server, struct eio_session *session,
                                 struct conn *conn, const struct http_request *request,
                                 void *context);
    /* A new session; `request` is its handshake, borrowed. eio_session_set_user here. */
    void (*on_open)(struct eio_session *session, struct conn *conn,
                    const struct http_request *request, void *context);
    /* A message; `bytes` borrowed. */
    void (*on_message)(struct eio_session *session, struct str bytes, bool binary, void *context);
    /* Over; called exactly once; the session is unusable afterwards. */
    void (*on_close)(struct eio_session *session, enum eio_end end, void *context);
};

/* Life cycle. options and handler are borrowed for the server's life. */
struct eio_server *eio_server_new(struct loop *loop, const struct eio_options *options,
                                  const struct eio_handler *handler, void *context);
/* Every session has been closed before (eio_server_close). */
void eio_server_free(struct eio_server *server);
/* Ends all sessions with EIO_SHUTDOWN, without a Socket.IO DISCONNECT: stock clients come back by themselves. */
void eio_server_close(struct eio_server *server);

/* Answers a request whose path is the Engine.IO endpoint (the caller has matched it). Call from on_request. */
void eio_server_handle(struct eio_server *server, struct conn *conn,
                       const struct http_request *request);

/* Sessions */
/* Sends a packet: a FRAME_TEXT frame whose payload is a whole Engine.IO packet ("4..."), or a FRAME_BINARY frame (a
 * binary message). Borrows. In order, across an upgrade too. */
void eio_session_send(struct eio_session *session, struct frame *frame);
/* The same with several, in order. */
void eio_session_send_all(struct eio_session *session, struct frame *const *frames, size_t count);
/* Ends it from our side: polling answers "1", WebSocket a close frame without a code. on_close follows (EIO_FORCED_CLOSE)
 * before this returns. */
void eio_session_close(struct eio_session *session);
/* The application knows whose session it is: its connections are no strangers (conn_vouch), those to come neither. */
void eio_session_vouch(struct eio_session *session);
/* True when a packet would go out at once: a poll is waiting, or the WebSocket's outbox is empty. For volatile events. */
bool eio_session_is_writable(const struct eio_session *session);
/* 24 characters, secret: whoever has it can speak for the session. Borrowed. */
struct str eio_session_sid(const struct eio_session *session);
bool eio_session_is_websocket(const struct eio_session *session);
/* The client's address at the handshake (http_client_address), as text. Borrowed. */
struct str eio_session_address(const struct eio_session *session);
void eio_session_set_user(struct eio_session *session, void *user);
void *eio_session_user(const struct eio_session *session);
struct eio_server *eio_session_server(const struct eio_session *session);
/* Any thread. */
size_t eio_server_session_count(const struct eio_server *server);
struct loop *eio_server_loop(const struct eio_server *server);
