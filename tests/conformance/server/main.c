/* main.c: a small second server on the same layers, for conformance suites and foreign clients' tests.
 *
 *     conformance-server [--port N] [--workers N] [--ping-interval-ms N] ... [--recovery] [--cors-origin ORIGIN,...]
 *
 * Prints `listening on port N`, serves what endpoints.h lists, and ends on SIGTERM or SIGINT. It shows that
 * Engine.IO and Socket.IO know nothing of chat: nothing of the chat is linked.
 *
 * Threads: one per worker, each with its own loop and endpoints; the main thread only waits for the signal.
 *
 * SPDX-License-Identifier: MIT
 */
#include "endpoints.h"
#include "options.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

/* Owner: its thread, from worker_start to worker_join. */
struct worker {
    struct loop *loop;
    struct eio_server *engine;
    struct socket_app *app;
    pthread_t thread;
    unsigned index;
    struct loop_call stop;
};

/* What all workers share, unchanging while they run. */
struct server {
    struct eio_options eio;
    struct sio_options sio;
    struct recovery *store;
    struct worker *workers;
    struct loop **loops;
    unsigned worker_count;
};

/* Requests */

static void not_found(struct conn *conn) {
    struct http_response response = {
        .status = 404, .content_type = "text/plain", .body = STR("Not found\n")};
    http_respond(conn, &response);
}

static void on_request(struct conn *conn, const struct http_request *request, void *context) {
    struct worker *worker = context;
    if (str_starts_with(request->path, STR("/engine.io/")))
        eio_server_handle(worker->engine, conn, request);
    else if (str_starts_with(request->path, STR("/socket.io/")))
        eio_server_handle(socket_app_engine(worker->app), conn, request);
    else if (str_equal(request->path, STR("/ws-echo")))
        ws_echo_handle(conn, request);
    else
        not_found(conn);
}

static const struct http_handler http = {.on_request = on_request};

/* Workers */

static enum err worker_open(struct server *server, unsigned index, const struct options *options,
                            uint16_t port) {
    struct worker *worker = &server->workers[index];
    struct loop_options loop_options = {.index = index,
                                        .http = &http,
                                        .http_context = worker,
                                        .outbox_bytes_max = LOOP_OUTBOX_BYTES_MAX,
                                        .outbox_soft_ms = LOOP_OUTBOX_SOFT_MS};
    worker->index = index;
    worker->loop = loop_new(&loop_options);
    server->loops[index] = worker->loop;
    worker->engine = eio_server_new(worker->loop, &server->eio, &engine_echo_handler, NULL);
    worker->app = socket_app_new(worker->loop, &server->eio, &server->sio, server->store);
    if (options->host != NULL)
        return loop_listen(worker->loop, options->host, port);
    if (loop_listen(worker->loop, "::", port) == ERR_OK)
        return ERR_OK;
    return loop_listen(worker->loop, "0.0.0.0", port); /* a machine without IPv6 */
}

static void *worker_main(void *context) {
    struct worker *worker = context;
    thread_set(THREAD_WORKER, (int)worker->index);
    loop_run(worker->loop);
    return NULL;
}

static void worker_stop(struct loop *loop, struct loop_call *call) {
    struct worker *worker = (struct worker *)(void *)((char *)call - offsetof(struct worker, stop));
    loop_drain(loop);
    eio_server_close(worker->engine);
    eio_server_close(socket_app_engine(worker->app));
    loop_stop(loop);
}

static void worker_free(struct worker *worker) {
    if (worker->loop == NULL)
        return;
    eio_server_free(worker->engine);
    socket_app_free(worker->app);
    loop_free(worker->loop);
}

/* The server */

static void server_init(struct server *server, const struct options *options) {
    *server = (struct server){
        .eio = {.ping_interval_ms = (uint32_t)options->ping_interval_ms,
                .ping_timeout_ms = (uint32_t)options->ping_timeout_ms,
                .upgrade_timeout_ms = (uint32_t)options->upgrade_timeout_ms,
                .payload_bytes_max = options->payload_bytes_max,
                .cors_origins = options->cors_origins},
        .sio = {.connect_timeout_ms = (uint32_t)options->connect_timeout_ms},
        .worker_count = (unsigned)options->workers,
    };
    server->store = options->has_recovery ? recovery_new() : NULL;
    server->workers = mem_new(server->worker_count, sizeof *server->workers);
    server->loops = mem_new(server->worker_count, sizeof *server->loops);
}

static void server_deinit(struct server *server) {
    for (unsigned i = 0; i < server->worker_count; i++)
        worker_free(&server->workers[i]);
    if (server->store != NULL)
        recovery_free(server->store);
    free(server->workers);
    free(server->loops);
}

/* Opens all listeners on one port; the first worker may choose it. */
static enum err server_listen(struct server *server, const struct options *options) {
    uint16_t port = (uint16_t)options->port;
    for (unsigned i = 0; i < server->worker_count; i++) {
        enum err error = worker_open(server, i, options, port);
        if (error != ERR_OK)
            return error;
        port = loop_port(server->workers[i].loop);
    }
    printf("listening on port %u\n", port);
    fflush(stdout);
    return ERR_OK;
}

static void server_run(struct server *server, const sigset_t *signals) {
    int number;
    for (unsigned i = 0; i < server->worker_count; i++)
        loop_set_peers(server->workers[i].loop, server->loops, server->worker_count);
    for (unsigned i = 0; i < server->worker_count; i++) {
        struct worker *worker = &server->workers[i];
        ASSERT(pthread_create(&worker->thread, NULL, worker_main, worker) == 0);
    }
    (void)sigwait(signals, &number); /* cannot fail with a valid set */
    for (unsigned i = 0; i < server->worker_count; i++) {
        server->workers[i].stop.run = worker_stop;
        loop_post(server->workers[i].loop, &server->workers[i].stop);
    }
    for (unsigned i = 0; i < server->worker_count; i++)
        pthread_join(server->workers[i].thread, NULL);
}

/* Every thread inherits the mask, so that sigwait gets the signals. */
static sigset_t signals_block(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
    return signals;
}

/* As many connections as the machine lets us have. */
static void descriptors_raise(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit); /* it works with fewer */
    }
}

int main(int argc, char **argv) {
    struct options options;
    struct server server;
    if (!options_read(argc, argv, &options)) {
        options_deinit(&options);
        return 2;
    }
    sigset_t signals = signals_block();
    descriptors_raise();
    log_set_level(LOG_WARN);
    server_init(&server, &options);
    enum err error = server_listen(&server, &options);
    if (error == ERR_OK)
        server_run(&server, &signals);
    else
        fprintf(stderr, "conformance-server: port %llu: %s\n", (unsigned long long)options.port,
                err_text(error));
    server_deinit(&server);
    options_deinit(&options);
    return error == ERR_OK ? 0 : 1;
}
