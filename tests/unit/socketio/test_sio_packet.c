/* test_sio_packet.c: heads, payloads, and what is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/json.h"
#include "socketio/sio_packet.h"

static struct sio_packet decoded(const char *text) {
    struct sio_packet packet;
    assert_true(sio_packet_decode(str_of_c(text), &packet));
    return packet;
}

static bool is_refused(const char *text) {
    struct sio_packet packet;
    return !sio_packet_decode(str_of_c(text), &packet);
}

static void a_head_may_be_the_type_alone(void **state) {
    (void)state;
    struct sio_packet packet = decoded("0");
    assert_int_equal(packet.type, SIO_CONNECT);
    assert_str(packet.namespace_name, "/");
    assert_false(packet.has_id);
    assert_true(str_is_none(packet.payload));
}

static void a_head_may_have_every_part(void **state) {
    (void)state;
    struct sio_packet packet = decoded("610-/chat,12[\"a,b/\"]");
    assert_int_equal(packet.type, SIO_BINARY_ACK);
    assert_int_equal(packet.attachment_count, 10);
    assert_str(packet.namespace_name, "/chat");
    assert_true(packet.has_id);
    assert_int_equal(packet.id, 12);
    assert_str(packet.payload, "[\"a,b/\"]");
}

static void a_namespace_ends_at_its_comma_or_with_the_packet(void **state) {
    (void)state;
    assert_str(decoded("0/admin").namespace_name, "/admin");
    assert_str(decoded("0/,").namespace_name, "/");
    assert_str(decoded("2/,[\"x\"]").payload, "[\"x\"]");
    assert_str(decoded("0/?a=b,").namespace_name, "/?a=b");
    assert_str(decoded("2[\"/no\"]").namespace_name, "/");
}

static void ids_have_any_size_that_can_be_sent_back(void **state) {
    (void)state;
    assert_true(decoded("218446744073709551615[\"x\"]").id == UINT64_MAX);
    assert_int_equal(decoded("2007[\"x\"]").id, 7);
    assert_true(is_refused("218446744073709551616[\"x\"]"));
}

static void a_long_run_of_digits_is_refused_at_once(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY;
    struct sio_packet packet;
    buf_append_byte(&text, '5');
    memset(buf_reserve(&text, 1000000), '1', 1000000);
    text.len += 1000000;
    assert_false(sio_packet_decode(buf_str(&text), &packet));
    text.data[0] = '2';
    assert_false(sio_packet_decode(buf_str(&text), &packet));
    buf_deinit(&text);
}

static void attachments_are_one_to_ten_and_marked(void **state) {
    (void)state;
    assert_int_equal(decoded("51-[\"x\"]").attachment_count, 1);
    static const char *const wrong[] = {"5",           "5-[\"x\"]",    "50-[\"x\"]",
                                        "511-[\"x\"]", "51[\"x\"]",    "5[\"x\"]",
                                        "5-1-[\"x\"]", "51.0-[\"x\"]", "51000000000-[\"x\"]"};
    for (size_t i = 0; i < TEST_COUNT(wrong); i++)
        assert_true(is_refused(wrong[i]));
}

static void unknown_types_and_long_namespaces_are_refused(void **state) {
    (void)state;
    char text[SIO_NAMESPACE_CHARS_MAX + 3] = "0/";
    assert_true(is_refused(""));
    assert_true(is_refused("7"));
    assert_true(is_refused("x"));
    memset(text + 2, 'n', sizeof text - 3);
    assert_true(is_refused(text));
    text[sizeof text - 2] = '\0';
    assert_false(is_refused(text));
}

/* Payloads */

static bool payload_fits(const char *text) {
    struct sio_packet packet = decoded(text);
    json_t *payload = NULL;
    bool fits = sio_payload_parse(&packet, 32, &payload);
    json_decref(payload);
    return fits;
}

static void payloads_that_fit_their_type(void **state) {
    (void)state;
    static const char *const right[] = {
        "0", "0{}",  "0{\"a\":1}", "1",          "2",      "2[\"x\"]",  "2[1]", "2[\"error\",null]",
        "3", "31[]", "31[1,{}]",   "51-[\"x\"]", "61-1[]", "2 [\"x\"] "};
    for (size_t i = 0; i < TEST_COUNT(right); i++)
        assert_true(payload_fits(right[i]));
}

static void payloads_that_do_not(void **state) {
    (void)state;
    static const char *const wrong[] = {
        "0[]",
        "0\"x\"",
        "0null",
        "1{}",
        "1[]",
        "2{}",
        "2[]",
        "2\"x\"",
        "2[null]",
        "2[{\"toString\":1}]",
        "2[[\"x\"]]",
        "2[true]",
        "3{}",
        "31\"x\"",
        "2[\"x\"",
        "2[\"x\"]]",
        "2[x]",
        "51-",
        "61-",
        "51-[]",
        "2[\"connect\"]",
        "2[\"connect_error\"]",
        "2[\"disconnect\"]",
        "2[\"disconnecting\"]",
        "2[\"newListener\"]",
        "2[\"removeListener\"]",
        "21-[\"x\"]",
        "2[\"\xff\"]",
    };
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        assert_false(payload_fits(wrong[i]));
    }
}

