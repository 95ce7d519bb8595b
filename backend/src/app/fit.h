/* fit.h: answers that fit into an outbox.
 *
 * A page of 200 messages of 16 KiB each is more than an outbox holds: it would end the connection that asked for it,
 * and again after each reconnect. So a page may hold fewer items than were asked for; that there are more is said by its own
 * flags, and a client asks on from there, as ever.
 *
 * Thread: reader.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_read.h"

/* What of a page matters most. */
enum fit_side {
    FIT_END,       /* the newest, or those just before a place */
    FIT_BEGINNING, /* those just after a place */
    FIT_AROUND,    /* those around it */
};

/* Drops messages until the rest is at most bytes_max as JSON, from the other side; one always stays. `around` is the place, a
 * seq, for FIT_AROUND. Adds to the page's flags what was left out. */
void fit_page(struct store_page *page, enum fit_side side, int64_t around, size_t bytes_max);
/* How many of the versions, from the first on, are to be left out so that the others are at most bytes_max together as JSON; the
 * last one always stays. */
size_t fit_versions(const struct proto_version *versions, size_t count, size_t bytes_max);
/* How many of the drafts, likewise. */
size_t fit_drafts(const struct proto_draft *drafts, size_t count, size_t bytes_max);
/* How many of the threads, from the first on, are at most bytes_max together; at least one when there is one. */
size_t fit_threads(const struct proto_followed_thread *threads, size_t count, size_t bytes_max);
/* How many of the events, from the first on, are at most bytes_max together; at least one when there is one. */
size_t fit_events(const struct store_event *events, size_t count, size_t bytes_max);
