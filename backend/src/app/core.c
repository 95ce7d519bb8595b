/* core.c: the one thread that owns the chat.
 *
 * Owns      struct core: the chat state, the inbox, the batch that is being worked on.
 * Thread    core.
 *
 * How it works, one turn:
 *
 *   1. take what is queued, at most CORE_BATCH_MAX requests: the batch
 *   2. for each: decide; give each fact its position; evolve; encode its event; append both to the journal
 *   3. commit. Nothing has left the core so far.
 *   4. post one gw_batch to every worker: subscriptions, events, answers in the order of 2
 *   5. give the requests that still want something from the store to the readers
 *
 * A batch without facts has no transaction. Time-outs of the chat (presence, typing) are a batch of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/core.h"

#include "app/reader.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "gateway/gw_batch.h"
#include "proto/proto_copy.h"
#include "proto/proto_encode.h"

#include <stdatomic.h>
#include <uv.h>

#define CORE_RETRY_MS        1000 /* writes are refused so long after one failed */
#define CORE_HOUSEKEEPING_MS 1000

struct core {
    uv_loop_t uv;
    uv_async_t wake;
    uv_timer_t due;          /* of the chat's next time-out */
    uv_timer_t housekeeping; /* of the journal */
    uv_thread_t thread;
    struct mailbox inbox;
    atomic_size_t queued; /* in the inbox and in `taken` */
    atomic_bool is_stopping, is_ready;
    struct mail *taken; /* not yet in a batch, oldest first */
    struct chat *chat;
    struct journal *journal;
    struct reader_pool *readers;
    struct gateway *const *gateways;
    unsigned gateway_count;
    int64_t read_only_until_ms; /* monotonic */
};

/* One batch while it is being worked on. */
struct batch {
    struct core *core;
    struct arena arena;
    struct gw_batch *out;
    struct chat_request *requests[CORE_BATCH_MAX];
    size_t request_count;
    struct chat_request *reads[CORE_BATCH_MAX];
    size_t read_count;
    bool has_begun; /* a transaction is open */
    enum err failed;
    struct buf scratch;
};

/* Answers */

static void answer_error(struct chat_request *request, const struct proto_error_body *body) {
    request->error = body->code;
    request->retry_after_ms = body->retry_after_ms;
    buf_clear(&request->json);
    proto_encode(&proto_error_body_shape, body, &request->json);
}

static void answer_unavailable(struct chat_request *request) {
    const struct proto_error_body body = {
        .code = PROTO_UNAVAILABLE,
        .message = STR("The server cannot do this at the moment. Try again soon."),
        .retry_after_ms = CORE_RETRY_MS,
    };
    answer_error(request, &body);
}

/* Facts: position, state, event, journal */

static void fact_subscribe(struct batch *batch, const struct chat_fact *fact) {
    if (fact->kind == CHAT_FACT_MEMBER_JOINED)
        gw_batch_join(batch->out, fact->member.user, fact->member.room);
    else if (fact->kind == CHAT_FACT_MEMBER_LEFT)
        gw_batch_leave(batch->out, fact->member.user, fact->member.room);
}

static void fact_append(struct batch *batch, const struct journal_entry *entry) {
    struct journal *journal = batch->core->journal;
    if (!batch->has_begun)
        batch->failed = journal->ops->begin(journal);
    batch->has_begun = true;
    if (batch->failed == ERR_OK)
        batch->failed = journal->ops->append(journal, entry);
}

