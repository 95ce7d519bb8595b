/* web_account.c: the routes of accounts, and of what one knows before having one.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web/web_internal.h"

void web_account_register(struct web_call *call) {
    struct chat_request *request = web_call_request(call, CHAT_ACT_REGISTER);
    struct chat_register *reg = ARENA_NEW(&request->arena, struct chat_register);
    struct proto_registration body = {0};
    if (!web_call_decode(call, &proto_registration_shape, &request->arena, &body)) {
        chat_request_free(request);
        return;
    }
    *reg = (struct chat_register){
        .name = body.name,
        .password = body.password,
        .display_name = body.display_name,
        .invite = body.invite,
        .setup = body.setup,
        .is_local = call->is_local,
        .token_is_cookie = call->from_cookie,
        .agent = arena_copy(&request->arena, call->agent),
        .address = arena_copy(&request->arena, call->address),
    };
    web_session_make_token(call, reg->fresh_token_hash);
    web_call_submit(call, request, reg);
}

void web_account_password(struct web_call *call) {
    struct chat_request *request = web_call_request(call, CHAT_ACT_PASSWORD);
    struct chat_password *password = ARENA_NEW(&request->arena, struct chat_password);
    struct proto_password_change body = {0};
    if (!web_call_decode(call, &proto_password_change_shape, &request->arena, &body)) {
        chat_request_free(request);
        return;
    }
    *password = (struct chat_password){
        .password = body.password,
        .new_password = body.new_password,
        .address = arena_copy(&request->arena, call->address),
        .rotates = call->from_cookie || body.rotate,
    };
    if (password->rotates)
        web_session_make_token(call, password->fresh_token_hash);
    web_call_submit(call, request, password);
}

/* A script's new token is in a header: this answer has no body. Pages must not see theirs. */
void web_account_password_changed(struct web_call *call, const struct chat_request *request) {
    struct buf headers = BUF_EMPTY;
    (void)request;
    if (call->from_cookie)
        web_session_cookie_line(call->web, call->fresh_token, &headers);
    else if (!str_is_none(call->fresh_token))
        buf_printf(&headers, "Parley-Token: %.*s\r\n", STR_ARG(call->fresh_token));
    web_call_respond(call, call->route->status, STR_NONE, buf_str(&headers));
    buf_deinit(&headers);
}

void web_account_server(struct web_call *call) {
    struct chat_request *request = web_call_request(call, CHAT_ACT_SERVER);
    struct chat_server_look *look = ARENA_NEW(&request->arena, struct chat_server_look);
    look->is_local = call->is_local;
    web_call_submit(call, request, look);
}

void web_account_invite(struct web_call *call) {
    struct chat_request *request = web_call_request(call, CHAT_ACT_INVITE_LOOK);
    struct chat_invite_look *look = ARENA_NEW(&request->arena, struct chat_invite_look);
    struct proto_invite_look body = {0};
    if (!web_call_decode(call, &proto_invite_look_shape, &request->arena, &body)) {
        chat_request_free(request);
        return;
    }
    look->invite = body.invite;
    web_call_submit(call, request, look);
}
