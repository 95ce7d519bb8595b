/* loop_stats.h: what a loop counts about itself, for /metrics and for tests.
 *
 * Each loop has its own counters, written by its thread alone and readable from any: hot paths count instead of
 * logging, and nothing is shared between workers while they run.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/metric.h"

struct loop;

/* field, what it counts */
#define LOOP_STATS_MAP(X)                                                                          \
    X(conns, "connections open now")                                                               \
    X(accepts, "connections accepted")                                                             \
    X(accepts_refused, "connections closed at once for want of a descriptor")                      \
    X(refused_address, "connections refused because their address had too many")                   \
    X(refused_strangers, "connections refused because too many had not said who they are")         \
    X(tls_handshakes, "TLS handshakes completed")                                                  \
    X(tls_failures, "TLS connections that ended before their handshake was over")                  \
    X(handovers, "connections given to another worker")                                            \
    X(bytes_in, "bytes read")                                                                      \
    X(bytes_out, "bytes written")                                                                  \
    X(reads, "read calls")                                                                         \
    X(writes, "gather writes")                                                                     \
    X(requests, "HTTP requests whose head was accepted")                                           \
    X(requests_refused, "HTTP requests refused by the parser or a bound")                          \
    X(messages_in, "WebSocket messages received")                                                  \
    X(frames_out, "frames queued for sending")                                                     \
    X(outbox_bytes, "bytes queued for writing now")                                                \
    X(closed_slow, "connections closed because they did not read")                                 \
    X(closed_timeout, "connections closed by a deadline")                                          \
    X(closed_protocol, "connections closed for breaking HTTP or WebSocket")

struct loop_stats {
#define X(field, text) uint64_t field;
    LOOP_STATS_MAP(X)
#undef X
};

/* Copies the counters. Any thread; the values are each correct but not of one instant. */
void loop_stats_read(const struct loop *loop, struct loop_stats *out);
/* How long turns took, from waking to sleep, in nanoseconds: what is ready at the end of a turn's poll waits at most that
 * long. Any thread. */
void loop_turns_read(const struct loop *loop, struct histogram_figures *out);
/* Posted calls that the loop has not come to. Any thread. */
size_t loop_posted_count(const struct loop *loop);
