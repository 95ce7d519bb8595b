/* tls_peer.h: certificates made on the spot, and a blocking TLS client on top of net_fixture.h.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "net_fixture.h"
#include "test_dir.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/* Writes a fresh self-signed certificate for `name` and its key into two files of the directory: <name>.crt, <name>.key. */
static inline void tls_certificate_write(const struct test_dir *dir, const char *name) {
    char file[128];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    assert_non_null(key);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), -3600));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600));
    assert_int_equal(X509_set_pubkey(certificate, key), 1);
    X509_NAME *subject = X509_get_subject_name(certificate);
    assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                                (const unsigned char *)name, -1, -1, 0),
                     1);
    assert_int_equal(X509_set_issuer_name(certificate, subject), 1);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    snprintf(file, sizeof file, "%s.crt", name);
    FILE *out = fopen(test_dir_file(dir, file), "we");
    assert_int_equal(PEM_write_X509(out, certificate), 1);
    fclose(out);
    snprintf(file, sizeof file, "%s.key", name);
    out = fopen(test_dir_file(dir, file), "we");
    assert_int_equal(PEM_write_PrivateKey(out, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

/* What a client wants of the handshake; zero members: whatever OpenSSL does. */
struct tls_peer_options {
    int version_max;
    const char *alpn; /* with its length in front: "\x02h2" */
};

/* One connection of a client. */
struct tls_peer {
    SSL_CTX *context;
    SSL *ssl;
    int fd;
    struct buf got;
};

/* Connects; the handshake is tls_peer_shake's. */
static inline void tls_peer_open(struct tls_peer *peer, uint16_t port,
                                 const struct tls_peer_options *options) {
    *peer = (struct tls_peer){.fd = client_connect(port)};
    peer->context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(peer->context, 0); /* so that it even offers what is out of use */
    if (options != NULL && options->version_max != 0) {
        assert_int_equal(SSL_CTX_set_min_proto_version(peer->context, TLS1_VERSION), 1);
        assert_int_equal(SSL_CTX_set_max_proto_version(peer->context, options->version_max), 1);
    }
    peer->ssl = SSL_new(peer->context);
    if (options != NULL && options->alpn != NULL)
        assert_int_equal(SSL_set_alpn_protos(peer->ssl, (const unsigned char *)options->alpn,
                                             (unsigned)strlen(options->alpn)),
                         0);
    assert_int_equal(SSL_set_fd(peer->ssl, peer->fd), 1);
}

static inline bool tls_peer_shake(struct tls_peer *peer) {
    bool done = SSL_connect(peer->ssl) == 1;
    ERR_clear_error();
    return done;
}

static inline void tls_peer_connect(struct tls_peer *peer, uint16_t port) {
    tls_peer_open(peer, port, NULL);
    assert_true(tls_peer_shake(peer));
}

static inline void tls_peer_close(struct tls_peer *peer) {
    SSL_free(peer->ssl);
    SSL_CTX_free(peer->context);
    close(peer->fd);
    buf_deinit(&peer->got);
}

static inline void tls_peer_send(struct tls_peer *peer, struct str bytes) {
    size_t put = 0;
    assert_int_equal(SSL_write_ex(peer->ssl, bytes.at, bytes.len, &put), 1);
    assert_int_equal(put, bytes.len);
}

static inline void tls_peer_send_c(struct tls_peer *peer, const char *text) {
    tls_peer_send(peer, str_of_c(text));
}

/* Reads what comes next into `got`; false at the end of the stream. */
static inline bool tls_peer_read(struct tls_peer *peer) {
    size_t count = 0;
    char *at = buf_reserve(&peer->got, 65536);
    bool more = SSL_read_ex(peer->ssl, at, 65536, &count) == 1;
    peer->got.len += count;
    ERR_clear_error();
    return more;
}

static inline void tls_peer_read_until(struct tls_peer *peer, const char *text) {
    while (strstr(buf_c(&peer->got), text) == NULL)
        if (!tls_peer_read(peer))
            fail_msg("wanted %s, got %s", text, buf_c(&peer->got));
}

static inline void tls_peer_read_bytes(struct tls_peer *peer, size_t count) {
    while (peer->got.len < count)
        if (!tls_peer_read(peer))
            fail_msg("wanted %zu bytes, got %zu", count, peer->got.len);
}

/* The subject of the certificate that the server showed is CN=<name>. */
static inline void tls_peer_assert_name(const struct tls_peer *peer, const char *name) {
    char text[128] = "";
    X509 *certificate = SSL_get1_peer_certificate(peer->ssl);
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, text,
                              sizeof text);
    X509_free(certificate);
    assert_string_equal(text, name);
}
