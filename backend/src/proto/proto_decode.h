/* proto_decode.h: from JSON to the structs of proto_gen.h, checked against the schema.
 *
 * What a decoded struct promises: every required field is there, every type is right, every number, text and list is within its
 * bounds, the rules of the struct hold (at most one of before, after, around). What it does not promise: texts are as they
 * came, not normalised, and those that are normalised first (body, display_name, room names) were held only to a cap in bytes;
 * whether anything may be done, or exists, is for the chat to say.
 *
 * Thread: any; the tables are const, all that is written belongs to the caller.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/json_flat.h"
#include "proto/gen/proto_gen.h"

#include <jansson.h>

/* Fills *out, a struct of shape->size bytes, from `object`. NULL and JSON null count as {}; null as a field's value counts as
 * absent; unknown fields are passed over. Texts and lists are copied into `arena`: nothing in *out points into `object`, so a
 * payload can go to another thread with its arena.
 *
 * Returns PROTO_OK, or PROTO_BAD_REQUEST with *bad_field the name of the field of `shape` that is wrong (static; NULL when
 * `object` is no object); *out is then half filled and of no use. bad_field may be NULL. */
enum proto_error proto_decode(const struct proto_struct *shape, const json_t *object,
                              struct arena *arena, void *out, const char **bad_field);

/* The same of a flat object, when it can: false says nothing about the object but that proto_decode has to look at its tree, which
 * knows more kinds of values, and whom to blame. What both take they take alike. */
bool proto_decode_flat(const struct proto_struct *shape, const struct json_flat *object,
                       struct arena *arena, void *out);
