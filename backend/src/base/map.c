/* map.c: open addressing with linear probing.
 *
 * A map is one allocation: `capacity` entries of tag and value, and behind them, when the keys are strings,
 * as many slices:
 *
 *     integer keys   [tag value][tag value]...                       tag = the key
 *     string keys    [tag value][tag value]...[at len][at len]...    tag = the key's hash
 *
 * Which of the two it is, the first put decides. An entry with value NULL is free. Invariants:
 *  1. At most 3/4 of the entries are used, so each probe ends at a free one.
 *  2. Between an entry's home (hash & mask) and the entry itself, no entry is free. Removal keeps this by
 *     moving later entries of the run back into the hole, so there are no tombstones and churn never slows a map.
 *
 * Hashes. String keys come from peers, so they get SipHash-1-3 (Aumasson, Bernstein) with a random key: nobody who
 * does not know the key can find many strings that collide. Integer keys are ours (ids, descriptors) or drawn at
 * random; a multiplication by a random odd number with both halves folded spreads them and is several times cheaper.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/map.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/mem.h"

#include <stdlib.h>

#define MAP_CAPACITY_MIN 8

struct map_entry {
    uint64_t tag;
    void *value;
};

/* Read-only once main has begun, save map_seed. */
static uint64_t map_seed_low;
static uint64_t map_seed_high;

/* Before main, so that no lookup has to ask whether it is the first. */
__attribute__((constructor)) static void map_seed_randomly(void) {
    crypt_random(&map_seed_low, sizeof map_seed_low);
    crypt_random(&map_seed_high, sizeof map_seed_high);
}

void map_seed(uint64_t low, uint64_t high) {
    map_seed_low = low;
    map_seed_high = high;
}

/* Hashes */

static inline uint64_t rotate_left(uint64_t x, unsigned bits) {
    return x << bits | x >> (64 - bits);
}

static inline void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[2] += v[3];
    v[1] = rotate_left(v[1], 13) ^ v[0];
    v[3] = rotate_left(v[3], 16) ^ v[2];
    v[0] = rotate_left(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate_left(v[1], 17) ^ v[2];
    v[3] = rotate_left(v[3], 21) ^ v[0];
    v[2] = rotate_left(v[2], 32);
}

static inline void sip_absorb(uint64_t v[4], uint64_t word) {
    v[3] ^= word;
    sip_round(v);
    v[0] ^= word;
}

