/* store_lock.c: flock(2) on the lock file of a data directory.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_lock.h"

#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define STORE_LOCK_TEXT_BYTES 32

static long read_owner(int fd) {
    char text[STORE_LOCK_TEXT_BYTES];
    uint64_t owner = 0;
    ssize_t count = pread(fd, text, sizeof(text), 0);
    struct str line = str_of(text, count > 0 ? (size_t)count : 0);
    (void)str_to_u64(str_cut(&line, '\n'), INT32_MAX, &owner); /* rubbish in it: unknown */
    return (long)owner;
}

/* For people only: when it cannot be written the lock still holds. */
static void write_owner(int fd) {
    char text[STORE_LOCK_TEXT_BYTES];
    int count = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) == 0) {
        (void)!pwrite(fd, text, (size_t)count, 0);
    }
}

enum err store_lock_open(const char *path, int *fd, long *owner) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return err_of_errno(errno);
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        int number = errno;
        *owner = read_owner(file);
        close(file);
        return number == EWOULDBLOCK ? ERR_BUSY : err_of_errno(number);
    }
    write_owner(file);
    *fd = file;
    return ERR_OK;
}

void store_lock_close(int fd) {
    if (fd >= 0) {
        close(fd);
    }
}
