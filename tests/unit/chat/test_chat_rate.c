/* test_chat_rate.c: token buckets.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/limits.h"
#include "chat/chat_rate.h"

static struct chat_rates rates;
static const int64_t hour_ms = 3600 * 1000;

static int start(void **state) {
    (void)state;
    chat_rate_init(&rates, 1);
    return 0;
}

static int stop(void **state) {
    (void)state;
    chat_rate_deinit(&rates);
    return 0;
}

static int64_t take(char kind, int64_t id, int bucket, int cost, int64_t mono_ms) {
    struct chat_rate_key key = chat_rate_key_id(kind, id);
    return chat_rate_take(&rates, &key, bucket, cost, mono_ms);
}

/* How many units go through at one moment. */
static int drain(int64_t id, int bucket, int64_t mono_ms) {
    int count = 0;
    while (count < 10000 && take('u', id, bucket, 1, mono_ms) == 0)
        count++;
    return count;
}

static void a_fresh_bucket_holds_its_burst(void **state) {
    (void)state;
    for (int bucket = 0; bucket < PROTO_BUCKET_COUNT; bucket++)
        assert_int_equal(drain(1, bucket, 1000), proto_buckets[bucket].burst);
}

static void an_empty_bucket_says_how_long_to_wait(void **state) {
    (void)state;
    drain(1, PROTO_BUCKET_MESSAGE, 1000);
    int64_t wait_ms = take('u', 1, PROTO_BUCKET_MESSAGE, 1, 1000);
    assert_int_equal(wait_ms, hour_ms / proto_buckets[PROTO_BUCKET_MESSAGE].per_hour);
    assert_true(take('u', 1, PROTO_BUCKET_MESSAGE, 1, 1000 + wait_ms - 1) > 0);
    assert_int_equal(take('u', 1, PROTO_BUCKET_MESSAGE, 1, 1000 + wait_ms), 0);
}

static void a_refused_command_takes_nothing(void **state) {
    (void)state;
    drain(1, PROTO_BUCKET_MESSAGE, 0);
    int64_t wait_ms = take('u', 1, PROTO_BUCKET_MESSAGE, 1, 0);
    for (int i = 0; i < 100; i++)
        assert_int_equal(take('u', 1, PROTO_BUCKET_MESSAGE, 1, 0), wait_ms);
}

static void a_bucket_refills_to_its_burst_and_no_further(void **state) {
    (void)state;
    drain(1, PROTO_BUCKET_MESSAGE, 0);
    assert_int_equal(drain(1, PROTO_BUCKET_MESSAGE, 2000), 4); /* two a second */
    assert_int_equal(drain(1, PROTO_BUCKET_MESSAGE, 100 * hour_ms),
                     proto_buckets[PROTO_BUCKET_MESSAGE].burst);
}

static void people_and_buckets_do_not_share(void **state) {
    (void)state;
    drain(1, PROTO_BUCKET_MESSAGE, 0);
    assert_int_equal(take('u', 2, PROTO_BUCKET_MESSAGE, 1, 0), 0);
    assert_int_equal(take('u', 1, PROTO_BUCKET_READ, 1, 0), 0);
    assert_int_equal(take('r', 1, PROTO_BUCKET_MESSAGE, 1, 0), 0);
}

static void the_scale_multiplies_all_limits(void **state) {
    (void)state;
    rates.scale = 10;
    assert_int_equal(drain(1, PROTO_BUCKET_MESSAGE, 0),
                     10 * proto_buckets[PROTO_BUCKET_MESSAGE].burst);
    assert_int_equal(take('u', 1, PROTO_BUCKET_MESSAGE, 1, 0), 50);
    rates.scale = 0;
    assert_int_equal(drain(1, PROTO_BUCKET_MESSAGE, 0), 10000);
    rates.scale =
        0.001; /* a cost above the burst goes through a full bucket, else it never would */
    assert_int_equal(take('u', 9, PROTO_BUCKET_ACT, 5, 0), 0);
    assert_true(take('u', 9, PROTO_BUCKET_ACT, 5, 0) > 0);
}

static void every_cost_fits_its_bucket(void **state) {
    (void)state;
    for (int i = 1; i < PROTO_COMMAND_COUNT; i++)
        assert_true(proto_commands[i].cost <= proto_buckets[proto_commands[i].bucket].burst);
}

static void idle_entries_are_dropped(void **state) {
    (void)state;
    for (int64_t id = 1; id <= 1000; id++)
        take('u', id, PROTO_BUCKET_MESSAGE, 1, 0);
    assert_int_equal(map_count(&rates.entries), 1000);
    for (int i = 0; i < 600; i++)
        take('u', 5000, PROTO_BUCKET_READ, 1, hour_ms + i * 1000);
    assert_int_equal(map_count(&rates.entries), 1);
}

static void addresses_count_by_host_or_by_network(void **state) {
    (void)state;
    static const struct {
        const char *one, *other;
        bool same;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
        {"2001:db8:1:2::1", "2001:db8:1:3::1", false},
        {"", "unknown", true},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        bool local;
        struct chat_rate_key one = chat_rate_key_address(str_of_c(rows[i].one), &local);
        assert_false(local);
        struct chat_rate_key other = chat_rate_key_address(str_of_c(rows[i].other), &local);
        assert_int_equal(memcmp(&one, &other, sizeof one) == 0, rows[i].same);
    }
    static const char *const loopback[] = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"};
    for (size_t i = 0; i < TEST_COUNT(loopback); i++) {
        bool local;
        (void)chat_rate_key_address(str_of_c(loopback[i]), &local);
        assert_true(local);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_fresh_bucket_holds_its_burst, start, stop),
        cmocka_unit_test_setup_teardown(an_empty_bucket_says_how_long_to_wait, start, stop),
        cmocka_unit_test_setup_teardown(a_refused_command_takes_nothing, start, stop),
        cmocka_unit_test_setup_teardown(a_bucket_refills_to_its_burst_and_no_further, start, stop),
        cmocka_unit_test_setup_teardown(people_and_buckets_do_not_share, start, stop),
        cmocka_unit_test_setup_teardown(the_scale_multiplies_all_limits, start, stop),
        cmocka_unit_test_setup_teardown(every_cost_fits_its_bucket, start, stop),
        cmocka_unit_test_setup_teardown(idle_entries_are_dropped, start, stop),
        cmocka_unit_test_setup_teardown(addresses_count_by_host_or_by_network, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
