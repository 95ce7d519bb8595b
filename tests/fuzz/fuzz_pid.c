/* fuzz_pid.c: the sealed ids by which a client recovers its connection (gateway/gw_pid.h).
 *
 * What must hold
 *
 *   - nothing that was not sealed is read, and what is read is written back as the same text: there is one text for a pid
 *   - what was sealed is read; with one bit changed, cut short, lengthened or under another secret it is not
 *
 * SPDX-License-Identifier: MIT
 */
#include "fuzz.h"
#include "gateway/gw_pid.h"

static const struct str secret = STR("a secret of thirty-two bytes ...");

/* The input as a pid that somebody made up, or kept from an older secret. */
static void check_read(struct str input) {
    struct buf again = BUF_EMPTY;
    int64_t session;
    char sid[GW_SID_BYTES];
    struct str copy = fuzz_copy(input);
    if (gw_pid_read(copy, secret, &session, sid)) {
        gw_pid_append(&again, secret, session, str_of(sid, sizeof sid));
        ASSERT(str_equal(buf_str(&again), input));
    }
    buf_deinit(&again);
    fuzz_free(copy);
}

static bool is_read(struct str pid, struct str with) {
    int64_t session;
    char sid[GW_SID_BYTES];
    return gw_pid_read(pid, with, &session, sid);
}

static void check_changed(struct buf *pid, uint64_t choice) {
    char *at = &pid->data[choice % pid->len];
    char was = *at;
    *at = (char)(was ^ (1 << choice / pid->len % 8));
    ASSERT(!is_read(buf_str(pid), secret));
    *at = was;
    ASSERT(!is_read(str_range(buf_str(pid), 0, choice % pid->len), secret));
    ASSERT(!is_read(buf_str(pid), STR("another secret")));
    ASSERT(is_read(buf_str(pid), secret));
    buf_append_byte(pid, 'A');
    ASSERT(!is_read(buf_str(pid), secret));
}

/* The input as session and sid. */
static void check_sealed(struct str input) {
    struct buf pid = BUF_EMPTY;
    int64_t session, session_read;
    char sid[GW_SID_BYTES];
    memcpy(&session, input.at, sizeof session);
    struct str given = str_range(input, sizeof session, sizeof session + GW_SID_BYTES);
    gw_pid_append(&pid, secret, session, given);
    ASSERT(gw_pid_read(buf_str(&pid), secret, &session_read, sid));
    ASSERT(session_read == session && str_equal(str_of(sid, sizeof sid), given));
    check_changed(&pid, fuzz_hash(input));
    buf_deinit(&pid);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    check_read(input);
    if (size >= sizeof(int64_t) + GW_SID_BYTES)
        check_sealed(input);
    return 0;
}
