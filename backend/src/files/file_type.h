/* file_type.h: what a file is, by its first bytes.
 *
 * What a client says a file is, and what its name ends in, is not looked at. A type that a browser would run or lay out as a page
 * (HTML, SVG, XML, scripts) is none that is ever told: such files are `text/plain`, and no text is shown within a page.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

#define FILE_PIXELS_MAX 50000000 /* of an image that is shown: 200 MB where it is decoded */
#define FILE_HEAD_BYTES                                                                            \
    1048576 /* of a file are enough to tell: before an image's size may stand a thumbnail and a profile */

struct file_type {
    const char *type;      /* static: "image/png" */
    int64_t width, height; /* as it is shown; 0: not known, or more than FILE_PIXELS_MAX */
};

/* `head`: the first bytes of the file, FILE_HEAD_BYTES of them or all. */
struct file_type file_type_of(struct str head);
/* May a browser show a file of that type, as file_type_of told it, within a page? Images only with a size. */
bool file_type_is_shown(struct str type, bool has_size);
