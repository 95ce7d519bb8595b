/* test_chat_ready.c: which rooms somebody is told of when he comes, and in what order.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben;
static int64_t quiet, lively, called, loved, silenced;

/* Ada is in general and in five rooms of Ben's. */
static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    int64_t *const rooms[] = {&quiet, &lively, &called, &loved, &silenced};
    for (size_t i = 0; i < TEST_COUNT(rooms); i++) {
        *rooms[i] = world_room(w, &ben, "Room", false);
        world_put(w, &ada, *rooms[i], PROTO_MEMBER_ROLE_MEMBER);
        w->mono_ms += 1000;
    }
    struct proto_room_prefs love = {
        .room = world_id(loved), .has_favorite = true, .favorite = true};
    struct proto_room_prefs hush = {.room = world_id(silenced), .level = PROTO_LEVEL_NOTHING};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_PREFS, &love), PROTO_OK);
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_PREFS, &hush), PROTO_OK);
    assert_int_equal(world_send(w, &ben, called, "@Ada"), PROTO_OK);
    w->mono_ms += 1000;
    assert_int_equal(world_send(w, &ben, lively, "hello"), PROTO_OK);
    w->mono_ms += 1000;
    assert_int_equal(world_send(w, &ben, silenced, "hello"), PROTO_OK);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static const struct chat_attached *come(size_t rooms_max) {
    struct chat_attach attach = {.has_token = true, .resume_pos = -1, .rooms_max = rooms_max};
    struct person again;
    memcpy(attach.token_hash, fake_find_session(w->store, ada.session)->token_hash,
           sizeof attach.token_hash);
    assert_int_equal(world_attach(w, attach, &again), PROTO_OK);
    return w->answer;
}

static void who_asks_for_nothing_gets_all_in_order_of_their_ids(void **state) {
    (void)state;
    const struct chat_attached *attached = come(0);
    const struct proto_event_ready *ready = &attached->ready;
    assert_int_equal(ready->rooms_count, 6);
    assert_false(ready->rooms_more || attached->is_bounded);
    for (size_t i = 1; i < ready->rooms_count; i++)
        assert_true(ready->rooms[i - 1].id < ready->rooms[i].id);
}

static void those_that_count_most_come_first(void **state) {
    (void)state;
    const struct chat_attached *attached = come(4);
    const struct proto_event_ready *ready = &attached->ready;
    const int64_t wanted[] = {loved, called, lively,
                              silenced}; /* silenced: the liveliest of the rest */
    assert_int_equal(ready->rooms_count, TEST_COUNT(wanted));
    for (size_t i = 0; i < TEST_COUNT(wanted); i++)
        assert_int_equal(ready->rooms[i].id, wanted[i]);
    assert_true(ready->rooms_more && attached->is_bounded);
    assert_int_equal(attached->room_count, 6); /* he hears all of them */
}

static void as_many_as_there_are_is_all_of_them(void **state) {
    (void)state;
    const struct chat_attached *attached = come(6);
    assert_int_equal(attached->ready.rooms_count, 6);
    assert_false(attached->ready.rooms_more);
}

static void all_come_in_pages(void **state) {
    (void)state;
    struct proto_room_mine payload = {.limit = 4};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_MINE, &payload), PROTO_OK);
    const struct proto_room_mine_result *result = w->answer;
    assert_int_equal(result->rooms_count, 4);
    assert_true(result->more);
    assert_non_null(result->rooms[0].me);
    payload.after = result->rooms[3].id;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_MINE, &payload), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->rooms_count, 2);
    assert_int_equal(result->rooms[1].id, silenced);
    assert_false(result->more);
    payload.after = silenced;
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_ROOM_MINE, &payload), PROTO_OK);
    result = w->answer;
    assert_int_equal(result->rooms_count, 0);
    assert_false(result->more);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(who_asks_for_nothing_gets_all_in_order_of_their_ids),
        TEST(those_that_count_most_come_first),
        TEST(as_many_as_there_are_is_all_of_them),
        TEST(all_come_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
