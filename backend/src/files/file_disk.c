/* file_disk.c: an attachment on disk.
 *
 * Owns      struct file_writer, struct file_reader.
 *
 * A writer gathers a block, hashes it and writes it; at the end the sums go behind the bytes, everything is synced, and only then
 * the file gets its name (rename, and a sync of the directory). A crash leaves a .part, which nobody refers to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files/file_disk.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_PART       ".part"
#define FILE_OURS_CHARS 8
#define FILE_ALPHABET   "0123456789abcdefghijklmnopqrstuv" /* 5 bits each; the same in any case */

struct file_writer {
    int directory_fd, fd;
    char name[FILE_NAME_CHARS + 1], part[FILE_NAME_CHARS + sizeof FILE_PART];
    char *block; /* FILE_BLOCK_BYTES */
    size_t block_bytes;
    uint64_t size; /* without the block */
    struct buf sums;
    bool is_ended;
};

struct file_reader {
    int fd;
    uint64_t size;
    struct buf sums;
    char *block;
};

/* Names */

static char ours[FILE_OURS_CHARS];
static pthread_once_t ours_once = PTHREAD_ONCE_INIT;

static void append_random(char *out, size_t count) {
    unsigned char bytes[FILE_NAME_CHARS];
    ASSERT(count <= sizeof bytes);
    crypt_random(bytes, count);
    for (size_t i = 0; i < count; i++)
        out[i] = FILE_ALPHABET[bytes[i] % 32];
}

static void make_ours(void) {
    append_random(ours, sizeof ours);
}

void file_name_make(char out[FILE_NAME_CHARS + 1]) {
    (void)pthread_once(&ours_once, make_ours);
    memcpy(out, ours, sizeof ours);
    append_random(out + sizeof ours, FILE_NAME_CHARS - sizeof ours);
    out[FILE_NAME_CHARS] = '\0';
}

bool file_name_is_ours(struct str name) {
    (void)pthread_once(&ours_once, make_ours);
    return str_starts_with(name, str_of(ours, sizeof ours));
}

/* Plain reading and writing */

