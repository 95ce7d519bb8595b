/* test_timer.c: the heap of timers on a running loop.
 *
 * The loop runs on the test's own thread and is stopped by the last timer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/clock.h"
#include "net/loop.h"
#include "net/timer.h"
#include "test.h"
#include "test_random.h"

#define MANY 500

/* What fired, in order. */
struct record {
    struct timer timer;
    unsigned id;
    uint64_t delay_ms;
    int64_t started_ms;
};

static struct loop *loop;
static unsigned fired[MANY];
static size_t fired_count;
static int64_t worst_late_ms, worst_early_ms;

static void note(struct timer *timer) {
    struct record *r = TIMER_ITEM(timer, struct record, timer);
    int64_t late_ms = clock_mono_ms() - r->started_ms - (int64_t)r->delay_ms;
    worst_late_ms = late_ms > worst_late_ms ? late_ms : worst_late_ms;
    worst_early_ms = -late_ms > worst_early_ms ? -late_ms : worst_early_ms;
    assert_false(timer_is_running(timer));
    assert_true(fired_count < MANY);
    fired[fired_count++] = r->id;
}

static void stop(struct timer *timer) {
    loop_stop(timer->loop);
}

static int setup(void **state) {
    (void)state;
    loop = loop_new(&(struct loop_options){.index = 0});
    fired_count = 0;
    worst_late_ms = worst_early_ms = 0;
    return 0;
}

static int teardown(void **state) {
    (void)state;
    loop_free(loop);
    return 0;
}

static void record_restart(struct record *r, uint64_t delay_ms) {
    r->delay_ms = delay_ms;
    r->started_ms = clock_mono_ms();
    timer_start(&r->timer, delay_ms);
}

static void record_start(struct record *r, unsigned id, uint64_t delay_ms) {
    r->id = id;
    timer_init(&r->timer, loop, note);
    record_restart(r, delay_ms);
}

static void run_for(uint64_t delay_ms) {
    struct timer last;
    timer_init(&last, loop, stop);
    timer_start(&last, delay_ms);
    loop_run(loop);
}

static void timers_fire_in_the_order_of_their_times(void **state) {
    (void)state;
    struct record r[3];
    record_start(&r[0], 3, 30);
    record_start(&r[1], 1, 5);
    record_start(&r[2], 2, 15);
    run_for(40);
    assert_int_equal(fired_count, 3);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(fired[i], i + 1);
}

static void a_stopped_timer_does_not_fire(void **state) {
    (void)state;
    struct record r[2];
    record_start(&r[0], 1, 5);
    record_start(&r[1], 2, 5);
    assert_true(timer_is_running(&r[0].timer));
    timer_stop(&r[0].timer);
    timer_stop(&r[0].timer);
    assert_false(timer_is_running(&r[0].timer));
    run_for(15);
    assert_int_equal(fired_count, 1);
    assert_int_equal(fired[0], 2);
}

static void starting_again_moves_a_timer(void **state) {
    (void)state;
    struct record r[2];
    record_start(&r[0], 1, 2);
    record_start(&r[1], 2, 10);
    timer_start(&r[0].timer, 20);
    run_for(30);
    assert_int_equal(fired_count, 2);
    assert_int_equal(fired[0], 2);
    assert_int_equal(fired[1], 1);
}

/* Random starts, moves and stops against what must remain. */
static void run_many(struct test_random *stream) {
    static struct record r[MANY];
    static bool runs[MANY];
    struct test_random random = *stream;
    size_t expected = 0;
    fired_count = 0;
    worst_late_ms = worst_early_ms = 0;
    for (unsigned i = 0; i < MANY; i++) {
        record_start(&r[i], i, test_random_below(&random, 60));
        runs[i] = true;
    }
    for (unsigned k = 0; k < MANY; k++) {
        unsigned i = (unsigned)test_random_below(&random, MANY);
        runs[i] = test_random_below(&random, 2) == 0;
        if (runs[i])
            record_restart(&r[i], test_random_below(&random, 60));
        else
            timer_stop(&r[i].timer);
    }
    for (unsigned i = 0; i < MANY; i++)
        expected += runs[i] ? 1 : 0;
    run_for(80);
    assert_int_equal(fired_count, expected);
    for (size_t i = 0; i < fired_count; i++) {
        assert_true(runs[fired[i]]);
        runs[fired[i]] = false;
    }
    assert_true(worst_early_ms <= 1);
    *stream = random;
}

/* A busy machine makes all timers late for a while, a wrong loop some of them each time. */
static void many_timers_fire_each_once_and_on_time(void **state) {
    (void)state;
    struct test_random random = test_random_stream(1);
    int64_t least_late_ms = INT64_MAX;
    for (int i = 0; i < 100 && least_late_ms >= 50; i++) {
        run_many(&random);
        least_late_ms = worst_late_ms < least_late_ms ? worst_late_ms : least_late_ms;
    }
    assert_true(least_late_ms < 50);
}

static struct timer again;
static unsigned again_count;

static void restart_at_once(struct timer *timer) {
    again_count++;
    timer_start(timer, 0);
}

static void a_timer_that_restarts_itself_does_not_hold_the_loop(void **state) {
    (void)state;
    again_count = 0;
    timer_init(&again, loop, restart_at_once);
    timer_start(&again, 0);
    run_for(10);
    assert_true(again_count > 1);
    timer_stop(&again);
}

static struct record victim;

static void stop_victim(struct timer *timer) {
    (void)timer;
    timer_stop(&victim.timer);
}

static void a_callback_may_stop_a_timer_that_is_due(void **state) {
    (void)state;
    struct timer first;
    timer_init(&first, loop, stop_victim);
    timer_start(&first, 2);
    record_start(&victim, 1, 3);
    int64_t begin_ms = clock_mono_ms();
    while (clock_mono_ms() - begin_ms < 6) /* both are due when the loop begins */
        ;
    run_for(10);
    assert_int_equal(fired_count, 0);
}

static void a_long_turn_does_not_make_the_next_timer_early(void **state) {
    (void)state;
    struct record r;
    int64_t begin_ms = clock_mono_ms();
    while (clock_mono_ms() - begin_ms < 20) /* libuv's cached time is stale now */
        ;
    record_start(&r, 1, 20);
    run_for(40);
    assert_int_equal(fired_count, 1);
    assert_true(worst_early_ms <= 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(timers_fire_in_the_order_of_their_times),
        TEST(a_stopped_timer_does_not_fire),
        TEST(starting_again_moves_a_timer),
        TEST(many_timers_fire_each_once_and_on_time),
        TEST(a_timer_that_restarts_itself_does_not_hold_the_loop),
        TEST(a_callback_may_stop_a_timer_that_is_due),
        TEST(a_long_turn_does_not_make_the_next_timer_early),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
