/* test_store.h: a store in a directory of its own, filled fact by fact.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"
#include "store/store_read.h"
#include "store/store_write.h"
#include "test_dir.h"
#include "test_facts.h"

struct test_store {
    struct test_dir dir;
    struct store *store;
    struct store_reader *reader;
    struct arena arena;
    int64_t pos;
};

static inline void test_store_open(struct test_store *t) {
    const struct store_options options = {.directory = t->dir.path};
    const char *message = NULL;
    enum err error = store_open(&options, &t->store, &message);
    if (error != ERR_OK)
        print_error("%s\n", message);
    assert_int_equal(error, ERR_OK);
    assert_int_equal(store_reader_open(store_path(t->store), &t->reader), ERR_OK);
}

static inline void test_store_close(struct test_store *t) {
    store_reader_close(t->reader);
    store_close(t->store);
}

static inline void test_store_reopen(struct test_store *t) {
    test_store_close(t);
    test_store_open(t);
}

static inline int test_store_setup(void **state) {
    struct test_store *t = calloc(1, sizeof(*t));
    test_dir_make(&t->dir);
    test_store_open(t);
    *state = t;
    return 0;
}

static inline int test_store_teardown(void **state) {
    struct test_store *t = *state;
    test_store_close(t);
    test_dir_remove(&t->dir);
    arena_deinit(&t->arena);
    free(t);
    return 0;
}

/* Writes a fact at the next position, with an event, in the batch that runs. */
static inline enum err test_store_try(struct test_store *t, struct chat_fact fact,
                                      struct store_log_entry entry) {
    fact.pos = ++t->pos;
    return store_write_fact(t->store, &fact, &entry);
}

static inline void test_store_begin(struct test_store *t) {
    assert_int_equal(store_batch_begin(t->store), ERR_OK);
}

static inline void test_store_commit(struct test_store *t) {
    assert_int_equal(store_batch_commit(t->store), ERR_OK);
}

/* A batch of one fact that must be taken; returns its position. */
static inline int64_t test_store_add(struct test_store *t, struct chat_fact fact,
                                     struct store_log_entry entry) {
    test_store_begin(t);
    assert_int_equal(test_store_try(t, fact, entry), ERR_OK);
    test_store_commit(t);
    return t->pos;
}

static inline int64_t test_store_silent(struct test_store *t, struct chat_fact fact) {
    return test_store_add(t, fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
}

/* Facts with their usual events; each returns its position. */
static inline int64_t test_store_join(struct test_store *t, int64_t room, int64_t user) {
    return test_store_add(t, fact_joined(room, user),
                          (struct store_log_entry){.event = PROTO_EVENT_MEMBER_JOINED,
                                                   .scope = CHAT_SCOPE_ROOM,
                                                   .room = room,
                                                   .data = STR("{\"joined\":1}")});
}

static inline int64_t test_store_leave(struct test_store *t, int64_t room, int64_t user) {
    return test_store_add(t, fact_left(room, user),
                          (struct store_log_entry){.event = PROTO_EVENT_MEMBER_LEFT,
                                                   .scope = CHAT_SCOPE_ROOM,
                                                   .room = room,
                                                   .data = STR("{\"left\":1}")});
}

static inline int64_t test_store_send(struct test_store *t, struct chat_fact message) {
    return test_store_add(t, message,
                          (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_NEW,
                                                   .scope = CHAT_SCOPE_ROOM,
                                                   .room = message.message.room,
                                                   .data = STR("{\"never\":\"stored\"}")});
}

/* Users 1 .. users, rooms 1 .. rooms, everybody in every room, nothing in the log for anybody. */
static inline void test_store_people(struct test_store *t, int64_t users, int64_t rooms) {
    test_store_begin(t);
    const struct store_log_entry none = {.event = PROTO_EVENT_NONE};
    for (int64_t user = 1; user <= users; user++)
        assert_int_equal(test_store_try(t, fact_user(user), none), ERR_OK);
    for (int64_t room = 1; room <= rooms; room++) {
        assert_int_equal(test_store_try(t, fact_room(room), none), ERR_OK);
        for (int64_t user = 1; user <= users; user++)
            assert_int_equal(test_store_try(t, fact_joined(room, user), none), ERR_OK);
    }
    test_store_commit(t);
}
