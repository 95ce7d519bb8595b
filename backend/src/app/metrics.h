/* metrics.h: what the server counts, as Prometheus reads it.
 *
 * Every thread counts for itself (base/metric.h); a scrape reads all of them without asking any, so it is answered while the core
 * hangs, which is when somebody wants to know. One table (metrics.c) has a row for each metric: the text, its help and
 * docs/metrics.md are made from it.
 *
 * Thread: metrics_open and metrics_close: main; the rest: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "app/core.h"
#include "app/filer.h"
#include "app/reader.h"
#include "app/worker.h"
#include "base/limits.h"
#include "base/metric.h"
#include "net/loop_stats.h"
#include "store/store.h"

/* Where the numbers come from; all borrowed. */
struct metrics {
    const struct core *core;
    const struct reader_pool *readers;
    const struct store *store;
    const struct filer *filer;
    struct worker *const *workers;
    const unsigned *worker_count;
    int memory_fd; /* of /proc/self/statm, opened before the sandbox; -1: unknown */
    int64_t started_ms;
    struct counter memory_trims; /* main's */
};

/* Of one worker. */
struct worker_figures {
    struct loop_stats loop;
    struct histogram_figures turns_ns;
    uint64_t posted, sessions, clients, deliveries;
};

/* All numbers, as they were read. */
struct figures {
    uint64_t one, is_ready;
    uint64_t messages, facts, batches_failed, users, rooms;
    uint64_t core_queued, readers_queued, wal_bytes;
    uint64_t files_in, file_bytes_in, file_bytes_out, files_damaged;
    uint64_t cpu_us, memory_bytes, memory_trims, started_ms;
    uint64_t answers[PROTO_ERROR_COUNT];
    struct histogram_figures commit_ns, batch_count;
    struct worker_figures workers[WORKERS_MAX];
    unsigned worker_count;
};

/* Opens what a scrape needs of the system. Sources are the caller's to set. */
void metrics_open(struct metrics *metrics);
void metrics_close(struct metrics *metrics);

/* Reads every counter. */
void metrics_collect(const struct metrics *metrics, struct figures *out);
/* Prometheus' text format 0.0.4. Appends. */
void metrics_write(const struct figures *figures, struct buf *out);
/* The table as Markdown, for docs/metrics.md. Appends. */
void metrics_markdown(struct buf *out);
