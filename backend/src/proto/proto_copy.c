/* proto_copy.c: a value of the protocol that stands on its own.
 *
 * Walks the same tables as proto_encode: flat bytes first, then each member that points somewhere.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/proto_copy.h"

/* The tables nest by objects, never by recursion of a type into itself but Room -> Message; depth is bounded by them. */

static void copy_str(struct str *text, struct arena *arena) {
    if (!str_is_none(*text))
        *text = arena_copy(arena, *text);
}

static void copy_members(const struct proto_struct *shape, void *value, struct arena *arena);

static void *copy_items(const void *items, size_t size, size_t count, struct arena *arena) {
    void *copy = arena_alloc(arena, size * count);
    if (count > 0)
        memcpy(copy, items, size * count);
    return copy;
}

static void copy_list(const struct proto_field *field, void *value, struct arena *arena) {
    void **items = (void **)(void *)((char *)value + field->offset);
    size_t count = *(size_t *)(void *)((char *)value + field->count_offset);
    if (*items == NULL)
        return;
    if (field->kind == PROTO_KIND_LIST_INT) {
        *items = copy_items(*items, sizeof(int64_t), count, arena);
    } else {
        char *objects = *items = copy_items(*items, field->shape->size, count, arena);
        for (size_t i = 0; i < count; i++)
            copy_members(field->shape, objects + i * field->shape->size, arena);
    }
}

static void copy_member(const struct proto_field *field, void *value, struct arena *arena) {
    char *at = (char *)value + field->offset;
    void **object = (void **)(void *)at;
    switch (field->kind) {
    case PROTO_KIND_STR:
    case PROTO_KIND_JSON:
        copy_str((struct str *)(void *)at, arena);
        break;
    case PROTO_KIND_ROOM:
        copy_str(&((struct proto_room_ref *)(void *)at)->slug, arena);
        break;
    case PROTO_KIND_OBJECT:
        if (*object != NULL)
            *object = proto_copy(field->shape, *object, arena);
        break;
    case PROTO_KIND_LIST_OBJECT:
    case PROTO_KIND_LIST_INT:
        copy_list(field, value, arena);
        break;
    case PROTO_KIND_INT:
    case PROTO_KIND_BOOL:
    case PROTO_KIND_FLAG:
    case PROTO_KIND_ENUM:
    case PROTO_KIND_COUNT:
        break;
    }
}

static void copy_members(const struct proto_struct *shape, void *value, struct arena *arena) {
    for (size_t i = 0; i < shape->field_count; i++)
        copy_member(&shape->fields[i], value, arena);
}

void *proto_copy(const struct proto_struct *shape, const void *value, struct arena *arena) {
    void *copy = copy_items(value, shape->size, 1, arena);
    copy_members(shape, copy, arena);
    return copy;
}
