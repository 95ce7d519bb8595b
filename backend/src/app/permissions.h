/* permissions.h: the table of rights as a page of the documentation.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

/* Appends the table as Markdown: a row for each right, a column for each kind of room. */
void permissions_markdown(struct buf *out);
