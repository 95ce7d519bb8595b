/* reader.c: threads that read the store while the core writes.
 *
 * Owns      struct reader_pool, and one struct store_reader per thread.
 * Thread    reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/reader.h"

#include "app/fit.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "gateway/gw_batch.h"
#include "proto/proto_encode.h"
#include "store/store_read.h"

#include <stdatomic.h>
#include <uv.h>

struct reader {
    struct reader_pool *pool;
    struct store_reader *store;
    struct mailbox inbox;
    uv_sem_t wake;
    uv_thread_t thread;
    atomic_size_t queued;
    int index;
};

struct reader_pool {
    struct reader readers[READER_THREADS];
    struct gateway *const *gateways;
    atomic_bool is_stopping;
    bool is_started;
};

/* Completing answers. Each fills what is missing in the request's result. */

static struct store_page page_of(const struct chat_request *request) {
    if (request->command.act == PROTO_COMMAND_ROOM_JOIN) {
        const struct proto_room_join_result *result = request->result;
        return (struct store_page){result->messages, result->messages_count, result->has_before,
                                   false};
    }
    const struct proto_message_history_result *result = request->result;
    return (struct store_page){result->messages, result->messages_count, result->has_before,
                               result->has_after};
}

static void page_set(struct chat_request *request, const struct store_page *page) {
    if (request->command.act == PROTO_COMMAND_ROOM_JOIN) {
        struct proto_room_join_result *result = request->result;
        result->messages = page->messages;
        result->messages_count = page->count;
        result->has_before = page->has_before;
    } else {
        struct proto_message_history_result *result = request->result;
        result->messages = page->messages;
        result->messages_count = page->count;
        result->has_before = page->has_before;
        result->has_after = page->has_after;
    }
}

static enum err read_history(struct reader *reader, struct chat_request *request) {
    const struct chat_read *read = &request->read;
    struct store_page page;
    enum err error = store_read_history(reader->store, read->room, read->before, read->after,
                                        read->around, read->limit, &request->arena, &page);
    if (error == ERR_OK)
        page_set(request, &page);
    return error;
}

static enum err read_message(struct reader *reader, struct chat_request *request) {
    struct chat_stored_message *stored = ARENA_NEW(&request->arena, struct chat_stored_message);
    struct proto_message_get_result *result = request->result;
    result->message = &stored->message;
    return store_read_message(reader->store, request->read.message, &request->arena, stored);
}

static enum err read_events(struct reader *reader, const struct chat_read *read,
                            struct arena *arena, struct store_events *events) {
    return store_read_events(reader->store, read->user, read->rooms, read->room_count,
                             read->from_pos, read->to_pos, read->limit, arena, events);
}

/* `sync`: the page ends at its last event, or at the log's end when that was all. Housekeeping may have shortened the log
 * since the core looked: then the client reloads. */
static enum err read_sync(struct reader *reader, struct chat_request *request) {
    struct proto_sync_result *result = request->result;
    struct store_events events;
    enum err error = read_events(reader, &request->read, &request->arena, &events);
    if (error == ERR_NOT_FOUND) {
        *result = (struct proto_sync_result){.reset = true};
        return ERR_OK;
    }
    if (error != ERR_OK)
        return error;
    size_t count = fit_events(events.events, events.count, READER_ANSWER_BYTES_MAX);
    bool more = events.more || count < events.count;
    result->events = ARENA_NEW_N(&request->arena, struct proto_sync_event, count);
    result->events_count = count;
    for (size_t i = 0; i < count; i++) {
        result->events[i].event = proto_events[events.events[i].event].name;
        result->events[i].payload = events.events[i].data;
    }
    result->has_pos = result->has_more = true;
    result->more = more;
    result->pos = more ? events.events[count - 1].pos : request->read.to_pos;
    return ERR_OK;
}

/* Missed events of a connection; without them (too many, too large for its outbox, or the log was shortened meanwhile) it
 * starts afresh. */
static enum err read_replay(struct reader *reader, struct chat_request *request) {
    struct store_events events = {0};
    struct chat_replay *replay = ARENA_NEW(&request->arena, struct chat_replay);
    enum err error = read_events(reader, &request->read, &request->arena, &events);
    if (error != ERR_OK && error != ERR_NOT_FOUND)
        return error;
    size_t fit = fit_events(events.events, events.count, READER_ANSWER_BYTES_MAX);
    replay->complete = error == ERR_OK && !events.more && fit == events.count;
    replay->events = ARENA_NEW_N(&request->arena, struct chat_replay_event, events.count);
    replay->count = events.count;
    for (size_t i = 0; i < events.count; i++)
        replay->events[i] = (struct chat_replay_event){events.events[i].pos, events.events[i].event,
                                                       events.events[i].data};
    request->replay = replay;
    return ERR_OK;
}

static enum err request_read(struct reader *reader, struct chat_request *request) {
    bool is_attach = request->command.act == CHAT_ACT_ATTACH;
    switch (request->read.kind) {
    case CHAT_READ_HISTORY:
        return read_history(reader, request);
    case CHAT_READ_MESSAGE:
        return read_message(reader, request);
    case CHAT_READ_EVENTS:
        return is_attach ? read_replay(reader, request) : read_sync(reader, request);
    case CHAT_READ_NONE:
        break;
    }
    return ERR_INVALID;
}

/* Answering */

static void answer_refused(struct chat_request *request, enum proto_error code,
                           struct str message) {
    const struct proto_error_body body = {.code = code, .message = message};
    request->error = code;
    buf_clear(&request->json);
    proto_encode(&proto_error_body_shape, &body, &request->json);
}

