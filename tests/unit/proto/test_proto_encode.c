/* test_proto_encode.c: the bytes that a struct becomes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "proto/proto_encode.h"

static struct buf out;

static int drop_out(void **state) {
    (void)state;
    buf_deinit(&out);
    return 0;
}

static void assert_encoded(const struct proto_struct *shape, const void *value,
                           const char *expected) {
    buf_clear(&out);
    proto_encode(shape, value, &out);
    assert_string_equal(buf_c(&out), expected);
}

static void members_come_in_order_and_absent_ones_are_left_out(void **state) {
    (void)state;
    struct proto_error_body error = {.code = PROTO_NOT_FOUND, .message = STR("There is none.")};
    assert_encoded(&proto_error_body_shape, &error,
                   "{\"code\":\"not_found\",\"message\":\"There is none.\"}");
    error.retry_after_ms = 1200;
    error.field = STR("room");
    assert_encoded(&proto_error_body_shape, &error,
                   "{\"code\":\"not_found\",\"message\":\"There is "
                   "none.\",\"field\":\"room\",\"retry_after_ms\":1200}");
}

static void nothing_but_absent_members_is_an_empty_object(void **state) {
    (void)state;
    assert_encoded(&proto_user_rename_shape, &(struct proto_user_rename){0}, "{}");
    assert_encoded(&proto_room_read_all_shape, NULL, "{}");
}

static void it_appends_to_what_is_there(void **state) {
    (void)state;
    buf_clear(&out);
    buf_append_c(&out, "42[\"typing\",");
    proto_encode(&proto_event_typing_shape,
                 &(struct proto_event_typing){.room = 1, .user = 2, .on = false}, &out);
    assert_string_equal(buf_c(&out), "42[\"typing\",{\"room\":1,\"user\":2,\"on\":false}");
}

static void zero_and_false_are_written_where_they_have_a_meaning(void **state) {
    (void)state;
    struct proto_sync_result sync = {.has_pos = true, .has_more = true};
    sync.events = (struct proto_sync_event[1]){{STR_NONE, STR_NONE}};
    assert_encoded(&proto_sync_result_shape, &sync, "{\"events\":[],\"pos\":0,\"more\":false}");
    assert_encoded(&proto_sync_result_shape, &(struct proto_sync_result){.reset = true},
                   "{\"reset\":true}");
}

static void json_is_written_as_it_is(void **state) {
    (void)state;
    struct proto_sync_event event = {STR("typing"), STR("{\"a\":[1,\"x\"]}")};
    struct proto_sync_result sync = {.events = &event, .events_count = 1};
    assert_encoded(&proto_sync_result_shape, &sync,
                   "{\"events\":[{\"event\":\"typing\",\"payload\":{\"a\":[1,\"x\"]}}]}");
}

static void lists_and_tuples_have_their_commas(void **state) {
    (void)state;
    struct proto_mark marks[] = {{0, 5}, {7, 9}};
    struct proto_snippet snippet = {.text = STR("a\"b"), .marks = marks, .marks_count = 2};
    assert_encoded(&proto_snippet_shape, &snippet, "{\"text\":\"a\\\"b\",\"marks\":[[0,5],[7,9]]}");
    int64_t ids[] = {1, 9007199254740991};
    assert_encoded(
        &proto_reaction_shape,
        &(struct proto_reaction){.emoji = STR("👍"), .users = ids, .users_count = 2, .count = 2},
        "{\"emoji\":\"👍\",\"users\":[1,9007199254740991],\"count\":2}");
}

static void a_required_list_or_text_that_is_none_is_empty(void **state) {
    (void)state;
    assert_encoded(&proto_snippet_shape, &(struct proto_snippet){0},
                   "{\"text\":\"\",\"marks\":[]}");
}

static void a_room_is_written_as_it_is_named(void **state) {
    (void)state;
    struct proto_typing typing = {.room = {.slug = STR("general")}, .on = true};
    assert_encoded(&proto_typing_shape, &typing, "{\"room\":\"general\",\"on\":true}");
    typing.room = (struct proto_room_ref){.id = 7};
    assert_encoded(&proto_typing_shape, &typing, "{\"room\":7,\"on\":true}");
    assert_encoded(&proto_message_history_shape, &(struct proto_message_history){.thread = 3},
                   "{\"thread\":3}");
}

static void encode_error(void *error) {
    proto_encode(&proto_error_body_shape, error, &out);
}

static void encode_member(void *member) {
    proto_encode(&proto_member_shape, member, &out);
}

static void encode_sync_event(void *event) {
    proto_encode(&proto_sync_event_shape, event, &out);
}

static void what_must_be_there_and_is_not_is_our_bug(void **state) {
    (void)state;
    struct proto_member member = {.role = PROTO_MEMBER_ROLE_OWNER};
    struct proto_sync_event event = {.event = STR("typing")};
    assert_aborts(encode_error, (&(struct proto_error_body){.message = STR("no code")}));
    assert_aborts(encode_error, (&(struct proto_error_body){.code = PROTO_ERROR_COUNT}));
    assert_aborts(encode_member, &member);
    assert_aborts(encode_sync_event, &event);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_in_order_and_absent_ones_are_left_out),
        cmocka_unit_test(nothing_but_absent_members_is_an_empty_object),
        cmocka_unit_test(it_appends_to_what_is_there),
        cmocka_unit_test(zero_and_false_are_written_where_they_have_a_meaning),
        cmocka_unit_test(json_is_written_as_it_is),
        cmocka_unit_test(lists_and_tuples_have_their_commas),
        cmocka_unit_test(a_required_list_or_text_that_is_none_is_empty),
        cmocka_unit_test(a_room_is_written_as_it_is_named),
        cmocka_unit_test(what_must_be_there_and_is_not_is_our_bug),
    };
    return cmocka_run_group_tests(tests, NULL, drop_out);
}
