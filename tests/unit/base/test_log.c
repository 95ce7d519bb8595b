/* test_log.c: one line per event, and no forged ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/utf8.h"

#include <regex.h>

/* "2026-03-01T12:00:00.123Z info app test.event " */
#define PREFIX_BYTES (sizeof "2026-03-01T12:00:00.123Z info app test.event " - 1)

static int pipe_ends[2];
static char line[4 * LOG_LINE_BYTES_MAX];

/* What was written since the last call, without the last newline. */
static struct str line_read(void) {
    ssize_t len = read(pipe_ends[0], line, sizeof line);
    if (len <= 0)
        return STR_NONE;
    assert_int_equal(line[len - 1], '\n');
    return str_of(line, (size_t)len - 1);
}

/* The part behind the event's name. */
static struct str text_read(void) {
    return str_from(line_read(), PREFIX_BYTES);
}

static int log_to_a_pipe(void **state) {
    (void)state;
    log_set_level(LOG_INFO);
    if (pipe2(pipe_ends, O_NONBLOCK | O_CLOEXEC) != 0)
        return -1;
    log_set_fd(pipe_ends[1]);
    return 0;
}

static int log_to_stderr(void **state) {
    (void)state;
    log_set_fd(STDERR_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    return 0;
}

static void a_line_has_time_level_category_event_and_text(void **state) {
    (void)state;
    regex_t form;
    assert_int_equal(
        regcomp(&form,
                "^20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]"
                "\\.[0-9][0-9][0-9]Z warn eio session\\.open sid=4f transport=polling$",
                REG_EXTENDED | REG_NOSUB),
        0);
    log_warn(LOG_EIO, "session.open", "sid=%s transport=%s", "4f", "polling");
    struct str got = line_read();
    line[got.len] = '\0';
    assert_int_equal(regexec(&form, line, 0, NULL, 0), 0);
    regfree(&form);
}

static void an_event_without_text_ends_behind_its_name(void **state) {
    (void)state;
    log_info(LOG_APP, "test.event", "%s", "");
    assert_true(str_ends_with(line_read(), STR("Z info app test.event")));
}

static void a_value_cannot_forge_a_line(void **state) {
    (void)state;
    static const struct {
        const char *value;
        const char *wanted;
    } rows[] = {
        {"a\nb", "v=a\\x0ab"},
        {"\r\x1b[31m\t", "v=\\x0d\\x1b[31m\\x09"},
        {"\x7f", "v=\\x7f"},
        {"\xFF\xC3(", "v=\\xff\\xc3("},
        {"\xC2\x9B", "v=\\xc2\\x9b"}, /* CSI in eight bits: terminals obey it */
        {"\xED\xA0\x80", "v=\\xed\\xa0\\x80"},
        {"Zo\xC3\xAB \xF0\x9F\x98\x80", "v=Zo\xC3\xAB \xF0\x9F\x98\x80"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        log_info(LOG_APP, "test.event", "v=%s", rows[i].value);
        assert_str(text_read(), rows[i].wanted);
    }
}

static void levels_above_the_set_one_are_dropped(void **state) {
    (void)state;
    log_debug(LOG_APP, "test.event", "v=%d", 1);
    assert_true(str_is_none(line_read()));
    log_set_level(LOG_DEBUG);
    assert_true(log_is_on(LOG_DEBUG));
    log_debug(LOG_APP, "test.event", "v=%d", 1);
    assert_true(str_ends_with(line_read(), STR(" debug app test.event v=1")));
    log_set_level(LOG_ERROR);
    log_warn(LOG_APP, "test.event", "v=%d", 1);
    assert_true(str_is_none(line_read()));
    log_error(LOG_APP, "test.event", "v=%d", 1);
    assert_false(str_is_none(line_read()));
    log_set_level(LOG_INFO);
}

/* Goal: a long line is cut at the bound, whole and valid, wherever the bound falls within a character or an escape. */
static void a_long_line_is_cut_between_characters(void **state) {
    (void)state;
    static const char *const fillers[] = {"x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                                          "\n"};
    static char value[3 * LOG_LINE_BYTES_MAX];
    for (size_t f = 0; f < TEST_COUNT(fillers); f++) {
        size_t step = strlen(fillers[f]);
        for (size_t shift = 0; shift < 5; shift++) {
            memset(value, 'x', shift);
            size_t len = shift;
            for (; len + step < sizeof value; len += step)
                memcpy(value + len, fillers[f], step);
            value[len] = '\0';
            log_info(LOG_APP, "test.event", "%s", value);
            struct str got = line_read();
            assert_in_range(got.len + 1, LOG_LINE_BYTES_MAX - 4, LOG_LINE_BYTES_MAX);
            assert_true(utf8_is_valid(got));
            assert_int_equal(str_find_byte(got, '\n'), got.len);
            if (fillers[f][0] == '\n')
                assert_true(str_ends_with(got, STR("\\x0a")));
            else
                assert_int_equal(str_find_byte(got, '\\'), got.len);
        }
    }
}

static void a_line_that_just_fits_is_not_cut(void **state) {
    (void)state;
    static char value[LOG_LINE_BYTES_MAX];
    size_t room = LOG_LINE_BYTES_MAX - 1 - PREFIX_BYTES;
    memset(value, 'x', room);
    value[room - 1] = 'y';
    log_info(LOG_APP, "test.event", "%s", value);
    struct str got = line_read();
    assert_int_equal(got.len + 1, LOG_LINE_BYTES_MAX);
    assert_true(str_ends_with(got, STR("xy")));
}

static void levels_are_found_by_name(void **state) {
    (void)state;
    enum log_level level = LOG_INFO;
    assert_true(log_level_find(STR("error"), &level));
    assert_int_equal(level, LOG_ERROR);
    assert_true(log_level_find(STR("debug"), &level));
    assert_int_equal(level, LOG_DEBUG);
    assert_false(log_level_find(STR("DEBUG"), &level));
    assert_false(log_level_find(STR("err"), &level));
    assert_false(log_level_find(STR(""), &level));
    assert_int_equal(level, LOG_DEBUG);
}

static void a_closed_descriptor_does_no_harm(void **state) {
    (void)state;
    log_set_fd(-1);
    log_info(LOG_APP, "test.event", "v=%d", 1);
    log_set_fd(pipe_ends[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_time_level_category_event_and_text),
        cmocka_unit_test(an_event_without_text_ends_behind_its_name),
        cmocka_unit_test(a_value_cannot_forge_a_line),
        cmocka_unit_test(levels_above_the_set_one_are_dropped),
        cmocka_unit_test(a_long_line_is_cut_between_characters),
        cmocka_unit_test(a_line_that_just_fits_is_not_cut),
        cmocka_unit_test(levels_are_found_by_name),
        cmocka_unit_test(a_closed_descriptor_does_no_harm),
    };
    return cmocka_run_group_tests(tests, log_to_a_pipe, log_to_stderr);
}
