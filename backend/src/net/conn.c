/* conn.c: one TCP connection: reading, writing, deadlines, and its end.
 *
 * Owns      struct conn, its descriptor, its outbox, the input it could not handle yet.
 * Thread    the loop's.
 *
 * How it works
 *
 * Reading. All connections of a loop share one buffer. What a connection kept from the last time is copied to its
 * front, one read comes behind it, and the protocol (http.c or ws.c) takes off what it can use; the rest is
 * kept again. Mostly there is no rest, and a connection owns no buffer.
 *
 * Writing. Sending queues a reference and puts the connection on the loop's dirty list. At the end of the turn
 * conn_settle writes everything with one gather write. When the kernel takes less, the connection waits for the
 * socket to become writable and is not tried before.
 *
 * Ending. The states are drawn in net_internal.h. Whatever ends a connection only notes the reason and marks it
 * dirty: the handlers are told, and memory goes, in conn_settle, which is called from the loop's turn and never from a
 * handler. So a handler may close any connection, also the one it was called for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/conn.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/thread.h"
#include "net/net_internal.h"

#include <errno.h>
#include <unistd.h>

/* An idle connection must stay small: 100,000 of them are promised. */
static_assert(sizeof(struct conn) <= 392, "struct conn grew");

static const struct sm_state conn_states[CONN_STATE_COUNT] = {
    [CONN_OPEN] = {"open", SM_TO(CONN_FINISHING) | SM_TO(CONN_DEAD)},
    [CONN_FINISHING] = {"finishing", SM_TO(CONN_LINGERING) | SM_TO(CONN_DEAD)},
    [CONN_LINGERING] = {"lingering", SM_TO(CONN_DEAD)},
    [CONN_DEAD] = {"dead", 0},
};
static const struct sm_table conn_table = {"conn", LOG_NET, conn_states, CONN_STATE_COUNT};

static void conn_move(struct conn *conn, enum conn_state state) {
    sm_move(&conn->sm, &conn_table, (uint8_t)state, conn);
}

const char *conn_end_text(enum conn_end end) {
    static const char *const texts[] = {
        [CONN_PEER_CLOSED] = "peer closed",    [CONN_PEER_RESET] = "peer reset",
        [CONN_PROTOCOL] = "protocol error",    [CONN_TOO_LARGE] = "too large",
        [CONN_SLOW] = "slow reader",           [CONN_TIMEOUT] = "timeout",
        [CONN_LOCAL] = "closed by the server", [CONN_SHUTDOWN] = "server shutting down",
    };
    ASSERT((size_t)end < sizeof(texts) / sizeof(texts[0]));
    return texts[end];
}

void conn_touch(struct conn *conn) {
    if (list_is_empty(&conn->dirty))
        list_append(&conn->loop->dirty, &conn->dirty);
}

/* ---- Events ---- */

static int conn_wanted_events(const struct conn *conn) {
    int writable = conn->write_blocked || conn->read_blocked ? UV_WRITABLE : 0;
    int readable = conn->read_blocked ? 0 : UV_READABLE;
    int hangup = conn->hangup ? 0 : UV_DISCONNECT; /* level-triggered: wanted once only */
    switch (conn_state(conn)) {
    case CONN_OPEN: {
        bool reading = !conn->eof && (conn->is_ws || http_input_room(conn) > 0);
        return writable | hangup | (reading ? readable : 0);
    }
    case CONN_FINISHING:
        return writable | hangup;
    case CONN_LINGERING:
        return conn->eof ? 0 : readable | (conn->read_blocked ? UV_WRITABLE : 0);
    default:
        return 0;
    }
}

static void on_poll(uv_poll_t *poll, int status, int events) {
    struct conn *conn = poll->data;
    if (status < 0) { /* libuv has stopped watching: an error waits on the socket */
        conn->failed = true;
        conn->events = 0;
        events = UV_DISCONNECT;
    }
    if ((events & UV_DISCONNECT) != 0)
        conn->hangup = true;
    if ((events & UV_WRITABLE) != 0) {
        bool reads = conn->read_blocked;
        conn->write_blocked = conn->read_blocked = false;
        conn_touch(conn);
        events |= reads ? UV_READABLE : 0;
    }
    if ((events & (UV_READABLE | UV_DISCONNECT)) == 0)
        return;
    bool aborts = conn->hangup && !conn->is_ws && http_is_awaited(conn);
    list_remove(&conn->ready);
    list_append(aborts ? &conn->loop->gone : &conn->loop->readable, &conn->ready);
}

