/* test_address.c: addresses, networks, and the lists of proxies.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "net/address.h"

#include <arpa/inet.h>
#include <string.h>

static struct in6_addr of(const char *text) {
    struct in6_addr address = IN6ADDR_ANY_INIT;
    assert_true(address_parse(str_of_c(text), &address));
    return address;
}

static void assert_same(struct in6_addr a, const char *text) {
    struct in6_addr b = of(text);
    char got[INET6_ADDRSTRLEN];
    if (memcmp(&a, &b, sizeof a) != 0)
        fail_msg("%s, wanted %s", inet_ntop(AF_INET6, &a, got, sizeof got), text);
}

static void addresses_of_both_families_are_read(void **state) {
    (void)state;
    assert_same(of("192.0.2.1"), "::ffff:192.0.2.1");
    assert_same(of("::ffff:c000:201"), "192.0.2.1");
    static const char *const bad[] = {
        "",          "1.2.3",        "1.2.3.4.5",
        "1.2.3.256", "1.2.3.4 ",     " 1.2.3.4",
        "01.2.3.4",  "::g",          "1::2::3",
        "localhost", "1.2.3.4:80",   "[::1]",
        "1.2.3.4/8", "fe80::1%eth0", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct in6_addr address;
        if (address_parse(str_of_c(bad[i]), &address))
            fail_msg("%s is taken for an address", bad[i]);
    }
    struct in6_addr address;
    assert_false(address_parse(str_of("1.2.3.4\0x", 9), &address));
}

static bool holds(const char *network, const char *address) {
    struct address_range range;
    assert_true(address_range_parse(str_of_c(network), &range));
    struct in6_addr one = of(address);
    return address_is_in(&(struct address_ranges){&range, 1}, &one);
}

static void networks_hold_their_addresses_and_no_others(void **state) {
    (void)state;
    assert_true(holds("10.0.0.0/8", "10.255.255.255"));
    assert_false(holds("10.0.0.0/8", "11.0.0.0"));
    assert_true(holds("192.0.2.128/25", "192.0.2.255"));
    assert_false(holds("192.0.2.128/25", "192.0.2.127"));
    assert_true(holds("192.0.2.1", "192.0.2.1"));
    assert_false(holds("192.0.2.1", "192.0.2.0"));
    assert_true(holds("0.0.0.0/0", "255.255.255.255"));
    assert_false(holds("0.0.0.0/0", "2001:db8::1"));
    assert_true(holds("::/0", "1.2.3.4"));
    assert_true(holds("2001:db8::/33", "2001:db8:7fff::"));
    assert_false(holds("2001:db8::/33", "2001:db8:8000::"));
    assert_false(address_is_in(&(struct address_ranges){NULL, 0}, &in6addr_loopback));
    static const char *const bad[] = {
        "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1",  "10.0.0.1/8",  "/8", "::/129",
        "::1/64",      "10/8",      "10.0.0.0/8/8", "10.0.0.0/ 8", "*"};
    for (size_t i = 0; i < TEST_COUNT(bad); i++) {
        struct address_range range;
        if (address_range_parse(str_of_c(bad[i]), &range))
            fail_msg("%s is taken for a network", bad[i]);
    }
}

static void loopback_and_customers_are_known(void **state) {
    (void)state;
    struct in6_addr local = of("127.9.9.9"), other = of("128.0.0.1"),
                    six = of("2001:db8:1:2:3:4:5:6"), four = of("192.0.2.1"),
                    net127 = of("7f00::1");
    assert_true(address_is_loopback(&in6addr_loopback));
    assert_true(address_is_loopback(&local));
    assert_false(address_is_loopback(&other));
    assert_false(address_is_loopback(&net127));
    assert_same(address_customer(&six), "2001:db8:1:2::");
    assert_same(address_customer(&four), "192.0.2.1");
}

struct chain {
    const char *peer, *headers[2], *client;
};

/* Trusted: 10.0.0.0/8 and 2001:db8:ff::/48. */
static const struct chain chains[] = {
    {"192.0.2.9", {NULL}, "192.0.2.9"},
    {"192.0.2.9", {"198.51.100.1"}, "192.0.2.9"}, /* no proxy of ours: it may say what it wants */
    {"10.0.0.1", {NULL}, "10.0.0.1"},
    {"10.0.0.1", {"198.51.100.1"}, "198.51.100.1"},
    {"10.0.0.1", {"127.0.0.1, 198.51.100.1"}, "198.51.100.1"}, /* the client wrote the first */
    {"10.0.0.1", {"127.0.0.1,198.51.100.1 , 10.2.3.4"}, "198.51.100.1"},
    {"10.0.0.1", {"127.0.0.1", "198.51.100.1"}, "198.51.100.1"}, /* two headers are one list */
    {"10.0.0.1", {"198.51.100.1", "10.9.9.9"}, "198.51.100.1"},
    {"10.0.0.1", {"10.1.1.1, 10.2.2.2"}, "10.1.1.1"}, /* all are ours: the first asks himself */
    {"10.0.0.1", {"198.51.100.1:4711"}, "198.51.100.1"},
    {"10.0.0.1", {"[2001:db8::5]:80"}, "2001:db8::5"},
    {"10.0.0.1", {"[2001:db8::5]"}, "2001:db8::5"},
    {"10.0.0.1", {"2001:db8::5"}, "2001:db8::5"},
    {"2001:db8:ff::1", {"2001:db8::5"}, "2001:db8::5"},
    {"10.0.0.1",
     {"198.51.100.1, unknown"},
     "10.0.0.1"}, /* what is no address proves nothing of what is before */
    {"10.0.0.1", {"198.51.100.1, unknown, 10.3.3.3"}, "10.3.3.3"},
    {"10.0.0.1", {""}, "10.0.0.1"},
    {"10.0.0.1", {","}, "10.0.0.1"},
    {"10.0.0.1", {"198.51.100.1,"}, "10.0.0.1"},
    {"10.0.0.1", {"["}, "10.0.0.1"},
    {"10.0.0.1", {":"}, "10.0.0.1"},
    {"10.0.0.1", {"198.51.100.1:"}, "198.51.100.1"},
};

static void the_client_is_the_last_whom_no_trusted_proxy_speaks_through(void **state) {
    (void)state;
    struct address_range trusted[2];
    assert_true(address_range_parse(STR("10.0.0.0/8"), &trusted[0]));
    assert_true(address_range_parse(STR("2001:db8:ff::/48"), &trusted[1]));
    const struct address_ranges proxies = {trusted, 2};
    for (size_t i = 0; i < TEST_COUNT(chains); i++) {
        struct http_request request = {.header_count = 0};
        struct in6_addr peer = of(chains[i].peer);
        for (unsigned h = 0; h < 2 && chains[i].headers[h] != NULL; h++) {
            request.headers[request.header_count++] =
                (struct http_header){STR("Accept"), STR("198.51.100.77")};
            request.headers[request.header_count++] =
                (struct http_header){STR("x-forwarded-for"), str_of_c(chains[i].headers[h])};
        }
        assert_same(address_of_client(&peer, &request, &proxies), chains[i].client);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_both_families_are_read),
        cmocka_unit_test(networks_hold_their_addresses_and_no_others),
        cmocka_unit_test(loopback_and_customers_are_known),
        cmocka_unit_test(the_client_is_the_last_whom_no_trusted_proxy_speaks_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
