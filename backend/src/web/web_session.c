/* web_session.c: the routes of sessions, and the cookie.
 *
 * The cookie is HttpOnly and SameSite=Lax, over https also Secure. Its name is told by token_cookie_name.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/token.h"
#include "web/web_internal.h"

#define COOKIE_AGE_S 1209600 /* 14 days, as long as an idle session lives */

static struct str cookie_name(const struct web *web) {
    return token_cookie_name(web->options.secure);
}

struct str web_session_cookie(const struct web *web, const struct http_request *request) {
    return http_request_cookie(request, cookie_name(web));
}

void web_session_cookie_line(const struct web *web, struct str token, struct buf *out) {
    buf_printf(out, "Set-Cookie: %.*s=%.*s; Path=/; %sHttpOnly; SameSite=Lax; Max-Age=%d\r\n",
               STR_ARG(cookie_name(web)), STR_ARG(token), web->options.secure ? "Secure; " : "",
               token.len > 0 ? COOKIE_AGE_S : 0);
}

void web_session_make_token(struct web_call *call, unsigned char hash[CHAT_TOKEN_HASH_BYTES]) {
    struct buf token = BUF_EMPTY;
    token_append_new(&token);
    (void)token_hash(buf_str(&token), hash);
    call->fresh_token = arena_copy(&call->arena, buf_str(&token));
    buf_deinit(&token);
}

/* A name alone makes a guest; a name and a password sign in. */
void web_session_make(struct web_call *call) {
    struct chat_request *request = web_call_request(call, CHAT_ACT_LOGIN);
    struct chat_login *login = ARENA_NEW(&request->arena, struct chat_login);
    struct proto_session_open body = {0};
    if (!web_call_decode(call, &proto_session_open_shape, &request->arena, &body)) {
        chat_request_free(request);
        return;
    }
    web_session_make_token(call, login->fresh_token_hash);
    login->name = body.name;
    login->password = body.password;
    login->agent = arena_copy(&request->arena, call->agent);
    login->address = arena_copy(&request->arena, call->address);
    web_call_submit(call, request, login);
}

/* {"user": ...} out of the core's user object. */
static void user_object(struct buf *out, const struct chat_request *request) {
    buf_append_c(out, "{\"user\":");
    buf_append_str(out, buf_str(&request->json));
}

void web_session_made(struct web_call *call, const struct chat_request *request) {
    struct buf json = BUF_EMPTY, headers = BUF_EMPTY;
    user_object(&json, request);
    buf_printf(&json, ",\"token\":\"%.*s\"}", STR_ARG(call->fresh_token));
    web_session_cookie_line(call->web, call->fresh_token, &headers);
    web_call_respond(call, call->route->status, buf_str(&json), buf_str(&headers));
    buf_deinit(&json);
    buf_deinit(&headers);
}

void web_session_show(struct web_call *call, const struct chat_request *request) {
    struct buf json = BUF_EMPTY;
    user_object(&json, request);
    buf_append_byte(&json, '}');
    web_call_respond(call, 200, buf_str(&json), STR_NONE);
    buf_deinit(&json);
}

void web_session_end(struct web_call *call, const struct chat_request *request) {
    struct buf headers = BUF_EMPTY;
    (void)request;
    web_session_cookie_line(call->web, STR_NONE, &headers);
    web_call_respond(call, 204, STR_NONE, buf_str(&headers));
    buf_deinit(&headers);
}
