/* chat_roll.c: bisection, with a guess before it.
 *
 * Ids are given 1, 2, 3, ... and people are never taken out, so in the roll of all users the item with id n stands at
 * n - 1: one look, no search. Where that guess is wrong, bisection finds it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_roll.h"

#include "base/err.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define ROLL_CAP_MIN 4

void chat_roll_deinit(struct chat_roll *roll) {
    free(roll->items);
    *roll = (struct chat_roll){NULL, 0, 0};
}

size_t chat_roll_seek(const struct chat_roll *roll, chat_roll_id_fn id_of, int64_t id) {
    size_t low = 0, high = roll->count;
    if (high > 0 && id_of(roll->items[high - 1]) < id)
        return high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (id_of(roll->items[middle]) < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void *chat_roll_find(const struct chat_roll *roll, chat_roll_id_fn id_of, int64_t id) {
    if (id >= 1 && id <= roll->count && id_of(roll->items[id - 1]) == id)
        return roll->items[id - 1];
    size_t at = chat_roll_seek(roll, id_of, id);
    return at < roll->count && id_of(roll->items[at]) == id ? roll->items[at] : NULL;
}

/* By half, not by doubling: a roll of members is a large part of what a membership costs. */
static void roll_grow(struct chat_roll *roll) {
    ASSERT(roll->count < UINT32_MAX / 2);
    roll->cap = roll->cap < ROLL_CAP_MIN ? ROLL_CAP_MIN : roll->cap + roll->cap / 2;
    roll->items = mem_resize(roll->items, roll->cap, sizeof *roll->items);
}

void chat_roll_add(struct chat_roll *roll, chat_roll_id_fn id_of, void *item) {
    size_t at = chat_roll_seek(roll, id_of, id_of(item));
    ASSERT(at == roll->count || id_of(roll->items[at]) != id_of(item));
    if (roll->count == roll->cap)
        roll_grow(roll);
    memmove(roll->items + at + 1, roll->items + at, (roll->count - at) * sizeof *roll->items);
    roll->items[at] = item;
    roll->count++;
}

void chat_roll_remove(struct chat_roll *roll, chat_roll_id_fn id_of, const void *item) {
    size_t at = chat_roll_seek(roll, id_of, id_of(item));
    ASSERT(at < roll->count && roll->items[at] == item);
    roll->count--;
    memmove(roll->items + at, roll->items + at + 1, (roll->count - at) * sizeof *roll->items);
}
