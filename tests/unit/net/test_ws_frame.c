/* test_ws_frame.c: frame headers, masks and close payloads, as RFC 6455 has them to the letter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "net/ws_frame.h"
#include "test.h"

#define LIMIT 131072
#define MASK  "\x01\x02\x03\x04"

struct row {
    const char *name;
    struct str header;
    bool in_message;
    unsigned code;    /* 0: accepted */
    size_t judged_at; /* refused: how many bytes are enough to know */
    uint64_t length;
};

#define GOOD(name, text, in_message, length)                                                       \
    { name, {text, sizeof(text) - 1}, in_message, 0, 0, length }
#define BAD(name, text, in_message, code, at)                                                      \
    { name, {text, sizeof(text) - 1}, in_message, code, at, 0 }

static const struct row rows[] = {
    GOOD("empty text", "\x81\x80" MASK, false, 0),
    GOOD("text of 125", "\x81\xfd" MASK, false, 125),
    GOOD("text of 126", "\x81\xfe\x00\x7e" MASK, false, 126),
    GOOD("text of 65535", "\x81\xfe\xff\xff" MASK, false, 65535),
    GOOD("binary of 65536", "\x82\xff\0\0\0\0\0\x01\0\0" MASK, false, 65536),
    GOOD("binary at the limit", "\x82\xff\0\0\0\0\0\x02\0\0" MASK, false, LIMIT),
    GOOD("first fragment", "\x01\x81" MASK, false, 1),
    GOOD("middle fragment", "\x00\x81" MASK, true, 1),
    GOOD("last fragment", "\x80\x81" MASK, true, 1),
    GOOD("ping", "\x89\xfd" MASK, false, 125),
    GOOD("ping between fragments", "\x89\x80" MASK, true, 0),
    GOOD("pong", "\x8a\x80" MASK, false, 0),
    GOOD("close", "\x88\x82" MASK, true, 2),

    BAD("reserved bit 1", "\xc1\x80" MASK, false, 1002, 1),
    BAD("reserved bit 2", "\xa1\x80" MASK, false, 1002, 1),
    BAD("reserved bit 3", "\x91\x80" MASK, false, 1002, 1),
    BAD("opcode 3", "\x83\x80" MASK, false, 1002, 1),
    BAD("opcode 7", "\x87\x80" MASK, false, 1002, 1),
    BAD("opcode 11", "\x8b\x80" MASK, false, 1002, 1),
    BAD("opcode 15", "\x8f\x80" MASK, false, 1002, 1),
    BAD("continuation of nothing", "\x80\x80" MASK, false, 1002, 1),
    BAD("text within a message", "\x81\x80" MASK, true, 1002, 1),
    BAD("binary within a message", "\x82\x80" MASK, true, 1002, 1),
    BAD("fragmented ping", "\x09\x80" MASK, false, 1002, 1),
    BAD("fragmented close", "\x08\x80" MASK, false, 1002, 1),
    BAD("unmasked text", "\x81\x01", false, 1002, 2),
    BAD("unmasked close", "\x88\x00", false, 1002, 2),
    BAD("ping of 126", "\x89\xfe\x00\x7e" MASK, false, 1002, 2),
    BAD("close with 8 length bytes", "\x88\xff\0\0\0\0\0\0\0\x02" MASK, false, 1002, 2),
    BAD("125 in two bytes", "\x81\xfe\x00\x7d" MASK, false, 1002, 4),
    BAD("0 in two bytes", "\x81\xfe\x00\x00" MASK, false, 1002, 4),
    BAD("65535 in eight bytes", "\x82\xff\0\0\0\0\0\0\xff\xff" MASK, false, 1002, 10),
    BAD("5 in eight bytes", "\x82\xff\0\0\0\0\0\0\0\x05" MASK, false, 1002, 10),
    BAD("2^63", "\x82\xff\x80\0\0\0\0\0\0\0" MASK, false, 1002, 10),
    BAD("2^64 - 1", "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff" MASK, false, 1002, 10),
    BAD("2^63 - 1", "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff" MASK, false, 1009, 10),
    BAD("2^40", "\x82\xff\0\0\x01\0\0\0\0\0" MASK, false, 1009, 10),
    BAD("one above the limit", "\x82\xff\0\0\0\0\0\x02\0\x01" MASK, false, 1009, 10),
};

