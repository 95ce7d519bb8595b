/* web_metrics.c: who may see the counters.
 *
 * They tell how much a server is used and how it does, which is nobody's business but its owner's: for everybody else there is no
 * such page. The owner is who has the token, or whoever sits at this machine (web_local.c).
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web/web_internal.h"

static bool has_token(const struct web *web, const struct http_request *request) {
    struct str authorization = http_request_header(request, "Authorization");
    struct str token =
        str_of_c(web->options.metrics_token != NULL ? web->options.metrics_token : "");
    return token.len > 0 && authorization.len > 7 &&
           str_equal_nocase(str_range(authorization, 0, 7), STR("Bearer ")) &&
           str_equal_secret(str_trim(str_from(authorization, 7)), token);
}

bool web_metrics_is_wanted(const struct http_request *request) {
    bool only_reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    return only_reads && str_equal(request->path, STR("/metrics"));
}

void web_metrics_handle(struct web *web, struct conn *conn, const struct http_request *request) {
    struct buf text = BUF_EMPTY;
    if (web->options.write_metrics == NULL ||
        (!has_token(web, request) && !web_local_is(http_client_address(conn, request), request))) {
        web_respond_nothing(conn);
        return;
    }
    web->options.write_metrics(web->options.metrics_context, &text);
    http_respond(conn,
                 &(struct http_response){.status = 200,
                                         .content_type = "text/plain; version=0.0.4; charset=utf-8",
                                         .headers = STR("Cache-Control: no-store\r\n"),
                                         .body = buf_str(&text)});
    buf_deinit(&text);
}
