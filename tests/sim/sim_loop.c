/* sim_loop.c: the workers' loops, one for each gateway.
 *
 * Owns      struct loop: the calls that were posted and the timers that run.
 *
 * A turn runs some of the calls that are there, in order, some time after the first of them was posted. Loops are freed when the
 * process dies; events name them by the life they belong to (sim_server_life), so that a late one finds nobody.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_loop.h"

#include "base/mem.h"
#include "net/timer.h"
#include "sim_server.h"

struct loop {
    unsigned index;
    bool is_awake; /* a turn is in the queue */
    struct mail *first, *last;
    struct timer **timers; /* that run, in no order */
    size_t timer_count, timer_cap;
};

struct loop *sim_loop_new(unsigned index) {
    struct loop *loop = MEM_NEW(struct loop);
    loop->index = index;
    return loop;
}

void sim_loop_free(struct loop *loop) {
    ASSERT(loop->first == NULL && loop->timer_count == 0);
    free(loop->timers);
    free(loop);
}

unsigned loop_index(const struct loop *loop) {
    return loop->index;
}

uint64_t loop_now_ms(const struct loop *loop) {
    (void)loop;
    return (uint64_t)sim_mono_ms();
}

/* Calls */

static bool run_one(struct loop *loop) {
    struct mail *mail = loop->first;
    if (mail == NULL)
        return false;
    loop->first = mail->next;
    struct loop_call *call = MAIL_ITEM(mail, struct loop_call, mail);
    call->run(loop, call);
    return true;
}

static void loop_wake(struct loop *loop);

static void on_turn(void *context, uint64_t life) {
    unsigned index = (unsigned)(uintptr_t)context;
    struct loop *loop = life == sim_server_life() ? sim_server_loop(index) : NULL;
    if (loop == NULL)
        return;
    loop->is_awake = false;
    for (int64_t left = 1 + sim_up_to(3); left > 0 && run_one(loop); left--)
        continue;
    if (loop->first != NULL)
        loop_wake(loop);
}

static void loop_wake(struct loop *loop) {
    if (loop->is_awake)
        return;
    loop->is_awake = true;
    sim_after(sim_up_to(sim_world->weather.worker_ms), on_turn, (void *)(uintptr_t)loop->index,
              sim_server_life());
}

void loop_post(struct loop *loop, struct loop_call *call) {
    call->mail.next = NULL;
    if (loop->first == NULL)
        loop->first = &call->mail;
    else
        loop->last->next = &call->mail;
    loop->last = &call->mail;
    loop_wake(loop);
}

void sim_loop_drain(struct loop *loop) {
    while (run_one(loop))
        continue;
}

/* Timers */

void timer_init(struct timer *timer, struct loop *loop, timer_cb cb) {
    *timer = (struct timer){.loop = loop, .cb = cb};
}

bool timer_is_running(const struct timer *timer) {
    return timer->index != 0;
}

void timer_stop(struct timer *timer) {
    struct loop *loop = timer->loop;
    if (timer->index == 0)
        return;
    struct timer *last = loop->timers[--loop->timer_count];
    loop->timers[timer->index - 1] = last;
    last->index = timer->index;
    timer->index = 0;
}

static struct timer *find_due(const struct loop *loop) {
    for (size_t i = 0; i < loop->timer_count; i++)
        if ((int64_t)loop->timers[i]->due_ms <= sim_world->now_ms)
            return loop->timers[i];
    return NULL;
}

static void on_due(void *context, uint64_t life) {
    unsigned index = (unsigned)(uintptr_t)context;
    struct loop *loop = life == sim_server_life() ? sim_server_loop(index) : NULL;
    for (struct timer *timer; loop != NULL && (timer = find_due(loop)) != NULL;) {
        timer_stop(timer);
        timer->cb(timer);
    }
}

void timer_start(struct timer *timer, uint64_t delay_ms) {
    struct loop *loop = timer->loop;
    timer_stop(timer);
    if (loop->timer_count == loop->timer_cap) {
        loop->timer_cap = loop->timer_cap == 0 ? 16 : loop->timer_cap * 2;
        loop->timers = mem_resize(loop->timers, loop->timer_cap, sizeof(struct timer *));
    }
    timer->due_ms = (uint64_t)sim_world->now_ms + delay_ms;
    loop->timers[loop->timer_count++] = timer;
    timer->index = loop->timer_count;
    sim_after((int64_t)delay_ms, on_due, (void *)(uintptr_t)loop->index, sim_server_life());
}
