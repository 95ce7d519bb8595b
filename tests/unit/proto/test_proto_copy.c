/* test_proto_copy.c: a value of the protocol that stands on its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "proto/proto_copy.h"
#include "proto/proto_decode.h"
#include "proto/proto_encode.h"
#include "proto/proto_examples_dir.h"

#include <stdio.h>
#include <stdlib.h>

/* The example of a command or event. Returns owned. */
static json_t *load(const char *kind, struct str name) {
    char path[512];
    int prefix = snprintf(path, sizeof path, "%s/%s.", PROTO_EXAMPLES_DIR, kind);
    snprintf(path + prefix, sizeof path - (size_t)prefix, "%.*s.json", STR_ARG(name));
    for (char *c = path + prefix; *c != '\0'; c++)
        *c = *c == ':' ? '-' : *c;
    json_t *example = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(example);
    return example;
}

/* Overwrites all that the arena holds by taking its memory again. */
static void arena_overwrite(struct arena *arena) {
    size_t total = arena_total_bytes(arena);
    arena_reset(arena);
    memset(arena_alloc(arena, total), 0xA5, total);
}

/* The copy says the same as the original did, after the original is gone. */
static void assert_stands_alone(const struct proto_struct *shape, const json_t *example) {
    struct arena first = {0}, second = {0};
    struct buf before = BUF_EMPTY, after = BUF_EMPTY;
    void *value = arena_alloc(&first, shape->size + 1);
    assert_int_equal(proto_decode(shape, example, &first, value, NULL), PROTO_OK);
    proto_encode(shape, value, &before);
    void *copy = proto_copy(shape, value, &second);
    arena_overwrite(&first);
    arena_deinit(&first);
    proto_encode(shape, copy, &after);
    assert_str_same(buf_str(&after), buf_str(&before));
    buf_deinit(&before);
    buf_deinit(&after);
    arena_deinit(&second);
}

static void every_answer_survives_its_original(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        json_t *example = load("command", proto_commands[i].name);
        if (proto_commands[i].result != NULL)
            assert_stands_alone(proto_commands[i].result, json_object_get(example, "data"));
        json_decref(example);
    }
}

static void every_payload_and_event_survives_its_original(void **state) {
    (void)state;
    for (int i = PROTO_COMMAND_NONE + 1; i < PROTO_COMMAND_COUNT; i++) {
        json_t *example = load("command", proto_commands[i].name);
        assert_stands_alone(proto_commands[i].payload, json_object_get(example, "payload"));
        json_decref(example);
    }
    for (int i = PROTO_EVENT_NONE + 1; i < PROTO_EVENT_COUNT; i++) {
        json_t *example = load("event", proto_events[i].name);
        assert_stands_alone(proto_events[i].payload, example);
        json_decref(example);
    }
}

static void the_original_is_left_as_it_was(void **state) {
    (void)state;
    struct arena arena = {0};
    int64_t ids[] = {7, 8};
    struct proto_room_me me = {.role = PROTO_MEMBER_ROLE_OWNER, .level = PROTO_LEVEL_ALL};
    const struct proto_room room = {
        .id = 3, .slug = STR("dm-3"), .users = ids, .users_count = 2, .me = &me};
    const struct proto_room *copy = proto_copy(&proto_room_shape, &room, &arena);
    assert_ptr_equal(room.users, ids);
    assert_ptr_equal(room.me, &me);
    assert_ptr_not_equal(copy->users, ids);
    assert_ptr_not_equal(copy->me, &me);
    assert_ptr_not_equal(copy->slug.at, room.slug.at);
    assert_int_equal(copy->users[1], 8);
    assert_int_equal(copy->me->role, PROTO_MEMBER_ROLE_OWNER);
    arena_deinit(&arena);
}

/* An absent list and an empty one are written differently, and so are texts. */
static void absent_stays_absent_and_empty_stays_empty(void **state) {
    (void)state;
    struct arena arena = {0};
    int64_t nobody;
    const struct proto_room absent = {.slug = STR_NONE, .topic = STR("")};
    const struct proto_room empty = {.users = &nobody, .users_count = 0};
    const struct proto_room *copy = proto_copy(&proto_room_shape, &absent, &arena);
    assert_true(str_is_none(copy->slug));
    assert_false(str_is_none(copy->topic));
    assert_int_equal(copy->topic.len, 0);
    assert_null(copy->users);
    assert_null(copy->last_message);
    copy = proto_copy(&proto_room_shape, &empty, &arena);
    assert_non_null(copy->users);
    assert_int_equal(copy->users_count, 0);
    arena_deinit(&arena);
}

static void a_value_without_members_is_copied_too(void **state) {
    (void)state;
    struct arena arena = {0};
    const char nothing = 0;
    assert_int_equal(proto_room_read_all_shape.size, 0);
    assert_non_null(proto_copy(&proto_room_read_all_shape, &nothing, &arena));
    arena_deinit(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_survives_its_original),
        cmocka_unit_test(every_payload_and_event_survives_its_original),
        cmocka_unit_test(the_original_is_left_as_it_was),
        cmocka_unit_test(absent_stays_absent_and_empty_stays_empty),
        cmocka_unit_test(a_value_without_members_is_copied_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
