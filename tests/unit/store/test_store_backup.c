/* test_store_backup.c: copies of a database in use, and the way back.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_backup.h"
#include "store/store_file.h"
#include "store/store_internal.h"
#include "store/store_load.h"
#include "store/store_lock.h"
#include "test_sink.h"
#include "test_store.h"

static const struct store_log_entry none = {.event = PROTO_EVENT_NONE};

static int setup(void **state) {
    test_store_setup(state);
    struct test_store *t = *state;
    test_store_people(t, 2, 1);
    for (int64_t id = 1; id <= 3; id++)
        test_store_send(t, fact_message(id, 1, id, 1));
    return 0;
}

static const char *backup_path(struct test_store *t) {
    static char path[512];
    snprintf(path, sizeof path, "%s/copy", t->dir.path);
    return path;
}

static enum err backup(struct test_store *t, struct store_summary *out) {
    const char *message = NULL;
    enum err error = store_backup(t->dir.path, backup_path(t), NULL, out, &message);
    if (error != ERR_OK)
        assert_non_null(message);
    return error;
}

static void assert_no_leftovers(struct test_store *t) {
    assert_int_not_equal(access(test_dir_file(&t->dir, "copy.unfinished"), F_OK), 0);
    assert_int_not_equal(access(test_dir_file(&t->dir, "copy-wal"), F_OK), 0);
    assert_int_not_equal(access(test_dir_file(&t->dir, "copy-journal"), F_OK), 0);
}

/* Making */

