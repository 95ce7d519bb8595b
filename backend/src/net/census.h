/* census.h: how many connections each address has, over all workers.
 *
 * An IPv6 address counts as its /64. The counts are a sketch (two rows of counters, each address has one in either): an address
 * is above the limit when both of its counters are, so it may share its limit with others only where both collide. It costs the
 * same memory whoever comes, one atomic addition per row and connection, and no lock: the one thing that workers share here is
 * counters.
 *
 * Thread: census_enter and census_leave: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <netinet/in.h>
#include <stdbool.h>

struct census;

/* At most `address_max` connections of one address at a time. Returns owned. */
struct census *census_new(unsigned address_max);
void census_free(struct census *census);
/* Counts a connection; false, without counting, when its address has as many as it may. */
bool census_enter(struct census *census, const struct in6_addr *address);
/* Takes one back that was counted. */
void census_leave(struct census *census, const struct in6_addr *address);
