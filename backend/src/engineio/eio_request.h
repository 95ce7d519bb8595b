/* eio_request.h: what a request's query says, and whether the protocol lets it in.
 *
 * The checks stand in one order, and the first that fails decides the answer; suites compare code, message and status.
 * The application's own check (eio_handler.on_check) comes between eio_request_check and eio_request_check_version.
 *
 * Source: Engine.IO protocol, revision 4; codes and texts of the reference server. Pure. Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/limits.h"
#include "net/http1.h"

struct eio_session;

/* Types */
enum eio_transport { EIO_TRANSPORT_UNKNOWN, EIO_TRANSPORT_POLLING, EIO_TRANSPORT_WEBSOCKET };

/* The query of a request for the endpoint. */
struct eio_query {
    enum eio_transport transport;
    bool version_fits; /* EIO is exactly 4 */
    bool has_sid;      /* not empty */
    uint8_t sid_chars; /* 0 when the sid has not the length of one of ours */
    char sid[EIO_SID_CHARS];
};

/* name, code, HTTP status, message */
#define EIO_REFUSAL_MAP(X)                                                                         \
    X(EIO_REFUSE_TRANSPORT, 0, 400, "Transport unknown")                                           \
    X(EIO_REFUSE_SID, 1, 400, "Session ID unknown")                                                \
    X(EIO_REFUSE_METHOD, 2, 400, "Bad handshake method")                                           \
    X(EIO_REFUSE_REQUEST, 3, 400, "Bad request")                                                   \
    X(EIO_REFUSE_FORBIDDEN, 4, 403, "Forbidden")                                                   \
    X(EIO_REFUSE_VERSION, 5, 400, "Unsupported protocol version")

enum eio_refusal {
    EIO_ADMIT = -1,
#define X(name, code, status, message) name = code,
    EIO_REFUSAL_MAP(X)
#undef X
};

/* Operations */
void eio_query_read(const struct http_request *request, struct eio_query *out);
/* The slice of the sid; STR_NONE when it cannot be one of ours. Borrowed from query. */
struct str eio_query_sid(const struct eio_query *query);
/* Checks 2 to 7: everything before the application is asked. `session` is the one that the sid names, or NULL. */
enum eio_refusal eio_request_check(const struct eio_query *query,
                                   const struct http_request *request,
                                   const struct eio_session *session);
/* Check 9: the version of the protocol, at a handshake. */
enum eio_refusal eio_request_check_version(const struct eio_query *query,
                                           const struct eio_session *session);

/* Inspection */
int eio_refusal_status(enum eio_refusal refusal);
/* The text alone, as a refused upgrade gets it. */
const char *eio_refusal_message(enum eio_refusal refusal);
