/* tls.c: TLS behind the seam of conn_io.h.
 *
 * Owns      struct tls (a certificate's SSL_CTX), struct tls_conn (one connection's SSL).
 * Thread    the loop's; struct tls may be made and freed on any.
 *
 * How it works
 *
 * The handshake. Nobody calls for it: an SSL in the state of accepting does its handshake within SSL_read, which says
 * "nothing yet" until it is over. So a connection that shakes hands is a connection whose first head has not come, and the
 * deadline for that head is the deadline of both.
 *
 * Reading. SSL_read gives one record (at most 16 KiB) at a time. Records are read whole while there is room for one more: what
 * OpenSSL has not read yet still lies in the kernel, where poll sees it. Only when the room itself is smaller than a record
 * does decrypted input stay behind, and tls_has_more tells. There is no read-ahead for the same reason. At most
 * TLS_READS_MAX records are taken at once, so that a peer of tiny ones does not hold up the turn.
 *
 * Writing. SSL_write takes one buffer, and makes a record and a system call of it. A turn's frames are therefore gathered into
 * records of at most TLS_RECORD_BYTES on the stack. When the kernel takes no more, OpenSSL holds an encrypted record and
 * wants the same bytes again; the outbox offers exactly those, perhaps with more behind, since frames never change.
 *
 * Reading may have to write (an answer to a key update, the end of a handshake) and then says -EINPROGRESS: it makes no sense
 * to look at the socket's input before it is writable, and would spin.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/tls.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/net_internal.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#define TLS_RECORD_BYTES SSL3_RT_MAX_PLAIN_LENGTH
#define TLS_READS_MAX    16

/* Forward secrecy and authenticated encryption, for TLS 1.2; those of 1.3 are all of this kind. */
#define TLS_CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"

/* Owner: whoever holds this share. */
struct tls {
    SSL_CTX *context; /* counted by OpenSSL */
};

/* Owner: the loop's thread, that of the loop which has the connection now. */
struct tls_conn {
    SSL *ssl;
    struct loop *loop; /* that accepted it; NULL once the handshake was counted */
    ssize_t fault;     /* what the next read says, 0 when has_fault is not set */
    bool has_fault;
    bool is_broken; /* OpenSSL allows no further call after a fatal error */
};

/* ---- A certificate and its key ---- */

/* No password prompt on the terminal of a server. */
static int on_password(char *into, int size, int is_writing, void *user) {
    (void)into;
    (void)size;
    (void)is_writing;
    (void)user;
    return 0;
}

/* Takes http/1.1 of what the client offers; a client that wants none of it is better told than answered. */
static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_bytes,
                   const unsigned char *offered, unsigned offered_bytes, void *user) {
    static const unsigned char ours[] = "\x08http/1.1";
    (void)ssl;
    (void)user;
    unsigned char *chosen = NULL;
    int found =
        SSL_select_next_proto(&chosen, out_bytes, ours, sizeof ours - 1, offered, offered_bytes);
    *out = chosen;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *context_new(void) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    ASSERT(context != NULL);
    ASSERT(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    ASSERT(SSL_CTX_set_cipher_list(context, TLS_CIPHERS) == 1);
    (void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                           SSL_OP_CIPHER_SERVER_PREFERENCE |
                                           SSL_OP_IGNORE_UNEXPECTED_EOF);
    (void)SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                        SSL_MODE_RELEASE_BUFFERS);
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_default_passwd_cb(context, on_password);
    SSL_CTX_set_alpn_select_cb(context, on_alpn, NULL);
    return context;
}

/* Returns owned. */
static char *sentence_of(const char *what, const char *path) {
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    struct buf out = BUF_EMPTY;
    size_t len;
    if (access(path, R_OK) != 0)
        reason = strerror(errno);
    buf_printf(&out, "The %s in %s cannot be used: %s.", what, path,
               reason != NULL ? reason : "OpenSSL gives no reason");
    buf_append_byte(&out, '\0');
    return buf_take(&out, &len);
}

