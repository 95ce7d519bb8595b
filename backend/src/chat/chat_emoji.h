/* chat_emoji.h: is a text one emoji?
 *
 * One emoji is what people see as one: a picture, perhaps with a skin tone, several joined to one (a family), a flag, a
 * keycap. Which code points are pictures, libutf8proc knows (Extended_Pictographic); that its table is older than somebody's
 * telephone does no harm, since Unicode has set the places of future pictures aside and they count already.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

/* `text` is valid UTF-8. */
bool chat_emoji_is_one(struct str text);
