/* proto_decode.c: walks the field tables over a JSON object.
 *
 * The object is a tree of jansson, or a flat one (base/json_flat.h), which has scalars alone. Either way a member becomes a
 * struct value, and everything behind that is the same; a field that holds more than a scalar asks for the tree.
 *
 * Each kind of field has one function that checks the value and stores it at its offset; the walk decides what absent
 * means. While it walks, it notes which fields were there (bit i for field i), and the struct's rules are masks over
 * those bits.
 *
 * Nesting follows the schema, not the input: an object is entered only where a table has one, and no table
 * reaches itself on the way (a room's last message has no room in it), so depth is bounded whatever is sent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "proto/proto_decode.h"

#include "base/err.h"
#include "base/json.h"
#include "base/utf8.h"

/* An object to be decoded: one of the two. */
struct source {
    const json_t *tree;
    const struct json_flat *flat;
};

/* A value in it. */
struct value {
    const json_t *tree; /* NULL in a flat object */
    struct json_flat_value scalar;
};

static struct value value_of_tree(const json_t *tree) {
    static const enum json_flat_kind kinds[] = {
        [JSON_OBJECT] = JSON_FLAT_OTHER, [JSON_ARRAY] = JSON_FLAT_OTHER,
        [JSON_STRING] = JSON_FLAT_STR,   [JSON_INTEGER] = JSON_FLAT_INT,
        [JSON_REAL] = JSON_FLAT_OTHER,   [JSON_TRUE] = JSON_FLAT_TRUE,
        [JSON_FALSE] = JSON_FLAT_FALSE,  [JSON_NULL] = JSON_FLAT_NULL,
    };
    return (struct value){tree,
                          {kinds[json_typeof(tree)], json_integer_value(tree), json_str(tree)}};
}

/* Where things are stored */

static void *member(void *base, size_t offset) {
    return (char *)base + offset;
}

static void set_bool(void *base, size_t offset, bool value) {
    memcpy(member(base, offset), &value, sizeof value);
}

static void set_int(void *base, size_t offset, int64_t value) {
    memcpy(member(base, offset), &value, sizeof value);
}

static void set_str(void *base, size_t offset, struct str value) {
    memcpy(member(base, offset), &value, sizeof value);
}

/* A list is never NULL when it is there, not even an empty one. */
static char *set_list(const struct proto_field *field, struct arena *arena, size_t count,
                      size_t item_bytes, void *base) {
    char *items = arena_alloc(arena, (count > 0 ? count : 1) * item_bytes);
    memcpy(member(base, field->offset), &items, sizeof items);
    memcpy(member(base, field->count_offset), &count, sizeof count);
    return items;
}

/* Texts */

static bool is_token(struct str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '_' || c == '-'))
            return false;
    }
    return true;
}

static bool is_color(struct str text) {
    if (text.len != 7 || text.at[0] != '#')
        return false;
    for (size_t i = 1; i < text.len; i++) {
        char c = text.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')))
            return false;
    }
    return true;
}

static bool has_format(enum proto_format format, struct str text) {
    switch (format) {
    case PROTO_FORMAT_TOKEN:
        return is_token(text);
    case PROTO_FORMAT_COLOR:
        return is_color(text);
    case PROTO_FORMAT_ANY:
        break;
    }
    return true;
}

/* Holds a text to its field's bounds; one that is clipped becomes shorter. */
static bool bound_text(const struct proto_field *field, struct str *text) {
    size_t length = field->unit == PROTO_UNIT_CHARS ? utf8_count(*text) : text->len;
    if (field->clip && length > (size_t)field->max) {
        ASSERT(field->unit == PROTO_UNIT_CHARS);
        *text = utf8_head(*text, (size_t)field->max);
        length = (size_t)field->max;
    }
    return length >= (size_t)field->min && length <= (size_t)field->max &&
           has_format(field->format, *text);
}

/* One function for each kind: the value is there and not null. False: it is wrong. */

static bool decode_object(const struct proto_struct *shape, const struct source *object,
                          struct arena *arena, void *out, const char **bad_field);

static bool decode_str(const struct proto_field *field, const struct value *value,
                       struct arena *arena, void *base) {
    struct str text = value->scalar.text;
    if (str_is_none(text) || !bound_text(field, &text))
        return false;
    set_str(base, field->offset, arena_copy(arena, text));
    return true;
}

