/* clock.c: the kernel's clocks, read without a system call by the vDSO.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/clock.h"

#include "base/err.h"

#include <time.h>

#define NS_PER_S  1000000000u
#define NS_PER_MS 1000000

static struct timespec clock_read(clockid_t id) {
    struct timespec now;
    ASSERT(clock_gettime(id, &now) == 0);
    return now;
}

static int64_t ms_of(struct timespec t) {
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / NS_PER_MS;
}

int64_t clock_wall_ms(void) {
    return ms_of(clock_read(CLOCK_REALTIME));
}

int64_t clock_mono_ms(void) {
    return ms_of(clock_read(CLOCK_MONOTONIC));
}

int64_t clock_cpu_ms(void) {
    return ms_of(clock_read(CLOCK_PROCESS_CPUTIME_ID));
}

uint64_t clock_mono_ns(void) {
    struct timespec now = clock_read(CLOCK_MONOTONIC);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}
