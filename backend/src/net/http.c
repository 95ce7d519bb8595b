/* http.c: the exchange machine: one request after the other on one connection.
 *
 * Owns      the `as.http` part of struct conn.
 * Thread    the loop's.
 *
 *             head complete                 http_read_body
 *     HEAD ───────────────────► ANSWER ──────────────────────► BODY
 *      ▲ ▲                        │ ▲                           │ │
 *      │ │      http_respond      │ └────── body complete ──────┘ │
 *      │ └────────────────────────┤                               │
 *      │                          │ body announced, not read      │
 *      ├──────── read away ─── SKIP ◄────── http_respond ─────────┘
 *      └──── last piece ──── STREAM ◄── http_stream_begin (from ANSWER)
 *
 * Invariants: a handler is between on_request and its answer exactly in ANSWER and BODY; the next head is not parsed
 * before the answer is queued, and not while HTTP_UNSENT_ANSWERS_MAX answers wait for a peer that does not read.
 *
 * Deadlines (one timer): a head must be complete head_ms after its first byte (the first: after the connect), a
 * body must bring HTTP_BODY_BYTES_PER_S_MIN on average over each head_ms, the next request must begin within
 * idle_ms, and an answer must be read with HTTP_ANSWER_BYTES_PER_S_MIN.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/http.h"

#include "base/err.h"
#include "base/thread.h"
#include "net/net_internal.h"

#define HTTP_UNSENT_ANSWERS_MAX 16 /* then pipelined requests wait */
#define HTTP_SKIP_BYTES_MAX                                                                        \
    65536 /* a longer unwanted body is not read away: the connection closes */

/* Input that waits fits into one kept buffer, and a head that is not complete leaves room to read on. */
static_assert(HTTP_PIPELINE_BYTES_MAX <= CONN_READ_BUFFER_BYTES, "one read must fill the pipeline");
static_assert(HTTP_HEAD_BYTES_MAX < HTTP_PIPELINE_BYTES_MAX, "a head must fit into the pipeline");

static const struct sm_state http_states[EXCHANGE_STATE_COUNT] = {
    [EXCHANGE_HEAD] = {"head", SM_TO(EXCHANGE_ANSWER)},
    [EXCHANGE_ANSWER] = {"answer", SM_TO(EXCHANGE_HEAD) | SM_TO(EXCHANGE_BODY) |
                                       SM_TO(EXCHANGE_SKIP) | SM_TO(EXCHANGE_STREAM)},
    [EXCHANGE_STREAM] = {"stream", SM_TO(EXCHANGE_HEAD)},
    [EXCHANGE_BODY] = {"body",
                       SM_TO(EXCHANGE_ANSWER) | SM_TO(EXCHANGE_HEAD) | SM_TO(EXCHANGE_SKIP)},
    [EXCHANGE_SKIP] = {"skip", SM_TO(EXCHANGE_HEAD)},
};
static const struct sm_table http_table = {"http", LOG_HTTP, http_states, EXCHANGE_STATE_COUNT};

static enum exchange_state http_state(const struct conn *conn) {
    return (enum exchange_state)conn->as.http.sm.state;
}

static void http_move(struct conn *conn, enum exchange_state state) {
    sm_move(&conn->as.http.sm, &http_table, (uint8_t)state, conn);
}

const char *http_status_text(int status) {
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].status == status)
            return texts[i].text;
    return "Unknown";
}

/* ---- Deadlines ---- */

static void http_wait_idle(struct conn *conn) {
    conn_set_deadline(conn, CONN_DEADLINE_HTTP, conn->loop->options.idle_ms);
}

static void http_wait_head(struct conn *conn) {
    conn_set_deadline(conn, CONN_DEADLINE_HTTP, conn->loop->options.head_ms);
}

static void http_wait_body(struct conn *conn) {
    conn->as.http.floor_bytes = conn->as.http.body_bytes;
    conn_set_deadline(conn, CONN_DEADLINE_HTTP, conn->loop->options.head_ms);
}

static void http_wait_nothing(struct conn *conn) {
    conn_set_deadline(conn, CONN_DEADLINE_NONE, 0);
}

/* The wait that belongs to the state, after a wait for writing is over. */
static void http_wait(struct conn *conn) {
    switch (http_state(conn)) {
    case EXCHANGE_HEAD:
        if (conn->as.http.head_begun || !conn->as.http.served)
            http_wait_head(conn);
        else
            http_wait_idle(conn);
        return;
    case EXCHANGE_BODY:
    case EXCHANGE_SKIP:
        http_wait_body(conn);
        return;
    default:
        http_wait_nothing(conn);
    }
}

