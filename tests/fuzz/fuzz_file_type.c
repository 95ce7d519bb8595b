/* fuzz_file_type.c: what a file is, by its first bytes, and the names of files (files/file_type.h, files/file_name.h).
 *
 * What must hold
 *
 *   - whatever the bytes: a type of the table, sizes within bounds, and nothing that a browser would run is ever to be shown
 *   - a name that was cleaned is valid, short, without slashes and control characters, and cleaning it again changes nothing
 *   - the header made of any name is one line, and its quoted part has one beginning and one end
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/utf8.h"
#include "files/file_name.h"
#include "files/file_type.h"
#include "fuzz.h"

static void check_type(struct str input) {
    struct str copy = fuzz_copy(input);
    struct file_type type = file_type_of(copy);
    struct str text = str_of_c(type.type);
    ASSERT(type.width >= 0 && type.height >= 0 && (type.width > 0) == (type.height > 0));
    ASSERT(type.width == 0 || type.width <= FILE_PIXELS_MAX / type.height);
    bool is_media = str_starts_with(text, STR("image/")) || str_starts_with(text, STR("audio/")) ||
                    str_starts_with(text, STR("video/"));
    ASSERT(is_media || !file_type_is_shown(text, true));
    ASSERT(type.width > 0 || !str_starts_with(text, STR("image/")) ||
           !file_type_is_shown(text, false));
    fuzz_free(copy);
}

static void check_name(struct str input) {
    struct buf once = BUF_EMPTY, twice = BUF_EMPTY;
    struct str copy = fuzz_copy(input);
    file_name_clean(copy, &once);
    file_name_clean(buf_str(&once), &twice);
    ASSERT(str_equal(buf_str(&once), buf_str(&twice)));
    ASSERT(once.len > 0 && once.len <= FILE_SHOWN_BYTES && utf8_is_valid(buf_str(&once)));
    for (size_t i = 0; i < once.len; i++)
        ASSERT((unsigned char)once.data[i] >= ' ' && once.data[i] != '/' && once.data[i] != '\\' &&
               once.data[i] != '"');
    buf_deinit(&once);
    buf_deinit(&twice);
    fuzz_free(copy);
}

static void check_header(struct str input) {
    struct buf line = BUF_EMPTY;
    size_t quotes = 0;
    file_name_disposition(input, false, &line);
    for (size_t i = 0; i < line.len; i++) {
        ASSERT((unsigned char)line.data[i] >= ' ' && (unsigned char)line.data[i] < 127);
        quotes += line.data[i] == '"';
    }
    ASSERT(quotes == 2);
    buf_deinit(&line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct str input = fuzz_input(data, size);
    check_type(input);
    check_name(input);
    check_header(input);
    return 0;
}
