/* disk_faults.c: calls to a disk that goes wrong when a test says so.
 *
 * Linked into the program, these functions stand in front of those of libc, also for SQLite. They look at a file that the
 * test and the program share (PARLEY_FAULTS names it; one byte), so that a disk can fail and heal while the server runs:
 *
 *     -  healthy              F  full: nothing can be made longer      R  read-only
 *     S  fsync fails          E  nothing can be written                D  dead: nothing can be read either
 *     N  fsync does nothing, and says that it did     L  slow: each write takes 2 ms more
 *
 * Only files of the database are touched.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"
#include "base/str.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset);
ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset);
int ftruncate64(int fd, off64_t size);
int fdatasync(int fd);
int fsync(int fd);

#define SLOW_WRITE_US 2000

static const volatile char *mode_at;

__attribute__((constructor)) static void faults_open(void) {
    const char *path = getenv("PARLEY_FAULTS");
    int fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *page = mmap(NULL, 1, PROT_READ, MAP_SHARED, fd, 0);
    ASSERT(page != MAP_FAILED);
    mode_at = page;
    close(fd);
}

static bool is_database(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t count = readlink(link, path, sizeof path);
    struct str name = str_of(path, count > 0 ? (size_t)count : 0);
    return str_ends_with(name, STR("/parley.db")) || str_ends_with(name, STR("/parley.db-wal"));
}

/* What is wrong with the disk that the descriptor is on. */
static char mode_of(int fd) {
    char mode = mode_at != NULL ? *mode_at : '-';
    return mode != '-' && is_database(fd) ? mode : '-';
}

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    ASSERT(function != NULL);
    return function;
}

static int64_t size_of(int fd) {
    struct stat status;
    return fstat(fd, &status) == 0 ? status.st_size : 0;
}

/* 0: the write may go on; else errno. */
static int write_error(int fd, int64_t end) {
    switch (mode_of(fd)) {
    case 'L':
        (void)usleep(SLOW_WRITE_US);
        return 0;
    case 'F':
        return end > size_of(fd) ? ENOSPC : 0;
    case 'R':
        return EROFS;
    case 'E':
    case 'D':
        return EIO;
    default:
        return 0;
    }
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (real == NULL)
        real = (ssize_t(*)(int, const void *, size_t, off64_t))next("pwrite64");
    int error = write_error(fd, offset + (int64_t)count);
    if (error == 0)
        return real(fd, bytes, count, offset);
    errno = error;
    return -1;
}

ssize_t pread64(int fd, void *bytes, size_t count, off64_t offset) {
    static ssize_t (*real)(int, void *, size_t, off64_t);
    if (real == NULL)
        real = (ssize_t(*)(int, void *, size_t, off64_t))next("pread64");
    if (mode_of(fd) != 'D')
        return real(fd, bytes, count, offset);
    errno = EIO;
    return -1;
}

int ftruncate64(int fd, off64_t size) {
    static int (*real)(int, off64_t);
    if (real == NULL)
        real = (int (*)(int, off64_t))next("ftruncate64");
    int error = write_error(fd, size);
    if (error == 0)
        return real(fd, size);
    errno = error;
    return -1;
}

static int sync_with(const char *name, int fd) {
    char mode = mode_of(fd);
    if (mode == 'N')
        return 0;
    if (mode == 'S' || mode == 'E' || mode == 'D') {
        errno = EIO;
        return -1;
    }
    return ((int (*)(int))next(name))(fd);
}

int fdatasync(int fd) {
    return sync_with("fdatasync", fd);
}

int fsync(int fd) {
    return sync_with("fsync", fd);
}
