/* store_gather.c: a commit as one write.
 *
 * Owns      struct gather_file, one for each write-ahead log that is open through it.
 * Thread    that of the connection.
 *
 * How it works: a write that begins where the gathered bytes end joins them; any other one, and any call that could see the
 * difference, writes them out first.
 *
 *     file:     ... committed frames | gathered: head page head page head page ...
 *                                    ^ at                                         ^ at + count
 *
 * SQLite itself says where a commit ends: the head of its last frame holds the size of the database, the heads of all others
 * hold 0. With that frame everything is written out, whatever `synchronous` is. So between transactions nothing
 * is gathered but what a rollback left behind, and that may be written or forgotten.
 *
 * Only the log is treated so. Of every other file SQLite gets the default file system's own, and its methods.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_gather.h"

#include "base/err.h"
#include "base/mem.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* SQLite itself never writes 128 KiB at once, and its file system for Unix takes lengths modulo that. */
#define GATHER_BYTES_MAX  122880
#define GATHER_FRAME_HEAD 24 /* bytes; the size of the database is in the second four */

/* Owner: the connection. The default file system's file lies behind it. */
struct gather_file {
    sqlite3_file base;
    sqlite3_file *real;
    char *bytes; /* GATHER_BYTES_MAX; NULL until the first write */
    int count;
    sqlite3_int64 at; /* where they belong in the file */
    bool ends_commit; /* the page that comes next is the last one of its commit */
    int failed; /* SQLite's code of a write that was lost; from then on everything fails with it */
    sqlite3_int64 lost_at; /* but for reading what lies before that write: all commits do */
};

static struct gather_file *gather_of(sqlite3_file *file) {
    return (struct gather_file *)(void *)file;
}

/* Writing out */

static int gather_flush(struct gather_file *gather) {
    if (gather->count > 0 && gather->failed == SQLITE_OK) {
        gather->failed =
            gather->real->pMethods->xWrite(gather->real, gather->bytes, gather->count, gather->at);
        gather->lost_at = gather->at;
    }
    gather->count = 0;
    return gather->failed;
}

static bool fits_behind(const struct gather_file *gather, int count, sqlite3_int64 at) {
    return gather->count > 0 && at == gather->at + gather->count &&
           count <= GATHER_BYTES_MAX - gather->count;
}

static void gather_add(struct gather_file *gather, const void *bytes, int count, sqlite3_int64 at) {
    if (gather->bytes == NULL) {
        gather->bytes = mem_resize(NULL, GATHER_BYTES_MAX, 1);
    }
    if (gather->count == 0) {
        gather->at = at;
    }
    memcpy(gather->bytes + gather->count, bytes, (size_t)count);
    gather->count += count;
}

/* Is this the head of the last frame of a commit? */
static bool is_last_head(const void *bytes, int count) {
    static const char none[4];
    return count == GATHER_FRAME_HEAD && memcmp((const char *)bytes + 4, none, sizeof(none)) != 0;
}

/* Methods of the log's file */

static int gather_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 at) {
    struct gather_file *gather = gather_of(file);
    bool ends_commit = gather->ends_commit;
    if (!fits_behind(gather, count, at)) {
        (void)gather_flush(gather); /* noted */
    }
    if (gather->failed != SQLITE_OK) {
        return gather->failed;
    }
    gather->ends_commit = is_last_head(bytes, count);
    if (count > GATHER_BYTES_MAX) {
        return gather->real->pMethods->xWrite(gather->real, bytes, count, at);
    }
    gather_add(gather, bytes, count, at);
    return ends_commit ? gather_flush(gather) : SQLITE_OK;
}

static int gather_read(sqlite3_file *file, void *into, int count, sqlite3_int64 at) {
    struct gather_file *gather = gather_of(file);
    int code = gather_flush(gather);
    if (code != SQLITE_OK && at + count > gather->lost_at) {
        return code;
    }
    return gather->real->pMethods->xRead(gather->real, into, count, at);
}

static int gather_truncate(sqlite3_file *file, sqlite3_int64 size) {
    struct gather_file *gather = gather_of(file);
    int code = gather_flush(gather);
    return code != SQLITE_OK ? code : gather->real->pMethods->xTruncate(gather->real, size);
}

static int gather_sync(sqlite3_file *file, int flags) {
    struct gather_file *gather = gather_of(file);
    int code = gather_flush(gather);
    return code != SQLITE_OK ? code : gather->real->pMethods->xSync(gather->real, flags);
}

