/* metrics.c: what the server counts, as Prometheus reads it.
 *
 * Owns      the table of metrics.
 * Thread    any.
 *
 * How it works: metrics_collect copies all counters into one struct of plain numbers; a row says where in it its number is (or
 * its histogram), and for whom there is one: for the server, for each worker, for each result of a command. Names follow
 * Prometheus' rules: base units, counters end in _total.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/metrics.h"

#include "app/core_batch.h"
#include "app/serve.h"
#include "base/clock.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/resource.h>
#include <unistd.h>

enum metric_kind { COUNTER, GAUGE, HISTOGRAM };
static const char *const kind_names[] = {"counter", "gauge", "histogram"};

enum metric_scope {
    ONCE,   /* one number of the server */
    WORKER, /* one of each worker; the offset is in struct worker_figures */
    RESULT  /* one for each result of a command */
};

struct metric_row {
    const char *name;
    enum metric_kind kind;
    const char *unit; /* what a number counts; seconds and bytes stand in the name too */
    enum metric_scope scope;
    size_t offset;
    double scale;           /* to the unit */
    const uint64_t *bounds; /* of a histogram */
    const char *labels;     /* further ones, or NULL */
    const char *help;
};

#define AT(member)  offsetof(struct figures, member)
#define OF(member)  offsetof(struct worker_figures, member)
#define FROM_NS     1e-9
#define FROM_US     1e-6
#define FROM_MS     1e-3
#define OF_TIMES    histogram_bounds_ns
#define OF_SIZES    histogram_bounds_count
#define THE_VERSION "version=\"" PARLEY_VERSION "\""

