/* test_file_name.c: names that deceive, and how they are told.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/utf8.h"
#include "files/file_name.h"

static void check(struct str name, const char *wanted) {
    struct buf out = BUF_EMPTY;
    file_name_clean(name, &out);
    assert_str(buf_str(&out), wanted);
    struct buf again = BUF_EMPTY;
    file_name_clean(buf_str(&out), &again);
    assert_str_same(buf_str(&again), buf_str(&out));
    buf_deinit(&again);
    buf_deinit(&out);
}

/* threat 40: names that are paths, that hide their ending, that break a header. */
static void names_are_cleaned(void **in) {
    (void)in;
    static const struct {
        const char *name, *wanted;
    } rows[] = {
        {"photo.jpg", "photo.jpg"},
        {"../../etc/passwd", "passwd"},
        {"C:\\Users\\ana\\x.txt", "x.txt"},
        {"/", "file"},
        {"..", "file"},
        {".htaccess", "htaccess"},
        {"", "file"},
        {"   ", "file"},
        {"a\r\nSet-Cookie: b=c.txt", "aSet-Cookie_ b=c.txt"},
        {"quo\"te.png", "quo_te.png"},
        {"photo_\xe2\x80\xaegnp.exe", "photo_gnp.exe"},
        {"\xe2\x80\x8f\xd7\xa9.txt", "\xd7\xa9.txt"},
        {"bad\xff\xc3utf8.txt", "badutf8.txt"},
        {"trailing. . .", "trailing"},
        {"<b>|*?.txt", "_b____.txt"},
        {"\xe6\xbc\xa2\xe5\xad\x97.png", "\xe6\xbc\xa2\xe5\xad\x97.png"},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        check(str_of_c(rows[i].name), rows[i].wanted);
    check(str_of("nul\0byte.txt", 12), "nulbyte.txt");
}

static void a_long_name_keeps_its_ending(void **in) {
    (void)in;
    struct buf name = BUF_EMPTY, out = BUF_EMPTY;
    for (int i = 0; i < 4096; i++)
        buf_append_c(&name, "\xc3\xa4");
    buf_append_c(&name, ".jpeg");
    file_name_clean(buf_str(&name), &out);
    assert_true(out.len <= FILE_SHOWN_BYTES && out.len > FILE_SHOWN_BYTES - 2);
    assert_true(str_ends_with(buf_str(&out), STR(".jpeg")));
    assert_true(utf8_is_valid(buf_str(&out)));
    buf_clear(&name);
    buf_printf(&name, "%0*d   and so on, without an ending", FILE_SHOWN_BYTES - 3,
               0); /* cut where nothing shows */
    struct str digits = str_range(buf_str(&name), 0, FILE_SHOWN_BYTES - 3);
    buf_clear(&out);
    file_name_clean(buf_str(&name), &out);
    assert_str_same(buf_str(&out), digits);
    buf_deinit(&name);
    buf_deinit(&out);
}

/* Where a long name is cut may stand what does not belong at an end. */
static void a_long_name_ends_well(void **in) {
    (void)in;
    struct buf name = BUF_EMPTY, once = BUF_EMPTY, twice = BUF_EMPTY;
    for (int i = 0; i < 150; i++)
        buf_append_byte(&name, 'a');
    for (int i = 0; i < 100; i++)
        buf_append_byte(&name, '.');
    for (int i = 0; i < 50; i++)
        buf_append_byte(&name, 'b');
    file_name_clean(buf_str(&name), &once);
    file_name_clean(buf_str(&once), &twice);
    assert_int_equal(once.len, 150);
    assert_str_same(buf_str(&twice), buf_str(&once));
    buf_deinit(&name);
    buf_deinit(&once);
    buf_deinit(&twice);
}

static void check_header(const char *name, bool is_shown, const char *wanted) {
    struct buf out = BUF_EMPTY;
    file_name_disposition(str_of_c(name), is_shown, &out);
    assert_str(buf_str(&out), wanted);
    buf_deinit(&out);
}

static void a_header_tells_it_twice(void **in) {
    (void)in;
    check_header("a b.png", true, "inline; filename=\"a b.png\"; filename*=UTF-8''a%20b.png");
    check_header("\xc3\xa4.pdf", false,
                 "attachment; filename=\"_.pdf\"; filename*=UTF-8''%C3%A4.pdf");
    check_header("x\"\r\n;y", false,
                 "attachment; filename=\"x____y\"; filename*=UTF-8''x%22%0D%0A%3By");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_cleaned),
        cmocka_unit_test(a_long_name_keeps_its_ending),
        cmocka_unit_test(a_long_name_ends_well),
        cmocka_unit_test(a_header_tells_it_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
