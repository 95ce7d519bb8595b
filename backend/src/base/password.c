/* password.c: libsodium's Argon2id.
 *
 * The cost is OWASP's minimum (19 MiB, two passes, one lane). libsodium maps the memory for each hash and gives it back at
 * once, so that a server at rest is as small as before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/password.h"

#include "base/err.h"
#include "base/limits.h"

#include <sodium.h>
#include <string.h>

#define STR_CAP crypto_pwhash_STRBYTES
_Static_assert(PASSWORD_HASH_BYTES_MAX == STR_CAP - 1, "a hash is libsodium's text");

/* Nobody's: what is checked when there is no hash to check, so that it takes as long. */
static const char nobody[STR_CAP] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

void password_init(void) {
    ASSERT(sodium_init() >= 0);
}

bool password_hash(struct str password, struct buf *out) {
    char text[STR_CAP];
    if (crypto_pwhash_str_alg(text, password.at, password.len, PASSWORD_PASSES,
                              PASSWORD_MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return false;
    buf_append_c(out, text);
    return true;
}

/* libsodium reads all of STR_CAP. */
static void copy_hash(struct str hash, char text[STR_CAP]) {
    ASSERT(hash.len < STR_CAP);
    memset(text, 0, STR_CAP);
    memcpy(text, hash.at, hash.len);
}

bool password_verify(struct str password, struct str hash) {
    char text[STR_CAP];
    copy_hash(hash.len > 0 ? hash : str_of_c(nobody), text);
    bool fits = crypto_pwhash_str_verify(text, password.at, password.len) == 0;
    return fits && hash.len > 0;
}

bool password_is_outdated(struct str hash) {
    char text[STR_CAP];
    copy_hash(hash, text);
    return crypto_pwhash_str_needs_rehash(text, PASSWORD_PASSES, PASSWORD_MEMORY_BYTES) != 0;
}
