/* test_store_thread.c: replies, pages of threads, and who follows them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_thread.h"
#include "test_store.h"

#define ROOT 1

static int setup(void **state) {
    test_store_setup(state);
    test_store_people(*state, 3, 2);
    test_store_send(*state, fact_message(ROOT, 1, 1, 1));
    return 0;
}

static void grow(struct test_store *t, int64_t root, int64_t count) {
    struct chat_stored_message stored;
    assert_int_equal(store_find_message(t->store, root, &t->arena, &stored), ERR_OK);
    struct chat_fact fact = {.kind = CHAT_FACT_MESSAGE_THREADED, .at_ms = FACT_AT_MS + count};
    stored.message.reply_count = count;
    stored.message.last_reply_at = fact.at_ms;
    fact.change = (struct chat_change_fact){.message = &stored.message, .nonce = stored.nonce};
    test_store_add(t, fact,
                   (struct store_log_entry){.event = PROTO_EVENT_MESSAGE_CHANGED,
                                            .scope = CHAT_SCOPE_ROOM,
                                            .room = stored.message.room});
}

static int64_t reply(struct test_store *t, int64_t id, int64_t root, int64_t seq, int64_t author) {
    struct chat_fact fact = fact_message(id, 1, seq, author);
    fact.message.thread = root;
    fact.message.thread_author = 1;
    int64_t pos = test_store_send(t, fact);
    grow(t, root, seq);
    return pos;
}

static struct proto_message get(struct test_store *t, int64_t id) {
    struct chat_stored_message stored;
    assert_int_equal(store_read_message(t->reader, id, &t->arena, &stored), ERR_OK);
    return stored.message;
}

static struct chat_follow follow_of(struct test_store *t, int64_t user, enum err wanted) {
    struct chat_follow follow = {0};
    assert_int_equal(store_find_follow(t->store, user, ROOT, &follow), wanted);
    return follow;
}

static void replies_are_messages_with_a_count_of_their_own(void **state) {
    struct test_store *t = *state;
    for (int64_t i = 1; i <= 3; i++)
        reply(t, 10 + i, ROOT, i, 2);
    test_store_reopen(t);
    assert_int_equal(get(t, 12).thread, ROOT);
    assert_int_equal(get(t, 12).seq, 2);
    assert_int_equal(get(t, ROOT).reply_count, 3);
    assert_int_equal(get(t, ROOT).last_reply_at, FACT_AT_MS + 3);
    struct store_page page;
    assert_int_equal(store_read_history(t->reader, 1, 0, 0, 0, 50, &t->arena, &page), ERR_OK);
    assert_int_equal(page.count, 1); /* they are not in the room's history */
}

static void a_thread_is_read_in_pages(void **state) {
    struct test_store *t = *state;
    test_store_send(t, fact_message(2, 1, 2, 1));
    for (int64_t i = 1; i <= 5; i++)
        reply(t, 10 + i, ROOT, i, 2);
    reply(t, 20, 2, 1, 2); /* of another thread */
    struct store_page page;
    struct store_place place = {.limit = 2};
    assert_int_equal(store_read_thread(t->reader, ROOT, &place, &t->arena, &page), ERR_OK);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.messages[0].seq, 4);
    assert_true(page.has_before && !page.has_after);
    place = (struct store_place){.after = 1, .limit = 2};
    assert_int_equal(store_read_thread(t->reader, ROOT, &place, &t->arena, &page), ERR_OK);
    assert_int_equal(page.messages[0].id, 12);
    assert_true(page.has_before && page.has_after);
    place = (struct store_place){.limit = 50};
    assert_int_equal(store_read_thread(t->reader, 2, &place, &t->arena, &page), ERR_OK);
    assert_int_equal(page.count, 1);
    assert_int_equal(page.messages[0].id, 20);
    assert_int_equal(store_read_thread(t->reader, 20, &place, &t->arena, &page), ERR_OK);
    assert_int_equal(page.count, 0);
}

static void a_damaged_reply_is_a_hole_in_its_page(void **state) {
    struct test_store *t = *state;
    for (int64_t i = 1; i <= 3; i++)
        reply(t, 10 + i, ROOT, i, 2);
    assert_int_equal(
        store_db_script(&t->store->db, "UPDATE message SET body = 'other' WHERE id = 12"), ERR_OK);
    struct store_page page;
    const struct store_place place = {.limit = 50};
    assert_int_equal(store_read_thread(t->reader, ROOT, &place, &t->arena, &page), ERR_OK);
    assert_int_equal(page.count, 2);
    assert_int_equal(page.damaged_count, 1);
    assert_int_equal(page.damaged[0], 2);
}

