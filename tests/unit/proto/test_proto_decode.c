/* test_proto_decode.c: what is taken and what is refused, and which field gets the blame.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/json.h"
#include "proto/proto_decode.h"

#define NONCE "\"nonce\":\"0123-abc_XYZ\""

static struct arena arena;

static int drop_arena(void **state) {
    (void)state;
    arena_deinit(&arena);
    return 0;
}

/* Decodes text as the payload of a command; the JSON is gone when this returns. */
static enum proto_error decode(enum proto_command command, const char *text, void *out,
                               const char **field) {
    json_t *object = json_parse(str_of_c(text), 64);
    assert_non_null(object);
    enum proto_error error =
        proto_decode(proto_commands[command].payload, object, &arena, out, field);
    json_decref(object);
    return error;
}

static void assert_taken(enum proto_command command, const char *text, void *out) {
    const char *field = "untouched";
    assert_int_equal(decode(command, text, out, &field), PROTO_OK);
    assert_string_equal(field, "untouched");
}

/* {"key":"xxx…"} with count times `unit`; the rest of the members behind. */
static const char *with_text(const char *key, const char *unit, size_t count, const char *rest) {
    static struct buf text;
    buf_clear(&text);
    buf_printf(&text, "{\"%s\":\"", key);
    for (size_t i = 0; i < count; i++)
        buf_append_c(&text, unit);
    buf_printf(&text, "\"%s}", rest);
    return buf_c(&text);
}

/* {"key":[1,2,…,count]} and the rest. */
static const char *with_ids(const char *key, int count, const char *rest) {
    static struct buf text;
    buf_clear(&text);
    buf_printf(&text, "{\"%s\":[", key);
    for (int i = 1; i <= count; i++)
        buf_printf(&text, i == 1 ? "%d" : ",%d", i);
    buf_printf(&text, "]%s}", rest);
    return buf_c(&text);
}

static void a_whole_payload_is_taken(void **state) {
    (void)state;
    struct proto_message_send send;
    assert_taken(PROTO_COMMAND_MESSAGE_SEND,
                 "{\"room\":\"general\",\"body\":\"hi \\u0000 there\"," NONCE
                 ",\"reply_to\":9007199254740991,\"attachments\":[3,1,3]}",
                 &send);
    assert_int_equal(send.room.id, 0);
    assert_str(send.room.slug, "general");
    assert_int_equal(send.body.len, 10);
    assert_memory_equal(send.body.at, "hi \0 there", 10);
    assert_str(send.nonce, "0123-abc_XYZ");
    assert_int_equal(send.reply_to, 9007199254740991);
    assert_int_equal(send.thread, 0);
    assert_int_equal(send.attachments_count, 3);
    assert_int_equal(send.attachments[1], 1);
}

static void a_room_is_named_by_id_or_slug(void **state) {
    (void)state;
    struct proto_room_leave leave;
    assert_taken(PROTO_COMMAND_ROOM_LEAVE, "{\"room\":7}", &leave);
    assert_int_equal(leave.room.id, 7);
    assert_true(str_is_none(leave.room.slug));
    assert_taken(PROTO_COMMAND_ROOM_LEAVE, "{\"room\":\"7\"}", &leave);
    assert_int_equal(leave.room.id, 0);
    assert_str(leave.room.slug, "7");
}

static void null_counts_as_absent_and_unknown_fields_are_passed_over(void **state) {
    (void)state;
    struct proto_user_list list;
    assert_taken(PROTO_COMMAND_USER_LIST,
                 "{\"query\":null,\"after\":null,\"limit\":null,\"colour\":[{}]}", &list);
    assert_true(str_is_none(list.query));
    assert_int_equal(list.after, 0);
    assert_int_equal(list.limit, 50);
}

static void no_payload_and_null_count_as_an_empty_one(void **state) {
    (void)state;
    struct proto_user_list list = {.after = 9};
    assert_int_equal(proto_decode(&proto_user_list_shape, NULL, &arena, &list, NULL), PROTO_OK);
    assert_int_equal(list.limit, 50);
    assert_int_equal(list.after, 0);
    assert_int_equal(proto_decode(&proto_user_list_shape, json_null(), &arena, &list, NULL),
                     PROTO_OK);
    assert_int_equal(
        proto_decode(&proto_room_leave_shape, NULL, &arena, &(struct proto_room_leave){0}, NULL),
        PROTO_BAD_REQUEST);
}

