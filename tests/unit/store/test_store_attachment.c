/* test_store_attachment.c: rows of files: with messages, without, and what goes when they go.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "store/store_internal.h"
#include "test_store.h"

static struct buf removed;

static void note_removed(void *context, struct str names) {
    (void)context;
    buf_append_str(&removed, names);
}

static int setup(void **state) {
    test_store_setup(state);
    struct test_store *t = *state;
    test_store_people(t, 2, 2);
    store_set_remover(t->store, note_removed, NULL);
    buf_clear(&removed);
    return 0;
}

static int teardown(void **state) {
    buf_deinit(&removed);
    return test_store_teardown(state);
}

/* Returns the id. */
static int64_t add(struct test_store *t, int64_t owner, const char *name, int64_t size,
                   int64_t at_ms) {
    struct chat_fact fact = {.kind = CHAT_FACT_FILE_NEW, .at_ms = at_ms};
    fact.file = (struct chat_file_fact){.id = t->pos + 1,
                                        .owner = owner,
                                        .name = STR("a b.png"),
                                        .type = STR("image/png"),
                                        .size = size,
                                        .width = 30,
                                        .height = 20,
                                        .file = str_of_c(name),
                                        .sum = {1, 2, 3},
                                        .thumb_size = 9,
                                        .thumb_sum = {4, 5, 6}};
    test_store_silent(t, fact);
    return t->pos;
}

static struct proto_attachment files[2];

/* A message of person 1 in room 1 with these files; 0: none. */
static struct chat_fact message_with(int64_t id, int64_t seq, int64_t first, int64_t second) {
    struct chat_fact fact = fact_message(id, 1, seq, 1);
    files[0] = (struct proto_attachment){.id = first};
    files[1] = (struct proto_attachment){.id = second};
    fact.message.attachments = files;
    fact.message.attachment_count = (first != 0) + (size_t)(second != 0);
    return fact;
}

static struct proto_message get(struct test_store *t, int64_t id) {
    struct chat_stored_message found;
    assert_int_equal(store_read_message(t->reader, id, &t->arena, &found), ERR_OK);
    return found.message;
}

static void delete (struct test_store *t, int64_t id) {
    struct chat_fact fact = {.kind = CHAT_FACT_MESSAGE_DELETED, .at_ms = FACT_AT_MS};
    struct proto_message tombstone = get(t, id);
    tombstone.body = STR("");
    tombstone.deleted = true;
    tombstone.attachments_count = 0;
    fact.change =
        (struct chat_change_fact){.message = &tombstone, .nonce = fact_text("nonce-", id)};
    test_store_silent(t, fact);
}

static struct chat_space space(struct test_store *t, int64_t user) {
    struct chat_space found = {-1, -1};
    assert_int_equal(store_find_space(t->store, user, &found), ERR_OK);
    return found;
}

static void a_file_is_found_with_all_it_has(void **state) {
    struct test_store *t = *state;
    struct chat_stored_file file;
    int64_t id = add(t, 2, "name-on-disk", 1234, FACT_AT_MS);
    assert_int_equal(store_find_file(t->store, id, &t->arena, &file), ERR_OK);
    assert_int_equal(file.fact.owner, 2);
    assert_int_equal(file.message, 0);
    assert_str(file.fact.file, "name-on-disk");
    assert_int_equal(file.fact.sum[2], 3);
    assert_int_equal(file.fact.thumb_sum[0], 4);
    assert_int_equal(file.shown.size, 1234);
    assert_int_equal(file.shown.width, 30);
    struct buf url = BUF_EMPTY;
    buf_printf(&url, "/files/%lld/a%%20b.png", (long long)id);
    assert_str_same(file.shown.url, buf_str(&url));
    buf_append_c(&url, "?thumb=1");
    assert_str_same(file.shown.thumb_url, buf_str(&url));
    buf_deinit(&url);
    assert_int_equal(store_find_file(t->store, id + 1, &t->arena, &file), ERR_NOT_FOUND);
}

static void messages_show_their_files_in_order(void **state) {
    struct test_store *t = *state;
    int64_t first = add(t, 1, "one", 1, FACT_AT_MS), second = add(t, 1, "two", 2, FACT_AT_MS);
    test_store_send(t, message_with(1, 1, second, first));
    test_store_send(t, message_with(2, 2, 0, 0));
    struct proto_message message = get(t, 1);
    assert_int_equal(message.attachments_count, 2);
    assert_int_equal(message.attachments[0].id, second);
    assert_int_equal(message.attachments[1].id, first);
    assert_int_equal(get(t, 2).attachments_count, 0);
    struct store_page page;
    assert_int_equal(store_read_history(t->reader, 1, 0, 0, 0, 10, &t->arena, &page), ERR_OK);
    assert_int_equal(page.messages[0].attachments_count, 2);
    bool found = false;
    assert_int_equal(store_read_file_named(t->reader, STR("two"), &found), ERR_OK);
    assert_true(found);
    assert_int_equal(store_read_file_named(t->reader, STR("three"), &found), ERR_OK);
    assert_false(found);
}

