/* json.h: writing JSON, and reading it with bounds.
 *
 * Writing appends compact text to a buf: what JSON.stringify makes, byte for byte, for the values that we send.
 * Reading is jansson's, behind a scan that bounds nesting before anything is allocated: no recursion on input.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

#include <jansson.h>

/* Writing. Keys and commas are the caller's: proto_encode walks tables and knows where they go. */
/* A quoted string. Valid UTF-8 comes out as itself; ", \ and control characters are escaped. Invalid bytes
 * become U+FFFD. */
void json_write_string(struct buf *out, struct str text);
/* A whole jansson value, compact, keys in their order, numbers as JSON.stringify prints them; but integers above 2^53,
 * which JavaScript would round, stay exact. */
void json_write_value(struct buf *out, const json_t *value);

/* Reading */
/* Parses exactly one value from text, white space around it allowed. Refuses: nesting above depth_max, invalid UTF-8,
 * duplicate keys, numbers outside 64 bits, anything behind the value. NUL inside strings is allowed ("\u0000").
 * Returns an owned reference (json_decref), or NULL. */
json_t *json_parse(struct str text, unsigned depth_max);
/* Bytes in front of text that stand for themselves in a JSON string: valid UTF-8 but for control characters, " and \. */
size_t json_clean_run(struct str text);
/* The greatest nesting of [] and {} in text, strings skipped, without parsing. */
unsigned json_depth(struct str text);
/* The bytes of a JSON string; STR_NONE when value is NULL or no string. Borrowed from value. */
struct str json_str(const json_t *value);
