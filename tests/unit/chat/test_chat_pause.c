/* test_chat_pause.c: slow mode: who wrote when.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

#include "chat/chat_internal.h"

static struct world *w;
static int64_t last_pos;
static struct chat_room room = {.id = 7, .slow_mode_s = 10};

static int start(void **state) {
    (void)state;
    w = world_new();
    room.slow_mode_s = 10;
    w->chat->mono_ms = 1000;
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static void a_pause_runs_for_one_person_in_one_room(void **state) {
    (void)state;
    struct chat_room other = {.id = 8, .slow_mode_s = 10};
    chat_pause_start(w->chat, &room, 1, ++last_pos);
    assert_int_equal(chat_pause_left(w->chat, &room, 1), 10000);
    assert_int_equal(chat_pause_left(w->chat, &room, 2), 0);
    assert_int_equal(chat_pause_left(w->chat, &other, 1), 0);
    w->chat->mono_ms += 9999;
    assert_int_equal(chat_pause_left(w->chat, &room, 1), 1);
    w->chat->mono_ms += 1;
    assert_int_equal(chat_pause_left(w->chat, &room, 1), 0);
}

static void the_present_setting_of_the_room_counts(void **state) {
    (void)state;
    chat_pause_start(w->chat, &room, 1, ++last_pos);
    room.slow_mode_s = 60;
    assert_int_equal(chat_pause_left(w->chat, &room, 1), 60000);
    room.slow_mode_s = 0;
    assert_int_equal(chat_pause_left(w->chat, &room, 1), 0);
}

static void nothing_is_noted_in_rooms_that_are_not_slow(void **state) {
    (void)state;
    room.slow_mode_s = 0;
    chat_pause_start(w->chat, &room, 1, ++last_pos);
    assert_int_equal(map_count(&w->chat->pauses), 0);
}

static void old_notes_are_dropped(void **state) {
    (void)state;
    for (int64_t user = 1; user <= 100; user++)
        chat_pause_start(w->chat, &room, user, ++last_pos);
    w->chat->mono_ms += PROTO_LIMIT_SLOW_MODE_S * 1000LL + 1;
    for (int i = 0; i < 60; i++)
        chat_pause_start(w->chat, &room, 500, ++last_pos);
    assert_int_equal(map_count(&w->chat->pauses), 1);
}

static void a_message_that_has_not_happened_has_started_none(void **state) {
    (void)state;
    chat_pause_start(w->chat, &room, 1, 11);
    chat_pause_start(w->chat, &room, 2, 12);
    chat_pause_start(w->chat, &room, 3, 13);
    w->chat->last_pos = 11;
    chat_pause_reload(w->chat);
    assert_int_equal(chat_pause_left(w->chat, &room, 1), 10000);
    assert_int_equal(chat_pause_left(w->chat, &room, 2), 0);
    assert_int_equal(chat_pause_left(w->chat, &room, 3), 0);
    assert_int_equal(map_count(&w->chat->pauses), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_pause_runs_for_one_person_in_one_room),
        TEST(the_present_setting_of_the_room_counts),
        TEST(nothing_is_noted_in_rooms_that_are_not_slow),
        TEST(old_notes_are_dropped),
        TEST(a_message_that_has_not_happened_has_started_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
