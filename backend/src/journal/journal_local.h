/* journal_local.h: the journal of a single machine: the store's writer connection.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "journal/journal.h"

struct store;

/* A journal on the store's one writing connection. Borrows the store, which must outlive it. Returns owned
 * (ops->close). */
struct journal *journal_local_new(struct store *store);
