/* mailbox.h: how threads meet.
 *
 * A queue with many writers and one reader. Posting hands the message over: the writer must not touch it
 * again. The reader takes everything that is queued at once, in the order of posting (for one writer: its
 * own order; between writers: the order in which posts took effect).
 *
 * Lock-free: writers push on an atomic stack; the reader exchanges the whole stack for NULL and turns it
 * round. The wake function is called only by the post that found the mailbox empty, so a busy reader costs
 * its writers no system call.
 *
 * Thread: mailbox_post from anywhere; the rest on the owner's thread.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>

/* Embedded in every message that is posted. */
struct mail {
    struct mail *next;
};

/* Called on the posting thread when the mailbox stops being empty. Must be safe from any thread. */
typedef void (*mailbox_wake_cb)(void *context);

struct mailbox {
    _Atomic(struct mail *) newest;
    mailbox_wake_cb wake;
    void *context;
};

/* wake may be NULL (a reader that polls). */
void mailbox_init(struct mailbox *box, mailbox_wake_cb wake, void *context);
/* Gives `mail` to the reader. Any thread. */
void mailbox_post(struct mailbox *box, struct mail *mail);
/* Takes all queued mails, oldest first, linked by `next`; NULL when there are none. */
struct mail *mailbox_take(struct mailbox *box);
bool mailbox_is_empty(struct mailbox *box);

#define MAIL_ITEM(mail, type, member) ((type *)(void *)((char *)(mail)-offsetof(type, member)))
