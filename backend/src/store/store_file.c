/* store_file.c: files of a data directory.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_file.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

char *store_file_in(const char *directory, const char *name) {
    struct buf path = BUF_EMPTY;
    buf_printf(&path, "%s/%s", directory, name);
    char *text = str_dup_c(buf_str(&path));
    buf_deinit(&path);
    return text;
}

char *store_file_beside(const char *path, const char *suffix) {
    struct buf text = BUF_EMPTY;
    buf_printf(&text, "%s%s", path, suffix);
    char *copy = str_dup_c(buf_str(&text));
    buf_deinit(&text);
    return copy;
}

static enum err close_with(int fd, enum err error) {
    if (close(fd) != 0 && error == ERR_OK) {
        error = err_of_errno(errno);
    }
    return error;
}

static enum err sync_fd(int fd) {
    return fsync(fd) == 0 ? ERR_OK : err_of_errno(errno);
}

enum err store_file_make(const char *path) {
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    return fd < 0 ? err_of_errno(errno) : close_with(fd, ERR_OK);
}

enum err store_file_give(const char *path, const char *directory) {
    struct stat status;
    if (stat(directory, &status) != 0) {
        return err_of_errno(errno);
    }
    if (geteuid() != 0) { /* what we make is ours, and so is the directory */
        return ERR_OK;
    }
    return lchown(path, status.st_uid, status.st_gid) == 0 ? ERR_OK : err_of_errno(errno);
}

enum err store_file_sync(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC);
    return fd < 0 ? err_of_errno(errno) : close_with(fd, sync_fd(fd));
}

enum err store_file_sync_directory(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? err_of_errno(errno) : close_with(fd, sync_fd(fd));
}

enum err store_file_sync_parent(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return store_file_sync_directory(".");
    }
    char *parent = str_dup_c(str_of(path, slash == path ? 1 : (size_t)(slash - path)));
    enum err error = store_file_sync_directory(parent);
    free(parent);
    return error;
}

enum err store_file_make_directory(const char *path) {
    struct stat status;
    if (mkdir(path, 0700) == 0) {
        char *parent = store_file_in(path, "..");
        enum err error = store_file_sync_directory(parent);
        free(parent);
        return error == ERR_DENIED ? ERR_OK : error; /* a parent that we may not read is not ours */
    }
    if (errno == EEXIST && stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return ERR_OK;
    }
    return err_of_errno(errno);
}
