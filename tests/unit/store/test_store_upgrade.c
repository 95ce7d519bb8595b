/* test_store_upgrade.c: a database of the first schema becomes one of the present one, whatever the disk does meanwhile.
 *
 * An upgrade is repeated with the 1st, 2nd, 3rd ... call to the disk failing, and with the power going at each of them: in a soak;
 * else at every fourth, other ones each time. The next start must find everything that was there before.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/buf.h"
#include "base/log.h"
#include "store/store_internal.h"
#include "store/store_lock.h"
#include "store/store_message.h"
#include "store/store_migrate.h"
#include "store/store_sum.h"
#include "store/store_upgrade.h"
#include "store/store_verify.h"
#include "test_random.h"
#include "test_store.h"
#include "test_vfs.h"

#include <dirent.h>

#define USERS    40
#define MESSAGES 30
#define COPY     "before-upgrade-from-1.db"

/* Making an old one */

static enum err open_plainly(const char *path, struct store_db *db) {
    int code = sqlite3_open(path, &db->handle);
    return code == SQLITE_OK ? store_sum_attach(db) : ERR_IO;
}

static void run_text(struct store_db *db, struct buf *text) {
    assert_int_equal(store_db_script(db, buf_c(text)), ERR_OK);
    buf_clear(text);
}

static void add_message(struct store_db *db, struct buf *text, int64_t id) {
    char body[900], nonce[16];
    memset(body, 'x', sizeof body);
    struct store_message_row row = {
        .id = id, .room = 1, .seq = id, .author = 1 + id % USERS, .created_at_ms = 1000 + id};
    row.body = str_of(body, sizeof body);
    row.nonce = str_of(nonce, (size_t)snprintf(nonce, sizeof nonce, "n%lld", (long long)id));
    buf_printf(text,
               "INSERT INTO message (id, room, seq, author, nonce, body, created_at_ms, checksum)"
               " VALUES (%lld, 1, %lld, %lld, '%s', '%.*s', %lld, %lld);"
               "INSERT INTO event VALUES (%lld, 'message:new', 2, 1, NULL, %lld, %lld, NULL);",
               (long long)id, (long long)id, (long long)row.author, nonce, STR_ARG(row.body),
               (long long)row.created_at_ms, (long long)store_message_checksum(&row), (long long)id,
               (long long)id, (long long)row.created_at_ms);
    run_text(db, text);
}

/* As a server of the first schema left it when it stopped. */
static void make_old(const struct test_dir *dir) {
    struct store_db db = {0};
    struct buf text = BUF_EMPTY;
    assert_int_equal(open_plainly(test_dir_file(dir, "parley.db"), &db), ERR_OK);
    assert_int_equal(store_db_script(&db, "PRAGMA journal_mode = WAL"), ERR_OK);
    assert_int_equal(store_migrate(&db, store_migrations, 1), ERR_OK);
    buf_printf(&text,
               "BEGIN; INSERT INTO meta VALUES ('secret', randomblob(%d));"
               "INSERT INTO room VALUES (1, 'r', 'r', '', 'public', NULL, 1, 0, 0, 0);",
               STORE_SECRET_BYTES);
    run_text(&db, &text);
    for (int64_t id = 1; id <= USERS; id++) {
        buf_printf(&text,
                   "INSERT INTO user VALUES (%lld, 'u%lld', 'u', 'guest', 'guest', NULL, 'online', "
                   "NULL, 1, 1); INSERT INTO member VALUES (1, %lld, 'member', 1, 0, 0, 'all', 0);",
                   (long long)id, (long long)id, (long long)id);
        run_text(&db, &text);
    }
    for (int64_t id = 1; id <= MESSAGES; id++)
        add_message(&db, &text, id);
    assert_int_equal(store_db_script(&db, "COMMIT"), ERR_OK);
    store_db_close(&db);
    buf_deinit(&text);
}

/* Looking at it */

static void ignore(void *context, const char *line) {
    (void)context;
    print_message("%s\n", line);
}

