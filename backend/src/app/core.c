/* core.c: the one thread that owns the chat.
 *
 * Owns      struct core: the inbox, the timers, the state.
 * Thread    core.
 *
 * What is done with requests stands in core_batch.c; here is when: while something is queued, batch after batch; when
 * the chat has something due; and once a second the journal's housekeeping.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/core.h"

#include "app/core_batch.h"
#include "app/hasher.h"
#include "app/indexer.h"
#include "app/reader.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <uv.h>

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
    atomic_bool must_shrink; /* before the next batch */
    _Atomic uint64_t beats;  /* written by the core alone */
    struct mail *taken;      /* not yet in a batch, oldest first */
    struct core_state state;
    struct reader_pool *readers;
    struct indexer *indexer; /* NULL: none */
    struct hasher *hasher;
};

/* What a batch needs */

static struct chat_request *core_next(void *context) {
    struct core *core = context;
    if (core->taken == NULL)
        core->taken = mailbox_take(&core->inbox);
    struct mail *mail = core->taken;
    if (mail == NULL)
        return NULL;
    core->taken = mail->next;
    atomic_fetch_sub_explicit(&core->queued, 1, memory_order_relaxed);
    return MAIL_ITEM(mail, struct chat_request, mail);
}

static int64_t core_wall_ms(void *context) {
    (void)context;
    return clock_wall_ms();
}

static int64_t core_mono_ms(void *context) {
    (void)context;
    return clock_mono_ms();
}

static void core_read(void *context, struct chat_request *request) {
    struct core *core = context;
    reader_pool_submit(core->readers, request);
}

static void core_hash(void *context, struct chat_request *request) {
    struct core *core = context;
    hasher_submit(core->hasher, request);
}

static void core_on_refused(void *context) {
    struct core *core = context;
    atomic_store(&core->is_ready, false);
}

/* The thread */

static void on_due(uv_timer_t *timer);

static void core_arm(struct core *core) {
    int64_t due_ms = chat_due_ms(core->state.chat);
    if (due_ms == INT64_MAX) {
        (void)uv_timer_stop(&core->due);
        return;
    }
    int64_t delay_ms = due_ms - clock_mono_ms();
    uv_update_time(&core->uv);
    (void)uv_timer_start(&core->due, on_due, delay_ms > 0 ? (uint64_t)delay_ms : 0, 0);
}

static void core_beat(struct core *core) {
    atomic_fetch_add_explicit(&core->beats, 1, memory_order_relaxed);
}

static void core_tell_indexer(struct core *core) {
    if (core->indexer != NULL)
        indexer_notice(core->indexer, chat_pos(core->state.chat));
}

static void core_turn(struct core *core) {
    if (atomic_exchange(&core->must_shrink, false))
        core_state_shrink(&core->state);
    while (core_batch_run(&core->state)) {
        core_batch_tick(&core->state);
        core_tell_indexer(core);
        core_beat(core);
    }
    core_batch_tick(&core->state);
    core_tell_indexer(core);
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
    core_beat(core);
    while (core_state_idle(&core->state) && mailbox_is_empty(&core->inbox))
        continue;
    if (!core_state_is_read_only(&core->state))
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
    const struct core_port port = {
        core, core_wall_ms, core_mono_ms, core_next, core_read, core_hash, core_on_refused,
    };
    core->readers = options->readers;
    core->indexer = options->indexer;
    core->hasher = options->hasher;
    core_init_loop(core);
    enum err error = core_state_open(&core->state, &options->chat, options->journal, &port);
    if (error != ERR_OK) {
        core_free(core);
        return error;
    }
    atomic_store(&core->is_ready, !core_state_is_read_only(&core->state));
    *out = core;
    return ERR_OK;
}

void core_set_gateways(struct core *core, struct gateway *const *gateways, unsigned count) {
    core->state.gateways = gateways;
    core->state.gateway_count = count;
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
    core_state_close(&core->state);
    free(core);
}

void core_submit(void *context, struct chat_request *request) {
    struct core *core = context;
    bool must_arrive = request->command.act == CHAT_ACT_DETACH || /* or a ghost stays online */
                       request->command.proof != NULL; /* its answer is for another thread */
    if (atomic_fetch_add_explicit(&core->queued, 1, memory_order_relaxed) >= CORE_QUEUE_MAX &&
        !must_arrive) {
        atomic_fetch_sub_explicit(&core->queued, 1, memory_order_relaxed);
        core_answer_unavailable(request);
        request->on_answer(request);
        return;
    }
    mailbox_post(&core->inbox, &request->mail);
}

void core_shrink(struct core *core) {
    atomic_store(&core->must_shrink, true);
    (void)uv_async_send(&core->wake);
}

uint64_t core_beats(const struct core *core) {
    return atomic_load_explicit(&core->beats, memory_order_relaxed);
}

size_t core_queued(const struct core *core) {
    return atomic_load_explicit(&core->queued, memory_order_relaxed);
}

const struct core_counters *core_counters(const struct core *core) {
    return &core->state.counters;
}

bool core_is_ready(const struct core *core) {
    return atomic_load_explicit(&core->is_ready, memory_order_relaxed);
}

bool core_has_owner(const struct core *core) {
    return chat_has_owner(core->state.chat);
}