static void fact_apply(struct batch *batch, struct chat_fact *fact) {
    struct core *core = batch->core;
    const void *payload = NULL;
    struct chat_audience audience = {0};
    fact->pos = chat_pos(core->chat) + 1;
    chat_evolve(core->chat, fact);
    enum proto_event event = chat_fact_event(core->chat, fact, &batch->arena, &payload, &audience);
    buf_clear(&batch->scratch);
    if (event != PROTO_EVENT_NONE)
        proto_encode(proto_events[event].payload, payload, &batch->scratch);
    struct journal_entry entry = {
        .fact = fact,
        .event = event,
        .scope = audience.scope,
        .room = audience.room,
        .user = audience.user,
        .data = buf_str(&batch->scratch),
    };
    fact_append(batch, &entry);
    fact_subscribe(batch, fact);
    if (event != PROTO_EVENT_NONE)
        gw_batch_event(batch->out, event, entry.data, fact->pos, &audience);
}

static void signal_send(struct batch *batch, const struct chat_signal *signal) {
    switch (signal->kind) {
    case CHAT_SIGNAL_EVENT:
        buf_clear(&batch->scratch);
        proto_encode(proto_events[signal->event].payload, signal->payload, &batch->scratch);
        gw_batch_event(batch->out, signal->event, buf_str(&batch->scratch), 0, &signal->audience);
        break;
    case CHAT_SIGNAL_END_SESSION:
        gw_batch_end_session(batch->out, signal->session);
        break;
    case CHAT_SIGNAL_CUT:
        gw_batch_cut(batch->out, signal->connection);
        break;
    }
}

static void outcome_apply(struct batch *batch, struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->fact_count && batch->failed == ERR_OK; i++)
        fact_apply(batch, &outcome->facts[i]);
}

static void outcome_signal(struct batch *batch, const struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->signal_count; i++)
        if (outcome->signals[i].kind != CHAT_SIGNAL_END_SESSION)
            signal_send(batch, &outcome->signals[i]);
}

/* Behind the answer: who ends his own session is told that it worked before its connections close. */
static void outcome_end_sessions(struct batch *batch, const struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->signal_count; i++)
        if (outcome->signals[i].kind == CHAT_SIGNAL_END_SESSION)
            signal_send(batch, &outcome->signals[i]);
}

/* Requests */

/* The secret that the gateway made for a new guest goes into his `ready`, which is encoded here. */
static void answer_attached(struct batch *batch, struct chat_request *request,
                            const struct chat_attached *attached) {
    struct chat_attached *copy = ARENA_NEW(&request->arena, struct chat_attached);
    *copy = *attached;
    if (copy->made_guest)
        copy->ready.token = request->fresh_token;
    proto_encode(proto_events[PROTO_EVENT_READY].payload, &copy->ready, &request->json);
    copy->rooms = NULL;
    copy->ready = (struct proto_event_ready){0}; /* pointed into the state */
    request->attached = copy;
    gw_batch_subscribe(batch->out, request->command.actor.connection, attached);
}

/* The shape of what an act answers; NULL: an empty object. */
static const struct proto_struct *act_result(int act) {
    if (act < PROTO_COMMAND_COUNT)
        return proto_commands[act].result;
    return act == CHAT_ACT_LOGIN || act == CHAT_ACT_WHOAMI ? &proto_user_shape : NULL;
}

static void answer_ok(struct batch *batch, struct chat_request *request,
                      struct chat_outcome *outcome) {
    const struct proto_struct *shape = act_result(request->command.act);
    const void *result = chat_answer(batch->core->chat, &request->command, outcome);
    request->error = PROTO_OK;
    request->read = outcome->read;
    if (request->command.act == CHAT_ACT_ATTACH)
        answer_attached(batch, request, result);
    else if (request->read.kind != CHAT_READ_NONE)
        request->result = proto_copy(shape, result, &request->arena);
    else if (shape == NULL || result == NULL)
        buf_append_c(&request->json, "{}");
    else
        proto_encode(shape, result, &request->json);
}

/* Ids of rooms are in the batch's arena, which ends before the reader begins. */
static void read_keep(struct chat_request *request) {
    struct chat_read *read = &request->read;
    struct str rooms = str_of((const char *)read->rooms, read->room_count * sizeof *read->rooms);
    if (rooms.len > 0)
        read->rooms = (const int64_t *)(const void *)arena_copy(&request->arena, rooms).at;
}