/* ---- Writing answers ---- */

static void http_append_line(struct buf *head, const char *name, struct str value) {
    buf_append_c(head, name);
    buf_append_str(head, value);
    buf_append_c(head, "\r\n");
}

static bool http_status_has_no_body(int status) {
    return status == 204 || status == 304;
}

static void http_append_framing(struct buf *head, const struct conn *conn,
                                const struct http_response *response, size_t body_bytes) {
    if (!response->no_length && !http_status_has_no_body(response->status)) {
        buf_append_c(head, "Content-Length: ");
        buf_append_u64(head, body_bytes);
        buf_append_c(head, "\r\n");
    }
    if (response->close)
        buf_append_c(head, "Connection: close\r\n");
    else if (conn->as.http.is_1_0)
        buf_append_c(head, "Connection: keep-alive\r\n");
}

/* The head of an answer, in the loop's scratch buffer. */
static struct str http_head(struct conn *conn, const struct http_response *response,
                            size_t body_bytes) {
    struct buf *head = &conn->loop->head;
    buf_clear(head);
    buf_append_c(head, "HTTP/1.1 ");
    buf_append_u64(head, (uint64_t)response->status);
    buf_append_byte(head, ' ');
    http_append_line(head, http_status_text(response->status), STR(""));
    http_append_line(head, "Date: ", loop_date(conn->loop));
    if (response->content_type != NULL)
        http_append_line(head, "Content-Type: ", str_of_c(response->content_type));
    http_append_framing(head, conn, response, body_bytes);
    buf_append_str(head, response->headers);
    buf_append_str(head, conn->loop->options.common_headers);
    buf_append_c(head, "\r\n");
    return buf_str(head);
}

static void http_queue_bytes(struct conn *conn, struct str a, struct str b) {
    struct frame *frame = frame_new_joined(FRAME_RAW, a, b, STR_NONE);
    conn_queue(conn, frame, false);
    frame_unref(frame);
}

/* Queues head and body. */
static void http_write(struct conn *conn, const struct http_response *response) {
    bool by_frame = response->body_frame != NULL;
    struct str body = by_frame ? frame_payload(response->body_frame) : response->body;
    struct str head = http_head(conn, response, body.len);
    bool with_body = !conn->as.http.is_head && !http_status_has_no_body(response->status);
    http_queue_bytes(conn, head, with_body && !by_frame ? body : STR_NONE);
    if (with_body && by_frame)
        conn_queue(conn, response->body_frame, true);
    conn->as.http.unsent++;
}

/* ---- Refusals by the connection itself ---- */

/* Answers and closes; the exchange (if there is one) is told of `end`. */
static void http_fail(struct conn *conn, int status, enum conn_end end) {
    struct http_response response = {.status = status,
                                     .content_type = "text/plain; charset=utf-8",
                                     .body = str_of_c(http_status_text(status)),
                                     .close = true};
    if (http_state(conn) == EXCHANGE_HEAD)
        conn->as.http.is_head = false; /* of the request before */
    LOOP_COUNT(conn->loop, requests_refused, 1);
    log_debug(LOG_HTTP, "request.refused", "conn=%llu status=%d", (unsigned long long)conn_id(conn),
              status);
    http_write(conn, &response);
    conn_close(conn, end);
}

/* ---- Life cycle ---- */

/* The peer sends requests and does not read their answers. */
static bool http_waits_for_reader(const struct conn *conn) {
    return conn->as.http.unsent >= HTTP_UNSENT_ANSWERS_MAX ||
           conn->outbox.bytes > CONN_OUTBOX_SOFT_BYTES_MAX;
}

void http_init(struct conn *conn) {
    conn->as.http = (struct http){.exchange = NULL};
    sm_init(&conn->as.http.sm, EXCHANGE_HEAD);
    http_wait_head(conn);
}

void http_on_end(struct conn *conn, enum conn_end end) {
    const struct http_exchange *exchange = conn->as.http.exchange;
    conn->as.http.exchange = NULL;
    if (exchange != NULL && exchange->on_abort != NULL)
        exchange->on_abort(conn, conn->as.http.user, end);
}

void http_end_of_input(struct conn *conn) {
    if (http_state(conn) == EXCHANGE_HEAD && http_waits_for_reader(conn))
        return; /* there may be whole requests yet */
    if (http_state(conn) == EXCHANGE_BODY && conn->as.http.held)
        return; /* what is missing may have come */
    if (http_state(conn) == EXCHANGE_STREAM)
        return; /* it may read on; a peer that is gone shows when it is written to */
    bool wants_more =
        http_state(conn) != EXCHANGE_ANSWER; /* a head or a body that will never come */
    if (wants_more || http_is_awaited(conn))
        conn_close(conn, CONN_PEER_CLOSED);
}

