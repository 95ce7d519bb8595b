/* loop.c: the turn of a worker.
 *
 * Owns      struct loop: the libuv loop and its few handles, the shared read buffer, the ready lists.
 * Thread    its own; loop_post and loop_stats_read from any.
 *
 * How it works: libuv's turn is  timers → prepare → poll → check → closing.  Callbacks of poll do nothing but note
 * which connection has something to say; the work is in two places:
 *
 *     check    gone, readable, arrived, posted calls, settle
 *     prepare  settle what timers have caused; stop when asked to; arm the timer; then libuv sleeps
 *
 * A connection that another worker hands over waits for one more poll (arrived): its request came last, so whatever was sent
 * before it to the connections of this loop must be seen first, be it a message or an end.
 *
 * Settling means flushing each dirty connection. Whatever was sent in a turn, by whomever, to one connection goes out
 * in one gather write. Handlers that settling calls may send and close again, so it goes on until the lists are empty;
 * that ends because new input comes from poll alone.
 *
 * Stopping: every connection is ended and told (CONN_SHUTDOWN), the wake handle stops keeping libuv alive, and
 * uv_run returns when the last handle is closed. Calls posted until then, and after, are run.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/loop.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/thread.h"
#include "net/net_internal.h"

#include <arpa/inet.h>

/* ---- Settling ---- */

static void loop_process(struct list *ready) {
    struct list *node;
    while ((node = list_first(ready)) != NULL) {
        struct conn *conn = LIST_ITEM(node, struct conn, ready);
        list_remove(node);
        conn_process(conn);
    }
}

static void loop_flush(struct loop *loop) {
    struct list *node;
    while ((node = list_first(&loop->dirty)) != NULL) {
        struct conn *conn = LIST_ITEM(node, struct conn, dirty);
        list_remove(node);
        conn_settle(conn);
    }
}

static void loop_settle(struct loop *loop) {
    loop_flush(loop);
    while (!list_is_empty(&loop->readable)) {
        loop_process(&loop->readable);
        loop_flush(loop);
    }
}

/* ---- The turn ---- */

static void loop_run_posted(struct loop *loop) {
    struct mail *mail = mailbox_take(&loop->mailbox);
    size_t taken = 0;
    while (mail != NULL) {
        struct mail *next = mail->next; /* the call may free itself */
        struct loop_call *call = MAIL_ITEM(mail, struct loop_call, mail);
        call->run(loop, call);
        mail = next;
        taken++;
    }
    if (taken > 0)
        atomic_fetch_sub_explicit(&loop->posted, taken, memory_order_relaxed);
}

static void on_check(uv_check_t *check) {
    struct loop *loop = check->data;
    loop->woke_ns = clock_mono_ns();
    loop_process(&loop->gone);
    loop_flush(loop); /* on_abort, before any request of this turn is handled */
    loop_process(&loop->readable);
    loop_flush(loop);
    loop_process(&loop->arrived);
    loop_run_posted(loop);
    loop_settle(loop);
}

static void loop_end_all(struct loop *loop);

static void on_prepare(uv_prepare_t *prepare) {
    struct loop *loop = prepare->data;
    loop_settle(loop);
    if (loop->stop_wanted && !loop->stopped)
        loop_end_all(loop);
    timers_arm(&loop->timers);
    if (loop->woke_ns > 0)
        histogram_add(&loop->turns, histogram_bounds_ns, clock_mono_ns() - loop->woke_ns);
}

static void on_wake(uv_async_t *wake) {
    (void)wake; /* it only ends the sleep: posted calls are run in on_check */
}

/* Any thread. */
static void loop_wake(void *context) {
    struct loop *loop = context;
    ASSERT(uv_async_send(&loop->wake) == 0);
}

/* ---- Life cycle ---- */

static struct loop_options with_defaults(const struct loop_options *options) {
    struct loop_options o = *options;
    o.idle_ms = o.idle_ms > 0 ? o.idle_ms : HTTP_IDLE_MS_MAX;
    o.head_ms = o.head_ms > 0 ? o.head_ms : HTTP_HEAD_MS_MAX;
    o.outbox_bytes_max = o.outbox_bytes_max > 0 ? o.outbox_bytes_max : CONN_OUTBOX_BYTES_MAX;
    o.outbox_soft_ms = o.outbox_soft_ms > 0 ? o.outbox_soft_ms : CONN_OUTBOX_SOFT_MS_MAX;
    o.ws_message_bytes_max = o.ws_message_bytes_max > 0 ? o.ws_message_bytes_max : 131072;
    return o;
}

/* The handles that live as long as the loop. Only the wake handle keeps it running. */
static void loop_init_handles(struct loop *loop) {
    ASSERT(uv_loop_init(&loop->uv) == 0);
    ASSERT(uv_async_init(&loop->uv, &loop->wake, on_wake) == 0);
    ASSERT(uv_prepare_init(&loop->uv, &loop->prepare) == 0);
    ASSERT(uv_check_init(&loop->uv, &loop->check) == 0);
    loop->prepare.data = loop->check.data = loop->wake.data = loop;
    ASSERT(uv_prepare_start(&loop->prepare, on_prepare) == 0);
    ASSERT(uv_check_start(&loop->check, on_check) == 0);
    uv_unref((uv_handle_t *)&loop->prepare);
    uv_unref((uv_handle_t *)&loop->check);
}

struct loop *loop_new(const struct loop_options *options) {
    struct loop *loop = MEM_NEW(struct loop);
    loop->options = with_defaults(options);
    loop->io = &conn_io_plain;
    loop->input = mem_new(LOOP_INPUT_BYTES, 1);
    loop->request = MEM_NEW(struct http_request);
    loop->listener.fd = loop->listener.spare = -1;
    list_init(&loop->gone);
    list_init(&loop->readable);
    list_init(&loop->arrived);
    list_init(&loop->dirty);
    mailbox_init(&loop->mailbox, loop_wake, loop);
    loop_init_handles(loop);
    timers_init(&loop->timers, loop);
    return loop;
}

