/* test_chat_react.c: reactions and pins.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada, ben;
static int64_t room, message;

/* Ada owns the room, Ben is in it; she has said something. */
static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    ben = world_guest(w, "Ben");
    room = world_room(w, &ada, "News", false);
    world_join(w, &ben, room);
    assert_int_equal(world_send(w, &ada, room, "hello"), PROTO_OK);
    message = world_sent(w)->id;
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

static enum proto_error react(const struct person *person, const char *emoji, bool on) {
    struct proto_message_react payload = {message, str_of_c(emoji), on};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_REACT, &payload);
}

static enum proto_error pin(const struct person *person, int64_t id, bool on) {
    struct proto_message_pin payload = {id, on};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_PIN, &payload);
}

static enum proto_error delete (const struct person *person) {
    struct proto_message_delete payload = {message};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_DELETE, &payload);
}

static const struct proto_message *answered(void) {
    return ((const struct proto_message_get_result *)w->answer)->message;
}

/* The message as the store has it. */
static const struct proto_message *stored(void) {
    struct chat_stored_message *found = ARENA_NEW(&w->arena, struct chat_stored_message);
    assert_int_equal(fake_port_find_message(w->store, message, &w->arena, found), ERR_OK);
    return &found->message;
}

/* Another emoji for each number: pictures stand side by side. */
static const char *emoji_of(int number) {
    static char text[8];
    uint32_t c = 0x1F600 + (uint32_t)number;
    snprintf(text, sizeof text, "%c%c%c%c", (char)(0xF0 | c >> 18), (char)(0x80 | (c >> 12 & 63)),
             (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63)));
    return text;
}

/* Reactions */

static void a_reaction_is_told_and_answered(void **state) {
    (void)state;
    assert_int_equal(react(&ben, "👍", true), PROTO_OK);
    const struct proto_event_message_changed *heard =
        world_heard(w, &ada, PROTO_EVENT_MESSAGE_CHANGED);
    assert_int_equal(heard->change, PROTO_CHANGE_REACT);
    assert_int_equal(heard->message->reactions_count, 1);
    assert_str(heard->message->reactions[0].emoji, "👍");
    assert_int_equal(heard->message->reactions[0].users[0], ben.user);
    assert_int_equal(answered()->reactions[0].count, 1);
    assert_int_equal(react(&ada, "👍", true), PROTO_OK);
    assert_int_equal(react(&ada, "🎉", true), PROTO_OK);
    assert_int_equal(answered()->reactions_count, 2);
    assert_int_equal(answered()->reactions[0].count, 2);
    assert_int_equal(answered()->reactions[0].users[1], ada.user);
    assert_int_equal(stored()->reactions_count, 2);
}

