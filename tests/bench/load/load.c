/* load.c: a load generator for chat servers.
 *
 *     load --dialect parley --port 8080 --pids 1234 --rooms 200 --members 10 --writers 10 --window 1 --seconds 5
 *
 * Phases: connect everybody (at most `storm` at a time), settle, warm up, talk for `seconds`, drain. One line of JSON
 * comes out. What is counted between warm-up and the end of talking counts; losses are counted from the first message to the
 * end of the drain.
 *
 * SPDX-License-Identifier: MIT
 */
#include "load.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#define CONNECT_NS_MAX 120000000000ULL
#define DRAIN_NS_MAX   5000000000ULL
#define SETTLE_NS      500000000ULL
#define PROBES_PER_S   200

static void usage(void) {
    fprintf(stderr, "usage: load --dialect NAME --port N --pids N[,N]... [--rooms N] [--members N] "
                    "[--writers N]\n"
                    "            [--window N] [--rate N] [--warm S] [--seconds S] [--body BYTES] "
                    "[--storm N] [--probe] [--missed N]\n");
    exit(2);
}

static void options_read(struct load_options *o, int argc, char **argv) {
    static const struct option table[] = {
        {"dialect", 1, NULL, 'd'}, {"port", 1, NULL, 'p'},    {"pids", 1, NULL, 'i'},
        {"rooms", 1, NULL, 'r'},   {"members", 1, NULL, 'm'}, {"writers", 1, NULL, 'w'},
        {"window", 1, NULL, 'k'},  {"rate", 1, NULL, 'x'},    {"warm", 1, NULL, 'a'},
        {"seconds", 1, NULL, 's'}, {"body", 1, NULL, 'b'},    {"storm", 1, NULL, 'c'},
        {"probe", 0, NULL, 'o'},   {"missed", 1, NULL, 'q'},  {NULL, 0, NULL, 0},
    };
    *o = (struct load_options){.rooms = 1,
                               .members = 10,
                               .writers = 1,
                               .window = 1,
                               .warm_s = 1,
                               .seconds = 5,
                               .body_bytes = 100,
                               .storm = 200};
    for (int c; (c = getopt_long(argc, argv, "", table, NULL)) != -1;) {
        unsigned number = c == 'd' || c == 'i' || c == '?' || optarg == NULL
                              ? 0
                              : (unsigned)strtoul(optarg, NULL, 10);
        switch (c) {
        case 'd':
            o->dialect = dialect_find(optarg);
            break;
        case 'p':
            o->port = (int)number;
            break;
        case 'i':
            if (!measure_pids_parse(optarg, &o->pids))
                usage();
            break;
        case 'r':
            o->rooms = number;
            break;
        case 'm':
            o->members = number;
            break;
        case 'w':
            o->writers = number;
            break;
        case 'k':
            o->window = number;
            break;
        case 'x':
            o->rate = strtod(optarg, NULL);
            break;
        case 'a':
            o->warm_s = strtod(optarg, NULL);
            break;
        case 's':
            o->seconds = strtod(optarg, NULL);
            break;
        case 'b':
            o->body_bytes = number;
            break;
        case 'c':
            o->storm = number;
            break;
        case 'q':
            o->missed = number;
            break;
        case 'o':
            o->probe = true;
            break;
        default:
            usage();
        }
    }
    if (o->dialect == NULL || o->port == 0 || o->rooms * o->members == 0 || o->storm == 0 ||
        o->writers > o->members || (o->missed > 0 && o->dialect->again == NULL))
        usage();
}

