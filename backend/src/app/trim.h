/* trim.h: when memory that was freed goes back to the system.
 *
 * What is freed stays with the process, for whoever asks next: malloc gives back only what lies at the end of a heap, and a heap
 * has somebody's piece at its end nearly always. So a crowd that has gone, and a day of comings and goings, leave memory behind that
 * nobody uses. A busy server needs it again in a moment; a quiet one gives it back.
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
};

/* A look at the monotonic clock and at the processor time of the process: whether to give memory back now. */
bool trim_look(struct trim *trim, int64_t mono_ms, int64_t cpu_ms);
