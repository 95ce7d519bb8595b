/* eio_polling.c: GET takes packets, POST brings them.
 *
 * Owns      struct eio_polling of each session that polls (also while a WebSocket handshake is being answered).
 * Thread    WORKER.
 *
 * Invariants
 *   1. While a poll waits, the queue is empty: the first packet answers the poll, later ones queue for the next. So a
 *      burst costs one answer for its first packet and one for all the others.
 *   2. `poll` and `post` are connections whose answer is owed. Each is set to NULL before it is answered, and the
 *      memory of the session stays while one of them is set: its on_abort points there.
 *   3. Two polls, or two posts, at a time end the session: the peer has lost track, and packets would be taken twice.
 *
 * A poll that its client cuts ends the session at once: nobody can know whether an answer on its way arrived.
 * A body that is too large is the client's error alone (413, by the connection); the session stays.
 *
 * SPDX-License-Identifier: MIT
 */
#include "engineio/eio_polling.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "engineio/eio_cors.h"
#include "engineio/eio_request.h"

/* Queue */

static bool queue_has_room(const struct eio_queue *queue, size_t payload_bytes, size_t bytes_max) {
    return queue->bytes + payload_bytes + EIO_QUEUE_FRAME_BYTES <= bytes_max;
}

static void queue_append(struct eio_queue *queue, struct frame *frame) {
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity == 0 ? 4 : queue->capacity * 2;
        queue->frames = mem_resize(queue->frames, queue->capacity, sizeof *queue->frames);
    }
    queue->frames[queue->count++] = frame_ref(frame);
    queue->bytes += frame_payload(frame).len + EIO_QUEUE_FRAME_BYTES;
}

static void queue_clear(struct eio_queue *queue) {
    for (uint32_t i = 0; i < queue->count; i++)
        frame_unref(queue->frames[i]);
    free(queue->frames);
    *queue = (struct eio_queue){0};
}

static void queue_append_to(const struct eio_queue *queue, struct buf *payload) {
    for (uint32_t i = 0; i < queue->count; i++)
        eio_payload_append(payload, queue->frames[i]);
}

/* Life cycle */

struct eio_polling *eio_polling_new(void) {
    return MEM_NEW(struct eio_polling);
}

void eio_polling_free(struct eio_polling *polling) {
    ASSERT(!eio_polling_is_busy(polling));
    queue_clear(&polling->queue);
    buf_deinit(&polling->body);
    free(polling);
}

bool eio_polling_is_busy(const struct eio_polling *polling) {
    return polling->poll != NULL || polling->post != NULL;
}

void eio_polling_close(struct eio_session *session, struct frame *farewell) {
    struct eio_polling *polling = session->polling;
    eio_polling_release(session, farewell);
    queue_clear(&polling->queue);
    if (polling->post != NULL && !polling->is_handling_post)
        conn_close(polling->post, CONN_LOCAL); /* on_post_abort follows */
}

/* A session that has moved to a WebSocket keeps its polling only until the last post is read. */
static void polling_retire(struct eio_session *session) {
    if (!eio_session_is_websocket(session) || eio_polling_is_busy(session->polling))
        return;
    eio_polling_free(session->polling);
    session->polling = NULL;
}

/* Answers */

struct eio_reply eio_reply_of(const struct eio_server *server, const struct http_request *request) {
    struct eio_reply reply = {.cors_match = eio_cors_match(server->options->cors_origins, request)};
    struct str agent = http_request_header(request, "User-Agent");
    if (!str_is_none(agent))
        reply.is_old_browser = memmem(agent.at, agent.len, ";MSIE", 5) != NULL ||
                               memmem(agent.at, agent.len, "Trident/", 8) != NULL;
    return reply;
}

static struct str reply_headers(struct eio_server *server, struct eio_reply reply) {
    buf_clear(&server->headers);
    buf_append_c(&server->headers, "Cache-Control: no-store\r\n");
    eio_cors_append(server->options->cors_origins, reply.cors_match, &server->headers);
    if (reply.is_old_browser)
        buf_append_c(&server->headers, "X-XSS-Protection: 0\r\n");
    return buf_str(&server->headers);
}

static void reply_with(struct eio_server *server, struct conn *conn, struct eio_reply reply,
                       struct http_response response) {
    response.headers = reply_headers(server, reply);
    http_respond(conn, &response);
}

void eio_reply_text(struct eio_server *server, struct conn *conn, struct eio_reply reply,
                    struct str body) {
    struct http_response response = {
        .status = 200, .content_type = "text/plain; charset=UTF-8", .body = body};
    reply_with(server, conn, reply, response);
}

