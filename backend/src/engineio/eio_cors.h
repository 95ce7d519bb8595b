/* eio_cors.h: which other web origins may poll, and the headers that tell their browsers (Fetch standard, "CORS").
 *
 * Off by default: then there are no headers and OPTIONS is no special method. A refused origin gets its answer without
 * Access-Control-Allow-Origin; its browser then hides it. Credentials are never allowed, so that an
 * origin list that is too wide cannot lend a visitor's cookie to a stranger (CVE-2020-28481).
 *
 * Pure. Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "net/http1.h"

/* The list of origins of eio_options: NULL-terminated; NULL is off; an entry "*" lets any origin in. */
typedef const char *const *eio_cors_origins;

#define EIO_CORS_NONE (-1)

/* The index of the entry that admits the request's Origin, or EIO_CORS_NONE. What is kept while an answer waits. */
int eio_cors_match(eio_cors_origins origins, const struct http_request *request);
/* Appends the header lines of an ordinary answer; nothing when CORS is off. `match` is eio_cors_match's. */
void eio_cors_append(eio_cors_origins origins, int match, struct buf *headers);
/* Appends the header lines of the answer (204) to a preflight request. CORS is on. */
void eio_cors_append_preflight(eio_cors_origins origins, const struct http_request *request,
                               struct buf *headers);
