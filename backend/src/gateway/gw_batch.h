/* gw_batch.h: what the core tells the workers after a commit.
 *
 * One batch of commands makes one gw_batch: subscriptions, events as frames, answers, in the order in which they
 * were decided. The same batch is posted once to every worker, read-only and counted; each worker carries out what
 * concerns it. Because subscriptions travel in the same order as events, a client gets exactly the events behind the
 * position at which it was attached, and a person who left gets none.
 *
 * Thread: made on the core, carried out on each worker.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"
#include "gateway/gateway.h"

struct gw_batch;

/* Returns owned: gw_batch_post or gw_batch_discard takes it. */
struct gw_batch *gw_batch_new(void);
/* Drops it unsent; answers in it stay the caller's. */
void gw_batch_discard(struct gw_batch *batch);
/* Drops everything but the events without a position that are no news: what was in it has not happened, but who types and who is here is not in the
 * log, and remains so. Answers stay the caller's. */
void gw_batch_undo(struct gw_batch *batch);

/* An event to an audience. `data` is the payload's JSON; pos > 0 makes it durable (the recovery offset). Copies. */
void gw_batch_event(struct gw_batch *batch, enum proto_event event, struct str data, int64_t pos,
                    const struct chat_audience *audience);
/* The same without a position, of something that the batch's facts have changed: gw_batch_undo drops it. */
void gw_batch_news(struct gw_batch *batch, enum proto_event event, struct str data,
                   const struct chat_audience *audience);
/* The connection hears its user's rooms from here on; its own answer comes later. Copies. */
void gw_batch_subscribe(struct gw_batch *batch, uint64_t connection,
                        const struct chat_attached *attached);
/* The user's connections hear the room from here on, or no longer. */
void gw_batch_join(struct gw_batch *batch, chat_user_id user, chat_room_id room);
void gw_batch_leave(struct gw_batch *batch, chat_user_id user, chat_room_id room);
/* The session's connections that came with the cookie of the old token go on with that of the new one. Copies. */
void gw_batch_token(struct gw_batch *batch, chat_session_id session,
                    const struct chat_rotation *rotation);
/* Ends the session's connections, or cuts one connection. */
void gw_batch_end_session(struct gw_batch *batch, chat_session_id session);
void gw_batch_cut(struct gw_batch *batch, uint64_t connection);
/* Cuts every connection that hears events: some were lost, and each gets them from the log when it comes back. */
void gw_batch_cut_all(struct gw_batch *batch);
/* Gives a request back to its worker. Takes the request when the batch is posted. */
void gw_batch_answer(struct gw_batch *batch, struct chat_request *request);

/* Gives the batch to every worker; takes it. An empty one is dropped. */
void gw_batch_post(struct gw_batch *batch, struct gateway *const *gateways, unsigned count);
