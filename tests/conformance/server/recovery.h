/* recovery.h: connection state recovery, kept in memory.
 *
 * A *record* belongs to a private id (pid) and holds the events that were sent to its client, each under an offset that
 * is its last argument. A client that comes back with pid and offset takes the record over, gets what came behind
 * the offset, and keeps its sid. A record has one holder at a time, named by a ticket: taking it over makes the
 * old ticket worthless, so two sockets never live under one sid, also while the server has not noticed yet that the first is dead.
 *
 * Bounds: RECOVERY_* in recovery.c. Thread: any; one mutex, because clients come back to another worker.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

#include <jansson.h>
#include <stdint.h>

#define RECOVERY_PID_CHARS 24
#define RECOVERY_SID_CHARS 20

struct recovery;

/* Who holds a record. */
struct recovery_ticket {
    uint64_t number; /* unique; 0: none */
    unsigned worker;
    char pid[RECOVERY_PID_CHARS];
};

/* One event to be sent again; borrowed during the call. */
typedef void (*recovery_replay_fn)(const json_t *args, const struct str *parts, unsigned part_count,
                                   void *context);

struct recovery *recovery_new(void);
void recovery_free(struct recovery *store);

/* A new record for a client of this worker. */
void recovery_open(struct recovery *store, struct str namespace_name, unsigned worker,
                   struct recovery_ticket *ticket);
/* Says under which sid the client joined. */
void recovery_set_sid(struct recovery *store, const struct recovery_ticket *ticket, struct str sid);
/* Appends a fresh offset to args (an array) and remembers the event. */
void recovery_add(struct recovery *store, const struct recovery_ticket *ticket, json_t *args,
                  const struct str *parts, unsigned part_count);
/* Takes a record over: replays what came behind `offset`, fills sid, and names the holder before (number 0 when
 * there is none) so that it can be cut. False: not known, expired, or the offset is not kept any more. */
bool recovery_take(struct recovery *store, struct str namespace_name, struct str pid,
                   struct str offset, unsigned worker, struct recovery_ticket *ticket,
                   struct recovery_ticket *before, char sid[RECOVERY_SID_CHARS],
                   recovery_replay_fn replay, void *context);
/* The holder's connection is over: keeps the record for a while, or drops it. Nothing when it was taken over. */
void recovery_release(struct recovery *store, const struct recovery_ticket *ticket, bool keep);
