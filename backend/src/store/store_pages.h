/* store_pages.h: where SQLite keeps the pages that it has read: in memory of their own.
 *
 * A page in SQLite's cache lives for seconds or hours, and most of what a server holds are such pages. In malloc's heaps they would lie
 * between messages and answers that come and go, so that a heap grows to several times what is in it, and the few small pieces
 * that stay keep all of it from going back to the system. Here they lie side by side: in slots of one size, the lowest free one first, and
 * what lies free between two looks goes back.
 *
 * With a sanitizer malloc has them all, so that what is written beside a page is found.
 *
 * Thread: any.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include <stddef.h>

/* SQLite asks here for memory, and malloc for what is no page. Before anything else of SQLite runs. */
void store_pages_install(void);
/* What is free goes back to the system, as malloc_trim does for malloc. */
void store_pages_give_back(void);

/* Inspection */

/* Slots that are taken. */
size_t store_pages_taken(void);
/* Slots that there are; 0: malloc has them all. */
size_t store_pages_count(void);
