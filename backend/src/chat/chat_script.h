/* chat_script.h: does a name mix scripts, so that it can be mistaken for another name?
 *
 * A Cyrillic "а" looks like a Latin "a": a name that holds both is made to deceive. The rule is that of
 * Unicode's UTS 39, "highly restrictive": one script, or Latin together with those that Japanese, Chinese and Korean write
 * side by side.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

/* True when the letters, marks and digits of `name` (valid UTF-8, NFKC) come from scripts that do not go together. ASCII digits,
 * punctuation and combining accents belong to every script. */
bool chat_script_is_mixed(struct str name);
