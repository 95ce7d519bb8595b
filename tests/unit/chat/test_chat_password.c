/* test_chat_password.c: which passwords are taken.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "chat/chat_password.h"

static enum chat_password_fault check(const char *password) {
    struct arena arena = {0};
    enum chat_password_fault fault =
        chat_password_check(&arena, str_of_c(password), STR("ada.lovelace"));
    arena_deinit(&arena);
    return fault;
}

static void length_is_counted_in_bytes(void **state) {
    (void)state;
    char text[258];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + (i * i * 7 + i / 3) % 26);
    text[256] = '\0';
    assert_int_equal(check("kx7 dw9pq"), CHAT_PASSWORD_SHORT);
    assert_int_equal(check("kx7 dw9pqz"), CHAT_PASSWORD_FINE);
    assert_int_equal(check("дёжукгщы"), CHAT_PASSWORD_FINE); /* 8 letters, 16 bytes */
    assert_int_equal(check(text), CHAT_PASSWORD_FINE);
    text[256] = 'q';
    text[257] = '\0';
    assert_int_equal(check(text), CHAT_PASSWORD_LONG);
    assert_int_equal(check(""), CHAT_PASSWORD_SHORT);
}

static void what_everybody_tries_first_is_refused(void **state) {
    (void)state;
    static const char *const common[] = {
        "1234567890",    "0987654321",       "1111111111",   "123123123123",
        "12345678910",   "qwertyuiop",       "poiuytrewq",   "1qaz2wsx3edc",
        "1q2w3e4r5t",    "asdfghjkl;123",    "password12",   "Password123!",
        "P@ssw0rd2024",  "passwordpassword", "mypassword1",  "adminadmin",
        "administrator", "letmein123",       "Welcome2024!", "iloveyou12",
        "abcdefghij",    "abcabcabcabc",     "aaaaaaaaaa",   "!!!!!!!!!!",
        "summer2024!",   "changeme123",      "football12",   "jesuschrist",
        "test123456",    "qwerty123456",     "qazwsxedcrfv", "password1234567890",
        "1password1",    "princess123",      "parley2024",   "99999999a",
        "9999999999a",   "Liverpool1892",    "hello12345",   "1234567890qwertyuiop",
    };
    for (size_t i = 0; i < TEST_COUNT(common); i++)
        if (check(common[i]) == CHAT_PASSWORD_FINE)
            fail_msg("%s is taken", common[i]);
}

static void what_is_a_persons_own_is_taken(void **state) {
    (void)state;
    static const char *const fine[] = {
        "correct horse battery staple", "tr0ub4dor&three",  "kafka auf dem rasen", "v8Jq-22pLx-90",
        "der hund bellt nie laut",      "0471 8823 91",     "2718281828459",       "ünïcödé-pässt",
        "passwords are so yesterday",   "   spaced out   ", "pluto is a planet",   "8h2k9d7s3f",
    };
    for (size_t i = 0; i < TEST_COUNT(fine); i++)
        if (check(fine[i]) != CHAT_PASSWORD_FINE)
            fail_msg("%s is refused as %d", fine[i], check(fine[i]));
}

static void ones_own_name_is_refused(void **state) {
    (void)state;
    assert_int_equal(check("ada.lovelace"), CHAT_PASSWORD_NAME);
    assert_int_equal(check("AdaLovelace1815"), CHAT_PASSWORD_NAME);
    assert_int_equal(check("ada.lovelaceada.lovelace"), CHAT_PASSWORD_NAME);
    assert_int_equal(check("ada lovelace wrote it"), CHAT_PASSWORD_FINE);
}

static void every_fault_has_a_sentence(void **state) {
    (void)state;
    for (int fault = 1; fault < CHAT_PASSWORD_FAULT_COUNT; fault++)
        assert_true(chat_password_fault_text((enum chat_password_fault)fault).len > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_is_counted_in_bytes),
        cmocka_unit_test(what_everybody_tries_first_is_refused),
        cmocka_unit_test(what_is_a_persons_own_is_taken),
        cmocka_unit_test(ones_own_name_is_refused),
        cmocka_unit_test(every_fault_has_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
