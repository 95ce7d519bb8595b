/* core.h: the one thread that owns the chat.
 *
 * Takes commands from its mailbox, at most CORE_BATCH_MAX at a time, decides and evolves them one by one, makes the whole
 * batch durable with one commit, and only then tells the workers: events, answers, subscriptions. While it commits, the
 * next batch gathers.
 *
 *     RUNNING --a write was refused--> READ_ONLY --CORE_RETRY_MS later--> RUNNING
 *
 * When a commit fails nothing of the batch was acked: the state is loaded anew from the store, the batch is answered
 * `unavailable`, and writes are refused for a moment; reading goes on.
 *
 * Thread: core; core_submit from anywhere; the rest from main, before and after the threads.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"
#include "gateway/gateway.h"
#include "journal/journal.h"

struct core;
struct core_counters; /* app/core_batch.h */
struct reader_pool;
struct hasher;

struct core_options {
    struct chat_options chat;
    struct journal *journal;     /* borrowed */
    struct reader_pool *readers; /* borrowed */
    struct indexer *indexer;     /* who is told that the log has grown; borrowed; NULL: nobody */
    struct hasher *hasher;       /* borrowed */
};

/* Loads the state (and founds it in an empty store). Returns owned. */
enum err core_open(const struct core_options *options, struct core **out);
/* Whom to tell; before core_start. Borrowed. */
void core_set_gateways(struct core *core, struct gateway *const *gateways, unsigned count);
/* Starts the thread. */
void core_start(struct core *core);
/* Carries out what is queued, posts the answers and ends the thread. What is submitted later is freed by core_free. */
void core_stop(struct core *core);
void core_free(struct core *core);

/* For struct chat_desk. Any thread; a full queue is answered at once, on the calling thread. */
void core_submit(void *core, struct chat_request *request);
/* Let go, before the next batch, of what is kept in memory to be quicker. Any thread. */
void core_shrink(struct core *core);
/* A number that changes with each batch, and once a second without work: while it stands still the core hangs. Any thread. */
uint64_t core_beats(const struct core *core);
/* Requests that wait. Any thread. */
size_t core_queued(const struct core *core);
/* Borrowed for the core's life. Any thread. */
const struct core_counters *core_counters(const struct core *core);
/* Somebody owns the server. Before core_start. */
bool core_has_owner(const struct core *core);
/* True while writes are accepted. Any thread. */
bool core_is_ready(const struct core *core);
