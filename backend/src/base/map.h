/* map.h: hash maps from an integer or a byte string to a pointer.
 *
 * Open addressing with linear probing and backward-shift deletion: two arrays, no allocation per entry,
 * no tombstones. Keys of peers' choosing cannot be made to collide: the hash is seeded at random once per
 * process. String keys are borrowed: the stored item owns its key for as long as it is in the map.
 *
 * A zeroed struct is a valid empty map. Values are never NULL. The map must not be changed during a walk.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

struct map_entry;

enum map_kind { MAP_EMPTY, MAP_INT, MAP_STR };

struct map {
    struct map_entry *entries;
    size_t count;
    size_t capacity;    /* 0 or a power of two */
    enum map_kind kind; /* of the keys, by the first put; the other kind is a bug and crashes */
};

/* Life cycle */
void map_deinit(struct map *m);
/* Replaces the random seed of all maps, for runs that must be repeatable. Before the first map is filled. */
void map_seed(uint64_t low, uint64_t high);

/* The seeded hash that string keys have, for tables of other forms. */
uint64_t map_hash_str(struct str key);

/* Integer keys */
void *map_find(const struct map *m, uint64_t key);
/* Stores value (not NULL) under key and returns the value that stood there before, or NULL. */
void *map_put(struct map *m, uint64_t key, void *value);
/* Removes and returns the value, or NULL when there was none. */
void *map_remove(struct map *m, uint64_t key);

/* String keys (a map holds either integer or string keys, never both) */
void *map_find_str(const struct map *m, struct str key);
/* As map_put; the key's bytes are borrowed while the entry stays. */
void *map_put_str(struct map *m, struct str key, void *value);
void *map_remove_str(struct map *m, struct str key);

/* Inspection */
static inline size_t map_count(const struct map *m) {
    return m->count;
}
/* Walks all values in no particular order: start with *cursor = 0; NULL ends. */
void *map_next(const struct map *m, size_t *cursor);
