/* core_batch.c: what the core does with requests: one batch after the other.
 *
 * Owns      struct core_state: the chat state; and struct batch, what is being worked on.
 * Thread    core.
 *
 * How it works, one batch:
 *
 *   1. take what is waiting, at most CORE_BATCH_MAX requests
 *   2. for each: decide; give each fact its position; evolve; encode its event; append both to the journal
 *   3. commit. Nothing has left the core so far.
 *   4. post one gw_batch to every worker: subscriptions, events, answers in the order of 2
 *   5. give away the requests that still want something from the store
 *
 * A batch without facts has no transaction. Time-outs of the chat (presence, typing) are a batch of their own.
 *
 * When the journal refuses, the batch has not happened, but the chat has gone through its facts already. A second chat is loaded
 * beside it and takes its place; should the load fail too, the first one goes on serving reads as it is, and the next try to
 * come back begins with a load. Why not an undo, or a copy: docs/decisions/0012-loading-beside.md.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/core_batch.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "gateway/gw_batch.h"
#include "proto/proto_copy.h"
#include "proto/proto_encode.h"

/* One batch while it is being worked on. */
struct batch {
    struct core_state *state;
    struct arena arena;
    struct gw_batch *out;
    struct chat_request *requests[CORE_BATCH_MAX];
    size_t request_count;
    struct chat_request *reads[CORE_BATCH_MAX];
    size_t read_count;
    struct chat_request *hashes[CORE_BATCH_MAX];
    size_t hash_count;
    bool has_begun;                   /* a transaction is open */
    size_t fact_count, message_count; /* appended */
    enum err failed;
    struct buf scratch;
};

/* Time */

static int64_t wall_ms(const struct core_state *state) {
    return state->port.wall_ms(state->port.context);
}

static int64_t mono_ms(const struct core_state *state) {
    return state->port.mono_ms(state->port.context);
}

bool core_state_is_read_only(const struct core_state *state) {
    return state->is_read_only;
}

/* Answers */

static void answer_error(struct chat_request *request, const struct proto_error_body *body) {
    request->error = body->code;
    request->retry_after_ms = body->retry_after_ms;
    buf_clear(&request->json);
    proto_encode(&proto_error_body_shape, body, &request->json);
}

void core_answer_unavailable(struct chat_request *request) {
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
    struct journal *journal = batch->state->journal;
    if (!batch->has_begun)
        batch->failed = journal->ops->begin(journal);
    batch->has_begun = true;
    if (batch->failed == ERR_OK)
        batch->failed = journal->ops->append(journal, entry);
}

static void fact_apply(struct batch *batch, struct chat_fact *fact) {
    struct core_state *state = batch->state;
    const void *payload = NULL;
    struct chat_audience audience = {0};
    fact->pos = chat_pos(state->chat) + 1;
    chat_evolve(state->chat, fact);
    enum proto_event event = chat_fact_event(state->chat, fact, &batch->arena, &payload, &audience);
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
    batch->fact_count++;
    batch->message_count += fact->kind == CHAT_FACT_MESSAGE_NEW;
    fact_subscribe(batch, fact);
    if (event != PROTO_EVENT_NONE)
        gw_batch_event(batch->out, event, entry.data, fact->pos, &audience);
}

static struct str signal_encode(struct batch *batch, const struct chat_signal *signal) {
    buf_clear(&batch->scratch);
    proto_encode(proto_events[signal->event].payload, signal->payload, &batch->scratch);
    return buf_str(&batch->scratch);
}

static void signal_send(struct batch *batch, const struct chat_signal *signal) {
    switch (signal->kind) {
    case CHAT_SIGNAL_EVENT:
        gw_batch_event(batch->out, signal->event, signal_encode(batch, signal), 0,
                       &signal->audience);
        break;
    case CHAT_SIGNAL_NEWS:
        gw_batch_news(batch->out, signal->event, signal_encode(batch, signal), &signal->audience);
        break;
    case CHAT_SIGNAL_TOKEN:
        gw_batch_token(batch->out, signal->session, signal->rotation);
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

/* Who types, who is here: the chat has changed it already, whether the facts beside it happen or not. */
static void outcome_tell(struct batch *batch, const struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->signal_count; i++)
        if (outcome->signals[i].kind == CHAT_SIGNAL_EVENT)
            signal_send(batch, &outcome->signals[i]);
}

/* What the facts have changed, and no log says. */
static void outcome_tell_news(struct batch *batch, const struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->signal_count; i++)
        if (outcome->signals[i].kind == CHAT_SIGNAL_NEWS ||
            outcome->signals[i].kind == CHAT_SIGNAL_TOKEN)
            signal_send(batch, &outcome->signals[i]);
}

