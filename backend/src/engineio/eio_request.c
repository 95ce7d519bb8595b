/* eio_request.c: the query, and the checks of a request in their order.
 *
 * Thread    WORKER; nothing is kept.
 *
 * A sid of another length than ours cannot be known, so it is not even copied. Values are compared whole and with
 * case: `transport=__proto__` is as unknown as any other word.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_request.h"

#include "base/buf.h"
#include "base/err.h"
#include "engineio/eio_session.h"

static const struct {
    int status;
    const char *message;
} refusals[] = {
#define X(name, code, status, message) [code] = {status, message},
    EIO_REFUSAL_MAP(X)
#undef X
};

int eio_refusal_status(enum eio_refusal refusal) {
    ASSERT(refusal != EIO_ADMIT);
    return refusals[refusal].status;
}

const char *eio_refusal_message(enum eio_refusal refusal) {
    ASSERT(refusal != EIO_ADMIT);
    return refusals[refusal].message;
}

/* The query */

static enum eio_transport transport_find(struct str name) {
    if (str_equal(name, STR("polling")))
        return EIO_TRANSPORT_POLLING;
    if (str_equal(name, STR("websocket")))
        return EIO_TRANSPORT_WEBSOCKET;
    return EIO_TRANSPORT_UNKNOWN;
}

static void sid_read(struct str sid, struct eio_query *out) {
    out->has_sid = sid.len > 0;
    if (sid.len != EIO_SID_CHARS)
        return;
    memcpy(out->sid, sid.at, sid.len);
    out->sid_chars = EIO_SID_CHARS;
}

void eio_query_read(const struct http_request *request, struct eio_query *out) {
    struct buf scratch = BUF_EMPTY;
    struct str value;
    *out = (struct eio_query){.transport = EIO_TRANSPORT_UNKNOWN};
    if (http_query_find(request->query, STR("transport"), false, &scratch, &value))
        out->transport = transport_find(value);
    if (http_query_find(request->query, STR("EIO"), false, &scratch, &value))
        out->version_fits = str_equal(value, STR("4"));
    if (http_query_find(request->query, STR("sid"), false, &scratch, &value))
        sid_read(value, out);
    buf_deinit(&scratch);
}

struct str eio_query_sid(const struct eio_query *query) {
    return query->sid_chars > 0 ? str_of(query->sid, query->sid_chars) : STR_NONE;
}

/* The checks */

/* The rule for header values of RFC 9110 section 5.5: no control characters. */
static bool value_is_legal(struct str value) {
    for (size_t i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.at[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f)
            return false;
    }
    return true;
}

static enum eio_refusal known_session_check(const struct eio_query *query,
                                            const struct http_request *request,
                                            const struct eio_session *session) {
    if (session == NULL)
        return EIO_REFUSE_SID;
    if (!query->version_fits)
        return EIO_REFUSE_REQUEST;
    bool fits = request->wants_upgrade ? query->transport == EIO_TRANSPORT_WEBSOCKET
                                       : query->transport == EIO_TRANSPORT_POLLING &&
                                             !eio_session_is_websocket(session);
    return fits ? EIO_ADMIT : EIO_REFUSE_REQUEST;
}

static enum eio_refusal handshake_check(const struct eio_query *query,
                                        const struct http_request *request) {
    if (request->method != HTTP_GET)
        return EIO_REFUSE_METHOD;
    bool websocket = query->transport == EIO_TRANSPORT_WEBSOCKET;
    return websocket == request->wants_upgrade ? EIO_ADMIT : EIO_REFUSE_REQUEST;
}

enum eio_refusal eio_request_check(const struct eio_query *query,
                                   const struct http_request *request,
                                   const struct eio_session *session) {
    if (query->transport == EIO_TRANSPORT_UNKNOWN)
        return EIO_REFUSE_TRANSPORT;
    if (!value_is_legal(http_request_header(request, "Origin")))
        return EIO_REFUSE_REQUEST;
    if (query->has_sid)
        return known_session_check(query, request, session);
    return handshake_check(query, request);
}

enum eio_refusal eio_request_check_version(const struct eio_query *query,
                                           const struct eio_session *session) {
    return session != NULL || query->version_fits ? EIO_ADMIT : EIO_REFUSE_VERSION;
}
