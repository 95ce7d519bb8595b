/* json_flat.c: reading the JSON that nearly all commands are, without building a tree of it.
 *
 * Thread    any; nothing is kept.
 *
 * Each function takes what it knows off the front of the text, and every byte is looked at once. Members are compared with those
 * before them, which for the few that there may be is cheaper than any table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json_flat.h"

#include "base/json.h"

#define INT_DIGITS_MAX 18 /* always fit into 64 bits */

static void skip(struct str *text, size_t count) {
    text->at += count;
    text->len -= count;
}

static void skip_space(struct str *text) {
    while (text->len > 0 && (text->at[0] == ' ' || text->at[0] == '\t' || text->at[0] == '\n' ||
                             text->at[0] == '\r'))
        skip(text, 1);
}

static bool next_is(struct str text, char byte) {
    return text.len > 0 && text.at[0] == byte;
}

bool json_flat_take_byte(struct str *text, char byte) {
    skip_space(text);
    if (!next_is(*text, byte))
        return false;
    skip(text, 1);
    return true;
}

bool json_flat_at_end(struct str text) {
    skip_space(&text);
    return text.len == 0;
}

bool json_flat_take_str(struct str *text, struct str *out) {
    if (!json_flat_take_byte(text, '"'))
        return false;
    size_t run = json_clean_run(*text);
    *out = str_of(text->at, run);
    skip(text, run);
    if (!next_is(*text, '"'))
        return false;
    skip(text, 1);
    return true;
}

static bool take_word(struct str *text, struct str word) {
    if (!str_starts_with(*text, word))
        return false;
    skip(text, word.len);
    return true;
}

static bool take_int(struct str *text, int64_t *out) {
    bool is_negative = take_word(text, STR("-"));
    size_t digits = 0;
    int64_t value = 0;
    for (; digits < text->len && text->at[digits] >= '0' && text->at[digits] <= '9'; digits++) {
        if (digits == INT_DIGITS_MAX)
            return false;
        value = value * 10 + (text->at[digits] - '0');
    }
    bool has_zero_in_front = digits > 1 && text->at[0] == '0';
    skip(text, digits);
    bool goes_on = next_is(*text, '.') || next_is(*text, 'e') || next_is(*text, 'E');
    *out = is_negative ? -value : value;
    return digits > 0 && !has_zero_in_front && !goes_on;
}

static bool take_value(struct str *text, struct json_flat_value *out) {
    skip_space(text);
    *out = (struct json_flat_value){.kind = JSON_FLAT_STR};
    if (next_is(*text, '"'))
        return json_flat_take_str(text, &out->text);
    out->kind = JSON_FLAT_TRUE;
    if (take_word(text, STR("true")))
        return true;
    out->kind = JSON_FLAT_FALSE;
    if (take_word(text, STR("false")))
        return true;
    out->kind = JSON_FLAT_NULL;
    if (take_word(text, STR("null")))
        return true;
    out->kind = JSON_FLAT_INT;
    return take_int(text, &out->number);
}

static bool take_member(struct str *text, struct json_flat *object) {
    struct json_flat_member *member = &object->members[object->count];
    if (object->count == JSON_FLAT_MAX || !json_flat_take_str(text, &member->name) ||
        json_flat_find(object, member->name) != NULL || !json_flat_take_byte(text, ':'))
        return false;
    object->count++;
    return take_value(text, &member->value);
}

bool json_flat_take_object(struct str *text, struct json_flat *out) {
    out->count = 0;
    if (!json_flat_take_byte(text, '{'))
        return false;
    if (json_flat_take_byte(text, '}'))
        return true;
    do {
        if (!take_member(text, out))
            return false;
    } while (json_flat_take_byte(text, ','));
    return json_flat_take_byte(text, '}');
}

const struct json_flat_value *json_flat_find(const struct json_flat *object, struct str name) {
    for (size_t i = 0; i < object->count; i++) {
        if (str_equal(object->members[i].name, name))
            return &object->members[i].value;
    }
    return NULL;
}
