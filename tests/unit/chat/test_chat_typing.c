/* test_chat_typing.c: who is writing just now.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben, eve;
static int64_t room;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    eve = world_guest(w, "Eve");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    world_pass(w, 10000);
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error type(const struct person *person, bool on) {
    struct proto_typing payload = {world_id(room), on};
    return world_do(w, person, PROTO_COMMAND_TYPING, &payload);
}

/* What the last act told about typing: 1 on, 0 off, -1 nothing. */
static int told(void) {
    const struct world_event *event = world_event(w, PROTO_EVENT_TYPING, 0);
    return event == NULL ? -1 : ((const struct proto_event_typing *)event->payload)->on;
}

static void the_room_s_other_members_are_told(void **state) {
    (void)state;
    assert_int_equal(type(&ben, true), PROTO_OK);
    const struct proto_event_typing *heard = world_heard(w, &ada, PROTO_EVENT_TYPING);
    assert_int_equal(heard->room, room);
    assert_int_equal(heard->user, ben.user);
    assert_true(heard->on);
    assert_null(world_heard(w, &ben, PROTO_EVENT_TYPING));
    assert_null(world_heard(w, &eve, PROTO_EVENT_TYPING));
    assert_int_equal(w->outcome.fact_count, 0);
}

static void only_changes_are_told(void **state) {
    (void)state;
    type(&ben, false);
    assert_int_equal(told(), -1);
    type(&ben, true);
    assert_int_equal(told(), 1);
    type(&ben, true);
    assert_int_equal(told(), -1);
    type(&ben, false);
    assert_int_equal(told(), 0);
    type(&ben, false);
    assert_int_equal(told(), -1);
}

static void a_mark_ends_six_seconds_after_the_last_typing(void **state) {
    (void)state;
    type(&ben, true);
    w->mono_ms += 4000;
    type(&ada, true);
    type(&ben, true);
    assert_int_equal(chat_due_ms(w->chat), w->mono_ms + 6000);
    w->mono_ms += 5999;
    world_tick(w);
    assert_int_equal(told(), -1);
    w->mono_ms += 1;
    world_tick(w);
    assert_int_equal(w->event_count, 2); /* both */
    assert_int_equal(told(), 0);
}

static void sending_and_leaving_end_it(void **state) {
    (void)state;
    type(&ben, true);
    world_send(w, &ben, room, "said");
    assert_int_equal(told(), 0);
    assert_int_equal(w->events[w->event_count - 1].event,
                     PROTO_EVENT_TYPING); /* behind the message */
    type(&ben, true);
    struct proto_room_leave leave = {world_id(room)};
    world_do(w, &ben, PROTO_COMMAND_ROOM_LEAVE, &leave);
    assert_int_equal(told(), 0);
    assert_int_equal(chat_due_ms(w->chat) > w->mono_ms + 6000, true);
}

static void a_refused_message_ends_nothing(void **state) {
    (void)state;
    type(&ben, true);
    assert_int_equal(world_send(w, &ben, room, " "), PROTO_BAD_REQUEST);
    type(&ben, true);
    assert_int_equal(told(), -1);
}

static void who_may_not_send_does_not_type(void **state) {
    (void)state;
    assert_int_equal(type(&eve, true), PROTO_FORBIDDEN);
    struct chat_room_fact fact = world_room_fact(w, room);
    fact.announcement = true;
    world_set_room(w, fact);
    assert_int_equal(type(&ben, true), PROTO_FORBIDDEN);
    assert_int_equal(type(&ada, true), PROTO_OK);
}

static void marks_survive_a_reload(void **state) {
    (void)state;
    type(&ben, true);
    world_reload(w);
    type(&ben, true);
    assert_int_equal(told(), -1);
    w->mono_ms += 6000;
    world_tick(w);
    assert_int_equal(told(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

static int start_limited(void **state) {
    struct chat_options options = world_options();
    (void)state;
    options.rate_scale = 1;
    w = world_new_with(options);
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    room = WORLD_GENERAL;
    return 0;
}

/* Twenty times on and off within a second: the others hear five of them, and then one in three seconds. */
static void who_flickers_is_told_of_less_often(void **state) {
    (void)state;
    int heard = 0;
    for (int i = 0; i < 20; i++) {
        assert_int_equal(type(&ada, true), PROTO_OK);
        heard += told() == 1;
        assert_int_equal(type(&ada, false), PROTO_OK);
        world_pass(w, 50); /* the pace of commands is another limit */
    }
    assert_int_equal(heard, 5);
    assert_int_equal(type(&ben, true), PROTO_OK); /* each has his own */
    assert_int_equal(told(), 1);
    world_pass(w, 3000);
    assert_int_equal(type(&ada, true), PROTO_OK);
    assert_int_equal(told(), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_room_s_other_members_are_told),
        TEST(only_changes_are_told),
        TEST(a_mark_ends_six_seconds_after_the_last_typing),
        TEST(sending_and_leaving_end_it),
        TEST(a_refused_message_ends_nothing),
        TEST(who_may_not_send_does_not_type),
        TEST(marks_survive_a_reload),
        cmocka_unit_test_setup_teardown(who_flickers_is_told_of_less_often, start_limited, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