static void outcome_cut(struct batch *batch, const struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->signal_count; i++)
        if (outcome->signals[i].kind == CHAT_SIGNAL_CUT)
            signal_send(batch, &outcome->signals[i]);
}

/* Behind the answer: who ends his own session is told that it worked before its connections close. */
static void outcome_end_sessions(struct batch *batch, const struct chat_outcome *outcome) {
    for (size_t i = 0; i < outcome->signal_count; i++)
        if (outcome->signals[i].kind == CHAT_SIGNAL_END_SESSION)
            signal_send(batch, &outcome->signals[i]);
}

/* Requests */

/* Again, without the last rooms: a client that asked for some of them asks for the others too. */
static void ready_shorten(struct proto_event_ready *ready, struct buf *out) {
    while (out->len > CORE_READY_BYTES_MAX && ready->rooms_count > 1) {
        ready->rooms_count -= ready->rooms_count / 4 + 1;
        ready->rooms_more = true;
        buf_clear(out);
        proto_encode(proto_events[PROTO_EVENT_READY].payload, ready, out);
    }
}

/* Again, without previews: those of direct messages, whose order in a list they tell, go last. */
static void ready_strip(struct proto_event_ready *ready, bool dms_too, struct buf *out) {
    for (size_t i = 0; i < ready->rooms_count; i++)
        if (dms_too || ready->rooms[i].kind != PROTO_ROOM_KIND_DM)
            ready->rooms[i].last_message = NULL;
    buf_clear(out);
    proto_encode(proto_events[PROTO_EVENT_READY].payload, ready, out);
}

/* `ready` with a preview of the newest message of each room; without them when that would be more than somebody should wait for on a
 * telephone (a hundred rooms, long messages). With a thousand rooms it would not fit into an outbox, and a client that cannot get
 * its `ready` can never come in. */
static void ready_encode(struct proto_event_ready *ready, bool is_bounded, struct buf *out) {
    proto_encode(proto_events[PROTO_EVENT_READY].payload, ready, out);
    if (out->len > CORE_READY_BYTES_MAX)
        ready_strip(ready, false, out);
    if (out->len > CORE_READY_BYTES_MAX)
        ready_strip(ready, true, out);
    if (is_bounded)
        ready_shorten(ready, out);
}

/* The secret that the gateway made for a new guest goes into his `ready`, which is encoded here. */
static void answer_attached(struct batch *batch, struct chat_request *request,
                            const struct chat_attached *attached) {
    struct chat_attached *copy = ARENA_NEW(&request->arena, struct chat_attached);
    *copy = *attached;
    if (copy->made_guest)
        copy->ready.token = request->fresh_token;
    ready_encode(&copy->ready, copy->is_bounded, &request->json);
    copy->rooms = NULL;
    copy->ready = (struct proto_event_ready){0}; /* pointed into the state */
    request->attached = copy;
    gw_batch_subscribe(batch->out, request->command.actor.connection, attached);
}

/* Its texts are in the batch's arena. */
static void answer_file(struct chat_request *request, const struct chat_file_fact *file) {
    struct chat_file_fact *copy = ARENA_NEW(&request->arena, struct chat_file_fact);
    *copy = *file;
    copy->name = arena_copy(&request->arena, file->name);
    copy->type = arena_copy(&request->arena, file->type);
    copy->file = arena_copy(&request->arena, file->file);
    request->file = copy;
}

