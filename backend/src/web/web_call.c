/* web_call.c: one request to the API, from its head to its answer.
 *
 * Owns      struct web_call.
 * Thread    worker.
 *
 * How it works:
 *
 *   begin     who asks (bearer token, else cookie), may his page ask (origin), then the body
 *   body end  JSON object, its fields added to the path's and query's parameters: the payload
 *   ask       the row's command to the core; the connection may go meanwhile
 *   answer    `data` with the row's status, or {"error": ...} with the error's
 *
 * A call is freed when nobody needs it: the connection (answered or gone) and the core.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/token.h"
#include "proto/proto_decode.h"
#include "proto/proto_encode.h"
#include "web/web_internal.h"

#define WEB_JSON_DEPTH_MAX  32
#define WEB_AGENT_BYTES_MAX 200

void web_call_free_when_done(struct web_call *call) {
    if (call->conn != NULL || call->is_asked)
        return;
    if (call->upload != NULL)
        call->web->files.leave_upload(call->upload, false);
    if (call->file != NULL)
        web_file_free(call);
    json_decref(call->payload);
    buf_deinit(&call->body);
    arena_deinit(&call->arena);
    free(call);
}

/* Answering */

void web_call_respond(struct web_call *call, int status, struct str json, struct str headers) {
    struct conn *conn = call->conn;
    call->conn = NULL;
    if (conn != NULL)
        web_respond_json(conn, status, json, headers);
    web_call_free_when_done(call);
}

static void call_respond_error(struct web_call *call, enum proto_error error,
                               int64_t retry_after_ms, struct str json) {
    struct buf body = BUF_EMPTY, headers = BUF_EMPTY;
    buf_append_c(&body, "{\"error\":");
    buf_append_str(&body, json);
    buf_append_byte(&body, '}');
    if (retry_after_ms > 0)
        buf_printf(&headers, "Retry-After: %lld\r\n", (long long)((retry_after_ms + 999) / 1000));
    if (error == PROTO_UNAUTHORIZED)
        buf_append_c(&headers, "WWW-Authenticate: Bearer\r\n");
    web_call_respond(call, proto_errors[error].http_status, buf_str(&body), buf_str(&headers));
    buf_deinit(&body);
    buf_deinit(&headers);
}

void web_call_refuse(struct web_call *call, enum proto_error error, const char *message,
                     const char *field) {
    const struct proto_error_body body = {
        .code = error, .message = str_of_c(message), .field = str_of_c(field)};
    struct buf json = BUF_EMPTY;
    counter_add(&call->web->counters.answers[error], 1);
    proto_encode(&proto_error_body_shape, &body, &json);
    call_respond_error(call, error, 0, buf_str(&json));
    buf_deinit(&json);
}

/* Asking the core */

static void call_answered(struct chat_request *request) {
    struct web_call *call = request->owner;
    call->is_asked = false;
    counter_add(&call->web->counters.answers[request->error], 1);
    if (call->conn != NULL && request->error == PROTO_OK)
        conn_vouch(call->conn);
    if (request->error != PROTO_OK && call->upload != NULL)
        web_upload_failed(call, request);
    if (request->error != PROTO_OK)
        call_respond_error(call, request->error, request->retry_after_ms, buf_str(&request->json));
    else if (call->route->finish != NULL)
        call->route->finish(call, request);
    else
        web_call_respond(call, call->route->status, buf_str(&request->json), STR_NONE);
    chat_request_free(request);
}

struct chat_request *web_call_request(struct web_call *call, int act) {
    struct chat_request *request =
        chat_request_new(act, loop_index(call->web->loop), call_answered);
    request->owner = call;
    request->command.actor.has_token = call->has_token;
    memcpy(request->command.actor.token_hash, call->token_hash, sizeof call->token_hash);
    return request;
}

void web_call_submit(struct web_call *call, struct chat_request *request, void *payload) {
    request->command.payload = payload;
    call->is_asked = true;
    call->web->desk.submit(call->web->desk.core, request);
}

