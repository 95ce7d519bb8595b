/* address.c: IP addresses, networks, and whose address a proxy speaks for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/address.h"

#include <arpa/inet.h>

#define V4_BITS_BEFORE 96 /* of a mapped address */

bool address_parse(struct str text, struct in6_addr *out) {
    static const unsigned char mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    char copy[INET6_ADDRSTRLEN];
    if (text.len == 0 || text.len >= sizeof copy || str_find_byte(text, '\0') < text.len)
        return false;
    memcpy(copy, text.at, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, out->s6_addr + 12) != 1)
        return inet_pton(AF_INET6, copy, out) == 1;
    memcpy(out->s6_addr, mapped, sizeof mapped);
    return true;
}

/* Equal in the first `bits` bits. */
static bool starts_equal(const struct in6_addr *a, const struct in6_addr *b, unsigned bits) {
    unsigned bytes = bits / 8;
    unsigned rest = bits % 8;
    if (memcmp(a->s6_addr, b->s6_addr, bytes) != 0)
        return false;
    return rest == 0 || ((a->s6_addr[bytes] ^ b->s6_addr[bytes]) >> (8 - rest)) == 0;
}

static bool is_zero_from(const struct in6_addr *address, unsigned bits) {
    for (unsigned i = bits; i < 128; i++)
        if ((address->s6_addr[i / 8] >> (7 - i % 8) & 1) != 0)
            return false;
    return true;
}

bool address_range_parse(struct str text, struct address_range *out) {
    struct str rest = text;
    struct str base = str_cut(&rest, '/');
    uint64_t bits = 128;
    struct address_range range;
    if (!address_parse(base, &range.network))
        return false;
    unsigned before = IN6_IS_ADDR_V4MAPPED(&range.network) ? V4_BITS_BEFORE : 0;
    if (!str_is_none(rest) && !str_to_u64(rest, 128 - before, &bits))
        return false;
    range.bits = str_is_none(rest) ? 128 : before + (unsigned)bits;
    if (!is_zero_from(&range.network, range.bits))
        return false;
    *out = range;
    return true;
}

bool address_is_in(const struct address_ranges *ranges, const struct in6_addr *address) {
    for (size_t i = 0; i < ranges->count; i++)
        if (starts_equal(&ranges->items[i].network, address, ranges->items[i].bits))
            return true;
    return false;
}

bool address_is_loopback(const struct in6_addr *address) {
    return IN6_IS_ADDR_LOOPBACK(address) ||
           (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == 127);
}

struct in6_addr address_customer(const struct in6_addr *address) {
    struct in6_addr customer = *address;
    if (!IN6_IS_ADDR_V4MAPPED(address))
        memset(customer.s6_addr + 8, 0, 8);
    return customer;
}

/* ---- Behind a proxy ---- */

/* One entry of the list: an address, perhaps with a port as some proxies write it ("192.0.2.1:80", "[2001:db8::1]:80"). */
static bool entry_parse(struct str entry, struct in6_addr *out) {
    entry = str_trim(entry);
    if (str_starts_with(entry, STR("[")))
        return address_parse(str_range(entry, 1, str_find_byte(entry, ']')), out);
    size_t colon = str_find_byte(entry, ':');
    bool has_port = str_find_byte(str_from(entry, colon + 1), ':') == entry.len - colon - 1;
    return address_parse(colon < entry.len && has_port ? str_range(entry, 0, colon) : entry, out);
}

/* Takes the part behind the last comma off the end of *list. */
static struct str cut_last(struct str *list) {
    size_t start = list->len;
    while (start > 0 && list->at[start - 1] != ',')
        start--;
    struct str last = str_from(*list, start);
    *list = start > 0 ? str_range(*list, 0, start - 1) : STR_NONE;
    return last;
}

/* Follows one header from the right. True when the search is over. */
static bool follow(struct str list, const struct address_ranges *proxies, struct in6_addr *client) {
    while (!str_is_none(list)) {
        struct in6_addr next;
        if (!entry_parse(cut_last(&list), &next))
            return true;
        *client = next;
        if (!address_is_in(proxies, client))
            return true;
    }
    return false;
}

struct in6_addr address_of_client(const struct in6_addr *peer, const struct http_request *request,
                                  const struct address_ranges *proxies) {
    struct in6_addr client = *peer;
    if (!address_is_in(proxies, peer))
        return client;
    for (unsigned i = request->header_count; i > 0; i--) {
        const struct http_header *header = &request->headers[i - 1];
        if (str_equal_nocase(header->name, STR("X-Forwarded-For")) &&
            follow(header->value, proxies, &client))
            break;
    }
    return client;
}
