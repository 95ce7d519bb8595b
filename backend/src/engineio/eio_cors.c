/* eio_cors.c: the header lines of cross-origin answers.
 *
 * Thread    any; nothing is kept.
 *
 * An answer that depends on the Origin says so by `Vary: Origin`, also when it refuses: a shared cache must not hand
 * one origin's answer to another. With "*" it does not depend on it. What is echoed (the origin, the requested header
 * names) came through the strict HTTP parser, so it holds no line end.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_cors.h"

#include "base/err.h"

static bool is_any(const char *origin) {
    return strcmp(origin, "*") == 0;
}

int eio_cors_match(eio_cors_origins origins, const struct http_request *request) {
    struct str origin = http_request_header(request, "Origin");
    for (int i = 0; origins != NULL && origins[i] != NULL; i++) {
        if (is_any(origins[i]) || (!str_is_none(origin) && str_equal(origin, str_of_c(origins[i]))))
            return i;
    }
    return EIO_CORS_NONE;
}

void eio_cors_append(eio_cors_origins origins, int match, struct buf *headers) {
    if (origins == NULL)
        return;
    if (match != EIO_CORS_NONE)
        buf_printf(headers, "Access-Control-Allow-Origin: %s\r\n", origins[match]);
    if (match == EIO_CORS_NONE || !is_any(origins[match]))
        buf_append_c(headers, "Vary: Origin\r\n");
}

void eio_cors_append_preflight(eio_cors_origins origins, const struct http_request *request,
                               struct buf *headers) {
    ASSERT(origins != NULL);
    eio_cors_append(origins, eio_cors_match(origins, request), headers);
    buf_append_c(headers, "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\r\n");
    struct str wanted = http_request_header(request, "Access-Control-Request-Headers");
    if (str_is_none(wanted))
        return;
    buf_append_c(headers, "Access-Control-Allow-Headers: ");
    buf_append_str(headers, wanted);
    buf_append_c(headers, "\r\nVary: Access-Control-Request-Headers\r\n");
}
