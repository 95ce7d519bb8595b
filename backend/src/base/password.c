/* password.c: libsodium's Argon2id.
 *
 * Owns      the cost, which is settled before any thread.
 *
 * The cost is OWASP's minimum (19 MiB, two passes, one lane), or as much memory as the operator gives: from 46 MiB on one pass is worth as
 * much. libsodium maps the memory for each hash and gives it back at once, so that a server at rest is as small as before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/password.h"

#include "base/err.h"
#include "base/limits.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define STR_CAP crypto_pwhash_STRBYTES
_Static_assert(PASSWORD_HASH_BYTES_MAX == STR_CAP - 1, "a hash is libsodium's text");

static int64_t memory_kib = PASSWORD_MEMORY_KIB;

static size_t memory_bytes(void) {
    return (size_t)memory_kib * 1024;
}

static unsigned passes(void) {
    return memory_kib < PASSWORD_MEMORY_KIB_ONE_PASS ? PASSWORD_PASSES : 1;
}

void password_init(void) {
    ASSERT(sodium_init() >= 0);
}

void password_set_memory(int64_t wanted_kib) {
    ASSERT(wanted_kib >= PASSWORD_MEMORY_KIB && wanted_kib <= PASSWORD_MEMORY_KIB_MAX);
    memory_kib = wanted_kib;
}

/* Nobody's: what is checked when there is no hash to check, so that it takes as long. */
static struct str nobody(char text[STR_CAP]) {
    int length = snprintf(text, STR_CAP,
                          "$argon2id$v=19$m=%lld,t=%u,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                          (long long)memory_kib, passes());
    return str_of(text, (size_t)length);
}

bool password_hash(struct str password, struct buf *out) {
    char text[STR_CAP];
    if (crypto_pwhash_str_alg(text, password.at, password.len, passes(), memory_bytes(),
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
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
    char text[STR_CAP], instead[STR_CAP];
    copy_hash(hash.len > 0 ? hash : nobody(instead), text);
    bool fits = crypto_pwhash_str_verify(text, password.at, password.len) == 0;
    return fits && hash.len > 0;
}

bool password_is_outdated(struct str hash) {
    char text[STR_CAP];
    copy_hash(hash, text);
    return crypto_pwhash_str_needs_rehash(text, passes(), memory_bytes()) != 0;
}
