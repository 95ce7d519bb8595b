/* cli_files.h: the files of a database in its backup, on the way back, and looked at.
 *
 * A backup FILE has its files in the directory FILE.files beside it, as they lie in files/ of the data directory.
 *
 * Errors are printed as they are found; what was found wrong is counted.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

#include <stdint.h>

struct cli_files {
    int64_t count, bytes; /* of what is whole */
    int64_t faults;
};

/* While it is held no server removes files: what a snapshot names stays. -1: there are none yet. */
int cli_files_hold(const char *data);
void cli_files_release(int fd);

/* Copies what the backup `file` names out of the data directory, and checks it on the way. */
enum err cli_files_backup(const char *data, const char *file, struct cli_files *out);
/* Copies it back, but for what is there and whole. Before the database is put in place. */
enum err cli_files_restore(const char *data, const char *file, struct cli_files *out);
/* Gives the files of the database in the directory `kept` a second name there, so that they outlive it. */
enum err cli_files_keep(const char *data, const char *kept);
/* Looks at every file that the database at `path` names, in `directory`. */
enum err cli_files_verify(const char *path, const char *directory, struct cli_files *out);
