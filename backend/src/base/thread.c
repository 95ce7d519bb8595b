/* thread.c: each thread remembers what it is.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/thread.h"

#include <stdio.h>
#include <sys/prctl.h>

#define THREAD_NAME_BYTES_MAX 16 /* the kernel's bound, with the NUL */

_Thread_local enum thread_kind thread_current;

static const char *const kind_names[] = {
    [THREAD_UNKNOWN] = "?",       [THREAD_MAIN] = "main",     [THREAD_WORKER] = "worker",
    [THREAD_CORE] = "core",       [THREAD_READER] = "reader", [THREAD_HASHER] = "hasher",
    [THREAD_CONTROL] = "control", [THREAD_FILER] = "filer",
};

void thread_set(enum thread_kind kind, int index) {
    ASSERT(kind != THREAD_UNKNOWN);
    ASSERT(thread_current == THREAD_UNKNOWN);
    thread_current = kind;
    if (kind == THREAD_MAIN)
        return; /* its name is the process's, by which ps and top show the program */
    char name[THREAD_NAME_BYTES_MAX];
    snprintf(name, sizeof name, "%s-%d", kind_names[kind], index);
    (void)prctl(PR_SET_NAME, name); /* the name only helps a debugger */
}