static void nesting_is_bounded(void **state) {
    (void)state;
    struct buf text = BUF_EMPTY;
    buf_append_c(&text, "2[\"x\",");
    for (int i = 0; i < 31; i++)
        buf_append_byte(&text, '[');
    for (int i = 0; i < 31; i++)
        buf_append_byte(&text, ']');
    buf_append_byte(&text, ']');
    assert_true(payload_fits(buf_c(&text)));
    struct buf deeper = BUF_EMPTY;
    buf_append_c(&deeper, "2[\"x\",");
    for (int i = 0; i < 100000; i++)
        buf_append_byte(&deeper, '[');
    assert_false(payload_fits(buf_c(&deeper)));
    buf_deinit(&text);
    buf_deinit(&deeper);
}

/* Mending */

static void assert_mended(const char *text, const char *wanted) {
    struct buf out = BUF_EMPTY;
    assert_true(sio_text_mend(str_of_c(text), &out));
    assert_str(buf_str(&out), wanted);
    buf_deinit(&out);
}

static void lone_surrogates_become_replacement_characters(void **state) {
    (void)state;
    assert_mended("\"\\ud83d\"", "\"\\ufffd\"");
    assert_mended("\"\\uDE00x\"", "\"\\ufffdx\"");
    assert_mended("\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\"");
    assert_mended("[\"\\ud83d\\n\\ud83d\",1]", "[\"\\ufffd\\n\\ufffd\",1]");
    assert_true(payload_fits("2[\"x\",\"\\ud83d\"]"));
}

static void integers_beyond_64_bits_become_real_numbers(void **state) {
    (void)state;
    assert_mended("[100000000000000000000,-9223372036854775809]",
                  "[100000000000000000000e0,-9223372036854775809e0]");
    assert_mended("9223372036854775808", "9223372036854775808e0");
    assert_true(payload_fits("2[\"x\",100000000000000000000]"));
    struct buf text = BUF_EMPTY;
    buf_append_c(&text, "2[\"x\",1");
    for (int i = 0; i < 20000; i++)
        buf_append_byte(&text, '0');
    buf_append_byte(&text, ']');
    assert_false(payload_fits(buf_c(&text)));
    buf_deinit(&text);
}

static void other_text_is_not_touched(void **state) {
    (void)state;
    static const char *const same[] = {"\"\\ud83d\\ude00\"",
                                       "\"\\\\ud83d\"",
                                       "\"\\u00e9\"",
                                       "\"\\ud8\"",
                                       "\"\\",
                                       "\"\\u\"",
                                       "",
                                       "9223372036854775807",
                                       "\"100000000000000000000\"",
                                       "0.100000000000000000000",
                                       "100000000000000000000.5",
                                       "100000000000000000000e5",
                                       "[1,{\"a\":\"\\\"\",\"b\":[true]}]"};
    for (size_t i = 0; i < TEST_COUNT(same); i++) {
        struct buf out = BUF_EMPTY;
        assert_false(sio_text_mend(str_of_c(same[i]), &out));
        assert_str(buf_str(&out), same[i]);
        buf_deinit(&out);
    }
}

/* Encoding */

static void assert_head(struct sio_packet packet, const char *wanted) {
    struct buf out = BUF_EMPTY;
    sio_packet_append_head(&out, &packet);
    assert_str(buf_str(&out), wanted);
    buf_deinit(&out);
}

static void heads_are_written_as_clients_read_them(void **state) {
    (void)state;
    assert_head((struct sio_packet){.type = SIO_CONNECT, .namespace_name = STR("/")}, "40");
    assert_head((struct sio_packet){.type = SIO_EVENT, .namespace_name = STR("/a"), .has_id = true},
                "42/a,0");
    assert_head((struct sio_packet){.type = SIO_BINARY_ACK,
                                    .namespace_name = STR("/"),
                                    .attachment_count = 2,
                                    .has_id = true,
                                    .id = 456},
                "462-456");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_may_be_the_type_alone),
        cmocka_unit_test(a_head_may_have_every_part),
        cmocka_unit_test(a_namespace_ends_at_its_comma_or_with_the_packet),
        cmocka_unit_test(ids_have_any_size_that_can_be_sent_back),
        cmocka_unit_test(a_long_run_of_digits_is_refused_at_once),
        cmocka_unit_test(attachments_are_one_to_ten_and_marked),
        cmocka_unit_test(unknown_types_and_long_namespaces_are_refused),
        cmocka_unit_test(payloads_that_fit_their_type),
        cmocka_unit_test(payloads_that_do_not),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(lone_surrogates_become_replacement_characters),
        cmocka_unit_test(integers_beyond_64_bits_become_real_numbers),
        cmocka_unit_test(other_text_is_not_touched),
        cmocka_unit_test(heads_are_written_as_clients_read_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
