/* test_eio_packet.c: packets and payloads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "engineio/eio_packet.h"

static struct buf scratch;

static int empty_scratch(void **state) {
    (void)state;
    buf_deinit(&scratch);
    return 0;
}

static void the_first_character_is_the_type(void **state) {
    (void)state;
    struct eio_packet packet;
    for (char digit = '0'; digit <= '6'; digit++) {
        char text[] = {digit, 'x'};
        assert_true(eio_packet_decode(str_of(text, 2), &scratch, &packet));
        assert_int_equal(packet.type, digit - '0');
        assert_false(packet.binary);
        assert_str(packet.data, "x");
    }
    assert_true(eio_packet_decode(STR("2"), &scratch, &packet));
    assert_int_equal(packet.data.len, 0);
}

static void other_types_and_nothing_are_no_packets(void **state) {
    (void)state;
    struct eio_packet packet;
    assert_false(eio_packet_decode(STR(""), &scratch, &packet));
    for (int byte = 0; byte < 256; byte++) {
        char text[] = {(char)byte};
        bool known = (byte >= '0' && byte <= '6') || byte == 'b';
        assert_int_equal(eio_packet_decode(str_of(text, 1), &scratch, &packet), known);
    }
}

static void base64_becomes_a_binary_message(void **state) {
    (void)state;
    struct eio_packet packet;
    assert_true(eio_packet_decode(STR("bAQIDBA=="), &scratch, &packet));
    assert_int_equal(packet.type, EIO_MESSAGE);
    assert_true(packet.binary);
    assert_str(packet.data, "\x01\x02\x03\x04");
    assert_true(eio_packet_decode(STR("b"), &scratch, &packet));
    assert_int_equal(packet.data.len, 0);
}

static void base64_with_rubbish_is_no_packet(void **state) {
    (void)state;
    struct eio_packet packet;
    assert_false(eio_packet_decode(STR("bAQ ID"), &scratch, &packet));
    assert_false(eio_packet_decode(STR("b!"), &scratch, &packet));
    assert_false(eio_packet_decode(STR("bAQIDB"), &scratch, &packet));
}

/* The packets of a payload joined by "|", an empty one as "<>". */
static void assert_packets(struct str payload, const char *wanted) {
    struct buf seen = BUF_EMPTY;
    struct str packet;
    while (eio_payload_next(&payload, &packet)) {
        if (seen.len > 0)
            buf_append_byte(&seen, '|');
        buf_append_str(&seen, packet.len > 0 ? packet : STR("<>"));
    }
    assert_str(buf_str(&seen), wanted);
    buf_deinit(&seen);
}

static void a_payload_is_cut_at_its_separators(void **state) {
    (void)state;
    assert_packets(STR("4a"), "4a");
    assert_packets(STR("4a\x1e"
                       "2\x1e"
                       "bAQ=="),
                   "4a|2|bAQ==");
}

static void an_empty_place_is_an_empty_packet(void **state) {
    (void)state;
    assert_packets(STR(""), "<>");
    assert_packets(STR("4a\x1e"), "4a|<>");
    assert_packets(STR("\x1e"
                       "4a"),
                   "<>|4a");
}

static void a_payload_is_written_as_it_is_read(void **state) {
    (void)state;
    struct frame *text = frame_new(FRAME_TEXT, STR("4h\xC3\xA9"));
    struct frame *bytes = frame_new(FRAME_BINARY, STR("\x01\x02\x03\x04"));
    struct buf payload = BUF_EMPTY;
    eio_payload_append(&payload, text);
    eio_payload_append(&payload, bytes);
    eio_payload_append(&payload, text);
    assert_str(buf_str(&payload), "4h\xC3\xA9\x1e"
                                  "bAQIDBA==\x1e"
                                  "4h\xC3\xA9");
    buf_deinit(&payload);
    frame_unref(text);
    frame_unref(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(the_first_character_is_the_type, empty_scratch),
        cmocka_unit_test_teardown(other_types_and_nothing_are_no_packets, empty_scratch),
        cmocka_unit_test_teardown(base64_becomes_a_binary_message, empty_scratch),
        cmocka_unit_test_teardown(base64_with_rubbish_is_no_packet, empty_scratch),
        cmocka_unit_test(a_payload_is_cut_at_its_separators),
        cmocka_unit_test(an_empty_place_is_an_empty_packet),
        cmocka_unit_test(a_payload_is_written_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
