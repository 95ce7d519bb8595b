/* test_proto_examples.c: every golden example of protocol/examples decodes, and encodes again to the same bytes.
 *
 * Goal: the schema, the tables, both interpreters and the examples agree, for every command and event there is.
 * Method: jansson's own compact dump of an example is what encoding the decoded struct must give.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "proto/proto_decode.h"
#include "proto/proto_encode.h"
#include "proto/proto_examples_dir.h"

#include <stdio.h>
#include <stdlib.h>

/* The example of a command or event. Returns owned. */
static json_t *load(const char *kind, struct str name) {
    char path[512];
    json_error_t error;
    int prefix = snprintf(path, sizeof path, "%s/%s.", PROTO_EXAMPLES_DIR, kind);
    snprintf(path + prefix, sizeof path - (size_t)prefix, "%.*s.json", STR_ARG(name));
    for (char *c = path + prefix; *c != '\0'; c++)
        *c = *c == ':' ? '-' : *c;
    json_t *example = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (example == NULL)
        fail_msg("%s: %s", path, error.text);
    return example;
}

static void assert_round_trip(const struct proto_struct *shape, const json_t *example) {
    struct arena arena = {0};
    struct buf out = BUF_EMPTY;
    const char *field = "";
    void *value = arena_alloc(&arena, shape->size + 1);
    char *expected = json_dumps(example, JSON_COMPACT);
    assert_non_null(expected);
    if (proto_decode(shape, example, &arena, value, &field) != PROTO_OK)
        fail_msg("%s: field %s is refused", shape->name, field);
    proto_encode(shape, value, &out);
    assert_string_equal(buf_c(&out), expected);
    free(expected);
    buf_deinit(&out);
    arena_deinit(&arena);
}

static void every_payload_of_a_command_comes_out_as_it_went_in(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        json_t *example = load("command", proto_commands[i].name);
        assert_round_trip(proto_commands[i].payload, json_object_get(example, "payload"));
        json_decref(example);
    }
}

static void every_answer_comes_out_as_it_went_in(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        json_t *example = load("command", proto_commands[i].name);
        const json_t *data = json_object_get(example, "data");
        if (proto_commands[i].result != NULL)
            assert_round_trip(proto_commands[i].result, data);
        else
            assert_int_equal(json_object_size(data), 0);
        json_decref(example);
    }
}

static void every_event_comes_out_as_it_went_in(void **state) {
    (void)state;
    for (int i = PROTO_EVENT_NONE + 1; i < PROTO_EVENT_COUNT; i++) {
        json_t *example = load("event", proto_events[i].name);
        assert_round_trip(proto_events[i].payload, example);
        json_decref(example);
    }
}

/* Goal: no field of an event or answer is missing from the golden examples without anybody noticing that it no longer
 * decodes. Method: a message with all there is (message:get's) has every optional field but deleted and thread. */
static void the_richest_message_has_nearly_every_field(void **state) {
    (void)state;
    json_t *example = load("command", STR("message:get"));
    const json_t *message = json_object_get(json_object_get(example, "data"), "message");
    for (size_t i = 0; i < proto_message_shape.field_count; i++) {
        const char *name = proto_message_shape.fields[i].name;
        bool is_exempt = strcmp(name, "deleted") == 0 || strcmp(name, "thread") == 0;
        assert_int_equal(json_object_get(message, name) != NULL, !is_exempt);
    }
    json_decref(example);
}

/* What somebody might send instead of what is wanted. */
static const char *const odd_values[] = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1",
    "1.5",
    "1e300",
    "9223372036854775807",
    "-9223372036854775808",
    "\"\"",
    "\"\\u0000\"",
    "\"online\"",
    "\"#00ff00\"",
    "\"12345678\"",
    "\"é日🎉\"",
    "[]",
    "[[]]",
    "[0]",
    "[1,null]",
    "{}",
    "{\"$gt\":\"\"}",
    "{\"__proto__\":{}}",
};

/* A payload that is refused names one of its fields; one that is taken can be encoded. */
static void assert_judged(const struct proto_struct *shape, const json_t *payload) {
    struct arena arena = {0};
    struct buf out = BUF_EMPTY;
    const char *bad_field = NULL;
    void *value = arena_alloc(&arena, shape->size + 1);
    if (proto_decode(shape, payload, &arena, value, &bad_field) == PROTO_OK)
        proto_encode(shape, value, &out);
    else
        assert_non_null(bad_field);
    assert_int_equal(out.len > 0, bad_field == NULL);
    buf_deinit(&out);
    arena_deinit(&arena);
}

/* Goal: nothing that stands in a field of a command crashes or slips through half decoded. Method: each field of each
 * golden payload, one after the other, becomes each of the odd values. */
static void no_odd_value_in_any_field_does_harm(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        const struct proto_struct *shape = proto_commands[i].payload;
        json_t *example = load("command", proto_commands[i].name);
        for (size_t f = 0; f < shape->field_count; f++) {
            json_t *payload = json_deep_copy(json_object_get(example, "payload"));
            for (size_t v = 0; v < TEST_COUNT(odd_values); v++) {
                json_object_set_new(
                    payload, shape->fields[f].name,
                    json_loads(odd_values[v], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL));
                assert_judged(shape, payload);
            }
            json_decref(payload);
        }
        json_decref(example);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_payload_of_a_command_comes_out_as_it_went_in),
        cmocka_unit_test(every_answer_comes_out_as_it_went_in),
        cmocka_unit_test(every_event_comes_out_as_it_went_in),
        cmocka_unit_test(the_richest_message_has_nearly_every_field),
        cmocka_unit_test(no_odd_value_in_any_field_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
