/* store_file.h: files of a data directory: their names, and what it takes for one to be on disk.
 *
 * Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

#define STORE_FILE_DATABASE   "parley.db"
#define STORE_FILE_LOG        "parley.db-wal"
#define STORE_FILE_INDEX      "parley.db-shm"
#define STORE_FILE_LOCK       "parley.lock"
#define STORE_FILE_RESTORING  "parley.restoring"   /* what is to become the database */
#define STORE_DIRECTORY_FILES "files"              /* the bytes of attachments */
#define STORE_FILE_UNFINISHED "restore.unfinished" /* while it stands there, no server starts */

/* "DIRECTORY/NAME" and "PATH SUFFIX" (without the space). Owned by the caller. */
char *store_file_in(const char *directory, const char *name);
char *store_file_beside(const char *path, const char *suffix);

/* Makes an empty file that must not be there yet (0600). */
enum err store_file_make(const char *path);
/* Gives the file to whom the directory belongs: for what root makes in the directory of a server that is not root. */
enum err store_file_give(const char *path, const char *directory);
/* Puts the bytes of a file on disk; a name is there when its directory is. */
enum err store_file_sync(const char *path);
enum err store_file_sync_directory(const char *path);
enum err store_file_sync_parent(const char *path);
/* Makes a directory (0700), whose name is then on disk; one that is there already is well. */
enum err store_file_make_directory(const char *path);