/* clang-format off */
static const struct metric_row rows[] = {
    {"parley_info", GAUGE, "", ONCE, AT(one), 1, NULL, THE_VERSION, "Always 1; the label is what matters."},
    {"parley_ready", GAUGE, "", ONCE, AT(is_ready), 1, NULL, NULL, "1 while messages are accepted, 0 while the disk refuses them."},
    {"process_start_time_seconds", GAUGE, "seconds", ONCE, AT(started_ms), FROM_MS, NULL, NULL, "When the server started, since 1970."},
    {"process_cpu_seconds_total", COUNTER, "seconds", ONCE, AT(cpu_us), FROM_US, NULL, NULL, "CPU time of the process, user and system."},
    {"process_resident_memory_bytes", GAUGE, "bytes", ONCE, AT(memory_bytes), 1, NULL, NULL, "Memory of the process; 0 where /proc is not there."},
    {"parley_memory_trims_total", COUNTER, "times", ONCE, AT(memory_trims), 1, NULL, NULL, "How often the server was quiet and gave memory back to the system."},

    {"parley_connections", GAUGE, "connections", WORKER, OF(loop.conns), 1, NULL, NULL, "TCP connections open now."},
    {"parley_sessions", GAUGE, "sessions", WORKER, OF(sessions), 1, NULL, NULL, "Engine.IO sessions, by polling or WebSocket."},
    {"parley_clients", GAUGE, "clients", WORKER, OF(clients), 1, NULL, NULL, "Socket.IO clients that are connected or connecting."},
    {"parley_users", GAUGE, "people", ONCE, AT(users), 1, NULL, NULL, "People that the server knows, here or not."},
    {"parley_rooms", GAUGE, "rooms", ONCE, AT(rooms), 1, NULL, NULL, "Rooms that there are."},

    {"parley_messages_total", COUNTER, "messages", ONCE, AT(messages), 1, NULL, NULL, "Chat messages that came in and are on disk."},
    {"parley_events_delivered_total", COUNTER, "events", WORKER, OF(deliveries), 1, NULL, NULL, "Events that went out: each counts once for each client that it was for."},
    {"parley_answers_total", COUNTER, "answers", RESULT, AT(answers), 1, NULL, NULL, "Commands answered, by socket and by HTTP; code=\"rate_limited\" are those that came too fast."},
    {"parley_received_bytes_total", COUNTER, "bytes", WORKER, OF(loop.bytes_in), 1, NULL, NULL, "Bytes read from connections."},
    {"parley_sent_bytes_total", COUNTER, "bytes", WORKER, OF(loop.bytes_out), 1, NULL, NULL, "Bytes written to connections."},
    {"parley_websocket_messages_received_total", COUNTER, "messages", WORKER, OF(loop.messages_in), 1, NULL, NULL, "WebSocket messages received."},
    {"parley_frames_queued_total", COUNTER, "frames", WORKER, OF(loop.frames_out), 1, NULL, NULL, "Frames and HTTP answers queued for writing."},
    {"parley_http_requests_total", COUNTER, "requests", WORKER, OF(loop.requests), 1, NULL, NULL, "HTTP requests whose head was accepted."},
    {"parley_http_requests_refused_total", COUNTER, "requests", WORKER, OF(loop.requests_refused), 1, NULL, NULL, "HTTP requests refused by the parser or a bound."},
    {"parley_reads_total", COUNTER, "calls", WORKER, OF(loop.reads), 1, NULL, NULL, "Read calls on connections."},
    {"parley_writes_total", COUNTER, "calls", WORKER, OF(loop.writes), 1, NULL, NULL, "Write calls on connections; one writes everything that a turn had for one."},

    {"parley_commit_seconds", HISTOGRAM, "seconds", ONCE, AT(commit_ns), FROM_NS, OF_TIMES, NULL, "How long a commit took, with its fsync."},
    {"parley_batch_requests", HISTOGRAM, "requests", ONCE, AT(batch_count), 1, OF_SIZES, NULL, "How many requests were decided, and committed, together."},
    {"parley_batches_failed_total", COUNTER, "batches", ONCE, AT(batches_failed), 1, NULL, NULL, "Batches that did not happen because the disk refused."},
    {"parley_facts_total", COUNTER, "facts", ONCE, AT(facts), 1, NULL, NULL, "Changes of the chat that are on disk: messages, joins, names and all else."},
    {"parley_wal_bytes", GAUGE, "bytes", ONCE, AT(wal_bytes), 1, NULL, NULL, "What the write-ahead log holds; it starts again when it was copied into the database."},

    {"parley_worker_turn_seconds", HISTOGRAM, "seconds", WORKER, OF(turns_ns), FROM_NS, OF_TIMES, NULL, "How long a turn of the event loop took: what comes in meanwhile waits that long."},
    {"parley_worker_mailbox_calls", GAUGE, "calls", WORKER, OF(posted), 1, NULL, NULL, "What other threads have given the worker, and it has not come to."},
    {"parley_core_queue_requests", GAUGE, "requests", ONCE, AT(core_queued), 1, NULL, NULL, "Requests that wait for the core."},
    {"parley_reader_queue_requests", GAUGE, "requests", ONCE, AT(readers_queued), 1, NULL, NULL, "Requests for history that wait for a reader."},
    {"parley_outbox_bytes", GAUGE, "bytes", WORKER, OF(loop.outbox_bytes), 1, NULL, NULL, "Bytes queued for connections that have not taken them yet."},

    {"parley_files_received_total", COUNTER, "files", ONCE, AT(files_in), 1, NULL, NULL, "Files that were uploaded and are on disk."},
    {"parley_file_received_bytes_total", COUNTER, "bytes", ONCE, AT(file_bytes_in), 1, NULL, NULL, "Bytes of files that came in, of those too that were not kept."},
    {"parley_file_sent_bytes_total", COUNTER, "bytes", ONCE, AT(file_bytes_out), 1, NULL, NULL, "Bytes of files that were read for those who asked."},
    {"parley_files_damaged_total", COUNTER, "files", ONCE, AT(files_damaged), 1, NULL, NULL, "How often a file was not as it was written, and not served; the log names it."},

    {"parley_connections_accepted_total", COUNTER, "connections", WORKER, OF(loop.accepts), 1, NULL, NULL, "Connections accepted."},
    {"parley_connections_refused_descriptors_total", COUNTER, "connections", WORKER, OF(loop.accepts_refused), 1, NULL, NULL, "Connections refused because no descriptor was left."},
    {"parley_connections_refused_address_total", COUNTER, "connections", WORKER, OF(loop.refused_address), 1, NULL, NULL, "Connections refused because their address had too many."},
    {"parley_connections_refused_strangers_total", COUNTER, "connections", WORKER, OF(loop.refused_strangers), 1, NULL, NULL, "Connections refused because too many had not said who they are."},
    {"parley_connections_closed_slow_total", COUNTER, "connections", WORKER, OF(loop.closed_slow), 1, NULL, NULL, "Connections closed because they did not read."},
    {"parley_connections_closed_timeout_total", COUNTER, "connections", WORKER, OF(loop.closed_timeout), 1, NULL, NULL, "Connections closed by a deadline."},
    {"parley_connections_closed_protocol_total", COUNTER, "connections", WORKER, OF(loop.closed_protocol), 1, NULL, NULL, "Connections closed for breaking HTTP or WebSocket."},
    {"parley_connections_handed_over_total", COUNTER, "connections", WORKER, OF(loop.handovers), 1, NULL, NULL, "Connections given to the worker that has their session."},
    {"parley_tls_handshakes_total", COUNTER, "handshakes", WORKER, OF(loop.tls_handshakes), 1, NULL, NULL, "TLS handshakes completed."},
    {"parley_tls_failures_total", COUNTER, "connections", WORKER, OF(loop.tls_failures), 1, NULL, NULL, "TLS connections that ended before their handshake was over."},
};
/* clang-format on */
#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* Collecting */