bool http_is_awaited(const struct conn *conn) {
    const struct http_exchange *exchange = conn->as.http.exchange;
    return http_state(conn) == EXCHANGE_ANSWER && exchange != NULL && exchange->on_abort != NULL;
}

bool http_is_idle(const struct conn *conn) {
    return http_state(conn) == EXCHANGE_HEAD && conn->as.http.served && !conn->as.http.head_begun;
}

/* ---- Input ---- */

size_t http_input_room(const struct conn *conn) {
    return HTTP_PIPELINE_BYTES_MAX - conn_kept_bytes(conn);
}

/* Sets the machine up for a request whose head has just been parsed. */
static void http_begin(struct conn *conn, const struct http_request *request) {
    struct http *http = &conn->as.http;
    http_move(conn, EXCHANGE_ANSWER);
    http->body = (uint8_t)request->body;
    http->body_bytes = 0;
    http->head_begun = false;
    http->served = true;
    http->keep_alive = request->keep_alive;
    http->is_head = request->method == HTTP_HEAD;
    http->is_1_0 = request->minor == 0;
    http->expects_continue = request->expects_continue;
    http->body_asked = http->held = false;
    memset(&http->at, 0, sizeof(http->at));
    if (request->body == HTTP_BODY_LENGTH)
        http->at.left_bytes = request->content_length;
    http_wait_nothing(conn);
    LOOP_COUNT(conn->loop, requests, 1);
}

static size_t http_input_head(struct conn *conn, char *input, size_t count) {
    struct loop *loop = conn->loop;
    struct http *http = &conn->as.http;
    size_t consumed = 0;
    int status = 400;
    switch (http1_parse_head(str_of(input, count), &http->at.scanned, loop->request, &consumed,
                             &status)) {
    case HTTP1_MORE:
        if (!http->head_begun && http->served)
            http_wait_head(conn);
        http->head_begun = true;
        return 0;
    case HTTP1_BAD:
        http_fail(conn, status, CONN_PROTOCOL);
        return 0;
    case HTTP1_DONE:
        break;
    }
    http_begin(conn, loop->request);
    loop->parsing_from = str_of(input, count);
    loop->options.http->on_request(conn, loop->request, loop->options.http_context);
    loop->parsing_from = STR_NONE;
    return consumed;
}

/* The body is complete. */
static void http_body_end(struct conn *conn) {
    struct http *http = &conn->as.http;
    http->body = HTTP_BODY_NONE;
    http->held = false;
    if (http_state(conn) == EXCHANGE_SKIP) {
        http_move(conn, EXCHANGE_HEAD);
        memset(&http->at, 0, sizeof(http->at));
        http_wait_idle(conn);
        return;
    }
    http_move(conn, EXCHANGE_ANSWER);
    http_wait_nothing(conn);
    if (http->exchange != NULL && http->exchange->on_body_end != NULL)
        http->exchange->on_body_end(conn, http->user);
}

/* Counts a piece of body and gives it to whom it belongs. False when it is too much. */
static bool http_body_piece(struct conn *conn, struct str piece) {
    struct http *http = &conn->as.http;
    http->body_bytes += piece.len;
    if (http_state(conn) == EXCHANGE_SKIP)
        return true;
    if (http->body_bytes > http->body_bytes_max) {
        http_fail(conn, 413, CONN_TOO_LARGE);
        return false;
    }
    if (piece.len > 0 && http->exchange != NULL && http->exchange->on_body != NULL)
        http->exchange->on_body(conn, http->user, piece);
    return true;
}

/* True while the body is still ours to go on with: the handler may have answered or closed in on_body. */
static bool http_in_body(const struct conn *conn) {
    return conn_state(conn) == CONN_OPEN &&
           (http_state(conn) == EXCHANGE_BODY || http_state(conn) == EXCHANGE_SKIP);
}

static size_t http_input_counted(struct conn *conn, char *input, size_t count) {
    struct http *http = &conn->as.http;
    size_t take = count < http->at.left_bytes ? count : (size_t)http->at.left_bytes;
    http->at.left_bytes -= take;
    bool last = http->at.left_bytes == 0;
    if (http_body_piece(conn, str_of(input, take)) && last && http_in_body(conn))
        http_body_end(conn);
    return take;
}