static void assert_whole(const char *path, int64_t version) {
    static const struct store_listener listener = {NULL, ignore};
    struct store_summary found;
    const char *message = NULL;
    assert_int_equal(store_verify(path, &listener, &found, &message), ERR_OK);
    assert_int_equal(found.faults, 0);
    assert_int_equal(found.version, version);
    assert_int_equal(found.users, USERS);
    assert_int_equal(found.members, USERS);
    assert_int_equal(found.messages, MESSAGES);
    assert_int_equal(found.events, MESSAGES);
}

static enum err open_once(const struct test_dir *dir) {
    const struct store_options options = {.directory = dir->path, .event_keep_ms = INT64_MAX / 2};
    const char *message = NULL;
    struct store *store = NULL;
    enum err error = store_open(&options, &store, &message);
    if (error == ERR_OK)
        store_close(store);
    return error;
}

static const char *copy_of(const struct test_dir *dir) {
    return test_dir_file(dir, COPY);
}

static void assert_upgraded(const struct test_dir *dir) {
    assert_int_equal(open_once(dir), ERR_OK);
    assert_whole(test_dir_file(dir, "parley.db"), store_migration_count);
}

static int count_files(const struct test_dir *dir) {
    int count = 0;
    DIR *listing = opendir(dir->path);
    assert_non_null(listing);
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

/* Without faults */

static void an_old_database_is_copied_before_it_is_changed(void **state) {
    struct test_dir dir;
    (void)state;
    test_dir_make(&dir);
    make_old(&dir);
    assert_upgraded(&dir);
    assert_whole(copy_of(&dir), 1);
    assert_int_equal(unlink(copy_of(&dir)), 0);
    assert_int_equal(open_once(&dir), ERR_OK); /* there is nothing to be changed any more */
    assert_int_not_equal(access(copy_of(&dir), F_OK), 0);
    test_dir_remove(&dir);
}

static void a_new_database_is_not_copied(void **state) {
    struct test_dir dir;
    (void)state;
    test_dir_make(&dir);
    assert_int_equal(open_once(&dir), ERR_OK);
    assert_int_equal(count_files(&dir), 2); /* the database and the lock */
    test_dir_remove(&dir);
}

/* What went wrong the first time may have left one. */
static void an_older_copy_is_replaced(void **state) {
    struct test_dir dir;
    (void)state;
    test_dir_make(&dir);
    make_old(&dir);
    FILE *file = fopen(copy_of(&dir), "w");
    assert_non_null(file);
    fputs("older", file);
    fclose(file);
    assert_upgraded(&dir);
    assert_whole(copy_of(&dir), 1);
    test_dir_remove(&dir);
}

/* An acked event that is not there may stand behind damage in the write-ahead log; writing would be the end of it. */
static void a_damaged_database_is_not_upgraded(void **state) {
    struct test_dir dir;
    int fd = -1;
    long owner = 0;
    (void)state;
    test_dir_make(&dir);
    make_old(&dir);
    assert_int_equal(store_lock_open(test_dir_file(&dir, "parley.lock"), &fd, &owner), ERR_OK);
    store_lock_mark(fd, MESSAGES + 1);
    store_lock_close(fd);
    assert_int_equal(open_once(&dir), ERR_CORRUPT);
    assert_whole(test_dir_file(&dir, "parley.db"), 1);
    assert_int_not_equal(access(copy_of(&dir), F_OK), 0);
    test_dir_remove(&dir);
}

/* With faults */

static long step(void) {
    return getenv("SOAK_MINUTES") != NULL ? 1 : 4;
}

static void begin_faults(struct test_dir *dir) {
    test_dir_make_in_memory(dir);
    test_vfs_install();
    make_old(dir); /* closing has synced it */
}

/* threat 73, 74: any call to the disk fails, once or from then on. Without a copy nothing was changed, and the next start
 * goes on from there. */
static void sweep(enum test_vfs_fault fault, bool lasting) {
    struct test_dir dir;
    bool has_failed = true;
    int refused = 0, uncopied = 0;
    struct test_random random = test_random_stream(10 + fault);
    long nth = 1 + (long)test_random_below(&random, (size_t)step());
    for (; has_failed; nth += step()) {
        begin_faults(&dir);
        test_vfs_fail(nth, fault, lasting);
        refused += open_once(&dir) != ERR_OK;
        has_failed = test_vfs_has_failed();
        test_vfs_heal();
        if (access(copy_of(&dir), F_OK) != 0) {
            assert_whole(test_dir_file(&dir, "parley.db"), 1);
            uncopied++;
        }
        assert_upgraded(&dir);
        assert_whole(copy_of(&dir), 1);
        test_dir_remove(&dir);
    }
    assert_true(nth > 100); /* it went through everything that an upgrade does */
    assert_true(refused > 5 && uncopied > 5);
}

static void any_call_may_fail(void **state) {
    (void)state;
    sweep(TEST_VFS_EIO, false);
    sweep(TEST_VFS_EIO, true);
}

static void any_write_may_find_no_space(void **state) {
    (void)state;
    sweep(TEST_VFS_FULL, true);
    sweep(TEST_VFS_SHORT, false);
}

/* threat 77, 78: kill -9 and power cuts. */

static enum err upgrade(const struct test_dir *dir) {
    return open_once(dir);
}

/* Negative control: each statement for itself, as if a file were no transaction. */
static enum err upgrade_badly(const struct test_dir *dir) {
    struct store_db db = {0};
    enum err error = open_plainly(test_dir_file(dir, "parley.db"), &db);
    for (int i = 1; i < store_migration_count && error == ERR_OK; i++)
        error = store_db_script(&db, store_migrations[i].script);
    store_db_leave(&db);
    store_db_close(&db);
    return error;
}

/* Cuts the power at every call in turn; how many of them leave what the next start cannot use. */
static int cut_everywhere(enum err (*run)(const struct test_dir *), enum test_vfs_cut how) {
    struct test_random random = test_random_stream(20 + how);
    struct test_dir dir, left;
    bool is_cut = true;
    int bad = 0;
    for (long nth = 1 + (long)test_random_below(&random, (size_t)step()); is_cut; nth += step()) {
        begin_faults(&dir);
        test_vfs_cut(nth);
        (void)run(&dir);
        is_cut = test_vfs_is_cut();
        test_vfs_cut_now();
        test_dir_make_in_memory(&left);
        test_vfs_survivors(left.path, how, &random);
        test_dir_remove(&dir);
        test_vfs_install();
        if (open_once(&left) == ERR_OK)
            assert_whole(test_dir_file(&left, "parley.db"), store_migration_count);
        else
            bad++;
        test_dir_remove(&left);
    }
    return bad;
}

static void power_may_go_at_any_call(void **state) {
    (void)state;
    for (int how = 0; how < TEST_VFS_CUT_COUNT; how++)
        assert_int_equal(cut_everywhere(upgrade, (enum test_vfs_cut)how), 0);
}

static void without_transactions_a_kill_would_leave_half_a_schema(void **state) {
    (void)state;
    assert_int_not_equal(cut_everywhere(upgrade_badly, TEST_VFS_KEEP), 0);
}

static int silence(void **state) {
    (void)state;
    log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_database_is_copied_before_it_is_changed),
        cmocka_unit_test(a_new_database_is_not_copied),
        cmocka_unit_test(an_older_copy_is_replaced),
        cmocka_unit_test(a_damaged_database_is_not_upgraded),
        cmocka_unit_test(any_call_may_fail),
        cmocka_unit_test(any_write_may_find_no_space),
        cmocka_unit_test(power_may_go_at_any_call),
        cmocka_unit_test(without_transactions_a_kill_would_leave_half_a_schema),
    };
    return test_random_report(cmocka_run_group_tests(tests, silence, NULL));
}
