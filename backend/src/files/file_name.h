/* file_name.h: the names that people give to files.
 *
 * Such a name is only ever shown: it never reaches the file system. What would deceive (paths, control characters, marks that turn the
 * writing round) is taken out before it is kept, so that nobody has to think of it again.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"

#define FILE_SHOWN_BYTES 200 /* of a name: enough for any that was typed */

/* Appends the name as it is kept: the last part of a path, at most FILE_SHOWN_BYTES (its ending stays), "file" when nothing is left. */
void file_name_clean(struct str name, struct buf *out);
/* Appends the value of Content-Disposition (RFC 6266, RFC 8187). */
void file_name_disposition(struct str name, bool is_shown, struct buf *out);
