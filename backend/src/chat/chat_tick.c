/* chat_tick.c: what happens because time passes.
 *
 * Each row keeps what is to come in the order in which it comes, so the next moment of all is the least of a few heads.
 * The order of the rows counts: whose grace ends is told with the presence event of the same tick.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/thread.h"
#include "chat/chat_internal.h"

static const struct tick_row {
    int64_t (*due_ms)(const struct chat *chat);
    void (*tick)(struct chat *chat, struct chat_outcome *outcome);
} tick_rows[] = {
    {chat_typing_due_ms, chat_typing_tick}, {chat_grace_due_ms, chat_grace_tick},
    {chat_news_due_ms, chat_news_tick},     {chat_session_due_ms, chat_session_tick},
    {chat_purge_due_ms, chat_purge_tick},
};

#define TICK_ROWS (sizeof tick_rows / sizeof tick_rows[0])

int64_t chat_due_ms(const struct chat *chat) {
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < TICK_ROWS; i++) {
        int64_t due_ms = tick_rows[i].due_ms(chat);
        if (due_ms < first_ms)
            first_ms = due_ms;
    }
    return first_ms;
}

void chat_tick(struct chat *chat, int64_t now_ms, int64_t mono_ms, struct chat_outcome *outcome) {
    ASSERT_THREAD(CORE);
    chat->now_ms = now_ms;
    if (mono_ms > chat->mono_ms)
        chat->mono_ms = mono_ms;
    for (size_t i = 0; i < TICK_ROWS; i++)
        tick_rows[i].tick(chat, outcome);
}
