/* web_file.c: a file goes out.
 *
 * How it works:
 *
 *   head    what is asked for is noted (id, name, range, what the client has); the core says whether he may, and what it is
 *   open    the filer finds the file; only now the answer begins
 *   pieces  one block after the other, each asked for when the one before is on its way
 *
 * A file never runs as a page: what may not be shown is a download, the rest stands in a sandbox without rights, and the type is the one
 * of its content. It may be kept by the browser, which asks anew each time whether it still may show it.
 *
 * Thread    worker.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/log.h"
#include "web/web_internal.h"
#include "web/web_range.h"

#define FILE_ETAG_BYTES 16 /* of the sum */
#define FILE_THUMB_TYPE "image/webp"

/* What is asked for, and what it is. In the call's arena. */
struct web_file {
    struct web_call *call;
    struct web_download *download;
    struct str range, if_range, if_none_match;
    bool thumb;
    struct chat_file_fact fact;
    struct buf etag;
    uint64_t size, at,
        end; /* of the file, or of its small picture; the next byte; behind the last one */
};

static const unsigned char *sum_of(const struct web_file *file) {
    return file->thumb ? file->fact.thumb_sum : file->fact.sum;
}

static void etag_make(struct web_file *file) {
    buf_append_byte(&file->etag, '"');
    for (int i = 0; i < FILE_ETAG_BYTES; i++)
        buf_printf(&file->etag, "%02x", sum_of(file)[i]);
    buf_append_byte(&file->etag, '"');
}

void web_file_free(struct web_call *call) {
    struct web_file *file = call->file;
    if (file->download != NULL)
        call->web->files.leave_download(file->download);
    buf_deinit(&file->etag);
}

/* The answer */

static void append_type(const struct web_file *file, bool is_shown, struct buf *out) {
    struct str type = file->thumb ? STR(FILE_THUMB_TYPE) : file->fact.type;
    bool is_text = str_equal(type, STR("text/plain"));
    buf_printf(out, "Content-Type: %.*s%s\r\nContent-Disposition: ", STR_ARG(type),
               is_text ? "; charset=utf-8" : "");
    file->call->web->options.disposition(file->fact.name, is_shown, out);
    buf_append_c(out, "\r\n");
}

static void append_headers(const struct web_file *file, struct buf *out) {
    bool is_shown =
        file->thumb || file->call->web->options.is_shown(file->fact.type, file->fact.width > 0);
    append_type(file, is_shown, out);
    buf_printf(out,
               "ETag: %.*s\r\nCache-Control: private, no-cache\r\nVary: Cookie\r\n"
               "Accept-Ranges: bytes\r\n"
               "Content-Security-Policy: default-src 'none'; sandbox\r\n",
               STR_ARG(buf_str(&file->etag)));
}

/* Without a body. */
static void answer_empty(struct web_file *file, int status) {
    struct web_call *call = file->call;
    struct conn *conn = call->conn;
    struct buf headers = BUF_EMPTY;
    append_headers(file, &headers);
    if (status == 416)
        buf_printf(&headers, "Content-Range: bytes */%llu\r\n", (unsigned long long)file->size);
    call->conn = NULL;
    http_respond(conn, &(struct http_response){.status = status,
                                               .headers = buf_str(&headers),
                                               .no_length = status == 304});
    buf_deinit(&headers);
    web_call_free_when_done(call);
}

/* True when pieces are wanted. */
static bool answer_begin(struct web_file *file) {
    struct buf headers = BUF_EMPTY;
    bool is_part = file->end - file->at < file->size;
    append_headers(file, &headers);
    if (is_part)
        buf_printf(&headers, "Content-Range: bytes %llu-%llu/%llu\r\n",
                   (unsigned long long)file->at, (unsigned long long)file->end - 1,
                   (unsigned long long)file->size);
    const struct http_response response = {.status = is_part ? 206 : 200,
                                           .headers = buf_str(&headers)};
    bool goes_on = http_stream_begin(file->call->conn, &response, file->end - file->at);
    buf_deinit(&headers);
    return goes_on;
}

static void answer_end(struct web_file *file) {
    file->call->conn = NULL;
    web_call_free_when_done(file->call);
}

/* Pieces */

static void on_room(struct conn *conn, void *user) {
    struct web_call *call = user;
    struct web_file *file = call->file;
    (void)conn;
    if (!call->is_reading && file->at < file->end) {
        call->is_reading = true;
        call->web->files.next(file->download, file->at, file->end - file->at);
    }
}

