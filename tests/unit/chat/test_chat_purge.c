/* test_chat_purge.c: deleting all that a person said in a room, step by step.
 *
 * The fake store looks at four messages a step.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_internal.h"
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
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* As a command that throws Ben out. */
static enum proto_error purge(void) {
    const struct chat_command command = {.now_ms = world_wall_ms(w), .mono_ms = w->mono_ms};
    world_begin(w);
    struct chat_turn turn = {.chat = w->chat,
                             .command = &command,
                             .outcome = &w->outcome,
                             .arena = &w->arena,
                             .user = chat_user_get(w->chat, ada.user)};
    enum proto_error error = chat_purge_begin(&turn, chat_room_get(w->chat, room), ben.user);
    world_apply(w);
    return error;
}

static void say_much(const struct person *person, int64_t where, int count) {
    for (int i = 0; i < count; i++)
        assert_int_equal(world_send(w, person, where, "bad @ada"), PROTO_OK);
}

static int left(const struct person *person, int64_t where) {
    int count = 0;
    for (size_t i = 0; i < w->store->message_count; i++) {
        const struct chat_message_fact *message = &w->store->messages[i].fact;
        count += message->author == person->user && message->room == where && !message->deleted;
    }
    return count;
}

static void a_few_messages_go_at_once(void **state) {
    (void)state;
    say_much(&ben, room, 3);
    say_much(&ada, room, 1);
    assert_int_equal(purge(), PROTO_OK);
    assert_int_equal(left(&ben, room), 0);
    assert_int_equal(left(&ada, room), 1);
    assert_int_equal(w->outcome.fact_count, 3);
    assert_non_null(world_heard(w, &ada, PROTO_EVENT_MESSAGE_CHANGED));
    assert_int_equal(w->store->purge_count, 0);
}

static void many_go_by_and_by(void **state) {
    (void)state;
    say_much(&ben, room, 30);
    say_much(&ben, WORLD_GENERAL, 5);
    purge();
    assert_in_range(left(&ben, room), 20, 29);
    assert_int_equal(w->store->purge_count, 1);
    world_pass(w, 10000);
    assert_int_equal(left(&ben, room), 0);
    assert_int_equal(left(&ben, WORLD_GENERAL), 5);
    assert_int_equal(w->store->purge_count, 0);
    assert_true(chat_due_ms(w->chat) > w->mono_ms + 1000); /* and it is over */
    assert_int_equal(chat_member_get(w->chat, room, ada.user)->mentions, 0);
}

static void it_goes_on_after_a_restart(void **state) {
    (void)state;
    say_much(&ben, room, 20);
    purge();
    world_reload(w);
    world_pass(w, 10000);
    assert_int_equal(left(&ben, room), 0);
    assert_int_equal(w->store->purge_count, 0);
}

static void what_is_said_later_stays(void **state) {
    (void)state;
    say_much(&ben, room, 20);
    purge();
    say_much(&ben, room, 2);
    world_pass(w, 10000);
    assert_int_equal(left(&ben, room), 2);
}

/* Goal: a step whose facts never happened is made up for. Method: decide steps and forget them. */
static void steps_that_did_not_happen_are_done_again(void **state) {
    (void)state;
    say_much(&ben, room, 20);
    purge();
    for (int i = 0; i < 3; i++) {
        w->mono_ms = chat_due_ms(w->chat);
        world_begin(w);
        chat_tick(w->chat, world_wall_ms(w), w->mono_ms, &w->outcome);
    }
    world_pass(w, 10000);
    assert_int_equal(left(&ben, room), 0);
    assert_int_equal(w->store->purge_count, 0);
}

static void it_waits_for_a_store_that_refuses(void **state) {
    (void)state;
    say_much(&ben, room, 20);
    purge();
    w->store->fails = ERR_IO;
    world_pass(w, 5000);
    assert_int_equal(w->store->purge_count, 1);
    w->store->fails = ERR_OK;
    world_pass(w, 10000);
    assert_int_equal(left(&ben, room), 0);
    w->store->fails = ERR_IO;
    assert_int_equal(purge(), PROTO_UNAVAILABLE);
}

static void once_more_begins_anew(void **state) {
    (void)state;
    say_much(&ben, room, 20);
    purge();
    say_much(&ben, room, 20);
    purge();
    assert_int_equal(w->store->purge_count, 1);
    world_pass(w, 10000);
    assert_int_equal(left(&ben, room), 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(a_few_messages_go_at_once),
        TEST(many_go_by_and_by),
        TEST(it_goes_on_after_a_restart),
        TEST(what_is_said_later_stays),
        TEST(steps_that_did_not_happen_are_done_again),
        TEST(it_waits_for_a_store_that_refuses),
        TEST(once_more_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
