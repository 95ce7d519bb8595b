/* chat_rate.c: token buckets as one number each (the generic cell rate algorithm).
 *
 * Instead of a level and a time, a bucket keeps the moment at which it will be full. Taking c units moves that moment by
 * c refill intervals; it may not lie further ahead than `burst` intervals:
 *
 *     now                 full_at
 *      |---- missing units ---|          level = burst - (full_at - now) / interval
 *
 * A bucket whose moment has passed is full, which is what zeroed memory says. Entries whose buckets are all full carry no
 * information and are dropped, the longest untouched first, two with every call: the table never holds more than who was
 * active within the slowest bucket's refill time, and no timer is needed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_rate.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>

#define US_PER_MS   1000
#define US_PER_HOUR 3600e6

struct rate_entry {
    struct list node;
    struct chat_rate_key key;
    int64_t full_at_us[CHAT_RATE_COUNT];
};

static struct str key_bytes(const struct chat_rate_key *key) {
    static_assert(sizeof *key == 17, "a key is its bytes: no padding");
    return str_of((const char *)key, sizeof *key);
}

void chat_rate_init(struct chat_rates *rates, double scale) {
    ASSERT(scale >= 0);
    *rates = (struct chat_rates){.scale = scale};
    list_init(&rates->order);
}

static void entry_drop(struct chat_rates *rates, struct rate_entry *entry) {
    map_remove_str(&rates->entries, key_bytes(&entry->key));
    list_remove(&entry->node);
    free(entry);
}

void chat_rate_deinit(struct chat_rates *rates) {
    while (!list_is_empty(&rates->order))
        entry_drop(rates, LIST_ITEM(list_first(&rates->order), struct rate_entry, node));
    map_deinit(&rates->entries);
}

/* Keys */

struct chat_rate_key chat_rate_key_id(char kind, int64_t id) {
    struct chat_rate_key key = {.kind = kind};
    memcpy(key.bytes, &id, sizeof id);
    return key;
}

struct chat_rate_key chat_rate_key_pair(char kind, int64_t first, int64_t second) {
    struct chat_rate_key key = {.kind = kind};
    memcpy(key.bytes, &first, sizeof first);
    memcpy(key.bytes + sizeof first, &second, sizeof second);
    return key;
}

static bool is_loopback6(const struct in6_addr *address) {
    return IN6_IS_ADDR_LOOPBACK(address) ||
           (IN6_IS_ADDR_V4MAPPED(address) && address->s6_addr[12] == 127);
}

struct chat_rate_key chat_rate_key_address(struct str address, bool *local) {
    struct chat_rate_key key = {.kind = 'a'};
    char text[INET6_ADDRSTRLEN] = "";
    struct in6_addr six;
    struct in_addr four;
    *local = false;
    if (address.len > 0 && address.len < sizeof text)
        memcpy(text, address.at, address.len);
    if (inet_pton(AF_INET, text, &four) == 1) {
        memcpy(key.bytes, &four, sizeof four);
        *local = key.bytes[0] == 127;
    } else if (inet_pton(AF_INET6, text, &six) == 1) {
        bool mapped = IN6_IS_ADDR_V4MAPPED(&six);
        memcpy(key.bytes, mapped ? six.s6_addr + 12 : six.s6_addr, mapped ? 4 : 8);
        key.bytes[15] = mapped ? 0 : 6;
        *local = is_loopback6(&six);
    }
    return key;
}

/* Taking */

