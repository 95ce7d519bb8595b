/* test_hasher.c: what comes of a password that a decision wants hashed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/hasher.h"
#include "base/password.h"
#include "test.h"

static const char secret[] = "kafka auf dem rasen";

static void never(struct chat_request *request) {
    (void)request;
    fail();
}

/* A request as the core gives it away; its texts are its own. */
static struct chat_request *request_of(bool checks, const char *password, struct str known,
                                       const char *fresh) {
    struct chat_request *request = chat_request_new(CHAT_ACT_LOGIN, 0, never);
    request->hashing = (struct chat_hashing){
        .is_wanted = true,
        .checks = checks,
        .password = arena_copy(&request->arena, str_of_c(password)),
        .known = arena_copy(&request->arena, known),
        .fresh = fresh != NULL ? arena_copy(&request->arena, str_of_c(fresh)) : STR_NONE,
    };
    return request;
}

static struct str hash_of(const char *password, struct buf *out) {
    assert_true(password_hash(str_of_c(password), out));
    return buf_str(out);
}

static void a_new_password_is_hashed_and_forgotten(void **state) {
    (void)state;
    struct chat_request *request = request_of(false, "", STR(""), secret);
    hasher_work(request);
    const struct chat_proof *proof = request->command.proof;
    assert_false(proof->failed || proof->is_right);
    assert_true(password_verify(str_of_c(secret), proof->fresh));
    assert_int_equal(request->hashing.fresh.at[0], '\0'); /* wiped */
    chat_request_free(request);
}

static void a_right_password_is_told_and_not_hashed_again(void **state) {
    (void)state;
    struct buf hash = BUF_EMPTY;
    struct chat_request *request = request_of(true, secret, hash_of(secret, &hash), NULL);
    hasher_work(request);
    const struct chat_proof *proof = request->command.proof;
    assert_true(proof->is_right);
    assert_true(str_equal(proof->known, buf_str(&hash)));
    assert_true(str_is_none(proof->fresh));
    assert_int_equal(request->hashing.password.at[0], '\0');
    chat_request_free(request);
    buf_deinit(&hash);
}

/* The hash of "kafka auf dem rasen" with 8 MiB and one pass, as an older version may have left. */
static void a_right_password_of_a_cheaper_hash_is_hashed_anew(void **state) {
    (void)state;
    struct str cheap = STR("$argon2id$v=19$m=8192,t=1,p=1$SzX/NCvYra2HYMNXtZ4XAw$bJR/"
                           "D4vQ+WdWYZv32366zppTVWm26EMa4Zsy1L7OI10");
    struct chat_request *request = request_of(true, secret, cheap, NULL);
    hasher_work(request);
    const struct chat_proof *proof = request->command.proof;
    assert_true(proof->is_right);
    assert_true(password_verify(str_of_c(secret), proof->fresh));
    assert_false(password_is_outdated(proof->fresh));
    chat_request_free(request);
}

static void a_wrong_password_makes_nothing(void **state) {
    (void)state;
    struct buf hash = BUF_EMPTY;
    struct chat_request *request =
        request_of(true, "not this one", hash_of(secret, &hash), "pluto is a planet");
    hasher_work(request);
    assert_false(request->command.proof->is_right);
    assert_true(str_is_none(request->command.proof->fresh));
    chat_request_free(request);
    request = request_of(true, secret, STR(""), "pluto is a planet"); /* who has none */
    hasher_work(request);
    assert_false(request->command.proof->is_right);
    assert_true(str_is_none(request->command.proof->fresh));
    chat_request_free(request);
    buf_deinit(&hash);
}

static void a_change_checks_the_old_one_and_makes_the_new_one(void **state) {
    (void)state;
    struct buf hash = BUF_EMPTY;
    struct chat_request *request =
        request_of(true, secret, hash_of(secret, &hash), "pluto is a planet");
    hasher_work(request);
    assert_true(request->command.proof->is_right);
    assert_true(password_verify(STR("pluto is a planet"), request->command.proof->fresh));
    chat_request_free(request);
    buf_deinit(&hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_password_is_hashed_and_forgotten),
        cmocka_unit_test(a_right_password_is_told_and_not_hashed_again),
        cmocka_unit_test(a_right_password_of_a_cheaper_hash_is_hashed_anew),
        cmocka_unit_test(a_wrong_password_makes_nothing),
        cmocka_unit_test(a_change_checks_the_old_one_and_makes_the_new_one),
    };
    password_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
