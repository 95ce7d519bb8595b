/* chat_roll.h: items in the order of their id.
 *
 * A sorted array of pointers: 8 bytes an item, found by bisection, paged from any id without sorting. New ids are
 * nearly always the greatest (users, rooms, members of the room that everybody joins at birth), so adding is
 * appending; an insertion in the middle of 50,000 moves 400 KB at most, once per join.
 *
 * A zeroed struct is a valid empty roll. The items belong to somebody else.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The id by which an item stands in a roll. */
typedef int64_t (*chat_roll_id_fn)(const void *item);

struct chat_roll {
    void **items;
    uint32_t count;
    uint32_t cap;
};

void chat_roll_deinit(struct chat_roll *roll);
/* Index of the first item whose id is at least `id`; count when there is none. */
size_t chat_roll_seek(const struct chat_roll *roll, chat_roll_id_fn id_of, int64_t id);
/* The item with that id, or NULL. */
void *chat_roll_find(const struct chat_roll *roll, chat_roll_id_fn id_of, int64_t id);
/* Adds an item whose id is not there yet. */
void chat_roll_add(struct chat_roll *roll, chat_roll_id_fn id_of, void *item);
/* Removes the item, which is there. */
void chat_roll_remove(struct chat_roll *roll, chat_roll_id_fn id_of, const void *item);
