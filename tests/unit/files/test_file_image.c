/* test_file_image.c: sizes out of headers, also of headers that lie.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "base/buf.h"
#include "files/file_image.h"

#define BYTES(literal) str_of(literal, sizeof(literal) - 1)

typedef bool (*measure_fn)(struct str head, struct file_size *out);

/* What `head` says; and of no part of it anything else. */
static void check(measure_fn measure, struct str head, int64_t width, int64_t height) {
    struct file_size size = {0};
    assert_true(measure(head, &size));
    assert_int_equal(size.width, width);
    assert_int_equal(size.height, height);
    for (size_t len = 0; len < head.len; len++) {
        struct buf part = BUF_EMPTY; /* on the heap, so that a sanitizer sees reading behind it */
        buf_append_str(&part, str_range(head, 0, len));
        if (measure(buf_str(&part), &size) && len > 0)
            assert_true(size.width > 0 && size.height > 0);
        buf_deinit(&part);
    }
}

static void check_none(measure_fn measure, struct str head) {
    struct file_size size = {0};
    assert_false(measure(head, &size));
}

#define PNG(size) "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" size "\x08\x06\0\0\0\x1f\x15\xc4\x89"

static void a_png_says_its_size_first(void **in) {
    (void)in;
    check(file_image_png, BYTES(PNG("\0\0\x02\x80\0\0\x01\xe0")), 640, 480);
    check(file_image_png, BYTES(PNG("\x7f\xff\xff\xff\x7f\xff\xff\xff")), INT32_MAX, INT32_MAX);
    check_none(file_image_png, BYTES(PNG("\0\0\0\0\0\0\x01\xe0")));
    check_none(file_image_png, BYTES(PNG("\x80\0\0\0\0\0\x01\xe0")));
    check_none(file_image_png,
               BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIEND\0\0\0\1\0\0\0\1\0\0\0\0\0\0\0"));
}

static void a_gif_says_its_screen(void **in) {
    (void)in;
    check(file_image_gif, BYTES("GIF89a\x03\0\x05\0\x80\0\0"), 3, 5);
    check_none(file_image_gif, BYTES("GIF89a\0\0\x05\0\x80\0\0"));
}

#define SOF  "\xff\xc0\0\x11\x08\x01\xe0\x02\x80\x03\1\x22\0\2\x11\1\3\x11\1"
#define JFIF "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
#define EXIF(value)                                                                                \
    "\xff\xe1\0\x22"                                                                               \
    "Exif\0\0MM\0\x2a\0\0\0\x08\0\1\x01\x12\0\3\0\0\0\1\0" value "\0\0\0\0\0\0"

static void a_jpeg_says_it_behind_what_can_be_skipped(void **in) {
    (void)in;
    check(file_image_jpeg, BYTES("\xff\xd8" JFIF SOF), 640, 480);
    check(file_image_jpeg, BYTES("\xff\xd8" JFIF "\xff\xfe\0\4hi\xff\xff\xff" SOF), 640, 480);
    check_none(file_image_jpeg, BYTES("\xff\xd8" JFIF "\xff\xda\0\4hi" SOF));
    check_none(file_image_jpeg, BYTES("\xff\xd8" JFIF "\xff\xfe\0\0" SOF));
    check_none(file_image_jpeg, BYTES("\xff\xd8" JFIF "\xff\xfe\xff\xff" SOF));
}

static void a_jpeg_on_its_side_is_measured_as_it_is_shown(void **in) {
    (void)in;
    check(file_image_jpeg, BYTES("\xff\xd8" EXIF("\1") SOF), 640, 480);
    check(file_image_jpeg, BYTES("\xff\xd8" EXIF("\6") SOF), 480, 640);
    check(file_image_jpeg, BYTES("\xff\xd8" EXIF("\x63") SOF), 640, 480);
    assert_int_equal(
        file_image_orientation(BYTES("II\x2a\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\x08\0\0\0")), 8);
    assert_int_equal(file_image_orientation(BYTES("II\x2a\0\xff\xff\xff\xff")), 1);
    assert_int_equal(file_image_orientation(BYTES("MM\0\x2a\0\0\0\x08\xff\xff")), 1);
}

static void a_webp_has_three_forms(void **in) {
    (void)in;
    check(file_image_webp,
          BYTES("RIFF\x20\0\0\0WEBPVP8 \x14\0\0\0\x30\1\0\x9d\x01\x2a\x80\x02\xe0\x01\0\0"), 640,
          480);
    check(file_image_webp, BYTES("RIFF\x20\0\0\0WEBPVP8L\x14\0\0\0\x2f\x7f\xc2\x77\0\0\0\0\0\0"),
          640, 480);
    check(file_image_webp, BYTES("RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"),
          640, 480);
    check_none(file_image_webp,
               BYTES("RIFF\x20\0\0\0WEBPALPH\x14\0\0\0\x30\1\0\x9d\x01\x2a\x80\x02\xe0\x01\0\0"));
}

static void the_largest_part_of_an_avif_counts(void **in) {
    (void)in;
    check(file_image_avif,
          BYTES("\0\0\0\x1c"
                "ftypavif....ispe\0\0\0\0\0\0\0\x08\0\0\0\x08"
                "ispe\0\0\0\0\0\0\2\x80\0\0\1\xe0...."),
          640, 480);
    check_none(file_image_avif, BYTES("\0\0\0\x1c"
                                      "ftypavif....ispe\0\0\0\0\0\0\0\0\0\0\0\x08"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_png_says_its_size_first),
        cmocka_unit_test(a_gif_says_its_screen),
        cmocka_unit_test(a_jpeg_says_it_behind_what_can_be_skipped),
        cmocka_unit_test(a_jpeg_on_its_side_is_measured_as_it_is_shown),
        cmocka_unit_test(a_webp_has_three_forms),
        cmocka_unit_test(the_largest_part_of_an_avif_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
