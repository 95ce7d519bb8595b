/* fuzz_proto_decode.c: payloads by the protocol's tables (proto/proto_decode.h, proto_encode.h, proto_copy.h).
 *
 * An input is a name, a space and JSON: `message:send {"room":"lobby","body":"hi"}`. It is decoded by every table of that
 * name: what a command is asked with, what it answers, what an event carries.
 *
 * What must hold
 *
 *   - texts are UTF-8; required fields are there, numbers, texts and lists within their bounds, the rules of the struct hold
 *   - what decodes can be encoded; that decodes again, and encodes to the same bytes
 *   - a copy encodes to the same bytes when the original is gone
 *   - what is read as a flat object (base/json_flat.h) is JSON, and is decoded like its tree: taken or not, and to the same bytes
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

/* A second reading of the table, of what was written and without the decoder */

static void check_promises(const struct proto_struct *shape, const json_t *object);

static void check_text(const struct proto_field *field, struct str text) {
    size_t length = field->unit == PROTO_UNIT_CHARS ? utf8_count(text) : text.len;
    ASSERT(length >= (size_t)field->min && length <= (size_t)field->max);
    for (size_t i = 0; field->format == PROTO_FORMAT_TOKEN && i < text.len; i++)
        ASSERT(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
                      text.at[i]) != NULL);
    ASSERT(field->format != PROTO_FORMAT_COLOR || (text.len == 7 && text.at[0] == '#'));
}

static void check_list(const struct proto_field *field, const json_t *list) {
    size_t count = json_array_size(list);
    ASSERT(json_is_array(list) && count >= (size_t)field->min && count <= (size_t)field->max);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        if (field->kind == PROTO_KIND_LIST_OBJECT)
            check_promises(field->shape, item);
        else
            ASSERT(json_integer_value(item) >= 1 && json_integer_value(item) <= PROTO_LIMIT_ID_MAX);
    }
}

static void check_value(const struct proto_field *field, const json_t *value) {
    switch (field->kind) {
    case PROTO_KIND_STR:
        check_text(field, json_str(value));
        break;
    case PROTO_KIND_ROOM:
        if (json_is_string(value))
            check_text(field, json_str(value));
        else
            ASSERT(json_integer_value(value) >= 1);
        break;
    case PROTO_KIND_INT:
        ASSERT(json_integer_value(value) >= field->min && json_integer_value(value) <= field->max);
        break;
    case PROTO_KIND_OBJECT:
        check_promises(field->shape, value);
        break;
    case PROTO_KIND_LIST_OBJECT:
    case PROTO_KIND_LIST_INT:
        check_list(field, value);
        break;
    case PROTO_KIND_BOOL:
    case PROTO_KIND_FLAG:
    case PROTO_KIND_ENUM:
    case PROTO_KIND_JSON:
    case PROTO_KIND_COUNT:
        break;
    }
}

static void check_rules(const struct proto_struct *shape, uint32_t present) {
    for (size_t i = 0; i < shape->rule_count; i++) {
        int count = __builtin_popcount(present & shape->rules[i].fields);
        ASSERT(count > 0 || shape->rules[i].kind == PROTO_RULE_AT_MOST_ONE);
        ASSERT(count < 2 || shape->rules[i].kind == PROTO_RULE_AT_LEAST_ONE);
    }
}

static void check_promises(const struct proto_struct *shape, const json_t *object) {
    uint32_t present = 0;
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct proto_field *field = &shape->fields[i];
        const json_t *value =
            shape->tuple ? json_array_get(object, i) : json_object_get(object, field->name);
        ASSERT(value != NULL || field->optional);
        if (value != NULL) {
            present |= (uint32_t)1 << i;
            check_value(field, value);
        }
    }
    check_rules(shape, present);
}

static void check_again(const struct proto_struct *shape, struct str json) {
    struct arena arena = {0};
    struct buf again = BUF_EMPTY;
    json_t *object = json_parse(json, DEPTH_MAX);
    ASSERT(object != NULL && utf8_is_valid(json));
    check_promises(shape, object);
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

/* Flat and as a tree */

/* JSON of any kind is the one thing that only a tree has. */
static bool has_any_json(const struct proto_struct *shape, const struct json_flat *flat) {
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct proto_field *field = &shape->fields[i];
        if (field->kind == PROTO_KIND_JSON && json_flat_find(flat, str_of_c(field->name)) != NULL)
            return true;
    }
    return false;
}

static void check_flat(const struct proto_struct *shape, const struct json_flat *flat,
                       const json_t *object) {
    struct arena arena = {0};
    struct buf json = BUF_EMPTY, of_flat = BUF_EMPTY;
    if (shape == NULL || shape->tuple || has_any_json(shape, flat))
        return;
    void *value = decode(shape, object, &arena);
    void *flat_value = arena_alloc(&arena, shape->size);
    bool is_taken = proto_decode_flat(shape, flat, &arena, flat_value);
    ASSERT(is_taken == (value != NULL));
    if (is_taken) {
        proto_encode(shape, value, &json);
        proto_encode(shape, flat_value, &of_flat);
        ASSERT(str_equal(buf_str(&json), buf_str(&of_flat)));
    }
    arena_deinit(&arena);
    buf_deinit(&json);
    buf_deinit(&of_flat);
}

/* False: the text is not one flat object. */
static bool read_flat(struct str text, struct json_flat *out) {
    return json_flat_take_object(&text, out) && json_flat_at_end(text);
}

static void check_both(const struct proto_struct *shape, const struct json_flat *flat,
                       const json_t *object) {
    check_shape(shape, object);
    if (flat != NULL)
        check_flat(shape, flat, object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    struct str name = str_cut(&input, ' ');
    json_t *object = str_is_none(input) ? NULL : json_parse(input, DEPTH_MAX);
    const struct proto_command_row *command = proto_command_find(name);
    struct json_flat members;
    const struct json_flat *flat = read_flat(input, &members) ? &members : NULL;
    ASSERT(flat == NULL || json_object_size(object) == flat->count);
    if (command != NULL) {
        check_both(command->payload, flat, object);
        check_both(command->result, flat, object);
    }
    for (int i = 1; i < PROTO_EVENT_COUNT; i++) {
        if (str_equal(proto_events[i].name, name))
            check_both(proto_events[i].payload, flat, object);
    }
    json_decref(object);
    return 0;
}
