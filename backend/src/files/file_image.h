/* file_image.h: width and height of images, out of their headers.
 *
 * Nothing is decoded and nothing allocated. Each function is given the beginning of a file whose magic number fits, and returns false when
 * no size greater than nothing can be read there. A photograph that is to be shown turned has its size as it is shown.
 *
 * Pure.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"

struct file_size {
    int64_t width, height;
};

bool file_image_png(struct str head, struct file_size *out);
bool file_image_jpeg(struct str head, struct file_size *out);
bool file_image_gif(struct str head, struct file_size *out);
bool file_image_webp(struct str head, struct file_size *out);
bool file_image_avif(struct str head, struct file_size *out);

/* The orientation of a photograph, 1 to 8, in what stands behind "Exif\0\0" (TIFF); 1 when it does not say. */
int file_image_orientation(struct str tiff);
