/* store_backup.h: a copy of the database in one file, and the way back.
 *
 * Thread: any; not that of a store (the program's verbs).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "store/store_verify.h"

/* Copies the database of `directory`, which a server may be using, into the new file `file`: consistent, and with every
 * message in it that was acked before the call. The copy is verified before it gets its name; after ERR_OK it is on disk. On an
 * error there is no such file, and *message is one sentence (owned by the thread). ERR_BUSY: the server writes too much.
 * `on_copied` (or NULL) is called when only the copy is looked at any more, which may take long and hinders nobody. */
enum err store_backup(const char *directory, const char *file, void (*on_copied)(void),
                      struct store_summary *out, const char **message);

/* Puts the backup `file` in the place of the database of `directory`, which is made when it is missing. The database that is
 * there is kept, in a directory beside it whose name comes back in *kept (owned by the thread; NULL: there was none). No server
 * may be running on it. A crash in the middle leaves a directory on which no server starts; then it is done again. The
 * log begins anew, so that clients load everything afresh. Errors as above; ERR_BUSY: a server is running. */
enum err store_restore(const char *directory, const char *file, struct store_summary *out,
                       const char **kept, const char **message);
