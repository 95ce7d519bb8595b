/* file_disk.h: an attachment on disk: its bytes, then the sums of its blocks.
 *
 *     | bytes ... | SHA-256 of bytes 0..65,535 | SHA-256 of the next 65,536 | ... |
 *
 * The file's own sum, which the database keeps, is the SHA-256 over the sums of the blocks. So any block can be checked alone, and a
 * range of a long film is served without reading the rest. Whoever wants the bytes without Parley takes the first `size`.
 *
 * Memory: one block for each writer; a reader has the sums (32 bytes for each 64 KiB).
 *
 * Thread: whoever holds the struct. All calls block on the disk.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

#define FILE_SUM_BYTES   32
#define FILE_BLOCK_BYTES 65536
#define FILE_NAME_CHARS  32 /* of a name on disk */

struct file_writer;
struct file_reader;

/* What the database keeps of a file's content. */
struct file_content {
    uint64_t size;
    unsigned char sum[FILE_SUM_BYTES];
};

/* A new name on disk: 8 characters that all names of this process share, and 24 random ones. Any thread. */
void file_name_make(char out[FILE_NAME_CHARS + 1]);
/* Was that name, or the .part of it, made by this process? */
bool file_name_is_ours(struct str name);

/* Writing */

/* Begins a file in the directory that `directory_fd` is open on (borrowed for the writer's life). Returns owned. */
enum err file_writer_open(int directory_fd, const char *name, struct file_writer **out);
enum err file_writer_add(struct file_writer *writer, struct str bytes);
uint64_t file_writer_size(const struct file_writer *writer);
/* The bytes from `at` on that were added, at most `max`; the number of them goes to *count. */
enum err file_writer_look(struct file_writer *writer, uint64_t at, char *out, size_t max,
                          size_t *count);
/* All was added: sums, fsync, the name, fsync of the directory. When it returns ERR_OK the file is on disk. */
enum err file_writer_end(struct file_writer *writer, struct file_content *out);
/* Frees it; what did not come to its end is removed. Harmless for NULL. */
void file_writer_free(struct file_writer *writer);

/* Reading */

/* Opens a file whose content must be this. ERR_NOT_FOUND: it is not there; ERR_CORRUPT: its length or its sums are not as they
 * were written. Returns owned. */
enum err file_reader_open(int directory_fd, const char *name, const struct file_content *content,
                          struct file_reader **out);
/* The block that byte `at` (below the size) is in: the bytes from `at` to the block's end. Borrowed until the next call. ERR_CORRUPT:
 * the block is not as it was written. */
enum err file_reader_block(struct file_reader *reader, uint64_t at, struct str *out);
/* Harmless for NULL. */
void file_reader_free(struct file_reader *reader);

/* Looks at every byte. Errors as of the reader. */
enum err file_check(int directory_fd, const char *name, const struct file_content *content);
/* Removes a file; one that is not there is fine. */
enum err file_remove(int directory_fd, const char *name);
