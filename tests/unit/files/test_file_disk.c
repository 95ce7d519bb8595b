/* test_file_disk.c: what was written comes back, and nothing else does.
 *
 * SPDX-License-Identifier: MIT
 */
#include "test_dir.h"

#include "base/buf.h"
#include "base/mem.h"
#include "files/file_disk.h"

#include <dirent.h>

struct state {
    struct test_dir dir;
    int fd;
    char name[FILE_NAME_CHARS + 1];
};

static int setup(void **out) {
    struct state *s = MEM_NEW(struct state);
    test_dir_make(&s->dir);
    s->fd = open(s->dir.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    file_name_make(s->name);
    *out = s;
    return 0;
}

static int teardown(void **in) {
    struct state *s = *in;
    close(s->fd);
    test_dir_remove(&s->dir);
    free(s);
    return 0;
}

static char byte_of(uint64_t at) {
    return (char)(at * 31 + at / 251);
}

static struct str bytes_of(uint64_t from, char *into, size_t count) {
    for (size_t i = 0; i < count; i++)
        into[i] = byte_of(from + i);
    return str_of(into, count);
}

/* Adds `size` bytes in pieces of `piece`. */
static struct file_writer *begin(struct state *s, uint64_t size, size_t piece) {
    struct file_writer *writer = NULL;
    char *bytes = mem_new(1, piece);
    assert_int_equal(file_writer_open(s->fd, s->name, &writer), ERR_OK);
    for (uint64_t at = 0; at < size;) {
        size_t count = size - at < piece ? (size_t)(size - at) : piece;
        assert_int_equal(file_writer_add(writer, bytes_of(at, bytes, count)), ERR_OK);
        at += count;
    }
    assert_int_equal(file_writer_size(writer), size);
    free(bytes);
    return writer;
}

static struct file_content write_file(struct state *s, uint64_t size, size_t piece) {
    struct file_content content;
    struct file_writer *writer = begin(s, size, piece);
    assert_int_equal(file_writer_end(writer, &content), ERR_OK);
    file_writer_free(writer);
    assert_int_equal(content.size, size);
    return content;
}

static size_t files_in(const struct state *s) {
    DIR *directory = opendir(s->dir.path);
    size_t count = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

static void sizes_around_a_block_come_back(void **in) {
    struct state *s = *in;
    static const uint64_t sizes[] = {0, 1, 65535, 65536, 65537, 131071, 131072, 131073, 400000};
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        file_name_make(s->name);
        struct file_content content = write_file(s, sizes[i], 10007);
        struct file_reader *reader = NULL;
        assert_int_equal(file_reader_open(s->fd, s->name, &content, &reader), ERR_OK);
        for (uint64_t at = 0; at < sizes[i];) {
            struct str block;
            assert_int_equal(file_reader_block(reader, at, &block), ERR_OK);
            assert_true(block.len > 0);
            for (size_t k = 0; k < block.len; k++)
                if (block.at[k] != byte_of(at + k))
                    fail_msg("byte %zu of %zu", (size_t)(at + k), (size_t)sizes[i]);
            at += block.len;
        }
        file_reader_free(reader);
        assert_int_equal(file_check(s->fd, s->name, &content), ERR_OK);
    }
}

static void a_block_is_given_from_any_place_in_it(void **in) {
    struct state *s = *in;
    struct file_content content = write_file(s, 200000, 65536);
    struct file_reader *reader = NULL;
    struct str block;
    assert_int_equal(file_reader_open(s->fd, s->name, &content, &reader), ERR_OK);
    assert_int_equal(file_reader_block(reader, 70000, &block), ERR_OK);
    assert_int_equal(block.len, 131072 - 70000);
    assert_int_equal(block.at[0], byte_of(70000));
    file_reader_free(reader);
}

static void how_it_was_cut_does_not_show(void **in) {
    struct state *s = *in;
    struct file_content first = write_file(s, 150000, 1);
    file_name_make(s->name);
    struct file_content second = write_file(s, 150000, 99999);
    assert_memory_equal(first.sum, second.sum, FILE_SUM_BYTES);
}

/* threat 76: a bit that was flipped is noticed, wherever it is, and its block is not given. */
static void a_flipped_bit_is_noticed(void **in) {
    struct state *s = *in;
    struct file_content content = write_file(s, 150000, 65536);
    static const off_t places[] = {0, 65535, 65536, 149999, 150000, 150000 + 95};
    for (size_t i = 0; i < TEST_COUNT(places); i++) {
        struct file_reader *reader = NULL;
        struct str block;
        char byte;
        int fd = openat(s->fd, s->name, O_RDWR | O_CLOEXEC);
        assert_int_equal(pread(fd, &byte, 1, places[i]), 1);
        byte ^= 4;
        assert_int_equal(pwrite(fd, &byte, 1, places[i]), 1);
        assert_int_equal(file_check(s->fd, s->name, &content), ERR_CORRUPT);
        enum err error = file_reader_open(s->fd, s->name, &content, &reader);
        if (error == ERR_OK)
            error = file_reader_block(reader, (uint64_t)places[i], &block);
        assert_int_equal(error, ERR_CORRUPT);
        file_reader_free(reader);
        byte ^= 4;
        assert_int_equal(pwrite(fd, &byte, 1, places[i]), 1);
        close(fd);
        assert_int_equal(file_check(s->fd, s->name, &content), ERR_OK);
    }
}

static void a_file_that_was_cut_or_is_gone_is_noticed(void **in) {
    struct state *s = *in;
    struct file_content content = write_file(s, 150000, 65536);
    int fd = openat(s->fd, s->name, O_RDWR | O_CLOEXEC);
    assert_int_equal(ftruncate(fd, 150000), 0);
    close(fd);
    assert_int_equal(file_check(s->fd, s->name, &content), ERR_CORRUPT);
    assert_int_equal(file_remove(s->fd, s->name), ERR_OK);
    assert_int_equal(file_remove(s->fd, s->name), ERR_OK);
    assert_int_equal(file_check(s->fd, s->name, &content), ERR_NOT_FOUND);
}

static void what_is_not_ended_leaves_nothing(void **in) {
    struct state *s = *in;
    struct file_writer *writer = begin(s, 150000, 65536);
    assert_int_equal(files_in(s), 1);
    assert_int_equal(faccessat(s->fd, s->name, F_OK, 0), -1);
    file_writer_free(writer);
    assert_int_equal(files_in(s), 0);
}

static void what_was_added_can_be_looked_at(void **in) {
    struct state *s = *in;
    static char got[150001];
    size_t count;
    struct file_writer *writer = begin(s, 150000, 65536);
    assert_int_equal(file_writer_look(writer, 0, got, sizeof got, &count), ERR_OK);
    assert_int_equal(count, 150000);
    for (size_t i = 0; i < count; i++)
        if (got[i] != byte_of(i))
            fail_msg("byte %zu", i);
    assert_int_equal(file_writer_look(writer, 149990, got, 100, &count), ERR_OK);
    assert_int_equal(count, 10);
    assert_int_equal(got[0], byte_of(149990));
    assert_int_equal(file_writer_look(writer, 100, got, 50, &count), ERR_OK);
    assert_int_equal(count, 50);
    assert_int_equal(file_writer_look(writer, 150000, got, 50, &count), ERR_OK);
    assert_int_equal(count, 0);
    file_writer_free(writer);
}

static void a_full_disk_is_an_error(void **in) {
    (void)in;
    static char block[FILE_BLOCK_BYTES];
    struct file_writer *writer = NULL;
    struct rlimit none = {100000, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};
    struct state *s = *in;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    assert_int_equal(file_writer_open(s->fd, s->name, &writer), ERR_OK);
    assert_int_equal(file_writer_add(writer, str_of(block, sizeof block)), ERR_OK);
    assert_int_not_equal(file_writer_add(writer, str_of(block, sizeof block)), ERR_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
    file_writer_free(writer);
    assert_int_equal(files_in(s), 0);
}

static void names_are_of_this_process_and_never_twice(void **in) {
    (void)in;
    char a[FILE_NAME_CHARS + 1], b[FILE_NAME_CHARS + 1];
    file_name_make(a);
    file_name_make(b);
    assert_int_equal(strlen(a), FILE_NAME_CHARS);
    assert_string_not_equal(a, b);
    assert_true(file_name_is_ours(str_of_c(a)) && file_name_is_ours(str_of_c(b)));
    a[0] = a[0] == '0' ? '1' : '0';
    assert_false(file_name_is_ours(str_of_c(a)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(sizes_around_a_block_come_back),
        TEST(a_block_is_given_from_any_place_in_it),
        TEST(how_it_was_cut_does_not_show),
        TEST(a_flipped_bit_is_noticed),
        TEST(a_file_that_was_cut_or_is_gone_is_noticed),
        TEST(what_is_not_ended_leaves_nothing),
        TEST(what_was_added_can_be_looked_at),
        TEST(a_full_disk_is_an_error),
        TEST(names_are_of_this_process_and_never_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
