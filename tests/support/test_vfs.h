/* test_vfs.h: a file system for SQLite that fails when told to, and that can lose its power.
 *
 * It stands between SQLite and the real files and counts the calls that touch a disk (open, read, write, truncate, sync,
 * size, delete, map). A test says which of them fails, and how; or at which of them the power goes.
 *
 *     test_vfs_install();                                   once, before any connection is opened
 *     test_vfs_fail(17, TEST_VFS_EIO, false);               the 17th call from now fails
 *     ... work, which gets errors ...
 *     test_vfs_heal();
 *
 * Power: what was written is kept apart from what was synced, file by file. At the cut everything after it fails, and
 * test_vfs_survivors writes into another directory what a disk might hold then: what was synced, and of the rest any part, in
 * any order, torn at any sector. A sync that fails loses what it should have written: it can still be read (or not: both
 * happen in kernels), but no later sync writes it.
 *
 * Nothing is really synced, which makes it fast. One thread.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stdbool.h>

struct test_random;

enum test_vfs_fault {
    TEST_VFS_NONE,
    TEST_VFS_EIO,   /* the call does nothing and fails */
    TEST_VFS_FULL,  /* a write that makes a file longer finds no space; other calls fail as above */
    TEST_VFS_SHORT, /* a write writes its first half and finds no space; likewise */
    TEST_VFS_FAULT_COUNT
};

/* Makes it SQLite's default, and forgets all files and faults. Again and again. */
void test_vfs_install(void);

/* Faults */

/* Counts from here; the nth call fails, and with `lasting` all that could fail that way until test_vfs_heal. */
void test_vfs_fail(long nth, enum test_vfs_fault fault, bool lasting);
void test_vfs_heal(void);
/* Calls since test_vfs_install, test_vfs_fail or test_vfs_cut. */
long test_vfs_calls(void);
/* The fault has struck. */
bool test_vfs_has_failed(void);
/* Files that were opened since a sync failed for the last time; -1: none has failed. */
long test_vfs_opened_since_failed_sync(void);

/* Power */

enum test_vfs_cut {
    TEST_VFS_DROP, /* nothing unsynced has reached the disk */
    TEST_VFS_KEEP, /* everything has: the process was killed, the machine lives */
    TEST_VFS_SOME, /* any part of it, in any order, torn */
    TEST_VFS_CUT_COUNT
};

/* Counts from here; at the nth call the power goes. */
void test_vfs_cut(long nth);
/* The power goes now. */
void test_vfs_cut_now(void);
bool test_vfs_is_cut(void);
/* Writes what the disk holds into `directory`, under the files' own names. */
void test_vfs_survivors(const char *directory, enum test_vfs_cut how, struct test_random *random);