static void a_limit_above_the_maximum_counts_as_the_maximum(void **state) {
    (void)state;
    struct proto_user_list list;
    struct proto_sync sync;
    assert_taken(PROTO_COMMAND_USER_LIST, "{\"limit\":200}", &list);
    assert_int_equal(list.limit, 200);
    assert_taken(PROTO_COMMAND_USER_LIST, "{\"limit\":9223372036854775807}", &list);
    assert_int_equal(list.limit, 200);
    assert_taken(PROTO_COMMAND_SYNC, "{\"pos\":0,\"limit\":501}", &sync);
    assert_int_equal(sync.limit, 500);
    assert_taken(PROTO_COMMAND_SYNC, "{\"pos\":0}", &sync);
    assert_int_equal(sync.limit, 500);
}

static void a_long_query_is_cut_between_code_points(void **state) {
    (void)state;
    struct proto_user_list list;
    assert_taken(PROTO_COMMAND_USER_LIST, with_text("query", "é", 201, ""), &list);
    assert_int_equal(list.query.len, 400);
    assert_memory_equal(list.query.at + 398, "é", 2);
}

static void zero_and_absent_differ_where_both_have_a_meaning(void **state) {
    (void)state;
    struct proto_message_history history;
    struct proto_room_update update;
    assert_taken(PROTO_COMMAND_MESSAGE_HISTORY, "{\"room\":1,\"after\":0}", &history);
    assert_true(history.has_after);
    assert_false(history.has_before);
    assert_taken(PROTO_COMMAND_ROOM_UPDATE, "{\"room\":1,\"slow_mode_s\":0,\"topic\":\"\"}",
                 &update);
    assert_true(update.has_slow_mode_s);
    assert_false(update.has_announcement);
    assert_false(str_is_none(update.topic));
    assert_true(str_is_none(update.name));
    assert_taken(PROTO_COMMAND_ROOM_UPDATE, "{\"room\":1,\"announcement\":false}", &update);
    assert_true(update.has_announcement);
    assert_false(update.announcement);
}

static void an_empty_list_is_there_and_an_absent_one_is_null(void **state) {
    (void)state;
    struct proto_message_send send;
    assert_taken(PROTO_COMMAND_MESSAGE_SEND,
                 "{\"room\":1,\"body\":\"\"," NONCE ",\"attachments\":[]}", &send);
    assert_non_null(send.attachments);
    assert_taken(PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"\"," NONCE "}", &send);
    assert_null(send.attachments);
}

/* Bounds that the domain checks after it has normalised the text. */
static void texts_that_are_normalised_first_have_only_a_cap(void **state) {
    (void)state;
    struct proto_message_send send;
    struct proto_room_create create;
    assert_taken(PROTO_COMMAND_MESSAGE_SEND, with_text("body", " ", 20000, ",\"room\":1," NONCE),
                 &send);
    assert_int_equal(send.body.len, 20000);
    assert_taken(PROTO_COMMAND_ROOM_CREATE, with_text("name", " ", 100, ""), &create);
    assert_taken(PROTO_COMMAND_ROOM_CREATE, "{\"name\":\"\"}", &create);
}

static void bounds_of_texts_are_met_exactly(void **state) {
    (void)state;
    const char *field = NULL;
    struct proto_room_create create;
    struct proto_message_send send;
    struct proto_message_react react;
    const char *rest = ",\"room\":1,\"body\":\"\"";
    assert_taken(PROTO_COMMAND_ROOM_CREATE, with_text("topic", "日", 250, ",\"name\":\"x\""),
                 &create);
    assert_int_equal(decode(PROTO_COMMAND_ROOM_CREATE,
                            with_text("topic", "日", 251, ",\"name\":\"x\""), &create, &field),
                     PROTO_BAD_REQUEST);
    assert_string_equal(field, "topic");
    assert_taken(PROTO_COMMAND_MESSAGE_SEND, with_text("nonce", "n", 8, rest), &send);
    assert_taken(PROTO_COMMAND_MESSAGE_SEND, with_text("nonce", "n", 64, rest), &send);
    assert_int_equal(
        decode(PROTO_COMMAND_MESSAGE_SEND, with_text("nonce", "n", 7, rest), &send, &field),
        PROTO_BAD_REQUEST);
    assert_int_equal(
        decode(PROTO_COMMAND_MESSAGE_SEND, with_text("nonce", "n", 65, rest), &send, &field),
        PROTO_BAD_REQUEST);
    assert_string_equal(field, "nonce");
    rest = ",\"message\":1,\"on\":true";
    assert_taken(PROTO_COMMAND_MESSAGE_REACT, with_text("emoji", "é", 32, rest),
                 &react); /* 64 bytes */
    assert_int_equal(
        decode(PROTO_COMMAND_MESSAGE_REACT, with_text("emoji", "é", 33, rest), &react, &field),
        PROTO_BAD_REQUEST);
    assert_string_equal(field, "emoji");
}