void eio_reply_refusal(struct eio_server *server, struct conn *conn, struct eio_reply reply,
                       int code) {
    struct buf body = BUF_EMPTY;
    enum eio_refusal refusal = (enum eio_refusal)code;
    buf_printf(&body, "{\"code\":%d,\"message\":\"%s\"}", code, eio_refusal_message(refusal));
    struct http_response response = {.status = eio_refusal_status(refusal),
                                     .content_type = "application/json",
                                     .body = buf_str(&body)};
    reply_with(server, conn, reply, response);
    buf_deinit(&body);
}

static void reply_post_ok(struct eio_server *server, struct conn *conn, struct eio_reply reply) {
    struct http_response response = {.status = 200, .content_type = "text/html", .body = STR("ok")};
    reply_with(server, conn, reply, response);
}

static void reply_method(struct eio_server *server, struct conn *conn, struct eio_reply reply) {
    struct http_response response = {.status = 405};
    reply_with(server, conn, reply, response);
}

/* Answers the waiting poll with what stands in the server's scratch. */
static void poll_answer(struct eio_session *session) {
    struct eio_polling *polling = session->polling;
    struct eio_server *server = session->server;
    struct conn *poll = polling->poll;
    ASSERT(poll != NULL && polling->queue.count == 0);
    polling->poll = NULL;
    eio_reply_text(server, poll, polling->poll_reply, buf_str(&server->payload));
    buf_clear(&server->payload);
}

/* A poll whose connection is going is left to on_poll_abort, which ends the session: an answer would be lost unnoticed. */
void eio_polling_release(struct eio_session *session, struct frame *packet) {
    struct conn *poll = session->polling->poll;
    if (poll == NULL || conn_is_closing(poll))
        return;
    eio_payload_append(&session->server->payload, packet);
    poll_answer(session);
}

/* Sending */

bool eio_polling_send(struct eio_session *session, struct frame *packet) {
    struct eio_polling *polling = session->polling;
    if (polling->poll != NULL) {
        eio_polling_release(session, packet);
        return true;
    }
    size_t bytes_max = session->server->options->outbox_bytes_max;
    if (bytes_max == 0)
        bytes_max = CONN_OUTBOX_BYTES_MAX;
    if (!queue_has_room(&polling->queue, frame_payload(packet).len, bytes_max))
        return false;
    queue_append(&polling->queue, packet);
    return true;
}

void eio_polling_move(struct eio_session *session, struct conn *socket) {
    struct eio_queue *queue = &session->polling->queue;
    ASSERT(eio_session_is_websocket(session));
    eio_polling_release(session, session->server->noop);
    for (uint32_t i = 0; i < queue->count; i++)
        conn_send(socket, queue->frames[i]);
    queue_clear(queue);
    polling_retire(session);
}

/* GET */

static enum eio_end end_of_abort(enum conn_end end) {
    return end == CONN_SHUTDOWN ? EIO_SHUTDOWN : EIO_TRANSPORT_ERROR;
}

static void on_poll_abort(struct conn *conn, void *user, enum conn_end end) {
    struct eio_session *session = user;
    (void)conn;
    eio_session_hold(session);
    session->polling->poll = NULL;
    eio_session_end(session, end_of_abort(end), session->server->close);
    eio_session_unhold(session);
}

static const struct http_exchange poll_exchange = {.on_abort = on_poll_abort};

/* The first poll after our close that finds nothing queued: "close", and a noop in front of it as the reference server
 * has it. Never behind messages: a JavaScript client hears of the close before it hands out what came in the same answer, and
 * would get that once more, and first, when it comes back. */
static void poll_last(struct eio_session *session) {
    struct buf *payload = &session->server->payload;
    eio_payload_append(payload, session->server->noop);
    eio_payload_append(payload, session->server->close);
    poll_answer(session);
    eio_session_bury(session);
}

static void poll_begin(struct eio_session *session, struct conn *conn, struct eio_reply reply) {
    struct eio_polling *polling = session->polling;
    polling->poll = conn;
    polling->poll_reply = reply;
    http_set_exchange(conn, &poll_exchange, session);
    if (polling->queue.count > 0) {
        queue_append_to(&polling->queue, &session->server->payload);
        queue_clear(&polling->queue);
        poll_answer(session);
    } else if (eio_session_state(session) == EIO_SESSION_LINGERING) {
        poll_last(session);
    }
}

