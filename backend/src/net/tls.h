/* tls.h: TLS on accepted connections, by OpenSSL.
 *
 * A certificate with its key is loaded once and given to every loop. A loop that has one speaks TLS on each connection
 * that it accepts from then on, on the same non-blocking socket, behind the seam of net/conn_io.h: the outbox, the gather
 * write, the deadlines and handing over are those of a plain connection. TLS 1.2 and later; http/1.1 is what ALPN (RFC 7301)
 * settles on; no renegotiation, no compression, no session cache (resumption is by tickets, which cost no memory).
 *
 * The handshake has no deadline of its own: the first head must be complete within head_ms of the connect, and it cannot
 * be before the handshake is.
 *
 * Writing to a socket whose peer is gone raises SIGPIPE in OpenSSL: the process must ignore it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

struct loop;

/* A certificate and its key, ready to serve. Any thread may hold its own share; nothing in it changes. */
struct tls;

/* Life cycle */
/* Reads PEM files: the certificate followed by its chain, and the key, without a password. Returns owned; NULL: *message is
 * one sentence, owned by the caller (free). Any thread. */
struct tls *tls_new(const char *certificate_path, const char *key_path, char **message);
/* Another share of the same. Returns owned. Any thread. */
struct tls *tls_share(const struct tls *tls);
/* Gives a share back; connections that began with it go on. Harmless with NULL. Any thread. */
void tls_free(struct tls *tls);

/* Connections that the loop accepts from now on speak TLS with this; those that are open keep theirs. Takes the share.
 * WORKER; or whoever has the loop before it runs. */
void loop_set_tls(struct loop *loop, struct tls *tls);
