/* json_flat.h: reading the JSON that nearly all commands are, without building a tree of it.
 *
 *     {"room":"lobby","nonce":"3f","body":"hi"}     an object of texts, integers, true, false and null: a *flat* object
 *
 * The tree of a general parser costs some twenty allocations for such an object, more than all else that is done with it on its way
 * in. Here its members become slices of the text. Whatever is not flat is not judged but left to json_parse:
 * nesting, real numbers and integers of more than 18 digits, escapes in a text, a name that comes twice, more than JSON_FLAT_MAX
 * members, and all that is no JSON. So there is one opinion of what is right, json_parse's; this one only knows the easy cases.
 *
 * Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

#define JSON_FLAT_MAX 16 /* members; no command has more fields that are sent at once */

enum json_flat_kind {
    JSON_FLAT_NULL,
    JSON_FLAT_FALSE,
    JSON_FLAT_TRUE,
    JSON_FLAT_INT,
    JSON_FLAT_STR,
    JSON_FLAT_OTHER, /* never read from text: a list, an object, a real number of a tree */
};

struct json_flat_value {
    enum json_flat_kind kind;
    int64_t number;  /* INT, else 0 */
    struct str text; /* STR, valid UTF-8; else STR_NONE */
};

/* Slices are borrowed from the text. */
struct json_flat {
    size_t count;
    struct json_flat_member {
        struct str name;
        struct json_flat_value value;
    } members[JSON_FLAT_MAX];
};

/* Each takes one thing and the white space in front of it off the front of *text. False: it is not there or not flat, and *text
 * may stand anywhere. */
bool json_flat_take_byte(struct str *text, char byte);
bool json_flat_take_str(struct str *text, struct str *out);
bool json_flat_take_object(struct str *text, struct json_flat *out);
/* True when nothing but white space is left. */
bool json_flat_at_end(struct str text);

/* The value of that name; NULL when there is none. */
const struct json_flat_value *json_flat_find(const struct json_flat *object, struct str name);
