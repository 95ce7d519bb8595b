/* test_file_type.c: what a file is, whatever it calls itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test.h"

#include "files/file_type.h"

#define BYTES(literal) ((struct str){literal, sizeof(literal) - 1})
#define PNG(size)      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR" size "\x08\x06\0\0\0\x1f\x15\xc4\x89"

static void kinds_are_told_by_their_first_bytes(void **in) {
    (void)in;
    static const struct {
        struct str head;
        const char *type;
        bool is_shown;
    } rows[] = {
        {BYTES(PNG("\0\0\0\1\0\0\0\1")), "image/png", true},
        {BYTES("GIF89a\x03\0\x05\0\x80\0\0"), "image/gif", true},
        {BYTES("GIF87a\x03\0\x05\0\x80\0\0"), "image/gif", true},
        {BYTES("\0\0\0\x18"
               "ftypmp42\0\0\0\0"),
         "video/mp4", true},
        {BYTES("\0\0\0\x18"
               "ftypqt  \0\0\0\0"),
         "video/quicktime", true},
        {BYTES("\0\0\0\x18"
               "ftypM4A \0\0\0\0"),
         "audio/mp4", true},
        {BYTES("\0\0\0\x18"
               "ftypheic\0\0\0\0"),
         "image/heic", false},
        {BYTES("\x1a\x45\xdf\xa3\x01\0\0\0\x42\x82\x84webm"), "video/webm", true},
        {BYTES("\x1a\x45\xdf\xa3\x01\0\0\0\x42\x82\x88matroska"), "video/x-matroska", true},
        {BYTES("OggS\0\2........................OpusHead"), "audio/ogg", true},
        {BYTES("OggS\0\2........................\x80theora"), "video/ogg", true},
        {BYTES("RIFF\x24\0\0\0WAVEfmt "), "audio/wav", true},
        {BYTES("RIFF\x24\0\0\0AVI LIST"), "application/octet-stream", false},
        {BYTES("fLaC\0\0\0\x22"), "audio/flac", true},
        {BYTES("ID3\4\0\0\0\0\0\0"), "audio/mpeg", true},
        {BYTES("\xff\xfb\x90\x64\0"), "audio/mpeg", true},
        {BYTES("\xff\xfe"
               "h\0i\0"),
         "application/octet-stream", false}, /* UTF-16 */
        {BYTES("%PDF-1.7\n"), "application/pdf", false},
        {BYTES("PK\3\4\x14\0"), "application/zip", false},
        {BYTES("\x1f\x8b\x08\0"), "application/gzip", false},
        {BYTES("MZ\x90\0\3\0"), "application/octet-stream", false},
        {BYTES("\x7f"
               "ELF\2\1\1\0"),
         "application/octet-stream", false},
        {BYTES("plain words, \xc3\xa4\n"), "text/plain", false},
        {BYTES(""), "application/octet-stream", false},
    };
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct file_type type = file_type_of(rows[i].head);
        if (strcmp(type.type, rows[i].type) != 0)
            fail_msg("row %zu: %s, not %s", i, type.type, rows[i].type);
        bool has_size = type.width > 0;
        assert_int_equal(file_type_is_shown(str_of_c(type.type), has_size), rows[i].is_shown);
    }
}

/* threat 37: what a browser would run or lay out is text for a download. */
static void pages_and_scripts_are_text_and_never_shown(void **in) {
    (void)in;
    static const char *const pages[] = {
        "<!DOCTYPE html><script>alert(1)</script>",
        "<html><body onload=alert(1)>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        "<?xml version=\"1.0\"?><?xml-stylesheet href=\"x\"?>",
        "alert(document.cookie)",
        "\xef\xbb\xbf<html>",
    };
    for (size_t i = 0; i < TEST_COUNT(pages); i++) {
        struct file_type type = file_type_of(str_of_c(pages[i]));
        assert_string_equal(type.type, "text/plain");
        assert_false(file_type_is_shown(str_of_c(type.type), true));
    }
    static const char *const never[] = {"text/html",
                                        "image/svg+xml",
                                        "application/pdf",
                                        "text/xml",
                                        "application/javascript",
                                        "text/plain",
                                        "",
                                        "image/bmp"};
    for (size_t i = 0; i < TEST_COUNT(never); i++)
        assert_false(file_type_is_shown(str_of_c(never[i]), true));
}

/* threat 38: a file that is a picture and a script is a picture. */
static void what_is_two_things_is_what_it_begins_as(void **in) {
    (void)in;
    assert_string_equal(file_type_of(BYTES("GIF89a=\0/*\0\0\0*/1;alert(1)//;")).type, "image/gif");
    assert_string_equal(file_type_of(BYTES("<html>GIF89a\x03\0\x05\0\x80\0\0")).type,
                        "application/octet-stream");
    assert_string_equal(file_type_of(BYTES("GIF89a")).type, "text/plain");
}

/* threat 39: a picture that would take 50 megapixels is none to be shown, whatever its file weighs. */
static void a_bomb_has_no_size_and_is_not_shown(void **in) {
    (void)in;
    struct file_type bomb = file_type_of(BYTES(PNG("\0\0\x75\x30\0\0\x75\x30")));
    assert_string_equal(bomb.type, "image/png");
    assert_int_equal(bomb.width, 0);
    assert_false(file_type_is_shown(str_of_c(bomb.type), bomb.width > 0));
    struct file_type large = file_type_of(BYTES(PNG("\0\0\x1f\x40\0\0\x17\x70")));
    assert_int_equal(large.width, 8000);
    assert_true(file_type_is_shown(str_of_c(large.type), true));
    struct file_type endless = file_type_of(BYTES(PNG("\x7f\xff\xff\xff\x7f\xff\xff\xff")));
    assert_int_equal(endless.height, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_are_told_by_their_first_bytes),
        cmocka_unit_test(pages_and_scripts_are_text_and_never_shown),
        cmocka_unit_test(what_is_two_things_is_what_it_begins_as),
        cmocka_unit_test(a_bomb_has_no_size_and_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
