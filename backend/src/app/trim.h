/* trim.h: when memory that was freed goes back to the system.
 *
 * What is freed stays with the process, for whoever asks next: malloc gives back only what lies at the end of a heap, and a heap
 * has somebody's piece at its end nearly always. So a crowd that has gone, and a day of comings and goings, leave memory behind that
 * nobody uses. A busy server needs it again in a moment; a quiet one gives it back.
 *
 * Before that everybody lets go of pages of the database that are kept in memory to be quicker: they are most of what a server
 * holds, lie all over the heap, and keep what is free between them from going back. Each thread does so for its own connections, so
 * it takes two looks: at the first all are told, at the next, when all have done so, memory goes back.
 *
 * Quiet is what takes less than a twentieth of one core between two looks. Giving back means to walk through the heaps,
 * so it is done once, and again only when the server has worked for 200 ms of processor time since.
 *
 * Pure. Thread: main.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TRIM_LOOK_MS 5000 /* from one look to the next */

struct trim {
    int64_t looked_mono_ms, looked_cpu_ms; /* the last look */
    int64_t trimmed_cpu_ms;                /* when memory was given back */
    bool has_shrunk;                       /* all were told at the last look */
};

enum trim_step {
    TRIM_NOTHING,
    TRIM_SHRINK,    /* tell everybody to let go of what is kept to be quicker */
    TRIM_GIVE_BACK, /* what is free goes back to the system */
};

/* A look at the monotonic clock and at the processor time of the process: what to do now. */
enum trim_step trim_look(struct trim *trim, int64_t mono_ms, int64_t cpu_ms);
