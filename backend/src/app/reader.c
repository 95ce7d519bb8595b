/* reader.c: threads that read the store while the core writes.
 *
 * Owns      struct reader_pool, and one struct store_reader per thread.
 * Thread    reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/reader.h"

#include "app/reading.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/thread.h"
#include "gateway/gw_batch.h"
#include "store/store_read.h"

#include <stdatomic.h>
#include <uv.h>

struct reader {
    struct reader_pool *pool;
    struct store_reader *store;
    struct search_finder *finder; /* NULL: nobody has searched yet */
    struct mailbox inbox;
    uv_sem_t wake;
    uv_thread_t thread;
    atomic_size_t queued;
    atomic_bool must_shrink;
    int index;
};

struct reader_pool {
    struct reader readers[READER_THREADS];
    struct gateway *const *gateways;
    const char *search_directory; /* NULL: there is no search */
    atomic_bool is_stopping;
    bool is_started;
};

/* Answering */

static struct store_reader *store_of(void *context) {
    const struct reader *reader = context;
    return reader->store;
}

static enum err read_history(void *context, const struct chat_read *read, struct arena *arena,
                             struct store_page *out) {
    const struct store_place place = {read->before, read->after, read->around, read->limit};
    if (read->thread != 0)
        return store_read_thread(store_of(context), read->thread, &place, arena, out);
    return store_read_history(store_of(context), read->room, read->before, read->after,
                              read->around, read->limit, arena, out);
}

static enum err read_message(void *context, int64_t message, struct arena *arena,
                             struct chat_stored_message *out) {
    return store_read_message(store_of(context), message, arena, out);
}

static enum err read_versions(void *context, int64_t message, struct arena *arena,
                              struct store_versions *out) {
    return store_read_versions(store_of(context), message, arena, out);
}

static enum err read_list(void *context, const struct chat_read *read, struct arena *arena,
                          struct store_list *out) {
    if (read->kind == CHAT_READ_SAVED)
        return store_read_saved(store_of(context), read->user, read->after, read->limit, arena,
                                out);
    ASSERT(read->kind == CHAT_READ_PINS);
    return store_read_pins(store_of(context), read->room, read->after, read->limit, arena, out);
}

static enum err read_audit(void *context, int64_t user, int64_t room, int64_t before, int64_t limit,
                           struct arena *arena, struct store_audit *out) {
    return store_read_audit(store_of(context), user, room, before, limit, arena, out);
}

static enum err read_drafts(void *context, int64_t user, struct arena *arena,
                            struct store_drafts *out) {
    return store_read_drafts(store_of(context), user, arena, out);
}

static enum err read_threads(void *context, const struct chat_read *read, struct arena *arena,
                             struct store_threads *out) {
    return store_read_threads(store_of(context), read->user, read->after, read->limit, arena, out);
}

static enum err read_events(void *context, int64_t user, const int64_t *rooms, size_t room_count,
                            int64_t from_pos, int64_t to_pos, int64_t limit, struct arena *arena,
                            struct store_events *out) {
    return store_read_events(store_of(context), user, rooms, room_count, from_pos, to_pos, limit,
                             arena, out);
}

/* The index may be made anew while the server runs, or not be there yet. */
static enum err read_search(void *context, const struct search_wish *wish, struct arena *arena,
                            struct search_found *out) {
    struct reader *reader = context;
    enum err error = ERR_OK;
    if (reader->pool->search_directory == NULL)
        return ERR_UNAVAILABLE;
    if (reader->finder == NULL)
        error = search_finder_open(reader->pool->search_directory, &reader->finder);
    return error == ERR_OK ? search_find(reader->finder, reader->store, wish, arena, out) : error;
}

static void request_answer(struct reader_pool *pool, struct chat_request *request) {
    struct gw_batch *batch = gw_batch_new();
    gw_batch_answer(batch, request);
    gw_batch_post(batch, &pool->gateways[request->worker], 1);
}

static void request_complete(struct reader *reader, struct chat_request *request) {
    const struct reading_port port = {.context = reader,
                                      .history = read_history,
                                      .message = read_message,
                                      .versions = read_versions,
                                      .list = read_list,
                                      .drafts = read_drafts,
                                      .threads = read_threads,
                                      .audit = read_audit,
                                      .events = read_events,
                                      .search = read_search};
    reading_complete(&port, request);
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

static void reader_shrink(struct reader *reader) {
    store_reader_shrink(reader->store);
    if (reader->finder != NULL)
        search_finder_shrink(reader->finder);
}

static void reader_main(void *argument) {
    struct reader *reader = argument;
    thread_set(THREAD_READER, reader->index);
    do {
        uv_sem_wait(&reader->wake);
        reader_take(reader);
        if (atomic_exchange(&reader->must_shrink, false))
            reader_shrink(reader);
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

void reader_pool_set_search(struct reader_pool *pool, const char *directory) {
    pool->search_directory = directory;
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
        reading_refuse(request, PROTO_UNAVAILABLE,
                       STR("Too many people are reading. Try again soon."));
        request_answer(pool, request);
        return;
    }
    mailbox_post(&reader->inbox, &request->mail);
}

void reader_pool_shrink(struct reader_pool *pool) {
    for (int i = 0; i < READER_THREADS; i++) {
        atomic_store(&pool->readers[i].must_shrink, true);
        uv_sem_post(&pool->readers[i].wake);
    }
}

size_t reader_pool_queued(const struct reader_pool *pool) {
    size_t queued = 0;
    for (int i = 0; i < READER_THREADS; i++)
        queued += atomic_load_explicit(&pool->readers[i].queued, memory_order_relaxed);
    return queued;
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
        if (reader->finder != NULL)
            search_finder_close(reader->finder);
        if (reader->store != NULL)
            store_reader_close(reader->store);
        if (reader->pool != NULL)
            uv_sem_destroy(&reader->wake);
    }
    free(pool);
}
