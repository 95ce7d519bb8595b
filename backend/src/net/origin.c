/* origin.c: whose page sent this request.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/origin.h"

/* "https://host:port" without the scheme; STR_NONE for anything that is no http origin. */
static struct str origin_authority(struct str origin) {
    if (str_starts_with(origin, STR("http://")))
        return str_from(origin, 7);
    if (str_starts_with(origin, STR("https://")))
        return str_from(origin, 8);
    return STR_NONE;
}

static bool origin_is_allowed(const char *const *allowed, struct str origin) {
    for (; allowed != NULL && *allowed != NULL; allowed++) {
        if (str_equal_nocase(origin, str_of_c(*allowed)))
            return true;
    }
    return false;
}

/* `host` is `authority`, perhaps with the scheme's own port written out (RFC 9110 section 4.2). */
static bool host_is_authority(struct str host, struct str authority, struct str own_port) {
    if (str_equal_nocase(host, authority))
        return true;
    return str_ends_with(host, own_port) &&
           str_equal_nocase(str_range(host, 0, host.len - own_port.len), authority);
}

/* Browsers leave the Origin out of what a page merely loads, and say so here (W3C Fetch Metadata). */
static bool site_is_foreign(const struct http_request *request) {
    struct str site = http_request_header(request, "Sec-Fetch-Site");
    return str_equal_nocase(site, STR("cross-site")) || str_equal_nocase(site, STR("same-site"));
}

bool origin_host_is_own(const struct origin_rules *rules, const struct http_request *request) {
    struct str url = str_of_c(rules->public_url);
    struct str own_port = str_starts_with(url, STR("https://")) ? STR(":443") : STR(":80");
    return rules->public_url == NULL ||
           host_is_authority(request->host, origin_authority(url), own_port);
}

bool origin_is_own(const struct origin_rules *rules, const struct http_request *request) {
    unsigned count = http_request_header_count(request, "Origin");
    if (count == 0)
        return !site_is_foreign(request);
    struct str origin = http_request_header(request, "Origin");
    if (count > 1)
        return false;
    if (origin_is_allowed(rules->allowed, origin))
        return true;
    if (rules->public_url != NULL)
        return str_equal_nocase(origin, str_of_c(rules->public_url));
    struct str authority = origin_authority(origin);
    return authority.len > 0 && str_equal_nocase(authority, request->host);
}