/* Each session has a descriptor here. */
static void descriptors_raise(void) {
    struct rlimit limit;
    (void)getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* What was true at one moment. */
struct moment {
    uint64_t ns, cpu_ns, own_cpu_ns, rss_bytes;
    struct talk_counts counts;
};

static struct moment moment_now(const struct load *load) {
    return (struct moment){.ns = clock_mono_ns(),
                           .cpu_ns = measure_cpu_ns(&load->options.pids),
                           .own_cpu_ns = measure_own_cpu_ns(),
                           .rss_bytes = measure_rss_bytes(&load->options.pids),
                           .counts = talk_counts(load)};
}

static void connect_all(struct load *load) {
    uint64_t end_ns = clock_mono_ns() + CONNECT_NS_MAX;
    while (load->ready + load->gone < load->peer_count && clock_mono_ns() < end_ns) {
        while (load->opened < load->peer_count &&
               load->opened - load->ready - load->gone < load->options.storm)
            peer_connect(load, &load->peers[load->opened]);
        peers_turn(load, 100000000);
    }
}

static void turn_for(struct load *load, uint64_t ns) {
    uint64_t end_ns = clock_mono_ns() + ns;
    for (uint64_t now_ns; (now_ns = clock_mono_ns()) < end_ns;) {
        uint64_t wait_ns = talk_due(load);
        peers_turn(load, wait_ns < end_ns - now_ns ? wait_ns : end_ns - now_ns);
        talk_resume(load);
    }
}

static void probe_for(struct load *load, uint64_t ns) {
    uint64_t end_ns = clock_mono_ns() + ns;
    for (unsigned i = 0; clock_mono_ns() < end_ns; i++) {
        talk_probe(load, &load->peers[i % load->peer_count]);
        turn_for(load, 1000000000 / PROBES_PER_S);
    }
}

/* Until everything has come, or nothing comes any more. */
static void drain(struct load *load) {
    uint64_t before = 0, end_ns = 0;
    while (!talk_is_drained(load) && (end_ns == 0 || clock_mono_ns() < end_ns)) {
        peers_turn(load, 10000000);
        if (end_ns == 0 || talk_counts(load).deliveries != before)
            end_ns = clock_mono_ns() + DRAIN_NS_MAX;
        before = talk_counts(load).deliveries;
    }
}

/* ---- Coming back ---- */

static bool has_left(const struct peer *peer) {
    return peer->member > 0;
}

static void leave_and_miss(struct load *load) {
    for (unsigned i = 0; i < load->peer_count; i++) {
        if (has_left(&load->peers[i]))
            peer_leave(load, &load->peers[i]);
    }
    for (unsigned i = 0; i < load->options.missed; i++) {
        talk_say_once(load);
        while (talk_counts(load).acked < talk_counts(load).sent)
            peers_turn(load, 10000000);
    }
}

/* All at once, at most `storm` on their way; until everybody has everything, or nothing comes any more. */
static double come_back(struct load *load) {
    uint64_t begin_ns = clock_mono_ns();
    load->returning = true;
    load->connects = (struct histogram){0};
    for (unsigned next = 0; next < load->peer_count; next++) {
        if (!has_left(&load->peers[next]))
            continue;
        while (load->opened - load->ready - load->gone >= load->options.storm)
            peers_turn(load, 1000000);
        peer_connect(load, &load->peers[next]);
    }
    drain(load);
    return (double)(load->now_ns - begin_ns) / 1e9;
}

/* ---- What comes out ---- */

static void print_percentiles(const char *name, const struct histogram *histogram) {
    printf(",\"%s_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}", name,
           histogram_percentile_us(histogram, 50), histogram_percentile_us(histogram, 90),
           histogram_percentile_us(histogram, 99), histogram_percentile_us(histogram, 100));
}

static void print_connects(const struct load *load, const struct moment *from,
                           const struct moment *to) {
    double seconds = (double)(to->ns - from->ns) / 1e9;
    printf("{\"dialect\":\"%s\",\"peers\":%u,\"ready\":%u,\"gone\":%u", load->options.dialect->name,
           load->peer_count, load->ready, load->gone);
    printf(",\"connects_per_s\":%.0f,\"connect_cpu_us\":%.1f,\"connect_load_cpu\":%.2f",
           (double)load->ready / seconds,
           (double)(to->cpu_ns - from->cpu_ns) / 1e3 / (double)load->ready,
           (double)(to->own_cpu_ns - from->own_cpu_ns) / 1e9 / seconds);
    print_percentiles("connect", &load->connects);
}

static void print_talk(const struct moment *from, const struct moment *to) {
    double seconds = (double)(to->ns - from->ns) / 1e9;
    double deliveries = (double)(to->counts.deliveries - from->counts.deliveries);
    double cpu_us = (double)(to->cpu_ns - from->cpu_ns) / 1e3;
    printf(",\"deliveries_per_s\":%.0f,\"acked_per_s\":%.0f", deliveries / seconds,
           (double)(to->counts.acked - from->counts.acked) / seconds);
    printf(",\"cpu_us_per_delivery\":%.3f,\"server_cpu\":%.2f,\"load_cpu\":%.2f",
           deliveries > 0 ? cpu_us / deliveries : 0, cpu_us / 1e6 / seconds,
           (double)(to->own_cpu_ns - from->own_cpu_ns) / 1e9 / seconds);
    printf(",\"bytes_per_delivery\":%.0f",
           deliveries > 0 ? (double)(to->counts.bytes - from->counts.bytes) / deliveries : 0);
}

static void print_losses(const struct talk_counts *counts) {
    printf(",\"sent\":%llu,\"refused\":%llu,\"lost\":%llu,\"doubled\":%llu",
           (unsigned long long)counts->sent, (unsigned long long)counts->refused,
           (unsigned long long)counts->lost, (unsigned long long)counts->doubled);
}

static void print_memory(const struct load *load, const struct moment *before,
                         const struct moment *after) {
    printf(",\"rss_before\":%llu,\"rss_after\":%llu,\"bytes_per_session\":%.0f",
           (unsigned long long)before->rss_bytes, (unsigned long long)after->rss_bytes,
           ((double)after->rss_bytes - (double)before->rss_bytes) / load->peer_count);
}

int main(int argc, char **argv) {
    struct load load = {0};
    options_read(&load.options, argc, argv);
    descriptors_raise();
    peers_init(&load);
    talk_init(&load);
    struct moment fresh = moment_now(&load);
    connect_all(&load);
    struct moment connected = moment_now(&load);
    turn_for(&load, SETTLE_NS);
    struct moment settled = moment_now(&load);
    double return_s = 0;
    if (load.options.missed > 0) {
        leave_and_miss(&load);
        turn_for(&load, SETTLE_NS);
        return_s = come_back(&load);
    }
    uint64_t talk_ns = (uint64_t)(load.options.seconds * 1e9);
    if (!load.options.probe && talk_ns > 0) {
        talk_start(&load);
        turn_for(&load, (uint64_t)(load.options.warm_s * 1e9));
    }
    talk_reset_histograms(&load);
    struct moment begun = moment_now(&load);
    if (load.options.probe)
        probe_for(&load, talk_ns);
    else
        turn_for(&load, talk_ns);
    struct moment ended = moment_now(&load);
    talk_stop(&load);
    print_connects(&load, &fresh, &connected);
    printf(",\"return_s\":%.3f", return_s);
    print_memory(&load, &fresh, load.options.probe ? &ended : &settled);
    print_talk(&begun, &ended);
    print_percentiles("latency", talk_latency(&load));
    print_percentiles("ack", talk_ack_latency(&load));
    drain(&load);
    talk_settle(&load);
    struct talk_counts counts = talk_counts(&load);
    print_losses(&counts);
    printf("}\n");
    return load.gone == 0 && counts.lost == 0 && counts.doubled == 0 ? 0 : 1;
}