static void on_get(struct eio_session *session, struct conn *conn, struct eio_reply reply) {
    struct eio_server *server = session->server;
    if (session->polling->poll == NULL) {
        poll_begin(session, conn, reply);
        return;
    }
    eio_session_end(session, EIO_TRANSPORT_ERROR, server->close);
    eio_reply_refusal(server, conn, reply, EIO_REFUSE_REQUEST);
}

/* POST */

static void on_post_body(struct conn *conn, void *user, struct str bytes) {
    struct eio_session *session = user;
    ASSERT(conn == session->polling->post);
    buf_append_str(&session->polling->body, bytes); /* bounded by http_read_body */
}

/* Takes the packets one by one; stops at the first that is none, and when one of them ended the session. */
static bool payload_take(struct eio_session *session, struct str payload) {
    struct str packet;
    if (!utf8_is_valid(payload)) {
        eio_session_end(session, EIO_PARSE_ERROR, session->server->close);
        return false;
    }
    while (!eio_session_is_over(session) && eio_payload_next(&payload, &packet)) {
        if (!eio_session_take_text(session, packet))
            return false;
    }
    return true;
}

static void on_post_end(struct conn *conn, void *user) {
    struct eio_session *session = user;
    struct eio_polling *polling = session->polling;
    ASSERT(conn == polling->post && !polling->is_handling_post);
    struct buf body = polling->body;
    polling->body = BUF_EMPTY;
    polling->is_handling_post = true;
    eio_session_hold(session);
    bool is_payload = payload_take(session, buf_str(&body));
    polling->is_handling_post = false;
    polling->post = NULL;
    if (is_payload)
        reply_post_ok(session->server, conn, polling->post_reply);
    else
        eio_reply_refusal(session->server, conn, polling->post_reply, EIO_REFUSE_REQUEST);
    polling_retire(session);
    eio_session_unhold(session);
    buf_deinit(&body);
}

static void on_post_abort(struct conn *conn, void *user, enum conn_end end) {
    struct eio_session *session = user;
    ASSERT(conn == session->polling->post);
    eio_session_hold(session);
    session->polling->post = NULL;
    buf_deinit(&session->polling->body);
    if (end != CONN_TOO_LARGE)
        eio_session_end(session, end_of_abort(end), session->server->close);
    polling_retire(session);
    eio_session_unhold(session);
}

static const struct http_exchange post_exchange = {
    .on_body = on_post_body, .on_body_end = on_post_end, .on_abort = on_post_abort};

/* Bytes have their own form ("b" and base64); a client that posts them raw speaks an older revision. */
static bool is_octet_stream(const struct http_request *request) {
    struct str type = http_request_header(request, "Content-Type");
    return str_equal_nocase(str_trim(str_cut(&type, ';')), STR("application/octet-stream"));
}

static void on_post(struct eio_session *session, struct conn *conn,
                    const struct http_request *request, struct eio_reply reply) {
    struct eio_server *server = session->server;
    if (eio_session_state(session) == EIO_SESSION_LINGERING) {
        reply_post_ok(server, conn, reply);
    } else if (session->polling->post != NULL || is_octet_stream(request)) {
        eio_session_end(session, EIO_TRANSPORT_ERROR, server->close);
        eio_reply_refusal(server, conn, reply, EIO_REFUSE_REQUEST);
    } else {
        session->polling->post = conn;
        session->polling->post_reply = reply;
        http_set_exchange(conn, &post_exchange, session);
        http_read_body(conn, server->options->payload_bytes_max);
    }
}

/* Requests */

void eio_polling_open(struct eio_server *server, struct conn *conn,
                      const struct http_request *request) {
    struct eio_reply reply = eio_reply_of(server, request);
    struct eio_session *session = eio_session_new(server, conn, request);
    eio_session_start(session, EIO_SESSION_POLLING);
    struct buf open = BUF_EMPTY;
    eio_session_append_open(session, &open);
    server->handler->on_open(session, conn, request, server->context);
    eio_reply_text(server, conn, reply, buf_str(&open));
    buf_deinit(&open);
}

void eio_polling_request(struct eio_session *session, struct conn *conn,
                         const struct http_request *request) {
    struct eio_reply reply = eio_reply_of(session->server, request);
    ASSERT(!eio_session_is_websocket(session));
    if (request->method == HTTP_GET)
        on_get(session, conn, reply);
    else if (request->method == HTTP_POST)
        on_post(session, conn, request, reply);
    else
        reply_method(session->server, conn, reply);
}