static int gather_size(sqlite3_file *file, sqlite3_int64 *out) {
    struct gather_file *gather = gather_of(file);
    int code = gather_flush(gather);
    return code != SQLITE_OK ? code : gather->real->pMethods->xFileSize(gather->real, out);
}

/* What is still gathered here was rolled back, or has failed: nobody waits for it. */
static int gather_close(sqlite3_file *file) {
    struct gather_file *gather = gather_of(file);
    free(gather->bytes);
    gather->bytes = NULL;
    return gather->real->pMethods->xClose(gather->real);
}

static int gather_lock(sqlite3_file *file, int level) {
    return gather_of(file)->real->pMethods->xLock(gather_of(file)->real, level);
}

static int gather_unlock(sqlite3_file *file, int level) {
    return gather_of(file)->real->pMethods->xUnlock(gather_of(file)->real, level);
}

static int gather_check_lock(sqlite3_file *file, int *out) {
    return gather_of(file)->real->pMethods->xCheckReservedLock(gather_of(file)->real, out);
}

static int gather_control(sqlite3_file *file, int operation, void *argument) {
    return gather_of(file)->real->pMethods->xFileControl(gather_of(file)->real, operation,
                                                         argument);
}

static int gather_sector(sqlite3_file *file) {
    return gather_of(file)->real->pMethods->xSectorSize(gather_of(file)->real);
}

static int gather_device(sqlite3_file *file) {
    return gather_of(file)->real->pMethods->xDeviceCharacteristics(gather_of(file)->real);
}

static const sqlite3_io_methods gather_methods = {
    .iVersion = 1, /* shared memory and mappings belong to the database's own file */
    .xClose = gather_close,
    .xRead = gather_read,
    .xWrite = gather_write,
    .xTruncate = gather_truncate,
    .xSync = gather_sync,
    .xFileSize = gather_size,
    .xLock = gather_lock,
    .xUnlock = gather_unlock,
    .xCheckReservedLock = gather_check_lock,
    .xFileControl = gather_control,
    .xSectorSize = gather_sector,
    .xDeviceCharacteristics = gather_device,
};

/* The file system */

static sqlite3_vfs *real_of(sqlite3_vfs *vfs) {
    return vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    if ((flags & SQLITE_OPEN_WAL) == 0) {
        return real_of(vfs)->xOpen(real_of(vfs), name, file, flags, out);
    }
    struct gather_file *gather = gather_of(file);
    *gather = (struct gather_file){.real = (sqlite3_file *)(void *)(gather + 1)};
    int code = real_of(vfs)->xOpen(real_of(vfs), name, gather->real, flags, out);
    if (gather->real->pMethods != NULL) { /* then SQLite will close it */
        gather->base.pMethods = &gather_methods;
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_directory) {
    return real_of(vfs)->xDelete(real_of(vfs), name, sync_directory);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int flags, int *out) {
    return real_of(vfs)->xAccess(real_of(vfs), name, flags, out);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *name, int count, char *out) {
    return real_of(vfs)->xFullPathname(real_of(vfs), name, count, out);
}

static int vfs_random(sqlite3_vfs *vfs, int count, char *out) {
    return real_of(vfs)->xRandomness(real_of(vfs), count, out);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    return real_of(vfs)->xSleep(real_of(vfs), microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *out) {
    return real_of(vfs)->xCurrentTimeInt64(real_of(vfs), out);
}

static int vfs_last_error(sqlite3_vfs *vfs, int count, char *out) {
    return real_of(vfs)->xGetLastError(real_of(vfs), count, out);
}

/* Nothing is ever loaded: extensions are off. */
static sqlite3_vfs gather_vfs = {
    .iVersion = 2,
    .zName = "parley-gather",
    .xOpen = vfs_open,
    .xDelete = vfs_delete,
    .xAccess = vfs_access,
    .xFullPathname = vfs_full_path,
    .xRandomness = vfs_random,
    .xSleep = vfs_sleep,
    .xGetLastError = vfs_last_error,
    .xCurrentTimeInt64 = vfs_time,
};

const char *store_gather_vfs(void) {
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    ASSERT(real != NULL && real != &gather_vfs && real->iVersion >= 2);
    gather_vfs.pAppData = real;
    gather_vfs.mxPathname = real->mxPathname;
    gather_vfs.szOsFile = (int)sizeof(struct gather_file) + real->szOsFile;
    int code = sqlite3_vfs_register(&gather_vfs, 0); /* again and again does no harm */
    ASSERT(code == SQLITE_OK);
    return gather_vfs.zName;
}
