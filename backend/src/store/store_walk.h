/* store_walk.h: all files that a database names, for what copies and checks them.
 *
 * Thread: any; not that of a store (the program's verbs).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

/* What is on disk under the name `file`; borrowed. */
struct store_walked_file {
    int64_t id;
    struct str file;
    int64_t size;
    const unsigned char *sum; /* 32 bytes */
};

struct store_file_walker {
    void *context;
    void (*take)(void *context, const struct store_walked_file *file);
};

/* Gives each file of the database at `path`, which a server may be using, in the order of their ids; a row that is damaged is left
 * out (store_verify names it). A database of before there were files has none. */
enum err store_walk_files(const char *path, const struct store_file_walker *walker);
