/* test_metrics.c: the table of metrics, and how numbers become Prometheus' text.
 *
 * That the numbers are the right ones is shown on the running server (tests/integration/metrics.test.mjs).
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "app/metrics.h"

#include <stdlib.h>

/* Two workers; every number another one, so that a wrong offset is seen. */
static struct figures *figures_new(void) {
    struct figures *figures = calloc(1, sizeof *figures);
    figures->one = 1;
    figures->messages = 41;
    figures->wal_bytes = 4096;
    figures->cpu_us = 1500000;
    figures->commit_ns.buckets[0] = 3;
    figures->commit_ns.buckets[2] = 4;
    figures->commit_ns.buckets[HISTOGRAM_BOUNDS] = 1;
    figures->commit_ns.sum = 2500000000;
    figures->answers[PROTO_OK] = 9;
    figures->answers[PROTO_RATE_LIMITED] = 8;
    figures->worker_count = 2;
    figures->workers[0].loop.conns = 11;
    figures->workers[1].loop.conns = 12;
    figures->workers[1].turns_ns.buckets[1] = 5;
    figures->workers[1].deliveries = 77;
    return figures;
}

static void assert_line(const char *text, const char *line) {
    struct str rest = str_of_c(text);
    while (rest.len > 0) {
        if (str_equal(str_cut(&rest, '\n'), str_of_c(line)))
            return;
    }
    fail_msg("no line \"%s\" in\n%s", line, text);
}

static void numbers_become_text(void **state) {
    static const char *const lines[] = {
        "# TYPE parley_messages_total counter",
        "parley_messages_total 41",
        "parley_info{version=\"0.1.0\"} 1",
        "parley_wal_bytes 4096",
        "process_cpu_seconds_total 1.5",
        "parley_answers_total{code=\"ok\"} 9",
        "parley_answers_total{code=\"rate_limited\"} 8",
        "parley_answers_total{code=\"not_found\"} 0",
        "parley_connections{worker=\"0\"} 11",
        "parley_connections{worker=\"1\"} 12",
        "parley_events_delivered_total{worker=\"1\"} 77",
        "# TYPE parley_commit_seconds histogram",
        "parley_commit_seconds_bucket{le=\"1e-05\"} 3",
        "parley_commit_seconds_bucket{le=\"2.5e-05\"} 3",
        "parley_commit_seconds_bucket{le=\"5e-05\"} 7",
        "parley_commit_seconds_bucket{le=\"1\"} 7",
        "parley_commit_seconds_bucket{le=\"+Inf\"} 8",
        "parley_commit_seconds_sum 2.5",
        "parley_commit_seconds_count 8",
        "parley_batch_requests_bucket{le=\"16384\"} 0",
        "parley_worker_turn_seconds_bucket{worker=\"1\",le=\"2.5e-05\"} 5",
        "parley_worker_turn_seconds_count{worker=\"0\"} 0",
    };
    struct figures *figures = figures_new();
    struct buf text = BUF_EMPTY;
    (void)state;
    metrics_write(figures, &text);
    for (size_t i = 0; i < TEST_COUNT(lines); i++)
        assert_line(buf_c(&text), lines[i]);
    buf_deinit(&text);
    free(figures);
}

static bool name_is_good(struct str name) {
    bool good = name.len > 0;
    for (size_t i = 0; i < name.len; i++)
        good &= (name.at[i] >= 'a' && name.at[i] <= 'z') || name.at[i] == '_';
    return good &&
           (str_starts_with(name, STR("parley_")) || str_starts_with(name, STR("process_")));
}

/* "parley_x_seconds", or with _total behind it */
static bool name_has_unit(struct str name, struct str unit) {
    struct str stem = str_ends_with(name, STR("_total")) ? str_range(name, 0, name.len - 6) : name;
    return str_ends_with(stem, unit);
}

static struct str cell(struct str *row) {
    return str_trim(str_cut(row, '|'));
}

/* The Markdown is the table itself: one line a row. */
static void every_row_keeps_prometheus_rules(void **state) {
    struct buf table = BUF_EMPTY, seen = BUF_EMPTY;
    size_t count = 0;
    (void)state;
    metrics_markdown(&table);
    struct str rest = buf_str(&table);
    (void)str_cut(&rest, '\n');
    (void)str_cut(&rest, '\n');
    while (rest.len > 0) {
        struct str row = str_cut(&rest, '\n');
        (void)cell(&row);
        struct str code = cell(&row), kind = cell(&row), unit = cell(&row);
        (void)cell(&row);
        struct str help = cell(&row);
        struct str name = str_range(code, 1, code.len - 1);
        struct buf marked = BUF_EMPTY;
        buf_printf(&marked, "|%.*s|", STR_ARG(name));
        assert_true(name_is_good(name));
        assert_int_equal(str_ends_with(name, STR("_total")), str_equal(kind, STR("counter")));
        if (str_equal(unit, STR("seconds")) || str_equal(unit, STR("bytes")))
            assert_true(name_has_unit(name, unit));
        assert_true(help.len > 10 && str_ends_with(help, STR(".")));
        assert_null(strstr(buf_c(&seen), buf_c(&marked))); /* each name once */
        buf_append_str(&seen, buf_str(&marked));
        buf_deinit(&marked);
        count++;
    }
    assert_true(count > 30);
    buf_deinit(&table);
    buf_deinit(&seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_text),
        cmocka_unit_test(every_row_keeps_prometheus_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
