/* fuzz_proto_decode.c: payloads by the protocol's tables (proto/proto_decode.h, proto_encode.h, proto_copy.h).
 *
 * An input is a name, a space and JSON: `message:send {"room":"lobby","body":"hi"}`. It is decoded by every table of that
 * name: what a command is asked with, what it answers, what an event carries.
 *
 * What must hold
 *
 *   - texts are UTF-8
 *   - what decodes can be encoded; that decodes again, and encodes to the same bytes
 *   - a copy encodes to the same bytes when the original is gone
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "proto/proto_copy.h"
#include "proto/proto_decode.h"
#include "proto/proto_encode.h"

#define DEPTH_MAX 32

/* Decodes into a struct on the heap, whose size is the shape's. NULL when it does not fit. */
static void *decode(const struct proto_struct *shape, const json_t *object, struct arena *arena) {
    const char *bad_field = NULL;
    void *value = arena_alloc(arena, shape->size);
    enum proto_error error = proto_decode(shape, object, arena, value, &bad_field);
    ASSERT(error == PROTO_OK || error == PROTO_BAD_REQUEST);
    return error == PROTO_OK ? value : NULL;
}

static void check_again(const struct proto_struct *shape, struct str json) {
    struct arena arena = {0};
    struct buf again = BUF_EMPTY;
    json_t *object = json_parse(json, DEPTH_MAX);
    ASSERT(object != NULL && utf8_is_valid(json));
    void *value = decode(shape, object, &arena);
    ASSERT(value != NULL);
    proto_encode(shape, value, &again);
    ASSERT(str_equal(buf_str(&again), json));
    json_decref(object);
    arena_deinit(&arena);
    buf_deinit(&again);
}

static void check_shape(const struct proto_struct *shape, const json_t *object) {
    struct arena arena = {0}, copies = {0};
    struct buf json = BUF_EMPTY, of_copy = BUF_EMPTY;
    void *value = shape != NULL ? decode(shape, object, &arena) : NULL;
    if (value != NULL) {
        proto_encode(shape, value, &json);
        void *copy = proto_copy(shape, value, &copies);
        arena_deinit(&arena);
        proto_encode(shape, copy, &of_copy);
        ASSERT(str_equal(buf_str(&of_copy), buf_str(&json)));
        check_again(shape, buf_str(&json));
    }
    arena_deinit(&arena);
    arena_deinit(&copies);
    buf_deinit(&json);
    buf_deinit(&of_copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    struct str name = str_cut(&input, ' ');
    json_t *object = str_is_none(input) ? NULL : json_parse(input, DEPTH_MAX);
    const struct proto_command_row *command = proto_command_find(name);
    if (command != NULL) {
        check_shape(command->payload, object);
        check_shape(command->result, object);
    }
    for (int i = 1; i < PROTO_EVENT_COUNT; i++) {
        if (str_equal(proto_events[i].name, name))
            check_shape(proto_events[i].payload, object);
    }
    json_decref(object);
    return 0;
}
