/* test_chat_command.c: the gates before a command, and the tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat_world.h"

static struct world *w;
static struct person ada;

static int start(void **state) {
    (void)state;
    w = world_new();
    ada = world_guest(w, "Ada");
    return 0;
}

static int stop(void **state) {
    (void)state;
    world_free(w);
    return 0;
}

/* Big enough for every payload; all zero is a payload of each. */
static const char nothing[512];

static void what_is_not_implemented_is_unavailable(void **state) {
    (void)state;
    for (int command = 1; command < PROTO_COMMAND_COUNT; command++)
        if (!proto_commands[command].implemented) /* perhaps there is none just now */
            assert_int_equal(world_do(w, &ada, command, nothing), PROTO_UNAVAILABLE);
}

static void every_implemented_command_answers_or_refuses_with_a_sentence(void **state) {
    (void)state;
    for (int command = 1; command < PROTO_COMMAND_COUNT; command++) {
        if (!proto_commands[command].implemented)
            continue;
        assert_true(proto_commands[command].payload->size <= sizeof nothing);
        enum proto_error error = world_do(w, &ada, command, nothing);
        assert_true(error == PROTO_OK || error == PROTO_NOT_FOUND || error == PROTO_BAD_REQUEST ||
                    error == PROTO_FORBIDDEN);
        if (error == PROTO_OK)
            assert_int_equal(w->answer != NULL, proto_commands[command].result != NULL);
    }
}

static void without_a_session_every_command_is_unauthorized(void **state) {
    (void)state;
    struct chat_actor stranger = {.session = 4711, .connection = ada.connection};
    for (int command = 1; command < PROTO_COMMAND_COUNT; command++)
        assert_int_equal(world_act(w, stranger, command, nothing), PROTO_UNAUTHORIZED);
}

static void a_person_that_is_too_fast_is_told_how_long_to_wait(void **state) {
    (void)state;
    struct chat_options options = world_options();
    options.rate_scale = 1;
    struct world *slow = world_new_with(options);
    struct person person = world_guest(slow, "Ada"), other = world_guest(slow, "Ben");
    struct proto_user_list payload = {.limit = 1};
    int count = 0;
    while (world_do(slow, &person, PROTO_COMMAND_USER_LIST, &payload) == PROTO_OK)
        count++;
    assert_int_equal(count, 100); /* a burst of 200 at a cost of 2 */
    assert_int_equal(slow->error, PROTO_RATE_LIMITED);
    assert_int_equal(slow->outcome.error.retry_after_ms, 100);
    assert_int_equal(world_do(slow, &other, PROTO_COMMAND_USER_LIST, &payload), PROTO_OK);
    world_reload(slow); /* who was too fast stays so */
    assert_int_equal(world_do(slow, &person, PROTO_COMMAND_USER_LIST, &payload),
                     PROTO_RATE_LIMITED);
    slow->mono_ms += 100;
    assert_int_equal(world_do(slow, &person, PROTO_COMMAND_USER_LIST, &payload), PROTO_OK);
    world_free(slow);
}

static void a_monotonic_clock_that_goes_back_is_held(void **state) {
    (void)state;
    struct proto_typing payload = {world_slug("general"), true};
    world_do(w, &ada, PROTO_COMMAND_TYPING, &payload);
    w->mono_ms -= 100000;
    world_do(w, &ada, PROTO_COMMAND_TYPING, &payload);
    assert_true(chat_due_ms(w->chat) >= w->mono_ms + 6000);
    w->mono_ms += 100000;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_implemented_is_unavailable),
        TEST(every_implemented_command_answers_or_refuses_with_a_sentence),
        TEST(without_a_session_every_command_is_unauthorized),
        TEST(a_person_that_is_too_fast_is_told_how_long_to_wait),
        TEST(a_monotonic_clock_that_goes_back_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
