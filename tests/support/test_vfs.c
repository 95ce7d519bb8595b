/* test_vfs.c: a file system for SQLite that fails when told to, and that can lose its power.
 *
 * How it works: every file is a struct disk_file beside the real one. The real file is what a process sees; `synced` is what
 * the disk holds for certain; `writes` are the changes in between, oldest first:
 *
 *     xWrite ──► real file, and one more struct change
 *     xSync  ──► the changes go into `synced`, in order, and are gone
 *     failed ──► the changes are gone; half of the times the real file is set back to `synced` too
 *     cut    ──► survivors = synced + any of the changes, in any order, sector by sector
 *
 * SQLite's own file system syncs the directory together with the first sync of a new file, and with a deletion when it is asked
 * to; there is one directory here. Until then a new file may be there or not, and a deleted one may come back. Files that have the
 * same name one after the other are kept one by one, newest first. The shared-memory index is never there after a
 * cut: SQLite makes it anew.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test_vfs.h"

#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "test_random.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR_BYTES 512

/* Something that was not synced yet. */
struct change {
    struct list node;
    bool is_truncation;
    int64_t offset;
    size_t count;
    unsigned char *bytes;
};

struct disk_file {
    struct list node;
    char *path;
    unsigned char *synced;
    size_t synced_bytes;
    struct list changes;
    bool is_certain; /* the directory that names it is on the disk */
    bool is_deleted; /* as the process sees it */
    bool is_gone;    /* as the disk does */
};

struct test_file {
    sqlite3_file base;
    struct disk_file *disk; /* NULL: a file that nobody asks for after a cut */
    sqlite3_file *real;
};

enum call {
    CALL_OPEN,
    CALL_READ,
    CALL_WRITE,
    CALL_TRUNCATE,
    CALL_SYNC,
    CALL_SIZE,
    CALL_DELETE,
    CALL_MAP
};

static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static struct list disk; /* newest first */
static struct {
    long calls, nth;
    enum test_vfs_fault fault;
    bool lasting, has_failed;
    bool cuts, is_cut;
    long opened, opened_at_failed_sync;
    unsigned failed_syncs;
} now;

static struct test_file *test_file_of(sqlite3_file *file) {
    return (struct test_file *)(void *)file;
}

/* The disk */

static void changes_drop(struct disk_file *file) {
    LIST_EACH_SAFE (&file->changes, node) {
        struct change *change = LIST_ITEM(node, struct change, node);
        list_remove(node);
        free(change->bytes);
        free(change);
    }
}

static struct disk_file *disk_find(const char *path) {
    LIST_EACH (&disk, node) {
        struct disk_file *file = LIST_ITEM(node, struct disk_file, node);
        if (strcmp(file->path, path) == 0)
            return file;
    }
    return NULL;
}

static void image_resize(unsigned char **bytes, size_t *count, size_t wanted) {
    *bytes = realloc(*bytes, wanted + 1);
    ASSERT(*bytes != NULL);
    if (wanted > *count)
        memset(*bytes + *count, 0, wanted - *count);
    *count = wanted;
}

/* What stood there before the test began is on the disk. */
static void disk_take(struct disk_file *file) {
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0)
        return;
    int code = fstat(fd, &status);
    ASSERT(code == 0);
    image_resize(&file->synced, &file->synced_bytes, (size_t)status.st_size);
    ssize_t got = read(fd, file->synced, file->synced_bytes);
    ASSERT(got == (ssize_t)status.st_size);
    file->is_certain = true;
    close(fd);
}

/* To be called before the real file is opened, which may make it. */
static struct disk_file *disk_open(const char *path) {
    struct disk_file *file = disk_find(path);
    if (file != NULL && !file->is_deleted)
        return file;
    file = calloc(1, sizeof *file);
    file->path = strdup(path);
    list_init(&file->changes);
    disk_take(file);
    /* At the front: list_append of the rest behind it. */
    list_init(&file->node);
    file->node.next = disk.next;
    file->node.prev = &disk;
    disk.next->prev = &file->node;
    disk.next = &file->node;
    return file;
}

