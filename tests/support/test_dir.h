/* test_dir.h: a directory that is gone after the test.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "test.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>

struct test_dir {
    char path[64];
};

static inline void test_dir_make(struct test_dir *dir) {
    const char *temporary = getenv("TMPDIR");
    int length = snprintf(dir->path, sizeof(dir->path), "%s/parley-test-XXXXXX",
                          temporary != NULL ? temporary : "/tmp");
    assert_true(length > 0 && (size_t)length < sizeof(dir->path));
    assert_non_null(mkdtemp(dir->path));
}

/* Where syncing costs nothing, if there is such a place: for tests that have a disk of their own making. */
static inline void test_dir_make_in_memory(struct test_dir *dir) {
    snprintf(dir->path, sizeof(dir->path), "/dev/shm/parley-test-XXXXXX");
    if (mkdtemp(dir->path) == NULL)
        test_dir_make(dir);
}

static inline int test_dir_remove_one(const char *path, const struct stat *status, int kind,
                                      struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline void test_dir_remove(struct test_dir *dir) {
    chmod(dir->path, 0700);
    assert_int_equal(nftw(dir->path, test_dir_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* "<directory>/<name>", valid until the next call. */
static inline const char *test_dir_file(const struct test_dir *dir, const char *name) {
    static char path[512];
    snprintf(path, sizeof(path), "%s/%s", dir->path, name);
    return path;
}