enum err loop_listen(struct loop *loop, const char *host, uint16_t port) {
    return listener_open(loop, host, port);
}

uint16_t loop_port(const struct loop *loop) {
    return loop->listener.port;
}

void loop_set_peers(struct loop *loop, struct loop **peers, unsigned count) {
    ASSERT(loop->options.index < count && peers[loop->options.index] == loop);
    loop->peers = peers;
    loop->peer_count = count;
}

void loop_run(struct loop *loop) {
    ASSERT_THREAD(WORKER);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT); /* the count of open handles: none but ours */
    ASSERT(loop->stopped && loop_conn_count(loop) == 0);
    while (!mailbox_is_empty(&loop->mailbox))
        loop_run_posted(loop);
}

void loop_free(struct loop *loop) {
    ASSERT(loop_conn_count(loop) == 0);
    listener_close(loop);
    loop->stopped = true;
    while (!mailbox_is_empty(&loop->mailbox))
        loop_run_posted(loop);
    uv_close((uv_handle_t *)&loop->wake, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    uv_close((uv_handle_t *)&loop->check, NULL);
    uv_close((uv_handle_t *)&loop->timers.uv, NULL);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    ASSERT(uv_loop_close(&loop->uv) == 0);
    timers_deinit(&loop->timers);
    map_deinit(&loop->conns);
    buf_deinit(&loop->head);
    tls_free(loop->tls);
    free(loop->request);
    free(loop->input);
    free(loop);
}

/* ---- Stopping ---- */

void loop_drain(struct loop *loop) {
    ASSERT_THREAD(WORKER);
    if (loop->draining)
        return;
    loop->draining = true;
    listener_accept_waiting(loop);
    listener_close(loop);
    size_t cursor = 0;
    struct conn *conn;
    while ((conn = map_next(&loop->conns, &cursor)) != NULL)
        conn_schedule(conn); /* a request may be on its way in: read once, then see who is idle */
    ASSERT(uv_async_send(&loop->wake) == 0);
}

void loop_stop(struct loop *loop) {
    ASSERT_THREAD(WORKER);
    loop->draining = true;
    loop->stop_wanted = true;
    ASSERT(uv_async_send(&loop->wake) == 0);
}

static void loop_end_all(struct loop *loop) {
    size_t cursor = 0;
    struct conn *conn;
    listener_close(loop);
    loop->stopping = true;
    while ((conn = map_next(&loop->conns, &cursor)) != NULL) {
        if (conn_state(conn) == CONN_OPEN && conn->is_ws)
            ws_close(conn, WS_CLOSE_GOING_AWAY, CONN_SHUTDOWN);
        conn_close(conn, CONN_SHUTDOWN);
        conn_touch(conn);
    }
    loop_flush(loop); /* tells and destroys each */
    loop->stopped = true;
    uv_unref((uv_handle_t *)&loop->wake);
}

/* ---- Operations ---- */

void loop_post(struct loop *loop, struct loop_call *call) {
    atomic_fetch_add_explicit(&loop->posted, 1, memory_order_relaxed);
    mailbox_post(&loop->mailbox, &call->mail);
}

void loop_set_io(struct loop *loop, const struct conn_io *io) {
    loop->io = io;
}

struct str loop_address_text(struct loop *loop, const struct in6_addr *address) {
    bool is_v4 = IN6_IS_ADDR_V4MAPPED(address);
    const void *bytes = is_v4 ? (const void *)&address->s6_addr[12] : (const void *)address;
    const char *done =
        inet_ntop(is_v4 ? AF_INET : AF_INET6, bytes, loop->address_text, INET6_ADDRSTRLEN);
    ASSERT(done != NULL);
    return str_of_c(loop->address_text);
}

struct str loop_date(struct loop *loop) {
    int64_t now_s = clock_wall_ms() / 1000;
    if (now_s != loop->date_s) {
        time_t seconds = (time_t)now_s;
        struct tm tm;
        loop->date_s = now_s;
        if (gmtime_r(&seconds, &tm) == NULL ||
            strftime(loop->date, sizeof(loop->date), "%a, %d %b %Y %H:%M:%S GMT", &tm) == 0)
            loop->date[0] = '\0';
    }
    return str_of_c(loop->date);
}

/* ---- Inspection ---- */

unsigned loop_index(const struct loop *loop) {
    return loop->options.index;
}

struct loop *loop_peer(struct loop *loop, unsigned index) {
    return index < loop->peer_count ? loop->peers[index] : NULL;
}

unsigned loop_peer_count(const struct loop *loop) {
    return loop->peer_count;
}

uint64_t loop_now_ms(const struct loop *loop) {
    return uv_now(&loop->uv);
}

size_t loop_conn_count(const struct loop *loop) {
    return map_count(&loop->conns);
}

void loop_set_user(struct loop *loop, void *user) {
    loop->user = user;
}

void *loop_user(const struct loop *loop) {
    return loop->user;
}

void loop_stats_read(const struct loop *loop, struct loop_stats *out) {
#define X(field, text)                                                                             \
    out->field = atomic_load_explicit(&loop->counters.field, memory_order_relaxed);
    LOOP_STATS_MAP(X)
#undef X
}

void loop_turns_read(const struct loop *loop, struct histogram_figures *out) {
    histogram_read(&loop->turns, out);
}

size_t loop_posted_count(const struct loop *loop) {
    return atomic_load_explicit(&loop->posted, memory_order_relaxed);
}
