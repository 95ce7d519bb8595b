/* store_thread.h: threads: replies, and who follows them.
 *
 * Thread: core for writing, READER for reading.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_port.h"
#include "store/store_read.h"
#include "store/store_sql.h"

/* A reply was added (MESSAGE_NEW with a thread): its author follows the thread, and so do those whom it mentions and, from the
 * first reply on, who has begun it; but for those who have said that they do not want to. */
enum err store_thread_replied(struct store_db *db, const struct chat_message_fact *message);
/* MESSAGE_THREADED: the root has another count. */
enum err store_thread_grown(struct store_db *db, const struct chat_fact *fact);
/* THREAD_ME. */
enum err store_thread_me(struct store_db *db, const struct chat_fact *fact);
/* As chat_port.h says of find_follow. */
enum err store_thread_find(struct store_db *db, chat_user_id user, chat_message_id thread,
                           struct chat_follow *out);

struct store_threads {
    struct proto_followed_thread *threads; /* in the order of their roots' ids */
    size_t count;
    bool more;
};
/* Threads that the person follows, in rooms that he is in, behind the root `after`. */
enum err store_read_threads(struct store_reader *reader, int64_t user, int64_t after, int64_t limit,
                            struct arena *arena, struct store_threads *out);