static void disk_forget(void) {
    while (disk.next != NULL && !list_is_empty(&disk)) {
        struct disk_file *file = LIST_ITEM(disk.next, struct disk_file, node);
        list_remove(&file->node);
        changes_drop(file);
        free(file->synced);
        free(file->path);
        free(file);
    }
    list_init(&disk);
}

static void image_put(unsigned char **bytes, size_t *count, const struct change *change,
                      size_t from, size_t to) {
    size_t end = (size_t)change->offset + to;
    if (end > *count)
        image_resize(bytes, count, end);
    memcpy(*bytes + change->offset + from, change->bytes + from, to - from);
}

static void image_apply(unsigned char **bytes, size_t *count, const struct change *change) {
    if (change->is_truncation)
        image_resize(bytes, count, (size_t)change->offset);
    else
        image_put(bytes, count, change, 0, change->count);
}

static void disk_change(struct disk_file *file, bool is_truncation, int64_t offset,
                        const void *bytes, size_t count) {
    if (file == NULL)
        return;
    struct change *change = calloc(1, sizeof *change);
    change->is_truncation = is_truncation;
    change->offset = offset;
    change->count = count;
    change->bytes = malloc(count + 1);
    if (count > 0)
        memcpy(change->bytes, bytes, count);
    list_append(&file->changes, &change->node);
}

static void disk_sync_directory(void) {
    LIST_EACH (&disk, node) {
        struct disk_file *file = LIST_ITEM(node, struct disk_file, node);
        file->is_certain = true;
        file->is_gone = file->is_deleted;
    }
}

static void disk_sync(struct disk_file *file) {
    if (file == NULL)
        return;
    LIST_EACH (&file->changes, node)
        image_apply(&file->synced, &file->synced_bytes, LIST_ITEM(node, struct change, node));
    changes_drop(file);
    if (!file->is_certain)
        disk_sync_directory();
}

/* What should have been written is lost. Every second time the kernel shows it, too. */
static void disk_fail_sync(struct test_file *file) {
    now.opened_at_failed_sync = now.opened;
    if (file->disk == NULL)
        return;
    changes_drop(file->disk);
    if (now.failed_syncs++ % 2 == 0)
        return;
    file->real->pMethods->xTruncate(file->real, 0);
    if (file->disk->synced_bytes > 0)
        file->real->pMethods->xWrite(file->real, file->disk->synced, (int)file->disk->synced_bytes,
                                     0);
}

/* Faults */

/* Counts a call. True: it must not be carried out, and fails. */
static bool strikes(enum call call) {
    now.calls++;
    if (now.is_cut)
        return true;
    if (now.cuts) {
        now.is_cut = now.calls >= now.nth;
        return now.is_cut && call != CALL_WRITE; /* the write that is under way is torn */
    }
    if (now.fault == TEST_VFS_NONE)
        return false;
    bool is_hit = now.calls == now.nth || (now.lasting && now.calls > now.nth);
    now.has_failed = now.has_failed || is_hit;
    return is_hit;
}

/* Files */

static int file_close(sqlite3_file *base) {
    struct test_file *file = test_file_of(base);
    int code = file->real->pMethods != NULL ? file->real->pMethods->xClose(file->real) : SQLITE_OK;
    return code;
}

static int file_read(sqlite3_file *base, void *out, int count, sqlite3_int64 offset) {
    struct test_file *file = test_file_of(base);
    bool only_full = now.lasting && now.fault != TEST_VFS_EIO; /* a full disk can be read */
    if (strikes(CALL_READ) && !(only_full && !now.is_cut)) {
        errno = EIO; /* as SQLite's own file system does */
        return SQLITE_IOERR_CORRUPTFS;
    }
    return file->real->pMethods->xRead(file->real, out, count, offset);
}

static bool makes_longer(struct test_file *file, sqlite3_int64 end) {
    sqlite3_int64 size = 0;
    return file->real->pMethods->xFileSize(file->real, &size) != SQLITE_OK || end > size;
}