void web_call_ask_command(struct web_call *call) {
    const struct proto_command_row *row = &proto_commands[call->route->act];
    struct chat_request *request = web_call_request(call, call->route->act);
    void *payload = arena_alloc(&request->arena, row->payload->size);
    const char *field = NULL;
    enum proto_error error =
        proto_decode(row->payload, call->payload, &request->arena, payload, &field);
    if (error != PROTO_OK) {
        chat_request_free(request);
        web_call_refuse(call, error, "A field is missing or not valid.", field);
        return;
    }
    chat_request_make_secret(request);
    web_call_submit(call, request, payload);
}

bool web_call_decode(struct web_call *call, const struct proto_struct *shape, struct arena *arena,
                     void *out) {
    const char *field = NULL;
    enum proto_error error = proto_decode(shape, call->payload, arena, out, &field);
    if (error != PROTO_OK)
        web_call_refuse(call, error, "A field is missing or not valid.", field);
    return error == PROTO_OK;
}

/* The core may be gone already: what is submitted now would never be answered. */
static bool call_is_too_late(const struct web_call *call) {
    return call->web->is_draining && call->route->act != 0;
}

static void call_refuse_late(struct web_call *call) {
    web_call_refuse(call, PROTO_UNAVAILABLE, "The server is restarting.", NULL);
}

static void call_ask(struct web_call *call) {
    if (call_is_too_late(call))
        call_refuse_late(call); /* the body was longer on its way than the server lives */
    else if (call->route->answer != NULL)
        call->route->answer(call);
    else if (call->route->act < PROTO_COMMAND_COUNT)
        web_call_ask_command(call);
    else
        web_call_submit(call, web_call_request(call, call->route->act), NULL);
}

/* The body */

/* The connection itself would answer 413 in plain text; the API's refusals are JSON. So it is asked for somewhat more than a
 * body may have, and what is too much is refused here. */
#define BODY_BYTES_READ (2 * PROTO_LIMIT_PAYLOAD_BYTES)

static void refuse_too_large(struct web_call *call) {
    web_call_refuse(call, PROTO_TOO_LARGE, "The body is too large.", NULL);
}

static void on_body(struct conn *conn, void *user, struct str bytes) {
    struct web_call *call = user;
    (void)conn;
    if (call->body.len + bytes.len > PROTO_LIMIT_PAYLOAD_BYTES)
        refuse_too_large(call);
    else
        buf_append_str(&call->body, bytes);
}

static void on_body_end(struct conn *conn, void *user) {
    struct web_call *call = user;
    (void)conn;
    json_t *body = json_parse(buf_str(&call->body), WEB_JSON_DEPTH_MAX);
    if (!json_is_object(body)) {
        json_decref(body);
        web_call_refuse(call, PROTO_BAD_REQUEST, "The body must be one JSON object.", NULL);
        return;
    }
    /* The path goes before the body: a body cannot name another room. */
    (void)json_object_update(body, call->payload);
    json_decref(call->payload);
    call->payload = body;
    call_ask(call);
}

void web_call_on_abort(struct conn *conn, void *user, enum conn_end end) {
    struct web_call *call = user;
    (void)conn;
    (void)end;
    call->conn = NULL;
    web_call_free_when_done(call);
}

static const struct http_exchange exchange = {
    .on_body = on_body, .on_body_end = on_body_end, .on_abort = web_call_on_abort};

/* The head */

/* The credential: a bearer token goes before the cookie. */
static void call_identify(struct web_call *call, const struct http_request *request) {
    struct str authorization = http_request_header(request, "Authorization");
    if (authorization.len > 7 && str_equal_nocase(str_range(authorization, 0, 7), STR("Bearer "))) {
        call->has_token = token_hash(str_trim(str_from(authorization, 7)), call->token_hash);
        return;
    }
    call->from_cookie = token_hash(web_session_cookie(call->web, request), call->token_hash);
    call->has_token = call->from_cookie;
}

