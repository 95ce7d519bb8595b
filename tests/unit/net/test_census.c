/* test_census.c: counting connections by address.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "net/address.h"
#include "net/census.h"

static struct in6_addr of(const char *text) {
    struct in6_addr address = IN6ADDR_ANY_INIT;
    assert_true(address_parse(str_of_c(text), &address));
    return address;
}

static void an_address_has_as_many_as_it_may_and_no_more(void **state) {
    (void)state;
    struct census *census = census_new(3);
    struct in6_addr one = of("192.0.2.1"), other = of("192.0.2.2");
    for (int i = 0; i < 3; i++)
        assert_true(census_enter(census, &one));
    for (int i = 0; i < 100; i++) /* being refused counts nothing */
        assert_false(census_enter(census, &one));
    assert_true(census_enter(census, &other));
    census_leave(census, &one);
    assert_true(census_enter(census, &one));
    assert_false(census_enter(census, &one));
    census_free(census);
}

static void the_addresses_of_one_network_of_ipv6_are_one(void **state) {
    (void)state;
    struct census *census = census_new(2);
    struct in6_addr a = of("2001:db8:1:2::1"), b = of("2001:db8:1:2:ffff::"),
                    c = of("2001:db8:1:3::1");
    assert_true(census_enter(census, &a));
    assert_true(census_enter(census, &b));
    assert_false(census_enter(census, &a));
    assert_true(census_enter(census, &c));
    census_free(census);
}

/* A sixth as many addresses as counters in a row: an exact table would refuse nobody, a single row about half of them. */
static void a_crowd_of_addresses_hardly_shares_its_limit(void **state) {
    (void)state;
    struct census *census = census_new(1);
    int refused = 0;
    struct in6_addr address = of("10.0.0.0");
    for (unsigned i = 0; i < 10000; i++) {
        address.s6_addr[14] = (unsigned char)(i >> 8);
        address.s6_addr[15] = (unsigned char)i;
        refused += !census_enter(census, &address);
    }
    assert_true(refused < 300); /* about 1 % with two rows, 7 % with one */
    census_free(census);
}

static void leave_without_enter(void *census) {
    struct in6_addr one = of("192.0.2.1");
    census_leave(census, &one);
}

static void leaving_without_having_entered_is_our_bug(void **state) {
    (void)state;
    struct census *census = census_new(1);
    assert_aborts(leave_without_enter, census);
    census_free(census);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_as_many_as_it_may_and_no_more),
        cmocka_unit_test(the_addresses_of_one_network_of_ipv6_are_one),
        cmocka_unit_test(a_crowd_of_addresses_hardly_shares_its_limit),
        cmocka_unit_test(leaving_without_having_entered_is_our_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
