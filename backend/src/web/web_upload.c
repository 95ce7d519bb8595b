/* web_upload.c: a file comes in.
 *
 * How it works:
 *
 *   head      the core is asked (who, how fast, is there room) before any of the body is wanted
 *   body      goes to the disk piece by piece; when that is slow the body waits in the socket
 *   body end  the bytes are on disk, under a name that nobody knows: the core is asked to make the row
 *   answer    201 with the attachment; whatever goes wrong before, the bytes are removed
 *
 * What the client says the file is (Content-Type) is not looked at; its name is kept to be shown.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "web/web_internal.h"

#define UPLOAD_BYTES_OVER                                                                          \
    65536 /* read above the bound, so that the refusal is ours, in JSON (see web_call.c) */

/* The body */

static void on_room(void *user) {
    struct web_call *call = user;
    if (call->conn != NULL)
        http_hold_body(call->conn, false);
}

static void refuse_disk(struct web_call *call, enum err error) {
    if (error == ERR_BUSY)
        web_call_refuse(call, PROTO_UNAVAILABLE, "Too many files are coming in. Try again soon.",
                        NULL);
    else
        web_call_refuse(call, PROTO_UNAVAILABLE, "The server cannot save the file at the moment.",
                        NULL);
}

static struct str shown_name(struct web_call *call) {
    return arena_copy(&call->arena, json_str(json_object_get(call->payload, "name")));
}

static void ask_to_add(struct web_call *call, const struct chat_file_fact *file) {
    struct chat_request *request = web_call_request(call, CHAT_ACT_FILE_ADD);
    struct chat_file_add *add = ARENA_NEW(&request->arena, struct chat_file_add);
    struct buf name = BUF_EMPTY;
    call->web->options.clean_name(shown_name(call), &name);
    add->file = *file;
    add->file.name = arena_copy(&request->arena, buf_str(&name));
    add->file.type = arena_copy(&request->arena, file->type);
    add->file.file = arena_copy(&request->arena, file->file);
    buf_deinit(&name);
    web_call_submit(call, request, add);
}

static void on_end(void *user, enum err error, const struct chat_file_fact *file) {
    struct web_call *call = user;
    if (error != ERR_OK)
        refuse_disk(call, error);
    else if (call->web->is_draining)
        web_call_refuse(call, PROTO_UNAVAILABLE, "The server is restarting.", NULL);
    else
        ask_to_add(call, file);
}

static const struct web_upload_events upload_events = {.on_room = on_room, .on_end = on_end};

static void refuse_too_large(struct web_call *call) {
    web_call_refuse(call, PROTO_TOO_LARGE, "The file is too large.", NULL);
}

static void on_body(struct conn *conn, void *user, struct str bytes) {
    struct web_call *call = user;
    call->upload_bytes += bytes.len;
    if (call->upload_bytes > call->web->options.upload_bytes)
        refuse_too_large(call);
    else if (!call->web->files.add(call->upload, bytes))
        http_hold_body(conn, true);
}

static void on_body_end(struct conn *conn, void *user) {
    struct web_call *call = user;
    (void)conn;
    call->web->files.end(call->upload);
}

static const struct http_exchange upload_exchange = {
    .on_body = on_body, .on_body_end = on_body_end, .on_abort = web_call_on_abort};

/* The core's answers */

static void body_begin(struct web_call *call) {
    struct web *web = call->web;
    if (call->conn == NULL || web->is_draining) {
        web_call_refuse(call, PROTO_UNAVAILABLE, "The server is restarting.", NULL);
        return;
    }
    call->upload = web->files.upload(web->files.context, web->loop, &upload_events, call);
    http_set_exchange(call->conn, &upload_exchange, call);
    http_read_body(call->conn, web->options.upload_bytes + UPLOAD_BYTES_OVER);
}

void web_upload_answered(struct web_call *call, const struct chat_request *request) {
    if (request->command.act == CHAT_ACT_UPLOAD) {
        body_begin(call);
        return;
    }
    call->web->files.leave_upload(call->upload, true);
    call->upload = NULL;
    web_call_respond(call, call->route->status, buf_str(&request->json), STR_NONE);
}

/* When a commit fails nobody knows whether it holds. So the bytes stay: without a row the next start removes them, and a row without
 * bytes there shall not be. */
void web_upload_failed(struct web_call *call, const struct chat_request *request) {
    bool may_hold = request->error == PROTO_UNAVAILABLE;
    call->web->files.leave_upload(call->upload, may_hold);
    call->upload = NULL;
}

/* The head */

void web_upload_begin(struct web_call *call) {
    const struct http_request *head = call->web->request;
    struct chat_request *request;
    uint64_t announced = head->body == HTTP_BODY_LENGTH ? head->content_length : 0;
    if (announced > call->web->options.upload_bytes) {
        refuse_too_large(call);
        return;
    }
    request = web_call_request(call, CHAT_ACT_UPLOAD);
    struct chat_upload *upload = ARENA_NEW(&request->arena, struct chat_upload);
    upload->bytes = (int64_t)announced;
    web_call_submit(call, request, upload);
}
