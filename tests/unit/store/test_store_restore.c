/* test_store_restore.c: a restore that ends at any of its steps leaves the old database or the new one, and never neither.
 *
 * The calls with which a restore changes the directory are those of this file, in front of libc's. A child process restores and
 * dies at the 1st, 2nd, 3rd ... of them; then it is looked at what a server would find. The same for a backup, and for both with a
 * disk that fails at any call of SQLite's.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"
#include "store/store_backup.h"
#include "store/store_file.h"
#include "store/store_internal.h"
#include "test_store.h"
#include "test_vfs.h"

#include <dlfcn.h>

#define OLD_MESSAGES 5 /* of which the backup has the first three */
#define NEW_MESSAGES 3
#define DIED         9

static long steps_left = -1; /* until the process dies; -1: it does not */

static void step(void) {
    if (steps_left > 0 && --steps_left == 0)
        _exit(DIED);
}

#define STEP_PATHS(name, count_args, ...)                                                          \
    int name(__VA_ARGS__) {                                                                        \
        step();                                                                                    \
        return ((int (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))count_args;                          \
    }
STEP_PATHS(unlink, (path), const char *path)
STEP_PATHS(rename, (from, to), const char *from, const char *to)
STEP_PATHS(link, (from, to), const char *from, const char *to)
STEP_PATHS(fsync, (fd), int fd)

/* A server was killed: two messages stand in its write-ahead log alone, and there is a backup from before them. */
struct place {
    struct test_dir dir;
    char backup[128];
};

static void place_make(struct place *place) {
    struct test_store t = {0};
    struct store_summary summary;
    const char *message = NULL;
    test_dir_make_in_memory(&t.dir);
    test_store_open(&t);
    test_store_people(&t, 1, 1);
    for (int64_t id = 1; id <= NEW_MESSAGES; id++)
        test_store_send(&t, fact_message(id, 1, id, 1));
    snprintf(place->backup, sizeof place->backup, "%s/backup", t.dir.path);
    assert_int_equal(store_backup(t.dir.path, place->backup, NULL, &summary, &message), ERR_OK);
    assert_int_equal(store_checkpoint(t.store), ERR_OK);
    for (int64_t id = NEW_MESSAGES + 1; id <= OLD_MESSAGES; id++)
        test_store_send(&t, fact_message(id, 1, id, 1));
    store_db_leave(&t.store->db);
    test_store_close(&t);
    arena_deinit(&t.arena);
    place->dir = t.dir;
}

static enum err restore(const struct place *place) {
    struct store_summary summary;
    const char *kept = NULL, *message = NULL;
    return store_restore(place->dir.path, place->backup, &summary, &kept, &message);
}

/* How many messages a server finds; 0: it refuses because a restore is to be finished. */
static int count_messages(const struct place *place) {
    const struct store_options options = {.directory = place->dir.path};
    struct chat_stored_message found;
    struct arena arena = {0};
    struct store *store = NULL;
    const char *message = NULL;
    int count = 0;
    enum err error = store_open(&options, &store, &message);
    if (error != ERR_OK) {
        assert_int_equal(error, ERR_UNAVAILABLE);
        return 0;
    }
    assert_int_equal(store->trust, STORE_WHOLE);
    while (store_find_message(store, count + 1, &arena, &found) == ERR_OK)
        count++;
    store_db_leave(&store->db);
    store_close(store);
    arena_deinit(&arena);
    return count;
}

static bool dies_at(const struct place *place, long nth, enum err (*verb)(const struct place *)) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        steps_left = nth;
        _exit(verb(place) == ERR_OK ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 1);
    return WEXITSTATUS(status) == DIED;
}

/* threat 77 */
static void a_restore_may_die_at_any_step(void **state) {
    bool dies = true;
    int unfinished = 0, olds = 0;
    (void)state;
    for (long nth = 1; dies; nth++) {
        struct place place;
        place_make(&place);
        dies = dies_at(&place, nth, restore);
        int count = count_messages(&place);
        if (count != 0 && count != OLD_MESSAGES && count != NEW_MESSAGES)
            fail_msg("step %ld: a database of %d messages", nth, count);
        unfinished += count == 0;
        olds += count == OLD_MESSAGES;
        assert_int_equal(restore(&place), ERR_OK);
        assert_int_equal(count_messages(&place), NEW_MESSAGES);
        test_dir_remove(&place.dir);
    }
    assert_true(unfinished > 2 && olds > 2);
}

static const char *second_of(const struct place *place) {
    return test_dir_file(&place->dir, "second");
}

static enum err make_second(const struct place *place) {
    struct store_summary summary;
    const char *message = NULL;
    return store_backup(place->dir.path, second_of(place), NULL, &summary, &message);
}

/* threat 77: a file with the name of a backup is one. */
static void a_backup_may_die_at_any_step(void **state) {
    static const struct store_listener nobody = {NULL, NULL};
    bool dies = true;
    int without = 0;
    (void)state;
    for (long nth = 1; dies; nth++) {
        struct place place;
        struct store_summary found = {0};
        const char *message = NULL;
        place_make(&place);
        dies = dies_at(&place, nth, make_second);
        if (access(second_of(&place), F_OK) == 0) {
            assert_int_equal(store_verify(second_of(&place), &nobody, &found, &message), ERR_OK);
            assert_int_equal(found.messages, OLD_MESSAGES);
        } else {
            without++;
            assert_int_equal(make_second(&place),
                             ERR_OK); /* what is left over is in nobody's way */
        }
        test_dir_remove(&place.dir);
    }
    assert_true(without > 1);
}

/* threat 73, 74: what SQLite does to the disk fails at any call: the verb says so, and nothing is worse than before. */

static void a_disk_may_fail_under_a_restore(void **state) {
    static const enum test_vfs_fault faults[] = {TEST_VFS_EIO, TEST_VFS_FULL, TEST_VFS_SHORT};
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(faults); i++) {
        bool has_failed = true;
        for (long nth = 1; has_failed; nth += 3) {
            struct place place;
            test_vfs_install();
            place_make(&place);
            test_vfs_fail(nth, faults[i], true);
            enum err error = restore(&place);
            has_failed = test_vfs_has_failed();
            test_vfs_heal();
            assert_int_equal(count_messages(&place), error == ERR_OK ? NEW_MESSAGES : OLD_MESSAGES);
            test_dir_remove(&place.dir);
        }
    }
}

static void a_disk_may_fail_under_a_backup(void **state) {
    static const enum test_vfs_fault faults[] = {TEST_VFS_EIO, TEST_VFS_FULL, TEST_VFS_SHORT};
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(faults); i++) {
        bool has_failed = true;
        int failed = 0;
        for (long nth = 1; has_failed; nth += 2) {
            struct place place;
            test_vfs_install();
            place_make(&place);
            test_vfs_fail(nth, faults[i], true);
            enum err error = make_second(&place);
            has_failed = test_vfs_has_failed();
            test_vfs_heal();
            failed += error != ERR_OK;
            assert_int_equal(access(second_of(&place), F_OK) == 0, error == ERR_OK);
            assert_int_equal(count_messages(&place), OLD_MESSAGES);
            test_dir_remove(&place.dir);
        }
        assert_true(failed > 5);
    }
}

static int silence(void **state) {
    (void)state;
    log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_restore_may_die_at_any_step),
        cmocka_unit_test(a_backup_may_die_at_any_step),
        cmocka_unit_test(a_disk_may_fail_under_a_restore),
        cmocka_unit_test(a_disk_may_fail_under_a_backup),
    };
    return cmocka_run_group_tests(tests, silence, NULL);
}
