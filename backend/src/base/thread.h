/* thread.h: which thread am I.
 *
 * Every struct has one owner thread. Public functions of threaded modules begin with ASSERT_THREAD, so that
 * a call from a wrong thread crashes at once instead of racing. Threads that never said who they are
 * (unit tests) pass every check.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>

enum thread_kind {
    THREAD_UNKNOWN,
    THREAD_MAIN,
    THREAD_WORKER,
    THREAD_CORE,
    THREAD_READER,
    THREAD_HASHER,
    THREAD_CONTROL,
    THREAD_FILER
};

/* Names the calling thread, once, at its start (also for the debugger, by prctl). */
void thread_set(enum thread_kind kind, int index);
extern _Thread_local enum thread_kind thread_current; /* written by thread_set alone */
static inline enum thread_kind thread_kind(void) {
    return thread_current;
}
static inline bool thread_is(enum thread_kind kind) {
    return thread_kind() == kind || thread_kind() == THREAD_UNKNOWN;
}
#define ASSERT_THREAD(kind) ASSERT(thread_is(THREAD_##kind))
