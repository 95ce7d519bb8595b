/* store_upgrade.h: a database that an earlier version has left becomes one of this version.
 *
 * Thread: whoever opens the store.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_internal.h"

/* Brings the database of a store that is being opened to this program's schema. One that people have used is
 * copied first, into before-upgrade-from-N.db beside it, N being its schema. A crash on the way leaves a database of that schema
 * or a later one, which the next call goes on from. ERR_TOO_NEW, ERR_INVALID: as of store_migrate, nothing was touched. ERR_NO_SPACE and
 * the like: neither was it when the copy could not be made. ERR_CORRUPT: nor when it is damaged. */
enum err store_upgrade(struct store *store);
