/* test_crypt.c: digests against their standards, base64 against RFC 4648.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"
#include "test_random.h"

#include "base/crypt.h"

static void assert_hex(const unsigned char *bytes, size_t count, const char *wanted) {
    char text[2 * CRYPT_SHA256_BYTES + 1];
    for (size_t i = 0; i < count; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    assert_string_equal(text, wanted);
}

static void sha1_gives_the_values_of_fips_180(void **state) {
    (void)state;
    unsigned char out[CRYPT_SHA1_BYTES];
    crypt_sha1(STR("abc"), out);
    assert_hex(out, sizeof out, "a9993e364706816aba3e25717850c26c9cd0d89d");
    crypt_sha1(STR_NONE, out);
    assert_hex(out, sizeof out, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

static void sha256_gives_the_values_of_fips_180(void **state) {
    (void)state;
    unsigned char out[CRYPT_SHA256_BYTES];
    crypt_sha256(STR("abc"), out);
    assert_hex(out, sizeof out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypt_sha256(STR_NONE, out);
    assert_hex(out, sizeof out, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void hmac_gives_the_values_of_rfc_4231(void **state) {
    (void)state;
    unsigned char out[CRYPT_SHA256_BYTES];
    crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
    assert_hex(out, sizeof out, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char key[131];
    memset(key, 0xaa, sizeof key);
    crypt_hmac_sha256(str_of(key, sizeof key),
                      STR("Test Using Larger Than Block-Size Key - Hash Key First"), out);
    assert_hex(out, sizeof out, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    crypt_hmac_sha256(STR_NONE, STR_NONE, out);
    assert_hex(out, sizeof out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

/* The handshake of RFC 6455 section 1.3. */
static void the_websocket_accept_value_comes_out(void **state) {
    (void)state;
    unsigned char digest[CRYPT_SHA1_BYTES];
    struct buf out = BUF_EMPTY;
    crypt_sha1(STR("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), digest);
    crypt_base64_append(&out, str_of((const char *)digest, sizeof digest));
    assert_str(buf_str(&out), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    buf_deinit(&out);
}

static const struct {
    const char *bytes;
    const char *standard;
    const char *url;
} base64_rows[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xFB\xEF\xFF", "++//", "--__"},
};

static void base64_gives_the_values_of_rfc_4648(void **state) {
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(base64_rows); i++) {
        struct buf out = BUF_EMPTY;
        crypt_base64_append(&out, str_of_c(base64_rows[i].bytes));
        assert_str(buf_str(&out), base64_rows[i].standard);
        buf_clear(&out);
        crypt_base64url_append(&out, str_of_c(base64_rows[i].bytes));
        assert_str(buf_str(&out), base64_rows[i].url);
        buf_clear(&out);
        assert_true(crypt_base64_decode(str_of_c(base64_rows[i].standard), &out));
        assert_str(buf_str(&out), base64_rows[i].bytes);
        buf_clear(&out);
        assert_true(crypt_base64url_decode(str_of_c(base64_rows[i].url), &out));
        assert_str(buf_str(&out), base64_rows[i].bytes);
        buf_deinit(&out);
    }
}

static void standard_padding_may_be_left_out(void **state) {
    (void)state;
    struct buf out = BUF_EMPTY;
    assert_true(crypt_base64_decode(STR("Zg"), &out));
    assert_true(crypt_base64_decode(STR("Zm8"), &out));
    assert_str(buf_str(&out), "ffo");
    buf_deinit(&out);
}

static void rubbish_is_refused_and_leaves_the_buffer_alone(void **state) {
    (void)state;
    static const struct str wrong[] = {
        STR("Z"),       STR("Zm9vZ"),    STR("Zg="),   STR("Zg==="), STR("="),
        STR("=="),      STR("===="),     STR("Z==="),  STR("Zm8=="), STR("Zg==Zg=="),
        STR("Zm=v"),    STR("Zm9v\n"),   STR(" Zm9v"), STR("Zm 9v"), STR("Zm9\0"),
        STR("Zm9\xE9"), STR("Zm9."),     STR("Zh=="), /* the unused bits are not zero */
        STR("Zm9="),    STR("Zm9v===="),
    };
    struct buf out = BUF_EMPTY;
    buf_append_c(&out, "kept");
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        assert_false(crypt_base64_decode(wrong[i], &out));
        assert_false(crypt_base64url_decode(wrong[i], &out));
        assert_str(buf_str(&out), "kept");
    }
    assert_false(crypt_base64_decode(STR("--__"), &out));
    assert_false(crypt_base64url_decode(STR("++//"), &out));
    assert_false(crypt_base64url_decode(STR("Zg=="), &out));
    assert_str(buf_str(&out), "kept");
    buf_deinit(&out);
}

static void random_bytes_come_back_from_base64(void **state) {
    (void)state;
    struct test_random r = test_random_stream(1);
    struct buf text = BUF_EMPTY, back = BUF_EMPTY;
    for (size_t len = 0; len < 300; len++) {
        char bytes[300];
        test_random_bytes(&r, bytes, len);
        buf_clear(&text);
        buf_clear(&back);
        crypt_base64_append(&text, str_of(bytes, len));
        assert_int_equal(text.len, (len + 2) / 3 * 4);
        assert_true(crypt_base64_decode(buf_str(&text), &back));
        assert_str_same(buf_str(&back), str_of(bytes, len));
        buf_clear(&text);
        crypt_base64url_append(&text, str_of(bytes, len));
        assert_true(crypt_base64url_decode(buf_str(&text), &back));
        assert_str_same(str_from(buf_str(&back), len), str_of(bytes, len));
    }
    buf_deinit(&text);
    buf_deinit(&back);
}

/* Goal: every byte asked for is filled, also above the 256 that the kernel gives in one piece. Method: over 40 draws each
 * byte must change at least once; that it does not has a chance of 2^-312 each. */
static void randomness_reaches_every_byte(void **state) {
    (void)state;
    static unsigned char first[2000], other[2000];
    static bool has_changed[2000];
    crypt_random(first, sizeof first);
    for (int draw = 0; draw < 40; draw++) {
        crypt_random(other, sizeof other);
        for (size_t i = 0; i < sizeof first; i++)
            has_changed[i] |= first[i] != other[i];
    }
    for (size_t i = 0; i < sizeof first; i++)
        assert_true(has_changed[i]);
    crypt_random(NULL, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha1_gives_the_values_of_fips_180),
        cmocka_unit_test(sha256_gives_the_values_of_fips_180),
        cmocka_unit_test(hmac_gives_the_values_of_rfc_4231),
        cmocka_unit_test(the_websocket_accept_value_comes_out),
        cmocka_unit_test(base64_gives_the_values_of_rfc_4648),
        cmocka_unit_test(standard_padding_may_be_left_out),
        cmocka_unit_test(rubbish_is_refused_and_leaves_the_buffer_alone),
        cmocka_unit_test(random_bytes_come_back_from_base64),
        cmocka_unit_test(randomness_reaches_every_byte),
    };
    return test_random_report(cmocka_run_group_tests(tests, NULL, NULL));
}
