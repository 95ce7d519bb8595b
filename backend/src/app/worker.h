/* worker.h: one worker thread: a loop, and what answers on it.
 *
 * Requests to /socket.io/ go to the gateway, all others to the web.
 *
 * Thread: made and freed by main; runs on its own.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "gateway/gateway.h"
#include "web/web.h"

struct worker;
struct tls;

struct worker_options {
    unsigned index;
    struct address_ranges proxies; /* these four as in loop_options */
    struct census *census;
    bool bounds_loopback;
    size_t strangers_max;
    struct gateway_options gateway;
    struct web_options web;
    struct chat_desk desk;
    struct web_files files;
};

/* Returns owned. options are copied. */
struct worker *worker_new(const struct worker_options *options);
struct loop *worker_loop(struct worker *worker);
struct gateway *worker_gateway(struct worker *worker);
struct web *worker_web(struct worker *worker);
void worker_start(struct worker *worker);
/* New connections speak TLS with this. Takes the share. Returns when the worker has taken note. */
void worker_set_tls(struct worker *worker, struct tls *tls);
/* Returns when the worker has come round: while it hangs, so does whoever asks. */
void worker_beat(struct worker *worker);
/* No new connections, commands or requests; answers still go out. Returns when the worker has taken note. */
void worker_drain(struct worker *worker);
/* Closes every connection; the thread then ends. Stop all workers before joining one: they hand connections over. */
void worker_stop(struct worker *worker);
void worker_join(struct worker *worker);
void worker_free(struct worker *worker);
