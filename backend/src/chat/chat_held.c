/* chat_held.c: names that were given up.
 *
 * Owns      struct chat_held.
 *
 * A guest who registers under another name gives up the one that he was known by. Whoever took it the next minute would be taken for
 * him by all who have read it, so it stays his for a while: nobody else gets it, and no answer tells it from one that
 * somebody has. Those whose time has passed are free; the store forgets them when the next one comes, the state at its next load.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/mem.h"
#include "chat/chat_internal.h"
#include "chat/chat_text.h"

#include <stdlib.h>

struct chat_held {
    chat_user_id user;
    int64_t until_ms;
    size_t length;
    char folded[];
};

static struct str key_of(const struct chat_held *held) {
    return str_of(held->folded, held->length);
}

static struct chat_held *held_new(struct str folded) {
    struct chat_held *held = mem_new(1, sizeof *held + folded.len);
    held->length = folded.len;
    memcpy(held->folded, folded.at, folded.len);
    return held;
}

void chat_apply_name_held(struct chat *chat, const struct chat_fact *fact) {
    struct arena arena = {0};
    struct str folded = chat_text_fold(&arena, fact->held.name);
    struct chat_held *held = map_find_str(&chat->held_names, folded);
    if (held == NULL) {
        held = held_new(folded);
        (void)map_put_str(&chat->held_names, key_of(held), held);
    }
    held->user = chat_user_get(chat, fact->held.user)->id;
    held->until_ms = fact->held.until_ms;
    arena_deinit(&arena);
}

void chat_held_deinit(struct chat *chat) {
    size_t cursor = 0;
    for (struct chat_held *held; (held = map_next(&chat->held_names, &cursor)) != NULL;)
        free(held);
    map_deinit(&chat->held_names);
}

bool chat_name_is_free(const struct chat *chat, struct str folded, chat_user_id own) {
    const struct chat_user *taken = chat_user_find_name(chat, folded);
    const struct chat_held *held = map_find_str(&chat->held_names, folded);
    bool is_held = held != NULL && chat->now_ms < held->until_ms && held->user != own;
    return (taken == NULL || taken->id == own) && !is_held;
}

void chat_name_hold(struct chat_turn *turn, const struct chat_user *user, struct str folded_now) {
    if (str_equal(chat_user_text(user, CHAT_USER_FOLDED), folded_now))
        return;
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_NAME_HELD);
    fact->held = (struct chat_held_fact){
        .name = arena_copy(turn->arena, chat_user_text(user, CHAT_USER_NAME)),
        .user = user->id,
        .until_ms = turn->command->now_ms + CHAT_NAME_HELD_MS,
    };
}
