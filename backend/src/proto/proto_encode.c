/* proto_encode.c: walks the field tables over a struct.
 *
 * Two questions per field: is it there, and how is it written; each is one switch over the kinds. Keys stand in the table
 * as they are written ("name": with quotes and colon), so that a member costs one copy of its key and one of its value.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/proto_encode.h"

#include "base/err.h"
#include "base/json.h"

/* Reading members, whose types the table knows and C does not */

static const void *member(const void *base, size_t offset) {
    return (const char *)base + offset;
}

static bool get_bool(const void *base, size_t offset) {
    return *(const bool *)member(base, offset);
}

static int64_t get_int(const void *base, size_t offset) {
    return *(const int64_t *)member(base, offset);
}

static unsigned get_enum(const void *base, size_t offset) {
    unsigned value;
    memcpy(&value, member(base, offset), sizeof value);
    return value;
}

static struct str get_str(const void *base, size_t offset) {
    return *(const struct str *)member(base, offset);
}

static const struct proto_room_ref *get_room(const void *base, size_t offset) {
    return member(base, offset);
}

static const void *get_pointer(const void *base, size_t offset) {
    const void *pointer;
    memcpy(&pointer, member(base, offset), sizeof pointer);
    return pointer;
}

/* Only optional fields can be absent. */
static bool is_absent(const struct proto_field *field, const void *base) {
    switch (field->kind) {
    case PROTO_KIND_STR:
    case PROTO_KIND_JSON:
        return str_is_none(get_str(base, field->offset));
    case PROTO_KIND_INT:
        return field->has_offset != 0 ? !get_bool(base, field->has_offset)
                                      : get_int(base, field->offset) == 0;
    case PROTO_KIND_BOOL:
        return !get_bool(base, field->has_offset);
    case PROTO_KIND_FLAG:
        return !get_bool(base, field->offset);
    case PROTO_KIND_ENUM:
        return get_enum(base, field->offset) == 0;
    case PROTO_KIND_ROOM:
        return get_room(base, field->offset)->id == 0 &&
               str_is_none(get_room(base, field->offset)->slug);
    case PROTO_KIND_OBJECT:
    case PROTO_KIND_LIST_OBJECT:
    case PROTO_KIND_LIST_INT:
        return get_pointer(base, field->offset) == NULL;
    case PROTO_KIND_COUNT:
        break;
    }
    ASSERT(false);
    return true;
}

static void write_bool(bool value, struct buf *out) {
    buf_append_str(out, value ? STR("true") : STR("false"));
}

static void write_enum(const struct proto_field *field, unsigned value, struct buf *out) {
    ASSERT(value > 0 && value < field->enums->count);
    struct str text = field->enums->texts[value]; /* no enum text needs an escape */
    buf_append_byte(out, '"');
    buf_append_str(out, text);
    buf_append_byte(out, '"');
}

static void write_room(const struct proto_room_ref *room, struct buf *out) {
    if (room->id != 0)
        buf_append_i64(out, room->id);
    else
        json_write_string(out, room->slug);
}

static void write_list_object(const struct proto_field *field, const void *base, struct buf *out) {
    const char *items = get_pointer(base, field->offset);
    size_t count = *(const size_t *)member(base, field->count_offset);
    buf_append_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_byte(out, ',');
        proto_encode(field->shape, items + i * field->shape->size, out);
    }
    buf_append_byte(out, ']');
}

static void write_list_int(const struct proto_field *field, const void *base, struct buf *out) {
    const int64_t *items = get_pointer(base, field->offset);
    size_t count = *(const size_t *)member(base, field->count_offset);
    buf_append_byte(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_byte(out, ',');
        buf_append_i64(out, items[i]);
    }
    buf_append_byte(out, ']');
}

static void write_nested(const struct proto_field *field, const void *base, struct buf *out) {
    const void *nested = get_pointer(base, field->offset);
    ASSERT(nested != NULL);
    proto_encode(field->shape, nested, out);
}

static void write_json(struct str text, struct buf *out) {
    ASSERT(text.len > 0);
    buf_append_str(out, text);
}

static void write_value(const struct proto_field *field, const void *base, struct buf *out) {
    switch (field->kind) {
    case PROTO_KIND_STR:
        json_write_string(out, get_str(base, field->offset));
        break;
    case PROTO_KIND_JSON:
        write_json(get_str(base, field->offset), out);
        break;
    case PROTO_KIND_INT:
        buf_append_i64(out, get_int(base, field->offset));
        break;
    case PROTO_KIND_BOOL:
    case PROTO_KIND_FLAG:
        write_bool(get_bool(base, field->offset), out);
        break;
    case PROTO_KIND_ENUM:
        write_enum(field, get_enum(base, field->offset), out);
        break;
    case PROTO_KIND_ROOM:
        write_room(get_room(base, field->offset), out);
        break;
    case PROTO_KIND_OBJECT:
        write_nested(field, base, out);
        break;
    case PROTO_KIND_LIST_OBJECT:
        write_list_object(field, base, out);
        break;
    case PROTO_KIND_LIST_INT:
        write_list_int(field, base, out);
        break;
    case PROTO_KIND_COUNT:
        ASSERT(false);
        break;
    }
}

void proto_encode(const struct proto_struct *shape, const void *value, struct buf *out) {
    buf_append_byte(out, shape->tuple ? '[' : '{');
    size_t start = out->len;
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct proto_field *field = &shape->fields[i];
        if (field->optional && is_absent(field, value))
            continue;
        if (out->len > start)
            buf_append_byte(out, ',');
        if (!shape->tuple)
            buf_append_str(out, field->key);
        write_value(field, value, out);
    }
    buf_append_byte(out, shape->tuple ? ']' : '}');
}
