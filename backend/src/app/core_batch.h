/* core_batch.h: what the core does with requests: one batch after the other, without a thread.
 *
 * A batch is decided, made durable with one commit, and only then told. Requests, time and readings come and go through
 * struct core_port, events and answers leave as gw_batches; so core.c drives the same code from its thread as the simulation
 * (tests/sim) from a seed.
 *
 *     WRITABLE ── a batch failed ──► READ_ONLY ── the journal has recovered, the state is loaded ──► WRITABLE
 *                                      └──┘ a try every CORE_RETRY_MS
 *
 * When a commit fails nothing of the batch was acked: the state is loaded anew from the journal, the batch is answered
 * `unavailable`, and so is whatever wants to write until the journal has recovered; reading goes on all the while.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/metric.h"
#include "chat/chat_request.h"
#include "gateway/gateway.h"
#include "journal/journal.h"

#define CORE_RETRY_MS                                                                              \
    1000 /* from a failed batch to the first try to write again, and between tries */

/* Types */

/* What a batch needs from whoever drives it. */
struct core_port {
    void *context;
    int64_t (*wall_ms)(void *context);
    int64_t (*mono_ms)(void *context);
    /* The next request that is waiting, or NULL. Gives it away. */
    struct chat_request *(*next)(void *context);
    /* A decided request that still wants something from the store (read.kind is set), behind the post of its batch. Takes it. */
    void (*read)(void *context, struct chat_request *request);
    /* A request whose decision wants something hashed (hashing.is_wanted), likewise: to be submitted again with a proof, or
     * answered. Takes it. */
    void (*hash)(void *context, struct chat_request *request);
    /* A write was refused; behind this the batch is undone and answered. */
    void (*on_refused)(void *context);
};

/* What the core counts. Written on its thread, readable from any. */
struct core_counters {
    struct counter messages;      /* that were committed */
    struct counter facts;         /* the same of everything that changes the chat */
    struct counter failed;        /* batches that did not happen */
    struct counter users, rooms;  /* that there are */
    struct histogram commit_ns;   /* how long commits took */
    struct histogram batch_count; /* requests of each batch */
};

/* Owner: core. */
struct core_state {
    struct chat *chat;
    struct journal *journal;         /* borrowed */
    struct core_port port;           /* copied */
    struct gateway *const *gateways; /* whom to tell; borrowed */
    unsigned gateway_count;
    bool is_read_only;   /* a batch has failed, and the journal has not recovered yet */
    bool is_stale;       /* and the chat still holds that batch: it could not be loaded anew */
    int64_t retry_at_ms; /* monotonic: the next try to recover */
    enum err refused_by; /* what the last try said, so that only news are logged */
    int64_t told_pos;    /* what is in the log up to here, whoever listens has heard */
    struct core_counters counters;
};

/* Life cycle */

/* Loads the state, and founds it in an empty journal. On an error there is nothing to close. */
enum err core_state_open(struct core_state *state, const struct chat_options *options,
                         struct journal *journal, const struct core_port *port);
/* Harmless when it is closed. */
void core_state_close(struct core_state *state);

/* Operations */

/* Carries out what is waiting, at most CORE_BATCH_MAX requests. False: nothing was. */
bool core_batch_run(struct core_state *state);
/* Does what time has brought, if anything: a batch of its own. */
void core_batch_tick(struct core_state *state);
/* Housekeeping of the journal, one piece, and while writes are refused the try to come back. True: there is more to do. */
bool core_state_idle(struct core_state *state);
/* The journal lets go of what it keeps in memory to be quicker. */
void core_state_shrink(struct core_state *state);

/* Fills in the answer of what cannot be done now. */
void core_answer_unavailable(struct chat_request *request);

/* Inspection */

/* True while writes are refused. */
bool core_state_is_read_only(const struct core_state *state);