static void request_finish(struct batch *batch, struct chat_request *request) {
    if (request->error == PROTO_OK && request->read.kind != CHAT_READ_NONE) {
        read_keep(request);
        batch->reads[batch->read_count++] = request;
    } else {
        gw_batch_answer(batch->out, request);
    }
}

static bool core_is_read_only(const struct core *core) {
    return clock_mono_ms() < core->read_only_until_ms;
}

static enum proto_error request_decide(struct batch *batch, struct chat_request *request,
                                       struct chat_outcome *outcome) {
    *outcome = (struct chat_outcome){.arena = &batch->arena};
    request->command.now_ms = clock_wall_ms();
    request->command.mono_ms = clock_mono_ms();
    return chat_decide(batch->core->chat, &request->command, outcome);
}

static void request_carry_out(struct batch *batch, struct chat_request *request) {
    struct core *core = batch->core;
    struct chat_outcome outcome;
    enum proto_error error = request_decide(batch, request, &outcome);
    if (error != PROTO_OK) {
        outcome.error.code = error;
        answer_error(request, &outcome.error);
    } else if (outcome.fact_count > 0 && core_is_read_only(core)) {
        answer_unavailable(request);
        outcome.signal_count = 0; /* of what has not happened */
    } else {
        outcome_apply(batch, &outcome);
        if (batch->failed != ERR_OK)
            return;
        answer_ok(batch, request, &outcome);
    }
    outcome_signal(batch, &outcome);
    request_finish(batch, request);
    outcome_end_sessions(batch, &outcome);
}

/* Batches */

static void sink_fact(void *context, const struct chat_fact *fact) {
    chat_evolve(context, fact);
}

static void sink_log(void *context, int64_t first_pos, int64_t last_pos) {
    chat_set_log(context, first_pos, last_pos);
}

static void sink_ids(void *context, chat_user_id user, chat_room_id room, chat_message_id message,
                     chat_session_id session) {
    chat_set_ids(context, user, room, message, session);
}

static enum err core_load(struct core *core) {
    const struct chat_sink sink = {core->chat, sink_fact, sink_log, sink_ids};
    enum err error = core->journal->ops->load(core->journal, &sink);
    if (error == ERR_OK)
        chat_reloaded(core->chat);
    return error;
}

/* A connection that went is gone, whatever the store says, or somebody would stay online for ever. What the batch had not come
 * to is carried out now; a second time does no harm. Only when he was seen last is lost. */
static void request_detach(struct batch *batch, struct chat_request *request) {
    struct chat_outcome outcome;
    if (request->command.act == CHAT_ACT_DETACH)
        (void)request_decide(batch, request, &outcome); /* never fails */
}

/* The store refused: whatever the batch decided has not happened. Tries until the state is there again: without it there is
 * nothing to serve. */
static void batch_undo(struct batch *batch) {
    struct core *core = batch->core;
    log_error(LOG_JOURNAL, "batch.failed", "error=\"%s\" requests=%zu", err_text(batch->failed),
              batch->request_count);
    atomic_store(&core->is_ready, false);
    core->journal->ops->rollback(core->journal);
    gw_batch_discard(batch->out);
    do {
        core->read_only_until_ms = clock_mono_ms() + CORE_RETRY_MS;
        chat_forget(core->chat);
        batch->failed = core_load(core);
        if (batch->failed != ERR_OK) {
            log_error(LOG_JOURNAL, "load.failed", "error=\"%s\"", err_text(batch->failed));
            uv_sleep(CORE_RETRY_MS);
        }
    } while (batch->failed != ERR_OK && !atomic_load(&core->is_stopping));
    batch->out = gw_batch_new();
    batch->read_count = 0;
    for (size_t i = 0; i < batch->request_count; i++) {
        request_detach(batch, batch->requests[i]);
        answer_unavailable(batch->requests[i]);
        gw_batch_answer(batch->out, batch->requests[i]);
    }
}