static int file_put(struct test_file *file, const void *bytes, int count, sqlite3_int64 offset) {
    int code = file->real->pMethods->xWrite(file->real, bytes, count, offset);
    if (code == SQLITE_OK)
        disk_change(file->disk, false, offset, bytes, (size_t)count);
    return code;
}

static int file_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 offset) {
    struct test_file *file = test_file_of(base);
    if (!strikes(CALL_WRITE))
        return file_put(file, bytes, count, offset);
    if (now.is_cut || now.fault == TEST_VFS_EIO)
        return SQLITE_IOERR_WRITE;
    if (now.lasting && !makes_longer(file, offset + count))
        return file_put(file, bytes, count, offset);
    if (now.fault == TEST_VFS_SHORT)
        (void)file_put(file, bytes, count / 2, offset);
    return SQLITE_FULL;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
    struct test_file *file = test_file_of(base);
    bool is_harmless = now.lasting && now.fault != TEST_VFS_EIO && !now.is_cut;
    if (strikes(CALL_TRUNCATE) && !is_harmless)
        return SQLITE_IOERR_TRUNCATE;
    int code = file->real->pMethods->xTruncate(file->real, size);
    if (code == SQLITE_OK && file->disk != NULL)
        disk_change(file->disk, true, size, NULL, 0);
    return code;
}

static int file_sync(sqlite3_file *base, int flags) {
    struct test_file *file = test_file_of(base);
    (void)flags;
    bool is_harmless = now.lasting && now.fault != TEST_VFS_EIO && !now.is_cut;
    if (strikes(CALL_SYNC) && !is_harmless) {
        if (!now.is_cut)
            disk_fail_sync(file);
        return SQLITE_IOERR_FSYNC;
    }
    disk_sync(file->disk);
    return SQLITE_OK;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *out) {
    struct test_file *file = test_file_of(base);
    bool is_harmless = now.lasting && now.fault != TEST_VFS_EIO && !now.is_cut;
    if (strikes(CALL_SIZE) && !is_harmless)
        return SQLITE_IOERR_FSTAT;
    return file->real->pMethods->xFileSize(file->real, out);
}

static int file_lock(sqlite3_file *base, int level) {
    struct test_file *file = test_file_of(base);
    return file->real->pMethods->xLock(file->real, level);
}

static int file_unlock(sqlite3_file *base, int level) {
    struct test_file *file = test_file_of(base);
    return file->real->pMethods->xUnlock(file->real, level);
}

static int file_check_lock(sqlite3_file *base, int *out) {
    struct test_file *file = test_file_of(base);
    return file->real->pMethods->xCheckReservedLock(file->real, out);
}

static int file_control(sqlite3_file *base, int op, void *argument) {
    struct test_file *file = test_file_of(base);
    if (op == SQLITE_FCNTL_SIZE_HINT) /* would write behind our back */
        return SQLITE_OK;
    return file->real->pMethods->xFileControl(file->real, op, argument);
}

static int file_sector_size(sqlite3_file *base) {
    (void)base;
    return SECTOR_BYTES;
}

static int file_traits(sqlite3_file *base) {
    struct test_file *file = test_file_of(base);
    return file->real->pMethods->xDeviceCharacteristics(file->real);
}

static int file_shm_map(sqlite3_file *base, int page, int bytes, int extend, void volatile **out) {
    struct test_file *file = test_file_of(base);
    bool is_harmless = now.lasting && now.fault != TEST_VFS_EIO && !now.is_cut;
    if (strikes(CALL_MAP) && !is_harmless)
        return SQLITE_IOERR_SHMMAP;
    return file->real->pMethods->xShmMap(file->real, page, bytes, extend, out);
}

