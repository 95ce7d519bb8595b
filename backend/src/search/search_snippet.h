/* search_snippet.h: does this text hold the query, and which part of it shows that.
 *
 * The index may be a moment behind, and knows nothing of what was damaged; what is shown is decided by the text as it is.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "proto/gen/proto_gen.h"
#include "search/search_query.h"

/* False: a term does not occur. Else *out is the part around the first place of a term, at most SEARCH_SNIPPET_CHARS long, white
 * space as single spaces of the same count, "…" where it was cut; marks are code points of it, in order, apart from one
 * another. Everything in `arena`. */
bool search_snippet_make(const struct search_query *query, struct str text, struct arena *arena,
                         struct proto_snippet *out);
