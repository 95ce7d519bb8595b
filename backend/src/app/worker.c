/* worker.c: one worker thread: a loop, and what answers on it.
 *
 * Owns      struct worker: the loop, the gateway, the web.
 * Thread    worker, but for making, stopping and freeing (main).
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/worker.h"

#include "base/mem.h"
#include "base/thread.h"
#include "net/http.h"
#include "net/tls.h"

#include <uv.h>

struct worker {
    struct loop *loop;
    struct gateway *gateway;
    struct web *web;
    struct origin_rules origins;
    uv_thread_t thread;
};

/* Who watches over the server asks by its address, and learns nothing there. */
static bool is_for_any_host(struct str path) {
    return str_equal(path, STR("/healthz")) || str_equal(path, STR("/readyz")) ||
           str_equal(path, STR("/metrics"));
}

/* RFC 9110 section 15.5.20. */
static void refuse_host(const struct worker *worker, struct conn *conn) {
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "This server is %s and answers to no other name.\n",
               worker->origins.public_url);
    http_respond(conn, &(struct http_response){.status = 421,
                                               .content_type = "text/plain; charset=utf-8",
                                               .headers = STR("Cache-Control: no-store\r\n"),
                                               .body = buf_str(&text),
                                               .close = true});
    buf_deinit(&text);
}

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct worker *worker = context;
    if (!origin_host_is_own(&worker->origins, request) && !is_for_any_host(request->path))
        refuse_host(worker, conn);
    else if (str_starts_with(request->path, STR("/socket.io/")))
        gateway_handle(worker->gateway, conn, request);
    else
        web_handle(worker->web, conn, request);
}

static const struct http_handler http_handler = {.on_request = on_request};

struct worker *worker_new(const struct worker_options *options) {
    struct worker *worker = MEM_NEW(struct worker);
    const struct loop_options loop_options = {
        .index = options->index,
        .http = &http_handler,
        .http_context = worker,
        .proxies = options->proxies,
        .census = options->census,
        .bounds_loopback = options->bounds_loopback,
        .strangers_max = options->strangers_max,
        .common_headers = web_common_headers(&options->web),
        .ws_message_bytes_max = options->gateway.engine.payload_bytes_max,
    };
    worker->origins = options->web.origins;
    worker->loop = loop_new(&loop_options);
    worker->gateway = gateway_new(worker->loop, &options->gateway, &options->desk);
    worker->web = web_new(worker->loop, &options->web, &options->desk, &options->files);
    return worker;
}

struct loop *worker_loop(struct worker *worker) {
    return worker->loop;
}

struct gateway *worker_gateway(struct worker *worker) {
    return worker->gateway;
}

struct web *worker_web(struct worker *worker) {
    return worker->web;
}

static void worker_main(void *argument) {
    struct worker *worker = argument;
    thread_set(THREAD_WORKER, (int)loop_index(worker->loop));
    loop_run(worker->loop);
}

void worker_start(struct worker *worker) {
    int error = uv_thread_create(&worker->thread, worker_main, worker);
    ASSERT(error == 0);
}

/* A call that main waits for. */
struct errand {
    struct loop_call call;
    struct worker *worker;
    struct tls *tls; /* of worker_set_tls */
    uv_sem_t done;
};

static void drain_run(struct loop *loop, struct loop_call *call) {
    struct errand *errand = (struct errand *)(void *)call;
    gateway_drain(errand->worker->gateway);
    web_drain(errand->worker->web);
    loop_drain(loop);
    uv_sem_post(&errand->done);
}

static void stop_run(struct loop *loop, struct loop_call *call) {
    struct errand *errand = (struct errand *)(void *)call;
    gateway_close(errand->worker->gateway);
    loop_stop(loop);
    uv_sem_post(&errand->done);
}

static void set_tls_run(struct loop *loop, struct loop_call *call) {
    struct errand *errand = (struct errand *)(void *)call;
    loop_set_tls(loop, errand->tls);
    uv_sem_post(&errand->done);
}

static void beat_run(struct loop *loop, struct loop_call *call) {
    (void)loop;
    uv_sem_post(&((struct errand *)(void *)call)->done);
}

static void worker_errand(struct worker *worker, void (*run)(struct loop *, struct loop_call *),
                          struct tls *tls) {
    struct errand errand = {.call.run = run, .worker = worker, .tls = tls};
    int error = uv_sem_init(&errand.done, 0);
    ASSERT(error == 0);
    loop_post(worker->loop, &errand.call);
    uv_sem_wait(&errand.done);
    uv_sem_destroy(&errand.done);
}

void worker_beat(struct worker *worker) {
    worker_errand(worker, beat_run, NULL);
}

void worker_drain(struct worker *worker) {
    worker_errand(worker, drain_run, NULL);
}

void worker_stop(struct worker *worker) {
    worker_errand(worker, stop_run, NULL);
}

void worker_set_tls(struct worker *worker, struct tls *tls) {
    worker_errand(worker, set_tls_run, tls);
}

void worker_join(struct worker *worker) {
    (void)uv_thread_join(&worker->thread);
}

void worker_free(struct worker *worker) {
    gateway_free(worker->gateway);
    web_free(worker->web);
    loop_free(worker->loop);
    free(worker);
}
