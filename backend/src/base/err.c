/* err.c: texts of errors, and the way down.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/err.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *err_text(enum err error) {
    switch (error) {
    case ERR_OK:
        return "success";
#define X(name, number, text)                                                                      \
    case name:                                                                                     \
        return text;
        ERR_MAP(X)
#undef X
    }
    return "unknown error";
}

enum err err_of_errno(int number) {
    switch (number) {
    case 0:
        return ERR_OK;
    case ENOMEM:
        return ERR_NO_MEMORY;
    case EBUSY:
    case EADDRINUSE:
    case ETXTBSY:
        return ERR_BUSY;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_DENIED;
    case ENOSPC:
    case EDQUOT:
        return ERR_NO_SPACE;
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EINVAL:
    case ENAMETOOLONG:
        return ERR_INVALID;
    case EFBIG:
    case E2BIG:
    case EMSGSIZE:
    case EOVERFLOW:
        return ERR_TOO_LARGE;
    case EAGAIN:
    case EINTR:
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ETIMEDOUT:
        return ERR_UNAVAILABLE;
    case EPIPE:
    case ECONNRESET:
    case EBADF:
    case ENOTCONN:
        return ERR_CLOSED;
    default:
        return ERR_IO;
    }
}

void err_assert_fail(const char *expression, const char *file, int line) {
    /* straight to the descriptor: the heap and stdio may be what is broken */
    dprintf(STDERR_FILENO, "parley: assertion failed: %s (%s:%d)\n", expression, file, line);
    abort();
}
