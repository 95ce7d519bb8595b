/* file_type.c: what a file is, by its first bytes.
 *
 * One table of magic numbers, tried in order. A row with a `look` is one only when that agrees, because its number is short, or shared by
 * kinds that differ further on (ISO's boxes, Ogg, RIFF). An image is one when its size can be read. What is none of them is text when it
 * is UTF-8 without control characters, and bytes otherwise.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files/file_type.h"

#include "base/utf8.h"
#include "files/file_image.h"

#define BEGINNING_BYTES 512 /* of a file, in which its kind is said in words */

/* Finds `word` among the first bytes. */
static bool says(struct str head, struct str word) {
    struct str beginning = str_range(head, 0, BEGINNING_BYTES);
    for (size_t i = 0; i + word.len <= beginning.len; i++) {
        if (memcmp(beginning.at + i, word.at, word.len) == 0)
            return true;
    }
    return false;
}

static bool has_at(struct str head, size_t at, struct str bytes) {
    return str_equal(str_range(head, at, at + bytes.len), bytes);
}

/* Looks */

/* The brand of ISO's boxes stands behind "ftyp". */
static bool is_brand(struct str head, struct str brand) {
    return has_at(head, 8, brand);
}

static bool is_avif(struct str head) {
    return is_brand(head, STR("avif")) || is_brand(head, STR("avis"));
}

static bool is_heic(struct str head) {
    return is_brand(head, STR("hei")) || is_brand(head, STR("mif1")) || is_brand(head, STR("msf1"));
}

static bool is_m4a(struct str head) {
    return is_brand(head, STR("M4A"));
}

static bool is_quicktime(struct str head) {
    return is_brand(head, STR("qt  "));
}

static bool is_webm(struct str head) {
    return says(head, STR("webm"));
}

static bool is_theora(struct str head) {
    return says(head, STR("theora"));
}

static bool is_wave(struct str head) {
    return has_at(head, 8, STR("WAVE"));
}

static bool is_webp(struct str head) {
    return has_at(head, 8, STR("WEBP"));
}

/* A frame's head of MPEG 1 or 2, layer III, with a rate that there is (ISO 11172-3 section 2.4.2.3). */
static bool is_mp3_frame(struct str head) {
    if (head.len < 4)
        return false;
    unsigned char second = (unsigned char)head.at[1], third = (unsigned char)head.at[2];
    bool is_layer_3 = (second & 0xe6) == 0xe2 && (second & 0x18) != 0x08;
    return is_layer_3 && (third & 0xf0) != 0xf0 && (third & 0x0c) != 0x0c;
}

/* clang-format off */
static const struct row {
    size_t at;
    struct str magic;
    const char *type;
    bool is_shown;
    bool (*look)(struct str head);                                /* NULL: the number alone says it */
    bool (*measure)(struct str head, struct file_size *out);      /* of images: without a size it is none */
} rows[] = {
    {0, {"\x89PNG\r\n\x1a\n", 8},    "image/png",         true,  NULL,         file_image_png},
    {0, {"\xff\xd8\xff", 3},         "image/jpeg",        true,  NULL,         file_image_jpeg},
    {0, {"GIF87a", 6},               "image/gif",         true,  NULL,         file_image_gif},
    {0, {"GIF89a", 6},               "image/gif",         true,  NULL,         file_image_gif},
    {0, {"RIFF", 4},                 "image/webp",        true,  is_webp,      file_image_webp},
    {4, {"ftyp", 4},                 "image/avif",        true,  is_avif,      file_image_avif},
    {0, {"RIFF", 4},                 "audio/wav",         true,  is_wave,      NULL},
    {4, {"ftyp", 4},                 "image/heic",        false, is_heic,      NULL},
    {4, {"ftyp", 4},                 "audio/mp4",         true,  is_m4a,       NULL},
    {4, {"ftyp", 4},                 "video/quicktime",   true,  is_quicktime, NULL},
    {4, {"ftyp", 4},                 "video/mp4",         true,  NULL,         NULL},
    {0, {"\x1a\x45\xdf\xa3", 4},     "video/webm",        true,  is_webm,      NULL},
    {0, {"\x1a\x45\xdf\xa3", 4},     "video/x-matroska",  true,  NULL,         NULL},
    {0, {"OggS", 4},                 "video/ogg",         true,  is_theora,    NULL},
    {0, {"OggS", 4},                 "audio/ogg",         true,  NULL,         NULL},
    {0, {"fLaC", 4},                 "audio/flac",        true,  NULL,         NULL},
    {0, {"ID3", 3},                  "audio/mpeg",        true,  NULL,         NULL},
    {0, {"\xff", 1},                 "audio/mpeg",        true,  is_mp3_frame, NULL},
    {0, {"\xff\xf1", 2},             "audio/aac",         true,  NULL,         NULL},
    {0, {"\xff\xf9", 2},             "audio/aac",         true,  NULL,         NULL},
    {0, {"%PDF-", 5},                "application/pdf",   false, NULL,         NULL},
    {0, {"PK\x03\x04", 4},           "application/zip",   false, NULL,         NULL},
    {0, {"\x1f\x8b", 2},             "application/gzip",  false, NULL,         NULL},
    {0, {"7z\xbc\xaf\x27\x1c", 6},   "application/x-7z-compressed", false, NULL, NULL},
    {0, {"\xfd" "7zXZ", 5},          "application/x-xz",  false, NULL,         NULL},
    {0, {"\x28\xb5\x2f\xfd", 4},     "application/zstd",  false, NULL,         NULL},
    {0, {"BZh", 3},                  "application/x-bzip2", false, NULL,       NULL},
};
/* clang-format on */
#define ROW_COUNT (sizeof rows / sizeof rows[0])

/* A sample of it is as good as all: nothing depends on it but the type of a download. */
static bool is_text(struct str head) {
    struct utf8_state state = {0};
    for (size_t i = 0; i < head.len; i++) {
        unsigned char byte = (unsigned char)head.at[i];
        bool is_space = byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f';
        if ((byte < ' ' && !is_space) || byte == 127)
            return false;
    }
    return head.len > 0 && utf8_feed(&state, head);
}

static bool row_fits(const struct row *row, struct str head, struct file_size *size) {
    return has_at(head, row->at, row->magic) && (row->look == NULL || row->look(head)) &&
           (row->measure == NULL || row->measure(head, size));
}

static struct file_type type_of_row(const struct row *row, struct file_size size) {
    struct file_type type = {.type = row->type};
    if (size.width > 0 && size.height > 0 && size.width <= FILE_PIXELS_MAX / size.height) {
        type.width = size.width;
        type.height = size.height;
    }
    return type;
}

struct file_type file_type_of(struct str head) {
    for (size_t i = 0; i < ROW_COUNT; i++) {
        struct file_size size = {0};
        if (row_fits(&rows[i], head, &size))
            return type_of_row(&rows[i], size);
    }
    return (struct file_type){.type = is_text(head) ? "text/plain" : "application/octet-stream"};
}

bool file_type_is_shown(struct str type, bool has_size) {
    bool is_image = str_starts_with(type, STR("image/"));
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (str_equal(type, str_of_c(rows[i].type)))
            return rows[i].is_shown && (has_size || !is_image);
    }
    return false;
}
