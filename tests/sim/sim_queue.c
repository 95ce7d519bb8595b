/* sim_queue.c: what will happen, in order.
 *
 * A binary heap by time and, within a millisecond, by order of asking; so equal seeds give equal histories.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "sim.h"

struct sim_event {
    int64_t at_ms;
    uint64_t order;
    sim_event_fn run;
    void *context;
    uint64_t number;
};

struct sim_queue {
    struct sim_event *events; /* a heap */
    size_t count, cap;
    uint64_t last_order;
};

struct sim_queue *sim_queue_new(void) {
    return MEM_NEW(struct sim_queue);
}

void sim_queue_free(struct sim_queue *queue) {
    free(queue->events);
    free(queue);
}

static bool is_before(const struct sim_event *a, const struct sim_event *b) {
    return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void swap(struct sim_event *a, struct sim_event *b) {
    struct sim_event other = *a;
    *a = *b;
    *b = other;
}

static void sift_up(struct sim_event *events, size_t at) {
    for (; at > 0 && is_before(&events[at], &events[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&events[at], &events[(at - 1) / 2]);
}

static void sift_down(struct sim_event *events, size_t count) {
    for (size_t at = 0, child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(&events[child + 1], &events[child]))
            child++;
        if (!is_before(&events[child], &events[at]))
            return;
        swap(&events[child], &events[at]);
    }
}

void sim_after(int64_t delay_ms, sim_event_fn run, void *context, uint64_t number) {
    struct sim_queue *queue = sim_world->queue;
    ASSERT(delay_ms >= 0);
    if (queue->count == queue->cap) {
        queue->cap = queue->cap == 0 ? 64 : queue->cap * 2;
        queue->events = mem_resize(queue->events, queue->cap, sizeof *queue->events);
    }
    queue->events[queue->count] = (struct sim_event){.at_ms = sim_world->now_ms + delay_ms,
                                                     .order = ++queue->last_order,
                                                     .run = run,
                                                     .context = context,
                                                     .number = number};
    sift_up(queue->events, queue->count++);
}

bool sim_queue_step(int64_t until_ms) {
    struct sim_queue *queue = sim_world->queue;
    if (queue->count == 0 || queue->events[0].at_ms > until_ms) {
        sim_world->now_ms = until_ms;
        return false;
    }
    struct sim_event event = queue->events[0];
    queue->events[0] = queue->events[--queue->count];
    sift_down(queue->events, queue->count);
    sim_world->now_ms = event.at_ms;
    event.run(event.context, event.number);
    return true;
}
