/* test_store_recover.c: what a store does before it writes again.
 *
 * Calls to the disk are those of this file, in front of libc's and also for SQLite, so that a test can let them fail and see
 * what was done. test_journal_faults lets each call fail in turn; here stands what such a disk cannot show: that the kernel's memory
 * is not believed, and that each check is made.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "store/store_sum.h"
#include "test_store.h"

#include <dlfcn.h>
#include <errno.h>

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset);
int fdatasync(int fd);

/* The disk */

static struct {
    bool fails_sync, is_full;
    char calls[4096]; /* "sync parley.db\n" and the like, in order */
} disk;

static void note(const char *call, int fd) {
    char link[64], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t count = readlink(link, path, sizeof path - 1);
    path[count > 0 ? count : 0] = '\0';
    const char *name = strrchr(path, '/');
    size_t used = strlen(disk.calls);
    snprintf(disk.calls + used, sizeof disk.calls - used, "%s %s\n", call,
             name != NULL ? name + 1 : path);
}

int fdatasync(int fd) {
    note("sync", fd);
    if (disk.fails_sync) {
        errno = EIO;
        return -1;
    }
    return 0;
}

int posix_fadvise(int fd, off_t offset, off_t count, int advice) {
    if (offset == 0 && count == 0 && advice == POSIX_FADV_DONTNEED)
        note("forget", fd);
    return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (real == NULL)
        real = (ssize_t(*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
    if (!disk.is_full)
        return real(fd, bytes, count, offset);
    errno = ENOSPC;
    return -1;
}

static int setup(void **state) {
    memset(&disk, 0, sizeof disk);
    test_store_setup(state);
    struct test_store *t = *state;
    test_store_people(t, 2, 1);
    for (int64_t id = 1; id <= 5; id++)
        test_store_send(t, fact_message(id, 1, id, 1));
    return 0;
}

static int teardown(void **state) {
    memset(&disk, 0, sizeof disk);
    return test_store_teardown(state);
}

static void change(struct test_store *t, const char *text) {
    struct store_db db = {0};
    assert_int_equal(sqlite3_open(store_path(t->store), &db.handle), SQLITE_OK);
    assert_int_equal(store_sum_attach(&db), ERR_OK);
    store_db_leave(&db);
    assert_int_equal(store_db_script(&db, text), ERR_OK);
    store_db_close(&db);
}

static void assert_refusing(struct test_store *t) {
    assert_int_equal(store_batch_begin(t->store), ERR_UNAVAILABLE);
}

/* What the disk says */

/* threat 74 */
static void after_a_failed_sync_the_memory_of_the_kernel_is_not_believed(void **state) {
    struct test_store *t = *state;
    static const struct store_log_entry none = {.event = PROTO_EVENT_NONE};
    disk.fails_sync = true;
    test_store_begin(t);
    assert_int_equal(test_store_try(t, fact_message(6, 1, 6, 1), none), ERR_OK);
    assert_int_equal(store_batch_commit(t->store), ERR_IO);
    store_batch_rollback(t->store);
    t->pos--;
    assert_refusing(t);
    assert_int_equal(store_recover(t->store), ERR_IO); /* the disk has not come back */
    assert_refusing(t);
    disk.fails_sync = false;
    disk.calls[0] = '\0';
    assert_int_equal(store_recover(t->store), ERR_OK);
    static const char first[] =
        "sync parley.db\nforget parley.db\nsync parley.db-wal\nforget parley.db-wal\n";
    if (strncmp(disk.calls, first, strlen(first)) != 0)
        fail_msg("it did %s", disk.calls);
    t->pos = t->store->end_pos; /* whether the failed batch is there is for the disk to say */
    test_store_send(t, fact_message(7, 1, 7, 1));
}

static void a_full_disk_is_found_out_by_a_write(void **state) {
    struct test_store *t = *state;
    (void)store_distrust(t->store, ERR_IO);
    disk.is_full = true;
    assert_int_equal(store_recover(t->store), ERR_NO_SPACE);
    assert_refusing(t);
    disk.is_full = false;
    assert_int_equal(store_recover(t->store), ERR_OK);
    test_store_send(t, fact_message(6, 1, 6, 1));
}

/* What is checked. Damage is for good: nothing is written any more. */

/* threat 76 */
static void what_is_lost_or_damaged_is_found_before_anything_is_written(void **state) {
    static const char *const damages[] = {
        "DELETE FROM event WHERE pos = (SELECT max(pos) FROM event)",
        "UPDATE message SET body = 'other' WHERE id = 5",
        /* an index of other values than those of its column, which the checksums of rows do not see */
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'nonce)', "
        "'body)')"
        " WHERE name = 'message_nonce'",
    };
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(damages); i++) {
        void *own;
        setup(&own);
        struct test_store *t = own;
        (void)store_distrust(t->store, ERR_IO);
        change(t, damages[i]);
        if (store_recover(t->store) != ERR_CORRUPT)
            fail_msg("not found: %s", damages[i]);
        assert_int_equal(store_batch_begin(t->store), ERR_CORRUPT);
        assert_int_equal(store_recover(t->store), ERR_CORRUPT);
        teardown(&own);
    }
}

int main(void) {
#define RECOVER_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        RECOVER_TEST(after_a_failed_sync_the_memory_of_the_kernel_is_not_believed),
        RECOVER_TEST(a_full_disk_is_found_out_by_a_write),
        cmocka_unit_test(what_is_lost_or_damaged_is_found_before_anything_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
