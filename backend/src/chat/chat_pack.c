/* chat_pack.c: texts one behind the other.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_pack.h"

#include "base/err.h"
#include "base/mem.h"

void chat_pack_set(char **block, uint16_t *lengths, const struct str *parts, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += parts[i].len;
    char *fresh = mem_new(total + 1, 1); /* never of size 0 */
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        ASSERT(parts[i].len <= UINT16_MAX);
        if (parts[i].len > 0)
            memcpy(fresh + at, parts[i].at, parts[i].len);
        lengths[i] = (uint16_t)parts[i].len;
        at += parts[i].len;
    }
    free(*block);
    *block = fresh;
}

struct str chat_pack_get(const char *block, const uint16_t *lengths, size_t which) {
    size_t at = 0;
    for (size_t i = 0; i < which; i++)
        at += lengths[i];
    return str_of(block + at, lengths[which]);
}
