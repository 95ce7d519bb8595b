/* test.h: what every unit test begins with.
 *
 * cmocka with the headers that it wants before it, and two assertions that it does not have: slices, and
 * "this call is our bug and crashes".
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEST_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The slice holds exactly the bytes of the C string. */
#define assert_str(slice, text) test_assert_str((slice), str_of_c(text), __FILE__, __LINE__)
/* The slice holds exactly the bytes of the other. */
#define assert_str_same(slice, other) test_assert_str((slice), (other), __FILE__, __LINE__)

static inline void test_assert_str(struct str got, struct str wanted, const char *file, int line) {
    if (got.len == wanted.len && (got.len == 0 || memcmp(got.at, wanted.at, got.len) == 0))
        return;
    print_error("got %zu bytes    \"%.*s\"\nwanted %zu bytes \"%.*s\"\n", got.len, STR_ARG(got),
                wanted.len, STR_ARG(wanted));
    _fail(file, line);
}

/* Calling fn(context) ends its process by SIGABRT, as a failed ASSERT does. Runs it in a child, silently. */
#define assert_aborts(fn, context) test_assert_aborts((fn), (context), __FILE__, __LINE__)

static inline void test_assert_aborts(void (*fn)(void *), void *context, const char *file,
                                      int line) {
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(null, STDERR_FILENO);
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        signal(SIGABRT, SIG_DFL);
        fn(context);
        _exit(0);
    }
    int status = 0;
    if (waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
        return;
    print_error("the call did not abort (status %#x)\n", (unsigned)status);
    _fail(file, line);
}
