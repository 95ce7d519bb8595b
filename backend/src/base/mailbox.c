/* mailbox.c: a stack that writers push on and the reader takes whole.
 *
 *     writers  --push-->  newest -> ... -> oldest -> NULL  --exchange with NULL, turned round-->  reader
 *
 * Only the reader ever takes mails off, and it takes all of them, so the ABA trouble of lock-free stacks cannot
 * arise. The release of each push and the acquire of the exchange order what a writer put into its mail before the
 * reader's look at it; pushes in between are read-modify-writes and carry the release on.
 *
 * Of the wake: the post that finds the stack empty is the only one between two takes to do so, hence one wake a
 * take. A later post relies on it: the reader cannot have taken in between, or the stack would be empty again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mailbox.h"

#include <stddef.h>

static struct mail *mails_turn_round(struct mail *newest) {
    struct mail *turned = NULL;
    while (newest != NULL) {
        struct mail *older = newest->next;
        newest->next = turned;
        turned = newest;
        newest = older;
    }
    return turned;
}

void mailbox_init(struct mailbox *box, mailbox_wake_cb wake, void *context) {
    atomic_init(&box->newest, NULL);
    box->wake = wake;
    box->context = context;
}

void mailbox_post(struct mailbox *box, struct mail *mail) {
    struct mail *before = atomic_load_explicit(&box->newest, memory_order_relaxed);
    do {
        mail->next = before;
    } while (!atomic_compare_exchange_weak_explicit(&box->newest, &before, mail,
                                                    memory_order_release, memory_order_relaxed));
    if (before == NULL && box->wake != NULL)
        box->wake(box->context);
}

struct mail *mailbox_take(struct mailbox *box) {
    return mails_turn_round(atomic_exchange_explicit(&box->newest, NULL, memory_order_acquire));
}

bool mailbox_is_empty(struct mailbox *box) {
    return atomic_load_explicit(&box->newest, memory_order_relaxed) == NULL;
}