static void batch_init(struct batch *batch, struct core *core) {
    batch->core = core;
    batch->arena = (struct arena){0};
    batch->scratch = BUF_EMPTY;
    batch->out = gw_batch_new();
    batch->request_count = batch->read_count = 0;
    batch->has_begun = false;
    batch->failed = ERR_OK;
}

static void batch_finish(struct batch *batch) {
    struct core *core = batch->core;
    if (batch->has_begun && batch->failed == ERR_OK)
        batch->failed = core->journal->ops->commit(core->journal);
    if (batch->failed != ERR_OK)
        batch_undo(batch);
    gw_batch_post(batch->out, core->gateways, core->gateway_count);
    for (size_t i = 0; i < batch->read_count; i++)
        reader_pool_submit(core->readers, batch->reads[i]);
    arena_deinit(&batch->arena);
    buf_deinit(&batch->scratch);
}

static struct chat_request *core_next(struct core *core) {
    if (core->taken == NULL)
        core->taken = mailbox_take(&core->inbox);
    struct mail *mail = core->taken;
    if (mail == NULL)
        return NULL;
    core->taken = mail->next;
    atomic_fetch_sub_explicit(&core->queued, 1, memory_order_relaxed);
    return MAIL_ITEM(mail, struct chat_request, mail);
}

static bool core_run_batch(struct core *core) {
    struct chat_request *request = core_next(core);
    if (request == NULL)
        return false;
    struct batch batch;
    batch_init(&batch, core);
    while (request != NULL) {
        batch.requests[batch.request_count++] = request;
        if (batch.failed == ERR_OK)
            request_carry_out(&batch, request);
        request = batch.request_count < CORE_BATCH_MAX ? core_next(core) : NULL;
    }
    batch_finish(&batch);
    return true;
}

static void core_tick(struct core *core) {
    if (chat_due_ms(core->chat) > clock_mono_ms())
        return;
    struct batch batch;
    batch_init(&batch, core);
    struct chat_outcome outcome = {.arena = &batch.arena};
    chat_tick(core->chat, clock_wall_ms(), clock_mono_ms(), &outcome);
    if (!core_is_read_only(core))
        outcome_apply(&batch, &outcome);
    if (batch.failed == ERR_OK) {
        outcome_signal(&batch, &outcome);
        outcome_end_sessions(&batch, &outcome);
    }
    batch_finish(&batch);
}

/* The thread */

static void on_due(uv_timer_t *timer);

