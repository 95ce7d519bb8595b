/* chat_script.c: a table of code point ranges, and three sets of scripts that may stand together.
 *
 * libutf8proc knows no scripts. The table names those that have neighbours in looks or are spread over several ranges;
 * for all others the block is the script: from U+0700 on blocks of 128 code points hold one script each, which is exact for
 * the Indic scripts (U+0900 to U+0DFF) and near enough elsewhere, because two blocks of one script refuse a name, never
 * let one through.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_script.h"

#include "base/err.h"
#include "base/utf8.h"

#include <assert.h>

enum script {
    SCRIPT_COMMON, /* goes with all */
    SCRIPT_LATIN,
    SCRIPT_HAN,
    SCRIPT_KANA,
    SCRIPT_BOPOMOFO,
    SCRIPT_HANGUL,
    SCRIPT_GREEK,
    SCRIPT_CYRILLIC,
    SCRIPT_ARMENIAN,
    SCRIPT_HEBREW,
    SCRIPT_ARABIC,
    SCRIPT_TIBETAN,
    SCRIPT_MYANMAR,
    SCRIPT_GEORGIAN,
    SCRIPT_ETHIOPIC,
    SCRIPT_CHEROKEE,
    SCRIPT_CANADIAN,
    SCRIPT_KHMER,
    SCRIPT_MONGOLIAN,
    SCRIPT_YI,
    SCRIPT_BLOCK, /* SCRIPT_BLOCK + n: the n-th block */
};

/* Ascending; what stands in no row is a block of its own. */
static const struct script_range {
    uint32_t first, last;
    enum script script;
} script_ranges[] = {
    {0x0000, 0x0040, SCRIPT_COMMON},    {0x0041, 0x005A, SCRIPT_LATIN},
    {0x005B, 0x0060, SCRIPT_COMMON},    {0x0061, 0x007A, SCRIPT_LATIN},
    {0x007B, 0x00A9, SCRIPT_COMMON},    {0x00AA, 0x00AA, SCRIPT_LATIN},
    {0x00AB, 0x00B9, SCRIPT_COMMON},    {0x00BA, 0x00BA, SCRIPT_LATIN},
    {0x00BB, 0x00BF, SCRIPT_COMMON},    {0x00C0, 0x02AF, SCRIPT_LATIN},
    {0x02B0, 0x036F, SCRIPT_COMMON},    {0x0370, 0x03FF, SCRIPT_GREEK},
    {0x0400, 0x052F, SCRIPT_CYRILLIC},  {0x0530, 0x058F, SCRIPT_ARMENIAN},
    {0x0590, 0x05FF, SCRIPT_HEBREW},    {0x0600, 0x06FF, SCRIPT_ARABIC},
    {0x0750, 0x077F, SCRIPT_ARABIC},    {0x0870, 0x08FF, SCRIPT_ARABIC},
    {0x0F00, 0x0FFF, SCRIPT_TIBETAN},   {0x1000, 0x109F, SCRIPT_MYANMAR},
    {0x10A0, 0x10FF, SCRIPT_GEORGIAN},  {0x1100, 0x11FF, SCRIPT_HANGUL},
    {0x1200, 0x139F, SCRIPT_ETHIOPIC},  {0x13A0, 0x13FF, SCRIPT_CHEROKEE},
    {0x1400, 0x167F, SCRIPT_CANADIAN},  {0x1780, 0x17FF, SCRIPT_KHMER},
    {0x1800, 0x18AF, SCRIPT_MONGOLIAN}, {0x18B0, 0x18FF, SCRIPT_CANADIAN},
    {0x1AB0, 0x1AFF, SCRIPT_COMMON},    {0x1C80, 0x1C8F, SCRIPT_CYRILLIC},
    {0x1C90, 0x1CBF, SCRIPT_GEORGIAN},  {0x1D00, 0x1DBF, SCRIPT_LATIN},
    {0x1DC0, 0x1DFF, SCRIPT_COMMON},    {0x1E00, 0x1EFF, SCRIPT_LATIN},
    {0x1F00, 0x1FFF, SCRIPT_GREEK},     {0x20D0, 0x20FF, SCRIPT_COMMON},
    {0x2C60, 0x2C7F, SCRIPT_LATIN},     {0x2D00, 0x2D2F, SCRIPT_GEORGIAN},
    {0x2D80, 0x2DDF, SCRIPT_ETHIOPIC},  {0x2DE0, 0x2DFF, SCRIPT_CYRILLIC},
    {0x3005, 0x3007, SCRIPT_HAN},       {0x3040, 0x30FB, SCRIPT_KANA},
    {0x30FC, 0x30FC, SCRIPT_COMMON},    {0x30FD, 0x30FF, SCRIPT_KANA},
    {0x3100, 0x312F, SCRIPT_BOPOMOFO},  {0x3130, 0x318F, SCRIPT_HANGUL},
    {0x31A0, 0x31BF, SCRIPT_BOPOMOFO},  {0x31F0, 0x31FF, SCRIPT_KANA},
    {0x3400, 0x9FFF, SCRIPT_HAN},       {0xA000, 0xA4CF, SCRIPT_YI},
    {0xA640, 0xA69F, SCRIPT_CYRILLIC},  {0xA720, 0xA7FF, SCRIPT_LATIN},
    {0xA960, 0xA97F, SCRIPT_HANGUL},    {0xA9E0, 0xA9FF, SCRIPT_MYANMAR},
    {0xAA60, 0xAA7F, SCRIPT_MYANMAR},   {0xAB00, 0xAB2F, SCRIPT_ETHIOPIC},
    {0xAB30, 0xAB6F, SCRIPT_LATIN},     {0xAB70, 0xABBF, SCRIPT_CHEROKEE},
    {0xAC00, 0xD7FF, SCRIPT_HANGUL},    {0xF900, 0xFAFF, SCRIPT_HAN},
    {0x20000, 0x3FFFF, SCRIPT_HAN},
};

