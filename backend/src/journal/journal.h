/* journal.h: the port through which facts become durable.
 *
 * One batch is one transaction: begin, append fact by fact, commit. What append was given is visible to the lookups of
 * the same journal at once and to everybody else after the commit; after commit returned ERR_OK it survives kill -9 and
 * power loss. When any call fails the batch is rolled back as a whole: the caller loads its state anew and answers the batch
 * `unavailable`; nothing of it was acked, and no batch begins until recover returned ERR_OK.
 *
 * Implementations: journal_local (SQLite on this machine), later one on PostgreSQL, and one in memory with faults for the
 * simulation. The tests drive all of them with the same cases.
 *
 * Thread: core.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "chat/chat_port.h"

struct journal;

/* A fact together with the event that it makes: what the log stores. */
struct journal_entry {
    const struct chat_fact *fact; /* pos is set */
    enum proto_event event;       /* PROTO_EVENT_NONE: none */
    enum chat_scope scope;
    chat_room_id room;
    chat_user_id user;
    struct str
        data; /* the event's payload as JSON; the journal may leave out what it can make again (messages) */
};

struct journal_ops {
    /* Walks everything that the state is made of, as facts with pos 0, in an order that can be applied; then the log's
     * bounds and greatest ids. The caller ends it (chat_reloaded). On an error the sink has seen a part: forget it. */
    enum err (*load)(struct journal *journal, const struct chat_sink *sink);
    enum err (*begin)(struct journal *journal);
    enum err (*append)(struct journal *journal, const struct journal_entry *entry);
    /* One that fails may hold all the same, when only its outcome was lost: load tells, at the latest after recover. */
    enum err (*commit)(struct journal *journal);
    /* Undoes what was appended since begin; harmless outside a batch. */
    void (*rollback)(struct journal *journal);
    /* After any call of a batch failed: makes sure that what was committed is there and that writing works again. Until it
     * returned ERR_OK begin refuses; lookups and load go on as far as they can. What load gives may have changed. */
    enum err (*recover)(struct journal *journal);
    /* Housekeeping between batches, a bounded piece at a time (old events, checkpoints). True: more to do soon. It may
     * move first_pos: tell the chat (chat_set_log). */
    bool (*idle)(struct journal *journal, int64_t now_ms);
    /* Between batches: lets go of what it keeps in memory to be quicker. */
    void (*shrink)(struct journal *journal);
    void (*close)(struct journal *journal);
};

struct journal {
    const struct journal_ops *ops;
    struct chat_port port; /* lookups that see the running batch */
    int64_t first_pos;     /* the log reaches back to this position; set by load, moved by idle */
};
