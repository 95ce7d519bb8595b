/* crypt.h: digests, randomness and their text forms, by OpenSSL and getrandom.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

#define CRYPT_SHA1_BYTES   20
#define CRYPT_SHA256_BYTES 32

/* Fills with random bytes from the kernel; aborts when it has none (it never does after boot). */
void crypt_random(void *out, size_t count);
void crypt_sha1(struct str bytes, unsigned char out[CRYPT_SHA1_BYTES]);
void crypt_sha256(struct str bytes, unsigned char out[CRYPT_SHA256_BYTES]);
void crypt_hmac_sha256(struct str key, struct str bytes, unsigned char out[CRYPT_SHA256_BYTES]);

/* Standard base64 with padding (RFC 4648 section 4). */
void crypt_base64_append(struct buf *out, struct str bytes);
/* Decodes standard base64, padding optional, white space and rubbish refused. False leaves out unchanged. */
bool crypt_base64_decode(struct str text, struct buf *out);
/* URL-safe base64 without padding (section 5). */
void crypt_base64url_append(struct buf *out, struct str bytes);
bool crypt_base64url_decode(struct str text, struct buf *out);