void metrics_open(struct metrics *metrics) {
    metrics->memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    metrics->started_ms = clock_wall_ms();
}

void metrics_close(struct metrics *metrics) {
    if (metrics->memory_fd >= 0)
        (void)close(metrics->memory_fd);
    metrics->memory_fd = -1;
}

/* The second number of statm, in pages (proc(5)). */
static uint64_t memory_bytes(int fd) {
    char text[128];
    ssize_t count = fd >= 0 ? pread(fd, text, sizeof text, 0) : -1;
    struct str rest = str_of(text, count > 0 ? (size_t)count : 0);
    uint64_t pages = 0;
    (void)str_cut(&rest, ' ');
    bool is_known = str_to_u64(str_cut(&rest, ' '), UINT64_MAX / 65536, &pages);
    return is_known ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static uint64_t cpu_us(void) {
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void collect_worker(struct worker *worker, struct figures *figures,
                           struct worker_figures *out) {
    const struct loop *loop = worker_loop(worker);
    const struct gateway *gateway = worker_gateway(worker);
    const struct gateway_counters *sockets = gateway_counters(gateway);
    const struct web_counters *web = web_counters(worker_web(worker));
    loop_stats_read(loop, &out->loop);
    loop_turns_read(loop, &out->turns_ns);
    out->posted = loop_posted_count(loop);
    out->sessions = eio_server_session_count(gateway_engine(gateway));
    out->clients = counter_read(&sockets->clients);
    out->deliveries = counter_read(&sockets->deliveries);
    for (int i = 0; i < PROTO_ERROR_COUNT; i++)
        figures->answers[i] += counter_read(&sockets->answers[i]) + counter_read(&web->answers[i]);
}

static void collect_core(const struct core *core, struct figures *out) {
    const struct core_counters *counters = core_counters(core);
    out->is_ready = core_is_ready(core);
    out->core_queued = core_queued(core);
    out->messages = counter_read(&counters->messages);
    out->facts = counter_read(&counters->facts);
    out->batches_failed = counter_read(&counters->failed);
    out->users = counter_read(&counters->users);
    out->rooms = counter_read(&counters->rooms);
    histogram_read(&counters->commit_ns, &out->commit_ns);
    histogram_read(&counters->batch_count, &out->batch_count);
}

static void collect_files(const struct filer *filer, struct figures *out) {
    for (unsigned i = 0; i < FILER_THREADS; i++) {
        const struct filer_counters *counters = filer_counters(filer, i);
        out->files_in += counter_read(&counters->files_in);
        out->file_bytes_in += counter_read(&counters->bytes_in);
        out->file_bytes_out += counter_read(&counters->bytes_out);
        out->files_damaged += counter_read(&counters->damaged);
    }
}

void metrics_collect(const struct metrics *metrics, struct figures *out) {
    *out = (struct figures){.one = 1, .started_ms = (uint64_t)metrics->started_ms};
    out->cpu_us = cpu_us();
    out->memory_bytes = memory_bytes(metrics->memory_fd);
    out->memory_trims = counter_read(&metrics->memory_trims);
    out->wal_bytes = (uint64_t)store_wal_bytes(metrics->store);
    out->readers_queued = reader_pool_queued(metrics->readers);
    collect_core(metrics->core, out);
    if (metrics->filer != NULL)
        collect_files(metrics->filer, out);
    out->worker_count = *metrics->worker_count;
    for (unsigned i = 0; i < out->worker_count; i++)
        collect_worker(metrics->workers[i], out, &out->workers[i]);
}

/* Writing */

static void write_labels(const char *name, const char *suffix, const char *label, const char *le,
                         struct buf *out) {
    bool both = label[0] != '\0' && le[0] != '\0';
    buf_printf(out, "%s%s", name, suffix);
    if (label[0] != '\0' || le[0] != '\0')
        buf_printf(out, "{%s%s%s}", label, both ? "," : "", le);
    buf_append_byte(out, ' ');
}

static void write_value(const struct metric_row *row, uint64_t value, struct buf *out) {
    if (row->scale >= 1)
        buf_printf(out, "%llu\n", (unsigned long long)value);
    else
        buf_printf(out, "%.15g\n", (double)value * row->scale);
}

/* Each bucket counts all that is not above its bound. */
static void write_histogram(const struct metric_row *row, const struct histogram_figures *figures,
                            const char *label, struct buf *out) {
    uint64_t count = 0;
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        char le[40] = "le=\"+Inf\"";
        if (i < HISTOGRAM_BOUNDS)
            (void)snprintf(le, sizeof le, "le=\"%.6g\"", (double)row->bounds[i] * row->scale);
        count += figures->buckets[i];
        write_labels(row->name, "_bucket", label, le, out);
        buf_printf(out, "%llu\n", (unsigned long long)count);
    }
    write_labels(row->name, "_sum", label, "", out);
    write_value(row, figures->sum, out);
    write_labels(row->name, "_count", label, "", out);
    buf_printf(out, "%llu\n", (unsigned long long)count);
}

static void write_one(const struct metric_row *row, const void *at, const char *label,
                      struct buf *out) {
    if (row->kind == HISTOGRAM) {
        write_histogram(row, at, label, out);
        return;
    }
    write_labels(row->name, "", label, "", out);
    write_value(row, *(const uint64_t *)at, out);
}

static struct str result_name(int result) {
    return result == PROTO_OK ? STR("ok") : proto_errors[result].code;
}

static void write_row(const struct metric_row *row, const struct figures *figures,
                      struct buf *out) {
    char label[64];
    switch (row->scope) {
    case ONCE:
        write_one(row, (const char *)figures + row->offset, row->labels != NULL ? row->labels : "",
                  out);
        break;
    case WORKER:
        for (unsigned i = 0; i < figures->worker_count; i++) {
            (void)snprintf(label, sizeof label, "worker=\"%u\"", i);
            write_one(row, (const char *)&figures->workers[i] + row->offset, label, out);
        }
        break;
    case RESULT:
        for (int i = 0; i < PROTO_ERROR_COUNT; i++) {
            (void)snprintf(label, sizeof label, "code=\"%.*s\"", STR_ARG(result_name(i)));
            write_one(row,
                      (const uint64_t *)(const void *)((const char *)figures + row->offset) + i,
                      label, out);
        }
        break;
    }
}

/* HELP lines escape the backslash and the end of a line, of which there are none. */
void metrics_write(const struct figures *figures, struct buf *out) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", rows[i].name, rows[i].help, rows[i].name,
                   kind_names[rows[i].kind]);
        write_row(&rows[i], figures, out);
    }
}

void metrics_markdown(struct buf *out) {
    static const char *const scope_labels[] = {"", "`worker`", "`code`"};
    buf_append_c(
        out, "| metric | type | unit | labels | what it says |\n| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < ROW_COUNT; i++)
        buf_printf(out, "| `%s` | %s | %s | %s | %s |\n", rows[i].name, kind_names[rows[i].kind],
                   rows[i].unit, rows[i].labels != NULL ? "`version`" : scope_labels[rows[i].scope],
                   rows[i].help);
}
