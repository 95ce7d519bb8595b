/* sim_loop.h: the workers' loops: posted calls and timers, run from the queue.
 *
 * The functions of net/loop.h and net/timer.h that the server calls are implemented here.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net/loop.h"

/* Runs what was posted, so that it can free itself; posting goes on to be possible until then. */
void sim_loop_drain(struct loop *loop);
void sim_loop_free(struct loop *loop);
struct loop *sim_loop_new(unsigned index);
