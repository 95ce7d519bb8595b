/* store_gather.h: a commit as one write.
 *
 * SQLite appends a commit to its write-ahead log page by page, with two calls to the system for each: one for 24 bytes of head,
 * one for the page. For a batch of messages these calls cost as much as half of what SQLite does itself. This file system stands
 * between the writing connection and the default one and puts appends that lie behind each other into one write. All other
 * files, and all other connections, go straight through.
 *
 * What SQLite relies on stays true:
 *   1. before a sync returns, and before another connection hears of a commit, everything before it is in the file
 *   2. the writing connection reads what it has written
 *   3. a write that fails is an error of a later call of the same transaction: at the latest of its last write; every further write
 *      and sync then fails too, until the file is opened anew (store_recover.c does); what was committed can be read
 *
 * Thread: that of the connection that is opened with it; store_gather_vfs from any, before there are several.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

/* The name to open the writing connection with. It stands on what is SQLite's default file system at this moment. */
const char *store_gather_vfs(void);
