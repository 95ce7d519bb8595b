/* web.h: plain HTTP: the API for sessions, rooms and messages, the health routes, the web app.
 *
 * One per worker. A table of routes (web_routes.c) says what each path takes; those that concern the chat become the same
 * commands that sockets send, decoded by the same tables and decided by the same core.
 *
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/metric.h"
#include "chat/chat_request.h"
#include "net/http.h"
#include "net/origin.h"
#include "web/web_files.h"

struct web;

struct web_options {
    struct origin_rules origins; /* of requests that carry the cookie and change something */
    bool secure;                 /* browsers come by https: Secure __Host- cookies */
    bool is_https_public;        /* the public URL is https: HSTS */
    bool (*is_ready)(const void *context); /* for /readyz */
    const void *ready_context;
    void (*write_metrics)(const void *context, struct buf *out); /* NULL: there is no /metrics */
    const void *metrics_context;
    uint64_t upload_bytes; /* of one file */
    /* What files/ knows, which the web does not: how a name is kept, how it is told (Content-Disposition), and what a browser may show
     * of that type. */
    void (*clean_name)(struct str name, struct buf *out);
    void (*disposition)(struct str name, bool is_shown, struct buf *out);
    bool (*is_shown)(struct str type, bool has_size);
    const char
        *metrics_token; /* opens /metrics to whoever has it; "" or NULL: only to this machine */
};

/* What a web counts. Written on its worker, readable from any thread. */
struct web_counters {
    struct counter answers[PROTO_ERROR_COUNT]; /* of the API, by result; PROTO_OK is fine */
};

/* Header lines of every response of the program. Static. */
struct str web_common_headers(const struct web_options *options);

/* Returns owned. options, desk and files are copied. */
struct web *web_new(struct loop *loop, const struct web_options *options,
                    const struct chat_desk *desk, const struct web_files *files);
void web_free(struct web *web);
/* From here on the API answers 503 and /readyz says so. */
void web_drain(struct web *web);
/* Borrowed for the web's life. Any thread. */
const struct web_counters *web_counters(const struct web *web);
/* Answers a request. From within on_request. */
void web_handle(struct web *web, struct conn *conn, const struct http_request *request);
