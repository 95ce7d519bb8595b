/* census.c: how many connections each address has, over all workers.
 *
 * Owns      the two rows of counters.
 * Thread    any.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/census.h"

#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "net/address.h"

#include <stdatomic.h>
#include <stdlib.h>

#define CENSUS_ROWS     2
#define CENSUS_ROW_BITS 16 /* 65,536 counters of 4 bytes in each row */

/* Owner: whoever made it; the counters are everybody's. */
struct census {
    unsigned address_max;
    _Atomic uint32_t rows[CENSUS_ROWS][1 << CENSUS_ROW_BITS];
};

struct census *census_new(unsigned address_max) {
    struct census *census = MEM_NEW(struct census);
    census->address_max = address_max;
    return census;
}

void census_free(struct census *census) {
    free(census);
}

/* The address's counter in each row: other bits of the same hash. */
static void census_find(struct census *census, const struct in6_addr *address,
                        _Atomic uint32_t *found[CENSUS_ROWS]) {
    struct in6_addr customer = address_customer(address);
    uint64_t hash = map_hash_str(str_of((const char *)&customer, sizeof customer));
    for (int i = 0; i < CENSUS_ROWS; i++)
        found[i] = &census->rows[i][hash >> (i * CENSUS_ROW_BITS) & ((1 << CENSUS_ROW_BITS) - 1)];
}

bool census_enter(struct census *census, const struct in6_addr *address) {
    _Atomic uint32_t *found[CENSUS_ROWS];
    bool has_room = false;
    census_find(census, address, found);
    for (int i = 0; i < CENSUS_ROWS; i++)
        has_room |= atomic_fetch_add(found[i], 1) < census->address_max;
    if (!has_room)
        census_leave(census, address);
    return has_room;
}

void census_leave(struct census *census, const struct in6_addr *address) {
    _Atomic uint32_t *found[CENSUS_ROWS];
    census_find(census, address, found);
    for (int i = 0; i < CENSUS_ROWS; i++)
        ASSERT(atomic_fetch_sub(found[i], 1) > 0);
}
