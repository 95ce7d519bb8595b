/* test_frame.c: one encoding, many readers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/frame.h"

#include "base/buf.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What the header in front of a payload of that length must be (RFC 6455 section 5.2). */
static void check_header(enum frame_kind kind, size_t length, const char *header, size_t count) {
    struct buf payload = BUF_EMPTY;
    memset(buf_reserve(&payload, length + 1), 'x', length);
    payload.len = length;
    struct frame *frame = frame_new(kind, buf_str(&payload));
    struct str wire = frame_wire(frame);
    assert_int_equal(wire.len, count + length);
    assert_memory_equal(wire.at, header, count);
    assert_true(str_equal(str_from(wire, count), buf_str(&payload)));
    assert_true(str_equal(frame_payload(frame), buf_str(&payload)));
    assert_ptr_equal(frame_payload(frame).at, wire.at + count);
    frame_unref(frame);
    buf_deinit(&payload);
}

static void a_header_has_the_shortest_length_form(void **state) {
    (void)state;
    check_header(FRAME_TEXT, 0, "\x81\x00", 2);
    check_header(FRAME_TEXT, 125, "\x81\x7d", 2);
    check_header(FRAME_TEXT, 126, "\x81\x7e\x00\x7e", 4);
    check_header(FRAME_BINARY, 65535, "\x82\x7e\xff\xff", 4);
    check_header(FRAME_BINARY, 65536, "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10);
    check_header(FRAME_RAW, 300, "", 0);
}

static void parts_are_joined_in_order(void **state) {
    (void)state;
    struct frame *frame = frame_new_joined(FRAME_TEXT, STR("4"), STR("2[1"), STR("]"));
    assert_true(str_equal(frame_payload(frame), STR("42[1]")));
    assert_true(str_equal(frame_wire(frame), STR("\x81\x05"
                                                 "42[1]")));
    assert_int_equal(frame_kind(frame), FRAME_TEXT);
    frame_unref(frame);
}

static void a_static_frame_copies_nothing(void **state) {
    (void)state;
    static const char page[] = "<html>";
    struct frame *frame = frame_new_static(STR(page));
    assert_ptr_equal(frame_payload(frame).at, page);
    assert_ptr_equal(frame_wire(frame).at, page);
    assert_int_equal(frame_wire(frame).len, 6);
    frame_unref(frame);
}

static void a_frame_lives_until_the_last_reference_goes(void **state) {
    (void)state;
    size_t before = frame_count();
    struct frame *frame = frame_new(FRAME_TEXT, STR("a"));
    assert_ptr_equal(frame_ref(frame), frame);
    frame_unref(frame);
    assert_int_equal(frame_count(), before + 1);
    assert_true(str_equal(frame_payload(frame), STR("a")));
    frame_unref(frame);
    assert_int_equal(frame_count(), before);
    frame_unref(NULL);
}

static void *take_and_drop(void *frame) {
    for (int i = 0; i < 20000; i++)
        frame_unref(frame_ref(frame));
    frame_unref(frame);
    return NULL;
}

static void threads_may_take_and_drop_at_once(void **state) {
    (void)state;
    pthread_t threads[3];
    struct frame *frame = frame_new(FRAME_TEXT, STR("shared"));
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_drop, frame_ref(frame)), 0);
    frame_unref(frame);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(frame_count(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_has_the_shortest_length_form),
        cmocka_unit_test(parts_are_joined_in_order),
        cmocka_unit_test(a_static_frame_copies_nothing),
        cmocka_unit_test(a_frame_lives_until_the_last_reference_goes),
        cmocka_unit_test(threads_may_take_and_drop_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
