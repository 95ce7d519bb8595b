/* test_proto_command.c: what the generated tables promise to those who read them, and finding a row by its name.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "proto/gen/proto_gen.h"

static void every_command_is_found_by_its_name(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        assert_ptr_equal(proto_command_find(proto_commands[i].name), &proto_commands[i]);
        assert_int_equal(proto_commands[i].command, i);
    }
}

static void an_unknown_name_finds_nothing(void **state) {
    (void)state;
    assert_null(proto_command_find(STR("message:sen")));
    assert_null(proto_command_find(STR("message:send ")));
    assert_null(proto_command_find(STR("MESSAGE:SEND")));
    assert_null(proto_command_find(STR("ready")));
    assert_null(proto_command_find(STR("")));
    assert_null(proto_command_find(STR_NONE));
}

static void a_row_says_who_may_and_what_it_costs(void **state) {
    (void)state;
    const struct proto_command_row *send = proto_command_find(STR("message:send"));
    assert_int_equal(send->command, PROTO_COMMAND_MESSAGE_SEND);
    assert_int_equal(send->who, PROTO_USER_ROLE_GUEST);
    assert_int_equal(send->cost, 1);
    assert_int_equal(send->bucket, PROTO_BUCKET_MESSAGE);
    assert_true(send->implemented);
    assert_ptr_equal(send->payload, &proto_message_send_shape);
    assert_ptr_equal(send->result, &proto_message_send_result_shape);
    assert_int_equal(proto_command_find(STR("room:invite"))->who, PROTO_USER_ROLE_MEMBER);
    assert_null(proto_command_find(STR("typing"))->result);
}

static void the_implemented_ones_are_those_of_the_map(void **state) {
    (void)state;
    static const enum proto_command implemented[] = {
#define X(upper, lower) PROTO_COMMAND_##upper,
        PROTO_COMMAND_IMPLEMENTED_MAP(X)
#undef X
    };
    size_t count = 0;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++)
        count += proto_commands[i].implemented;
    assert_int_equal(count, TEST_COUNT(implemented));
    for (size_t i = 0; i < count; i++)
        assert_true(proto_commands[implemented[i]].implemented);
}

static void a_durable_event_begins_with_its_pos_and_has_an_offset(void **state) {
    (void)state;
    for (int i = PROTO_EVENT_NONE + 1; i < PROTO_EVENT_COUNT; i++) {
        bool has_pos = strcmp(proto_events[i].payload->fields[0].name, "pos") == 0;
        assert_int_equal(has_pos, proto_events[i].durable);
        assert_int_equal(proto_events[i].has_offset,
                         proto_events[i].durable || i == PROTO_EVENT_READY);
    }
}

static void errors_have_their_http_status(void **state) {
    (void)state;
    static const int status[PROTO_ERROR_COUNT] = {200, 400, 401, 403, 404, 409, 413, 429, 503, 500};
    for (int i = 0; i < PROTO_ERROR_COUNT; i++)
        assert_int_equal(proto_errors[i].http_status, status[i]);
    assert_true(str_equal(proto_errors[PROTO_RATE_LIMITED].code, STR("rate_limited")));
    assert_true(str_equal(proto_error_enum.texts[PROTO_INTERNAL], STR("internal")));
}

/* The number of shapes below this one, asserted to end. */
static int depth_of(const struct proto_struct *shape, int above) {
    int deepest = above;
    assert_true(above < 8);
    for (size_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].shape != NULL) {
            int depth = depth_of(shape->fields[i].shape, above + 1);
            deepest = depth > deepest ? depth : deepest;
        }
    }
    return deepest;
}

/* Goal: decoding and encoding recurse along the shapes; that must end whatever is sent. */
static void no_shape_contains_itself(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        depth_of(proto_commands[i].payload, 0);
        if (proto_commands[i].result != NULL)
            depth_of(proto_commands[i].result, 0);
    }
    for (int i = PROTO_EVENT_NONE + 1; i < PROTO_EVENT_COUNT; i++)
        depth_of(proto_events[i].payload, 0);
    assert_int_equal(depth_of(&proto_room_shape, 0), 3); /* last_message, reply_to, author */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_is_found_by_its_name),
        cmocka_unit_test(an_unknown_name_finds_nothing),
        cmocka_unit_test(a_row_says_who_may_and_what_it_costs),
        cmocka_unit_test(the_implemented_ones_are_those_of_the_map),
        cmocka_unit_test(a_durable_event_begins_with_its_pos_and_has_an_offset),
        cmocka_unit_test(errors_have_their_http_status),
        cmocka_unit_test(no_shape_contains_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
