/* token.c: secrets that people and programs carry.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/token.h"

#define TOKEN_RANDOM_BYTES 32

void token_append_new(struct buf *out) {
    unsigned char bytes[TOKEN_RANDOM_BYTES];
    crypt_random(bytes, sizeof bytes);
    buf_append_c(out, TOKEN_SESSION_PREFIX);
    crypt_base64url_append(out, str_of((const char *)bytes, sizeof bytes));
}

bool token_hash(struct str text, unsigned char out[CRYPT_SHA256_BYTES]) {
    if (text.len != TOKEN_TEXT_BYTES || !str_starts_with(text, STR(TOKEN_SESSION_PREFIX)))
        return false;
    crypt_sha256(text, out);
    return true;
}

struct str token_cookie_name(bool is_https) {
    return is_https ? STR("__Host-parley_session") : STR("parley_session");
}