static void a_backup_has_what_was_committed_and_nothing_else(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    struct stat status;
    test_store_begin(t);
    assert_int_equal(test_store_try(t, fact_message(4, 1, 4, 1), none), ERR_OK);
    assert_int_equal(backup(t, &summary), ERR_OK);
    store_batch_rollback(t->store);
    t->pos--;
    assert_int_equal(summary.messages, 3);
    assert_int_equal(summary.end_pos, t->pos);
    assert_int_equal(stat(backup_path(t), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_no_leftovers(t);
}

static void a_backup_never_replaces_a_file(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_send(t, fact_message(4, 1, 4, 1));
    assert_int_equal(backup(t, &summary), ERR_INVALID);
}

static void a_damaged_database_is_not_backed_up(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    assert_int_equal(store_db_script(&t->store->db, "UPDATE message SET body = 'x' WHERE id = 2"),
                     ERR_OK);
    assert_int_equal(backup(t, &summary), ERR_CORRUPT);
    assert_int_not_equal(access(backup_path(t), F_OK), 0);
    assert_no_leftovers(t);
}

static void there_must_be_something_to_back_up_and_somewhere_to_put_it(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    const char *message = NULL;
    assert_int_equal(store_backup("/nonexistent", backup_path(t), NULL, &summary, &message),
                     ERR_NOT_FOUND);
    assert_int_equal(store_backup(t->dir.path, "/nonexistent/copy", NULL, &summary, &message),
                     ERR_NOT_FOUND);
}

/* Coming back */

static enum err restore(struct test_store *t, const char **kept, const char **message) {
    struct store_summary summary;
    return store_restore(t->dir.path, backup_path(t), &summary, kept, message);
}

static void the_database_before_a_restore_is_kept(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    struct chat_stored_message found;
    const char *kept = NULL, *message = NULL;
    char old[1200];
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_send(t, fact_message(4, 1, 4, 1));
    int64_t end = t->pos;
    test_store_close(t);
    assert_int_equal(restore(t, &kept, &message), ERR_OK);
    test_store_open(t);
    assert_int_equal(store_find_message(t->store, 3, &t->arena, &found), ERR_OK);
    assert_int_equal(store_find_message(t->store, 4, &t->arena, &found), ERR_NOT_FOUND);
    assert_true(t->store->end_pos > end); /* no position is given a second time */
    assert_int_equal(store_first_pos(t->store), t->store->end_pos);
    t->pos = t->store->end_pos;
    test_store_send(t, fact_message(4, 1, 4, 2));
    snprintf(old, sizeof old, "%s/" STORE_FILE_DATABASE, kept);
    static const struct store_listener nobody = {NULL, NULL};
    assert_int_equal(store_verify(old, &nobody, &summary, &message), ERR_OK);
    assert_int_equal(summary.messages, 4);
}

/* The mark goes with it: what comes after a restore is guarded as before. */
static void clients_from_before_a_restore_start_afresh(void **state) {
    struct test_store *t = *state;
    static const int64_t rooms[] = {1};
    struct store_summary summary;
    struct store_events events;
    const char *kept = NULL, *message = NULL;
    int64_t seen = t->pos;
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_close(t);
    assert_int_equal(restore(t, &kept, &message), ERR_OK);
    test_store_open(t);
    assert_int_equal(
        store_read_events(t->reader, 1, rooms, 1, seen, t->store->end_pos, 10, &t->arena, &events),
        ERR_NOT_FOUND);
    assert_int_equal(store_lock_marked(t->store->lock_fd), t->store->end_pos);
}

static void nothing_is_restored_under_a_running_server(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    const char *kept = NULL, *message = NULL;
    assert_int_equal(backup(t, &summary), ERR_OK);
    assert_int_equal(restore(t, &kept, &message), ERR_BUSY);
    assert_non_null(strstr(message, "stop it first"));
}

static void a_damaged_backup_is_not_restored(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    const char *kept = NULL, *message = NULL;
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_close(t);
    static char bytes[1 << 20];
    int fd = open(backup_path(t), O_RDWR | O_CLOEXEC);
    ssize_t count = read(fd, bytes, sizeof bytes);
    const char *text = memmem(bytes, (size_t)count, "text 2", 6);
    assert_non_null(text);
    assert_int_equal(pwrite(fd, "tent", 4, text - bytes), 4);
    close(fd);
    assert_int_equal(restore(t, &kept, &message), ERR_CORRUPT);
    test_store_open(t);
    assert_int_equal(t->store->trust, STORE_WHOLE);
}

/* Between its two databases a directory has none, and a server that made a new one would lose both. */
static void a_restore_that_was_cut_off_is_done_again(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    const struct store_options options = {.directory = t->dir.path};
    const char *kept = NULL, *message = NULL;
    struct store *store = NULL;
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_close(t);
    assert_int_equal(store_file_make(test_dir_file(&t->dir, STORE_FILE_UNFINISHED)), ERR_OK);
    assert_int_equal(unlink(test_dir_file(&t->dir, STORE_FILE_DATABASE)), 0);
    assert_int_equal(store_open(&options, &store, &message), ERR_UNAVAILABLE);
    assert_non_null(strstr(message, "run parley restore again"));
    assert_int_equal(restore(t, &kept, &message), ERR_OK);
    test_store_open(t);
}

/* Root restores, the server is not root: it must find files that it may write. */
static void what_root_restores_belongs_to_the_owner_of_the_directory(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    struct stat status;
    const char *kept = NULL, *message = NULL;
    const uid_t owner = geteuid() == 0 ? 65534 : geteuid();
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_close(t);
    assert_int_equal(chown(t->dir.path, owner, (gid_t)-1), 0);
    assert_int_equal(unlink(test_dir_file(&t->dir, STORE_FILE_LOCK)), 0);
    assert_int_equal(restore(t, &kept, &message), ERR_OK);
    const char *const names[] = {strrchr(kept, '/') + 1, STORE_FILE_DATABASE, STORE_FILE_LOCK};
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        assert_int_equal(stat(test_dir_file(&t->dir, names[i]), &status), 0);
        assert_int_equal(status.st_uid, owner);
    }
    test_store_open(t);
}

/* A database of a server that was killed has half of its content in the log beside it. */
static void a_database_with_its_log_can_be_restored_as_well(void **state) {
    struct test_store *t = *state;
    struct store_summary summary;
    struct test_dir other;
    const char *kept = NULL, *message = NULL;
    test_dir_make(&other);
    assert_int_equal(store_restore(other.path, store_path(t->store), &summary, &kept, &message),
                     ERR_OK);
    assert_null(kept);
    assert_int_equal(summary.messages, 3);
    test_dir_remove(&other);
}

static void a_database_that_is_gone_is_not_made_anew(void **state) {
    struct test_store *t = *state;
    const struct store_options options = {.directory = t->dir.path};
    const char *message = NULL;
    struct store *store = NULL;
    struct store_summary summary;
    const char *kept = NULL;
    assert_int_equal(backup(t, &summary), ERR_OK);
    test_store_close(t);
    assert_int_equal(unlink(test_dir_file(&t->dir, STORE_FILE_DATABASE)), 0);
    assert_int_equal(store_open(&options, &store, &message), ERR_NOT_FOUND);
    assert_non_null(strstr(message, "restore a backup"));
    assert_int_equal(restore(t, &kept, &message), ERR_OK);
    test_store_open(t);
}

int main(void) {
#define BACKUP_TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_store_teardown)
    const struct CMUnitTest tests[] = {
        BACKUP_TEST(a_backup_has_what_was_committed_and_nothing_else),
        BACKUP_TEST(a_backup_never_replaces_a_file),
        BACKUP_TEST(a_damaged_database_is_not_backed_up),
        BACKUP_TEST(there_must_be_something_to_back_up_and_somewhere_to_put_it),
        BACKUP_TEST(the_database_before_a_restore_is_kept),
        BACKUP_TEST(clients_from_before_a_restore_start_afresh),
        BACKUP_TEST(nothing_is_restored_under_a_running_server),
        BACKUP_TEST(a_damaged_backup_is_not_restored),
        BACKUP_TEST(a_restore_that_was_cut_off_is_done_again),
        BACKUP_TEST(what_root_restores_belongs_to_the_owner_of_the_directory),
        BACKUP_TEST(a_database_with_its_log_can_be_restored_as_well),
        BACKUP_TEST(a_database_that_is_gone_is_not_made_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
