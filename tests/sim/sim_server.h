/* sim_server.h: one process of the server: its gateways, its core, its readers; it dies and starts again.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "sim.h"

struct loop;
struct eio_server;

/* Starts a process on what the journal holds. */
struct sim_server *sim_server_new(void);
void sim_server_start(void);
bool sim_server_is_up(void);
/* kill -9: whatever has not been written is gone. Somebody starts the next process soon. */
void sim_server_kill(void);
/* The end that is asked for: carries out what was taken, tells everybody, goes. */
void sim_server_stop(void);
void sim_server_free(struct sim_server *server);

/* Which process this is: counts the starts. */
uint64_t sim_server_life(void);
/* NULL while no process runs. */
struct loop *sim_server_loop(unsigned worker);
struct eio_server *sim_server_engine(unsigned worker);

/* Nobody is connected any more: so the core and the gateways must say. */
void sim_server_check_empty(void);
/* The walk over the state's invariants. */
void sim_server_check(void);

/* When a core last decided by a state that it could not load anew (docs/decisions/0012-loading-beside.md); -1: never. */
int64_t sim_server_stale_ms(void);

int64_t sim_wall_ms(void);
int64_t sim_mono_ms(void);
