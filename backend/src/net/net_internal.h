/* net_internal.h: the structs of this folder, open to its files only.
 *
 * Who calls whom:
 *
 *     listener ──► conn ──► http ──► (handler)        loop: turn, ready lists, flush
 *                    │        └────► ws ──► (handler)  timer: deadlines
 *                    └─ outbox, conn_io
 *
 * A turn (loop.c) in the order that the rest relies on:
 *   1. poll: on_poll only sorts connections into the lists `gone` and `readable`; nothing is read yet
 *   2. gone: connections whose peer left while an answer was pending, so that on_abort comes before any
 *      request which arrived with the same poll is handled
 *   3. readable: read, parse, call handlers
 *   4. posted calls
 *   5. settle: flush every dirty connection, end those that are closing
 *   6. timers, then settle again, then sleep
 *
 * No function that a handler may call (conn_send, conn_close, http_respond, ws_close ...) calls a handler back or
 * frees anything, but for http_read_body without a body: what they cause happens in step 5.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "base/list.h"
#include "base/map.h"
#include "base/sm.h"
#include "base/utf8.h"
#include "net/census.h"
#include "net/conn.h"
#include "net/conn_io.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/loop_stats.h"
#include "net/timer.h"
#include "net/tls.h"
#include "net/ws.h"

#include <assert.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <uv.h>

/* ---- timer.c ---- */

/* Owner: the loop's thread. */
struct timers {
    struct timer **heap;
    size_t count;
    size_t capacity;
    uint64_t armed_ms; /* what the uv_timer_t is set to, 0 when it is not */
    uv_timer_t uv;
};

void timers_init(struct timers *timers, struct loop *loop);
/* Sets the uv_timer_t to the first timer; once a turn, before the loop sleeps. */
void timers_arm(struct timers *timers);
void timers_deinit(struct timers *timers);

/* ---- listener.c ---- */

/* Owner: the loop's thread (before loop_run: whoever built the loop). */
struct listener {
    uv_poll_t poll;
    struct timer pause; /* after running out of descriptors */
    uint64_t warned_ms; /* when the log was last told */
    uint16_t port;
    int fd;    /* -1 when not listening */
    int spare; /* an open descriptor to give up when there is no other */
};

enum err listener_open(struct loop *loop, const char *host, uint16_t port);
/* Accepts who is connected already, so that closing refuses nobody. Harmless when not open. */
void listener_accept_waiting(struct loop *loop);
/* Harmless when not open. */
void listener_close(struct loop *loop);

/* ---- outbox (conn_outbox.c) ---- */

/* A ring of frame references; the memory goes when it is empty. Owner: the loop's thread. */
struct outbox {
    uintptr_t *slots;          /* frame pointers; lowest bit set: send the payload alone */
    uint32_t head, count;      /* of the ring */
    uint32_t capacity;         /* 0 or a power of two */
    uint32_t first_sent_bytes; /* of the first frame, already written */
    size_t bytes;              /* still to be written */
};

void outbox_push(struct outbox *outbox, struct frame *frame, bool payload_only);
/* Fills at most `max` slices with what comes next; returns how many. */
size_t outbox_peek(const struct outbox *outbox, struct iovec *slices, size_t max);
/* Removes `count` written bytes from the front. */
void outbox_advance(struct outbox *outbox, size_t count);
void outbox_clear(struct outbox *outbox);
/* What it costs in memory, which is what the bounds are about: many tiny frames cost more than their bytes. */
size_t outbox_cost_bytes(const struct outbox *outbox);

/* ---- http.c, ws.c: the protocol part of a connection ---- */

enum exchange_state {
    EXCHANGE_HEAD,   /* between requests, or a head is coming */
    EXCHANGE_ANSWER, /* the application has the request; input waits */
    EXCHANGE_BODY,   /* the body is coming and wanted */
    EXCHANGE_STREAM, /* the answer is given piece by piece */
    EXCHANGE_SKIP,   /* answered; the rest of a body is read away */
    EXCHANGE_STATE_COUNT
};

