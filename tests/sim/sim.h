/* sim.h: what the parts of the simulation share: one world, its time, its chance and its record.
 *
 * A world is a whole Parley and all of its clients in one thread: the real gateways, core and chat between a simulated network
 * and a journal with faults. Everything that differs between two runs comes from the seed, so a seed is a history
 * that can be had again.
 *
 *     clients ── links ──► gateways ──► core ──► journal ──► log
 *        ▲ sim_client   sim_link   (real)     (real)  sim_journal  │
 *        └───────────── checked against what the log says ◄────────┘ sim_log
 *
 * Nothing here sleeps: the queue holds what will happen, and time jumps to the next of it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "test_random.h"

/* Bugs that can be planted, to see that they are found. */
enum sim_plant {
    SIM_PLANT_NONE,
    SIM_PLANT_EARLY_ACK, /* the journal says yes before it has written: a crash loses the end */
    SIM_PLANT_NO_NONCE,  /* nobody looks whether a nonce was used before */
    SIM_PLANT_NO_KEPT,   /* what is kept for a waiting client is thrown away */
    SIM_PLANT_NO_LEAVE,  /* who leaves a room goes on hearing it */
    SIM_PLANT_COUNT
};

struct sim_options {
    uint64_t seed;
    bool sqlite; /* on the real store */
    enum sim_plant plant;
    bool verbose; /* the whole record goes to stderr */
};

/* How hard a seed is on the server: drawn once for each world. */
struct sim_weather {
    unsigned users, devices;    /* people; connections of each at most */
    unsigned workers;           /* gateways */
    int64_t storm_ms;           /* how long people act and faults happen */
    int64_t act_ms;             /* between two acts of a client, at most */
    int64_t delay_ms;           /* of a packet, at most */
    int64_t core_ms, worker_ms; /* until a thread wakes up, at most */
    int64_t reader_ms;          /* of a reading, at most */
    unsigned cut_percent;       /* chance that a connection has a short life */
    unsigned refuse_permille;   /* of commits, begins and appends, that are refused */
    unsigned crash_permille;    /* of commits, in which the process dies */
    int64_t crash_every_ms;     /* also between commits; 0: never */
    int64_t jump_every_ms;      /* of the wall clock; 0: never */
    bool jumps_back;            /* ... to the past */
    unsigned purge_permille;    /* of housekeepings, in which the log is shortened */
    unsigned full_percent;      /* of requests, that find the core's queue full */
    bool limits;                /* rate limits are on */
};

struct sim_queue;
struct sim_server;
struct sim_journal;
struct sim_log;
struct sim_client;

/* Owner: the one thread. */
struct sim_world {
    struct sim_options options;
    struct sim_weather weather;
    struct test_random random;  /* of faults and delays */
    struct test_random secrets; /* what crypt_random gives */
    int64_t now_ms;             /* since the beginning */
    int64_t wall_offset_ms, mono_offset_ms;
    bool is_calm;  /* no more faults, no more acts */
    bool is_over;  /* no new process is started */
    bool is_dying; /* the process has crashed: nothing that it still does counts */
    struct sim_queue *queue;
    struct sim_server *server;
    struct sim_journal *journal;
    struct sim_log *log;
    struct sim_client **clients;
    size_t client_count;
};

/* The world that runs: library functions without a context (the clocks, randomness) belong to it. NULL between two. */
extern struct sim_world *sim_world;

/* Life: sim_world.c */

/* Plays one seed to its end; returns when every invariant held, else prints the record and exits. */
void sim_world_play(const struct sim_options *options);

/* Time: sim_queue.c */

typedef void (*sim_event_fn)(void *context, uint64_t number);
struct sim_queue *sim_queue_new(void);
void sim_queue_free(struct sim_queue *queue);
/* `run` is called with these two, `delay_ms` from now. There is no taking back: `run` looks whether it still matters. */
void sim_after(int64_t delay_ms, sim_event_fn run, void *context, uint64_t number);
/* Moves on to the next event and runs it; false: there is none before `until_ms`, where time now is. */
bool sim_queue_step(int64_t until_ms);

/* Chance: a value of [0, bound]. */
static inline int64_t sim_up_to(int64_t bound) {
    return (int64_t)test_random_below(&sim_world->random, (size_t)bound + 1);
}
static inline bool sim_chance(unsigned percent) {
    return test_random_chance(&sim_world->random, percent);
}
static inline bool sim_chance_permille(unsigned permille) {
    return test_random_below(&sim_world->random, 1000) < permille;
}

/* The record: sim_trace.c */

/* One line of what happens; the last ones are printed when an invariant breaks. */
void sim_trace(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Starts a new record. */
void sim_trace_begin(const struct sim_options *options);
/* A number that two runs of a seed have in common. */
uint64_t sim_trace_hash(void);
/* What is called first when an invariant breaks, with its sentence. */
void sim_trace_on_fail(void (*call)(const char *sentence));
/* An invariant is broken: prints the seed, the sentence and the record, and exits. */
_Noreturn void sim_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define SIM_CHECK(condition, ...) ((condition) ? (void)0 : sim_fail(__VA_ARGS__))
