/* timer.h: many timers on one loop.
 *
 * An intrusive binary heap in front of a single uv_timer_t: a timer costs 32 bytes inside its owner instead of 152,
 * and stopping is immediate (no close callback), so an owner may be freed right after timer_stop.
 * Accuracy is that of the loop: one millisecond, never late by design; may be early by less than one.
 *
 * Thread: the loop's.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct timer;
typedef void (*timer_cb)(struct timer *timer);

struct timer {
    uint64_t due_ms;
    timer_cb cb;
    size_t index; /* place in the heap + 1; 0 when not running */
    struct loop *loop;
};

void timer_init(struct timer *timer, struct loop *loop, timer_cb cb);
/* (Re)starts: cb is called once, `delay_ms` from now. */
void timer_start(struct timer *timer, uint64_t delay_ms);
/* No call after this; harmless when not running. */
void timer_stop(struct timer *timer);
bool timer_is_running(const struct timer *timer);
#define TIMER_ITEM(timer, type, member) ((type *)(void *)((char *)(timer)-offsetof(type, member)))
