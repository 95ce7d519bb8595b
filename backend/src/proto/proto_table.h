/* proto_table.h: the form of the tables that describe what goes over the wire.
 *
 * protocol/<part>.json says what every command, event and object looks like; tools/gen_protocol.py turns that into C
 * structs and, for each, one const table of fields (gen/proto_gen.c). proto_decode and proto_encode walk these tables: there is no
 * code per command, and nothing here knows any command's name.
 *
 * How a field of the schema lies in its struct:
 *
 *   str            struct str            STR_NONE when absent
 *   int, id, ts    int64_t               absent: 0, or has_<name> beside it where 0 is a value
 *   bool           bool                  an optional one has has_<name> beside it
 *   flag           bool                  true, or false and absent, which are the same
 *   enum           enum proto_<enum>     0 when absent
 *   room           struct proto_room_ref both members empty when absent
 *   object         struct proto_<x> *    NULL when absent
 *   list           <item> *, <name>_count   an optional list is absent when the pointer is NULL
 *   json           struct str            JSON text, written as it is
 *
 * All tables are const and shared by all threads.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

enum proto_kind {
    PROTO_KIND_STR,
    PROTO_KIND_INT,
    PROTO_KIND_BOOL,
    PROTO_KIND_FLAG,
    PROTO_KIND_ENUM,
    PROTO_KIND_ROOM,
    PROTO_KIND_OBJECT,
    PROTO_KIND_JSON,
    PROTO_KIND_LIST_OBJECT,
    PROTO_KIND_LIST_INT, /* of ids */
    PROTO_KIND_COUNT
};

/* What min and max of a text count. */
enum proto_unit { PROTO_UNIT_BYTES, PROTO_UNIT_CHARS };

/* What a text must be made of. */
enum proto_format {
    PROTO_FORMAT_ANY,
    PROTO_FORMAT_TOKEN, /* [A-Za-z0-9_-] */
    PROTO_FORMAT_COLOR, /* #rrggbb */
};

/* A room as commands name it: by id, or by slug when id is 0. Both empty: not given. */
struct proto_room_ref {
    int64_t id;
    struct str slug;
};

/* The texts of an enum, by its values; texts[0] is STR_NONE. */
struct proto_enum {
    const char *name;
    const struct str *texts;
    size_t count;
};

struct proto_struct;

struct proto_field {
    const char *name;
    struct str key; /* the name as it is written: in quotes, with its colon */
    enum proto_kind kind;
    bool optional;
    bool clip;         /* what is above max counts as max instead of being refused */
    bool has_fallback; /* absent counts as `fallback` */
    enum proto_unit unit;
    enum proto_format format;
    uint16_t offset;       /* of the member */
    uint16_t has_offset;   /* of has_<name>, 0 without one */
    uint16_t count_offset; /* of <name>_count, 0 unless a list */
    int64_t min; /* of an int itself, of a text's length, of a list's count, of an enum's value */
    int64_t max;
    int64_t fallback;
    const struct proto_enum *enums;   /* of an enum */
    const struct proto_struct *shape; /* of an object and of a list's objects */
};

/* How many fields of a group may be there. */
enum proto_rule_kind { PROTO_RULE_AT_LEAST_ONE, PROTO_RULE_AT_MOST_ONE, PROTO_RULE_EXACTLY_ONE };

struct proto_rule {
    enum proto_rule_kind kind;
    uint32_t fields; /* bit i: fields[i] of the struct belongs to the group */
};

struct proto_struct {
    const char *name;
    size_t size; /* of the C struct */
    bool tuple;  /* on the wire an array of its members, without their names */
    const struct proto_field *fields;
    size_t field_count;
    const struct proto_rule *rules;
    size_t rule_count;
};
