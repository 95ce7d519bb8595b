/* make_history.c: fills a data directory with a history and its search index, for benchmarks and for looking at a full server.
 *
 *     make_history DIR ROOMS MESSAGES
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"
#include "bench.h"
#include "history.h"
#include "search/search_db.h"
#include "store/store_read.h"

#define BATCH 512

/* As the indexer does, without a break. */
static void make_index(const char *directory) {
    char path[4096];
    struct store_reader *reader = NULL;
    struct search_index *index = NULL;
    enum search_progress progress = SEARCH_MORE;
    snprintf(path, sizeof(path), "%s/parley.db", directory);
    history_check(store_reader_open(path, &reader), "reader");
    history_check(search_index_open(directory, reader, &index), "index");
    while (progress == SEARCH_MORE)
        history_check(search_index_step(index, &progress), "index");
    search_index_close(index);
    store_reader_close(reader);
}

int main(int argc, char **argv) {
    uint64_t rooms = 0, messages = 0;
    struct bench batches = {0};
    struct history h;
    if (argc != 4 || !str_to_u64(str_of_c(argv[2]), 100000, &rooms) || rooms == 0 ||
        !str_to_u64(str_of_c(argv[3]), 100000000, &messages)) {
        fprintf(stderr, "usage: make_history DIR ROOMS MESSAGES\n");
        return 2;
    }
    log_set_level(LOG_WARN);
    struct store *store = history_open(argv[1]);
    int64_t start_ms = clock_mono_ms();
    history_begin(&h, store, (int64_t)rooms, (int64_t)messages);
    for (uint64_t done = 0; done < messages;) {
        uint64_t begin_ns = clock_mono_ns();
        history_check(store_batch_begin(store), "begin");
        for (int i = 0; i < BATCH && done < messages; i++, done++)
            history_add_message(&h);
        history_check(store_batch_commit(store), "commit");
        bench_add(&batches, clock_mono_ns() - begin_ns);
    }
    history_end(&h);
    store_close(store);
    int64_t filled_ms = clock_mono_ms();
    make_index(argv[1]);
    printf("%llu messages in %llu rooms in %.1f s, their index in %.1f s\n",
           (unsigned long long)messages, (unsigned long long)rooms,
           (double)(filled_ms - start_ms) / 1000, (double)(clock_mono_ms() - filled_ms) / 1000);
    bench_print(&batches, "batches of 512");
    return 0;
}
