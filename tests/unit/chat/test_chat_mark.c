/* test_chat_mark.c: all rooms read at once, and back again; a room's place in the list.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben;
static int64_t room;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    world_send(w, &ada, room, "@Ben one");
    world_send(w, &ada, room, "two");
    world_send(w, &ada, WORLD_GENERAL, "three");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error put_back(struct proto_read_mark *marks, size_t count) {
    struct proto_room_unread payload = {marks, count};
    return world_do(w, &ben, PROTO_COMMAND_ROOM_UNREAD, &payload);
}

static void all_is_read_and_undone_again(void **state) {
    (void)state;
    struct proto_read_mark marks[4];
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_READ_ALL, NULL), PROTO_OK);
    const struct proto_room_read_all_result *result = w->answer;
    assert_int_equal(result->marks_count, 2);
    memcpy(marks, result->marks, 2 * sizeof marks[0]);
    assert_int_equal(marks[1].room, room);
    assert_int_equal(marks[1].read_seq, 0);
    assert_int_equal(marks[1].mentions, 1);
    assert_int_equal(w->event_count, 2);
    assert_null(world_heard(w, &ada, PROTO_EVENT_ROOM_ME));
    assert_int_equal(world_member(w, &ben, room)->read_seq, 2);
    assert_int_equal(world_member(w, &ben, room)->mentions, 0);
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_READ_ALL, NULL), PROTO_OK);
    assert_int_equal(((const struct proto_room_read_all_result *)w->answer)->marks_count, 0);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(put_back(marks, 2), PROTO_OK);
    assert_int_equal(world_member(w, &ben, room)->read_seq, 0);
    assert_int_equal(world_member(w, &ben, room)->mentions, 1);
    assert_int_equal(world_member(w, &ben, WORLD_GENERAL)->read_seq, 0);
}

static void a_mark_goes_back_only_and_counts_no_more_than_is_unread(void **state) {
    (void)state;
    int64_t secret = world_room(w, &ada, "Lab", true);
    struct proto_read_mark marks[] = {
        {room, 2, 0},   /* forward */
        {secret, 0, 0}, /* not his */
        {999, 0, 0},
    };
    assert_int_equal(put_back(marks, 3), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    struct proto_room_read read = {world_id(room), 2};
    world_do(w, &ben, PROTO_COMMAND_ROOM_READ, &read);
    marks[0] = (struct proto_read_mark){room, 1, 50};
    assert_int_equal(put_back(marks, 1), PROTO_OK);
    assert_int_equal(world_member(w, &ben, room)->read_seq, 1);
    assert_int_equal(world_member(w, &ben, room)->mentions, 1);
    world_reload(w);
}

static void a_room_has_a_place_in_the_list_of_each(void **state) {
    (void)state;
    struct proto_room_prefs payload = {
        .room = world_id(room), .position = PROTO_LIMIT_POSITION, .has_position = true};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_ROOM_PREFS, &payload), PROTO_OK);
    assert_int_equal(((const struct proto_room_prefs_result *)w->answer)->me->position,
                     PROTO_LIMIT_POSITION);
    assert_non_null(world_heard(w, &ben, PROTO_EVENT_ROOM_ME));
    assert_int_equal(world_member(w, &ada, room)->position, 0);
    world_reload(w);
    payload.has_position = false;
    world_do(w, &ben, PROTO_COMMAND_ROOM_PREFS, &payload);
    assert_int_equal(((const struct proto_room_prefs_result *)w->answer)->me->position,
                     PROTO_LIMIT_POSITION);
    assert_int_equal(w->outcome.fact_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(all_is_read_and_undone_again),
        TEST(a_mark_goes_back_only_and_counts_no_more_than_is_unread),
        TEST(a_room_has_a_place_in_the_list_of_each),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
