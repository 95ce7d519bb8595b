/* chat_block.c: whom a person has blocked.
 *
 * Owns      struct chat_blocks, a person's sorted list of ids.
 * Emits     user:blocked   (by its fact)
 *
 * Blocking hides in clients: messages keep their place, and are sent to everybody in the room. The server keeps the one who
 * is blocked from opening a direct message with the person, from inviting him, and from adding to his mentions.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_view.h"

#include <stdlib.h>

struct chat_blocks {
    size_t count, cap;
    int64_t ids[]; /* ascending */
};

/* Where the id is, or would be. */
static size_t seek(const struct chat_blocks *blocks, chat_user_id id) {
    size_t low = 0, high = blocks->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (blocks->ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool chat_block_has(const struct chat_user *user, chat_user_id other) {
    const struct chat_blocks *blocks = user->blocks;
    if (blocks == NULL)
        return false;
    size_t at = seek(blocks, other);
    return at < blocks->count && blocks->ids[at] == other;
}

/* Facts */

static void block_add(struct chat_user *user, chat_user_id other) {
    struct chat_blocks *blocks = user->blocks;
    if (blocks == NULL || blocks->count == blocks->cap) {
        size_t count = blocks != NULL ? blocks->count : 0, cap = count == 0 ? 2 : count * 2;
        blocks = mem_resize(blocks, 1, sizeof *blocks + cap * sizeof blocks->ids[0]);
        blocks->count = count;
        blocks->cap = cap;
        user->blocks = blocks;
    }
    size_t at = seek(blocks, other);
    memmove(&blocks->ids[at + 1], &blocks->ids[at], (blocks->count++ - at) * sizeof blocks->ids[0]);
    blocks->ids[at] = other;
}

static void block_remove(struct chat_user *user, chat_user_id other) {
    struct chat_blocks *blocks = user->blocks;
    size_t at = seek(blocks, other);
    memmove(&blocks->ids[at], &blocks->ids[at + 1], (--blocks->count - at) * sizeof blocks->ids[0]);
    if (blocks->count > 0)
        return;
    free(blocks);
    user->blocks = NULL;
}

void chat_apply_block(struct chat *chat, const struct chat_fact *fact) {
    struct chat_user *user = chat_user_get(chat, fact->block.user);
    chat_user_id other = chat_user_get(chat, fact->block.other)->id;
    ASSERT(chat_block_has(user, other) != fact->block.on);
    if (fact->block.on)
        block_add(user, other);
    else
        block_remove(user, other);
}

/* Commands */

enum proto_error chat_on_user_block(struct chat_turn *turn) {
    const struct proto_user_block *payload = turn->command->payload;
    const struct chat_user *user = turn->user;
    if (payload->user == user->id)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "user",
                                 STR("You cannot block yourself."));
    if (chat_user_find(turn->chat, payload->user) == NULL)
        return chat_refuse_field(turn, PROTO_NOT_FOUND, "user", STR("There is no such person."));
    if (chat_block_has(user, payload->user) == payload->on)
        return PROTO_OK;
    if (payload->on && user->blocks != NULL && user->blocks->count >= PROTO_LIMIT_BLOCKS_PER_USER)
        return chat_refuse(turn, PROTO_CONFLICT, STR("You have blocked too many people."));
    chat_turn_fact(turn, CHAT_FACT_BLOCK)->block =
        (struct chat_block_fact){.user = user->id, .other = payload->user, .on = payload->on};
    return PROTO_OK;
}

enum proto_error chat_on_user_blocks(struct chat_turn *turn) {
    (void)turn;
    return PROTO_OK;
}

const void *chat_answer_user_blocks(struct chat_turn *turn) {
    const struct proto_user_blocks *payload = turn->command->payload;
    const struct chat_blocks *blocks = turn->user->blocks;
    struct proto_user_blocks_result *result =
        ARENA_NEW(turn->arena, struct proto_user_blocks_result);
    size_t first = blocks != NULL ? seek(blocks, payload->after + 1) : 0;
    size_t rest = blocks != NULL ? blocks->count - first : 0;
    size_t limit = chat_page_limit(payload->limit);
    size_t count = rest < limit ? rest : limit;
    result->users = ARENA_NEW_N(turn->arena, struct proto_user, count);
    for (size_t i = 0; i < count; i++)
        chat_view_user(turn->chat, chat_user_get(turn->chat, blocks->ids[first + i]),
                       &result->users[i]);
    result->users_count = count;
    result->more = rest > count;
    return result;
}
