/* test_token.c: secrets that people and programs carry.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/token.h"

static void a_new_token_has_its_prefix_and_43_letters_of_base64url(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY, random = BUF_EMPTY;
    token_append_new(&text);
    assert_int_equal(text.len, TOKEN_TEXT_BYTES);
    assert_true(str_starts_with(buf_str(&text), STR("ply_s_")));
    assert_true(crypt_base64url_decode(str_from(buf_str(&text), 6), &random));
    assert_int_equal(random.len, 32);
    buf_deinit(&text);
    buf_deinit(&random);
}

static void a_token_is_appended_behind_what_is_there(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY;
    buf_append_c(&text, "token=");
    token_append_new(&text);
    assert_int_equal(text.len, 6 + TOKEN_TEXT_BYTES);
    assert_true(str_starts_with(buf_str(&text), STR("token=ply_s_")));
    buf_deinit(&text);
}

static void no_two_tokens_are_the_same(void **state) {
    (void)state;
    enum { TOKENS = 100 };
    struct buf text[TOKENS] = {{0}};
    for (int i = 0; i < TOKENS; i++) {
        token_append_new(&text[i]);
        for (int j = 0; j < i; j++)
            assert_false(str_equal(buf_str(&text[i]), buf_str(&text[j])));
    }
    for (int i = 0; i < TOKENS; i++)
        buf_deinit(&text[i]);
}

static void a_token_is_kept_as_its_sha256(void **state) {
    (void)state;
    struct str token = STR("ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    unsigned char hash[CRYPT_SHA256_BYTES], wanted[CRYPT_SHA256_BYTES];
    assert_int_equal(token.len, TOKEN_TEXT_BYTES);
    assert_true(token_hash(token, hash));
    crypt_sha256(token, wanted);
    assert_memory_equal(hash, wanted, sizeof hash);
}

/* An empty or short secret must never come as far as a look-up, where it could match something. */
static void what_cannot_be_a_token_has_no_hash(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "ply_s_",
        "ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",   /* one too few */
        "ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", /* one too many */
        "ply_b_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",  /* another kind */
        "PLY_S_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        " ply_s_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    unsigned char hash[CRYPT_SHA256_BYTES] = {7}, before[CRYPT_SHA256_BYTES] = {7};
    for (size_t i = 0; i < TEST_COUNT(texts); i++)
        assert_false(token_hash(str_of_c(texts[i]), hash));
    assert_false(token_hash(STR_NONE, hash));
    assert_memory_equal(hash, before, sizeof hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_token_has_its_prefix_and_43_letters_of_base64url),
        cmocka_unit_test(a_token_is_appended_behind_what_is_there),
        cmocka_unit_test(no_two_tokens_are_the_same),
        cmocka_unit_test(a_token_is_kept_as_its_sha256),
        cmocka_unit_test(what_cannot_be_a_token_has_no_hash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