static void conn_watch(struct conn *conn) {
    int events = conn_wanted_events(conn);
    if ((events & UV_READABLE) != 0 && conn->socket.io->has_more != NULL &&
        conn->socket.io->has_more(conn->socket.io_state))
        conn_schedule(conn); /* poll does not see it */
    if (events == conn->events || conn_state(conn) == CONN_DEAD || conn->failed)
        return;
    conn->events = (uint8_t)events;
    if (events == 0)
        (void)uv_poll_stop(&conn->poll); /* cannot fail */
    else
        ASSERT(uv_poll_start(&conn->poll, events, on_poll) == 0);
}

/* ---- Deadlines ---- */

static void on_deadline(struct timer *timer) {
    struct conn *conn = TIMER_ITEM(timer, struct conn, deadline);
    enum conn_deadline kind = (enum conn_deadline)conn->deadline_kind;
    conn->deadline_kind = CONN_DEADLINE_NONE;
    switch (kind) {
    case CONN_DEADLINE_HTTP:
        http_on_deadline(conn);
        return;
    case CONN_DEADLINE_WRITE:
    case CONN_DEADLINE_SOFT:
        conn_cut(conn, CONN_SLOW);
        return;
    case CONN_DEADLINE_CLOSE:
        conn_cut(conn, CONN_TIMEOUT);
        return;
    case CONN_DEADLINE_NONE:
        return;
    }
}

void conn_set_deadline(struct conn *conn, enum conn_deadline kind, uint64_t delay_ms) {
    conn->deadline_kind = (uint8_t)kind;
    if (kind == CONN_DEADLINE_NONE)
        timer_stop(&conn->deadline);
    else
        timer_start(&conn->deadline, delay_ms);
}

/* ---- Birth and death ---- */

void conn_socket_close(struct loop *loop, struct conn_socket *socket) {
    if (socket->is_counted)
        census_leave(loop->options.census, &socket->address);
    socket->io->free_state(socket->io_state);
    (void)close(socket->fd);
    socket->fd = -1;
}

static void conn_drop_kept(struct conn *conn) {
    free(conn->kept);
    conn->kept = NULL;
}

/* Keeps what could not be handled yet. */
static void conn_keep(struct conn *conn, struct str rest) {
    conn_drop_kept(conn);
    if (rest.len == 0 || conn_state(conn) != CONN_OPEN)
        return;
    conn->kept = mem_new(1, sizeof *conn->kept + rest.len);
    conn->kept->count = rest.len;
    memcpy(conn->kept->bytes, rest.at, rest.len);
}

struct conn *conn_open(struct loop *loop, struct conn_socket *socket, struct str kept) {
    struct conn *conn = MEM_NEW(struct conn);
    conn->loop = loop;
    conn->socket = *socket;
    list_init(&conn->ready);
    list_init(&conn->dirty);
    timer_init(&conn->deadline, loop, on_deadline);
    sm_init(&conn->sm, CONN_OPEN);
    if (uv_poll_init(&loop->uv, &conn->poll, socket->fd) != 0) {
        conn_socket_close(loop, socket);
        free(conn);
        return NULL;
    }
    conn->poll.data = conn;
    conn->id = ++loop->last_conn_id;
    map_put(&loop->conns, conn->id, conn);
    LOOP_COUNT(loop, conns, 1);
    loop->strangers++;
    if (kept.len > 0) {
        conn_keep(conn, kept);
        conn_schedule(conn);
    }
    http_init(conn);
    conn_watch(conn);
    return conn;
}

static void on_closed(uv_handle_t *handle) {
    free(handle->data);
}

static void conn_drop_outbox(struct conn *conn) {
    LOOP_COUNT(conn->loop, outbox_bytes, -conn->outbox.bytes);
    outbox_clear(&conn->outbox);
}

/* Gives everything back; the memory itself when libuv has let go of it. */
static void conn_destroy(struct conn *conn) {
    conn_move(conn, CONN_DEAD);
    timer_stop(&conn->deadline);
    list_remove(&conn->ready);
    list_remove(&conn->dirty);
    conn_drop_outbox(conn);
    conn_drop_kept(conn);
    if (conn->is_ws)
        ws_deinit(conn);
    map_remove(&conn->loop->conns, conn->id);
    LOOP_COUNT(conn->loop, conns, -1);
    conn_vouch(conn); /* no stranger any more, at least */
    uv_close((uv_handle_t *)&conn->poll, on_closed);
    if (conn->socket.fd >= 0) /* not handed over */
        conn_socket_close(conn->loop, &conn->socket);
}

