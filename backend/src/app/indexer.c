/* indexer.c: when the index is worked on. What is done stands in search/search_index.c.
 *
 * Owns      struct indexer, the search_index and a store_reader.
 * Thread    indexer, with less of the processor than the others where they want all of it.
 *
 * What is written together costs less (docs/decisions/0020): so the indexer waits INDEXER_GATHER_MS for more to come. Then it
 * works for tens of milliseconds, and a message that comes meanwhile must not wait for as long as the scheduler lets a thread
 * run on that is awake already (1 to 3 ms): its turns are the shortest that there are, where the kernel knows of such (6.12).
 *
 * After an error the index is closed, and opened again INDEXER_RETRY_MS later: opening makes a damaged one anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/indexer.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "search/search_db.h"

#include <assert.h>
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#define INDEXER_GATHER_MS 200
#define INDEXER_TIDY_MS   1000 /* how often it looks whether it is time to tidy up */
#define INDEXER_RETRY_MS  10000
#define INDEXER_NICE      10
#define INDEXER_SLICE_NS  100000 /* the shortest that Linux gives */

struct indexer {
    char *directory;
    struct store_reader *reader;
    struct search_index *index; /* NULL: after an error */
    enum err failed;            /* the last one, so that only news are logged */
    sem_t wake;
    uv_thread_t thread;
    atomic_bool is_stopping, is_awake, must_shrink;
    int64_t noticed_pos; /* the core's */
    bool is_started;
};

/* Working */

static void complain(struct indexer *indexer, enum err error) {
    if (error != ERR_OK && error != indexer->failed)
        log_warn(LOG_STORE, "search.behind", "error=\"%s\"", err_text(error));
    indexer->failed = error;
}

static void open_index(struct indexer *indexer) {
    enum err error = search_index_open(indexer->directory, indexer->reader, &indexer->index);
    if (error != ERR_OK)
        indexer->index = NULL;
    complain(indexer, error);
}

static void close_index(struct indexer *indexer) {
    if (indexer->index != NULL)
        search_index_close(indexer->index);
    indexer->index = NULL;
}

/* All there is to do. Returns how long to sleep at most; -1: until there is news. */
static int64_t work(struct indexer *indexer) {
    enum search_progress progress = SEARCH_MORE;
    enum err error = ERR_OK;
    if (indexer->index == NULL)
        open_index(indexer);
    if (indexer->index == NULL)
        return INDEXER_RETRY_MS;
    while (error == ERR_OK && progress == SEARCH_MORE && !atomic_load(&indexer->is_stopping))
        error = search_index_step(indexer->index, &progress);
    if (error == ERR_OK && progress == SEARCH_TIDY)
        error = search_index_tidy(indexer->index, &progress);
    if (error != ERR_OK) {
        complain(indexer, error);
        close_index(indexer);
        return INDEXER_RETRY_MS;
    }
    return progress == SEARCH_TIDY ? INDEXER_TIDY_MS : -1;
}

/* Sleeping */

static struct timespec moment_in(int64_t ms) {
    struct timespec moment;
    (void)clock_gettime(CLOCK_MONOTONIC, &moment);
    moment.tv_sec += ms / 1000;
    moment.tv_nsec += ms % 1000 * 1000000;
    if (moment.tv_nsec >= 1000000000) {
        moment.tv_sec++;
        moment.tv_nsec -= 1000000000;
    }
    return moment;
}

static void sleep_for(struct indexer *indexer, int64_t ms) {
    struct timespec moment = moment_in(ms);
    int code;
    do {
        code = ms < 0 ? sem_wait(&indexer->wake)
                      : sem_clockwait(&indexer->wake, CLOCK_MONOTONIC, &moment);
    } while (code != 0 && errno == EINTR);
}

/* What comes in quick succession goes in together. */
static void gather(const struct indexer *indexer) {
    const struct timespec pause = {.tv_nsec = INDEXER_GATHER_MS * 1000000};
    if (!atomic_load(&indexer->is_stopping))
        (void)nanosleep(&pause, NULL);
}

/* What sched_setattr(2) takes; glibc has no name for it yet, and the kernel's header has a struct that glibc has too. */
struct scheduling {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime_ns, deadline_ns, period_ns;
};

static void be_modest(void) {
    const struct scheduling wanted = {
        .size = sizeof wanted, .nice = INDEXER_NICE, .runtime_ns = INDEXER_SLICE_NS};
    static_assert(sizeof wanted == 48, "the first version of the kernel's struct");
    if (syscall(SYS_sched_setattr, 0, &wanted, 0) != 0)
        (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), INDEXER_NICE);
}

static void indexer_main(void *argument) {
    struct indexer *indexer = argument;
    thread_set(THREAD_READER, READER_THREADS);
    be_modest();
    while (!atomic_load(&indexer->is_stopping)) {
        atomic_store(&indexer->is_awake, false); /* before looking: what comes now wakes again */
        int64_t ms = work(indexer);
        if (atomic_exchange(&indexer->must_shrink, false) && indexer->index != NULL)
            search_index_shrink(indexer->index);
        sleep_for(indexer, ms);
        gather(indexer);
    }
}

static void wake(struct indexer *indexer) {
    if (!atomic_exchange(&indexer->is_awake, true))
        (void)sem_post(&indexer->wake);
}

/* Life cycle */

enum err indexer_open(const char *directory, const char *path, struct indexer **out) {
    struct indexer *indexer = MEM_NEW(struct indexer);
    int code = sem_init(&indexer->wake, 0, 0);
    ASSERT(code == 0);
    enum err error = store_reader_open(path, &indexer->reader);
    if (error != ERR_OK) {
        indexer->reader = NULL;
        indexer_free(indexer);
        return error;
    }
    indexer->directory = str_dup_c(str_of_c(directory));
    open_index(indexer);
    *out = indexer;
    return ERR_OK;
}

void indexer_start(struct indexer *indexer) {
    int code = uv_thread_create(&indexer->thread, indexer_main, indexer);
    ASSERT(code == 0);
    indexer->is_started = true;
}

void indexer_notice(struct indexer *indexer, int64_t pos) {
    if (pos == indexer->noticed_pos)
        return;
    indexer->noticed_pos = pos;
    wake(indexer);
}

void indexer_shrink(struct indexer *indexer) {
    atomic_store(&indexer->must_shrink, true);
    wake(indexer);
}

void indexer_stop(struct indexer *indexer) {
    if (!indexer->is_started)
        return;
    atomic_store(&indexer->is_stopping, true);
    (void)sem_post(&indexer->wake);
    (void)uv_thread_join(&indexer->thread);
    indexer->is_started = false;
}

void indexer_free(struct indexer *indexer) {
    close_index(indexer);
    if (indexer->reader != NULL)
        store_reader_close(indexer->reader);
    (void)sem_destroy(&indexer->wake);
    free(indexer->directory);
    free(indexer);
}