static struct proto_bucket_row bucket_row(int bucket) {
    static const struct proto_bucket_row own[CHAT_RATE_COUNT - PROTO_BUCKET_COUNT] = {
        [CHAT_RATE_GUEST - PROTO_BUCKET_COUNT] = {STR("guest"), CHAT_GUESTS_PER_ADDRESS,
                                                  CHAT_GUESTS_PER_ADDRESS},
        [CHAT_RATE_ROOM - PROTO_BUCKET_COUNT] = {STR("room"), CHAT_ROOM_MESSAGES_BURST,
                                                 CHAT_ROOM_MESSAGES_PER_S * 3600},
        [CHAT_RATE_TYPING -
            PROTO_BUCKET_COUNT] = {STR("typing"), CHAT_TYPING_BURST, CHAT_TYPING_PER_HOUR},
        [CHAT_RATE_REGISTER - PROTO_BUCKET_COUNT] = {STR("register"), CHAT_ACCOUNTS_PER_ADDRESS,
                                                     CHAT_ACCOUNTS_PER_ADDRESS},
        [CHAT_RATE_LOGIN_ADDRESS - PROTO_BUCKET_COUNT] = {STR("login_address"),
                                                          CHAT_LOGINS_PER_ADDRESS,
                                                          CHAT_LOGINS_PER_ADDRESS * 4},
        [CHAT_RATE_LOGIN_PAIR - PROTO_BUCKET_COUNT] = {STR("login_pair"), CHAT_LOGINS_PER_PAIR,
                                                       CHAT_LOGINS_PER_PAIR * 4},
        [CHAT_RATE_LOGIN_NAME - PROTO_BUCKET_COUNT] = {STR("login_name"), CHAT_LOGINS_PER_NAME,
                                                       CHAT_LOGINS_PER_NAME * 4},
    };
    ASSERT(bucket >= 0 && bucket < CHAT_RATE_COUNT);
    return bucket < PROTO_BUCKET_COUNT ? proto_buckets[bucket] : own[bucket - PROTO_BUCKET_COUNT];
}

static bool is_full(const struct rate_entry *entry, int64_t now_us) {
    for (int i = 0; i < CHAT_RATE_COUNT; i++)
        if (entry->full_at_us[i] > now_us)
            return false;
    return true;
}

static void drop_idle(struct chat_rates *rates, int64_t now_us) {
    for (int i = 0; i < 2 && !list_is_empty(&rates->order); i++) {
        struct rate_entry *oldest = LIST_ITEM(list_first(&rates->order), struct rate_entry, node);
        if (!is_full(oldest, now_us))
            return;
        entry_drop(rates, oldest);
    }
}

/* The entry of the key, now the latest touched. */
static struct rate_entry *entry_touch(struct chat_rates *rates, const struct chat_rate_key *key) {
    struct rate_entry *entry = map_find_str(&rates->entries, key_bytes(key));
    if (entry == NULL) {
        entry = MEM_NEW(struct rate_entry);
        entry->key = *key;
        list_init(&entry->node);
        map_put_str(&rates->entries, key_bytes(&entry->key), entry);
    }
    list_remove(&entry->node);
    list_append(&rates->order, &entry->node);
    return entry;
}

int64_t chat_rate_take(struct chat_rates *rates, const struct chat_rate_key *key, int bucket,
                       int cost, int64_t mono_ms) {
    ASSERT(cost >= 0);
    if (rates->scale == 0 || cost == 0)
        return 0;
    int64_t now_us = mono_ms * US_PER_MS;
    drop_idle(rates, now_us);
    struct proto_bucket_row row = bucket_row(bucket);
    struct rate_entry *entry = entry_touch(rates, key);
    double interval_us = US_PER_HOUR / (row.per_hour * rates->scale);
    double burst = row.burst * rates->scale;
    int64_t *full_at_us = &entry->full_at_us[bucket];
    int64_t start_us = *full_at_us > now_us ? *full_at_us : now_us;
    int64_t then_us = start_us + (int64_t)(cost * interval_us);
    int64_t latest_us = now_us + (int64_t)((burst > cost ? burst : cost) * interval_us);
    if (then_us > latest_us)
        return (then_us - latest_us + US_PER_MS - 1) / US_PER_MS;
    *full_at_us = then_us;
    return 0;
}

void chat_rate_give(struct chat_rates *rates, const struct chat_rate_key *key, int bucket,
                    int cost) {
    struct rate_entry *entry = map_find_str(&rates->entries, key_bytes(key));
    if (rates->scale == 0 || entry == NULL)
        return;
    double interval_us = US_PER_HOUR / (bucket_row(bucket).per_hour * rates->scale);
    entry->full_at_us[bucket] -= (int64_t)(cost * interval_us);
}
