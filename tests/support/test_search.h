/* test_search.h: a store with an index beside it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "search/search_db.h"
#include "test_store.h"

struct test_search {
    struct test_store *store;
    struct search_index *index;
    struct search_finder *finder;
};

static inline void test_search_open(struct test_search *t) {
    assert_int_equal(search_index_open(t->store->dir.path, t->store->reader, &t->index), ERR_OK);
    assert_int_equal(search_finder_open(t->store->dir.path, &t->finder), ERR_OK);
}

static inline void test_search_close(struct test_search *t) {
    search_finder_close(t->finder);
    search_index_close(t->index);
}

/* Two people in three rooms, nothing said. */
static inline int test_search_setup(void **state) {
    struct test_search *t = calloc(1, sizeof(*t));
    void *store;
    test_store_setup(&store);
    t->store = store;
    test_store_people(t->store, 2, 3);
    test_search_open(t);
    *state = t;
    return 0;
}

static inline int test_search_teardown(void **state) {
    struct test_search *t = *state;
    void *store = t->store;
    test_search_close(t);
    test_store_teardown(&store);
    free(t);
    return 0;
}

static inline void test_search_say(struct test_search *t, int64_t id, int64_t room, int64_t seq,
                                   const char *body) {
    struct chat_fact fact = fact_message(id, room, seq, 1 + id % 2);
    fact.message.body = str_of_c(body);
    test_store_send(t->store, fact);
}

/* The message gets another text; NULL: it is deleted. */
static inline void test_search_change(struct test_search *t, int64_t id, const char *body) {
    struct chat_stored_message stored;
    assert_int_equal(store_find_message(t->store->store, id, &t->store->arena, &stored), ERR_OK);
    struct proto_message message = stored.message;
    message.body = body != NULL ? str_of_c(body) : STR("");
    message.deleted = body == NULL;
    message.edited_at = body != NULL ? FACT_AT_MS + 100 : 0;
    struct chat_fact fact = {
        .kind = body != NULL ? CHAT_FACT_MESSAGE_EDITED : CHAT_FACT_MESSAGE_DELETED,
        .at_ms = FACT_AT_MS + 100,
        .change = {.message = &message, .nonce = stored.nonce, .last_seq = 100},
    };
    test_store_add(t->store, fact,
                   (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_CHANGED,
                                            .scope = CHAT_SCOPE_ROOM,
                                            .room = message.room});
}

static inline void test_search_pin(struct test_search *t, int64_t id) {
    struct chat_stored_message stored;
    assert_int_equal(store_find_message(t->store->store, id, &t->store->arena, &stored), ERR_OK);
    struct proto_message message = stored.message;
    message.pinned = true;
    struct chat_fact fact = {
        .kind = CHAT_FACT_MESSAGE_PINNED,
        .at_ms = FACT_AT_MS + 100,
        .change = {.message = &message, .nonce = stored.nonce, .last_seq = 100},
    };
    test_store_add(t->store, fact,
                   (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_CHANGED,
                                            .scope = CHAT_SCOPE_ROOM,
                                            .room = message.room});
}

/* Works until the index is up to date; returns how it ended. */
static inline enum search_progress test_search_catch_up(struct test_search *t) {
    enum search_progress progress = SEARCH_MORE;
    while (progress == SEARCH_MORE)
        assert_int_equal(search_index_step(t->index, &progress), ERR_OK);
    return progress;
}

static inline struct search_found test_search_find(struct test_search *t,
                                                   const struct search_wish *wish) {
    struct search_found found;
    assert_int_equal(search_find(t->finder, t->store->reader, wish, &t->store->arena, &found),
                     ERR_OK);
    return found;
}

/* The ids of what is found in rooms 1 to 3, newest first, like "3 2 1". */
static inline const char *test_search_ids(struct test_search *t, const char *typed) {
    static const int64_t rooms[] = {1, 2, 3};
    static char ids[256];
    const struct search_wish wish = {
        .typed = str_of_c(typed), .rooms = rooms, .room_count = 3, .limit = 50};
    struct search_found found = test_search_find(t, &wish);
    size_t length = 0;
    ids[0] = '\0';
    for (size_t i = 0; i < found.count; i++)
        length += (size_t)snprintf(ids + length, sizeof ids - length, i == 0 ? "%lld" : " %lld",
                                   (long long)found.hits[i].message->id);
    return ids;
}