/* Owner: the loop's thread. */
struct http {
    const struct http_exchange *exchange;
    void *user;
    union {
        size_t scanned;      /* EXCHANGE_HEAD: how far the head was looked at */
        uint64_t left_bytes; /* HTTP_BODY_LENGTH; EXCHANGE_STREAM: still to be given */
        struct http1_chunked chunked;
    } at;
    uint64_t body_bytes;     /* received of the current body */
    uint64_t body_bytes_max; /* allowed */
    uint64_t floor_bytes;    /* body_bytes when the deadline was set */
    uint8_t body;            /* enum http_body */
    uint8_t unsent;          /* answers not yet taken by the kernel */
    struct sm sm;            /* enum exchange_state */
    bool head_begun : 1;     /* bytes of the next head were seen */
    bool served : 1;         /* at least one head was accepted */
    bool keep_alive : 1;
    bool is_head : 1; /* the method is HEAD */
    bool is_1_0 : 1;
    bool expects_continue : 1;
    bool body_asked : 1;
    bool held : 1;         /* the body waits for its reader */
    bool stream_close : 1; /* EXCHANGE_STREAM: the connection ends behind it */
};

void http_init(struct conn *conn);
/* One step: takes bytes off the front of `input`, returns how many; 0 when nothing can be done with it now. */
size_t http_input(struct conn *conn, char *input, size_t count);
/* The peer will send nothing more and all input has been offered. */
void http_end_of_input(struct conn *conn);
/* True when somebody waits to hear of an abort of the current exchange. */
bool http_is_awaited(const struct conn *conn);
/* Between two requests: none is being read, handled or answered, and one was served (who has just connected is about to
 * ask). */
bool http_is_idle(const struct conn *conn);
/* How much more input may be read now; 0 pauses reading: input waits for an answer or for the peer to read. */
size_t http_input_room(const struct conn *conn);
/* The socket took what it could: goes on with pipelined requests, or gives the rest its time. */
void http_on_flushed(struct conn *conn);
void http_on_deadline(struct conn *conn);
/* How long the peer may take to read what is queued. */
uint64_t http_write_ms(const struct conn *conn);
/* Tells on_abort. */
void http_on_end(struct conn *conn, enum conn_end end);

struct ws_message; /* ws.c */

/* Owner: the loop's thread. */
struct ws {
    const struct ws_handler *handler;
    void *user;
    size_t bytes_max;
    struct ws_message *message; /* only while one is incomplete */
    struct frame *pong;         /* answer to the last ping, not queued yet */
    uint8_t end;                /* enum conn_end, while closing */
    bool pong_queued : 1;       /* one sits in the outbox */
    bool closing : 1;           /* our close frame was sent, theirs is awaited */
};

size_t ws_input(struct conn *conn, char *input, size_t count);
/* Queues the pending pong, if there is none in the outbox. Called just before a write. */
void ws_before_flush(struct conn *conn);
void ws_on_end(struct conn *conn, enum conn_end end);
void ws_deinit(struct conn *conn);

/* ---- conn.c ---- */

/*
 *   OPEN ──conn_close──► FINISHING ──flushed──► LINGERING ──peer's FIN, or time──► DEAD
 *     │                     │ cut, or time                                          ▲
 *     └── handover ─────────┴───────────────────────────────────────────────────────┘
 *
 * FINISHING  no more input is handled and nothing can be sent; what is queued is written out
 * LINGERING  handlers were told; our FIN is sent; input is read away, since closing a socket with unread bytes would
 *            destroy our last answer on its way (RFC 9112 section 9.6)
 * DEAD       descriptor closed; the memory goes when libuv says so
 */
enum conn_state { CONN_OPEN, CONN_FINISHING, CONN_LINGERING, CONN_DEAD, CONN_STATE_COUNT };

enum conn_deadline {
    CONN_DEADLINE_NONE,
    CONN_DEADLINE_HTTP,  /* head, idle, body: http.c knows which */
    CONN_DEADLINE_WRITE, /* the outbox must be empty */
    CONN_DEADLINE_SOFT,  /* the outbox must be below its soft bound */
    CONN_DEADLINE_CLOSE, /* the connection must be over */
};

/* A socket, and what sits on it. */
struct conn_socket {
    int fd;
    bool is_counted; /* in the census */
    const struct conn_io *io;
    void *io_state;
    struct in6_addr address;
};

struct conn_kept {
    size_t count;
    char bytes[];
};

