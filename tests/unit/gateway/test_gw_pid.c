/* test_gw_pid.c: the private id by which a client recovers its connection.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/crypt.h"
#include "gateway/gw_pid.h"

#define SECRET STR("0123456789abcdef0123456789abcdef")
#define SID    STR("abcdefghijklmnopqr-_")

/* The bytes of a pid: session, sid, seal. */
enum { PID_BYTES = 8 + GW_SID_BYTES + 16 };

static struct buf pid_make(int64_t session, struct str sid) {
    struct buf pid = BUF_EMPTY;
    gw_pid_append(&pid, SECRET, session, sid);
    return pid;
}

/* True when the text is taken, and then what it says is `session` and SID. */
static bool is_taken(struct str text, struct str secret, int64_t session) {
    int64_t got = -7;
    char sid[GW_SID_BYTES] = {0};
    if (!gw_pid_read(text, secret, &got, sid)) {
        assert_int_equal(got, -7);
        return false;
    }
    assert_int_equal(got, session);
    assert_str_same(str_of(sid, sizeof sid), SID);
    return true;
}

static void a_pid_says_whose_it_is_and_which_sid_to_keep(void **state) {
    (void)state;
    static const int64_t sessions[] = {1, 255, 256, 4294967296, 9007199254740991, INT64_MAX};
    for (size_t i = 0; i < TEST_COUNT(sessions); i++) {
        struct buf pid = pid_make(sessions[i], SID);
        assert_true(is_taken(buf_str(&pid), SECRET, sessions[i]));
        buf_deinit(&pid);
    }
}

/* It is put into JSON as it is. */
static void a_pid_needs_no_escaping(void **state) {
    (void)state;
    struct buf pid = pid_make(77, SID);
    assert_int_equal(pid.len, 59);
    for (size_t i = 0; i < pid.len; i++)
        assert_non_null(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
                               pid.data[i]));
    buf_deinit(&pid);
}

static void the_same_session_and_sid_give_the_same_pid(void **state) {
    (void)state;
    struct buf first = pid_make(77, SID), again = pid_make(77, SID), other = pid_make(78, SID);
    assert_str_same(buf_str(&first), buf_str(&again));
    assert_false(str_equal(buf_str(&first), buf_str(&other)));
    buf_deinit(&first);
    buf_deinit(&again);
    buf_deinit(&other);
}

/* Goal: nobody can turn his pid into somebody else's. Method: every bit of it, once each. */
static void a_pid_with_any_bit_changed_is_refused(void **state) {
    (void)state;
    struct buf pid = pid_make(77, SID), bytes = BUF_EMPTY, forged = BUF_EMPTY;
    assert_true(crypt_base64url_decode(buf_str(&pid), &bytes));
    assert_int_equal(bytes.len, PID_BYTES);
    for (size_t i = 0; i < PID_BYTES * 8; i++) {
        bytes.data[i / 8] ^= (char)(1 << i % 8);
        buf_clear(&forged);
        crypt_base64url_append(&forged, buf_str(&bytes));
        assert_false(is_taken(buf_str(&forged), SECRET, 77));
        bytes.data[i / 8] ^= (char)(1 << i % 8);
    }
    buf_clear(&forged);
    crypt_base64url_append(&forged, buf_str(&bytes));
    assert_true(is_taken(buf_str(&forged), SECRET, 77));
    buf_deinit(&pid);
    buf_deinit(&bytes);
    buf_deinit(&forged);
}

/* The session of one, the seal of another. */
static void parts_of_two_pids_make_none(void **state) {
    (void)state;
    struct buf mine = pid_make(77, SID), theirs = pid_make(78, SID);
    struct buf a = BUF_EMPTY, b = BUF_EMPTY, mixed = BUF_EMPTY;
    assert_true(crypt_base64url_decode(buf_str(&mine), &a));
    assert_true(crypt_base64url_decode(buf_str(&theirs), &b));
    for (size_t cut = 1; cut < PID_BYTES; cut++) {
        struct buf bytes = BUF_EMPTY;
        buf_append(&bytes, b.data, cut);
        buf_append(&bytes, a.data + cut, PID_BYTES - cut);
        buf_clear(&mixed);
        crypt_base64url_append(&mixed, buf_str(&bytes));
        bool is_all_mine = cut < 8; /* the sessions differ in their last byte */
        assert_int_equal(is_taken(buf_str(&mixed), SECRET, 77), is_all_mine);
        buf_deinit(&bytes);
    }
    buf_deinit(&mine);
    buf_deinit(&theirs);
    buf_deinit(&a);
    buf_deinit(&b);
    buf_deinit(&mixed);
}

static void a_pid_of_another_database_is_refused(void **state) {
    (void)state;
    struct buf pid = pid_make(77, SID);
    assert_false(is_taken(buf_str(&pid), STR("0123456789abcdef0123456789abcdeF"), 77));
    assert_false(is_taken(buf_str(&pid), STR(""), 77));
    assert_false(is_taken(buf_str(&pid), STR("0123456789abcdef0123456789abcde"), 77));
    buf_deinit(&pid);
}

static void a_pid_of_any_other_length_is_refused(void **state) {
    (void)state;
    struct buf pid = pid_make(77, SID);
    for (size_t len = 0; len < pid.len; len++)
        assert_false(is_taken(str_of(pid.data, len), SECRET, 77));
    buf_append_c(&pid, "AA");
    assert_false(is_taken(buf_str(&pid), SECRET, 77));
    for (int i = 0; i < 1000; i++)
        buf_append_c(&pid, "AAAA");
    assert_false(is_taken(buf_str(&pid), SECRET, 77));
    assert_false(is_taken(STR_NONE, SECRET, 77));
    buf_deinit(&pid);
}

static void rubbish_is_refused(void **state) {
    (void)state;
    struct test_random r = test_random_stream(1);
    char bytes[200];
    for (int i = 0; i < 20000; i++) {
        size_t len = test_random_chance(&r, 50) ? 59 : test_random_below(&r, sizeof bytes);
        test_random_bytes(&r, bytes, len);
        for (size_t j = 0; i % 2 == 0 && j < len; j++)
            bytes[j] = (char)('A' + test_random_below(&r, 26));
        assert_false(is_taken(str_of(bytes, len), SECRET, 0));
    }
}

static void a_new_sid_is_twenty_characters_and_never_the_same(void **state) {
    (void)state;
    struct buf first = BUF_EMPTY, second = BUF_EMPTY;
    gw_sid_append_new(&first);
    gw_sid_append_new(&second);
    assert_int_equal(first.len, GW_SID_BYTES);
    assert_int_equal(second.len, GW_SID_BYTES);
    assert_false(str_equal(buf_str(&first), buf_str(&second)));
    buf_deinit(&first);
    buf_deinit(&second);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pid_says_whose_it_is_and_which_sid_to_keep),
        cmocka_unit_test(a_pid_needs_no_escaping),
        cmocka_unit_test(the_same_session_and_sid_give_the_same_pid),
        cmocka_unit_test(a_pid_with_any_bit_changed_is_refused),
        cmocka_unit_test(parts_of_two_pids_make_none),
        cmocka_unit_test(a_pid_of_another_database_is_refused),
        cmocka_unit_test(a_pid_of_any_other_length_is_refused),
        cmocka_unit_test(rubbish_is_refused),
        cmocka_unit_test(a_new_sid_is_twenty_characters_and_never_the_same),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