static void conn_count_end(struct conn *conn) {
    switch ((enum conn_end)conn->end) {
    case CONN_SLOW:
        LOOP_COUNT(conn->loop, closed_slow, 1);
        break;
    case CONN_TIMEOUT:
        LOOP_COUNT(conn->loop, closed_timeout, 1);
        break;
    case CONN_PROTOCOL:
    case CONN_TOO_LARGE:
        LOOP_COUNT(conn->loop, closed_protocol, 1);
        break;
    default:
        break;
    }
}

/* on_close or on_abort, exactly once. */
static void conn_tell(struct conn *conn) {
    if (conn->told)
        return;
    conn->told = true;
    conn_count_end(conn);
    log_debug(LOG_NET, "conn.end", "conn=%llu end=\"%s\"", (unsigned long long)conn->id,
              conn_end_text((enum conn_end)conn->end));
    if (conn->is_ws)
        ws_on_end(conn, (enum conn_end)conn->end);
    else
        http_on_end(conn, (enum conn_end)conn->end);
}

void conn_close(struct conn *conn, enum conn_end end) {
    ASSERT_THREAD(WORKER);
    if (conn_state(conn) != CONN_OPEN)
        return;
    bool ws_closing = conn->is_ws && conn->as.ws.closing; /* the reason is known already */
    conn_move(conn, CONN_FINISHING);
    conn->end = ws_closing ? conn->as.ws.end : (uint8_t)end;
    if (conn->deadline_kind != CONN_DEADLINE_CLOSE)
        conn_set_deadline(conn, CONN_DEADLINE_CLOSE,
                          conn->is_ws ? WS_CLOSE_MS_MAX : http_write_ms(conn));
    conn_touch(conn);
}

void conn_cut(struct conn *conn, enum conn_end end) {
    conn_close(conn, end);
    conn->cut = true;
    conn_drop_outbox(conn);
    conn_touch(conn);
}

/* ---- Writing ---- */

/* One gather write. True when there may be more to write at once. */
static bool conn_write_some(struct conn *conn) {
    struct iovec slices[CONN_WRITEV_SLICES_MAX]
        __attribute__((uninitialized)); /* else 4 KiB of zeros in front of each write */
    size_t count = outbox_peek(&conn->outbox, slices, CONN_WRITEV_SLICES_MAX);
    size_t offered = 0;
    for (size_t i = 0; i < count; i++)
        offered += slices[i].iov_len;
    LOOP_COUNT(conn->loop, writes, 1);
    ssize_t put = conn->socket.io->writev(conn->socket.fd, conn->socket.io_state, slices, count);
    if (put == -EAGAIN || put == -ENOBUFS) {
        conn->write_blocked = true;
        return false;
    }
    if (put < 0) {
        conn_cut(conn, CONN_PEER_RESET);
        return false;
    }
    LOOP_COUNT(conn->loop, bytes_out, put);
    LOOP_COUNT(conn->loop, outbox_bytes, -put);
    outbox_advance(&conn->outbox, (size_t)put);
    conn->write_blocked = (size_t)put < offered;
    return !conn->write_blocked && conn->outbox.count > 0;
}

/* The soft bound: more than a little queued, for long. */
static void conn_check_soft_bound(struct conn *conn) {
    bool above = outbox_cost_bytes(&conn->outbox) > CONN_OUTBOX_SOFT_BYTES_MAX;
    if (above && conn->deadline_kind == CONN_DEADLINE_NONE)
        conn_set_deadline(conn, CONN_DEADLINE_SOFT, conn->loop->options.outbox_soft_ms);
    else if (!above && conn->deadline_kind == CONN_DEADLINE_SOFT)
        conn_set_deadline(conn, CONN_DEADLINE_NONE, 0);
}

static void conn_flush(struct conn *conn) {
    if (conn->write_blocked || conn_state(conn) > CONN_FINISHING)
        return;
    if (conn->is_ws)
        ws_before_flush(conn);
    if (conn->outbox.count == 0)
        return;
    while (conn_write_some(conn))
        ;
}

/* The next step of closing. True when the connection is gone. */
static bool conn_finish_step(struct conn *conn) {
    conn_tell(conn);
    bool flushed = conn->outbox.count == 0;
    if (flushed && conn_state(conn) == CONN_FINISHING && !conn->cut) {
        conn->socket.io->shutdown(conn->socket.fd, conn->socket.io_state);
        conn_move(conn, CONN_LINGERING);
        if (!conn->is_ws)
            conn_set_deadline(conn, CONN_DEADLINE_CLOSE, WS_CLOSE_MS_MAX);
    }
    bool over = conn->cut || conn->loop->stopping || (flushed && (conn->eof || conn->failed));
    if (over)
        conn_destroy(conn);
    return over;
}

