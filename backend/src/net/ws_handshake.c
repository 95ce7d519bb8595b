/* ws_handshake.c: the opening handshake of a WebSocket (RFC 6455 section 4.2).
 *
 * Thread    the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/crypt.h"
#include "base/err.h"
#include "base/thread.h"
#include "net/net_internal.h"

#define WS_GUID      STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11") /* section 1.3 */
#define WS_KEY_BYTES 16

/* Exactly one key that decodes to 16 bytes. */
static bool ws_key_is_good(const struct http_request *request) {
    if (http_request_header_count(request, "Sec-WebSocket-Key") != 1)
        return false;
    struct str key = http_request_header(request, "Sec-WebSocket-Key");
    if (key.len != 24 || !str_ends_with(key, STR("==")))
        return false;
    struct buf nonce = BUF_EMPTY;
    bool good = crypt_base64_decode(key, &nonce) && nonce.len == WS_KEY_BYTES;
    buf_deinit(&nonce);
    return good;
}

int ws_handshake_check(const struct http_request *request) {
    if (request->method != HTTP_GET)
        return 405;
    if (request->minor != 1 || !request->wants_upgrade || request->body != HTTP_BODY_NONE)
        return 400;
    if (http_request_header_count(request, "Sec-WebSocket-Version") != 1)
        return 400;
    if (!str_equal(http_request_header(request, "Sec-WebSocket-Version"), STR("13")))
        return 426;
    return ws_key_is_good(request) ? 0 : 400;
}

/* Appends the key's proof: base64(SHA-1(key + GUID)). */
static void ws_append_accept(struct buf *out, const struct http_request *request) {
    unsigned char digest[CRYPT_SHA1_BYTES];
    struct buf text = BUF_EMPTY;
    buf_append_str(&text, http_request_header(request, "Sec-WebSocket-Key"));
    buf_append_str(&text, WS_GUID);
    crypt_sha1(buf_str(&text), digest);
    buf_deinit(&text);
    crypt_base64_append(out, str_of((const char *)digest, sizeof(digest)));
}

/* The first offered subprotocol, STR_NONE when there is none that could be one. */
static struct str ws_first_protocol(const struct http_request *request) {
    struct str offered = http_request_header(request, "Sec-WebSocket-Protocol");
    struct str first = str_trim(str_cut(&offered, ','));
    return http1_is_token(first) ? first : STR_NONE;
}

/* The 101 holds what the RFC asks for and nothing else: browsers refuse an answer with surprises. */
static void ws_queue_101(struct conn *conn, const struct http_request *request) {
    struct buf *head = &conn->loop->head;
    struct str protocol = ws_first_protocol(request);
    buf_clear(head);
    buf_append_c(head, "HTTP/1.1 101 Switching Protocols\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ");
    ws_append_accept(head, request);
    if (!str_is_none(protocol)) {
        buf_append_c(head, "\r\nSec-WebSocket-Protocol: ");
        buf_append_str(head, protocol);
    }
    buf_append_c(head, "\r\n\r\n");
    struct frame *frame = frame_new(FRAME_RAW, buf_str(head));
    conn_queue(conn, frame, false);
    frame_unref(frame);
}

void ws_accept(struct conn *conn, const struct http_request *request,
               const struct ws_handler *handler, void *user, size_t bytes_max) {
    ASSERT_THREAD(WORKER);
    if (conn_is_closing(conn))
        return;
    ASSERT(!conn->is_ws && conn->loop->parsing == conn && conn->loop->parsing_from.at != NULL);
    ASSERT(request->wants_upgrade && request->body == HTTP_BODY_NONE);
    ws_queue_101(conn, request);
    conn_set_deadline(conn, CONN_DEADLINE_NONE, 0);
    conn->is_ws = true;
    conn->as.ws = (struct ws){.handler = handler, .user = user};
    conn->as.ws.bytes_max = bytes_max > 0 ? bytes_max : conn->loop->options.ws_message_bytes_max;
}
