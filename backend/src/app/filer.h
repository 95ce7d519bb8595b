/* filer.h: the threads that read and write files for the workers, which must not wait for a disk.
 *
 * Each upload and each download belongs to one of FILER_THREADS threads; what the worker asks travels there as mails, what comes of
 * it comes back as calls on the worker's loop. Memory is bounded: an upload holds one block and FILER_HELD_BYTES on their way, a
 * download one block; of both there are so many at once and no more (FILER_UPLOADS_MAX, FILER_DOWNLOADS_MAX).
 *
 * It also removes files whose rows are gone, and at its start what a crash has left: files that no row names.
 *
 * Thread: main, but for filer_remove (core) and the port's functions (worker).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/metric.h"
#include "store/store_read.h"
#include "web/web_files.h"

struct filer;

struct filer_counters {
    struct counter bytes_in, bytes_out; /* of files */
    struct counter files_in;
    struct counter damaged; /* files that were not as they were written */
};

/* Makes `files` in the data directory when it is missing, and opens it. `path`: of the database, for a reader of its own. Returns owned. */
enum err filer_open(const char *directory, const char *path, struct filer **out);
void filer_start(struct filer *filer);
/* What workers use; good until filer_free. */
struct web_files filer_port(struct filer *filer);
/* Removes the files of these names, a line each; some time later. */
void filer_remove(struct filer *filer, struct str names);
/* Ends the threads when everything asked so far is done. Before the workers stop. */
void filer_stop(struct filer *filer);
/* After the workers are freed. Harmless for NULL. */
void filer_free(struct filer *filer);
/* One counter for each thread. Any thread. */
const struct filer_counters *filer_counters(const struct filer *filer, unsigned thread);
