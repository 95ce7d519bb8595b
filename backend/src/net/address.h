/* address.h: IP addresses, networks, and whose address a proxy speaks for.
 *
 * Every address is an IPv6 one; IPv4 is mapped into it (RFC 4291 section 2.5.5.2). All is pure.
 *
 * A proxy in front tells whom it speaks for in X-Forwarded-For: a list to which each proxy appends the address that it saw. The
 * front of such a list is whatever the client wrote; only what trusted proxies have appended is worth something. So it is read from
 * the right: the first address that is no trusted proxy's is the client's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net/http1.h"

#include <netinet/in.h>

/* The addresses whose first `bits` bits are those of `network`. */
struct address_range {
    struct in6_addr network;
    unsigned bits;
};

struct address_ranges {
    const struct address_range *items; /* borrowed */
    size_t count;
};

/* Reads "192.0.2.1" or "2001:db8::1", nothing around it. */
bool address_parse(struct str text, struct in6_addr *out);
/* Reads an address, or a network as "10.0.0.0/8"; bits behind the prefix must be zero. */
bool address_range_parse(struct str text, struct address_range *out);
bool address_is_in(const struct address_ranges *ranges, const struct in6_addr *address);
/* 127.0.0.0/8 and ::1. */
bool address_is_loopback(const struct in6_addr *address);
/* Cuts an IPv6 address to its /64, which is one customer; IPv4 stays. */
struct in6_addr address_customer(const struct in6_addr *address);
/* Who asks: `peer`, unless that is one of `proxies`: then the right-most address of X-Forwarded-For that is none of them. An
 * entry that is no address ends the search: the proxy right of it counts. */
struct in6_addr address_of_client(const struct in6_addr *peer, const struct http_request *request,
                                  const struct address_ranges *proxies);