static void core_arm(struct core *core) {
    int64_t due_ms = chat_due_ms(core->chat);
    if (due_ms == INT64_MAX) {
        (void)uv_timer_stop(&core->due);
        return;
    }
    int64_t delay_ms = due_ms - clock_mono_ms();
    uv_update_time(&core->uv);
    (void)uv_timer_start(&core->due, on_due, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

static void core_turn(struct core *core) {
    while (core_run_batch(core))
        core_tick(core);
    core_tick(core);
    core_arm(core);
    if (atomic_load(&core->is_stopping) && mailbox_is_empty(&core->inbox))
        uv_stop(&core->uv);
}

static void on_wake(uv_async_t *async) {
    core_turn(async->data);
}

static void on_due(uv_timer_t *timer) {
    core_turn(timer->data);
}

static void on_housekeeping(uv_timer_t *timer) {
    struct core *core = timer->data;
    int64_t now_ms = clock_wall_ms();
    while (core->journal->ops->idle(core->journal, now_ms) && mailbox_is_empty(&core->inbox))
        continue;
    chat_set_log(core->chat, core->journal->first_pos, chat_pos(core->chat));
    if (!core_is_read_only(core))
        atomic_store_explicit(&core->is_ready, true, memory_order_relaxed);
}

static void core_main(void *argument) {
    struct core *core = argument;
    thread_set(THREAD_CORE, 0);
    core_turn(core);
    (void)uv_run(&core->uv, UV_RUN_DEFAULT);
}

static void wake_core(void *context) {
    struct core *core = context;
    (void)uv_async_send(&core->wake);
}

/* Life cycle */

/* An empty store gets the room that everybody joins. */
static enum err core_found(struct core *core) {
    struct batch batch;
    if (chat_room_count(core->chat) > 0)
        return ERR_OK;
    batch_init(&batch, core);
    struct chat_outcome outcome = {.arena = &batch.arena};
    chat_found(core->chat, clock_wall_ms(), &outcome);
    outcome_apply(&batch, &outcome);
    if (batch.failed == ERR_OK)
        batch.failed = core->journal->ops->commit(core->journal);
    gw_batch_discard(batch.out);
    arena_deinit(&batch.arena);
    buf_deinit(&batch.scratch);
    return batch.failed;
}

static void core_init_loop(struct core *core) {
    int error = uv_loop_init(&core->uv);
    ASSERT(error == 0);
    error = uv_async_init(&core->uv, &core->wake, on_wake);
    ASSERT(error == 0);
    (void)uv_timer_init(&core->uv, &core->due);
    (void)uv_timer_init(&core->uv, &core->housekeeping);
    core->wake.data = core->due.data = core->housekeeping.data = core;
    (void)uv_timer_start(&core->housekeeping, on_housekeeping, CORE_HOUSEKEEPING_MS,
                         CORE_HOUSEKEEPING_MS);
    mailbox_init(&core->inbox, wake_core, core);
}

enum err core_open(const struct core_options *options, struct core **out) {
    struct core *core = MEM_NEW(struct core);
    core->journal = options->journal;
    core->readers = options->readers;
    core->chat = chat_new(&options->chat, &options->journal->port);
    core_init_loop(core);
    enum err error = core_load(core);
    if (error == ERR_OK)
        error = core_found(core);
    if (error != ERR_OK) {
        core_free(core);
        return error;
    }
    atomic_store(&core->is_ready, true);
    *out = core;
    return ERR_OK;
}

void core_set_gateways(struct core *core, struct gateway *const *gateways, unsigned count) {
    core->gateways = gateways;
    core->gateway_count = count;
}

void core_start(struct core *core) {
    int error = uv_thread_create(&core->thread, core_main, core);
    ASSERT(error == 0);
}

void core_stop(struct core *core) {
    atomic_store(&core->is_stopping, true);
    (void)uv_async_send(&core->wake);
    (void)uv_thread_join(&core->thread);
}

static void close_handle(uv_handle_t *handle, void *argument) {
    (void)argument;
    uv_close(handle, NULL);
}

void core_free(struct core *core) {
    for (struct chat_request *request; (request = core_next(core)) != NULL;)
        chat_request_free(request);
    uv_walk(&core->uv, close_handle, NULL);
    (void)uv_run(&core->uv, UV_RUN_DEFAULT);
    int error = uv_loop_close(&core->uv);
    ASSERT(error == 0);
    chat_free(core->chat);
    free(core);
}

void core_submit(void *context, struct chat_request *request) {
    struct core *core = context;
    bool must_arrive = request->command.act == CHAT_ACT_DETACH; /* or a ghost stays online */
    if (atomic_fetch_add_explicit(&core->queued, 1, memory_order_relaxed) >= CORE_QUEUE_MAX &&
        !must_arrive) {
        atomic_fetch_sub_explicit(&core->queued, 1, memory_order_relaxed);
        answer_unavailable(request);
        request->on_answer(request);
        return;
    }
    mailbox_post(&core->inbox, &request->mail);
}

bool core_is_ready(const struct core *core) {
    return atomic_load_explicit(&core->is_ready, memory_order_relaxed);
}