void conn_settle(struct conn *conn) {
    conn_flush(conn);
    if (conn_state(conn) == CONN_OPEN && conn->is_ws)
        conn_check_soft_bound(conn);
    else if (conn_state(conn) == CONN_OPEN)
        http_on_flushed(conn);
    else if (conn_finish_step(conn))
        return;
    conn_watch(conn);
}

void conn_queue(struct conn *conn, struct frame *frame, bool payload_only) {
    if (conn_state(conn) != CONN_OPEN)
        return;
    size_t before = conn->outbox.bytes;
    outbox_push(&conn->outbox, frame, payload_only);
    LOOP_COUNT(conn->loop, frames_out, 1);
    LOOP_COUNT(conn->loop, outbox_bytes, conn->outbox.bytes - before);
    conn_touch(conn);
}

static bool conn_fits(const struct conn *conn, const struct frame *frame) {
    return outbox_cost_bytes(&conn->outbox) + frame_wire(frame).len <=
           conn->loop->options.outbox_bytes_max;
}

/* Full within one turn is not slow yet: whoever reads gets what the kernel takes. */
static bool conn_makes_room(struct conn *conn, const struct frame *frame) {
    conn_flush(conn);
    return conn_state(conn) == CONN_OPEN && conn_fits(conn, frame);
}

void conn_send_all(struct conn *conn, struct frame *const *frames, size_t count) {
    ASSERT_THREAD(WORKER);
    if (conn_is_closing(conn))
        return;
    for (size_t i = 0; i < count; i++) {
        if (!conn_fits(conn, frames[i]) && !conn_makes_room(conn, frames[i])) {
            conn_cut(conn, CONN_SLOW);
            return;
        }
        conn_queue(conn, frames[i], false);
    }
}

void conn_send(struct conn *conn, struct frame *frame) {
    conn_send_all(conn, &frame, 1);
}

/* ---- Reading ---- */

void conn_schedule(struct conn *conn) {
    if (list_is_empty(&conn->ready))
        list_append(&conn->loop->readable, &conn->ready);
}

/* One read behind `kept` bytes. Returns how many came; notes the end and errors. */
static size_t conn_receive(struct conn *conn, size_t kept) {
    size_t room = CONN_READ_BUFFER_BYTES;
    if (conn_state(conn) == CONN_OPEN && !conn->is_ws)
        room = http_input_room(conn);
    if (room == 0 || conn->eof)
        return 0;
    ssize_t got = conn->socket.io->read(conn->socket.fd, conn->socket.io_state,
                                        conn->loop->input + kept, room);
    LOOP_COUNT(conn->loop, reads, 1);
    if (got > 0) {
        LOOP_COUNT(conn->loop, bytes_in, got);
        return (size_t)got;
    }
    if (got == 0)
        conn->eof = true;
    else if (got == -EPROTO)
        conn_close(conn, CONN_PROTOCOL);
    else if (got == -EINPROGRESS)
        conn->read_blocked = true;
    else if (got != -EAGAIN || conn->failed)
        conn_cut(conn, CONN_PEER_RESET);
    return 0;
}

/* Offers the input to the protocol until it takes no more. Returns how much it took. */
static size_t conn_parse(struct conn *conn, size_t count) {
    struct loop *loop = conn->loop;
    size_t used = 0;
    ASSERT(loop->parsing == NULL);
    loop->parsing = conn;
    while (conn_state(conn) == CONN_OPEN) {
        char *input = loop->input + used;
        size_t taken = conn->is_ws ? ws_input(conn, input, count - used)
                                   : http_input(conn, input, count - used);
        if (taken == 0)
            break;
        used += taken;
        ASSERT(used <= count);
    }
    loop->parsing = NULL;
    return used;
}

static void conn_end_of_input(struct conn *conn) {
    if (conn->is_ws)
        conn_cut(conn, CONN_PEER_CLOSED);
    else
        http_end_of_input(conn);
}

static void conn_process_open(struct conn *conn) {
    char *input = conn->loop->input;
    size_t kept = conn_kept_bytes(conn);
    ASSERT(kept <= HTTP_PIPELINE_BYTES_MAX);
    if (kept > 0)
        memcpy(input, conn->kept->bytes, kept);
    size_t count = kept + conn_receive(conn, kept);
    size_t used = conn_parse(conn, count);
    if (conn_state(conn) == CONN_DEAD)
        return; /* handed over */
    conn_keep(conn, str_of(input + used, count - used));
    if (conn_state(conn) != CONN_OPEN)
        return;
    if (conn->failed)
        conn_cut(conn, CONN_PEER_RESET);
    else if (conn->eof)
        conn_end_of_input(conn);
}

