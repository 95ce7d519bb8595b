/* file_name.c: the names that people give to files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files/file_name.h"

#include "base/utf8.h"

#define ENDING_BYTES_MAX 16 /* ".tar.gz" is two; what is longer is no ending */

/* Characters that show nothing and change how others are shown: control characters, marks of direction, joiners at odd places, the byte
 * order mark. */
static bool is_hidden(uint32_t code) {
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},     {0x061c, 0x061c},
                  {0x200b, 0x200b}, {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
                  {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe007f}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    }
    return false;
}

/* The part behind the last slash of either kind. */
static struct str last_part(struct str name) {
    size_t from = 0;
    for (size_t i = 0; i < name.len; i++) {
        if (name.at[i] == '/' || name.at[i] == '\\')
            from = i + 1;
    }
    return str_from(name, from);
}

/* What no system takes in a name is shown as a line. */
static bool is_awkward(char byte) {
    return byte == '<' || byte == '>' || byte == ':' || byte == '"' || byte == '|' || byte == '?' ||
           byte == '*';
}

static void append_visible(struct str name, struct buf *out) {
    while (name.len > 0) {
        size_t bytes = utf8_head_bytes(name);
        struct str one = str_range(name, 0, bytes > 0 ? bytes : 1), rest = one;
        name = str_from(name, one.len);
        if (bytes == 0 || is_hidden(utf8_next(&rest)))
            continue;
        if (is_awkward(one.at[0]))
            buf_append_byte(out, '_');
        else
            buf_append_str(out, one);
    }
}

/* Dots and spaces at either end: hidden files, and names that some systems cut. */
static struct str without_ends(struct str name) {
    while (name.len > 0 && (name.at[0] == '.' || name.at[0] == ' '))
        name = str_from(name, 1);
    while (name.len > 0 && (name.at[name.len - 1] == '.' || name.at[name.len - 1] == ' '))
        name.len--;
    return name;
}

/* The last dot and what stands behind it, when that is short. */
static struct str ending_of(struct str name) {
    for (size_t bytes = 1; bytes <= ENDING_BYTES_MAX && bytes < name.len; bytes++) {
        if (name.at[name.len - bytes] == '.')
            return str_from(name, name.len - bytes);
    }
    return STR("");
}

/* The first bytes of valid text that fit, ending with a whole character. */
static struct str head_bytes(struct str name, size_t max) {
    size_t end = max < name.len ? max : name.len;
    while (end > 0 && end < name.len && ((unsigned char)name.at[end] & 0xc0) == 0x80)
        end--;
    return str_range(name, 0, end);
}

void file_name_clean(struct str name, struct buf *out) {
    struct buf visible = BUF_EMPTY;
    append_visible(last_part(name), &visible);
    struct str clean = without_ends(buf_str(&visible));
    if (clean.len <= FILE_SHOWN_BYTES) {
        buf_append_str(out, clean.len > 0 ? clean : STR("file"));
    } else {
        struct str ending = ending_of(clean);
        buf_append_str(out, without_ends(head_bytes(clean, FILE_SHOWN_BYTES - ending.len)));
        buf_append_str(out, ending);
    }
    buf_deinit(&visible);
}

/* attr-char of RFC 8187. */
static bool is_plain(unsigned char byte) {
    bool is_letter = (byte | 32) >= 'a' && (byte | 32) <= 'z';
    bool is_digit = byte >= '0' && byte <= '9';
    return is_letter || is_digit || byte == '.' || byte == '-' || byte == '_';
}

void file_name_disposition(struct str name, bool is_shown, struct buf *out) {
    buf_append_c(out, is_shown ? "inline; filename=\"" : "attachment; filename=\"");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.at[i];
        if (byte < 0x80 || byte >= 0xc0) /* one line for each character that is not ASCII */
            buf_append_byte(out, is_plain(byte) || byte == ' ' ? (char)byte : '_');
    }
    buf_append_c(out, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.at[i];
        if (is_plain(byte))
            buf_append_byte(out, (char)byte);
        else
            buf_printf(out, "%%%02X", byte);
    }
}
