/* test_url.c: texts within addresses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/url.h"

static void a_segment_has_nothing_that_means_something(void **state) {
    (void)state;
    struct buf out = BUF_EMPTY;
    url_append_segment(&out, STR("aZ09-._~"));
    assert_str(buf_str(&out), "aZ09-._~");
    buf_clear(&out);
    url_append_segment(&out, STR("a/b?c#d e%\xc3\xa4+\"<"));
    assert_str(buf_str(&out), "a%2Fb%3Fc%23d%20e%25%C3%A4%2B%22%3C");
    buf_deinit(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_segment_has_nothing_that_means_something),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
