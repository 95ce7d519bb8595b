/* fuzz_ws_frame.c: what a client sends over an open WebSocket (net/ws_frame.h, net/ws.c).
 *
 * What must hold
 *
 *   - every proper prefix of an accepted header is MORE
 *   - a stream that comes in pieces gives the same messages, the same close frame and the same end as the whole
 *   - text that is handed out is valid UTF-8, and no message is longer than its bound
 *
 * The connection has no socket: the target stands in for conn.c, which offers what came, keeps what was not taken and
 * offers it again with more behind it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "net/net_internal.h"
#include "net/ws_frame.h"

#define MESSAGE_BYTES_MAX 1024

static struct loop *loop;

/* All that can be seen from outside: messages, frames to send, how it ended. */
struct seen {
    struct buf log;
};

static void on_message(struct conn *conn, void *user, struct str bytes, bool binary) {
    struct seen *seen = user;
    ASSERT(bytes.len <= MESSAGE_BYTES_MAX);
    ASSERT(binary || utf8_is_valid(bytes));
    ASSERT(!conn_is_closing(conn));
    buf_printf(&seen->log, "%s %zu ", binary ? "binary" : "text", bytes.len);
    buf_append_str(&seen->log, bytes);
    if (str_equal(bytes, STR("close"))) /* as an application may */
        ws_close(conn, WS_CLOSE_NORMAL, CONN_LOCAL);
}

static void on_close(struct conn *conn, void *user, enum conn_end end) {
    (void)conn;
    (void)user;
    (void)end;
}

static void never(struct timer *timer) {
    (void)timer;
    ASSERT(false);
}

static void conn_begin(struct conn *conn, struct seen *seen) {
    static const struct ws_handler handler = {on_message, on_close};
    *conn = (struct conn){.loop = loop, .is_ws = true};
    list_init(&conn->ready);
    list_init(&conn->dirty);
    timer_init(&conn->deadline, loop, never);
    sm_init(&conn->sm, CONN_OPEN);
    conn->as.ws = (struct ws){.handler = &handler, .user = seen, .bytes_max = MESSAGE_BYTES_MAX};
}

static void conn_note(struct conn *conn, struct buf *log) {
    struct iovec slices[64];
    size_t count = outbox_peek(&conn->outbox, slices, 64);
    ASSERT(count <= 1); /* a close frame at most; pongs wait for the flush */
    for (size_t i = 0; i < count; i++)
        buf_append(log, slices[i].iov_base, slices[i].iov_len);
    if (conn->as.ws.pong != NULL)
        buf_append_str(log, frame_wire(conn->as.ws.pong));
    buf_printf(log, " state=%d end=%d closing=%d", conn_state(conn), conn->end,
               conn->as.ws.closing);
}

static void conn_over(struct conn *conn) {
    timer_stop(&conn->deadline);
    list_remove(&conn->dirty);
    outbox_clear(&conn->outbox);
    ws_deinit(conn);
}

/* One read: what was kept and what came now. Keeps the rest. */
static void conn_offer(struct conn *conn, struct buf *kept, struct str piece) {
    buf_append_str(kept, piece);
    struct str copy = fuzz_copy(buf_str(kept));
    char *bytes = (char *)(uintptr_t)copy.at;
    size_t used = 0;
    while (conn_state(conn) == CONN_OPEN) {
        size_t taken = ws_input(conn, bytes + used, copy.len - used);
        if (taken == 0)
            break;
        used += taken;
        ASSERT(used <= copy.len);
    }
    buf_clear(kept);
    buf_append(kept, bytes + used, copy.len - used);
    if (conn_state(conn) == CONN_OPEN)
        ASSERT(kept->len < WS_HEADER_BYTES_MAX + WS_CONTROL_BYTES_MAX);
    fuzz_free(copy);
}

static struct buf play(struct str input, size_t piece_max) {
    struct seen seen = {.log = BUF_EMPTY};
    struct buf kept = BUF_EMPTY;
    struct conn conn;
    struct fuzz_chop chop = fuzz_chop_of(input, piece_max);
    conn_begin(&conn, &seen);
    while (input.len > 0 && conn_state(&conn) == CONN_OPEN)
        conn_offer(&conn, &kept, fuzz_chop_next(&chop, &input));
    conn_note(&conn, &seen.log);
    conn_over(&conn);
    buf_deinit(&kept);
    return seen.log;
}

static void check_chopped(struct str input, const struct buf *whole, size_t piece_max) {
    struct buf part = play(input, piece_max);
    ASSERT(str_equal(buf_str(&part), buf_str(whole)));
    buf_deinit(&part);
}

static void check_header(struct str input, bool in_message) {
    struct ws_frame frame, part;
    enum ws_close code;
    if (ws_frame_parse(input, in_message, MESSAGE_BYTES_MAX, &frame, &code) != WS_FRAME_DONE)
        return;
    ASSERT(frame.header_bytes <= WS_HEADER_BYTES_MAX && frame.payload_bytes <= MESSAGE_BYTES_MAX);
    for (size_t len = 0; len < frame.header_bytes; len++) {
        struct str copy = fuzz_copy(str_range(input, 0, len));
        ASSERT(ws_frame_parse(copy, in_message, MESSAGE_BYTES_MAX, &part, &code) == WS_FRAME_MORE);
        fuzz_free(copy);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    if (loop == NULL) {
        loop = loop_new(&(const struct loop_options){0});
        ASSERT(loop != NULL);
    }
    check_header(input, false);
    check_header(input, true);
    struct buf whole = play(input, FUZZ_WHOLE);
    check_chopped(input, &whole, 1);
    check_chopped(input, &whole, 16);
    buf_deinit(&whole);
    return 0;
}
