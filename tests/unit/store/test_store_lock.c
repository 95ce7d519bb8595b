/* test_store_lock.c: one owner, told by process id, gone with its process.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_lock.h"
#include "test_dir.h"

static int setup(void **state) {
    static struct test_dir dir;
    test_dir_make(&dir);
    *state = &dir;
    return 0;
}

static int teardown(void **state) {
    test_dir_remove(*state);
    return 0;
}

static void a_lock_is_had_once_and_may_be_had_again_after_it(void **state) {
    int fd = -1, other = -1;
    long owner = 0;
    const char *path = test_dir_file(*state, "lock");
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_OK);
    assert_int_equal(store_lock_open(path, &other, &owner), ERR_BUSY);
    assert_int_equal(owner, getpid());
    assert_int_equal(other, -1);
    store_lock_close(fd);
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_OK);
    store_lock_close(fd);
}

static void a_killed_owner_leaves_no_lock(void **state) {
    int fd = -1, ready[2], status = 0;
    long owner = 0;
    char byte;
    const char *path = test_dir_file(*state, "lock");
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        if (store_lock_open(path, &fd, &owner) == ERR_OK && write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_BUSY);
    assert_int_equal(owner, child);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_OK);
    store_lock_close(fd);
    close(ready[0]);
    close(ready[1]);
}

static void an_owner_without_a_number_is_unknown(void **state) {
    int fd = -1, other = -1;
    long owner = 7;
    const char *path = test_dir_file(*state, "lock");
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_OK);
    assert_int_equal(pwrite(fd, "rubbish\n", 8, 0), 8);
    assert_int_equal(store_lock_open(path, &other, &owner), ERR_BUSY);
    assert_int_equal(owner, 0);
    store_lock_close(fd);
}

/* It outlives its owner, and the owner's line does not run into it. */
static void a_mark_is_kept_for_the_next_owner(void **state) {
    int fd = -1, other = -1;
    long owner = 0;
    const char *path = test_dir_file(*state, "lock");
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_OK);
    assert_int_equal(store_lock_marked(fd), 0);
    store_lock_mark(fd, 4711);
    store_lock_mark(fd, INT64_MAX);
    assert_true(store_lock_marked(fd) == INT64_MAX);
    store_lock_mark(fd, 12);
    assert_int_equal(store_lock_open(path, &other, &owner), ERR_BUSY);
    assert_int_equal(owner, getpid());
    store_lock_close(fd);
    assert_int_equal(store_lock_open(path, &fd, &owner), ERR_OK);
    assert_int_equal(store_lock_marked(fd), 12);
    store_lock_close(fd);
}

static void a_missing_directory_is_an_error(void **state) {
    int fd = -1;
    long owner = 0;
    assert_int_equal(store_lock_open(test_dir_file(*state, "no/lock"), &fd, &owner), ERR_NOT_FOUND);
    assert_int_equal(fd, -1);
}

int main(void) {
#define LOCK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        LOCK_TEST(a_lock_is_had_once_and_may_be_had_again_after_it),
        LOCK_TEST(a_killed_owner_leaves_no_lock),
        LOCK_TEST(an_owner_without_a_number_is_unknown),
        LOCK_TEST(a_mark_is_kept_for_the_next_owner),
        LOCK_TEST(a_missing_directory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