static size_t http_input_chunked(struct conn *conn, char *input, size_t count) {
    struct http *http = &conn->as.http;
    struct str rest = str_of(input, count);
    struct str piece = STR_NONE;
    enum http1_result result = http1_chunked_feed(&http->at.chunked, &rest, &piece);
    if (result == HTTP1_BAD) {
        http_fail(conn, 400, CONN_PROTOCOL);
        return 0;
    }
    if (http_body_piece(conn, piece) && result == HTTP1_DONE && http_in_body(conn))
        http_body_end(conn);
    return count - rest.len;
}

size_t http_input(struct conn *conn, char *input, size_t count) {
    if (count == 0)
        return 0;
    switch (http_state(conn)) {
    case EXCHANGE_HEAD:
        return http_waits_for_reader(conn) ? 0 : http_input_head(conn, input, count);
    case EXCHANGE_BODY:
    case EXCHANGE_SKIP:
        if (conn->as.http.held)
            return 0;
        if (conn->as.http.body == HTTP_BODY_CHUNKED)
            return http_input_chunked(conn, input, count);
        return http_input_counted(conn, input, count);
    default:
        return 0;
    }
}

/* ---- What time brings ---- */

uint64_t http_write_ms(const struct conn *conn) {
    return conn->loop->options.head_ms + conn->outbox.bytes * 1000 / HTTP_ANSWER_BYTES_PER_S_MIN;
}

void http_on_flushed(struct conn *conn) {
    struct http *http = &conn->as.http;
    bool writing = conn->deadline_kind == CONN_DEADLINE_WRITE;
    if (conn->outbox.count > 0) {
        if (conn->write_blocked && !writing)
            conn_set_deadline(conn, CONN_DEADLINE_WRITE, http_write_ms(conn));
        return;
    }
    bool answered = http->unsent > 0;
    http->unsent = 0;
    if (writing)
        http_wait(conn);
    if (answered && http_state(conn) == EXCHANGE_HEAD && (conn_kept_bytes(conn) > 0 || conn->eof))
        conn_schedule(conn);
    if (http_state(conn) == EXCHANGE_STREAM && http->exchange != NULL &&
        http->exchange->on_room != NULL)
        http->exchange->on_room(conn, http->user);
}

void http_on_deadline(struct conn *conn) {
    struct http *http = &conn->as.http;
    uint64_t floor = conn->loop->options.head_ms * (uint64_t)HTTP_BODY_BYTES_PER_S_MIN / 1000;
    switch (http_state(conn)) {
    case EXCHANGE_HEAD:
        if (http->head_begun)
            http_fail(conn, 408, CONN_TIMEOUT);
        else
            conn_close(conn, CONN_TIMEOUT);
        return;
    case EXCHANGE_BODY:
        if (http->held || http->body_bytes - http->floor_bytes >= floor)
            http_wait_body(conn);
        else
            http_fail(conn, 408, CONN_TIMEOUT);
        return;
    case EXCHANGE_SKIP: /* answered already */
        if (http->body_bytes - http->floor_bytes >= floor)
            http_wait_body(conn);
        else
            conn_close(conn, CONN_TIMEOUT);
        return;
    default:
        return;
    }
}

/* ---- Operations ---- */

struct str http_client_address(struct conn *conn, const struct http_request *request) {
    ASSERT_THREAD(WORKER);
    struct in6_addr client =
        address_of_client(&conn->socket.address, request, &conn->loop->options.proxies);
    return loop_address_text(conn->loop, &client);
}

void http_set_exchange(struct conn *conn, const struct http_exchange *exchange, void *user) {
    ASSERT_THREAD(WORKER);
    ASSERT(!conn->is_ws);
    conn->as.http.exchange = exchange;
    conn->as.http.user = user;
}

static void http_ask_for_body(struct conn *conn) {
    struct http *http = &conn->as.http;
    if (http->expects_continue)
        http_queue_bytes(conn, STR("HTTP/1.1 100 Continue\r\n\r\n"), STR_NONE);
    http_move(conn, EXCHANGE_BODY);
    http_wait_body(conn);
    if (!conn_is_parsing(conn))
        conn_schedule(conn);
}

