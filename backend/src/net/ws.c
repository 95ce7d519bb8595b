/* ws.c: an open WebSocket: messages in, control frames, closing.
 *
 * Owns      the `as.ws` part of struct conn; a struct ws_message only while a message is incomplete.
 * Thread    the loop's.
 *
 * How it works: a data frame that is a whole message and lies whole in the input is unmasked where it lies and
 * handed out as a slice: no copy, no allocation. Everything else gathers in a ws_message: the frames of a
 * fragmented message, and a frame of which only a part has come. Its buffer grows with what arrived, never with
 * what was announced. Text is checked as it comes, so that a wrong byte fails the connection at once, in
 * the middle of a frame as well.
 *
 * Control frames (at most 125 bytes) are handled when they are whole and may come between fragments.
 *
 * Closing. Peer first: its code is echoed, then TCP is closed. We first (ws_close): our close frame goes out, messages
 * are read and thrown away until theirs comes, WS_CLOSE_MS_MAX at most. A broken peer gets the code and
 * the connection is closed without waiting for an answer (section 7.1.7).
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/ws.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/thread.h"
#include "net/net_internal.h"
#include "net/ws_frame.h"

/* An incomplete message. Owner: the loop's thread. */
struct ws_message {
    struct buf bytes;
    uint64_t left_bytes; /* of the current frame */
    uint32_t fragments;
    struct utf8_state utf8;
    uint8_t mask[4]; /* turned to the next byte of the current frame */
    bool in_frame;
    bool fin; /* the current frame is the last */
    bool binary;
};

static void ws_message_free(struct conn *conn) {
    struct ws_message *message = conn->as.ws.message;
    if (message == NULL)
        return;
    conn->as.ws.message = NULL;
    buf_deinit(&message->bytes);
    free(message);
}

void ws_deinit(struct conn *conn) {
    ws_message_free(conn);
    frame_unref(conn->as.ws.pong);
    conn->as.ws.pong = NULL;
}

void ws_on_end(struct conn *conn, enum conn_end end) {
    ws_deinit(conn);
    conn->as.ws.handler->on_close(conn, conn->as.ws.user, end);
}

/* ---- Control frames out ---- */

/* A whole unmasked control frame. Returns owned. */
static struct frame *ws_control_frame(enum ws_opcode opcode, struct str payload) {
    ASSERT(payload.len <= WS_CONTROL_BYTES_MAX);
    char header[2] = {(char)(0x80 | opcode), (char)payload.len};
    return frame_new_joined(FRAME_RAW, str_of(header, 2), payload, STR_NONE);
}

static void ws_queue_close(struct conn *conn, unsigned code) {
    char bytes[2] = {(char)(code >> 8), (char)(code & 0xFF)};
    struct frame *frame = ws_control_frame(WS_CLOSE, str_of(bytes, code == WS_CLOSE_NONE ? 0 : 2));
    conn_queue(conn, frame, false);
    frame_unref(frame);
}

void ws_before_flush(struct conn *conn) {
    struct ws *ws = &conn->as.ws;
    if (conn->outbox.count == 0)
        ws->pong_queued = false;
    if (ws->pong == NULL || ws->pong_queued || conn_is_closing(conn))
        return;
    conn_queue(conn, ws->pong, false);
    frame_unref(ws->pong);
    ws->pong = NULL;
    ws->pong_queued = true;
}

/* Fails the connection (section 7.1.7). */
static void ws_fail(struct conn *conn, enum ws_close code) {
    if (!conn->as.ws.closing)
        ws_queue_close(conn, code);
    conn_close(conn, code == WS_CLOSE_TOO_LARGE ? CONN_TOO_LARGE : CONN_PROTOCOL);
}

/* ---- Control frames in ---- */

/* Only the newest ping is answered (section 5.5.3): a flood of pings costs one pong per turn. */
static void ws_on_ping(struct conn *conn, struct str payload) {
    struct ws *ws = &conn->as.ws;
    if (ws->closing)
        return;
    frame_unref(ws->pong);
    ws->pong = ws_control_frame(WS_PONG, payload);
    conn_touch(conn);
}

static void ws_on_close_frame(struct conn *conn, struct str payload) {
    unsigned code = WS_CLOSE_NONE;
    bool good = ws_close_payload_check(payload, &code);
    if (!conn->as.ws.closing)
        ws_queue_close(conn, code); /* the echo, or what is wrong with theirs */
    conn_close(conn, good ? CONN_PEER_CLOSED : CONN_PROTOCOL);
}

static void ws_on_control(struct conn *conn, enum ws_opcode opcode, struct str payload) {
    if (opcode == WS_PING)
        ws_on_ping(conn, payload);
    else if (opcode == WS_CLOSE)
        ws_on_close_frame(conn, payload);
}

/* ---- Messages in ---- */

static void ws_deliver(struct conn *conn, struct str bytes, bool binary) {
    LOOP_COUNT(conn->loop, messages_in, 1);
    conn->as.ws.handler->on_message(conn, conn->as.ws.user, bytes, binary);
}

