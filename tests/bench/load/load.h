/* load.h: the parts of the load generator.
 *
 * One thread, one epoll. A *peer* is one simulated person with one WebSocket; peers index/members is his room. What
 * differs between servers is a row of strings in dialect.c.
 *
 *     load.c      options, phases (connect, settle, talk, drain), the JSON that comes out
 *     peer.c      sockets: connecting, handshake, frames in and out
 *     talk.c      who sends when; what was delivered, lost, doubled; latencies
 *     dialect.c   how each server is spoken to
 *     measure.c   histogram; CPU and memory of the server from /proc
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- measure.c ---- */

/* Counts by value with a relative error of at most 1/32. */
#define HISTOGRAM_SUB     32
#define HISTOGRAM_BUCKETS (60 * HISTOGRAM_SUB)

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total;
};

void histogram_add(struct histogram *histogram, uint64_t ns);
/* The value that `percent` of all stay below, in microseconds. */
double histogram_percentile_us(const struct histogram *histogram, double percent);

#define MEASURE_PIDS_MAX 16

struct measure_pids {
    long pids[MEASURE_PIDS_MAX];
    unsigned count;
};

/* Reads "12,13". */
bool measure_pids_parse(const char *text, struct measure_pids *out);
/* CPU time of all threads that live, in nanoseconds. */
uint64_t measure_cpu_ns(const struct measure_pids *pids);
uint64_t measure_own_cpu_ns(void);
/* Resident memory that is not shared with files (the heap, not the program's text). */
uint64_t measure_rss_bytes(const struct measure_pids *pids);

/* ---- dialect.c ---- */

/* Templates know {room} {token} {since} {body} {id} {nonce}; those of messages have fixed widths, so that a message is patched in place. */
struct dialect {
    const char *name;
    const char *path;    /* of the upgrade request */
    const char *opening; /* sent after the Engine.IO OPEN packet; NULL: ready with the handshake */
    const char *again;   /* the opening of who comes back; NULL: nobody can */
    const char *ready;   /* what the last packet of the opening begins with */
    const char *message; /* payload of one message */
    const char *news;    /* what a delivered message begins with; "": every text is one */
    bool acks;           /* a message is answered with 43<id>[...]; else its own copy is its ack */
};

#define DIALECT_ID_FIRST    1000000000u /* ten digits from the start */
#define DIALECT_NONCE_CHARS 16

const struct dialect *dialect_find(const char *name);

struct dialect_values {
    unsigned room, user;
    uint64_t since; /* the last position that anybody was told */
    struct str body;
};
/* Expands a template; *_at (may be NULL) get the offsets of {id}, {nonce} and {body}. */
struct dialect_places {
    size_t id, nonce, body; /* SIZE_MAX: not there */
};
void dialect_expand(const char *text, const struct dialect_values *values, struct buf *out,
                    struct dialect_places *places);

/* ---- peer.c ---- */

enum peer_state { PEER_NONE, PEER_CONNECTING, PEER_SHAKING, PEER_OPENING, PEER_READY, PEER_GONE };

/* Which messages of his room a peer has: those below `next`, and the set bits of the window behind it. */
struct seen {
    uint32_t next;
    uint64_t *bits;
};

struct peer {
    int fd;
    enum peer_state state;
    unsigned index, room, member;
    uint64_t began_ns; /* connecting */
    struct buf rest;   /* of a frame that came in part */
    struct buf out;    /* to be sent at the end of the turn */
    bool is_dirty, wants_write;
    struct seen seen;
};

struct load_options {
    const struct dialect *dialect;
    int port;
    struct measure_pids pids;
    unsigned rooms, members, writers, window;
    double rate; /* messages a second; 0: as fast as acks allow */
    double warm_s, seconds;
    unsigned body_bytes, storm;
    bool probe;      /* WebSocket pings instead of messages */
    unsigned missed; /* all but the first of each room go, miss so many messages, and come back */
};

struct load {
    struct load_options options;
    int epoll;
    struct peer *peers;
    unsigned peer_count, opened, ready, gone;
    struct peer **dirty;
    unsigned dirty_count;
    uint64_t now_ns; /* of the turn, taken anew with each read */
    uint64_t since;  /* greatest position in a `ready` */
    bool returning;  /* who connects now comes back */
    struct histogram connects;
    struct talk *talk;
};

void peers_init(struct load *load);
void peer_connect(struct load *load, struct peer *peer);
/* Goes without a word; may connect again. */
void peer_leave(struct load *load, struct peer *peer);
/* Queues a text frame; it goes out at the end of the turn. */
void peer_send_frame(struct load *load, struct peer *peer, struct str frame);
/* Appends a masked frame (with the mask 0, which is as good as any here). */
void frame_append(struct buf *out, unsigned opcode, struct str payload);
/* One turn: waits at most `wait_ns`, reads, answers, writes. */
void peers_turn(struct load *load, uint64_t wait_ns);

/* ---- talk.c ---- */

struct talk_counts {
    uint64_t sent, acked, refused, deliveries, doubled, lost, bytes;
};

void talk_init(struct load *load);
/* The first messages, or nothing when there is a rate. */
void talk_start(struct load *load);
void talk_stop(struct load *load);
/* One message of the first of each room. */
void talk_say_once(struct load *load);
/* Sends what is due by the rate; returns how long nothing will be. */
uint64_t talk_due(struct load *load);
/* Lets those send who had to wait. */
void talk_resume(struct load *load);
void talk_on_news(struct load *load, struct peer *peer, struct str payload);
void talk_on_ack(struct load *load, struct peer *peer, struct str payload);
void talk_on_pong(struct load *load, struct str payload);
void talk_probe(struct load *load, struct peer *peer);
bool talk_is_drained(const struct load *load);
/* Adds what never came to `lost`. */
void talk_settle(struct load *load);
struct talk_counts talk_counts(const struct load *load);
void talk_reset_histograms(struct load *load);
const struct histogram *talk_latency(const struct load *load);
const struct histogram *talk_ack_latency(const struct load *load);
