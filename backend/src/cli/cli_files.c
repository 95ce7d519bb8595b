/* cli_files.c: the files of a database in its backup, on the way back, and looked at.
 *
 * The database names its files and knows their sums: a walk over its rows does the one or the other with each. Names come from a
 * database that somebody may have made up, so each is looked at before it becomes a path.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cli/cli_files.h"

#include "base/buf.h"
#include "files/file_disk.h"
#include "store/store_file.h"
#include "store/store_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

/* What is done with each file, from a directory to another (-1: none). */
struct walk {
    enum err (*one)(const struct walk *walk, const char *name, const struct file_content *content);
    int from_fd, to_fd;
    const char *owner; /* whose directory made files are to belong to; NULL: nobody asks */
    const char *to;
    struct cli_files *out;
};

/* One */

static enum err check_one(const struct walk *walk, const char *name,
                          const struct file_content *content) {
    return file_check(walk->from_fd, name, content);
}

/* The sums are made anew of what was read, and must be those of the row. */
static enum err copy_blocks(struct file_reader *reader, struct file_writer *writer, uint64_t size) {
    struct str block = STR_NONE;
    enum err error = ERR_OK;
    for (uint64_t at = 0; at < size && error == ERR_OK; at += block.len) {
        error = file_reader_block(reader, at, &block);
        if (error == ERR_OK)
            error = file_writer_add(writer, block);
    }
    return error;
}

static enum err copy(const struct walk *walk, const char *name,
                     const struct file_content *content) {
    struct file_reader *reader = NULL;
    struct file_writer *writer = NULL;
    struct file_content made;
    enum err error = file_reader_open(walk->from_fd, name, content, &reader);
    if (error == ERR_OK)
        error = file_writer_open(walk->to_fd, name, &writer);
    if (error == ERR_OK)
        error = copy_blocks(reader, writer, content->size);
    if (error == ERR_OK)
        error = file_writer_end(writer, &made);
    if (error == ERR_OK && memcmp(made.sum, content->sum, sizeof made.sum) != 0)
        error = ERR_CORRUPT;
    file_reader_free(reader);
    file_writer_free(writer);
    return error;
}

static enum err give(const struct walk *walk, const char *name) {
    if (walk->owner == NULL)
        return ERR_OK;
    char *path = store_file_in(walk->to, name);
    enum err error = store_file_give(path, walk->owner);
    free(path);
    return error;
}

static enum err copy_one(const struct walk *walk, const char *name,
                         const struct file_content *content) {
    char part[FILE_NAME_CHARS + sizeof ".part"];
    if (file_check(walk->to_fd, name, content) == ERR_OK)
        return ERR_OK;
    (void)snprintf(part, sizeof part, "%s.part", name);
    enum err error = file_remove(walk->to_fd, part); /* of a try that was cut off */
    if (error == ERR_OK)
        error = copy(walk, name, content);
    return error == ERR_OK ? give(walk, name) : error;
}

static enum err link_one(const struct walk *walk, const char *name,
                         const struct file_content *content) {
    (void)content;
    bool good = linkat(walk->from_fd, name, walk->to_fd, name, 0) == 0 || errno == EEXIST ||
                errno == ENOENT;
    return good ? ERR_OK : err_of_errno(errno);
}

/* All */

static bool is_name(struct str name) {
    for (size_t i = 0; i < name.len; i++) {
        bool is_digit = name.at[i] >= '0' && name.at[i] <= '9';
        if (!is_digit && (name.at[i] < 'a' || name.at[i] > 'v'))
            return false;
    }
    return name.len == FILE_NAME_CHARS;
}

