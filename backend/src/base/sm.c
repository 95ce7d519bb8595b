/* sm.c: the one place where a state changes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/sm.h"

#include "base/err.h"

bool sm_may(const struct sm *sm, const struct sm_table *table, uint8_t next) {
    ASSERT(table->count <= 32); /* bits of sm_state.next */
    ASSERT(sm->state < table->count);
    return next < table->count && (table->states[sm->state].next & SM_TO(next)) != 0;
}

void sm_move(struct sm *sm, const struct sm_table *table, uint8_t next, const void *who) {
    bool may = sm_may(sm, table, next);
    const char *from = table->states[sm->state].name;
    const char *to = next < table->count ? table->states[next].name : "?";
    if (!may)
        log_error(table->category, "state.forbidden", "machine=%s who=%p from=%s to=%s",
                  table->name, who, from, to);
    ASSERT(may);
    log_debug(table->category, "state.move", "machine=%s who=%p from=%s to=%s", table->name, who,
              from, to);
    sm->state = next;
}
