/* crypt.c: OpenSSL's digests, the kernel's randomness, base64.
 *
 * Base64 is our own: OpenSSL's decoder forgives white space and counts the padding as bytes, and it knows no
 * URL alphabet. Decoding is strict so that one value has exactly one text: the unused bits of the last digit must
 * be zero (RFC 4648 section 3.5). Both alphabets are rows of one table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/crypt.h"

#include "base/err.h"

#include <errno.h>
#include <openssl/evp.h>
#include <sys/random.h>

void crypt_random(void *out, size_t count) {
    char *at = out;
    while (count > 0) {
        ssize_t got = getrandom(at, count, 0);
        ASSERT(got > 0 || errno == EINTR);
        if (got < 0)
            continue;
        at += got;
        count -= (size_t)got;
    }
}

/* Digests */

static void digest(struct str bytes, const EVP_MD *kind, unsigned char *out, unsigned out_bytes) {
    unsigned len = 0;
    ASSERT(EVP_Digest(bytes.at != NULL ? bytes.at : "", bytes.len, out, &len, kind, NULL) == 1);
    ASSERT(len == out_bytes);
}

void crypt_sha1(struct str bytes, unsigned char out[CRYPT_SHA1_BYTES]) {
    digest(bytes, EVP_sha1(), out, CRYPT_SHA1_BYTES);
}

void crypt_sha256(struct str bytes, unsigned char out[CRYPT_SHA256_BYTES]) {
    digest(bytes, EVP_sha256(), out, CRYPT_SHA256_BYTES);
}

void crypt_hmac_sha256(struct str key, struct str bytes, unsigned char out[CRYPT_SHA256_BYTES]) {
    size_t len = 0;
    const unsigned char *made =
        EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key.at != NULL ? key.at : "", key.len,
                  (const unsigned char *)(bytes.at != NULL ? bytes.at : ""), bytes.len, out,
                  CRYPT_SHA256_BYTES, &len);
    ASSERT(made != NULL && len == CRYPT_SHA256_BYTES);
}

/* Base64 */

struct base64 {
    const char *digits;
    bool padded;
};

#define BASE64_COMMON "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
static const struct base64 base64_standard = {BASE64_COMMON "+/", true};
static const struct base64 base64_url = {BASE64_COMMON "-_", false};

static void base64_append(const struct base64 *b64, struct buf *out, struct str bytes) {
    const unsigned char *in = (const unsigned char *)bytes.at;
    char *at = buf_reserve(out, bytes.len / 3 * 4 + 4);
    char *start = at;
    size_t left = bytes.len;
    for (; left >= 3; left -= 3, in += 3) {
        uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *at++ = b64->digits[bits >> 18];
        *at++ = b64->digits[bits >> 12 & 63];
        *at++ = b64->digits[bits >> 6 & 63];
        *at++ = b64->digits[bits & 63];
    }
    if (left > 0) {
        uint32_t bits = (uint32_t)in[0] << 16 | (left == 2 ? (uint32_t)in[1] << 8 : 0);
        *at++ = b64->digits[bits >> 18];
        *at++ = b64->digits[bits >> 12 & 63];
        if (left == 2)
            *at++ = b64->digits[bits >> 6 & 63];
        for (size_t i = left; b64->padded && i < 3; i++)
            *at++ = '=';
    }
    out->len += (size_t)(at - start);
}

/* The value of a digit, or -1. */
static int base64_value(const struct base64 *b64, char digit) {
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    if (digit == b64->digits[62])
        return 62;
    return digit == b64->digits[63] ? 63 : -1;
}

/* Text without its padding; STR_NONE when the padding is wrong. */
static struct str base64_strip(const struct base64 *b64, struct str text) {
    size_t pad = 0;
    while (pad < 2 && pad < text.len && text.at[text.len - 1 - pad] == '=')
        pad++;
    if (pad > 0 && (!b64->padded || text.len % 4 != 0))
        return STR_NONE;
    return str_of(text.at != NULL ? text.at : "", text.len - pad);
}

static bool base64_decode(const struct base64 *b64, struct str text, struct buf *out) {
    struct str digits = base64_strip(b64, text);
    if (str_is_none(digits) || digits.len % 4 == 1)
        return false;
    char *at = buf_reserve(out, digits.len / 4 * 3 + 3);
    char *start = at;
    uint32_t bits = 0;
    unsigned held = 0; /* bits not yet written */
    for (size_t i = 0; i < digits.len; i++) {
        int value = base64_value(b64, digits.at[i]);
        if (value < 0)
            return false;
        bits = bits << 6 | (uint32_t)value;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *at++ = (char)(bits >> held & 0xFF);
        }
    }
    if ((bits & ((1u << held) - 1)) != 0)
        return false;
    out->len += (size_t)(at - start);
    return true;
}

void crypt_base64_append(struct buf *out, struct str bytes) {
    base64_append(&base64_standard, out, bytes);
}

bool crypt_base64_decode(struct str text, struct buf *out) {
    return base64_decode(&base64_standard, text, out);
}

void crypt_base64url_append(struct buf *out, struct str bytes) {
    base64_append(&base64_url, out, bytes);
}

bool crypt_base64url_decode(struct str text, struct buf *out) {
    return base64_decode(&base64_url, text, out);
}
