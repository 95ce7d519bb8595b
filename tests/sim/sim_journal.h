/* sim_journal.h: the journal of a world: in memory or on the real store, with faults in front of it.
 *
 * What a commit may do: succeed; be refused; be refused although it holds (its outcome was lost); and the process may
 * die in it, before or after the data was safe. What survives goes into the world's log (sim_log.h) in the moment in which it
 * is safe.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "app/reading.h"
#include "journal/journal.h"
#include "sim.h"

struct sim_journal *sim_journal_new(bool sqlite);
void sim_journal_free(struct sim_journal *self);

/* A process starts: the journal as it finds it. Borrowed until sim_journal_crash. */
struct journal *sim_journal_open(struct sim_journal *self);
/* The process is gone. */
void sim_journal_crash(struct sim_journal *self);
/* How the running process reads what is safe. */
const struct reading_port *sim_journal_reading(void);
/* As far as the running process knows what holds. */
int64_t sim_journal_shown_pos(void);
/* The log answers from this position on. */
int64_t sim_journal_first_pos(void);