static void bounds_of_lists_are_met_exactly(void **state) {
    (void)state;
    const char *field = NULL;
    struct proto_message_send send;
    struct proto_presence_watch watch;
    const char *rest = ",\"room\":1,\"body\":\"\"," NONCE;
    assert_taken(PROTO_COMMAND_MESSAGE_SEND, with_ids("attachments", 10, rest), &send);
    assert_int_equal(
        decode(PROTO_COMMAND_MESSAGE_SEND, with_ids("attachments", 11, rest), &send, &field),
        PROTO_BAD_REQUEST);
    assert_string_equal(field, "attachments");
    assert_taken(PROTO_COMMAND_PRESENCE_WATCH, with_ids("users", 200, ""), &watch);
    assert_int_equal(watch.users[199], 200);
    assert_taken(PROTO_COMMAND_PRESENCE_WATCH, with_ids("users", 0, ""), &watch);
    assert_int_equal(
        decode(PROTO_COMMAND_PRESENCE_WATCH, with_ids("users", 201, ""), &watch, &field),
        PROTO_BAD_REQUEST);
    assert_string_equal(field, "users");
}

/* Command, payload, the field to blame (NULL: the payload itself). */
static const struct refusal {
    enum proto_command command;
    const char *text;
    const char *field;
} refusals[] = {
    {PROTO_COMMAND_MESSAGE_SEND, "[]", NULL},
    {PROTO_COMMAND_MESSAGE_SEND, "\"hello\"", NULL},
    {PROTO_COMMAND_MESSAGE_SEND, "true", NULL},
    {PROTO_COMMAND_MESSAGE_SEND, "7", NULL},
    {PROTO_COMMAND_MESSAGE_SEND, "{}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":null,\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":0,\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":-1,\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1.5,\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":9007199254740992,\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":\"\",\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":{\"$ne\":1},\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":[1],\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":true,\"body\":\"x\"," NONCE "}", "room"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1," NONCE "}", "body"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":7," NONCE "}", "body"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":{}," NONCE "}", "body"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"}", "nonce"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\",\"nonce\":\"abc defgh\"}", "nonce"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\",\"nonce\":\"äbcdefghi\"}", "nonce"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\",\"nonce\":\"12345678\\u0000\"}",
     "nonce"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"," NONCE ",\"reply_to\":\"1\"}",
     "reply_to"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"," NONCE ",\"thread\":0}", "thread"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"," NONCE ",\"attachments\":{}}",
     "attachments"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"," NONCE ",\"attachments\":[1,0]}",
     "attachments"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"," NONCE ",\"attachments\":[null]}",
     "attachments"},
    {PROTO_COMMAND_MESSAGE_SEND, "{\"room\":1,\"body\":\"x\"," NONCE ",\"attachments\":[\"1\"]}",
     "attachments"},
    {PROTO_COMMAND_TYPING, "{\"room\":1,\"on\":1}", "on"},
    {PROTO_COMMAND_TYPING, "{\"room\":1,\"on\":\"true\"}", "on"},
    {PROTO_COMMAND_TYPING, "{\"room\":1}", "on"},
    {PROTO_COMMAND_USER_STATUS, "{\"status\":\"offline\"}", "status"},
    {PROTO_COMMAND_USER_STATUS, "{\"status\":\"\"}", "status"},
    {PROTO_COMMAND_USER_STATUS, "{\"status\":\"Away\"}", "status"},
    {PROTO_COMMAND_USER_STATUS, "{\"status\":2}", "status"},
    {PROTO_COMMAND_USER_LIST, "{\"limit\":0}", "limit"},
    {PROTO_COMMAND_USER_LIST, "{\"limit\":-1}", "limit"},
    {PROTO_COMMAND_USER_LIST, "{\"limit\":\"50\"}", "limit"},
    {PROTO_COMMAND_USER_LIST, "{\"limit\":1.0}", "limit"},
    {PROTO_COMMAND_USER_LIST, "{\"after\":-1}", "after"},
    {PROTO_COMMAND_SYNC, "{}", "pos"},
    {PROTO_COMMAND_SYNC, "{\"pos\":-1}", "pos"},
    {PROTO_COMMAND_SYNC, "{\"pos\":9223372036854775807}", "pos"},
    {PROTO_COMMAND_USER_RENAME, "{}", "display_name"},
    {PROTO_COMMAND_USER_RENAME, "{\"display_name\":null}", "display_name"},
    {PROTO_COMMAND_USER_RENAME, "{\"color\":\"red\"}", "color"},
    {PROTO_COMMAND_USER_RENAME, "{\"color\":\"#12345g\"}", "color"},
    {PROTO_COMMAND_USER_RENAME, "{\"color\":\"1234567\"}", "color"},
    {PROTO_COMMAND_MESSAGE_HISTORY, "{\"limit\":5}", "room"},
    {PROTO_COMMAND_MESSAGE_HISTORY, "{\"room\":1,\"before\":5,\"after\":5}", "after"},
    {PROTO_COMMAND_MESSAGE_HISTORY, "{\"room\":1,\"after\":0,\"around\":0}", "around"},
    {PROTO_COMMAND_SESSION_REVOKE, "{}", "session"},
    {PROTO_COMMAND_SESSION_REVOKE, "{\"others\":false}", "session"},
    {PROTO_COMMAND_SESSION_REVOKE, "{\"session\":1,\"others\":true}", "others"},
    {PROTO_COMMAND_ROOM_UPDATE, "{\"room\":1,\"slow_mode_s\":21601}", "slow_mode_s"},
    {PROTO_COMMAND_ROOM_PREFS, "{\"room\":1,\"level\":\"some\"}", "level"},
};