static void take(void *context, const struct store_walked_file *file) {
    const struct walk *walk = context;
    char name[FILE_NAME_CHARS + 1] = "";
    struct file_content content = {.size = (uint64_t)file->size};
    enum err error = is_name(file->file) && file->size >= 0 ? ERR_OK : ERR_INVALID;
    memcpy(content.sum, file->sum, sizeof content.sum);
    if (error == ERR_OK) {
        memcpy(name, file->file.at, FILE_NAME_CHARS);
        error = walk->one(walk, name, &content);
    }
    if (error != ERR_OK) {
        walk->out->faults++;
        (void)printf("attachment %lld: its file %s: %s\n", (long long)file->id, name,
                     err_text(error));
        return;
    }
    walk->out->count++;
    walk->out->bytes += file->size;
}

static enum err walk_all(struct walk *walk, const char *database) {
    const struct store_file_walker walker = {walk, take};
    *walk->out = (struct cli_files){0};
    return store_walk_files(database, &walker);
}

static int open_directory(const char *path) {
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void close_directory(int fd) {
    if (fd >= 0)
        (void)close(fd);
}

/* Both ways */

static enum err copy_all(struct walk *walk, const char *database, const char *from,
                         const char *to) {
    walk->one = copy_one;
    walk->from_fd = open_directory(from);
    walk->to = to;
    enum err error = store_file_make_directory(to);
    if (error == ERR_OK && walk->owner != NULL)
        error = store_file_give(to, walk->owner);
    walk->to_fd = error == ERR_OK ? open_directory(to) : -1;
    if (error == ERR_OK && walk->to_fd < 0)
        error = err_of_errno(errno);
    if (error == ERR_OK)
        error = walk_all(walk, database);
    close_directory(walk->from_fd);
    close_directory(walk->to_fd);
    return error;
}

int cli_files_hold(const char *data) {
    char *path = store_file_in(data, STORE_DIRECTORY_FILES);
    int fd = open_directory(path);
    free(path);
    while (fd >= 0 && flock(fd, LOCK_SH) != 0 && errno == EINTR)
        ;
    return fd;
}

void cli_files_release(int fd) {
    close_directory(fd); /* and with it the lock */
}

enum err cli_files_backup(const char *data, const char *file, struct cli_files *out) {
    char *from = store_file_in(data, STORE_DIRECTORY_FILES);
    char *to = store_file_beside(file, ".files");
    struct walk walk = {.out = out};
    enum err error = copy_all(&walk, file, from, to);
    if (error == ERR_OK && out->count == 0 && out->faults == 0)
        (void)rmdir(to); /* there was nothing to copy */
    free(from);
    free(to);
    return error;
}

enum err cli_files_restore(const char *data, const char *file, struct cli_files *out) {
    char *from = store_file_beside(file, ".files");
    char *to = store_file_in(data, STORE_DIRECTORY_FILES);
    struct walk walk = {.out = out, .owner = data};
    enum err error = store_file_make_directory(data);
    if (error == ERR_OK)
        error = copy_all(&walk, file, from, to);
    free(from);
    free(to);
    return error;
}

enum err cli_files_keep(const char *data, const char *kept) {
    struct cli_files found;
    char *database = store_file_in(kept, STORE_FILE_DATABASE);
    char *from = store_file_in(data, STORE_DIRECTORY_FILES);
    char *to = store_file_in(kept, STORE_DIRECTORY_FILES);
    struct walk walk = {.one = link_one, .out = &found};
    enum err error = store_file_make_directory(to);
    if (error == ERR_OK)
        error = store_file_give(to, data);
    walk.from_fd = open_directory(from);
    walk.to_fd = open_directory(to);
    if (error == ERR_OK && walk.to_fd < 0)
        error = err_of_errno(errno);
    if (error == ERR_OK && walk.from_fd >= 0)
        error = walk_all(&walk, database);
    close_directory(walk.from_fd);
    close_directory(walk.to_fd);
    free(database);
    free(from);
    free(to);
    return error;
}

enum err cli_files_verify(const char *path, const char *directory, struct cli_files *out) {
    struct walk walk = {.one = check_one, .to_fd = -1, .out = out};
    walk.from_fd = open_directory(directory);
    enum err error = walk_all(&walk, path);
    close_directory(walk.from_fd);
    return error;
}
