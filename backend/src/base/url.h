/* url.h: texts within addresses (RFC 3986).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

/* Appends one segment of a path: all but unreserved characters as %XX, slashes too. */
void url_append_segment(struct buf *out, struct str segment);