static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags) {
    struct test_file *file = test_file_of(base);
    return file->real->pMethods->xShmLock(file->real, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *base) {
    struct test_file *file = test_file_of(base);
    file->real->pMethods->xShmBarrier(file->real);
}

static int file_shm_unmap(sqlite3_file *base, int remove) {
    struct test_file *file = test_file_of(base);
    return file->real->pMethods->xShmUnmap(file->real, remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* The file system */

static int vfs_open(sqlite3_vfs *self, const char *name, sqlite3_file *base, int flags, int *out) {
    struct test_file *file = test_file_of(base);
    (void)self;
    file->base.pMethods = NULL;
    file->disk = NULL;
    file->real = (sqlite3_file *)(void *)(file + 1);
    file->real->pMethods = NULL;
    if (strikes(CALL_OPEN))
        return SQLITE_CANTOPEN;
    if ((flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0)
        file->disk = disk_open(name);
    int code = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
    if (file->real->pMethods != NULL)
        file->base.pMethods = &methods;
    if (code != SQLITE_OK)
        return code;
    now.opened++;
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *self, const char *name, int is_synced) {
    (void)self;
    bool is_harmless = now.lasting && now.fault != TEST_VFS_EIO && !now.is_cut;
    if (strikes(CALL_DELETE) && !is_harmless)
        return SQLITE_IOERR_DELETE;
    struct disk_file *file = disk_find(name);
    int code = real_vfs->xDelete(real_vfs, name, 0);
    if (code == SQLITE_OK && file != NULL) {
        file->is_deleted = true;
        if (is_synced != 0)
            disk_sync_directory();
    }
    return code;
}

static int vfs_access(sqlite3_vfs *self, const char *name, int flags, int *out) {
    (void)self;
    return real_vfs->xAccess(real_vfs, name, flags, out);
}

static int vfs_full_path(sqlite3_vfs *self, const char *name, int count, char *out) {
    (void)self;
    return real_vfs->xFullPathname(real_vfs, name, count, out);
}

static int vfs_randomness(sqlite3_vfs *self, int count, char *out) {
    (void)self;
    return real_vfs->xRandomness(real_vfs, count, out);
}

static int vfs_sleep(sqlite3_vfs *self, int us) {
    (void)self;
    return real_vfs->xSleep(real_vfs, us);
}

static int vfs_time(sqlite3_vfs *self, sqlite3_int64 *out) {
    (void)self;
    return real_vfs->xCurrentTimeInt64(real_vfs, out);
}

static int vfs_last_error(sqlite3_vfs *self, int count, char *out) {
    (void)self;
    return real_vfs->xGetLastError(real_vfs, count, out);
}

void test_vfs_install(void) {
    if (real_vfs == NULL) {
        real_vfs = sqlite3_vfs_find(NULL);
        vfs = (sqlite3_vfs){
            .iVersion = 2,
            .szOsFile = (int)sizeof(struct test_file) + real_vfs->szOsFile,
            .mxPathname = real_vfs->mxPathname,
            .zName = "test",
            .xOpen = vfs_open,
            .xDelete = vfs_delete,
            .xAccess = vfs_access,
            .xFullPathname = vfs_full_path,
            .xRandomness = vfs_randomness,
            .xSleep = vfs_sleep,
            .xGetLastError = vfs_last_error,
            .xCurrentTimeInt64 = vfs_time,
        };
        int code = sqlite3_vfs_register(&vfs, 1);
        ASSERT(code == SQLITE_OK);
    }
    disk_forget();
    memset(&now, 0, sizeof now);
    now.opened_at_failed_sync = -1;
}

/* Faults */

void test_vfs_fail(long nth, enum test_vfs_fault fault, bool lasting) {
    now.calls = 0;
    now.nth = nth;
    now.fault = fault;
    now.lasting = lasting;
    now.has_failed = now.cuts = false;
    now.opened_at_failed_sync = -1;
}

void test_vfs_heal(void) {
    now.fault = TEST_VFS_NONE;
    now.lasting = false;
}

long test_vfs_calls(void) {
    return now.calls;
}

bool test_vfs_has_failed(void) {
    return now.has_failed;
}

long test_vfs_opened_since_failed_sync(void) {
    return now.opened_at_failed_sync < 0 ? -1 : now.opened - now.opened_at_failed_sync;
}

/* Power */

void test_vfs_cut(long nth) {
    now.calls = 0;
    now.nth = nth;
    now.cuts = true;
    test_vfs_heal();
}

void test_vfs_cut_now(void) {
    now.is_cut = true;
}

bool test_vfs_is_cut(void) {
    return now.is_cut;
}

/* Of a write, each sector has arrived or not; the one at which the head stood has arrived in part. */
static void put_torn(unsigned char **bytes, size_t *count, const struct change *change,
                     struct test_random *random) {
    for (size_t from = 0; from < change->count; from += SECTOR_BYTES) {
        size_t to = from + SECTOR_BYTES < change->count ? from + SECTOR_BYTES : change->count;
        if (test_random_chance(random, 10))
            to = from + test_random_below(random, to - from);
        if (test_random_chance(random, 70))
            image_put(bytes, count, change, from, to);
    }
}

static void apply_some(unsigned char **bytes, size_t *count, struct list *changes,
                       struct test_random *random) {
    size_t len = 0;
    LIST_EACH (changes, node)
        len++;
    struct change **all = calloc(len + 1, sizeof(struct change *));
    len = 0;
    LIST_EACH (changes, node)
        all[len++] = LIST_ITEM(node, struct change, node);
    for (size_t i = len; i > 1; i--) { /* Fisher and Yates */
        size_t j = test_random_below(random, i);
        struct change *other = all[j];
        all[j] = all[i - 1];
        all[i - 1] = other;
    }
    unsigned arrived = (unsigned)test_random_below(random, 101);
    for (size_t i = 0; i < len; i++) {
        if (!test_random_chance(random, arrived))
            continue;
        if (all[i]->is_truncation || test_random_chance(random, 60))
            image_apply(bytes, count, all[i]);
        else
            put_torn(bytes, count, all[i], random);
    }
    free(all);
}

static void write_survivor(const char *directory, struct disk_file *file, enum test_vfs_cut how,
                           struct test_random *random) {
    unsigned char *bytes = NULL;
    size_t count = 0;
    char path[512];
    image_resize(&bytes, &count, file->synced_bytes);
    if (count > 0)
        memcpy(bytes, file->synced, count);
    if (how == TEST_VFS_SOME)
        apply_some(&bytes, &count, &file->changes, random);
    else if (how == TEST_VFS_KEEP)
        LIST_EACH (&file->changes, node)
            image_apply(&bytes, &count, LIST_ITEM(node, struct change, node));
    const char *name = strrchr(file->path, '/');
    ASSERT(name != NULL);
    snprintf(path, sizeof path, "%s%s", directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ASSERT(fd >= 0);
    ssize_t written = write(fd, bytes, count);
    ASSERT(written == (ssize_t)count);
    close(fd);
    free(bytes);
}

/* Does the name stand for this file? *is_end: for no older one in any case. */
static bool is_there(const struct disk_file *file, enum test_vfs_cut how,
                     struct test_random *random, bool *is_end) {
    bool luck = how == TEST_VFS_KEEP || (how == TEST_VFS_SOME && test_random_chance(random, 50));
    *is_end = true;
    if (file->is_deleted)
        return !file->is_gone && !luck && file->is_certain;
    if (file->is_certain || luck)
        return true;
    *is_end = false;
    return false;
}

static bool is_newest(const struct disk_file *file) {
    return disk_find(file->path) == file;
}

static void write_name(const char *directory, const struct disk_file *newest, enum test_vfs_cut how,
                       struct test_random *random) {
    bool is_end = false;
    for (const struct list *node = &newest->node; node != &disk && !is_end; node = node->next) {
        struct disk_file *file = LIST_ITEM(node, struct disk_file, node);
        if (strcmp(file->path, newest->path) == 0 && is_there(file, how, random, &is_end))
            write_survivor(directory, file, how, random);
    }
}

void test_vfs_survivors(const char *directory, enum test_vfs_cut how, struct test_random *random) {
    LIST_EACH (&disk, node) {
        struct disk_file *file = LIST_ITEM(node, struct disk_file, node);
        if (is_newest(file))
            write_name(directory, file, how, random);
    }
}
