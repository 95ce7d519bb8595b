/* sm.h: state machines as data.
 *
 * Whatever lives longer than one call and changes phase (a connection, an upgrade probe, a session)
 * declares its states in a table: name and the states that may follow. sm_move asserts that the move is in
 * the table and traces it, so that a log shows the path that a connection took.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/log.h"

#include <stdbool.h>
#include <stdint.h>

struct sm_state {
    const char *name;
    uint32_t next; /* bit n is set when state n may follow */
};

#define SM_TO(state) (1u << (state))

struct sm_table {
    const char *name; /* of the machine, for the log */
    enum log_category category;
    const struct sm_state *states;
    uint8_t count;
};

struct sm {
    uint8_t state;
};

static inline void sm_init(struct sm *sm, uint8_t state) {
    sm->state = state;
}

/* Moves to `next`; a move that the table does not allow is our bug and crashes. `who` names the object in
 * the trace (debug level). */
void sm_move(struct sm *sm, const struct sm_table *table, uint8_t next, const void *who);
bool sm_may(const struct sm *sm, const struct sm_table *table, uint8_t next);
