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

/* Two lines of fixed length. */
#define STORE_LOCK_TEXT_BYTES 32
#define STORE_LOCK_OWNER      "%-15ld\n"
#define STORE_LOCK_MARK_AT    16
#define STORE_LOCK_MARK       "%019lld\n"

static uint64_t read_number(int fd, off_t offset) {
    char text[STORE_LOCK_TEXT_BYTES];
    uint64_t number = 0;
    ssize_t count = pread(fd, text, sizeof(text), offset);
    struct str line = str_of(text, count > 0 ? (size_t)count : 0);
    (void)str_to_u64(str_trim(str_cut(&line, '\n')), INT64_MAX, &number); /* rubbish: none */
    return number;
}

static void write_line(int fd, off_t offset, const char *text, int count) {
    (void)!pwrite(fd, text, (size_t)count, offset);
}

enum err store_lock_open(const char *path, int *fd, long *owner) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return err_of_errno(errno);
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        int number = errno;
        *owner = (long)read_number(file, 0);
        close(file);
        return number == EWOULDBLOCK ? ERR_BUSY : err_of_errno(number);
    }
    char text[STORE_LOCK_TEXT_BYTES];
    write_line(file, 0, text, snprintf(text, sizeof(text), STORE_LOCK_OWNER, (long)getpid()));
    *fd = file;
    return ERR_OK;
}

void store_lock_close(int fd) {
    if (fd >= 0) {
        close(fd);
    }
}

void store_lock_mark(int fd, int64_t pos) {
    char text[STORE_LOCK_TEXT_BYTES];
    write_line(fd, STORE_LOCK_MARK_AT, text,
               snprintf(text, sizeof(text), STORE_LOCK_MARK, (long long)pos));
}

int64_t store_lock_marked(int fd) {
    return (int64_t)read_number(fd, STORE_LOCK_MARK_AT);
}
