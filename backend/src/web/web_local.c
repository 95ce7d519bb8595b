/* web_local.c: does somebody ask on the server's own machine?
 *
 * Whoever sits at the machine may set the server up without the printed link, and see its counters. That must not become whoever comes through a
 * proxy on the machine, nor a page that somebody at the machine happens to visit. So all of these must hold:
 *
 *   - the client's address is loopback; behind a trusted proxy that is the address that the proxy tells;
 *   - no proxy, trusted or not, says that it speaks for somebody: no forwarding header;
 *   - the name that was asked for is this machine's own: a name of somebody else's that leads here (DNS rebinding) is not;
 *   - HTTP/1.1: a proxy that tells nothing at all about itself mostly speaks 1.0.
 *
 * Thread    worker; pure.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/address.h"
#include "web/web_internal.h"

/* What proxies add. */
static const char *const forwarding[] = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto",
                                         "X-Real-IP",       "Forwarded",        "Via"};

static bool is_forwarded(const struct http_request *request) {
    for (size_t i = 0; i < sizeof forwarding / sizeof forwarding[0]; i++) {
        if (!str_is_none(http_request_header(request, forwarding[i])))
            return true;
    }
    return false;
}

/* The host of "localhost:8080", "[::1]:8080". */
static struct str host_of(struct str authority) {
    if (authority.len > 0 && authority.at[0] == '[')
        return str_range(authority, 1, str_find_byte(authority, ']'));
    return str_range(authority, 0, str_find_byte(authority, ':'));
}

static bool is_own_name(struct str host) {
    struct in6_addr address;
    if (str_equal_nocase(host, STR("localhost")))
        return true;
    return address_parse(host, &address) && address_is_loopback(&address);
}

bool web_local_is(struct str address, const struct http_request *request) {
    struct in6_addr client;
    return address_parse(address, &client) && address_is_loopback(&client) &&
           is_own_name(host_of(request->host)) && !is_forwarded(request) && request->minor >= 1;
}