static bool decode_int(const struct proto_field *field, const struct value *value,
                       struct arena *arena, void *base) {
    (void)arena;
    if (value->scalar.kind != JSON_FLAT_INT)
        return false;
    int64_t number = value->scalar.number;
    if (field->clip && number > field->max)
        number = field->max;
    if (number < field->min || number > field->max)
        return false;
    set_int(base, field->offset, number);
    if (field->has_offset != 0)
        set_bool(base, field->has_offset, true);
    return true;
}

static bool decode_bool(const struct proto_field *field, const struct value *value,
                        struct arena *arena, void *base) {
    (void)arena;
    bool is_true = value->scalar.kind == JSON_FLAT_TRUE;
    if (!is_true && value->scalar.kind != JSON_FLAT_FALSE)
        return false;
    set_bool(base, field->offset, is_true);
    if (field->has_offset != 0)
        set_bool(base, field->has_offset, true);
    return true;
}

static bool decode_enum(const struct proto_field *field, const struct value *value,
                        struct arena *arena, void *base) {
    (void)arena;
    struct str text = value->scalar.text;
    if (str_is_none(text))
        return false;
    for (unsigned i = (unsigned)field->min; i <= (unsigned)field->max; i++) {
        if (str_equal(field->enums->texts[i], text)) {
            memcpy(member(base, field->offset), &i, sizeof i);
            return true;
        }
    }
    return false;
}

static bool decode_room(const struct proto_field *field, const struct value *value,
                        struct arena *arena, void *base) {
    struct proto_room_ref ref = {.id = value->scalar.number, .slug = value->scalar.text};
    if (value->scalar.kind == JSON_FLAT_INT
            ? ref.id < 1 || ref.id > PROTO_LIMIT_ID_MAX
            : str_is_none(ref.slug) || !bound_text(field, &ref.slug))
        return false;
    if (!str_is_none(ref.slug))
        ref.slug = arena_copy(arena, ref.slug);
    memcpy(member(base, field->offset), &ref, sizeof ref);
    return true;
}

static bool decode_nested(const struct proto_field *field, const struct value *value,
                          struct arena *arena, void *base) {
    const struct source object = {.tree = value->tree};
    void *nested = arena_alloc(arena, field->shape->size);
    const char *inner_field;
    memcpy(member(base, field->offset), &nested, sizeof nested);
    return decode_object(field->shape, &object, arena, nested, &inner_field);
}

static bool decode_json(const struct proto_field *field, const struct value *value,
                        struct arena *arena, void *base) {
    struct buf text = BUF_EMPTY;
    if (value->tree == NULL)
        return false;
    json_write_value(&text, value->tree);
    set_str(base, field->offset, arena_copy(arena, buf_str(&text)));
    buf_deinit(&text);
    return true;
}

static bool is_list(const struct proto_field *field, const struct value *value) {
    size_t count = json_array_size(value->tree);
    return json_is_array(value->tree) && count >= (size_t)field->min && count <= (size_t)field->max;
}

static bool decode_list_object(const struct proto_field *field, const struct value *value,
                               struct arena *arena, void *base) {
    if (!is_list(field, value))
        return false;
    size_t count = json_array_size(value->tree), size = field->shape->size;
    char *items = set_list(field, arena, count, size, base);
    const char *inner_field;
    for (size_t i = 0; i < count; i++) {
        const struct source object = {.tree = json_array_get(value->tree, i)};
        if (!decode_object(field->shape, &object, arena, items + i * size, &inner_field))
            return false;
    }
    return true;
}

static bool decode_list_int(const struct proto_field *field, const struct value *value,
                            struct arena *arena, void *base) {
    if (!is_list(field, value))
        return false;
    size_t count = json_array_size(value->tree);
    int64_t *items = (int64_t *)(void *)set_list(field, arena, count, sizeof(int64_t), base);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(value->tree, i);
        items[i] = json_integer_value(item); /* 0 when it is none, and 0 is no id */
        if (items[i] < 1 || items[i] > PROTO_LIMIT_ID_MAX)
            return false;
    }
    return true;
}

typedef bool (*decode_fn)(const struct proto_field *field, const struct value *value,
                          struct arena *arena, void *base);

static const decode_fn decoders[PROTO_KIND_COUNT] = {
    [PROTO_KIND_STR] = decode_str,
    [PROTO_KIND_INT] = decode_int,
    [PROTO_KIND_BOOL] = decode_bool,
    [PROTO_KIND_FLAG] = decode_bool,
    [PROTO_KIND_ENUM] = decode_enum,
    [PROTO_KIND_ROOM] = decode_room,
    [PROTO_KIND_OBJECT] = decode_nested,
    [PROTO_KIND_JSON] = decode_json,
    [PROTO_KIND_LIST_OBJECT] = decode_list_object,
    [PROTO_KIND_LIST_INT] = decode_list_int,
};