static void who_takes_part_follows(void **state) {
    struct test_store *t = *state;
    const int64_t mentions[] = {3};
    follow_of(t, 1, ERR_NOT_FOUND);
    reply(t, 11, ROOT, 1, 2);
    assert_int_equal(follow_of(t, 2, ERR_OK).read_seq, 1);
    assert_int_equal(follow_of(t, 1, ERR_OK).read_seq, 0);
    follow_of(t, 3, ERR_NOT_FOUND);
    struct chat_fact fact = fact_message(12, 1, 2, 2);
    fact.message.thread = ROOT;
    fact.message.thread_author = 1;
    fact.message.mentions = mentions;
    fact.message.mention_count = 1;
    test_store_send(t, fact);
    assert_int_equal(follow_of(t, 3, ERR_OK).read_seq, 1);
    assert_true(follow_of(t, 3, ERR_OK).following);
}

static void put_me(struct test_store *t, int64_t user, int64_t thread, bool following,
                   int64_t read_seq) {
    struct chat_fact fact = {.kind = CHAT_FACT_THREAD_ME, .at_ms = FACT_AT_MS};
    fact.thread = (struct chat_thread_fact){
        .user = user, .room = 1, .thread = thread, .following = following, .read_seq = read_seq};
    test_store_silent(t, fact);
}

static void what_a_person_asked_for_stays(void **state) {
    struct test_store *t = *state;
    put_me(t, 1, ROOT, false, 0);
    reply(t, 11, ROOT, 1, 2); /* would make him follow */
    assert_false(follow_of(t, 1, ERR_OK).following);
    put_me(t, 1, ROOT, true, 1);
    assert_true(follow_of(t, 1, ERR_OK).following);
    assert_int_equal(follow_of(t, 1, ERR_OK).read_seq, 1);
}

static void followed_threads_are_listed_with_what_is_unread(void **state) {
    struct test_store *t = *state;
    struct store_threads threads;
    for (int64_t id = 2; id <= 4; id++)
        test_store_send(t, fact_message(id, 1, id, 1));
    reply(t, 11, ROOT, 1, 2);
    reply(t, 12, ROOT, 2, 2);
    put_me(t, 1, 2, true, 0);
    put_me(t, 1, 3, false, 0);
    put_me(t, 1, 4, true, 0);
    assert_int_equal(store_read_threads(t->reader, 1, 0, 2, &t->arena, &threads), ERR_OK);
    assert_int_equal(threads.count, 2);
    assert_true(threads.more);
    assert_int_equal(threads.threads[0].message->id, ROOT);
    assert_int_equal(threads.threads[0].me->unread, 2);
    assert_int_equal(threads.threads[1].me->thread, 2);
    assert_int_equal(threads.threads[1].me->unread, 0);
    assert_int_equal(store_read_threads(t->reader, 1, 2, 2, &t->arena, &threads), ERR_OK);
    assert_int_equal(threads.count, 1);
    assert_false(threads.more);
    assert_int_equal(threads.threads[0].me->thread, 4);
    test_store_leave(t, 1, 1); /* of rooms that he is not in nothing is shown */
    assert_int_equal(store_read_threads(t->reader, 1, 0, 2, &t->arena, &threads), ERR_OK);
    assert_int_equal(threads.count, 0);
}

static void twins_name_each_other_and_their_nonce_is_one(void **state) {
    struct test_store *t = *state;
    const int64_t rooms[] = {1};
    struct chat_fact first = fact_message(11, 1, 1, 2), second = fact_message(12, 1, 2, 2);
    struct store_events events;
    first.message.thread = ROOT;
    first.message.thread_author = 1;
    first.message.twin = 12;
    first.message.nonce = STR("nonce-two");
    second.message.twin = 11;
    second.message.nonce = STR("~nonce-two");
    int64_t before = t->pos;
    test_store_send(t, first);
    test_store_send(t, second);
    assert_int_equal(get(t, 11).twin, 12);
    assert_int_equal(get(t, 12).twin, 11);
    assert_int_equal(
        store_read_events(t->reader, 3, rooms, 1, before, t->pos, 10, &t->arena, &events), ERR_OK);
    assert_int_equal(events.count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_non_null(memmem(events.events[i].data.at, events.events[i].data.len,
                               "\"nonce\":\"nonce-two\"", 19));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        TEST(replies_are_messages_with_a_count_of_their_own),
        TEST(a_thread_is_read_in_pages),
        TEST(a_damaged_reply_is_a_hole_in_its_page),
        TEST(who_takes_part_follows),
        TEST(what_a_person_asked_for_stays),
        TEST(followed_threads_are_listed_with_what_is_unread),
        TEST(twins_name_each_other_and_their_nonce_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
