/* chat_emoji.c: emoji sequences (Unicode Technical Standard 51, in the part that can be told without a list of all).
 *
 *     flag      = regional, regional
 *     keycap    = [0-9#*], FE0F?, 20E3
 *     joined    = element, (200D, element)*
 *     element   = picture, tone? | picture, FE0F?, tag*
 *
 * The order of the parts behind a picture is not looked at: what is shown as one is one.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_emoji.h"

#include "base/utf8.h"

#include <utf8proc.h>

#define JOINER       0x200D
#define KEYCAP       0x20E3
#define AS_EMOJI     0xFE0F
#define TONE_FIRST   0x1F3FB
#define TONE_LAST    0x1F3FF
#define TAG_FIRST    0xE0020
#define TAG_LAST     0xE007F
#define REGION_FIRST 0x1F1E6
#define REGION_LAST  0x1F1FF

static bool is_between(uint32_t c, uint32_t first, uint32_t last) {
    return c >= first && c <= last;
}

static bool is_picture(uint32_t c) {
    return utf8proc_get_property((utf8proc_int32_t)c)->boundclass ==
           UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_region(uint32_t c) {
    return is_between(c, REGION_FIRST, REGION_LAST);
}

static bool is_key(uint32_t c) {
    return is_between(c, '0', '9') || c == '#' || c == '*';
}

static bool is_behind_picture(uint32_t c) {
    return c == AS_EMOJI || is_between(c, TONE_FIRST, TONE_LAST) ||
           is_between(c, TAG_FIRST, TAG_LAST);
}

static bool is_flag(struct str rest) {
    return rest.len > 0 && is_region(utf8_next(&rest)) && rest.len == 0;
}

static bool is_keycap(struct str rest) {
    uint32_t c = rest.len > 0 ? utf8_next(&rest) : 0;
    if (c == AS_EMOJI && rest.len > 0)
        c = utf8_next(&rest);
    return c == KEYCAP && rest.len == 0;
}

/* What follows the first picture. */
static bool is_joined(struct str rest) {
    while (rest.len > 0) {
        uint32_t c = utf8_next(&rest);
        if (c == JOINER && (rest.len == 0 || !is_picture(utf8_next(&rest))))
            return false;
        if (c != JOINER && !is_behind_picture(c))
            return false;
    }
    return true;
}

bool chat_emoji_is_one(struct str text) {
    if (text.len == 0)
        return false;
    uint32_t first = utf8_next(&text);
    if (is_region(first))
        return is_flag(text);
    if (is_key(first))
        return is_keycap(text);
    return is_picture(first) && is_joined(text);
}