/* Owner: the loop's thread. */
struct conn {
    uv_poll_t poll;
    struct loop *loop;
    struct conn_socket socket;
    uint64_t id;
    struct list ready; /* in loop->gone, loop->readable or loop->arrived */
    struct list dirty; /* in loop->dirty */
    struct timer deadline;
    struct outbox outbox;
    struct conn_kept *kept; /* input that could not be handled yet; NULL when there is none */
    struct sm sm;           /* enum conn_state */
    uint8_t end;            /* enum conn_end */
    uint8_t deadline_kind;  /* enum conn_deadline */
    uint8_t events;         /* what libuv watches */
    bool is_ws : 1;
    bool is_vouched : 1;
    bool told : 1;          /* on_close or on_abort was called */
    bool cut : 1;           /* end without flushing */
    bool write_blocked : 1; /* the kernel took less than we had */
    bool read_blocked : 1;  /* reading goes on when the socket is writable */
    bool hangup : 1;        /* the peer closed its side, or the socket is broken */
    bool failed : 1;        /* the socket is broken */
    bool eof : 1;           /* read returned the end */
    union {
        struct http http;
        struct ws ws;
    } as;
};

/* Gives its state back and closes it. */
void conn_socket_close(struct loop *loop, struct conn_socket *socket);
/* Takes the socket. `kept`: bytes that were read already, copied. Returns borrowed, NULL when libuv refuses (the socket is
 * closed then). */
struct conn *conn_open(struct loop *loop, struct conn_socket *socket, struct str kept);
/* Input can be handled without a new event: look at the connection in this turn. */
void conn_schedule(struct conn *conn);
/* Reads and handles input; from the loop's turn only. */
void conn_process(struct conn *conn);
/* Writes what is queued and takes the next step of closing; from the loop's turn only. */
void conn_settle(struct conn *conn);
/* Ends it without another write or wait. */
void conn_cut(struct conn *conn, enum conn_end end);
/* Something to send will be there at the next flush. */
void conn_touch(struct conn *conn);
/* Queues without a bound: answers, close frames. */
void conn_queue(struct conn *conn, struct frame *frame, bool payload_only);
void conn_set_deadline(struct conn *conn, enum conn_deadline kind, uint64_t delay_ms);
bool conn_is_parsing(const struct conn *conn);

/* Input that waits. */
static inline size_t conn_kept_bytes(const struct conn *conn) {
    return conn->kept != NULL ? conn->kept->count : 0;
}

static inline enum conn_state conn_state(const struct conn *conn) {
    return (enum conn_state)conn->sm.state;
}

/* ---- loop.c ---- */

struct loop_counters {
#define X(field, text) _Atomic uint64_t field;
    LOOP_STATS_MAP(X)
#undef X
};

/* Owner: its own thread while loop_run runs, before and after whoever holds it; mailbox and counters: any. */
struct loop {
    uv_loop_t uv;
    uv_async_t wake;
    uv_prepare_t prepare;
    uv_check_t check;
    struct loop_options options;
    struct timers timers;
    struct listener listener;
    struct mailbox mailbox;
    atomic_size_t posted; /* calls in the mailbox */
    struct map conns;
    size_t strangers; /* connections that nobody has vouched for */
    uint64_t last_conn_id;
    struct list gone, readable, arrived, dirty; /* of struct conn */
    const struct conn_io *io;
    struct tls *tls;         /* owned; NULL on plain sockets */
    char *input;             /* LOOP_INPUT_BYTES, what the connection in hand has read */
    struct conn *parsing;    /* the connection in hand */
    struct str parsing_from; /* its input from the request being handled on */
    struct http_request *request;
    struct buf head; /* scratch for response heads */
    int64_t date_s;
    char date[40];
    char address_text[INET6_ADDRSTRLEN];
    bool draining;
    bool stop_wanted;
    bool stopping; /* what ends does not linger */
    bool stopped;
    struct loop **peers;
    unsigned peer_count;
    void *user;
    struct loop_counters counters;
    uint64_t woke_ns;       /* when this turn began; 0: it has not */
    struct histogram turns; /* how long they took */
};

/* One read behind what a paused connection may have kept. */
#define LOOP_INPUT_BYTES (CONN_READ_BUFFER_BYTES + HTTP_PIPELINE_BYTES_MAX)

/* A counter has one writer, so no read-modify-write cycle of the bus is needed. */
#define LOOP_COUNT(loop, field, n)                                                                 \
    atomic_store_explicit(&(loop)->counters.field,                                                 \
                          atomic_load_explicit(&(loop)->counters.field, memory_order_relaxed) +    \
                              (uint64_t)(n),                                                       \
                          memory_order_relaxed)

/* The Date header's value (RFC 9110 section 6.6.1), borrowed until the next call. */
struct str loop_date(struct loop *loop);
/* Any address as text, borrowed until the loop's next one. */
struct str loop_address_text(struct loop *loop, const struct in6_addr *address);
/* Replaces the sockets' functions of connections opened from now on; for tests. */
void loop_set_io(struct loop *loop, const struct conn_io *io);
