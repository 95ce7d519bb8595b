/* origin.h: whose page sent this request (RFC 6454, RFC 9110).
 *
 * A browser names the page's origin on every WebSocket handshake and on every cross-site or changing request.
 * A request without an Origin comes from no browser's page, unless the browser says in Sec-Fetch-Site (Fetch Metadata) that it does.
 * "null" is nobody's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net/http1.h"

struct origin_rules {
    const char *public_url;     /* "https://chat.example", NULL: the request's own Host */
    const char *const *allowed; /* further origins, NULL-terminated; NULL: none */
};

/* True when the request names the host that it should: with a public_url that one alone (a name that somebody else points at us
 * is none of ours: DNS rebinding), without it any. */
bool origin_host_is_own(const struct origin_rules *rules, const struct http_request *request);
/* True when the request has an Origin that is the server's own or allowed, or none and does not say that another site's page sent
 * it. */
bool origin_is_own(const struct origin_rules *rules, const struct http_request *request);