static void request_answer(struct reader_pool *pool, struct chat_request *request) {
    struct gw_batch *batch = gw_batch_new();
    gw_batch_answer(batch, request);
    gw_batch_post(batch, &pool->gateways[request->worker], 1);
}

static void answer_encode(struct chat_request *request) {
    buf_clear(&request->json);
    proto_encode(proto_commands[request->command.act].result, request->result, &request->json);
}

static enum fit_side wanted_side(const struct chat_request *request) {
    const struct proto_message_history *asked = request->command.payload;
    if (request->command.act != PROTO_COMMAND_MESSAGE_HISTORY)
        return FIT_END;
    return asked->has_after ? FIT_BEGINNING : asked->has_around ? FIT_AROUND : FIT_END;
}

/* The answer as JSON; what is too large (which is rare) is cut down and encoded again. */
static void answer_complete(struct chat_request *request) {
    answer_encode(request);
    if (request->read.kind != CHAT_READ_HISTORY || request->json.len <= READER_ANSWER_BYTES_MAX)
        return;
    struct store_page page = page_of(request);
    fit_page(&page, wanted_side(request), request->read.around, READER_ANSWER_BYTES_MAX);
    page_set(request, &page);
    answer_encode(request);
}

static void request_complete(struct reader *reader, struct chat_request *request) {
    enum err error = request_read(reader, request);
    if (error == ERR_NOT_FOUND) {
        answer_refused(request, PROTO_NOT_FOUND, STR("There is no such message."));
    } else if (error != ERR_OK) {
        log_error(LOG_STORE, "read.failed", "error=\"%s\"", err_text(error));
        answer_refused(request, PROTO_UNAVAILABLE,
                       STR("The history cannot be read at the moment."));
    } else if (request->command.act != CHAT_ACT_ATTACH) {
        answer_complete(request);
    }
    request_answer(reader->pool, request);
}

/* Threads */

static void reader_take(struct reader *reader) {
    struct mail *mail = mailbox_take(&reader->inbox);
    while (mail != NULL) {
        struct mail *next = mail->next;
        atomic_fetch_sub_explicit(&reader->queued, 1, memory_order_relaxed);
        request_complete(reader, MAIL_ITEM(mail, struct chat_request, mail));
        mail = next;
    }
}

static void reader_main(void *argument) {
    struct reader *reader = argument;
    thread_set(THREAD_READER, reader->index);
    do {
        uv_sem_wait(&reader->wake);
        reader_take(reader);
    } while (!atomic_load(&reader->pool->is_stopping) || !mailbox_is_empty(&reader->inbox));
}

static void reader_wake(void *context) {
    struct reader *reader = context;
    uv_sem_post(&reader->wake);
}

static void reader_init(struct reader *reader, struct reader_pool *pool, int index) {
    reader->pool = pool;
    reader->index = index;
    mailbox_init(&reader->inbox, reader_wake, reader);
    int error = uv_sem_init(&reader->wake, 0);
    ASSERT(error == 0);
}

enum err reader_pool_open(const char *path, struct reader_pool **out) {
    struct reader_pool *pool = MEM_NEW(struct reader_pool);
    for (int i = 0; i < READER_THREADS; i++) {
        reader_init(&pool->readers[i], pool, i);
        enum err error = store_reader_open(path, &pool->readers[i].store);
        if (error != ERR_OK) {
            reader_pool_free(pool);
            return error;
        }
    }
    *out = pool;
    return ERR_OK;
}

void reader_pool_set_gateways(struct reader_pool *pool, struct gateway *const *gateways) {
    pool->gateways = gateways;
}

void reader_pool_start(struct reader_pool *pool) {
    for (int i = 0; i < READER_THREADS; i++) {
        int error = uv_thread_create(&pool->readers[i].thread, reader_main, &pool->readers[i]);
        ASSERT(error == 0);
    }
    pool->is_started = true;
}

/* One room's readings go to one reader; what belongs to no room is spread by person. */
static struct reader *reader_choose(struct reader_pool *pool, const struct chat_read *read) {
    uint64_t key = (uint64_t)(read->room != 0 ? read->room : read->user);
    return &pool->readers[key % READER_THREADS];
}

void reader_pool_submit(struct reader_pool *pool, struct chat_request *request) {
    ASSERT_THREAD(CORE);
    struct reader *reader = reader_choose(pool, &request->read);
    if (atomic_fetch_add_explicit(&reader->queued, 1, memory_order_relaxed) >= READER_QUEUE_MAX) {
        atomic_fetch_sub_explicit(&reader->queued, 1, memory_order_relaxed);
        answer_refused(request, PROTO_UNAVAILABLE,
                       STR("Too many people are reading. Try again soon."));
        request_answer(pool, request);
        return;
    }
    mailbox_post(&reader->inbox, &request->mail);
}

void reader_pool_stop(struct reader_pool *pool) {
    atomic_store(&pool->is_stopping, true);
    for (int i = 0; pool->is_started && i < READER_THREADS; i++) {
        uv_sem_post(&pool->readers[i].wake);
        (void)uv_thread_join(&pool->readers[i].thread);
    }
}

void reader_pool_free(struct reader_pool *pool) {
    for (int i = 0; i < READER_THREADS; i++) {
        struct reader *reader = &pool->readers[i];
        if (reader->store != NULL)
            store_reader_close(reader->store);
        if (reader->pool != NULL)
            uv_sem_destroy(&reader->wake);
    }
    free(pool);
}
