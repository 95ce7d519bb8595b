/* test_search_index.c: the index follows the log, whatever happens to it or to the messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test_search.h"

#include "base/limits.h"
#include "store/store_file.h"
#include "store/store_sql.h"

#include <unistd.h>

static void what_is_said_can_be_found(void **state) {
    struct test_search *t = *state;
    test_search_say(t, 1, 1, 1, "the first word");
    test_search_say(t, 2, 2, 1, "another word");
    assert_string_equal(test_search_ids(t, "word"), "");
    assert_int_equal(test_search_catch_up(t), SEARCH_DONE);
    assert_string_equal(test_search_ids(t, "word"), "2 1");
    assert_string_equal(test_search_ids(t, "first word"), "1");
}

static void an_edited_text_takes_the_place_of_the_old_one(void **state) {
    struct test_search *t = *state;
    test_search_say(t, 1, 1, 1, "before");
    (void)test_search_catch_up(t);
    test_search_change(t, 1, "after");
    assert_string_equal(test_search_ids(t, "before"),
                        ""); /* at once: the message says what counts */
    assert_int_equal(test_search_catch_up(t), SEARCH_TIDY);
    assert_string_equal(test_search_ids(t, "after"), "1");
    assert_string_equal(test_search_ids(t, "before"), "");
}

/* True when a file of the directory holds the text. */
static bool is_in_a_file(const struct test_store *store, const char *name, const char *text) {
    static char bytes[1 << 20];
    char *path = store_file_in(store->dir.path, name);
    FILE *file = fopen(path, "rb");
    size_t count = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file != NULL)
        fclose(file);
    free(path);
    return count > 0 && memmem(bytes, count, text, strlen(text)) != NULL;
}

static void deleted_words_leave_the_files(void **state) {
    struct test_search *t = *state;
    enum search_progress progress = SEARCH_TIDY;
    test_search_say(t, 1, 1, 1, "unmistakablecanary");
    test_search_say(t, 2, 1, 2, "stays");
    (void)test_search_catch_up(t);
    assert_true(is_in_a_file(t->store, "search.db", "unmistakablecanary") ||
                is_in_a_file(t->store, "search.db-wal", "unmistakablecanary"));
    test_search_change(t, 1, NULL);
    assert_string_equal(test_search_ids(t, "unmistakablecanary"), "");
    assert_int_equal(test_search_catch_up(t), SEARCH_TIDY);
    for (int i = 0; i < 100 && progress == SEARCH_TIDY; i++)
        assert_int_equal(search_index_tidy(t->index, &progress), ERR_OK);
    assert_int_equal(progress, SEARCH_DONE);
    assert_false(is_in_a_file(t->store, "search.db", "unmistakablecanary"));
    assert_false(is_in_a_file(t->store, "search.db-wal", "unmistakablecanary"));
    assert_string_equal(test_search_ids(t, "stays"), "2");
}

/* Somebody reads the index meanwhile, so that its log cannot be cut: what stands there is remembered, and cut later. */
static void deleted_words_leave_the_files_behind_a_reader_too(void **state) {
    struct test_search *t = *state;
    enum search_progress progress = SEARCH_TIDY;
    struct store_db reader = {0};
    char *path = store_file_in(t->store->dir.path, "search.db");
    test_search_say(t, 1, 1, 1, "unmistakablecanary");
    (void)test_search_catch_up(t);
    test_search_change(t, 1, NULL);
    (void)test_search_catch_up(t);
    assert_int_equal(sqlite3_open(path, &reader.handle), SQLITE_OK);
    store_db_leave(&reader);
    assert_int_equal(store_db_script(&reader, "BEGIN; SELECT count(*) FROM meta"), ERR_OK);
    for (int i = 0; i < 100; i++)
        assert_int_equal(search_index_tidy(t->index, &progress), ERR_OK);
    assert_int_equal(progress, SEARCH_TIDY);
    assert_true(is_in_a_file(t->store, "search.db-wal", "unmistakablecanary"));
    store_db_close(&reader);
    for (int i = 0; i < 3000 && progress == SEARCH_TIDY; i++) {
        usleep(10000); /* between two rounds it rests */
        assert_int_equal(search_index_tidy(t->index, &progress), ERR_OK);
    }
    assert_int_equal(progress, SEARCH_DONE);
    assert_false(is_in_a_file(t->store, "search.db", "unmistakablecanary"));
    assert_false(is_in_a_file(t->store, "search.db-wal", "unmistakablecanary"));
    free(path);
}

