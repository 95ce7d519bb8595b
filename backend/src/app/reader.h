/* reader.h: threads that read the store while the core writes.
 *
 * A request that the core has decided (who may, what exactly) and that still wants messages or missed events is given to
 * a reader; the same room always to the same one, so that its pages stay warm. The reader completes the answer and gives the
 * request back to its worker.
 *
 * Bounded: a reader with READER_QUEUE_MAX requests waiting answers `unavailable`.
 *
 * Thread: reader_pool_submit from the core; the rest from main.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"
#include "gateway/gateway.h"

struct reader_pool;

/* Opens a connection per reader on the database at `path`. Returns owned. */
enum err reader_pool_open(const char *path, struct reader_pool **out);
/* Whom to answer; before reader_pool_start. Borrowed. */
void reader_pool_set_gateways(struct reader_pool *pool, struct gateway *const *gateways);
/* Where search.db is; before reader_pool_start. Borrowed. Without it there is no search. */
void reader_pool_set_search(struct reader_pool *pool, const char *directory);
void reader_pool_start(struct reader_pool *pool);
/* Takes a request whose read.kind is set. */
void reader_pool_submit(struct reader_pool *pool, struct chat_request *request);
/* Let go, soon, of what is kept in memory to be quicker. */
void reader_pool_shrink(struct reader_pool *pool);
/* Requests that wait. Any thread. */
size_t reader_pool_queued(const struct reader_pool *pool);
/* Answers what is queued and ends the threads. */
void reader_pool_stop(struct reader_pool *pool);
void reader_pool_free(struct reader_pool *pool);
