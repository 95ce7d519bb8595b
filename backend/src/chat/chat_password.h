/* chat_password.h: which passwords are taken.
 *
 * Length counts, not composition: 10 to 256 bytes, whatever they are. Refused is what everybody tries first: the commonest
 * passwords, not as a list of lines but as words and the ways in which people dress them up.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"

enum chat_password_fault {
    CHAT_PASSWORD_FINE,
    CHAT_PASSWORD_SHORT,
    CHAT_PASSWORD_LONG,
    CHAT_PASSWORD_COMMON,
    CHAT_PASSWORD_NAME, /* it is the person's own name, dressed up */
    CHAT_PASSWORD_FAULT_COUNT
};

/* May a person of that folded name have this password? */
enum chat_password_fault chat_password_check(struct arena *arena, struct str password,
                                             struct str folded_name);
/* One sentence for people that says what is wrong. */
struct str chat_password_fault_text(enum chat_password_fault fault);
