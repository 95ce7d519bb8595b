/* file_image.c: width and height of images, out of their headers.
 *
 *   PNG    the first chunk (RFC 2083 section 4.1.1)
 *   GIF    the logical screen
 *   JPEG   the first frame header (SOF0 to SOF15, but for DHT, JPG, DAC), behind segments that are skipped by their lengths; the
 *          orientation out of the Exif segment before it
 *   WebP   VP8 (RFC 6386 section 9.1), VP8L, or the canvas of VP8X
 *   AVIF   the largest `ispe` box: parts of a picture have smaller ones
 *
 * SPDX-License-Identifier: MIT
 */
#include "files/file_image.h"

#define AVIF_LOOK_BYTES 65536 /* of a file, in which its boxes are looked for */

/* Numbers at a place; 0 behind the end */

static uint32_t byte_at(struct str s, size_t at) {
    return at < s.len ? (unsigned char)s.at[at] : 0;
}

static uint32_t big16(struct str s, size_t at) {
    return byte_at(s, at) << 8 | byte_at(s, at + 1);
}

static uint32_t big32(struct str s, size_t at) {
    return big16(s, at) << 16 | big16(s, at + 2);
}

static uint32_t little16(struct str s, size_t at) {
    return byte_at(s, at + 1) << 8 | byte_at(s, at);
}

static uint32_t little24(struct str s, size_t at) {
    return byte_at(s, at + 2) << 16 | little16(s, at);
}

static uint32_t little32(struct str s, size_t at) {
    return little16(s, at + 2) << 16 | little16(s, at);
}

static bool has_at(struct str s, size_t at, struct str bytes) {
    return str_equal(str_range(s, at, at + bytes.len), bytes);
}

static bool size_set(struct file_size *out, uint32_t width, uint32_t height) {
    *out = (struct file_size){width, height};
    return width > 0 && height > 0;
}

/* PNG, GIF */

bool file_image_png(struct str head, struct file_size *out) {
    return has_at(head, 12, STR("IHDR")) && head.len >= 33 && big32(head, 16) <= INT32_MAX &&
           big32(head, 20) <= INT32_MAX && size_set(out, big32(head, 16), big32(head, 20));
}

bool file_image_gif(struct str head, struct file_size *out) {
    return head.len >= 13 && size_set(out, little16(head, 6), little16(head, 8));
}

/* JPEG */

#define TIFF_ORIENTATION 0x0112
#define TIFF_SHORT       3
#define TIFF_ENTRY_BYTES 12

int file_image_orientation(struct str tiff) {
    bool is_little = has_at(tiff, 0, STR("II"));
    if (!is_little && !has_at(tiff, 0, STR("MM")))
        return 1;
    uint32_t (*number16)(struct str, size_t) = is_little ? little16 : big16;
    size_t directory = is_little ? little32(tiff, 4) : big32(tiff, 4);
    if (directory >= tiff.len)
        return 1;
    size_t count = number16(tiff, directory);
    for (size_t i = 0; i < count; i++) {
        size_t entry = directory + 2 + i * TIFF_ENTRY_BYTES;
        if (entry + TIFF_ENTRY_BYTES > tiff.len)
            return 1;
        if (number16(tiff, entry) == TIFF_ORIENTATION && number16(tiff, entry + 2) == TIFF_SHORT) {
            uint32_t value = number16(tiff, entry + 8);
            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    }
    return 1;
}

/* From 5 on the photograph lies on its side. */
static bool is_on_its_side(int orientation) {
    return orientation >= 5;
}

static bool is_frame(uint32_t marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* Without a segment behind them. */
static bool stands_alone(uint32_t marker) {
    return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

bool file_image_jpeg(struct str head, struct file_size *out) {
    static const struct str exif = {"Exif\0\0", 6};
    int orientation = 1;
    size_t at = 2;
    while (at + 4 <= head.len && byte_at(head, at) == 0xff) {
        uint32_t marker = byte_at(head, at + 1);
        if (marker == 0xff || stands_alone(marker)) {
            at += marker == 0xff ? 1 : 2; /* a fill byte */
            continue;
        }
        size_t bytes = big16(head, at + 2);
        struct str segment = str_range(head, at + 4, at + 2 + bytes);
        if (bytes < 2 || marker == 0xd9 || marker == 0xda)
            return false;
        if (marker == 0xe1 && str_starts_with(segment, exif) && orientation == 1)
            orientation = file_image_orientation(str_from(segment, exif.len));
        if (is_frame(marker))
            return segment.len >= 5 && (is_on_its_side(orientation)
                                            ? size_set(out, big16(segment, 1), big16(segment, 3))
                                            : size_set(out, big16(segment, 3), big16(segment, 1)));
        at += 2 + bytes;
    }
    return false;
}

/* WebP */

bool file_image_webp(struct str head, struct file_size *out) {
    if (head.len < 30)
        return false;
    if (has_at(head, 12, STR("VP8X")))
        return size_set(out, little24(head, 24) + 1, little24(head, 27) + 1);
    if (has_at(head, 12, STR("VP8L")) && byte_at(head, 20) == 0x2f)
        return size_set(out, (little32(head, 21) & 0x3fff) + 1,
                        (little32(head, 21) >> 14 & 0x3fff) + 1);
    return has_at(head, 12, STR("VP8 ")) && has_at(head, 23, STR("\x9d\x01\x2a")) &&
           size_set(out, little16(head, 26) & 0x3fff, little16(head, 28) & 0x3fff);
}

/* AVIF */

bool file_image_avif(struct str head, struct file_size *out) {
    struct str look = str_range(head, 0, AVIF_LOOK_BYTES);
    struct file_size largest = {0};
    for (size_t at = 0; at + 16 <= look.len; at++) {
        if (look.at[at] != 'i' || !has_at(look, at, STR("ispe")))
            continue;
        uint32_t width = big32(look, at + 8), height = big32(look, at + 12);
        bool is_sane = width <= INT32_MAX && height <= INT32_MAX;
        if (is_sane && (int64_t)width * height > largest.width * largest.height)
            largest = (struct file_size){width, height};
    }
    *out = largest;
    return largest.width > 0;
}