void http_read_body(struct conn *conn, size_t bytes_max) {
    ASSERT_THREAD(WORKER);
    struct http *http = &conn->as.http;
    if (conn_is_closing(conn))
        return;
    ASSERT(!conn->is_ws && http_state(conn) == EXCHANGE_ANSWER && !http->body_asked);
    http->body_asked = true;
    http->body_bytes_max = bytes_max;
    if (http->body == HTTP_BODY_LENGTH && http->at.left_bytes > bytes_max)
        http_fail(conn, 413, CONN_TOO_LARGE);
    else if (http->body != HTTP_BODY_NONE)
        http_ask_for_body(conn);
    else if (http->exchange != NULL && http->exchange->on_body_end != NULL)
        http->exchange->on_body_end(conn, http->user);
}

void http_hold_body(struct conn *conn, bool hold) {
    ASSERT_THREAD(WORKER);
    struct http *http = &conn->as.http;
    if (conn_is_closing(conn) || http->held == hold)
        return;
    ASSERT(!conn->is_ws && http_state(conn) == EXCHANGE_BODY);
    http->held = hold;
    http_wait_body(conn);
    if (!hold && !conn_is_parsing(conn))
        conn_schedule(conn);
}

/* Can the rest of the body be read away, so that the connection may go on? */
static bool http_can_skip(const struct http *http) {
    if (http->body == HTTP_BODY_NONE)
        return true;
    if (http->expects_continue && !http->body_asked)
        return false; /* the peer may now send the body or the next request: nobody knows */
    return http->body == HTTP_BODY_LENGTH && http->at.left_bytes <= HTTP_SKIP_BYTES_MAX;
}

/* The answer is queued: on to the rest of the body, or to the next request. */
static void http_next(struct conn *conn) {
    struct http *http = &conn->as.http;
    bool skips = http->body == HTTP_BODY_LENGTH && http->at.left_bytes > 0;
    http_move(conn, skips ? EXCHANGE_SKIP : EXCHANGE_HEAD);
    if (!skips)
        memset(&http->at, 0, sizeof(http->at));
    http_wait(conn);
    if (!conn_is_parsing(conn) && (conn_kept_bytes(conn) > 0 || conn->eof))
        conn_schedule(conn);
}

/* Whether the connection ends behind this answer. */
static bool http_closes(const struct conn *conn, const struct http_response *response) {
    const struct http *http = &conn->as.http;
    return response->close || !http->keep_alive || conn->loop->draining || !http_can_skip(http);
}

/* The answer is given. */
static void http_end(struct conn *conn, bool close) {
    conn->as.http.exchange = NULL;
    conn->as.http.held = false;
    if (close)
        conn_close(conn, CONN_LOCAL);
    else
        http_next(conn);
}

void http_respond(struct conn *conn, const struct http_response *response) {
    ASSERT_THREAD(WORKER);
    struct http *http = &conn->as.http;
    ASSERT(!conn->is_ws);
    if (conn_is_closing(conn)) {
        http->exchange = NULL; /* its user may be gone as soon as this returns */
        return;
    }
    ASSERT(http_state(conn) == EXCHANGE_ANSWER || http_state(conn) == EXCHANGE_BODY);
    struct http_response final = *response;
    final.close = http_closes(conn, response) ||
                  (response->no_length && !http_status_has_no_body(response->status));
    http_write(conn, &final);
    http_end(conn, final.close);
}

/* Answers in pieces */

bool http_stream_begin(struct conn *conn, const struct http_response *response, uint64_t bytes) {
    ASSERT_THREAD(WORKER);
    struct http *http = &conn->as.http;
    ASSERT(!conn->is_ws);
    if (conn_is_closing(conn)) {
        http->exchange = NULL;
        return false;
    }
    ASSERT(http_state(conn) == EXCHANGE_ANSWER);
    struct http_response final = *response;
    final.no_length = false;
    final.close = http_closes(conn, response) || http->body != HTTP_BODY_NONE;
    http_queue_bytes(conn, http_head(conn, &final, bytes), STR_NONE);
    http->unsent++;
    if (http->is_head || bytes == 0) {
        http_end(conn, final.close);
        return false;
    }
    http_move(conn, EXCHANGE_STREAM);
    http->at.left_bytes = bytes;
    http->stream_close = final.close;
    return true;
}

bool http_stream(struct conn *conn, struct frame *frame) {
    ASSERT_THREAD(WORKER);
    struct http *http = &conn->as.http;
    if (conn_is_closing(conn)) {
        http->exchange = NULL;
        return false;
    }
    ASSERT(http_state(conn) == EXCHANGE_STREAM);
    ASSERT(frame_payload(frame).len <= http->at.left_bytes);
    http->at.left_bytes -= frame_payload(frame).len;
    conn_queue(conn, frame, true);
    if (http->at.left_bytes > 0)
        return true;
    http_end(conn, http->stream_close);
    return false;
}
