/* token.c: secrets that people and programs carry.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/token.h"

#define TOKEN_RANDOM_BYTES 32

void token_append_of(const char *prefix, struct buf *out) {
    unsigned char bytes[TOKEN_RANDOM_BYTES];
    crypt_random(bytes, sizeof bytes);
    buf_append_c(out, prefix);
    crypt_base64url_append(out, str_of((const char *)bytes, sizeof bytes));
}

bool token_hash_of(const char *prefix, struct str text, unsigned char out[CRYPT_SHA256_BYTES]) {
    if (text.len != TOKEN_TEXT_BYTES || !str_starts_with(text, str_of_c(prefix)))
        return false;
    crypt_sha256(text, out);
    return true;
}

struct str token_cookie_name(bool is_https) {
    return is_https ? STR("__Host-parley_session") : STR("parley_session");
}

void token_append_new(struct buf *out) {
    token_append_of(TOKEN_SESSION_PREFIX, out);
}

bool token_hash(struct str text, unsigned char out[CRYPT_SHA256_BYTES]) {
    return token_hash_of(TOKEN_SESSION_PREFIX, text, out);
}
