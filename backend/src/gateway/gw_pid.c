/* gw_pid.c: the private id by which a client recovers its connection.
 *
 * SPDX-License-Identifier: MIT
 */
#include "gateway/gw_pid.h"

#include "base/crypt.h"
#include "base/err.h"

#define PID_SESSION_BYTES 8
#define PID_SEAL_BYTES    16
#define PID_BODY_BYTES    (PID_SESSION_BYTES + GW_SID_BYTES)
#define PID_BYTES         (PID_BODY_BYTES + PID_SEAL_BYTES)
#define SID_RANDOM_BYTES  15 /* 20 characters of base64url */

static void pid_seal(struct str secret, struct str body, char seal[PID_SEAL_BYTES]) {
    unsigned char digest[CRYPT_SHA256_BYTES];
    crypt_hmac_sha256(secret, body, digest);
    memcpy(seal, digest, PID_SEAL_BYTES);
}

void gw_pid_append(struct buf *out, struct str secret, int64_t session, struct str sid) {
    ASSERT(sid.len == GW_SID_BYTES);
    char pid[PID_BYTES];
    for (int i = 0; i < PID_SESSION_BYTES; i++)
        pid[i] = (char)((uint64_t)session >> (8 * (PID_SESSION_BYTES - 1 - i)));
    memcpy(pid + PID_SESSION_BYTES, sid.at, GW_SID_BYTES);
    pid_seal(secret, str_of(pid, PID_BODY_BYTES), pid + PID_BODY_BYTES);
    crypt_base64url_append(out, str_of(pid, PID_BYTES));
}

static int64_t pid_session(const char *pid) {
    uint64_t session = 0;
    for (int i = 0; i < PID_SESSION_BYTES; i++)
        session = session << 8 | (unsigned char)pid[i];
    return (int64_t)session;
}

bool gw_pid_read(struct str pid, struct str secret, int64_t *session, char sid[GW_SID_BYTES]) {
    struct buf bytes = BUF_EMPTY;
    char seal[PID_SEAL_BYTES];
    bool good =
        pid.len < 2 * PID_BYTES && crypt_base64url_decode(pid, &bytes) && bytes.len == PID_BYTES;
    if (good) {
        pid_seal(secret, str_of(bytes.data, PID_BODY_BYTES), seal);
        good = str_equal_secret(str_of(seal, PID_SEAL_BYTES),
                                str_of(bytes.data + PID_BODY_BYTES, PID_SEAL_BYTES));
    }
    if (good) {
        *session = pid_session(bytes.data);
        memcpy(sid, bytes.data + PID_SESSION_BYTES, GW_SID_BYTES);
    }
    buf_deinit(&bytes);
    return good;
}

void gw_sid_append_new(struct buf *out) {
    unsigned char bytes[SID_RANDOM_BYTES];
    crypt_random(bytes, sizeof bytes);
    crypt_base64url_append(out, str_of((const char *)bytes, sizeof bytes));
}
