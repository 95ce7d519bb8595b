/* test_chat_emoji.c: what is one emoji, and what is none, or two.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_emoji.h"
#include "test.h"

static void one_emoji_is_one(void **state) {
    static const char *const texts[] = {
        "👍",
        "❤",
        "❤️",
        "🎉",
        "👍🏽",
        "👩‍👩‍👧‍👦",
        "🏳️‍🌈",
        "🏴󠁧󠁢󠁷󠁬󠁳󠁿",
        "🇩🇪",
        "1️⃣",
        "#⃣",
        "*️⃣",
        "🧑🏿‍🚀",
        "☺️",
        "⏰",
        "©️",
        "🫠",
        "❤️‍🔥",
        "🤷🏽‍♀️",
        "🅿️",
        "ℹ️",
        "㊗️",
        "🀄",
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        if (!chat_emoji_is_one(str_of_c(texts[i])))
            fail_msg("%s is refused", texts[i]);
    }
}

static void what_is_none_or_two_is_refused(void **state) {
    static const char *const texts[] = {
        "",           "a",       "ab",      "1",        "12",     "#",       "👍👍",
        "👍 ",         " 👍",      "🇩",       "🇩🇪🇫🇷",     "🇩🇪a",    "👍a",      "👍\u0301",
        "\u200d",     "👍\u200d", "\u200d👍", "👍\u200da", "\ufe0f", "1\ufe0f", "1\ufe0f\u20e3x",
        "\u20e3",     "é",       "日",      "🏽",     ":+1:",   "👍\ufe0e", "<b>",
        "\U000e0067",
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        if (chat_emoji_is_one(str_of_c(texts[i])))
            fail_msg("%s (%zu) is taken", texts[i], i);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_emoji_is_one),
        cmocka_unit_test(what_is_none_or_two_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