/* A message that is one frame and wholly here. */
static void ws_take_whole(struct conn *conn, const struct ws_frame *frame, char *payload) {
    size_t count = (size_t)frame->payload_bytes;
    uint8_t mask[4];
    if (conn->as.ws.closing)
        return;
    memcpy(mask, frame->mask, sizeof(mask));
    ws_unmask(payload, count, mask);
    struct str bytes = str_of(payload, count);
    if (frame->opcode == WS_TEXT && !utf8_is_valid(bytes))
        ws_fail(conn, WS_CLOSE_BAD_DATA);
    else
        ws_deliver(conn, bytes, frame->opcode == WS_BINARY);
}

/* Begins a data frame of a message that gathers. False when the peer goes too far. */
static bool ws_begin_frame(struct conn *conn, const struct ws_frame *frame) {
    struct ws *ws = &conn->as.ws;
    if (ws->message == NULL) {
        ws->message = MEM_NEW(struct ws_message);
        ws->message->binary = frame->opcode == WS_BINARY;
    }
    struct ws_message *message = ws->message;
    message->in_frame = true;
    message->fin = frame->fin;
    message->left_bytes = frame->payload_bytes;
    memcpy(message->mask, frame->mask, sizeof(message->mask));
    if (++message->fragments <= WS_FRAGMENTS_MAX)
        return true;
    ws_fail(conn, WS_CLOSE_TOO_LARGE);
    return false;
}

/* The current frame is complete; perhaps the message is. */
static void ws_end_frame(struct conn *conn) {
    struct ws_message *message = conn->as.ws.message;
    message->in_frame = false;
    if (!message->fin)
        return;
    if (conn->as.ws.closing) {
        ws_message_free(conn);
        return;
    }
    if (!message->binary && !utf8_is_complete(&message->utf8)) {
        ws_fail(conn, WS_CLOSE_BAD_DATA);
        return;
    }
    conn->as.ws.message = NULL; /* the handler may close, which frees what is incomplete */
    ws_deliver(conn, buf_str(&message->bytes), message->binary);
    buf_deinit(&message->bytes);
    free(message);
}

/* Takes payload of the current frame off the front of the input. */
static size_t ws_take_payload(struct conn *conn, char *input, size_t count) {
    struct ws_message *message = conn->as.ws.message;
    size_t take = count < message->left_bytes ? count : (size_t)message->left_bytes;
    struct str piece = str_of(input, take);
    message->left_bytes -= take;
    if (!conn->as.ws.closing) {
        ws_unmask(input, take, message->mask);
        if (!message->binary && !utf8_feed(&message->utf8, piece)) {
            ws_fail(conn, WS_CLOSE_BAD_DATA);
            return take;
        }
        buf_append_str(&message->bytes, piece);
    }
    if (message->left_bytes == 0)
        ws_end_frame(conn);
    return take;
}

static size_t ws_input_control(struct conn *conn, const struct ws_frame *frame, char *input,
                               size_t count) {
    size_t whole = frame->header_bytes + (size_t)frame->payload_bytes;
    if (count < whole)
        return 0;
    uint8_t mask[4];
    memcpy(mask, frame->mask, sizeof(mask));
    char *payload = input + frame->header_bytes;
    ws_unmask(payload, (size_t)frame->payload_bytes, mask);
    ws_on_control(conn, (enum ws_opcode)frame->opcode,
                  str_of(payload, (size_t)frame->payload_bytes));
    return whole;
}

static size_t ws_input_data(struct conn *conn, const struct ws_frame *frame, char *input,
                            size_t count) {
    size_t here = count - frame->header_bytes;
    bool whole = here >= frame->payload_bytes;
    if (whole && frame->fin && conn->as.ws.message == NULL) {
        ws_take_whole(conn, frame, input + frame->header_bytes);
        return frame->header_bytes + (size_t)frame->payload_bytes;
    }
    if (!ws_begin_frame(conn, frame))
        return frame->header_bytes;
    return frame->header_bytes + ws_take_payload(conn, input + frame->header_bytes, here);
}

size_t ws_input(struct conn *conn, char *input, size_t count) {
    struct ws *ws = &conn->as.ws;
    if (ws->message != NULL && ws->message->in_frame)
        return count > 0 ? ws_take_payload(conn, input, count) : 0;
    size_t gathered = ws->message != NULL ? ws->message->bytes.len : 0;
    struct ws_frame frame;
    enum ws_close code = WS_CLOSE_PROTOCOL;
    switch (ws_frame_parse(str_of(input, count), ws->message != NULL, ws->bytes_max - gathered,
                           &frame, &code)) {
    case WS_FRAME_MORE:
        return 0;
    case WS_FRAME_BAD:
        ws_fail(conn, code);
        return 0;
    case WS_FRAME_DONE:
        break;
    }
    if (ws_opcode_is_control(frame.opcode))
        return ws_input_control(conn, &frame, input, count);
    return ws_input_data(conn, &frame, input, count);
}

/* ---- Operations ---- */

void ws_close(struct conn *conn, enum ws_close code, enum conn_end end) {
    ASSERT_THREAD(WORKER);
    if (conn_is_closing(conn))
        return;
    ASSERT(conn->is_ws);
    ws_queue_close(conn, code);
    conn->as.ws.closing = true;
    conn->as.ws.end = (uint8_t)end;
    conn_set_deadline(conn, CONN_DEADLINE_CLOSE, WS_CLOSE_MS_MAX);
}
