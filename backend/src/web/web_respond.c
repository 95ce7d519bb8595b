/* web_respond.c: answers in JSON.
 *
 * What the API says is never kept by anybody on the way: no-store.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/proto_encode.h"
#include "web/web_internal.h"

void web_respond_json(struct conn *conn, int status, struct str json, struct str headers) {
    struct buf lines = BUF_EMPTY;
    buf_append_c(&lines, "Cache-Control: no-store\r\nVary: Cookie\r\n");
    buf_append_str(&lines, headers);
    const struct http_response response = {
        .status = status,
        .content_type = status == 204 ? NULL : "application/json",
        .headers = buf_str(&lines),
        .body = status == 204 ? STR_NONE : json,
        .no_length = status == 204,
    };
    http_respond(conn, &response);
    buf_deinit(&lines);
}

void web_respond_error(struct conn *conn, enum proto_error error, int status, const char *message,
                       struct str headers) {
    const struct proto_error_body body = {.code = error, .message = str_of_c(message)};
    struct buf json = BUF_EMPTY;
    buf_append_c(&json, "{\"error\":");
    proto_encode(&proto_error_body_shape, &body, &json);
    buf_append_byte(&json, '}');
    web_respond_json(conn, status != 0 ? status : proto_errors[error].http_status, buf_str(&json),
                     headers);
    buf_deinit(&json);
}

void web_respond_nothing(struct conn *conn) {
    web_respond_error(conn, PROTO_NOT_FOUND, 0, "There is nothing here.", STR_NONE);
}
