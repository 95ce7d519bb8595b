/* test_password.c: what is kept of a password.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/password.h"

static const struct str secret = STR("correct horse battery staple");

static void a_password_fits_its_own_hash_alone(void **state) {
    (void)state;
    struct buf hash = BUF_EMPTY;
    assert_true(password_hash(secret, &hash));
    assert_true(password_verify(secret, buf_str(&hash)));
    assert_false(password_verify(STR("correct horse battery stapler"), buf_str(&hash)));
    assert_false(password_verify(STR(""), buf_str(&hash)));
    assert_false(password_is_outdated(buf_str(&hash)));
    buf_deinit(&hash);
}

static void two_hashes_of_one_password_differ(void **state) {
    (void)state;
    struct buf one = BUF_EMPTY, other = BUF_EMPTY;
    assert_true(password_hash(secret, &one));
    assert_true(password_hash(secret, &other));
    assert_false(str_equal(buf_str(&one), buf_str(&other)));
    buf_deinit(&one);
    buf_deinit(&other);
}

static void a_hash_names_argon2id_and_its_cost(void **state) {
    (void)state;
    struct buf hash = BUF_EMPTY;
    buf_append_c(&hash, "kept:");
    assert_true(password_hash(secret, &hash));
    assert_true(str_starts_with(buf_str(&hash), STR("kept:$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_true(hash.len - 5 <= PASSWORD_HASH_BYTES_MAX);
    buf_deinit(&hash);
}

/* Of the same password, salt "somesaltsomesalt", 8 MiB and one pass: what an older version may have left. */
static void a_cheaper_hash_is_outdated(void **state) {
    (void)state;
    assert_true(password_is_outdated(STR("$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                         "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")));
}

static int64_t verify_ms(struct str hash) {
    int64_t start_ms = clock_mono_ms();
    assert_false(password_verify(STR("something else"), hash));
    return clock_mono_ms() - start_ms;
}

/* Who has no password must not be told from who has one by the clock. The machine may be busy: the fastest of ten. */
static void nobody_costs_as_much_as_somebody(void **state) {
    (void)state;
    struct buf hash = BUF_EMPTY;
    int64_t somebody_ms = INT64_MAX, nobody_ms = INT64_MAX;
    assert_true(password_hash(secret, &hash));
    for (int i = 0; i < 10; i++) {
        int64_t one_ms = verify_ms(buf_str(&hash)), other_ms = verify_ms(STR_NONE);
        somebody_ms = one_ms < somebody_ms ? one_ms : somebody_ms;
        nobody_ms = other_ms < nobody_ms ? other_ms : nobody_ms;
    }
    assert_in_range(nobody_ms, somebody_ms / 2, somebody_ms * 2 + 2);
    buf_deinit(&hash);
}

static void a_hash_that_is_rubbish_fits_nothing(void **state) {
    (void)state;
    static const char *const texts[] = {"x", "$argon2id$", "$2b$10$abc",
                                        "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA"};
    for (size_t i = 0; i < TEST_COUNT(texts); i++)
        assert_false(password_verify(secret, str_of_c(texts[i])));
}

/* The operator gives more memory: the hashes there are still fit, and are to be made anew. */
static void more_memory_makes_dearer_hashes(void **state) {
    (void)state;
    struct buf old = BUF_EMPTY, hash = BUF_EMPTY;
    assert_true(password_hash(secret, &old));
    password_set_memory(PASSWORD_MEMORY_KIB_ONE_PASS);
    assert_true(password_hash(secret, &hash));
    assert_true(str_starts_with(buf_str(&hash), STR("$argon2id$v=19$m=47104,t=1,p=1$")));
    assert_true(password_verify(secret, buf_str(&hash)));
    assert_true(password_verify(secret, buf_str(&old)));
    assert_true(password_is_outdated(buf_str(&old)));
    assert_false(password_is_outdated(buf_str(&hash)));
    assert_false(password_verify(secret, STR_NONE));
    password_set_memory(PASSWORD_MEMORY_KIB);
    assert_false(password_is_outdated(buf_str(&old)));
    buf_deinit(&old);
    buf_deinit(&hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_fits_its_own_hash_alone),
        cmocka_unit_test(two_hashes_of_one_password_differ),
        cmocka_unit_test(a_hash_names_argon2id_and_its_cost),
        cmocka_unit_test(a_cheaper_hash_is_outdated),
        cmocka_unit_test(nobody_costs_as_much_as_somebody),
        cmocka_unit_test(more_memory_makes_dearer_hashes),
        cmocka_unit_test(a_hash_that_is_rubbish_fits_nothing),
    };
    password_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
