/* store_read.h: history, single messages and the log, for readers.
 *
 * Reads ask no permission: the core has decided before what the person may read, and hands over exactly that.
 * Every query runs on an index and is bounded by a limit.
 *
 * Thread: READER (the one that opened the reader).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "chat/chat_port.h"

struct store_reader;

/* Opens a read-only connection on the database at `path`. Returns owned. */
enum err store_reader_open(const char *path, struct store_reader **out);
void store_reader_close(struct store_reader *reader);
/* Lets go of the pages that it keeps in memory. */
void store_reader_shrink(struct store_reader *reader);

struct store_page {
    struct proto_message *messages; /* oldest first */
    size_t count;
    bool has_before, has_after;
    int64_t *damaged; /* places on the page of which nothing can be shown */
    size_t damaged_count;
};
/* At most one of before, after, around (a seq, exclusive, exclusive, inclusive) is not 0; none: the newest. limit >= 1. */
enum err store_read_history(struct store_reader *reader, int64_t room, int64_t before,
                            int64_t after, int64_t around, int64_t limit, struct arena *arena,
                            struct store_page *out);
/* The same of a thread's replies. */
struct store_place {
    int64_t before, after, around, limit;
};
enum err store_read_thread(struct store_reader *reader, int64_t thread,
                           const struct store_place *place, struct arena *arena,
                           struct store_page *out);
/* ERR_NOT_FOUND when there is none; ERR_CORRUPT when it is damaged. */
enum err store_read_message(struct store_reader *reader, int64_t message, struct arena *arena,
                            struct chat_stored_message *out);

/* Does a file of that name on disk belong to a row? Any thread that opened the reader. */
enum err store_read_file_named(struct store_reader *reader, struct str file, bool *out);

struct store_versions {
    struct proto_version *versions; /* oldest first, the present text last */
    size_t count;
};
/* The texts that a message had; of a deleted one none. A text that is damaged is left out. ERR_NOT_FOUND, ERR_CORRUPT as
 * above. */
enum err store_read_versions(struct store_reader *reader, int64_t message, struct arena *arena,
                             struct store_versions *out);

struct store_audit {
    struct proto_audit_entry *entries; /* newest first */
    size_t count;
    bool more; /* there are older ones */
};
/* Entries of the audit log before that id (0: the newest): of a room, or with room 0 of everything but the rooms that are not
 * public and that `user` is not in. A damaged one is named in the log and left out. */
enum err store_read_audit(struct store_reader *reader, int64_t user, int64_t room, int64_t before,
                          int64_t limit, struct arena *arena, struct store_audit *out);

struct store_event {
    int64_t pos;
    enum proto_event event;
    struct str data; /* JSON of the payload, as it was (or would be now) sent */
};
struct store_events {
    struct store_event *events; /* ascending pos */
    size_t count;
    bool more; /* there are more than limit */
};
/* The events of (from_pos, to_pos] that `user` gets, who is in `rooms` (sorted) at to_pos: those for everybody, those for
 * him, those about people he shares a room with, and those of his rooms from the times he was in them. Events of rooms that
 * he is not in any more are left out. ERR_NOT_FOUND: the log does not reach back to from_pos (any more): start afresh;
 * likewise ERR_CORRUPT: one of the events is damaged. */
enum err store_read_events(struct store_reader *reader, int64_t user, const int64_t *rooms,
                           size_t room_count, int64_t from_pos, int64_t to_pos, int64_t limit,
                           struct arena *arena, struct store_events *out);

/* ---- For whoever follows the log */

/* Between these two everything that is read is of one moment, which also spares taking the database's lock for each piece. Keep it
 * short: the write-ahead log grows meanwhile. */
enum err store_read_hold(struct store_reader *reader);
void store_read_release(struct store_reader *reader);

/* The log holds first_pos .. last_pos; first_pos is last_pos + 1 when it holds nothing. */
enum err store_read_log(struct store_reader *reader, int64_t *first_pos, int64_t *last_pos);
/* When the event at pos happened. ERR_NOT_FOUND: the log does not hold it (any more). */
enum err store_read_moment(struct store_reader *reader, int64_t pos, int64_t *at_ms);

struct store_changes {
    int64_t *messages;  /* ids that the rows name, in order, as often as they are named */
    int64_t *positions; /* of those rows */
    size_t count;
    size_t row_count; /* rows that were read; 0: the log's end */
    int64_t last_pos; /* of the last one */
};
/* What the next `limit` rows behind after_pos are about. ERR_NOT_FOUND: the log does not reach back there (any more). */
enum err store_read_changes(struct store_reader *reader, int64_t after_pos, int64_t limit,
                            struct arena *arena, struct store_changes *out);
/* What the search index wants of a message. */
struct store_text {
    int64_t room, author;
    struct str body; /* in the arena */
    bool deleted;
};
/* As store_read_message, for less: the row alone, without names and what it answers. */
enum err store_read_text(struct store_reader *reader, int64_t message, struct arena *arena,
                         struct store_text *out);
/* The newest message's id; 0: there is none. */
enum err store_read_last_message(struct store_reader *reader, int64_t *id);
/* The first message that was made at that time or later, or the id behind the newest one. Times ascend with ids, but for the
 * jumps of a clock: then it is one such message. */
enum err store_read_first_since(struct store_reader *reader, int64_t at_ms, int64_t *id);
