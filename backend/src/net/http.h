/* http.h: the HTTP/1.1 side of a connection (RFC 9110, RFC 9112).
 *
 * One exchange at a time per connection: head -> on_request -> (body) -> response, then the next. While an answer
 * is pending the connection keeps at most HTTP_PIPELINE_BYTES_MAX of pipelined input and then stops reading, but
 * a peer that goes away is noticed at once (on_abort).
 *
 * The parser (net/http1.h) is strict; whatever is ambiguous is answered 400 (or 414, 431, 417, 501, 505, 413) and the
 * connection is closed, without the handler ever seeing it.
 *
 * Thread: the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net/conn.h"
#include "net/http1.h"

/* Called when a request's head is complete. Must do exactly one of, now or (the first only) later:
 *   http_respond       answer it; a body that was announced is then read away or the connection closed
 *   http_stream_begin  the same with a body that comes piece by piece
 *   http_read_body     ask for the body first
 *   ws_accept          make it a WebSocket (net/ws.h); now only
 *   conn_handover      give it to another worker; now only
 * `request` and all of its slices are borrowed until on_request returns. */
struct http_handler {
    void (*on_request)(struct conn *conn, const struct http_request *request, void *context);
};

/* What happens to one exchange after on_request. Zero members are not called. */
struct http_exchange {
    /* Body bytes as they come, chunked already undone; borrowed. May respond at once (the rest is dropped). */
    void (*on_body)(struct conn *conn, void *user, struct str bytes);
    /* The body is complete: respond now or later. */
    void (*on_body_end)(struct conn *conn, void *user);
    /* The connection went before the response was given; the conn is unusable afterwards. `too_large` and time-outs
     * are answered by the connection itself (413, 408) before this is called. */
    void (*on_abort)(struct conn *conn, void *user, enum conn_end end);
    /* Of an answer that was begun: everything so far is on its way, the next piece may be given. From the loop's turn. */
    void (*on_room)(struct conn *conn, void *user);
};

/* Sets the callbacks of the current exchange; borrowed until the exchange ends. Wanted by whoever answers later. */
void http_set_exchange(struct conn *conn, const struct http_exchange *exchange, void *user);
/* Lets the body come, at most bytes_max (announced or counted; above: 413 with `Connection: close`, on_abort).
 * Answers `Expect: 100-continue`. Without a body on_body_end is called at once, before this returns. */
void http_read_body(struct conn *conn, size_t bytes_max);
/* Nothing more of the body is given to on_body until it is let go on: what comes meanwhile waits in the socket, and the peer is
 * not blamed for it. Between http_read_body and on_body_end. */
void http_hold_body(struct conn *conn, bool hold);

struct http_response {
    int status;
    const char *content_type; /* NULL: no Content-Type */
    struct str headers;       /* further complete header lines, "Name: value\r\n"...; copied */
    struct str body;          /* copied */
    struct frame *body_frame; /* instead of body: borrowed, sent without a copy (embedded files) */
    bool no_length;           /* leave Content-Length out (204, 304 set it themselves) */
    bool close;               /* close after this answer */
};

/* Answers the current exchange, which ends: none of its callbacks is called any more, also when the connection is closing
 * and the answer is dropped. For HEAD the body is left out, its length announced. */
void http_respond(struct conn *conn, const struct http_response *response);
/* Begins an answer of `bytes` bytes, which http_stream gives; `body` and `no_length` of the response are not looked at. True
 * when the pieces are wanted; false when there are none to give (HEAD, no bytes, a connection that is closing), and the exchange is
 * over. on_abort is called when the connection goes before the last piece was given. */
bool http_stream_begin(struct conn *conn, const struct http_response *response, uint64_t bytes);
/* Gives the next piece; borrows the frame. False: the exchange is over, with the last piece or because the connection is closing; none
 * of its callbacks is called any more. One that cannot go on closes the connection (conn_close), so that the peer sees that something is
 * missing. */
bool http_stream(struct conn *conn, struct frame *frame);
/* The address of who asks, as text, borrowed until the loop's next address: the peer's, or the one that a trusted proxy
 * speaks for (net/address.h). From within on_request. */
struct str http_client_address(struct conn *conn, const struct http_request *request);
/* The reason phrase of a status code. */
const char *http_status_text(int status);