static void what_is_wrong_is_refused_with_its_field(void **state) {
    (void)state;
    char *out = arena_alloc(&arena, 1024);
    for (size_t i = 0; i < TEST_COUNT(refusals); i++) {
        const struct refusal *r = &refusals[i];
        const char *field = "untouched";
        if (decode(r->command, r->text, out, &field) != PROTO_BAD_REQUEST)
            fail_msg("taken: %s", r->text);
        if (r->field == NULL ? field != NULL : field == NULL || strcmp(field, r->field) != 0)
            fail_msg("%s: blames %s instead of %s", r->text, field, r->field);
    }
}

static void one_of_a_group_is_enough(void **state) {
    (void)state;
    struct proto_message_history history;
    struct proto_session_revoke revoke;
    assert_taken(PROTO_COMMAND_MESSAGE_HISTORY, "{\"thread\":5}", &history);
    assert_taken(PROTO_COMMAND_MESSAGE_HISTORY, "{\"room\":\"a\",\"thread\":5,\"around\":3}",
                 &history);
    assert_taken(PROTO_COMMAND_SESSION_REVOKE, "{\"session\":1,\"others\":false}", &revoke);
    assert_int_equal(revoke.session, 1);
    assert_taken(PROTO_COMMAND_SESSION_REVOKE, "{\"others\":true}", &revoke);
    assert_true(revoke.others);
}

/* Objects inside objects, and lists of them, are what the server sends; the examples cover them. Here: that a fault
 * deep inside is seen and blamed on the outermost field. */
static void a_fault_inside_an_object_is_seen(void **state) {
    (void)state;
    struct proto_event_member_joined joined;
    const char *field = NULL;
    json_t *object =
        json_parse(STR("{\"pos\":1,\"room\":1,\"member\":{\"user\":{\"id\":1},\"role\":\"owner\","
                       "\"joined_at\":1}}"),
                   64);
    assert_int_equal(
        proto_decode(&proto_event_member_joined_shape, object, &arena, &joined, &field),
        PROTO_BAD_REQUEST);
    assert_string_equal(field, "member");
    json_decref(object);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_payload_is_taken),
        cmocka_unit_test(a_room_is_named_by_id_or_slug),
        cmocka_unit_test(null_counts_as_absent_and_unknown_fields_are_passed_over),
        cmocka_unit_test(no_payload_and_null_count_as_an_empty_one),
        cmocka_unit_test(a_limit_above_the_maximum_counts_as_the_maximum),
        cmocka_unit_test(a_long_query_is_cut_between_code_points),
        cmocka_unit_test(zero_and_absent_differ_where_both_have_a_meaning),
        cmocka_unit_test(an_empty_list_is_there_and_an_absent_one_is_null),
        cmocka_unit_test(texts_that_are_normalised_first_have_only_a_cap),
        cmocka_unit_test(bounds_of_texts_are_met_exactly),
        cmocka_unit_test(bounds_of_lists_are_met_exactly),
        cmocka_unit_test(what_is_wrong_is_refused_with_its_field),
        cmocka_unit_test(one_of_a_group_is_enough),
        cmocka_unit_test(a_fault_inside_an_object_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, drop_arena);
}
