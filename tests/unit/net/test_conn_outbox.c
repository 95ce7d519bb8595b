/* test_conn_outbox.c: the ring of frames against a plain list of bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/net_internal.h"
#include "test.h"
#include "test_random.h"

static void push(struct outbox *outbox, enum frame_kind kind, const char *text, bool payload_only) {
    struct frame *frame = frame_new(kind, str_of_c(text));
    outbox_push(outbox, frame, payload_only);
    frame_unref(frame);
}

/* All that would be written, as one text. */
static struct str content(const struct outbox *outbox, struct buf *into) {
    struct iovec slices[64];
    size_t count = outbox_peek(outbox, slices, 64);
    buf_clear(into);
    for (size_t i = 0; i < count; i++)
        buf_append(into, slices[i].iov_base, slices[i].iov_len);
    return buf_str(into);
}

static void frames_come_out_in_order_and_in_part(void **state) {
    (void)state;
    struct outbox outbox = {.slots = NULL};
    struct buf text = BUF_EMPTY;
    push(&outbox, FRAME_RAW, "abc", false);
    push(&outbox, FRAME_RAW, "def", false);
    outbox_advance(&outbox, 1);
    assert_str(content(&outbox, &text), "bcdef");
    assert_int_equal(outbox.bytes, 5);
    outbox_advance(&outbox, 2);
    assert_str(content(&outbox, &text), "def");
    outbox_advance(&outbox, 3);
    assert_int_equal(outbox.count, 0);
    assert_null(outbox.slots); /* an idle one holds no memory */
    assert_int_equal(frame_count(), 0);
    buf_deinit(&text);
}

static void a_frame_may_go_out_without_its_header(void **state) {
    (void)state;
    struct outbox outbox = {.slots = NULL};
    struct buf text = BUF_EMPTY;
    push(&outbox, FRAME_TEXT, "abc", true);
    push(&outbox, FRAME_TEXT, "de", false);
    assert_str(content(&outbox, &text), "abc\x81\x02"
                                        "de");
    outbox_clear(&outbox);
    assert_int_equal(frame_count(), 0);
    buf_deinit(&text);
}

static void an_empty_frame_is_not_queued(void **state) {
    (void)state;
    struct outbox outbox = {.slots = NULL};
    push(&outbox, FRAME_RAW, "", false);
    push(&outbox, FRAME_TEXT, "", true);
    assert_int_equal(outbox.count, 0);
    assert_int_equal(frame_count(), 0);
}

static void many_tiny_frames_cost_more_than_their_bytes(void **state) {
    (void)state;
    struct outbox outbox = {.slots = NULL};
    for (int i = 0; i < 1000; i++)
        push(&outbox, FRAME_RAW, "x", false);
    assert_int_equal(outbox.bytes, 1000);
    assert_true(outbox_cost_bytes(&outbox) >= 1000 * sizeof(void *) * 4);
    outbox_clear(&outbox);
}

static void random_pushes_and_writes_keep_the_bytes_in_order(void **state) {
    (void)state;
    struct test_random random = test_random_stream(1);
    struct outbox outbox = {.slots = NULL};
    struct buf model = BUF_EMPTY, text = BUF_EMPTY;
    for (int step = 0; step < 20000; step++) {
        bool pushes = outbox.count < 60 && test_random_below(&random, 2) == 0;
        char piece[40];
        size_t length = test_random_below(&random, sizeof(piece));
        for (size_t i = 0; pushes && i < length; i++)
            piece[i] = (char)test_random_u64(&random);
        struct frame *frame = frame_new(FRAME_RAW, str_of(piece, pushes ? length : 0));
        outbox_push(&outbox, frame, false);
        frame_unref(frame);
        buf_append(&model, piece, pushes ? length : 0);
        size_t written = test_random_below(&random, outbox.bytes + 1);
        if (!pushes) {
            outbox_advance(&outbox, written);
            buf_consume(&model, written);
        }
        assert_int_equal(outbox.bytes, model.len);
        assert_str_same(content(&outbox, &text), buf_str(&model));
    }
    outbox_clear(&outbox);
    assert_int_equal(frame_count(), 0);
    buf_deinit(&model);
    buf_deinit(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_out_in_order_and_in_part),
        cmocka_unit_test(a_frame_may_go_out_without_its_header),
        cmocka_unit_test(an_empty_frame_is_not_queued),
        cmocka_unit_test(many_tiny_frames_cost_more_than_their_bytes),
        cmocka_unit_test(random_pushes_and_writes_keep_the_bytes_in_order),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
