/* web.c: which part of the web answers a request.
 *
 * Owns      struct web.
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web/web.h"

#include "base/mem.h"
#include "web/web_internal.h"

#define COMMON_HEADERS                                                                             \
    "X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"                          \
    "Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Resource-Policy: same-origin\r\n"     \
    "Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n"

struct str web_common_headers(const struct web_options *options) {
    return options->is_https_public
               ? STR(COMMON_HEADERS "Strict-Transport-Security: max-age=31536000\r\n")
               : STR(COMMON_HEADERS);
}

struct web *web_new(struct loop *loop, const struct web_options *options,
                    const struct chat_desk *desk, const struct web_files *files) {
    struct web *web = MEM_NEW(struct web);
    web->loop = loop;
    web->options = *options;
    web->desk = *desk;
    web->files = *files;
    return web;
}

void web_free(struct web *web) {
    free(web);
}

const struct web_counters *web_counters(const struct web *web) {
    return &web->counters;
}

void web_drain(struct web *web) {
    web->is_draining = true;
}

/* Paths that are never places within the web app. */
static bool path_is_api(struct str path) {
    static const char *const prefixes[] = {"/api/", "/files/", "/hooks/", "/socket.io"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (str_starts_with(path, str_of_c(prefixes[i])))
            return true;
    }
    return str_equal(path, STR("/api")) || str_equal(path, STR("/metrics"));
}

static void respond_not_allowed(struct conn *conn, struct str allow) {
    struct buf header = BUF_EMPTY;
    buf_printf(&header, "Allow: %.*s\r\n", STR_ARG(allow));
    web_respond_error(conn, PROTO_BAD_REQUEST, 405, "This method is not known here.",
                      buf_str(&header));
    buf_deinit(&header);
}

static void handle_unrouted(struct conn *conn, const struct http_request *request,
                            struct str allow) {
    if (allow.len > 0)
        respond_not_allowed(conn, allow);
    else if (path_is_api(request->path))
        web_respond_nothing(conn);
    else
        web_static_handle(conn, request);
}

/* JSON comes as application/json, plain: a form or a text of another site's page cannot pretend to be it. */
static bool body_is_json(const struct http_request *request) {
    struct str type = http_request_header(request, "Content-Type");
    struct str media = str_trim(str_cut(&type, ';'));
    return str_equal_nocase(media, STR("application/json")) &&
           str_is_none(http_request_header(request, "Content-Encoding"));
}

/* A body that is to be taken as it is. */
static bool body_is_encoded(const struct http_request *request) {
    return !str_is_none(http_request_header(request, "Content-Encoding"));
}

void web_handle(struct web *web, struct conn *conn, const struct http_request *request) {
    struct buf allow = BUF_EMPTY;
    json_t *parameters = json_object();
    web->request = request;
    const struct web_route *route =
        web_route_find(request->method, request->path, parameters, &allow);
    if (web_metrics_is_wanted(request))
        web_metrics_handle(web, conn, request);
    else if (route == NULL)
        handle_unrouted(conn, request, buf_str(&allow));
    else if (route->wants_json && !body_is_json(request))
        web_respond_error(conn, PROTO_BAD_REQUEST, 415, "The body must be application/json.",
                          STR_NONE);
    else if (route->method == HTTP_POST && body_is_encoded(request))
        web_respond_error(conn, PROTO_BAD_REQUEST, 415, "The body must not be encoded.", STR_NONE);
    else
        web_call_begin(web, conn, request, route, parameters);
    web->request = NULL;
    json_decref(parameters);
    buf_deinit(&allow);
}
