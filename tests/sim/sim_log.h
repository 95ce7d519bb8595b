/* sim_log.h: what has happened, and from it who must have seen what: the truth that clients are held against.
 *
 * The log is told every fact that became durable, in order, with its event. From the facts alone it works out, without the
 * server's help, who was in which room at which position, how far he had read there and how often he was mentioned;
 * so it can say of any position who gets its event and what a room looked like to somebody.
 * It keeps every text that a message had, so that nothing older can be shown unnoticed.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "journal/journal.h"
#include "sim.h"

#define SIM_USERS_MAX 256
#define SIM_ROOMS_MAX 128

struct sim_log_entry {
    struct chat_fact fact; /* pos is set; texts are the log's */
    enum proto_event event;
    enum chat_scope scope;
    chat_room_id room;
    chat_user_id user;
    struct str data;                       /* the event's payload */
    uint64_t audience[SIM_USERS_MAX / 64]; /* who gets it live: a bit for each user */
};

/* How a room stands to a person at a position. */
struct sim_place {
    int64_t pos; /* since then */
    bool is_in;
    int64_t read_seq, mentions;
};

struct sim_log *sim_log_new(void);
void sim_log_free(struct sim_log *log);

/* Appends what has become durable; checks that it may: positions and seqs without holes, one message for each nonce, marks
 * that never move back. Copies. */
void sim_log_append(struct sim_log *log, const struct journal_entry *entry);
/* Forgets everything behind `pos`. */
void sim_log_truncate(struct sim_log *log, int64_t pos);

/* Inspection */
int64_t sim_log_pos(const struct sim_log *log);
/* 1 <= pos <= sim_log_pos. */
const struct sim_log_entry *sim_log_get(const struct sim_log *log, int64_t pos);

/* Does the person get this event live? And when it was missed, by one who comes back at `at_pos`? */
bool sim_log_is_live_for(const struct sim_log_entry *entry, chat_user_id user);
bool sim_log_is_missed_by(const struct sim_log *log, const struct sim_log_entry *entry,
                          chat_user_id user, int64_t at_pos);

/* The person in the room at that position; NULL: he was never there. */
const struct sim_place *sim_log_place(const struct sim_log *log, chat_room_id room,
                                      chat_user_id user, int64_t pos);
bool sim_log_is_in(const struct sim_log *log, chat_room_id room, chat_user_id user, int64_t pos);
/* At some position of [from, to]. */
bool sim_log_was_in(const struct sim_log *log, chat_room_id room, chat_user_id user, int64_t from,
                    int64_t to);
/* The room's last seq and number of members at that position. */
int64_t sim_log_last_seq(const struct sim_log *log, chat_room_id room, int64_t pos);
int64_t sim_log_member_count(const struct sim_log *log, chat_room_id room, int64_t pos);
/* The room's founding, or NULL; the greatest id of a room. */
const struct sim_log_entry *sim_log_room(const struct sim_log *log, chat_room_id room);
chat_room_id sim_log_last_room(const struct sim_log *log);
/* The status that the person has chosen. */
const char *sim_log_status(const struct sim_log *log, chat_user_id user);
/* The position at which a session ended; INT64_MAX: it has not. */
int64_t sim_log_session_end(const struct sim_log *log, chat_session_id session);
/* Messages: NULL when there is none. */
const struct sim_log_entry *sim_log_message(const struct sim_log *log, chat_room_id room,
                                            int64_t seq);
const struct sim_log_entry *sim_log_reply(const struct sim_log *log, chat_message_id thread,
                                          int64_t seq);
const struct sim_log_entry *sim_log_nonce(const struct sim_log *log, chat_user_id author,
                                          struct str nonce);
const struct sim_log_entry *sim_log_message_by_id(const struct sim_log *log, chat_message_id id);
/* Was that its text (of a deleted one: none) at `from` or at any position behind it? */
bool sim_log_message_was(const struct sim_log *log, chat_message_id id, struct str body,
                         bool is_deleted, int64_t from);
