/* clock.h: the two clocks, and the processor's.
 *
 * The wall clock stamps what people see and may jump; the monotonic clock measures and never does. The chat
 * core reads neither: it is told the time.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdint.h>

/* Milliseconds since 1970, UTC. May jump. */
int64_t clock_wall_ms(void);
/* Milliseconds (nanoseconds) since some moment before; never goes back. */
int64_t clock_mono_ms(void);
uint64_t clock_mono_ns(void);
/* Milliseconds of processor time that all threads of the process have taken. */
int64_t clock_cpu_ms(void);