static enum err write_all(int fd, const char *at, size_t count) {
    while (count > 0) {
        ssize_t put = write(fd, at, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return put < 0 ? err_of_errno(errno) : ERR_IO;
        at += put;
        count -= (size_t)put;
    }
    return ERR_OK;
}

/* As many as there are, at most `count`. */
static enum err read_at(int fd, uint64_t at, char *out, size_t count, size_t *got) {
    *got = 0;
    while (*got < count) {
        ssize_t part = pread(fd, out + *got, count - *got, (off_t)(at + *got));
        if (part < 0 && errno == EINTR)
            continue;
        if (part < 0)
            return err_of_errno(errno);
        if (part == 0)
            return ERR_OK;
        *got += (size_t)part;
    }
    return ERR_OK;
}

static size_t block_count(uint64_t size) {
    return (size_t)((size + FILE_BLOCK_BYTES - 1) / FILE_BLOCK_BYTES);
}

static void sum_of(const struct buf *sums, unsigned char out[FILE_SUM_BYTES]) {
    crypt_sha256(buf_str(sums), out);
}

/* Writing */

enum err file_writer_open(int directory_fd, const char *name, struct file_writer **out) {
    struct file_writer *writer = MEM_NEW(struct file_writer);
    writer->directory_fd = directory_fd;
    ASSERT(strlen(name) <= FILE_NAME_CHARS);
    (void)snprintf(writer->name, sizeof writer->name, "%s", name);
    (void)snprintf(writer->part, sizeof writer->part, "%s" FILE_PART, name);
    writer->fd = openat(directory_fd, writer->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (writer->fd < 0) {
        enum err error = err_of_errno(errno);
        free(writer);
        return error;
    }
    writer->block = mem_new(1, FILE_BLOCK_BYTES);
    *out = writer;
    return ERR_OK;
}

static enum err put_block(struct file_writer *writer) {
    unsigned char sum[FILE_SUM_BYTES];
    struct str block = str_of(writer->block, writer->block_bytes);
    if (block.len == 0)
        return ERR_OK;
    crypt_sha256(block, sum);
    buf_append(&writer->sums, sum, sizeof sum);
    writer->size += block.len;
    writer->block_bytes = 0;
    return write_all(writer->fd, block.at, block.len);
}

enum err file_writer_add(struct file_writer *writer, struct str bytes) {
    ASSERT(!writer->is_ended);
    enum err error = ERR_OK;
    while (bytes.len > 0 && error == ERR_OK) {
        size_t room = FILE_BLOCK_BYTES - writer->block_bytes;
        size_t take = bytes.len < room ? bytes.len : room;
        memcpy(writer->block + writer->block_bytes, bytes.at, take);
        writer->block_bytes += take;
        bytes = str_from(bytes, take);
        if (writer->block_bytes == FILE_BLOCK_BYTES)
            error = put_block(writer);
    }
    return error;
}

uint64_t file_writer_size(const struct file_writer *writer) {
    return writer->size + writer->block_bytes;
}

enum err file_writer_look(struct file_writer *writer, uint64_t at, char *out, size_t max,
                          size_t *count) {
    size_t written = 0;
    *count = 0;
    if (at < writer->size) {
        uint64_t left = writer->size - at;
        enum err error = read_at(writer->fd, at, out, left < max ? (size_t)left : max, &written);
        *count = written;
        if (error != ERR_OK || written == max)
            return error;
        at += written;
    }
    size_t from = at < writer->size ? writer->block_bytes : (size_t)(at - writer->size);
    if (from < writer->block_bytes) {
        size_t rest = writer->block_bytes - from;
        size_t take = rest < max - written ? rest : max - written;
        memcpy(out + written, writer->block + from, take);
        *count += take;
    }
    return ERR_OK;
}

static enum err sync_of(int fd) {
    return fsync(fd) == 0 ? ERR_OK : err_of_errno(errno);
}

enum err file_writer_end(struct file_writer *writer, struct file_content *out) {
    enum err error = put_block(writer);
    if (error == ERR_OK)
        error = write_all(writer->fd, writer->sums.data, writer->sums.len);
    if (error == ERR_OK)
        error = sync_of(writer->fd);
    if (error == ERR_OK &&
        renameat(writer->directory_fd, writer->part, writer->directory_fd, writer->name) != 0)
        error = err_of_errno(errno);
    if (error != ERR_OK)
        return error;
    writer->is_ended = true;
    out->size = writer->size;
    sum_of(&writer->sums, out->sum);
    return sync_of(writer->directory_fd);
}

void file_writer_free(struct file_writer *writer) {
    if (writer == NULL)
        return;
    (void)close(writer->fd); /* what it held is on disk, or not wanted */
    if (!writer->is_ended)
        (void)unlinkat(writer->directory_fd, writer->part, 0); /* found again at the next start */
    buf_deinit(&writer->sums);
    free(writer->block);
    free(writer);
}

/* Reading */

static enum err read_sums(struct file_reader *reader, const struct file_content *content) {
    unsigned char sum[FILE_SUM_BYTES];
    struct stat status;
    size_t wanted = block_count(content->size) * FILE_SUM_BYTES, got;
    if (fstat(reader->fd, &status) != 0)
        return err_of_errno(errno);
    if ((uint64_t)status.st_size != content->size + wanted)
        return ERR_CORRUPT;
    char *at = buf_reserve(&reader->sums, wanted);
    enum err error = read_at(reader->fd, content->size, at, wanted, &got);
    if (error != ERR_OK)
        return error;
    reader->sums.len = got;
    sum_of(&reader->sums, sum);
    return got == wanted && memcmp(sum, content->sum, sizeof sum) == 0 ? ERR_OK : ERR_CORRUPT;
}

enum err file_reader_open(int directory_fd, const char *name, const struct file_content *content,
                          struct file_reader **out) {
    struct file_reader *reader = MEM_NEW(struct file_reader);
    reader->size = content->size;
    reader->fd = openat(directory_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    enum err error = reader->fd < 0 ? err_of_errno(errno) : read_sums(reader, content);
    if (error != ERR_OK) {
        file_reader_free(reader);
        return error;
    }
    reader->block = mem_new(1, FILE_BLOCK_BYTES);
    *out = reader;
    return ERR_OK;
}

enum err file_reader_block(struct file_reader *reader, uint64_t at, struct str *out) {
    unsigned char sum[FILE_SUM_BYTES];
    ASSERT(at < reader->size);
    size_t index = (size_t)(at / FILE_BLOCK_BYTES), got;
    uint64_t begin = (uint64_t)index * FILE_BLOCK_BYTES, left = reader->size - begin;
    size_t wanted = left < FILE_BLOCK_BYTES ? (size_t)left : FILE_BLOCK_BYTES;
    enum err error = read_at(reader->fd, begin, reader->block, wanted, &got);
    if (error != ERR_OK)
        return error;
    crypt_sha256(str_of(reader->block, got), sum);
    if (got != wanted ||
        memcmp(sum, reader->sums.data + index * FILE_SUM_BYTES, FILE_SUM_BYTES) != 0)
        return ERR_CORRUPT;
    *out = str_from(str_of(reader->block, got), (size_t)(at - begin));
    return ERR_OK;
}

void file_reader_free(struct file_reader *reader) {
    if (reader == NULL)
        return;
    if (reader->fd >= 0)
        (void)close(reader->fd); /* nothing was written */
    buf_deinit(&reader->sums);
    free(reader->block);
    free(reader);
}

/* The whole */

enum err file_check(int directory_fd, const char *name, const struct file_content *content) {
    struct file_reader *reader = NULL;
    struct str block;
    enum err error = file_reader_open(directory_fd, name, content, &reader);
    for (uint64_t at = 0; error == ERR_OK && at < content->size; at += FILE_BLOCK_BYTES)
        error = file_reader_block(reader, at, &block);
    file_reader_free(reader);
    return error;
}

enum err file_remove(int directory_fd, const char *name) {
    return unlinkat(directory_fd, name, 0) == 0 || errno == ENOENT ? ERR_OK : err_of_errno(errno);
}
