/* url.c: texts within addresses (RFC 3986 section 2).
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/url.h"

static bool is_unreserved(unsigned char byte) {
    bool is_letter = (byte | 32) >= 'a' && (byte | 32) <= 'z';
    bool is_digit = byte >= '0' && byte <= '9';
    return is_letter || is_digit || byte == '-' || byte == '.' || byte == '_' || byte == '~';
}

void url_append_segment(struct buf *out, struct str segment) {
    for (size_t i = 0; i < segment.len; i++) {
        unsigned char byte = (unsigned char)segment.at[i];
        if (is_unreserved(byte))
            buf_append_byte(out, (char)byte);
        else
            buf_printf(out, "%%%02X", byte);
    }
}