#define SET(script) (1u << (script))
/* What Japanese, Chinese in Taiwan, and Korean write side by side. */
static const uint32_t script_sets[] = {
    SET(SCRIPT_LATIN) | SET(SCRIPT_HAN) | SET(SCRIPT_KANA),
    SET(SCRIPT_LATIN) | SET(SCRIPT_HAN) | SET(SCRIPT_BOPOMOFO),
    SET(SCRIPT_LATIN) | SET(SCRIPT_HAN) | SET(SCRIPT_HANGUL),
};
static_assert(SCRIPT_BLOCK < 32, "the named scripts fit into a set");

static unsigned script_of(uint32_t c) {
    size_t low = 0, high = sizeof script_ranges / sizeof script_ranges[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > script_ranges[middle].last)
            low = middle + 1;
        else if (c < script_ranges[middle].first)
            high = middle;
        else
            return script_ranges[middle].script;
    }
    return SCRIPT_BLOCK + (c >> (c < 0x10000 ? 7 : 10));
}

static bool is_known_company(uint32_t set) {
    for (size_t i = 0; i < sizeof script_sets / sizeof script_sets[0]; i++)
        if ((set & ~script_sets[i]) == 0)
            return true;
    return false;
}

bool chat_script_is_mixed(struct str name) {
    uint32_t set = 0;
    unsigned first = SCRIPT_COMMON;
    while (name.len > 0) {
        unsigned script = script_of(utf8_next(&name));
        if (script == SCRIPT_COMMON || script == first)
            continue;
        if (first == SCRIPT_COMMON) {
            first = script;
            set = script < SCRIPT_BLOCK ? SET(script) : 0;
            continue;
        }
        if (script >= SCRIPT_BLOCK || first >= SCRIPT_BLOCK)
            return true;
        set |= SET(script);
        if (!is_known_company(set))
            return true;
    }
    return false;
}
