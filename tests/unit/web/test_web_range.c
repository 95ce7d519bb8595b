/* test_web_range.c: which part of a file is asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "web/web_range.h"

/* threat 42: one range or the whole, whatever is asked. */
static void ranges_are_read(void **state) {
    (void)state;
    static const struct {
        const char *header;
        enum web_range_result result;
        uint64_t first, end;
    } rows[] = {
        {NULL, WEB_RANGE_WHOLE, 0, 1000},
        {"", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes=0-0", WEB_RANGE_PART, 0, 1},
        {"bytes=0-", WEB_RANGE_PART, 0, 1000},
        {"bytes=10-19", WEB_RANGE_PART, 10, 20},
        {"Bytes = 10-19", WEB_RANGE_PART, 10, 20},
        {"bytes=999-", WEB_RANGE_PART, 999, 1000},
        {"bytes=10-999999", WEB_RANGE_PART, 10, 1000},
        {"bytes=-1", WEB_RANGE_PART, 999, 1000},
        {"bytes=-5000", WEB_RANGE_PART, 0, 1000},
        {"bytes=10-99999999999999999999999999", WEB_RANGE_PART, 10, 1000},
        {"bytes=1000-", WEB_RANGE_NONE, 0, 1000},
        {"bytes=99999999999999999999999999-", WEB_RANGE_NONE, 0, 1000},
        {"bytes=-0", WEB_RANGE_NONE, 0, 1000},
        {"bytes=19-10", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes=0-1,5-6", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes=-", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes=a-b", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes=+1-2", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes=1", WEB_RANGE_WHOLE, 0, 1000},
        {"lines=1-2", WEB_RANGE_WHOLE, 0, 1000},
        {"bytes", WEB_RANGE_WHOLE, 0, 1000},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t first = 77, end = 77;
        enum web_range_result result = web_range_read(str_of_c(rows[i].header), 1000, &first, &end);
        if (result != rows[i].result || first != rows[i].first || end != rows[i].end)
            fail_msg("%s: %d %zu %zu", rows[i].header, result, (size_t)first, (size_t)end);
    }
}

static void an_empty_file_has_no_ranges(void **state) {
    (void)state;
    uint64_t first, end;
    assert_int_equal(web_range_read(STR_NONE, 0, &first, &end), WEB_RANGE_WHOLE);
    assert_int_equal(web_range_read(STR("bytes=0-"), 0, &first, &end), WEB_RANGE_NONE);
    assert_int_equal(web_range_read(STR("bytes=-1"), 0, &first, &end), WEB_RANGE_NONE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_read),
        cmocka_unit_test(an_empty_file_has_no_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
