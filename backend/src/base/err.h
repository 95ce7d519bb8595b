/* err.h: what the machine refuses, and what is our own bug.
 *
 * Four kinds of errors, four ways: our bug -> ASSERT; the machine refuses -> a negative enum err; the peer
 * breaks a protocol -> close with a reason code; the domain says no -> enum proto_error (protocol/errors.json).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

/* name, number, text. Zero is success; every function that can fail returns one of these. */
#define ERR_MAP(X)                                                                                 \
    X(ERR_IO, -1, "input or output error")                                                         \
    X(ERR_NO_MEMORY, -2, "out of memory")                                                          \
    X(ERR_BUSY, -3, "in use by another process")                                                   \
    X(ERR_DENIED, -4, "permission denied")                                                         \
    X(ERR_NO_SPACE, -5, "no space left on the device")                                             \
    X(ERR_CORRUPT, -6, "damaged data")                                                             \
    X(ERR_TOO_NEW, -7, "written by a newer version")                                               \
    X(ERR_NOT_FOUND, -8, "not found")                                                              \
    X(ERR_INVALID, -9, "not valid")                                                                \
    X(ERR_TOO_LARGE, -10, "too large")                                                             \
    X(ERR_UNAVAILABLE, -11, "not available now")                                                   \
    X(ERR_CLOSED, -12, "closed")

enum err {
    ERR_OK = 0,
#define X(name, number, text) name = number,
    ERR_MAP(X)
#undef X
};

/* The text of an error; never NULL. */
const char *err_text(enum err error);
/* The error that fits a value of errno. */
enum err err_of_errno(int number);

/* Prints the failed expression and aborts. Stays on in releases. */
_Noreturn void err_assert_fail(const char *expression, const char *file, int line);
#define ASSERT(expression)                                                                         \
    ((expression) ? (void)0 : err_assert_fail(#expression, __FILE__, __LINE__))
/* For costly walks: only in builds with PARLEY_SLOW_ASSERTS. */
#ifdef PARLEY_SLOW_ASSERTS
#define ASSERT_SLOW(expression) ASSERT(expression)
#else
#define ASSERT_SLOW(expression) ((void)0)
#endif