struct tls *tls_new(const char *certificate_path, const char *key_path, char **message) {
    SSL_CTX *context = context_new();
    ERR_clear_error();
    *message = NULL;
    if (SSL_CTX_use_certificate_chain_file(context, certificate_path) != 1)
        *message = sentence_of("certificate", certificate_path);
    else if (SSL_CTX_use_PrivateKey_file(context, key_path, SSL_FILETYPE_PEM) != 1 ||
             SSL_CTX_check_private_key(context) != 1)
        *message = sentence_of("key", key_path);
    ERR_clear_error();
    if (*message != NULL) {
        SSL_CTX_free(context);
        return NULL;
    }
    struct tls *tls = MEM_NEW(struct tls);
    tls->context = context;
    return tls;
}

struct tls *tls_share(const struct tls *tls) {
    struct tls *share = MEM_NEW(struct tls);
    ASSERT(SSL_CTX_up_ref(tls->context) == 1);
    share->context = tls->context;
    return share;
}

void tls_free(struct tls *tls) {
    if (tls == NULL)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

/* ---- One connection ---- */

static void *tls_new_state(struct loop *loop, int fd) {
    SSL *ssl = SSL_new(loop->tls->context);
    if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
        SSL_free(ssl);
        ERR_clear_error();
        return NULL;
    }
    SSL_set_accept_state(ssl);
    struct tls_conn *tls = MEM_NEW(struct tls_conn);
    tls->ssl = ssl;
    tls->loop = loop;
    return tls;
}

/* A handshake that is over is counted where the connection was accepted: it cannot have been handed over before. */
static void tls_count_handshake(struct tls_conn *tls) {
    if (tls->loop == NULL || !SSL_is_init_finished(tls->ssl))
        return;
    LOOP_COUNT(tls->loop, tls_handshakes, 1);
    tls->loop = NULL;
}

/* Who speaks HTTP to this port gets an answer that he can read. */
static void tls_answer_plain(int fd) {
    static const char answer[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Connection: close\r\n\r\nThis port speaks https; use https:// here.\n";
    (void)send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL | MSG_DONTWAIT); /* a courtesy */
}

/* What a call that did not succeed means for the connection: 0 or -errno, as in conn_io.h. */
static ssize_t tls_fault(struct tls_conn *tls, int fd, int result) {
    switch (SSL_get_error(tls->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return -EAGAIN;
    case SSL_ERROR_WANT_WRITE:
        return -EINPROGRESS;
    case SSL_ERROR_ZERO_RETURN:
        return 0;
    case SSL_ERROR_SYSCALL:
        tls->is_broken = true;
        return errno != 0 ? -errno : 0;
    default:
        tls->is_broken = true;
        if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_HTTP_REQUEST)
            tls_answer_plain(fd);
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        log_debug(LOG_NET, "tls.fault", "reason=\"%s\"", reason != NULL ? reason : "unknown");
        return -EPROTO;
    }
}

/* Behind a broken stream nothing has a meaning: it is read away, so that closing does not reset what was said last. */
static ssize_t tls_discard(int fd, char *into, size_t count) {
    ssize_t got = recv(fd, into, count, 0);
    return got > 0 ? -EAGAIN : got == 0 ? 0 : -errno;
}

/* Reads records until there is no room for another whole one, or none left, or enough. */
static ssize_t tls_read_records(struct tls_conn *tls, int fd, char *into, size_t count) {
    size_t total = 0;
    for (int i = 0; i < TLS_READS_MAX && (i == 0 || count - total >= TLS_RECORD_BYTES); i++) {
        size_t got = 0;
        ERR_clear_error();
        errno = 0;
        int result = SSL_read_ex(tls->ssl, into + total, count - total, &got);
        tls_count_handshake(tls);
        if (result != 1) {
            tls->fault = tls_fault(tls, fd, result);
            tls->has_fault = total == 0 || tls->fault != -EAGAIN;
            break;
        }
        total += got;
    }
    return (ssize_t)total;
}