/* Structs */

static struct str name_of(const struct proto_field *field) {
    return str_of(field->key.at + 1, field->key.len - 3); /* without quotes and colon */
}

/* False: there is no such member. */
static bool find_tree(const struct proto_struct *shape, size_t i, const json_t *object,
                      struct value *out) {
    const json_t *found =
        shape->tuple ? json_array_get(object, i) : json_object_get(object, shape->fields[i].name);
    if (found != NULL)
        *out = value_of_tree(found);
    return found != NULL;
}

static bool find_flat(const struct proto_struct *shape, size_t i, const struct json_flat *object,
                      struct value *out) {
    const struct json_flat_value *found = json_flat_find(object, name_of(&shape->fields[i]));
    if (found != NULL)
        *out = (struct value){.scalar = *found};
    return found != NULL;
}

/* False: the field is absent. null, and a flag that is false, are the same as not there. */
static bool find_value(const struct proto_struct *shape, size_t i, const struct source *object,
                       struct value *out) {
    bool is_there = object->flat != NULL ? find_flat(shape, i, object->flat, out)
                                         : find_tree(shape, i, object->tree, out);
    bool is_flag = shape->fields[i].kind == PROTO_KIND_FLAG;
    return is_there && out->scalar.kind != JSON_FLAT_NULL &&
           !(is_flag && out->scalar.kind == JSON_FLAT_FALSE);
}

static bool decode_absent(const struct proto_field *field, void *base) {
    if (field->has_fallback)
        set_int(base, field->offset, field->fallback);
    return field->optional;
}

/* True when the rule holds for the fields in `present`. Else *bad names the field to blame: the first of the group when one
 * is missing, the second that is there when there are too many. */
static bool rule_holds(const struct proto_rule *rule, uint32_t present, unsigned *bad) {
    uint32_t there = present & rule->fields;
    uint32_t surplus = there & (there - 1); /* without the lowest */
    if (there == 0 && rule->kind != PROTO_RULE_AT_MOST_ONE) {
        *bad = (unsigned)__builtin_ctz(rule->fields);
        return false;
    }
    if (surplus != 0 && rule->kind != PROTO_RULE_AT_LEAST_ONE) {
        *bad = (unsigned)__builtin_ctz(surplus);
        return false;
    }
    return true;
}

static bool rules_hold(const struct proto_struct *shape, uint32_t present, const char **bad_field) {
    for (size_t i = 0; i < shape->rule_count; i++) {
        unsigned bad;
        if (!rule_holds(&shape->rules[i], present, &bad)) {
            *bad_field = shape->fields[bad].name;
            return false;
        }
    }
    return true;
}

static bool has_form(const struct proto_struct *shape, const struct source *object) {
    if (object->flat != NULL)
        return !shape->tuple;
    return shape->tuple
               ? json_is_array(object->tree) && json_array_size(object->tree) == shape->field_count
               : json_is_object(object->tree);
}

static bool decode_object(const struct proto_struct *shape, const struct source *object,
                          struct arena *arena, void *out, const char **bad_field) {
    uint32_t present = 0;
    *bad_field = NULL;
    if (!has_form(shape, object))
        return false;
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct proto_field *field = &shape->fields[i];
        struct value value;
        bool is_there = find_value(shape, i, object, &value);
        if (is_there ? !decoders[field->kind](field, &value, arena, out)
                     : !decode_absent(field, out)) {
            *bad_field = field->name;
            return false;
        }
        if (is_there)
            present |= (uint32_t)1 << i;
    }
    return rules_hold(shape, present, bad_field);
}

enum proto_error proto_decode(const struct proto_struct *shape, const json_t *object,
                              struct arena *arena, void *out, const char **bad_field) {
    const char *bad;
    json_t *nothing = NULL;
    ASSERT(shape->field_count <= 32);
    if (object == NULL || json_is_null(object))
        object = nothing = json_object();
    memset(out, 0, shape->size);
    bool is_good = decode_object(shape, &(struct source){.tree = object}, arena, out, &bad);
    json_decref(nothing);
    if (!is_good && bad_field != NULL)
        *bad_field = bad;
    return is_good ? PROTO_OK : PROTO_BAD_REQUEST;
}

bool proto_decode_flat(const struct proto_struct *shape, const struct json_flat *object,
                       struct arena *arena, void *out) {
    const char *bad;
    ASSERT(shape->field_count <= 32);
    memset(out, 0, shape->size);
    return decode_object(shape, &(struct source){.flat = object}, arena, out, &bad);
}
