/* web_metrics.c: who may see the counters.
 *
 * They tell how much a server is used and how it does, which is nobody's business but its owner's: for everybody else there is no
 * such page. The owner is who has the token, or whoever asks from this machine, by one of its own names, and not through a
 * proxy: a proxy beside the server passes the whole world's requests on from loopback, and a page of the owner's
 * browser that has pointed its own name at 127.0.0.1 still calls the server by that name.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/address.h"
#include "web/web_internal.h"

static bool has_token(const struct web *web, const struct http_request *request) {
    struct str authorization = http_request_header(request, "Authorization");
    struct str token =
        str_of_c(web->options.metrics_token != NULL ? web->options.metrics_token : "");
    return token.len > 0 && authorization.len > 7 &&
           str_equal_nocase(str_range(authorization, 0, 7), STR("Bearer ")) &&
           str_equal_secret(str_trim(str_from(authorization, 7)), token);
}

static bool is_passed_on(const struct http_request *request) {
    static const char *const signs[] = {"X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP",
                                        "Forwarded", "Via"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (!str_is_none(http_request_header(request, signs[i])))
            return true;
    }
    return false;
}

static bool is_loopback(struct str address) {
    struct in6_addr parsed;
    return address_parse(address, &parsed) && address_is_loopback(&parsed);
}

/* "localhost:8080", "127.0.0.1", "[::1]:8080" */
static bool names_this_machine(struct str host) {
    if (str_starts_with(host, STR("[")))
        return is_loopback(str_range(host, 1, str_find_byte(host, ']')));
    struct str name = str_range(host, 0, str_find_byte(host, ':'));
    return str_equal_nocase(name, STR("localhost")) || is_loopback(name);
}

static bool is_from_here(struct conn *conn, const struct http_request *request) {
    return is_loopback(http_client_address(conn, request)) && !is_passed_on(request) &&
           names_this_machine(request->host);
}

bool web_metrics_is_wanted(const struct http_request *request) {
    bool only_reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    return only_reads && str_equal(request->path, STR("/metrics"));
}

void web_metrics_handle(struct web *web, struct conn *conn, const struct http_request *request) {
    struct buf text = BUF_EMPTY;
    if (web->options.write_metrics == NULL ||
        (!has_token(web, request) && !is_from_here(conn, request))) {
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
