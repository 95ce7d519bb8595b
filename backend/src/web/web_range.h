/* web_range.h: which part of a file is asked for (RFC 9110 section 14).
 *
 * One range or the whole. Several ranges, and what is no range, are answered with the whole, as the standard allows.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

enum web_range_result {
    WEB_RANGE_WHOLE,
    WEB_RANGE_PART,
    WEB_RANGE_NONE, /* it lies behind the end: 416 */
};

/* Reads a Range header (STR_NONE: there is none) for a file of `size` bytes. The bytes from *first to *end (excluded) are to be
 * sent, but for WEB_RANGE_NONE. */
enum web_range_result web_range_read(struct str header, uint64_t size, uint64_t *first,
                                     uint64_t *end);
