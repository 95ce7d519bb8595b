/* timer.c: a binary heap of intrusive timers in front of one uv_timer_t.
 *
 * Owns      the heap (struct timers, inside struct loop).
 * Thread    the loop's.
 *
 * How it works: heap[0] is due first. Each timer knows its place, so stopping one in the middle costs log n and
 * needs no search. The uv_timer_t is set once a turn, just before the loop sleeps (timers_arm), to the time of
 * heap[0]: starting and stopping a thousand timers within a turn touches libuv once.
 *
 * Times come from uv_hrtime, not from the time that libuv caches at the beginning of a turn: after a long turn the cached
 * time would make a new timer fire early by the length of that turn.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/timer.h"

#include "base/err.h"
#include "base/mem.h"
#include "net/net_internal.h"

static uint64_t timer_now_ms(void) {
    return uv_hrtime() / 1000000;
}

/* The heap. index is the place + 1, so that a zeroed timer is one that does not run. */

static void timers_place(struct timers *timers, size_t place, struct timer *timer) {
    timers->heap[place] = timer;
    timer->index = place + 1;
}

static void timers_sift_up(struct timers *timers, size_t place, struct timer *timer) {
    while (place > 0) {
        size_t parent = (place - 1) / 2;
        if (timers->heap[parent]->due_ms <= timer->due_ms)
            break;
        timers_place(timers, place, timers->heap[parent]);
        place = parent;
    }
    timers_place(timers, place, timer);
}

static void timers_sift_down(struct timers *timers, size_t place, struct timer *timer) {
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= timers->count)
            break;
        if (child + 1 < timers->count &&
            timers->heap[child + 1]->due_ms < timers->heap[child]->due_ms)
            child++;
        if (timer->due_ms <= timers->heap[child]->due_ms)
            break;
        timers_place(timers, place, timers->heap[child]);
        place = child;
    }
    timers_place(timers, place, timer);
}

/* Puts `timer` where it belongs, starting at `place`. */
static void timers_settle(struct timers *timers, size_t place, struct timer *timer) {
    bool earlier_than_parent = place > 0 && timer->due_ms < timers->heap[(place - 1) / 2]->due_ms;
    if (earlier_than_parent)
        timers_sift_up(timers, place, timer);
    else
        timers_sift_down(timers, place, timer);
}

static size_t timers_append(struct timers *timers) {
    if (timers->count == timers->capacity) {
        timers->capacity = timers->capacity > 0 ? 2 * timers->capacity : 64;
        timers->heap = mem_resize(timers->heap, timers->capacity, sizeof(struct timer *));
    }
    return timers->count++;
}

/* Operations */

void timer_init(struct timer *timer, struct loop *loop, timer_cb cb) {
    *timer = (struct timer){.cb = cb, .loop = loop};
}

void timer_start(struct timer *timer, uint64_t delay_ms) {
    struct timers *timers = &timer->loop->timers;
    timer->due_ms = timer_now_ms() + delay_ms;
    size_t place = timer_is_running(timer) ? timer->index - 1 : timers_append(timers);
    timers_settle(timers, place, timer);
}

void timer_stop(struct timer *timer) {
    if (!timer_is_running(timer))
        return;
    struct timers *timers = &timer->loop->timers;
    size_t place = timer->index - 1;
    ASSERT(place < timers->count && timers->heap[place] == timer);
    struct timer *last = timers->heap[--timers->count];
    timer->index = 0;
    if (last != timer)
        timers_settle(timers, place, last);
}

bool timer_is_running(const struct timer *timer) {
    return timer->index != 0;
}

/* The heap's side towards the loop */

/* Calls what is due; at most as many calls as timers ran at first, so that one that restarts itself with no
 * delay cannot hold the loop. */
static void timers_run(uv_timer_t *uv_timer) {
    struct timers *timers = &((struct loop *)uv_timer->data)->timers;
    uint64_t now_ms = timer_now_ms();
    timers->armed_ms = 0;
    for (size_t left = timers->count; left > 0 && timers->count > 0; left--) {
        struct timer *timer = timers->heap[0];
        if (timer->due_ms > now_ms)
            return;
        timer_stop(timer);
        timer->cb(timer);
    }
}

void timers_init(struct timers *timers, struct loop *loop) {
    *timers = (struct timers){.capacity = 0};
    ASSERT(uv_timer_init(&loop->uv, &timers->uv) == 0);
    timers->uv.data = loop;
    uv_unref((uv_handle_t *)&timers->uv);
}

void timers_arm(struct timers *timers) {
    if (timers->count == 0)
        return;
    uint64_t due_ms = timers->heap[0]->due_ms;
    if (due_ms == timers->armed_ms)
        return;
    uint64_t now_ms = timer_now_ms();
    ASSERT(uv_timer_start(&timers->uv, timers_run, due_ms > now_ms ? due_ms - now_ms : 0, 0) == 0);
    timers->armed_ms = due_ms;
}

void timers_deinit(struct timers *timers) {
    for (size_t i = 0; i < timers->count; i++)
        timers->heap[i]->index = 0;
    free(timers->heap);
    timers->heap = NULL;
    timers->count = 0;
    timers->capacity = 0;
}