uint64_t map_hash_str(struct str key) {
    uint64_t v[4] = {map_seed_low ^ 0x736f6d6570736575u, map_seed_high ^ 0x646f72616e646f6du,
                     map_seed_low ^ 0x6c7967656e657261u, map_seed_high ^ 0x7465646279746573u};
    size_t left = key.len;
    const char *at = key.at;
    for (; left >= sizeof(uint64_t); left -= sizeof(uint64_t), at += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        sip_absorb(v, word);
    }
    uint64_t last = 0;
    if (left > 0)
        memcpy(&last, at, left);
    sip_absorb(v, last | (uint64_t)key.len << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline uint64_t hash_int(uint64_t key) {
    unsigned __int128 product = (unsigned __int128)(key ^ map_seed_low) * (map_seed_high | 1);
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

static inline uint64_t slot_hash(const struct map *m, size_t slot) {
    uint64_t tag = m->entries[slot].tag;
    return m->kind == MAP_INT ? hash_int(tag) : tag;
}

/* Slots */

static inline struct str *map_keys(const struct map *m) {
    return (struct str *)(void *)(m->entries + m->capacity);
}

static inline size_t slot_after(const struct map *m, size_t slot) {
    return (slot + 1) & (m->capacity - 1);
}

static inline size_t slot_home(const struct map *m, uint64_t hash) {
    return (size_t)hash & (m->capacity - 1);
}

/* The slot of the key, or the free one where it belongs. Capacity is not 0. */
static size_t slot_find_int(const struct map *m, uint64_t key) {
    size_t slot = slot_home(m, hash_int(key));
    while (m->entries[slot].value != NULL && m->entries[slot].tag != key)
        slot = slot_after(m, slot);
    return slot;
}

static size_t slot_find_str(const struct map *m, uint64_t hash, struct str key) {
    size_t slot = slot_home(m, hash);
    const struct str *keys = map_keys(m);
    while (m->entries[slot].value != NULL &&
           (m->entries[slot].tag != hash || !str_equal(keys[slot], key)))
        slot = slot_after(m, slot);
    return slot;
}

static size_t slot_find_free(const struct map *m, uint64_t hash) {
    size_t slot = slot_home(m, hash);
    while (m->entries[slot].value != NULL)
        slot = slot_after(m, slot);
    return slot;
}

static void slot_copy(const struct map *from, size_t source, struct map *to, size_t target) {
    to->entries[target] = from->entries[source];
    if (from->kind == MAP_STR)
        map_keys(to)[target] = map_keys(from)[source];
}

/* Empties a slot and closes the hole: an entry of the run behind it may move into the hole when its home is not
 * after the hole, counted in the direction of probing. */
static void slot_vacate(struct map *m, size_t hole) {
    size_t mask = m->capacity - 1;
    for (size_t slot = slot_after(m, hole); m->entries[slot].value != NULL;
         slot = slot_after(m, slot)) {
        size_t home = slot_home(m, slot_hash(m, slot));
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            slot_copy(m, slot, m, hole);
            hole = slot;
        }
    }
    m->entries[hole].value = NULL;
    m->count--;
}

/* Size */

static void map_resize(struct map *m, size_t capacity) {
    size_t slot_bytes = sizeof(struct map_entry) + (m->kind == MAP_STR ? sizeof(struct str) : 0);
    struct map other = {mem_new(capacity, slot_bytes), m->count, capacity, m->kind};
    for (size_t slot = 0; slot < m->capacity; slot++) {
        if (m->entries[slot].value != NULL)
            slot_copy(m, slot, &other, slot_find_free(&other, slot_hash(m, slot)));
    }
    free(m->entries);
    *m = other;
}

/* Makes room for one more entry. */
static void map_grow(struct map *m, enum map_kind kind) {
    ASSERT(m->kind == kind || m->kind == MAP_EMPTY);
    m->kind = kind;
    if (m->capacity == 0)
        map_resize(m, MAP_CAPACITY_MIN);
    else if (m->count + 1 > m->capacity / 4 * 3)
        map_resize(m, m->capacity * 2);
}

/* Gives memory back once 7/8 are free; the halved map is 1/4 full, so that growing is far away. */
static void map_shrink(struct map *m) {
    if (m->capacity > MAP_CAPACITY_MIN && m->count < m->capacity / 8)
        map_resize(m, m->capacity / 2);
}

/* Empties a slot found before and returns its value; NULL when the slot is free. */
static void *map_remove_slot(struct map *m, size_t slot) {
    void *value = m->entries[slot].value;
    if (value != NULL) {
        slot_vacate(m, slot);
        map_shrink(m);
    }
    return value;
}

/* Life cycle */

void map_deinit(struct map *m) {
    free(m->entries);
    *m = (struct map){NULL, 0, 0, MAP_EMPTY};
}

/* Integer keys */

void *map_find(const struct map *m, uint64_t key) {
    ASSERT(m->kind != MAP_STR);
    return m->count > 0 ? m->entries[slot_find_int(m, key)].value : NULL;
}

void *map_put(struct map *m, uint64_t key, void *value) {
    ASSERT(value != NULL);
    map_grow(m, MAP_INT);
    struct map_entry *entry = &m->entries[slot_find_int(m, key)];
    void *before = entry->value;
    *entry = (struct map_entry){key, value};
    m->count += before == NULL;
    return before;
}

void *map_remove(struct map *m, uint64_t key) {
    ASSERT(m->kind != MAP_STR);
    return m->count > 0 ? map_remove_slot(m, slot_find_int(m, key)) : NULL;
}

/* String keys */

void *map_find_str(const struct map *m, struct str key) {
    ASSERT(m->kind != MAP_INT);
    return m->count > 0 ? m->entries[slot_find_str(m, map_hash_str(key), key)].value : NULL;
}

void *map_put_str(struct map *m, struct str key, void *value) {
    ASSERT(value != NULL);
    map_grow(m, MAP_STR);
    uint64_t hash = map_hash_str(key);
    size_t slot = slot_find_str(m, hash, key);
    void *before = m->entries[slot].value;
    m->entries[slot] = (struct map_entry){hash, value};
    map_keys(m)[slot] = key; /* also when one is replaced: its key dies with the old value */
    m->count += before == NULL;
    return before;
}

void *map_remove_str(struct map *m, struct str key) {
    ASSERT(m->kind != MAP_INT);
    return m->count > 0 ? map_remove_slot(m, slot_find_str(m, map_hash_str(key), key)) : NULL;
}

/* Inspection */

void *map_next(const struct map *m, size_t *cursor) {
    while (*cursor < m->capacity) {
        void *value = m->entries[(*cursor)++].value;
        if (value != NULL)
            return value;
    }
    return NULL;
}
