/* proto_encode.h: from the structs of proto_gen.h to compact JSON.
 *
 * Members come in the order of the schema, absent ones are left out, texts and numbers look as JSON.stringify would
 * write them: the same value is always the same bytes.
 *
 * Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "proto/gen/proto_gen.h"

/* Appends *value, a struct that `shape` describes, to `out`. Borrows everything. Our bugs, which are asserted: a required
 * object that is NULL, a required enum that is 0, an enum without that value. A required text that is STR_NONE is written as "". */
void proto_encode(const struct proto_struct *shape, const void *value, struct buf *out);