static void answer_ok(struct batch *batch, struct chat_request *request,
                      struct chat_outcome *outcome) {
    const struct proto_struct *shape = chat_act_shape(request->command.act);
    const void *result = chat_answer(batch->state->chat, &request->command, outcome);
    request->error = PROTO_OK;
    request->read = outcome->read;
    if (request->command.act == CHAT_ACT_ATTACH)
        answer_attached(batch, request, result);
    else if (request->command.act == CHAT_ACT_FILE_LOOK)
        answer_file(request, result);
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

/* What is to be hashed lives in the batch's arena, or in the state. */
static void hashing_keep(struct batch *batch, struct chat_request *request,
                         const struct chat_hashing *hashing) {
    request->hashing = *hashing;
    request->hashing.password = arena_copy(&request->arena, hashing->password);
    request->hashing.known = arena_copy(&request->arena, hashing->known);
    if (!str_is_none(hashing->fresh))
        request->hashing.fresh = arena_copy(&request->arena, hashing->fresh);
    batch->hashes[batch->hash_count++] = request;
}

static void request_finish(struct batch *batch, struct chat_request *request) {
    if (request->error == PROTO_OK && request->read.kind != CHAT_READ_NONE) {
        read_keep(request);
        batch->reads[batch->read_count++] = request;
    } else {
        gw_batch_answer(batch->out, request);
    }
}

static enum proto_error request_decide(struct batch *batch, struct chat_request *request,
                                       struct chat_outcome *outcome) {
    *outcome = (struct chat_outcome){.arena = &batch->arena};
    request->command.now_ms = wall_ms(batch->state);
    request->command.mono_ms = mono_ms(batch->state);
    return chat_decide(batch->state->chat, &request->command, outcome);
}

/* Notes of when somebody was there are worth less than the answer: a server that cannot write goes without them. */
static bool outcome_writes(struct chat_outcome *outcome) {
    size_t notes = 0;
    for (size_t i = 0; i < outcome->fact_count; i++)
        notes += chat_fact_is_note(outcome->facts[i].kind);
    if (notes == outcome->fact_count)
        outcome->fact_count = 0;
    return outcome->fact_count > 0;
}

/* While writes are refused: what writes, and what is told the log's end, which may be another after the next load. */
static bool must_wait(const struct core_state *state, const struct chat_request *request,
                      struct chat_outcome *outcome) {
    int act = request->command.act;
    bool asks_for_end = act == CHAT_ACT_ATTACH || act == PROTO_COMMAND_SYNC;
    return state->is_read_only && (outcome_writes(outcome) || (state->is_stale && asks_for_end));
}

/* A lookup has failed, of one damaged message or of everything: the journal knows which. False: the batch has failed. */
static bool batch_is_trusted(struct batch *batch) {
    struct core_state *state = batch->state;
    if (state->is_read_only || batch->has_begun)
        return true;
    batch->failed = state->journal->ops->begin(state->journal);
    batch->has_begun = true;
    return batch->failed == ERR_OK;
}

static void answer_refused(const struct core_state *state, struct chat_request *request,
                           enum proto_error error, struct chat_outcome *outcome) {
    bool is_refused_by_us = error == PROTO_OK; /* because it must wait */
    if (is_refused_by_us || (error == PROTO_UNAVAILABLE && state->is_read_only)) {
        core_answer_unavailable(request);
        return;
    }
    outcome->error.code = error;
    answer_error(request, &outcome->error);
}

static void request_carry_out(struct batch *batch, struct chat_request *request) {
    struct core_state *state = batch->state;
    struct chat_outcome outcome;
    enum proto_error error = request_decide(batch, request, &outcome);
    if (error == PROTO_UNAVAILABLE && !batch_is_trusted(batch))
        return;
    if (error == PROTO_OK && outcome.hashing.is_wanted) {
        hashing_keep(batch, request, &outcome.hashing);
        return;
    }
    bool happens = error == PROTO_OK && !must_wait(state, request, &outcome);
    if (happens)
        outcome_apply(batch, &outcome);
    outcome_tell(batch, &outcome);
    if (batch->failed != ERR_OK)
        return;
    if (happens) {
        outcome_tell_news(batch, &outcome);
        answer_ok(batch, request, &outcome);
        outcome_cut(batch, &outcome);
    } else {
        answer_refused(state, request, error, &outcome);
    }
    request_finish(batch, request);
    if (happens)
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

static enum err state_load(struct core_state *state, struct chat *chat) {
    const struct chat_sink sink = {chat, sink_fact, sink_log, sink_ids};
    return state->journal->ops->load(state->journal, &sink);
}

/* What facts say, as the journal has it. On an error the chat stays as it is. */
static enum err state_reload(struct core_state *state) {
    struct chat *beside = chat_new_beside(state->chat);
    enum err error = state_load(state, beside);
    state->is_stale = error != ERR_OK;
    if (error == ERR_OK) {
        chat_adopt(state->chat, beside);
    } else {
        log_error(LOG_JOURNAL, "load.failed", "error=\"%s\"", err_text(error));
        chat_free(beside);
    }
    return error;
}

/* A commit that failed may hold all the same. Then the log has events of which nobody was told, and whoever listens has a hole: they
 * come back, and get them from the log. */
static void tell_lost(struct core_state *state, struct gw_batch *out) {
    int64_t pos = chat_pos(state->chat);
    if (state->is_stale || pos == state->told_pos)
        return;
    log_warn(LOG_JOURNAL, "batch.held", "from=%lld to=%lld", (long long)state->told_pos,
             (long long)pos);
    gw_batch_cut_all(out);
    state->told_pos = pos;
}

static void state_refuse(struct core_state *state, enum err error) {
    state->is_read_only = true;
    state->refused_by = error;
    state->retry_at_ms = mono_ms(state) + CORE_RETRY_MS;
    state->port.on_refused(state->port.context);
}

/* A try to come back. The load behind a recovery is not for nothing: a commit whose success did not reach us may have reached
 * the disk. */
static void state_retry(struct core_state *state) {
    enum err error = state->journal->ops->recover(state->journal);
    if (error == ERR_OK || state->is_stale) {
        enum err loaded = state_reload(state);
        error = error == ERR_OK ? loaded : error;
        struct gw_batch *out = gw_batch_new();
        tell_lost(state, out);
        gw_batch_post(out, state->gateways, state->gateway_count);
    }
    if (error == ERR_OK) {
        state->is_read_only = false;
        log_info(LOG_JOURNAL, "journal.writing", "pos=%lld", (long long)chat_pos(state->chat));
    } else if (error != state->refused_by) {
        log_error(LOG_JOURNAL, "journal.refusing", "error=\"%s\"", err_text(error));
    }
    state->refused_by = error;
    state->retry_at_ms = mono_ms(state) + CORE_RETRY_MS;
}

/* A connection that went is gone, whatever the store says, or somebody would stay online for ever. What the batch had not come
 * to is carried out now; a second time does no harm. Only when he was seen last is lost. */
static void request_detach(struct batch *batch, struct chat_request *request) {
    struct chat_outcome outcome;
    if (request->command.act == CHAT_ACT_DETACH)
        (void)request_decide(batch, request, &outcome); /* never fails */
}

static void tell_everybody(struct batch *batch) {
    const struct chat_audience all = {.scope = CHAT_SCOPE_ALL};
    const struct proto_event_notice notice = {
        .code = PROTO_NOTICE_CODE_READ_ONLY,
        .message = STR("The server cannot save anything at the moment. Reading goes on."),
    };
    buf_clear(&batch->scratch);
    proto_encode(proto_events[PROTO_EVENT_NOTICE].payload, &notice, &batch->scratch);
    gw_batch_event(batch->out, PROTO_EVENT_NOTICE, buf_str(&batch->scratch), 0, &all);
}

/* The journal refused: whatever the batch decided has not happened, but for what is not in the log. */
static void batch_undo(struct batch *batch) {
    struct core_state *state = batch->state;
    bool is_news = !state->is_read_only;
    log_error(LOG_JOURNAL, "batch.failed", "error=\"%s\" requests=%zu", err_text(batch->failed),
              batch->request_count);
    state->journal->ops->rollback(state->journal);
    gw_batch_undo(batch->out);
    state_refuse(state, batch->failed);
    (void)state_reload(state); /* a failure is in the log; the next try does it again */
    batch->read_count = batch->hash_count = 0;
    if (is_news)
        tell_everybody(batch);
    for (size_t i = 0; i < batch->request_count; i++) {
        request_detach(batch, batch->requests[i]);
        core_answer_unavailable(batch->requests[i]);
        gw_batch_answer(batch->out, batch->requests[i]);
    }
    tell_lost(state, batch->out);
}

static void state_count(struct core_state *state) {
    counter_set(&state->counters.users, chat_user_count(state->chat));
    counter_set(&state->counters.rooms, chat_room_count(state->chat));
}

static void batch_init(struct batch *batch, struct core_state *state) {
    batch->state = state;
    batch->arena = (struct arena){0};
    batch->scratch = BUF_EMPTY;
    batch->out = gw_batch_new();
    batch->request_count = batch->read_count = batch->hash_count = 0;
    batch->fact_count = batch->message_count = 0;
    batch->has_begun = false;
    batch->failed = ERR_OK;
}

static void batch_commit(struct batch *batch) {
    struct core_state *state = batch->state;
    uint64_t begin_ns = clock_mono_ns();
    batch->failed = state->journal->ops->commit(state->journal);
    histogram_add(&state->counters.commit_ns, histogram_bounds_ns, clock_mono_ns() - begin_ns);
}

static void batch_count(const struct batch *batch) {
    struct core_counters *counters = &batch->state->counters;
    if (batch->request_count > 0)
        histogram_add(&counters->batch_count, histogram_bounds_count, batch->request_count);
    if (batch->failed == ERR_OK) {
        counter_add(&counters->facts, batch->fact_count);
        counter_add(&counters->messages, batch->message_count);
    } else {
        counter_add(&counters->failed, 1);
    }
    state_count(batch->state);
}

static void batch_finish(struct batch *batch) {
    struct core_state *state = batch->state;
    if (batch->has_begun && batch->failed == ERR_OK)
        batch_commit(batch);
    batch_count(batch);
    if (batch->failed != ERR_OK)
        batch_undo(batch);
    else if (batch->has_begun)
        state->told_pos = chat_pos(state->chat);
    gw_batch_post(batch->out, state->gateways, state->gateway_count);
    for (size_t i = 0; i < batch->read_count; i++)
        state->port.read(state->port.context, batch->reads[i]);
    for (size_t i = 0; i < batch->hash_count; i++)
        state->port.hash(state->port.context, batch->hashes[i]);
    arena_deinit(&batch->arena);
    buf_deinit(&batch->scratch);
}

static struct chat_request *request_next(struct core_state *state) {
    return state->port.next(state->port.context);
}

bool core_batch_run(struct core_state *state) {
    struct chat_request *request = request_next(state);
    if (request == NULL)
        return false;
    struct batch batch;
    batch_init(&batch, state);
    while (request != NULL) {
        batch.requests[batch.request_count++] = request;
        if (batch.failed == ERR_OK)
            request_carry_out(&batch, request);
        request = batch.request_count < CORE_BATCH_MAX ? request_next(state) : NULL;
    }
    batch_finish(&batch);
    return true;
}

void core_batch_tick(struct core_state *state) {
    if (chat_due_ms(state->chat) > mono_ms(state))
        return;
    struct batch batch;
    batch_init(&batch, state);
    struct chat_outcome outcome = {.arena = &batch.arena};
    chat_tick(state->chat, wall_ms(state), mono_ms(state), &outcome);
    if (!core_state_is_read_only(state))
        outcome_apply(&batch, &outcome);
    outcome_tell(&batch, &outcome);
    if (batch.failed == ERR_OK)
        outcome_end_sessions(&batch, &outcome);
    batch_finish(&batch);
}

/* Housekeeping */

bool core_state_idle(struct core_state *state) {
    if (state->is_read_only && mono_ms(state) >= state->retry_at_ms)
        state_retry(state);
    bool more = state->journal->ops->idle(state->journal, wall_ms(state));
    chat_set_log(state->chat, state->journal->first_pos, chat_pos(state->chat));
    return more;
}

void core_state_shrink(struct core_state *state) {
    state->journal->ops->shrink(state->journal);
}

/* Life cycle */

/* An empty journal gets the room that everybody joins. */
static enum err state_found(struct core_state *state) {
    struct batch batch;
    if (chat_room_count(state->chat) > 0)
        return ERR_OK;
    batch_init(&batch, state);
    struct chat_outcome outcome = {.arena = &batch.arena};
    chat_found(state->chat, wall_ms(state), &outcome);
    outcome_apply(&batch, &outcome);
    if (batch.failed == ERR_OK)
        batch.failed = state->journal->ops->commit(state->journal);
    gw_batch_discard(batch.out);
    arena_deinit(&batch.arena);
    buf_deinit(&batch.scratch);
    return batch.failed;
}

enum err core_state_open(struct core_state *state, const struct chat_options *options,
                         struct journal *journal, const struct core_port *port) {
    *state = (struct core_state){
        .chat = chat_new(options, &journal->port), .journal = journal, .port = *port};
    enum err error = state_load(state, state->chat);
    if (error == ERR_OK) {
        chat_reloaded(state->chat);
        error = state_found(state);
    }
    if (error != ERR_OK) {
        core_state_close(state);
        return error;
    }
    state->told_pos = chat_pos(state->chat);
    state_count(state);
    error = journal->ops->recover(journal);
    if (error != ERR_OK)
        state_refuse(state, error); /* damage that was seen when the store was opened */
    return ERR_OK;
}

void core_state_close(struct core_state *state) {
    if (state->chat != NULL)
        chat_free(state->chat);
    state->chat = NULL;
}
