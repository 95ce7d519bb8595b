/* test_store_open.c: opening a data directory, and the sentence when it cannot be.
 *
 * SPDX-License-Identifier: MIT
 */
#include "store/store_internal.h"
#include "test_store.h"

static enum err try_open(const char *directory, const char **message) {
    const struct store_options options = {.directory = directory};
    struct store *store = NULL;
    *message = NULL;
    enum err error = store_open(&options, &store, message);
    if (error == ERR_OK)
        store_close(store);
    return error;
}

static void fill_file(const char *path, const char *text, size_t count) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, count, file), count);
    fclose(file);
}

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

static void a_missing_directory_is_made_for_its_owner_alone(void **state) {
    char path[512];
    const char *message;
    struct stat status;
    snprintf(path, sizeof(path), "%s", test_dir_file(*state, "data"));
    assert_int_equal(try_open(path, &message), ERR_OK);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_int_equal(stat(test_dir_file(*state, "data/parley.db"), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_missing_parent_is_named(void **state) {
    const char *message;
    assert_int_equal(try_open(test_dir_file(*state, "no/such"), &message), ERR_NOT_FOUND);
    assert_non_null(strstr(message, "no/such cannot be made"));
}

static void a_file_in_place_of_the_directory_is_named(void **state) {
    const char *message;
    char path[512];
    snprintf(path, sizeof(path), "%s", test_dir_file(*state, "data"));
    fill_file(path, "x", 1);
    assert_int_not_equal(try_open(path, &message), ERR_OK);
    assert_non_null(strstr(message, "cannot be made"));
}

/* threat 75: one sentence, and the other server goes on. */
static void a_second_server_is_told_who_has_it(void **state) {
    struct test_dir *dir = *state;
    const struct store_options options = {.directory = dir->path};
    struct store *store;
    const char *message;
    char process[64];
    assert_int_equal(store_open(&options, &store, &message), ERR_OK);
    assert_int_equal(try_open(dir->path, &message), ERR_BUSY);
    snprintf(process, sizeof(process), "in use by another server (process %ld)", (long)getpid());
    assert_non_null(strstr(message, process));
    store_close(store);
    assert_int_equal(try_open(dir->path, &message), ERR_OK);
}

/* Goal: a clear sentence instead of a crash where nothing can be written. Method: a child without root's rights. */
static void a_directory_that_may_not_be_written_is_refused(void **state) {
    struct test_dir *dir = *state;
    chmod(dir->path, 0555);
    pid_t child = fork();
    if (child == 0) {
        const char *message = "";
        if (getuid() == 0 && setuid(65534) != 0)
            _exit(2);
        enum err error = try_open(dir->path, &message);
        _exit(error == ERR_DENIED && strstr(message, "permission denied") != NULL ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_file_that_is_no_database_is_left_alone(void **state) {
    struct test_dir *dir = *state;
    const char *message;
    char text[8192], after[8192];
    memset(text, 'x', sizeof(text));
    fill_file(test_dir_file(dir, "parley.db"), text, sizeof(text));
    assert_int_equal(try_open(dir->path, &message), ERR_CORRUPT);
    assert_non_null(strstr(message, "damaged"));
    FILE *file = fopen(test_dir_file(dir, "parley.db"), "rb");
    assert_int_equal(fread(after, 1, sizeof(after), file), sizeof(after));
    fclose(file);
    assert_memory_equal(text, after, sizeof(text));
}

static void a_database_of_something_else_is_refused(void **state) {
    struct test_dir *dir = *state;
    const char *message;
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(test_dir_file(dir, "parley.db"), &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "CREATE TABLE t (x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(other);
    assert_int_equal(try_open(dir->path, &message), ERR_INVALID);
    assert_non_null(strstr(message, "not a database of Parley"));
}

static void the_secret_is_made_once(void **state) {
    struct test_dir *dir = *state;
    const struct store_options options = {.directory = dir->path};
    struct store *store;
    const char *message;
    unsigned char first[STORE_SECRET_BYTES], zero[STORE_SECRET_BYTES] = {0};
    assert_int_equal(store_open(&options, &store, &message), ERR_OK);
    assert_int_equal(store_secret(store).len, STORE_SECRET_BYTES);
    memcpy(first, store_secret(store).at, sizeof(first));
    store_close(store);
    assert_memory_not_equal(first, zero, sizeof(first));
    assert_int_equal(store_open(&options, &store, &message), ERR_OK);
    assert_memory_equal(first, store_secret(store).at, sizeof(first));
    store_close(store);
}

static int64_t pragma_of(struct store *store, const char *text) {
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(store->db.handle, text, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

static void the_connection_is_set_for_safety(void **state) {
    struct test_dir *dir = *state;
    const struct store_options options = {.directory = dir->path};
    struct store *store;
    const char *message;
    sqlite3_stmt *statement = NULL;
    int defensive = 0;
    assert_int_equal(store_open(&options, &store, &message), ERR_OK);
    assert_int_equal(pragma_of(store, "PRAGMA synchronous"), 2);
    assert_int_equal(pragma_of(store, "PRAGMA foreign_keys"), 1);
    assert_int_equal(pragma_of(store, "PRAGMA secure_delete"), 1);
    assert_int_equal(pragma_of(store, "PRAGMA trusted_schema"), 0);
    assert_int_equal(pragma_of(store, "PRAGMA cell_size_check"), 1);
    assert_int_equal(pragma_of(store, "PRAGMA busy_timeout"), 5000);
    assert_int_equal(pragma_of(store, "PRAGMA wal_autocheckpoint"), 0);
    assert_int_equal(pragma_of(store, "PRAGMA journal_size_limit"), 64 << 20);
    assert_int_equal(
        sqlite3_prepare_v2(store->db.handle, "PRAGMA journal_mode", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(statement, 0), "wal");
    sqlite3_finalize(statement);
    sqlite3_db_config(store->db.handle, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
    assert_int_equal(defensive, 1);
    store_close(store);
}

int main(void) {
#define OPEN_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        OPEN_TEST(a_missing_directory_is_made_for_its_owner_alone),
        OPEN_TEST(a_missing_parent_is_named),
        OPEN_TEST(a_file_in_place_of_the_directory_is_named),
        OPEN_TEST(a_second_server_is_told_who_has_it),
        OPEN_TEST(a_directory_that_may_not_be_written_is_refused),
        OPEN_TEST(a_file_that_is_no_database_is_left_alone),
        OPEN_TEST(a_database_of_something_else_is_refused),
        OPEN_TEST(the_secret_is_made_once),
        OPEN_TEST(the_connection_is_set_for_safety),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