static void the_same_again_changes_nothing(void **state) {
    (void)state;
    react(&ben, "👍", true);
    assert_int_equal(react(&ben, "👍", true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(answered()->reactions[0].count, 1);
    assert_int_equal(react(&ben, "🎉", false), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void who_takes_his_back_leaves_those_of_others(void **state) {
    (void)state;
    react(&ben, "👍", true);
    react(&ada, "👍", true);
    react(&ben, "🎉", true);
    assert_int_equal(react(&ben, "👍", false), PROTO_OK);
    assert_int_equal(answered()->reactions_count, 2);
    assert_int_equal(answered()->reactions[0].users[0], ada.user);
    assert_int_equal(react(&ada, "👍", false), PROTO_OK);
    assert_int_equal(answered()->reactions_count, 1);
    assert_str(answered()->reactions[0].emoji, "🎉");
    assert_int_equal(stored()->reactions_count, 1);
}

/* Goal: behind the twentieth nobody is named, and still everybody counts once. */
static void of_many_people_twenty_are_named(void **state) {
    (void)state;
    struct person people[25];
    char name[8];
    for (int i = 0; i < 25; i++) {
        snprintf(name, sizeof name, "p%d", i);
        people[i] = world_guest(w, name);
        world_join(w, &people[i], room);
        assert_int_equal(react(&people[i], "👍", true), PROTO_OK);
    }
    assert_int_equal(answered()->reactions[0].count, 25);
    assert_int_equal(answered()->reactions[0].users_count, PROTO_LIMIT_REACTION_USERS);
    size_t lookups = w->store->lookups;
    assert_int_equal(react(&people[24], "👍", true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(w->store->lookups, lookups + 2);
    assert_int_equal(react(&people[24], "👍", false), PROTO_OK);
    assert_int_equal(answered()->reactions[0].count, 24);
    assert_int_equal(react(&people[24], "👍", false), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
}

static void fifty_kinds_are_enough(void **state) {
    (void)state;
    for (int i = 0; i < PROTO_LIMIT_REACTION_KINDS; i++)
        assert_int_equal(react(&ben, emoji_of(i), true), PROTO_OK);
    assert_int_equal(react(&ada, emoji_of(PROTO_LIMIT_REACTION_KINDS), true), PROTO_CONFLICT);
    assert_int_equal(react(&ada, emoji_of(0), true), PROTO_OK);
    assert_int_equal(react(&ben, emoji_of(1), false), PROTO_OK);
    assert_int_equal(react(&ada, emoji_of(PROTO_LIMIT_REACTION_KINDS), true), PROTO_OK);
}

static void a_reaction_is_one_emoji_of_a_member(void **state) {
    (void)state;
    struct person eve = world_guest(w, "Eve");
    assert_int_equal(react(&ben, "hello", true), PROTO_BAD_REQUEST);
    assert_str(w->outcome.error.field, "emoji");
    assert_int_equal(react(&eve, "👍", true), PROTO_FORBIDDEN);
    w->store->fails = ERR_IO;
    assert_int_equal(react(&ben, "👍", true), PROTO_UNAVAILABLE);
}

static void a_tombstone_has_no_reactions_and_gets_none(void **state) {
    (void)state;
    react(&ben, "👍", true);
    pin(&ada, message, true);
    assert_int_equal(delete (&ada), PROTO_OK);
    assert_int_equal(answered()->reactions_count, 0);
    assert_false(answered()->pinned);
    assert_int_equal(stored()->reactions_count, 0);
    assert_false(stored()->pinned);
    assert_int_equal(react(&ben, "👍", true), PROTO_FORBIDDEN);
    assert_int_equal(pin(&ada, message, true), PROTO_FORBIDDEN);
}

/* Pins */

static void moderators_pin(void **state) {
    (void)state;
    assert_int_equal(pin(&ben, message, true), PROTO_FORBIDDEN);
    assert_int_equal(pin(&ada, message, true), PROTO_OK);
    const struct proto_event_message_changed *heard =
        world_heard(w, &ben, PROTO_EVENT_MESSAGE_CHANGED);
    assert_int_equal(heard->change, PROTO_CHANGE_PIN);
    assert_true(heard->message->pinned);
    assert_true(answered()->pinned);
    assert_int_equal(pin(&ada, message, true), PROTO_OK);
    assert_int_equal(w->outcome.fact_count, 0);
    assert_int_equal(pin(&ada, message, false), PROTO_OK);
    assert_false(stored()->pinned);
}

static void in_a_direct_message_everybody_pins(void **state) {
    (void)state;
    int64_t dm = world_dm(w, &ada, &ben);
    world_send(w, &ada, dm, "private");
    assert_int_equal(pin(&ben, world_sent(w)->id, true), PROTO_OK);
}

static void an_edit_keeps_reactions_and_pin(void **state) {
    (void)state;
    react(&ben, "👍", true);
    pin(&ada, message, true);
    struct proto_message_edit payload = {message, STR("other")};
    assert_int_equal(world_do(w, &ada, PROTO_COMMAND_MESSAGE_EDIT, &payload), PROTO_OK);
    assert_int_equal(answered()->reactions_count, 1);
    assert_true(answered()->pinned);
    assert_int_equal(stored()->reactions_count, 1);
    assert_true(stored()->pinned);
}

static void pins_are_read_by_members(void **state) {
    (void)state;
    struct person eve = world_guest(w, "Eve");
    struct proto_message_pins payload = {.room = world_id(room), .after = 3};
    assert_int_equal(world_do(w, &ben, PROTO_COMMAND_MESSAGE_PINS, &payload), PROTO_OK);
    assert_int_equal(w->outcome.read.kind, CHAT_READ_PINS);
    assert_int_equal(w->outcome.read.room, room);
    assert_int_equal(w->outcome.read.after, 3);
    assert_int_equal(w->outcome.read.limit, 50);
    assert_int_equal(world_do(w, &eve, PROTO_COMMAND_MESSAGE_PINS, &payload), PROTO_FORBIDDEN);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
    const struct CMUnitTest tests[] = {
        TEST(a_reaction_is_told_and_answered),
        TEST(the_same_again_changes_nothing),
        TEST(who_takes_his_back_leaves_those_of_others),
        TEST(of_many_people_twenty_are_named),
        TEST(fifty_kinds_are_enough),
        TEST(a_reaction_is_one_emoji_of_a_member),
        TEST(a_tombstone_has_no_reactions_and_gets_none),
        TEST(moderators_pin),
        TEST(in_a_direct_message_everybody_pins),
        TEST(an_edit_keeps_reactions_and_pin),
        TEST(pins_are_read_by_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