static void each_header_is_judged_as_the_table_says_and_as_early_as_can_be(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        const struct row *row = &rows[i];
        for (size_t len = 0; len <= row->header.len; len++) {
            struct ws_frame frame;
            enum ws_close code = WS_CLOSE_NONE;
            enum ws_frame_result result =
                ws_frame_parse(str_of(row->header.at, len), row->in_message, LIMIT, &frame, &code);
            enum ws_frame_result wanted = WS_FRAME_MORE;
            if (row->code != 0 && len >= row->judged_at)
                wanted = WS_FRAME_BAD;
            else if (row->code == 0 && len == row->header.len)
                wanted = WS_FRAME_DONE;
            if (result != wanted || (unsigned)code != (wanted == WS_FRAME_BAD ? row->code : 0))
                fail_msg("%s: %zu bytes: result %d, code %d", row->name, len, result, code);
            if (result == WS_FRAME_DONE) {
                assert_int_equal(frame.payload_bytes, row->length);
                assert_int_equal(frame.header_bytes, row->header.len);
                assert_memory_equal(frame.mask, MASK, 4);
            }
        }
    }
}

static void a_bound_is_on_what_is_left_of_the_message(void **state) {
    (void)state;
    struct ws_frame frame;
    enum ws_close code = WS_CLOSE_NONE;
    struct str header = STR("\x00\x85" MASK);
    assert_int_equal(ws_frame_parse(header, true, 5, &frame, &code), WS_FRAME_DONE);
    assert_int_equal(ws_frame_parse(header, true, 4, &frame, &code), WS_FRAME_BAD);
    assert_int_equal(code, WS_CLOSE_TOO_LARGE);
    /* control frames do not count */
    assert_int_equal(ws_frame_parse(STR("\x89\x85" MASK), true, 0, &frame, &code), WS_FRAME_DONE);
}

static void unmasking_in_pieces_is_unmasking_in_one(void **state) {
    (void)state;
    char bytes[64], whole[64];
    for (size_t count = 0; count <= 40; count++)
        for (size_t cut = 0; cut <= count; cut++) {
            uint8_t mask[4] = {0x11, 0x22, 0x44, 0x88};
            for (size_t i = 0; i < count; i++) {
                bytes[i] = (char)(i * 7);
                whole[i] = (char)(bytes[i] ^ mask[i & 3]);
            }
            ws_unmask(bytes, cut, mask);
            ws_unmask(bytes + cut, count - cut, mask);
            assert_memory_equal(bytes, whole, count);
        }
}

static void check_close(struct str payload, bool good, unsigned code) {
    unsigned given = 9999;
    if (ws_close_payload_check(payload, &given) != good || given != code)
        fail_msg("%zu bytes: code %u, wanted %u", payload.len, given, code);
}

static void close_payloads_are_judged(void **state) {
    (void)state;
    check_close(STR(""), true, 0);
    check_close(STR("\x03"), false, 1002);
    check_close(STR("\x03\xe8"), true, 1000);
    check_close(STR("\x03\xe8"
                    "bye \xe2\x82\xac"),
                true, 1000);
    check_close(STR("\x03\xe8\xff"), false, 1007);
    check_close(STR("\x03\xe8\xe2\x82"), false, 1007); /* cut in a character */
    static const struct {
        unsigned code;
        bool good;
    } codes[] = {{0, false},    {999, false},  {1000, true},  {1001, true},  {1002, true},
                 {1003, true},  {1004, false}, {1005, false}, {1006, false}, {1007, true},
                 {1011, true},  {1014, true},  {1015, false}, {1016, false}, {2000, false},
                 {2999, false}, {3000, true},  {4999, true},  {5000, false}, {65535, false}};
    for (size_t i = 0; i < TEST_COUNT(codes); i++) {
        char bytes[2] = {(char)(codes[i].code >> 8), (char)codes[i].code};
        check_close(str_of(bytes, 2), codes[i].good, codes[i].good ? codes[i].code : 1002);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_header_is_judged_as_the_table_says_and_as_early_as_can_be),
        cmocka_unit_test(a_bound_is_on_what_is_left_of_the_message),
        cmocka_unit_test(unmasking_in_pieces_is_unmasking_in_one),
        cmocka_unit_test(close_payloads_are_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