/* The messages 1 .. count of room 1, in one batch; the first says "oldest", the last "newest". */
static void say_many(struct test_search *t, int count) {
    const struct store_log_entry entry = {
        .event = PROTO_EVENT_MESSAGE_NEW, .scope = CHAT_SCOPE_ROOM, .room = 1};
    test_store_begin(t->store);
    for (int i = 1; i <= count; i++) {
        struct chat_fact fact = fact_message(i, 1, i, 1);
        fact.message.body = i == 1 ? STR("oldest") : i == count ? STR("newest") : STR("between");
        assert_int_equal(test_store_try(t->store, fact, entry), ERR_OK);
    }
    test_store_commit(t->store);
}

static void a_missing_index_is_made_newest_first(void **state) {
    struct test_search *t = *state;
    const int count = SEARCH_STEP_MESSAGES + 10;
    say_many(t, count);
    test_search_close(t);
    char *path = store_file_in(t->store->dir.path, SEARCH_FILE);
    unlink(path);
    free(path);
    test_search_open(t);
    enum search_progress progress;
    assert_int_equal(search_index_step(t->index, &progress), ERR_OK);
    assert_int_equal(progress, SEARCH_MORE);
    assert_string_not_equal(test_search_ids(t, "newest"), "");
    assert_string_equal(test_search_ids(t, "oldest"), "");
    test_search_say(t, count + 1, 1, count + 1, "news");
    assert_int_equal(search_index_step(t->index, &progress), ERR_OK);
    assert_string_not_equal(test_search_ids(t, "news"), "");
    assert_string_equal(test_search_ids(t, "oldest"), "");
    (void)test_search_catch_up(t);
    assert_string_equal(test_search_ids(t, "oldest"), "1");
}

/* Goal: a step holds no more in memory than it must, whatever the length of messages. Method: twice as much as one may read. */
static void a_step_ends_when_it_has_read_much(void **state) {
    struct test_search *t = *state;
    static char body[16384];
    const int count = 2 * SEARCH_STEP_BYTES / (int)sizeof body;
    enum search_progress progress;
    test_store_begin(t->store);
    for (int i = 1; i <= count; i++) {
        struct chat_fact fact = fact_message(i, 1, i, 1);
        memset(body, ' ', sizeof body);
        memcpy(body, i == 1 ? "oldest" : i == count ? "newest" : "middle", 6);
        fact.message.body = str_of(body, sizeof body);
        assert_int_equal(test_store_try(t->store, fact,
                                        (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_NEW,
                                                                 .scope = CHAT_SCOPE_ROOM,
                                                                 .room = 1}),
                         ERR_OK);
    }
    test_store_commit(t->store);
    assert_int_equal(search_index_step(t->index, &progress), ERR_OK);
    assert_int_equal(progress, SEARCH_MORE);
    assert_string_not_equal(test_search_ids(t, "oldest"), "");
    assert_string_equal(test_search_ids(t, "newest"), "");
    assert_int_equal(test_search_catch_up(t), SEARCH_DONE);
    assert_string_not_equal(test_search_ids(t, "newest"), "");
    test_search_close(t);
    char *path = store_file_in(t->store->dir.path, SEARCH_FILE);
    unlink(path);
    free(path);
    test_search_open(t);
    assert_int_equal(search_index_step(t->index, &progress), ERR_OK);
    assert_string_not_equal(test_search_ids(t, "newest"), "");
    assert_string_equal(test_search_ids(t, "oldest"), "");
    assert_int_equal(test_search_catch_up(t), SEARCH_DONE);
    assert_string_not_equal(test_search_ids(t, "oldest"), "");
}

static void an_old_message_that_changes_before_its_turn_is_in_once(void **state) {
    struct test_search *t = *state;
    enum search_progress progress;
    say_many(t, SEARCH_STEP_MESSAGES + 10);
    test_search_close(t);
    char *path = store_file_in(t->store->dir.path, SEARCH_FILE);
    unlink(path);
    free(path);
    test_search_open(t);
    test_search_change(t, 1, "changed");
    assert_int_equal(search_index_step(t->index, &progress), ERR_OK);
    assert_string_equal(test_search_ids(t, "changed"), "1");
    (void)test_search_catch_up(t);
    assert_string_equal(test_search_ids(t, "changed"), "1");
    assert_string_equal(test_search_ids(t, "oldest"), "");
}