static ssize_t tls_read(int fd, void *state, char *into, size_t count) {
    struct tls_conn *tls = state;
    ssize_t total = 0;
    if (!tls->has_fault && tls->is_broken)
        return tls_discard(fd, into, count);
    if (!tls->has_fault)
        total = tls_read_records(tls, fd, into, count);
    if (total > 0)
        return total; /* what was found behind it is for the next time */
    tls->has_fault = false;
    return tls->fault;
}

static bool tls_has_more(void *state) {
    const struct tls_conn *tls = state;
    return tls->has_fault || SSL_pending(tls->ssl) > 0;
}

/* The next record's bytes: those of one slice as they lie, of several copied together. Returns how many. */
static size_t tls_gather(const struct iovec *slices, size_t count, size_t skip, char *scratch,
                         const char **record) {
    size_t first = slices[0].iov_len - skip;
    size_t bytes = 0;
    *record = (const char *)slices[0].iov_base + skip;
    if (count == 1 || first >= TLS_RECORD_BYTES)
        return first < TLS_RECORD_BYTES ? first : TLS_RECORD_BYTES;
    *record = scratch;
    for (size_t i = 0; i < count && bytes < TLS_RECORD_BYTES; i++) {
        size_t offset = i == 0 ? skip : 0;
        size_t room = TLS_RECORD_BYTES - bytes;
        size_t take = slices[i].iov_len - offset < room ? slices[i].iov_len - offset : room;
        memcpy(scratch + bytes, (const char *)slices[i].iov_base + offset, take);
        bytes += take;
    }
    return bytes;
}

static ssize_t tls_writev(int fd, void *state, const struct iovec *slices, size_t count) {
    struct tls_conn *tls = state;
    char scratch[TLS_RECORD_BYTES] __attribute__((uninitialized));
    size_t total = 0, at = 0, skip = 0;
    if (tls->is_broken)
        return -EPROTO;
    while (at < count) {
        const char *record;
        size_t bytes = tls_gather(slices + at, count - at, skip, scratch, &record);
        size_t put = 0;
        ERR_clear_error();
        errno = 0;
        int result = SSL_write_ex(tls->ssl, record, bytes, &put);
        if (result != 1 && total > 0)
            break;
        if (result != 1) {
            ssize_t fault = tls_fault(tls, fd, result);
            return fault == -EINPROGRESS            ? -EAGAIN
                   : fault == -EAGAIN || fault == 0 ? -EPIPE
                                                    : fault;
        }
        total += put;
        for (skip += put; at < count && skip >= slices[at].iov_len; at++)
            skip -= slices[at].iov_len;
    }
    return (ssize_t)total;
}

static void tls_shutdown(int fd, void *state) {
    struct tls_conn *tls = state;
    ERR_clear_error();
    if (!tls->is_broken && tls->loop == NULL)
        (void)SSL_shutdown(tls->ssl); /* close_notify; when it does not fit, the FIN says it too */
    (void)shutdown(fd, SHUT_WR);      /* fails only when the peer is gone already */
}

static void tls_free_state(void *state) {
    struct tls_conn *tls = state;
    if (tls == NULL)
        return; /* it could not be made */
    if (tls->loop != NULL)
        LOOP_COUNT(tls->loop, tls_failures, 1);
    SSL_free(tls->ssl);
    ERR_clear_error();
    free(tls);
}

static const struct conn_io conn_io_tls = {
    .new_state = tls_new_state,
    .read = tls_read,
    .has_more = tls_has_more,
    .writev = tls_writev,
    .shutdown = tls_shutdown,
    .free_state = tls_free_state,
};

void loop_set_tls(struct loop *loop, struct tls *tls) {
    ASSERT(tls != NULL);
    tls_free(loop->tls);
    loop->tls = tls;
    loop->io = &conn_io_tls;
}