static void a_deletion_removes_rows_room_and_files(void **state) {
    struct test_store *t = *state;
    int64_t first = add(t, 1, "one", 10, FACT_AT_MS), second = add(t, 1, "two", 20, FACT_AT_MS);
    (void)add(t, 2, "three", 5, FACT_AT_MS);
    test_store_send(t, message_with(1, 1, first, second));
    assert_int_equal(space(t, 1).of_user, 30);
    assert_int_equal(space(t, 1).of_all, 35);
    assert_int_equal(removed.len, 0);
    delete (t, 1);
    assert_str(buf_str(&removed), "one\ntwo\n");
    assert_int_equal(space(t, 1).of_user, 0);
    assert_int_equal(space(t, 2).of_all, 5);
    struct chat_stored_file file;
    assert_int_equal(store_find_file(t->store, first, &t->arena, &file), ERR_NOT_FOUND);
    test_store_reopen(t);
    assert_int_equal(space(t, 2).of_user, 5);
}

static void what_is_rolled_back_removes_nothing(void **state) {
    struct test_store *t = *state;
    int64_t first = add(t, 1, "one", 10, FACT_AT_MS);
    test_store_send(t, message_with(1, 1, first, 0));
    struct chat_fact fact = {.kind = CHAT_FACT_MESSAGE_DELETED, .at_ms = FACT_AT_MS};
    struct proto_message tombstone = get(t, 1);
    const struct store_log_entry entry = {.event = PROTO_EVENT_NONE};
    tombstone.body = STR("");
    tombstone.deleted = true;
    fact.pos = t->pos + 1;
    fact.change = (struct chat_change_fact){.message = &tombstone, .nonce = fact_text("nonce-", 1)};
    assert_int_equal(store_batch_begin(t->store), ERR_OK);
    assert_int_equal(store_write_fact(t->store, &fact, &entry), ERR_OK);
    store_batch_rollback(t->store);
    assert_int_equal(removed.len, 0);
    test_store_send(t, message_with(2, 2, 0, 0)); /* the next commit does not either */
    assert_int_equal(removed.len, 0);
    assert_int_equal(get(t, 1).attachments_count, 1);
}

/* The reply has them, and its twin in the room finds them there; who stays has them. */
static void twins_share_their_files(void **state) {
    struct test_store *t = *state;
    int64_t id = add(t, 1, "one", 10, FACT_AT_MS);
    test_store_send(t, message_with(1, 1, 0, 0));
    struct chat_fact reply = message_with(2, 1, id, 0), twin = message_with(3, 2, id, 0);
    reply.message.thread = 1;
    reply.message.thread_author = 1;
    reply.message.twin = 3;
    twin.message.twin = 2;
    test_store_send(t, reply);
    test_store_send(t, twin);
    assert_int_equal(get(t, 2).attachments[0].id, id);
    assert_int_equal(get(t, 3).attachments[0].id, id);
    delete (t, 2);
    assert_int_equal(removed.len, 0);
    assert_int_equal(get(t, 3).attachments[0].id, id);
    delete (t, 3);
    assert_str(buf_str(&removed), "one\n");
}

static void what_nobody_used_goes_after_a_day(void **state) {
    struct test_store *t = *state;
    const int64_t day_ms = 86400000;
    int64_t old = add(t, 1, "old", 1, FACT_AT_MS), used = add(t, 1, "used", 1, FACT_AT_MS);
    (void)add(t, 1, "young", 1, FACT_AT_MS + 1000);
    test_store_send(t, message_with(1, 1, used, 0));
    (void)store_idle(t->store, FACT_AT_MS + day_ms);
    assert_int_equal(removed.len, 0);
    t->store->unused_next_ms = 0;
    (void)store_idle(t->store, FACT_AT_MS + day_ms + 1);
    assert_str(buf_str(&removed), "old\n");
    assert_int_equal(space(t, 1).of_user, 2);
    struct chat_stored_file file;
    assert_int_equal(store_find_file(t->store, old, &t->arena, &file), ERR_NOT_FOUND);
}

static void a_file_is_used_once(void **state) {
    struct test_store *t = *state;
    int64_t id = add(t, 1, "one", 1, FACT_AT_MS);
    test_store_send(t, message_with(1, 1, id, 0));
    struct chat_fact again = message_with(2, 2, id, 0);
    const struct store_log_entry entry = {.event = PROTO_EVENT_NONE};
    again.pos = t->pos + 1;
    assert_int_equal(store_batch_begin(t->store), ERR_OK);
    assert_int_equal(store_write_fact(t->store, &again, &entry), ERR_CORRUPT);
    store_batch_rollback(t->store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_found_with_all_it_has),
        TEST(messages_show_their_files_in_order),
        TEST(a_deletion_removes_rows_room_and_files),
        TEST(what_is_rolled_back_removes_nothing),
        TEST(twins_share_their_files),
        TEST(what_nobody_used_goes_after_a_day),
        TEST(a_file_is_used_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
