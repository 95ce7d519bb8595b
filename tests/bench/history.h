/* history.h: a history out of nothing, through the store's own code: for benchmarks.
 *
 * Room 1 is `general`, with everybody in it; the other rooms have HISTORY_ROOM_USERS members each. A few rooms get most
 * of the messages, as in life. The same arguments make the same history.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/clock.h"
#include "store/store.h"
#include "store/store_write.h"
#include "test_random.h"

#include <stdio.h>
#include <stdlib.h>

#define HISTORY_USERS      200
#define HISTORY_ROOM_USERS 20
#define HISTORY_WORDS      50000

struct history {
    struct store *store;
    struct test_random random;
    int64_t rooms;
    int64_t *seqs; /* by room */
    int64_t pos, message, at_ms, step_ms;
};

static inline void history_check(enum err error, const char *what) {
    if (error != ERR_OK) {
        fprintf(stderr, "%s: %s\n", what, err_text(error));
        exit(1);
    }
}

static inline void history_write(struct history *h, struct chat_fact *fact,
                                 struct store_log_entry entry) {
    fact->pos = ++h->pos;
    fact->at_ms = h->at_ms;
    history_check(store_write_fact(h->store, fact, &entry), "write");
}

static inline void history_add_user(struct history *h, int64_t id) {
    char name[32], shown[32];
    struct chat_fact fact = {.kind = CHAT_FACT_USER_NEW};
    snprintf(name, sizeof(name), "person%lld", (long long)id);
    snprintf(shown, sizeof(shown), "Person %lld", (long long)id);
    fact.user = (struct chat_user_fact){.id = id,
                                        .name = str_of_c(name),
                                        .display_name = str_of_c(shown),
                                        .kind = PROTO_USER_KIND_GUEST,
                                        .role = PROTO_USER_ROLE_GUEST,
                                        .status = PROTO_STATUS_ONLINE,
                                        .created_at_ms = h->at_ms,
                                        .last_seen_ms = h->at_ms};
    history_write(h, &fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
}

static inline int64_t history_member(int64_t room, int64_t nth) {
    return 1 + (room * 7 + nth) % HISTORY_USERS;
}

static inline void history_add_room(struct history *h, int64_t id) {
    char slug[32], name[32];
    struct chat_fact fact = {.kind = CHAT_FACT_ROOM_NEW};
    snprintf(slug, sizeof(slug), "room-%lld", (long long)id);
    snprintf(name, sizeof(name), "Room %lld", (long long)id);
    fact.room = (struct chat_room_fact){.id = id,
                                        .slug = id == 1 ? STR("general") : str_of_c(slug),
                                        .name = id == 1 ? STR("general") : str_of_c(name),
                                        .topic = STR(""),
                                        .kind = PROTO_ROOM_KIND_PUBLIC,
                                        .created_at_ms = h->at_ms};
    history_write(h, &fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
    for (int64_t i = 0; i < (id == 1 ? HISTORY_USERS : HISTORY_ROOM_USERS); i++) {
        struct chat_fact joined = {.kind = CHAT_FACT_MEMBER_JOINED};
        joined.member = (struct chat_member_fact){.room = id,
                                                  .user = history_member(id, i),
                                                  .role = PROTO_MEMBER_ROLE_MEMBER,
                                                  .joined_at_ms = h->at_ms,
                                                  .level = PROTO_LEVEL_ALL};
        history_write(h, &joined, (struct store_log_entry){.event = PROTO_EVENT_NONE});
    }
}

/* The nth of HISTORY_WORDS words, three syllables each; search.mjs makes the same ones. */
static inline void history_word(size_t n, char out[8]) {
    static const char consonants[] = "bcdfghjklmnprst", vowels[] = "aeiou";
    size_t code = n * 7919 % (75 * 75 * 75); /* words that are as common begin differently */
    for (int i = 0; i < 3; i++, code /= 75) {
        out[2 * i] = consonants[code % 75 / 5];
        out[2 * i + 1] = vowels[code % 5];
    }
    out[6] = '\0';
}

/* Words of a made-up language, 10 to 250 bytes: a few that are in most messages, and many, each rarer than the one before. */
static inline struct str history_text(struct history *h, char *out, size_t cap) {
    static const char *const words[] = {"lorem", "ipsum", "dolor", "sit",   "amet",  "eso",
                                        "parla", "kore",  "mi",    "tante", "belle", "quando"};
    size_t wanted = 10 + test_random_below(&h->random, 1 + test_random_below(&h->random, 240));
    size_t len = 0;
    while (len < wanted && len + 16 < cap) {
        char rare[8];
        const char *word = words[test_random_below(&h->random, 12)];
        if (test_random_below(&h->random, 10) < 6) {
            size_t most = 1 + test_random_below(&h->random, HISTORY_WORDS);
            most = 1 + test_random_below(&h->random, most);
            history_word(test_random_below(&h->random, most), rare);
            word = rare;
        }
        len += (size_t)snprintf(out + len, cap - len, len > 0 ? " %s" : "%s", word);
    }
    return str_of(out, len);
}

/* One message in the batch that runs. */
static inline void history_add_message(struct history *h) {
    char body[300], nonce[40];
    uint64_t skew = test_random_below(&h->random, (size_t)h->rooms);
    int64_t room = 1 + (int64_t)(skew * test_random_below(&h->random, (size_t)h->rooms)) / h->rooms;
    struct chat_fact fact = {.kind = CHAT_FACT_MESSAGE_NEW};
    h->at_ms += h->step_ms;
    snprintf(nonce, sizeof(nonce), "%016llx%016llx",
             (unsigned long long)test_random_u64(&h->random),
             (unsigned long long)test_random_u64(&h->random));
    fact.message = (struct chat_message_fact){
        .id = ++h->message,
        .room = room,
        .seq = ++h->seqs[room],
        .author = history_member(room, (int64_t)test_random_below(&h->random, HISTORY_ROOM_USERS)),
        .body = history_text(h, body, sizeof(body)),
        .nonce = str_of_c(nonce)};
    history_write(h, &fact,
                  (struct store_log_entry){
                      .event = PROTO_EVENT_MESSAGE_NEW, .scope = CHAT_SCOPE_ROOM, .room = room});
}

/* People and rooms, in a store that is empty; the messages to come end about now. */
static inline void history_begin(struct history *h, struct store *store, int64_t rooms,
                                 int64_t messages) {
    const int64_t span_ms = 20LL * 24 * 3600 * 1000; /* younger than what the log keeps */
    *h = (struct history){.store = store, .rooms = rooms, .random = {42}};
    h->seqs = mem_new((size_t)rooms + 1, sizeof(int64_t));
    h->step_ms = messages > 0 && span_ms / messages < 1000 ? span_ms / messages : 1000;
    h->at_ms = clock_wall_ms() - messages * h->step_ms;
    history_check(store_batch_begin(store), "begin");
    for (int64_t id = 1; id <= HISTORY_USERS; id++)
        history_add_user(h, id);
    for (int64_t id = 1; id <= rooms; id++)
        history_add_room(h, id);
    history_check(store_batch_commit(store), "commit");
}

static inline void history_end(struct history *h) {
    free(h->seqs);
}

static inline struct store *history_open(const char *directory) {
    const struct store_options options = {.directory = directory};
    struct store *store = NULL;
    const char *message = NULL;
    if (store_open(&options, &store, &message) != ERR_OK) {
        fprintf(stderr, "%s\n", message);
        exit(1);
    }
    return store;
}