void conn_process(struct conn *conn) {
    switch (conn_state(conn)) {
    case CONN_OPEN:
        if (conn->hangup && !conn->is_ws && http_is_awaited(conn))
            conn_cut(conn, conn->failed ? CONN_PEER_RESET : CONN_PEER_CLOSED);
        else
            conn_process_open(conn);
        break;
    case CONN_FINISHING: /* the peer closed its side, and may read on */
        if (conn->failed)
            conn_cut(conn, CONN_PEER_RESET);
        break;
    case CONN_LINGERING:
        (void)conn_receive(conn, 0);
        if (conn->failed)
            conn->cut = true;
        break;
    default:
        return;
    }
    if (conn_state(conn) == CONN_DEAD)
        return;
    if (conn->loop->draining && conn_state(conn) == CONN_OPEN && !conn->is_ws && http_is_idle(conn))
        conn_close(conn, CONN_SHUTDOWN);
    if (conn_state(conn) == CONN_OPEN)
        conn_watch(conn);
    else
        conn_touch(conn);
}

/* ---- Handing over ---- */

/* A connection between two loops. Changes owner with the post. */
struct handover {
    struct loop_call call;
    struct conn_socket socket;
    struct outbox outbox; /* answers to earlier requests, on their way */
    uint8_t unsent;       /* how many of them */
    size_t count;
    char bytes[];
};

/* Behind what the next poll finds. */
static void conn_defer(struct conn *conn) {
    list_remove(&conn->ready);
    list_append(&conn->loop->arrived, &conn->ready);
    ASSERT(uv_async_send(&conn->loop->wake) == 0); /* that poll must not sleep */
}

/* On the target's thread. */
static void handover_run(struct loop *loop, struct loop_call *call) {
    struct handover *handover = (struct handover *)(void *)call;
    struct conn *conn = NULL;
    if (loop->stopped)
        conn_socket_close(loop, &handover->socket);
    else
        conn = conn_open(loop, &handover->socket, str_of(handover->bytes, handover->count));
    if (conn != NULL) {
        conn_defer(conn);
        conn->outbox = handover->outbox;
        LOOP_COUNT(loop, outbox_bytes, conn->outbox.bytes);
        conn->as.http.unsent = handover->unsent;
        conn_touch(conn);
    } else {
        outbox_clear(&handover->outbox);
    }
    free(handover);
}

void conn_handover(struct conn *conn, struct loop *target) {
    ASSERT_THREAD(WORKER);
    struct loop *loop = conn->loop;
    ASSERT(loop->parsing == conn && loop->parsing_from.at != NULL && target != NULL);
    struct str rest = loop->parsing_from;
    struct handover *handover = mem_new(1, sizeof(*handover) + rest.len);
    handover->call.run = handover_run;
    handover->socket = conn->socket;
    handover->count = rest.len;
    handover->outbox = conn->outbox;
    handover->unsent = conn->as.http.unsent;
    memcpy(handover->bytes, rest.at, rest.len);
    LOOP_COUNT(loop, outbox_bytes, -conn->outbox.bytes);
    conn->outbox = (struct outbox){.slots = NULL};
    conn->socket.fd = -1;
    LOOP_COUNT(loop, handovers, 1);
    conn_destroy(conn);
    loop_post(target, &handover->call);
}

void conn_vouch(struct conn *conn) {
    if (conn->is_vouched)
        return;
    ASSERT(conn->loop->strangers > 0);
    conn->is_vouched = true;
    conn->loop->strangers--;
}

/* ---- Inspection ---- */

bool conn_is_parsing(const struct conn *conn) {
    return conn->loop->parsing == conn;
}

struct loop *conn_loop(const struct conn *conn) {
    return conn->loop;
}

uint64_t conn_id(const struct conn *conn) {
    return conn->id;
}

struct conn *conn_find(struct loop *loop, uint64_t id) {
    ASSERT_THREAD(WORKER);
    struct conn *conn = map_find(&loop->conns, id);
    return conn != NULL && !conn->told ? conn : NULL;
}

struct str conn_address(struct conn *conn) {
    return loop_address_text(conn->loop, &conn->socket.address);
}

size_t conn_queued_bytes(const struct conn *conn) {
    return conn->outbox.bytes;
}

bool conn_is_closing(const struct conn *conn) {
    return conn_state(conn) != CONN_OPEN || (conn->is_ws && conn->as.ws.closing);
}
