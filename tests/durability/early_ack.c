/* early_ack.c: a journal that says "committed" before it has: the negative control of the kill loop.
 *
 * The linker puts it in the place of the program's own (--wrap); with PARLEY_EARLY_ACK set, a batch stays open after its
 * commit, until the journal's housekeeping comes by once a second. Whoever is killed in between has acked what is not there.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "journal/journal_local.h"

#include <stdlib.h>

struct journal *__real_journal_local_new(struct store *store);
struct journal *__wrap_journal_local_new(struct store *store);

/* Owner: core. */
struct early {
    struct journal journal; /* first: a journal is this */
    struct journal *real;
    bool is_open; /* a batch is, on the real one */
};

static struct early *early_of(struct journal *journal) {
    return (struct early *)(void *)journal;
}

static enum err early_load(struct journal *journal, const struct chat_sink *sink) {
    struct journal *real = early_of(journal)->real;
    return real->ops->load(real, sink);
}

static enum err early_begin(struct journal *journal) {
    struct early *early = early_of(journal);
    if (early->is_open)
        return ERR_OK;
    early->is_open = true;
    return early->real->ops->begin(early->real);
}

static enum err early_append(struct journal *journal, const struct journal_entry *entry) {
    struct journal *real = early_of(journal)->real;
    return real->ops->append(real, entry);
}

static enum err early_commit(struct journal *journal) {
    (void)journal;
    return ERR_OK;
}

static void flush(struct early *early) {
    if (early->is_open)
        (void)early->real->ops->commit(early->real);
    early->is_open = false;
}

static void early_rollback(struct journal *journal) {
    struct journal *real = early_of(journal)->real;
    early_of(journal)->is_open = false;
    real->ops->rollback(real);
}

static enum err early_recover(struct journal *journal) {
    struct journal *real = early_of(journal)->real;
    return early_of(journal)->is_open ? ERR_OK : real->ops->recover(real);
}

static bool early_idle(struct journal *journal, int64_t now_ms) {
    struct early *early = early_of(journal);
    flush(early);
    return early->real->ops->idle(early->real, now_ms);
}

static void early_shrink(struct journal *journal) {
    struct early *early = early_of(journal);
    early->real->ops->shrink(early->real);
}

static void early_close(struct journal *journal) {
    struct early *early = early_of(journal);
    flush(early);
    early->real->ops->close(early->real);
    free(early);
}

static const struct journal_ops early_ops = {.load = early_load,
                                             .begin = early_begin,
                                             .append = early_append,
                                             .commit = early_commit,
                                             .rollback = early_rollback,
                                             .recover = early_recover,
                                             .idle = early_idle,
                                             .shrink = early_shrink,
                                             .close = early_close};

struct journal *__wrap_journal_local_new(struct store *store) {
    struct journal *real = __real_journal_local_new(store);
    if (getenv("PARLEY_EARLY_ACK") == NULL)
        return real;
    struct early *early = MEM_NEW(struct early);
    early->journal = (struct journal){&early_ops, real->port, real->first_pos};
    early->real = real;
    return &early->journal;
}
