/* test_chat_script.c: which scripts may stand together in a name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "chat/chat_script.h"

static void one_script_is_never_mixed(void **state) {
    (void)state;
    static const char *const names[] = {
        "Ada",
        "\u00d8rsted_1777",
        "\u0410\u043d\u043d\u0430-2",
        "\u0395\u03bb\u03ad\u03bd\u03b7",
        "\u05d3\u05d5\u05d3",
        "\u0645\u062d\u0645\u062f\u06f1",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u0e2a\u0e21\u0e0a\u0e32\u0e22",
        "\u10d2\u10d8\u10dd",
        "x\u0323\u0302", /* accents go with every script */
        "123.-_",
        "",
    };
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        assert_false(chat_script_is_mixed(str_of_c(names[i])));
}

static void scripts_written_side_by_side_go_together(void **state) {
    (void)state;
    static const char *const names[] = {
        "\u7530\u4e2d\u3055\u3093\u30bf\u30ed\u30fcBob", /* Japanese */
        "\u5f20\u3105Bob",                               /* Chinese with Bopomofo */
        "\u91d1\uae40Bob",                               /* Korean */
    };
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        assert_false(chat_script_is_mixed(str_of_c(names[i])));
}

static void look_alikes_do_not_go_together(void **state) {
    (void)state;
    static const char *const names[] = {
        "p\u0430ul",    /* Cyrillic a */
        "\u0410da",     /* first letter */
        "\u03bfmega2o", /* Greek o */
        "\u0578a",      /* Armenian */
        "\u13aadam",    /* Cherokee */
        "\u0430\u03b1", /* Cyrillic and Greek */
        "\u3042\uae40", /* Kana and Hangul */
        "\u7530\u0430", /* Han and Cyrillic */
        "\u0939\u09b9", /* two blocks */
        "a\u0966",      /* a Devanagari zero */
        "\u0661\u0967", /* digits of two scripts */
    };
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        assert_true(chat_script_is_mixed(str_of_c(names[i])));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_script_is_never_mixed),
        cmocka_unit_test(scripts_written_side_by_side_go_together),
        cmocka_unit_test(look_alikes_do_not_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