/* A page of somebody else's must not act with the visitor's cookie. */
static bool origin_is_fine(const struct web_call *call, const struct http_request *request) {
    bool only_reads = request->method == HTTP_GET || request->method == HTTP_HEAD;
    if (only_reads)
        return true;
    bool has_cookie = !str_is_none(web_session_cookie(call->web, request));
    bool signs_in = call->route->act == CHAT_ACT_LOGIN || call->route->act == CHAT_ACT_REGISTER;
    return (!has_cookie && !signs_in) || origin_is_own(&call->web->options.origins, request);
}

/* Path and query carry text only: a parameter becomes what its field in the command's payload wants. What does not fit stays
 * a text, so that the decoder names the field. */
static json_t *parameter_value(const struct proto_struct *shape, struct str name, struct str text) {
    uint64_t number;
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        const struct proto_field *field = &shape->fields[i];
        if (!str_equal(name, str_of_c(field->name)))
            continue;
        bool may_be_bool = field->kind == PROTO_KIND_BOOL || field->kind == PROTO_KIND_FLAG;
        if (may_be_bool && (str_equal(text, STR("true")) || str_equal(text, STR("false"))))
            return json_boolean(text.at[0] == 't');
        bool may_be_number = field->kind == PROTO_KIND_INT || field->kind == PROTO_KIND_ROOM;
        if (may_be_number && str_to_u64(text, PROTO_LIMIT_ID_MAX, &number))
            return json_integer((json_int_t)number);
    }
    return json_stringn(text.at, text.len);
}

static const struct proto_struct *call_shape(const struct web_call *call) {
    bool is_command = call->route->act != 0 && call->route->act < PROTO_COMMAND_COUNT;
    return is_command ? proto_commands[call->route->act].payload : NULL;
}

static void parameter_set(struct web_call *call, const char *name, struct str text) {
    json_t *value = parameter_value(call_shape(call), str_of_c(name), text);
    if (value != NULL) /* NULL: not UTF-8, and so as good as absent */
        (void)json_object_set_new(call->payload, name, value);
}

static void path_read(struct web_call *call, const json_t *parameters) {
    const char *name;
    json_t *text;
    json_object_foreach((json_t *)parameters, name, text) parameter_set(call, name, json_str(text));
}

static void query_read(struct web_call *call, const struct http_request *request) {
    struct buf scratch = BUF_EMPTY;
    struct str value;
    for (int i = 0; i < WEB_QUERY_MAX && call->route->query[i] != NULL; i++) {
        const char *name = call->route->query[i];
        buf_clear(&scratch);
        if (http_query_find(request->query, str_of_c(name), true, &scratch, &value))
            parameter_set(call, name, value);
    }
    buf_deinit(&scratch);
}

static void call_go_on(struct web_call *call, const struct http_request *request) {
    struct conn *conn = call->conn;
    query_read(call, request);
    if (!call->route->wants_json)
        call_ask(call);
    else if (request->body == HTTP_BODY_LENGTH &&
             request->content_length > PROTO_LIMIT_PAYLOAD_BYTES)
        refuse_too_large(call);
    else
        http_read_body(conn, BODY_BYTES_READ);
}

void web_call_begin(struct web *web, struct conn *conn, const struct http_request *request,
                    const struct web_route *route, const json_t *parameters) {
    struct web_call *call = MEM_NEW(struct web_call);
    call->web = web;
    call->route = route;
    call->conn = conn;
    call->payload = json_object();
    path_read(call, parameters);
    http_set_exchange(conn, &exchange, call);
    call_identify(call, request);
    call->agent = arena_copy(&call->arena, str_range(http_request_header(request, "User-Agent"), 0,
                                                     WEB_AGENT_BYTES_MAX));
    call->address = arena_copy(&call->arena, http_client_address(conn, request));
    call->is_local = web_local_is(call->address, request);
    if (call_is_too_late(call))
        call_refuse_late(call);
    else if (!origin_is_fine(call, request))
        web_call_refuse(call, PROTO_FORBIDDEN, "Another site's page may not do that.", NULL);
    else if (route->auth == WEB_SESSION && !call->has_token)
        web_call_refuse(call, PROTO_UNAUTHORIZED, "Sign in first.", NULL);
    else
        call_go_on(call, request);
}
