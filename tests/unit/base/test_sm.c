/* test_sm.c: state machines.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/sm.h"

enum door { DOOR_OPEN, DOOR_SHUT, DOOR_GONE };

static const struct sm_state door_states[] = {
    [DOOR_OPEN] = {"open", SM_TO(DOOR_SHUT) | SM_TO(DOOR_GONE)},
    [DOOR_SHUT] = {"shut", SM_TO(DOOR_OPEN)},
    [DOOR_GONE] = {"gone", 0},
};
static const struct sm_table door_table = {"door", LOG_APP, door_states, TEST_COUNT(door_states)};

static void moves_in_the_table_are_made(void **state) {
    (void)state;
    struct sm sm;
    sm_init(&sm, DOOR_OPEN);
    assert_true(sm_may(&sm, &door_table, DOOR_SHUT));
    sm_move(&sm, &door_table, DOOR_SHUT, &sm);
    assert_int_equal(sm.state, DOOR_SHUT);
    sm_move(&sm, &door_table, DOOR_OPEN, &sm);
    sm_move(&sm, &door_table, DOOR_GONE, &sm);
    assert_int_equal(sm.state, DOOR_GONE);
}

static void asking_answers_for_every_pair(void **state) {
    (void)state;
    static const bool may[3][3] = {
        {false, true, true}, {true, false, false}, {false, false, false}};
    for (uint8_t from = 0; from < 3; from++) {
        for (uint8_t to = 0; to < 3; to++) {
            struct sm sm;
            sm_init(&sm, from);
            assert_int_equal(sm_may(&sm, &door_table, to), may[from][to]);
            assert_int_equal(sm.state, from);
        }
        assert_false(sm_may(&(struct sm){from}, &door_table, 3)); /* no such state */
    }
}

static void open_what_is_gone(void *context) {
    sm_move(context, &door_table, DOOR_OPEN, context);
}

static void move_to_no_state(void *context) {
    sm_move(context, &door_table, 3, context);
}

static void a_move_outside_the_table_crashes(void **state) {
    (void)state;
    struct sm sm;
    sm_init(&sm, DOOR_GONE);
    assert_aborts(open_what_is_gone, &sm);
    sm_init(&sm, DOOR_OPEN);
    assert_aborts(open_what_is_gone, &sm); /* to itself: not in the table either */
    assert_aborts(move_to_no_state, &sm);
}

static void a_move_is_traced_at_debug_level(void **state) {
    (void)state;
    int ends[2];
    char line[512];
    struct sm sm;
    sm_init(&sm, DOOR_OPEN);
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    log_set_fd(ends[1]);
    sm_move(&sm, &door_table, DOOR_SHUT, &sm);
    assert_int_equal(read(ends[0], line, sizeof line), -1);
    log_set_level(LOG_DEBUG);
    sm_move(&sm, &door_table, DOOR_OPEN, &sm);
    ssize_t len = read(ends[0], line, sizeof line);
    log_set_level(LOG_INFO);
    log_set_fd(STDERR_FILENO);
    assert_true(len > 0);
    struct str text = str_of(line, (size_t)len);
    assert_true(str_ends_with(text, STR(" from=shut to=open\n")));
    assert_non_null(memmem(text.at, text.len, " debug app state.move machine=door who=0x", 41));
    close(ends[0]);
    close(ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_in_the_table_are_made),
        cmocka_unit_test(asking_answers_for_every_pair),
        cmocka_unit_test(a_move_outside_the_table_crashes),
        cmocka_unit_test(a_move_is_traced_at_debug_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
