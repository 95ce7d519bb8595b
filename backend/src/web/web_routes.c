/* web_routes.c: the table of HTTP routes, and how a path finds its row.
 *
 * A row names a command of the protocol; the path's and the query's parameters and the body's fields together are
 * its payload, checked by the same tables as a socket's. What is not here is the web app (web_static.c).
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web/web_internal.h"

static void unavailable(struct web_call *call) {
    web_call_refuse(call, PROTO_UNAVAILABLE, "This server cannot do that yet.", NULL);
}

static void healthz(struct web_call *call) {
    web_call_respond(call, 200, STR("{\"ok\":true}"), STR_NONE);
}

static void readyz(struct web_call *call) {
    const struct web *web = call->web;
    if (!web->is_draining && web->options.is_ready(web->options.ready_context))
        web_call_respond(call, 200, STR("{\"ready\":true}"), STR_NONE);
    else
        web_call_refuse(call, PROTO_UNAVAILABLE, "Not accepting messages at the moment.", NULL);
}

/* clang-format off */
const struct web_route web_routes[] = {
    /* method       path                          auth         json   act                            status */
    {HTTP_POST,   "/api/session",               WEB_OPEN,    true,  CHAT_ACT_LOGIN,                200, .answer = web_session_make, .finish = web_session_made},
    {HTTP_GET,    "/api/session",               WEB_SESSION, false, CHAT_ACT_WHOAMI,               200, .finish = web_session_show},
    {HTTP_DELETE, "/api/session",               WEB_SESSION, false, CHAT_ACT_LOGOUT,               204, .finish = web_session_end},
    {HTTP_POST,   "/api/users",                 WEB_OPEN,    true,  CHAT_ACT_REGISTER,             201, .answer = web_account_register, .finish = web_session_made},
    {HTTP_PUT,    "/api/password",              WEB_SESSION, true,  CHAT_ACT_PASSWORD,             204, .answer = web_account_password, .finish = web_account_password_changed},
    {HTTP_GET,    "/api/server",                WEB_OPEN,    false, CHAT_ACT_SERVER,               200, .answer = web_account_server},
    {HTTP_POST,   "/api/invite",                WEB_OPEN,    true,  CHAT_ACT_INVITE_LOOK,          200, .answer = web_account_invite},
    {HTTP_GET,    "/api/rooms",                 WEB_SESSION, false, PROTO_COMMAND_ROOM_LIST,       200, {"query", "archived", "after", "limit"}, NULL, NULL},
    {HTTP_GET,    "/api/rooms/{room}/messages", WEB_SESSION, false, PROTO_COMMAND_MESSAGE_HISTORY, 200, {"before", "after", "around", "limit"}, NULL, NULL},
    {HTTP_POST,   "/api/rooms/{room}/messages", WEB_SESSION, true,  PROTO_COMMAND_MESSAGE_SEND,    201, .answer = web_message_send},
    {HTTP_GET,    "/api/rooms/{room}/members",  WEB_SESSION, false, PROTO_COMMAND_ROOM_MEMBERS,    200, {"after", "limit"}, NULL, NULL},
    {HTTP_GET,    "/api/search",                WEB_SESSION, false, PROTO_COMMAND_MESSAGE_SEARCH,  200, {"query", "room", "author", "since", "until", "before", "limit"}, NULL, NULL},
    {HTTP_POST,   "/api/uploads",               WEB_SESSION, false, CHAT_ACT_FILE_ADD,             201, {"name"}, web_upload_begin, web_upload_answered},
    {HTTP_GET,    "/files/{id}/{name}",         WEB_SESSION, false, CHAT_ACT_FILE_LOOK,            200, {"thumb"}, web_file_begin, web_file_found},
    {HTTP_POST,   "/hooks/{secret}",            WEB_OPEN,    true,  0,                             200, .answer = unavailable},
    {HTTP_GET,    "/healthz",                   WEB_OPEN,    false, 0,                             200, .answer = healthz},
    {HTTP_GET,    "/readyz",                    WEB_OPEN,    false, 0,                             200, .answer = readyz},
};
/* clang-format on */
const size_t web_route_count = sizeof web_routes / sizeof web_routes[0];

static const char *const method_names[] = {
    [HTTP_GET] = "GET",     [HTTP_HEAD] = "HEAD",     [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",     [HTTP_DELETE] = "DELETE", [HTTP_OPTIONS] = "OPTIONS",
    [HTTP_PATCH] = "PATCH", [HTTP_OTHER] = "",
};

static bool segment_is_parameter(struct str segment) {
    return segment.len > 2 && segment.at[0] == '{';
}

/* Takes one {parameter}: decoded once, not empty. */
static bool parameter_take(struct str pattern, struct str segment, json_t *parameters) {
    struct buf decoded = BUF_EMPTY;
    char *name = str_dup_c(str_range(pattern, 1, pattern.len - 1));
    bool good = segment.len > 0 && http_percent_decode(segment, false, &decoded);
    if (good)
        good = json_object_set_new(parameters, name, json_stringn(decoded.data, decoded.len)) == 0;
    buf_deinit(&decoded);
    free(name);
    return good;
}

/* Walks pattern and path segment by segment; they go into `parameters` when it is not NULL. */
static bool path_matches(struct str pattern, struct str path, json_t *parameters) {
    while (!str_is_none(pattern) && !str_is_none(path)) {
        struct str want = str_cut(&pattern, '/');
        struct str have = str_cut(&path, '/');
        if (!segment_is_parameter(want) && !str_equal(want, have))
            return false;
        if (segment_is_parameter(want) &&
            (have.len == 0 || (parameters != NULL && !parameter_take(want, have, parameters))))
            return false;
    }
    return str_is_none(pattern) && str_is_none(path);
}

/* HEAD is answered wherever GET is. */
static bool method_matches(enum http_method wanted, enum http_method method) {
    return wanted == method || (wanted == HTTP_GET && method == HTTP_HEAD);
}

static void allow_add(struct buf *allow, enum http_method method) {
    if (allow->len > 0)
        buf_append_c(allow, ", ");
    buf_append_c(allow, method_names[method]);
    if (method == HTTP_GET)
        buf_append_c(allow, ", HEAD");
}

const struct web_route *web_route_find(enum http_method method, struct str path, json_t *parameters,
                                       struct buf *allow) {
    for (size_t i = 0; i < web_route_count; i++) {
        const struct web_route *route = &web_routes[i];
        if (!path_matches(str_of_c(route->path), path, NULL))
            continue;
        if (!method_matches(route->method, method)) {
            allow_add(allow, route->method);
            continue;
        }
        if (path_matches(str_of_c(route->path), path, parameters))
            return route;
        buf_clear(allow); /* a parameter that is no text: there is no such path, for no method */
        return NULL;
    }
    return NULL;
}