static void it_goes_on_where_it_was(void **state) {
    struct test_search *t = *state;
    test_search_say(t, 1, 1, 1, "one word");
    (void)test_search_catch_up(t);
    test_search_say(t, 2, 1, 2, "two words");
    test_search_close(t);
    test_search_open(t);
    assert_string_equal(test_search_ids(t, "word"), "1");
    (void)test_search_catch_up(t);
    assert_string_equal(test_search_ids(t, "word"), "2 1");
}

static void a_damaged_index_is_made_anew(void **state) {
    struct test_search *t = *state;
    test_search_say(t, 1, 1, 1, "word");
    (void)test_search_catch_up(t);
    test_search_close(t);
    char *path = store_file_in(t->store->dir.path, SEARCH_FILE);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    for (int i = 0; i < 4096; i++)
        fputc('x', file);
    fclose(file);
    free(path);
    test_search_open(t);
    (void)test_search_catch_up(t);
    assert_string_equal(test_search_ids(t, "word"), "1");
}

static void an_index_of_another_version_is_made_anew(void **state) {
    const long version_at =
        60; /* user_version, in the header of an SQLite file: four bytes, the last one counts first */
    struct test_search *t = *state;
    test_search_say(t, 1, 1, 1, "word");
    (void)test_search_catch_up(t);
    test_search_close(t);
    char *path = store_file_in(t->store->dir.path, SEARCH_FILE);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, version_at + 3, SEEK_SET), 0);
    fputc(1, file);
    fclose(file);
    free(path);
    test_search_open(t);
    assert_string_equal(test_search_ids(t, "word"), "");
    (void)test_search_catch_up(t);
    assert_string_equal(test_search_ids(t, "word"), "1");
}

/* A backup was put back: the log is shorter, or goes on in another way. */
static void an_index_of_another_past_is_made_anew(void **state) {
    struct test_search *t = *state;
    struct test_search other;
    void *store;
    test_search_say(t, 1, 1, 1, "this past");
    (void)test_search_catch_up(t);
    test_store_setup(&store);
    other.store = store;
    test_store_people(other.store, 2, 3);
    struct chat_fact fact = fact_message(1, 1, 1, 1);
    fact.at_ms += 5; /* the same position at another time */
    fact.message.body = STR("that past");
    test_store_send(other.store, fact);
    test_search_close(t);
    char *from = store_file_in(t->store->dir.path, SEARCH_FILE);
    char *to = store_file_in(other.store->dir.path, SEARCH_FILE);
    assert_int_equal(rename(from, to), 0);
    free(from);
    free(to);
    test_search_open(&other);
    (void)test_search_catch_up(&other);
    assert_string_equal(test_search_ids(&other, "this"), "");
    assert_string_equal(test_search_ids(&other, "that"), "1");
    test_search_close(&other);
    test_store_teardown(&store);
    test_search_open(t);
}

static void the_finder_notices_a_new_index(void **state) {
    struct test_search *t = *state;
    test_search_say(t, 1, 1, 1, "word");
    (void)test_search_catch_up(t);
    search_index_close(t->index);
    char *path = store_file_in(t->store->dir.path, SEARCH_FILE);
    unlink(path);
    free(path);
    assert_int_equal(search_index_open(t->store->dir.path, t->store->reader, &t->index), ERR_OK);
    assert_string_equal(test_search_ids(t, "word"), "");
    (void)test_search_catch_up(t);
    assert_string_equal(test_search_ids(t, "word"), "1");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_search_setup, test_search_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_is_said_can_be_found),
        TEST(an_edited_text_takes_the_place_of_the_old_one),
        TEST(deleted_words_leave_the_files),
        TEST(deleted_words_leave_the_files_behind_a_reader_too),
        TEST(a_missing_index_is_made_newest_first),
        TEST(a_step_ends_when_it_has_read_much),
        TEST(an_old_message_that_changes_before_its_turn_is_in_once),
        TEST(it_goes_on_where_it_was),
        TEST(a_damaged_index_is_made_anew),
        TEST(an_index_of_another_version_is_made_anew),
        TEST(an_index_of_another_past_is_made_anew),
        TEST(the_finder_notices_a_new_index),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