static void on_piece(void *user, struct frame *frame) {
    struct web_call *call = user;
    struct web_file *file = call->file;
    call->is_reading = false;
    if (call->conn == NULL)
        return;
    if (frame == NULL) { /* the peer sees that something is missing */
        conn_close(call->conn, CONN_LOCAL);
        return;
    }
    file->at += frame_payload(frame).len;
    if (!http_stream(call->conn, frame))
        answer_end(file);
}

static const struct http_exchange file_exchange = {.on_abort = web_call_on_abort,
                                                   .on_room = on_room};

static void on_open(void *user, enum err error) {
    struct web_call *call = user;
    if (call->conn == NULL)
        return;
    if (error == ERR_OK) {
        http_set_exchange(call->conn, &file_exchange, call);
        if (!answer_begin(call->file))
            answer_end(call->file);
    } else if (error == ERR_CORRUPT || error == ERR_NOT_FOUND) {
        web_call_refuse(call, PROTO_INTERNAL, "This file is damaged.", NULL);
    } else {
        web_call_refuse(call, PROTO_UNAVAILABLE, "The file cannot be read at the moment.", NULL);
    }
}

static const struct web_download_events download_events = {.on_open = on_open,
                                                           .on_piece = on_piece};

/* The core's answer */

static bool is_kept(const struct web_file *file) {
    return http_etag_is_known(file->if_none_match, buf_str(&file->etag));
}

/* A range of another version would not fit to what the client has of it. */
static struct str wanted_range(const struct web_file *file) {
    bool fits = str_is_none(file->if_range) || str_equal(file->if_range, buf_str(&file->etag));
    return fits ? file->range : STR_NONE;
}

static void file_take(struct web_file *file, const struct chat_file_fact *fact) {
    struct arena *arena = &file->call->arena;
    file->fact = *fact;
    file->fact.name = arena_copy(arena, fact->name);
    file->fact.type = arena_copy(arena, fact->type);
    file->fact.file = arena_copy(arena, fact->file);
    file->size = (uint64_t)(file->thumb ? fact->thumb_size : fact->size);
    etag_make(file);
}

static void file_open(struct web_file *file) {
    struct web *web = file->call->web;
    file->download = web->files.download(web->files.context, web->loop, &file->fact, file->thumb,
                                         &download_events, file->call);
}

void web_file_found(struct web_call *call, const struct chat_request *request) {
    struct web_file *file = call->file;
    struct str name = json_str(json_object_get(call->payload, "name"));
    if (call->conn == NULL || !str_equal(name, request->file->name) ||
        (file->thumb && request->file->thumb_size == 0)) {
        web_call_refuse(call, PROTO_NOT_FOUND, "There is no such file.", NULL);
        return;
    }
    file_take(file, request->file);
    if (is_kept(file))
        answer_empty(file, 304);
    else if (web_range_read(wanted_range(file), file->size, &file->at, &file->end) ==
             WEB_RANGE_NONE)
        answer_empty(file, 416);
    else
        file_open(file);
}

/* The head */

static struct str keep_header(struct web_call *call, const char *name) {
    struct str value = http_request_header(call->web->request, name);
    return str_is_none(value) ? STR_NONE : arena_copy(&call->arena, value);
}

void web_file_begin(struct web_call *call) {
    uint64_t id = 0;
    if (!str_to_u64(json_str(json_object_get(call->payload, "id")), PROTO_LIMIT_ID_MAX, &id) ||
        id == 0) {
        web_call_refuse(call, PROTO_NOT_FOUND, "There is no such file.", NULL);
        return;
    }
    struct web_file *file = ARENA_NEW(&call->arena, struct web_file);
    *file = (struct web_file){
        .call = call,
        .range = keep_header(call, "Range"),
        .if_range = keep_header(call, "If-Range"),
        .if_none_match = keep_header(call, "If-None-Match"),
        .thumb = json_object_get(call->payload, "thumb") != NULL,
    };
    call->file = file;
    struct chat_request *request = web_call_request(call, CHAT_ACT_FILE_LOOK);
    struct chat_file_look *look = ARENA_NEW(&request->arena, struct chat_file_look);
    look->id = (int64_t)id;
    web_call_submit(call, request, look);
}
