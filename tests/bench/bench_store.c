/* bench_store.c: what the store costs.
 *
 *     bench_store [DIR]
 *
 * Without a directory: durable messages a second by the size of the batch, in a directory of its own that is removed.
 * With one that make_history has filled: opening, loading, and what readers do, on that.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/arena.h"
#include "base/log.h"
#include "bench.h"
#include "history.h"
#include "store/store_load.h"
#include "store/store_read.h"
#include "test_dir.h"

#define WRITE_MS_PER_SIZE 4000
#define READ_TIMES        5000

/* Writing */

static void write_batches(const char *directory, int size) {
    struct bench commits = {0};
    struct history h;
    struct store *store = history_open(directory);
    history_begin(&h, store, 50, 1000000);
    uint64_t start_ns = clock_mono_ns(), sent = 0;
    while (clock_mono_ns() - start_ns < WRITE_MS_PER_SIZE * 1000000ull) {
        uint64_t begin_ns = clock_mono_ns();
        history_check(store_batch_begin(store), "begin");
        for (int i = 0; i < size; i++)
            history_add_message(&h);
        history_check(store_batch_commit(store), "commit");
        bench_add(&commits, clock_mono_ns() - begin_ns);
        sent += (uint64_t)size;
    }
    double seconds = (double)(clock_mono_ns() - start_ns) / 1e9;
    printf("batch %3d: %9.0f durable messages/s   ", size, (double)sent / seconds);
    bench_print(&commits, "begin .. commit");
    history_end(&h);
    store_close(store);
}

static int bench_writing(void) {
    static const int sizes[] = {1, 64, 256, 512};
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        struct test_dir dir;
        test_dir_make(&dir);
        write_batches(dir.path, sizes[i]);
        test_dir_remove(&dir);
    }
    return 0;
}

/* Reading */

static size_t facts_loaded;
static int64_t last_pos, room_max;

static void on_fact(void *context, const struct chat_fact *fact) {
    (void)context;
    (void)fact;
    facts_loaded++;
}
static void on_log(void *context, int64_t first, int64_t last) {
    (void)context;
    (void)first;
    last_pos = last;
}
static void on_ids(void *context, chat_user_id user, chat_room_id room, chat_message_id message,
                   chat_session_id session) {
    (void)context;
    (void)user;
    (void)message;
    (void)session;
    room_max = room;
}

static struct store *bench_open(const char *directory) {
    const struct chat_sink sink = {NULL, on_fact, on_log, on_ids};
    uint64_t start_ns = clock_mono_ns();
    struct store *store = history_open(directory);
    uint64_t opened_ns = clock_mono_ns();
    history_check(store_load(store, &sink), "load");
    printf("open %.1f ms, load %.1f ms (%zu facts)\n", (double)(opened_ns - start_ns) / 1e6,
           (double)(clock_mono_ns() - opened_ns) / 1e6, facts_loaded);
    return store;
}

static void bench_history(struct store_reader *reader, struct arena *arena, bool newest) {
    struct test_random r = {7};
    struct bench times = {0};
    for (int i = 0; i < READ_TIMES; i++) {
        struct store_page page;
        int64_t room = 1 + (int64_t)test_random_below(&r, (size_t)room_max);
        int64_t before = newest ? 0 : 51 + (int64_t)test_random_below(&r, 1000);
        uint64_t start_ns = clock_mono_ns();
        history_check(store_read_history(reader, room, before, 0, 0, 50, arena, &page), "history");
        bench_add(&times, clock_mono_ns() - start_ns);
        arena_reset(arena);
    }
    bench_print(&times, newest ? "history, newest 50" : "history, 50 before");
}

static int compare_rooms(const void *a, const void *b) {
    return (*(const int64_t *)a > *(const int64_t *)b) -
           (*(const int64_t *)a < *(const int64_t *)b);
}

/* A person in general and up to 19 other rooms, who was away for the last `missed` events. */
static void bench_events(struct store_reader *reader, struct arena *arena, int64_t missed,
                         const char *name) {
    struct test_random r = {8};
    struct bench times = {0};
    for (int i = 0; i < READ_TIMES / 10; i++) {
        struct store_events events;
        int64_t rooms[20] = {1};
        size_t count = 1;
        while (count < 20 && (int64_t)count < room_max)
            rooms[count++] = 2 + (int64_t)test_random_below(&r, (size_t)room_max - 1);
        qsort(rooms, count, sizeof(int64_t), compare_rooms);
        size_t kept = 1;
        for (size_t j = 1; j < count; j++)
            if (rooms[j] != rooms[kept - 1])
                rooms[kept++] = rooms[j];
        uint64_t start_ns = clock_mono_ns();
        history_check(store_read_events(reader, 1 + i % HISTORY_USERS, rooms, kept,
                                        last_pos > missed ? last_pos - missed : 0, last_pos, 1000,
                                        arena, &events),
                      "events");
        bench_add(&times, clock_mono_ns() - start_ns);
        arena_reset(arena);
    }
    bench_print(&times, name);
}

/* What every sent message costs before it is taken: a nonce that is not there. */
static void bench_nonce(struct store *store, struct arena *arena) {
    struct test_random r = {9};
    struct bench times = {0};
    for (int i = 0; i < READ_TIMES * 4; i++) {
        struct chat_stored_message found;
        char nonce[40];
        int len = snprintf(nonce, sizeof(nonce), "%016llx%016llx",
                           (unsigned long long)test_random_u64(&r),
                           (unsigned long long)test_random_u64(&r));
        uint64_t start_ns = clock_mono_ns();
        enum err error = store_find_nonce(store, 1 + i % HISTORY_USERS, str_of(nonce, (size_t)len),
                                          arena, &found);
        bench_add(&times, clock_mono_ns() - start_ns);
        ASSERT(error == ERR_NOT_FOUND);
    }
    bench_print(&times, "find_nonce, absent");
}

static int bench_reading(const char *directory) {
    struct store *store = bench_open(directory);
    struct store_reader *reader = NULL;
    struct arena arena = {0};
    history_check(store_reader_open(store_path(store), &reader), "reader");
    bench_nonce(store, &arena);
    bench_history(reader, &arena, true);
    bench_history(reader, &arena, false);
    bench_events(reader, &arena, 20, "events, of the last 20");
    bench_events(reader, &arena, 1000, "events, of the last 1,000");
    bench_events(reader, &arena, 100000, "events, of the last 100,000");
    store_reader_close(reader);
    store_close(store);
    arena_deinit(&arena);
    return 0;
}

int main(int argc, char **argv) {
    log_set_level(LOG_WARN);
    return argc > 1 ? bench_reading(argv[1]) : bench_writing();
}
