/* sim_journal.c: the journal of a world.
 *
 * Owns      struct sim_journal: the tables or the store, the entries of the running batch, the faults.
 *
 * How it works: append gives each entry to what is beneath (the plain arrays of fake_chat_port.h, or journal_local on a
 * SQLite database in a directory of its own) and keeps a copy; a commit that holds moves the copies into the log. After a
 * refusal or a crash the arrays are made anew from the log, which is all that was safe; the store does that by itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_journal.h"

#include "base/mem.h"
#include "fake_chat_port.h"
#include "journal/journal_local.h"
#include "proto/proto_encode.h"
#include "sim_log.h"
#include "store/store.h"

#include <ftw.h>
#include <sys/stat.h>

/* What happens to a call. */
enum fate { FATE_FINE, FATE_REFUSED, FATE_LOST, FATE_DIES_BEFORE, FATE_DIES_AFTER };

struct pending {
    struct journal_entry entry;
    struct chat_fact fact;
};

struct sim_journal {
    struct journal journal; /* first: a journal is this */
    struct arena arena;     /* of the running batch */
    struct pending *pending;
    size_t pending_count, pending_cap;
    bool has_failed;   /* the running batch */
    bool is_unsure;    /* something has failed: nothing begins before it has recovered */
    int64_t shown_pos; /* what holds behind it nobody knows yet: its outcome was lost */
    int64_t
        safe_pos; /* behind it a crash takes everything: only when the end is not written at once */
    struct fake_store *tables; /* in memory; NULL: on the store */
    char directory[64];
    struct store *store;
    struct journal *local;
    struct store_reader *reader;
};

static struct sim_journal *self_of(struct journal *journal) {
    return (struct sim_journal *)(void *)journal;
}

/* Fates */

static bool is_refused(void) {
    return !sim_world->is_calm && sim_chance_permille(sim_world->weather.refuse_permille);
}

static enum fate commit_fate(void) {
    if (sim_world->is_calm)
        return FATE_FINE;
    if (sim_chance_permille(sim_world->weather.crash_permille))
        return sim_chance(50) ? FATE_DIES_BEFORE : FATE_DIES_AFTER;
    if (is_refused())
        return sim_chance(50) ? FATE_REFUSED : FATE_LOST;
    return FATE_FINE;
}

/* The arrays */

static void tables_rebuild(struct sim_journal *self) {
    arena_deinit(&self->tables->arena);
    self->tables->user_count = self->tables->session_count = self->tables->room_count = 0;
    self->tables->member_count = self->tables->message_count = 0;
    self->tables->version_count = self->tables->reaction_count = self->tables->purge_count = 0;
    self->tables->follow_count = self->tables->saved_count = self->tables->draft_count = 0;
    self->tables->sanction_count = self->tables->block_count = self->tables->report_count = 0;
    self->tables->last_pos = self->tables->last_session = 0;
    for (int64_t pos = 1; pos <= self->shown_pos; pos++)
        fake_apply(self->tables, &sim_log_get(sim_world->log, pos)->fact);
}

static enum err tables_find_nonce(void *context, chat_user_id author, struct str nonce,
                                  struct arena *arena, struct chat_stored_message *out) {
    if (sim_world->options.plant == SIM_PLANT_NO_NONCE)
        return ERR_NOT_FOUND;
    return fake_port_find_nonce(context, author, nonce, arena, out);
}

/* The running batch */

static void pending_clear(struct sim_journal *self) {
    self->pending_count = 0;
    self->has_failed = false;
    arena_reset(&self->arena);
}

static void pending_add(struct sim_journal *self, const struct journal_entry *entry) {
    if (self->pending_count == self->pending_cap) {
        self->pending_cap = self->pending_cap == 0 ? 16 : self->pending_cap * 2;
        self->pending = mem_resize(self->pending, self->pending_cap, sizeof *self->pending);
    }
    struct pending *pending = &self->pending[self->pending_count++];
    pending->entry = *entry;
    pending->fact = *entry->fact; /* its texts are the batch's, which outlives the commit */
    pending->entry.data = arena_copy(&self->arena, entry->data);
}

static void pending_keep(struct sim_journal *self) {
    for (size_t i = 0; i < self->pending_count; i++) {
        self->pending[i].entry.fact = &self->pending[i].fact;
        sim_log_append(sim_world->log, &self->pending[i].entry);
    }
}

static enum err fail(struct sim_journal *self) {
    self->has_failed = self->is_unsure = true;
    return ERR_IO;
}

/* The port */

static enum err journal_load(struct journal *journal, const struct chat_sink *sink) {
    struct sim_journal *self = self_of(journal);
    if (is_refused())
        return ERR_IO;
    if (self->tables != NULL) {
        fake_walk(self->tables, journal->first_pos, sink);
        return ERR_OK;
    }
    enum err error = self->local->ops->load(self->local, sink);
    journal->first_pos = self->local->first_pos;
    return error;
}

static enum err journal_begin(struct journal *journal) {
    struct sim_journal *self = self_of(journal);
    if (self->is_unsure)
        return ERR_IO;
    pending_clear(self);
    if (is_refused())
        return fail(self);
    enum err error = self->local != NULL ? self->local->ops->begin(self->local) : ERR_OK;
    SIM_CHECK(error == ERR_OK, "the store does not begin: %s", err_text(error));
    return ERR_OK;
}

static enum err journal_append(struct journal *journal, const struct journal_entry *entry) {
    struct sim_journal *self = self_of(journal);
    if (self->has_failed || is_refused())
        return fail(self);
    pending_add(self, entry);
    if (self->local == NULL) {
        fake_apply(self->tables, entry->fact);
        return ERR_OK;
    }
    enum err error = self->local->ops->append(self->local, entry);
    SIM_CHECK(error == ERR_OK, "the store refuses a fact: %s", err_text(error));
    return ERR_OK;
}

static void show(struct sim_journal *self, int64_t pos) {
    self->shown_pos = pos;
    if (self->tables != NULL && self->tables->last_pos != pos)
        tables_rebuild(self);
}

static void undo(struct sim_journal *self) {
    pending_clear(self);
    if (self->local != NULL)
        self->local->ops->rollback(self->local);
    show(self, self->shown_pos);
}

/* It holds from here on, but for a planted bug: then the batch before it does. */
static void commit_for_good(struct sim_journal *self) {
    enum err error = self->local != NULL ? self->local->ops->commit(self->local) : ERR_OK;
    SIM_CHECK(error == ERR_OK, "the store refuses a commit: %s", err_text(error));
    bool is_early = sim_world->options.plant == SIM_PLANT_EARLY_ACK;
    self->safe_pos = is_early ? sim_log_pos(sim_world->log) : INT64_MAX;
    pending_keep(self);
}

/* The tables are those of the running batch, so what holds is there already; or nobody sees it before the recovery. */
static enum err commit_lost(struct sim_journal *self) {
    if (self->local != NULL || sim_chance(50))
        self->shown_pos = sim_log_pos(sim_world->log);
    undo(self);
    return fail(self);
}

static enum err journal_commit(struct journal *journal) {
    struct sim_journal *self = self_of(journal);
    static const char *const texts[] = {"is fine", "is refused", "holds but says no", "dies before",
                                        "dies behind"};
    enum fate fate = self->has_failed ? FATE_REFUSED : commit_fate();
    sim_world->is_dying = fate == FATE_DIES_BEFORE || fate == FATE_DIES_AFTER;
    if (fate != FATE_FINE)
        sim_trace("journal: a commit of %zu facts %s", self->pending_count, texts[fate]);
    if (fate == FATE_REFUSED || fate == FATE_DIES_BEFORE) {
        undo(self);
        return fail(self);
    }
    commit_for_good(self);
    if (fate == FATE_LOST)
        return commit_lost(self);
    self->shown_pos = sim_log_pos(sim_world->log);
    return ERR_OK;
}

static void journal_rollback(struct journal *journal) {
    undo(self_of(journal));
}

static enum err journal_recover(struct journal *journal) {
    struct sim_journal *self = self_of(journal);
    if (is_refused())
        return ERR_IO;
    enum err error = self->local != NULL ? self->local->ops->recover(self->local) : ERR_OK;
    SIM_CHECK(error == ERR_OK, "the store does not recover: %s", err_text(error));
    self->is_unsure = false;
    show(self, sim_log_pos(sim_world->log));
    return ERR_OK;
}

static bool journal_idle(struct journal *journal, int64_t now_ms) {
    struct sim_journal *self = self_of(journal);
    if (self->local != NULL) {
        bool more = self->local->ops->idle(self->local, now_ms);
        journal->first_pos = self->local->first_pos;
        return more;
    }
    if (!sim_world->is_calm && sim_chance_permille(sim_world->weather.purge_permille)) {
        journal->first_pos += sim_up_to(self->shown_pos - journal->first_pos);
        sim_trace("journal: the log begins at %" PRId64, journal->first_pos);
    }
    return false;
}

static void journal_shrink(struct journal *journal) {
    struct sim_journal *self = self_of(journal);
    if (self->local != NULL)
        self->local->ops->shrink(self->local);
}

static void journal_close(struct journal *journal) {
    (void)journal; /* it is the world's */
}

static const struct journal_ops ops = {
    journal_load,    journal_begin, journal_append, journal_commit, journal_rollback,
    journal_recover, journal_idle,  journal_shrink, journal_close,
};

/* Life */

struct sim_journal *sim_journal_new(bool sqlite) {
    struct sim_journal *self = MEM_NEW(struct sim_journal);
    self->journal.ops = &ops;
    self->journal.first_pos = 1;
    self->safe_pos = INT64_MAX;
    if (sqlite) {
        const char *temporary = getenv("TMPDIR"); /* the runner's, in memory */
        int length = snprintf(self->directory, sizeof self->directory, "%s/parley-sim-XXXXXX",
                              temporary != NULL ? temporary : "/tmp");
        SIM_CHECK((size_t)length < sizeof self->directory,
                  "the store's directory has too long a name");
        SIM_CHECK(mkdtemp(self->directory) != NULL, "no directory for the store");
    } else {
        self->tables = fake_store_new();
    }
    return self;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void sim_journal_free(struct sim_journal *self) {
    if (self->tables != NULL)
        fake_store_free(self->tables);
    else
        (void)nftw(self->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_deinit(&self->arena);
    free(self->pending);
    free(self);
}

static void open_store(struct sim_journal *self) {
    const struct store_options options = {.directory = self->directory};
    const char *message = NULL;
    enum err error = store_open(&options, &self->store, &message);
    SIM_CHECK(error == ERR_OK, "the store does not open: %s", message);
    self->local = journal_local_new(self->store);
    self->journal.port = self->local->port;
    self->journal.first_pos = self->local->first_pos;
    error = store_reader_open(store_path(self->store), &self->reader);
    SIM_CHECK(error == ERR_OK, "the store cannot be read: %s", err_text(error));
}

struct journal *sim_journal_open(struct sim_journal *self) {
    self->is_unsure = self->has_failed = false;
    self->shown_pos = sim_log_pos(sim_world->log);
    if (self->tables == NULL)
        open_store(self);
    else
        self->journal.port = (struct chat_port){.context = self->tables,
                                                .find_nonce = tables_find_nonce,
                                                .find_message = fake_port_find_message,
                                                .find_reaction = fake_port_find_reaction,
                                                .find_follow = fake_port_find_follow,
                                                .find_saved = fake_port_find_saved,
                                                .find_file = fake_port_find_file,
                                                .find_space = fake_port_find_space,
                                                .find_said = fake_port_find_said,
                                                .find_password = fake_port_find_password};
    return &self->journal;
}

void sim_journal_crash(struct sim_journal *self) {
    if (self->tables == NULL) {
        store_reader_close(self->reader);
        self->local->ops->close(self->local);
        store_close(self->store);
        return;
    }
    if (self->safe_pos < sim_log_pos(sim_world->log))
        sim_log_truncate(sim_world->log, self->safe_pos);
    if (self->journal.first_pos > sim_log_pos(sim_world->log) + 1)
        self->journal.first_pos = sim_log_pos(sim_world->log) + 1;
    show(self, sim_log_pos(sim_world->log));
}

/* Reading */

static int64_t tables_end(struct fake_store *tables, const struct chat_read *read) {
    if (read->thread == 0)
        return sim_log_last_seq(sim_world->log, read->room, sim_world->journal->shown_pos);
    return fake_find_message(tables, read->thread)->reply_count;
}

static const struct fake_message *tables_at(struct fake_store *tables, const struct chat_read *read,
                                            int64_t seq) {
    for (size_t i = 0; i < tables->message_count; i++) {
        const struct chat_message_fact *fact = &tables->messages[i].fact;
        if (fact->seq == seq && fact->thread == read->thread && fact->room == read->room)
            return &tables->messages[i];
    }
    sim_fail("a message is not in the tables");
}

static enum err tables_history(void *context, const struct chat_read *read, struct arena *arena,
                               struct store_page *out) {
    struct fake_store *tables = context;
    int64_t end = tables_end(tables, read), limit = read->limit;
    int64_t last = read->before > 0 ? read->before - 1 : end;
    if (read->after > 0)
        last = read->after + limit;
    else if (read->around > 0)
        last = read->around + limit / 2;
    last = last < end ? last : end;
    int64_t first = last - limit + 1;
    if (read->after > 0)
        first = read->after + 1;
    first = first > 1 ? first : 1;
    *out = (struct store_page){.has_before = first > 1 && last >= 1, .has_after = last < end};
    out->messages = ARENA_NEW_N(arena, struct proto_message, last >= first ? last - first + 1 : 0);
    for (int64_t seq = first; seq <= last; seq++) {
        struct chat_stored_message stored;
        fake_view_message(tables, tables_at(tables, read, seq), arena, &stored);
        out->messages[out->count++] = stored.message;
    }
    return ERR_OK;
}

static enum err tables_message(void *context, int64_t message, struct arena *arena,
                               struct chat_stored_message *out) {
    return fake_port_find_message(context, message, arena, out);
}

static enum err tables_versions(void *context, int64_t message, struct arena *arena,
                                struct store_versions *out) {
    const struct fake_store *tables = context;
    (void)message;
    (void)arena;
    *out = (struct store_versions){.count = 0};
    return tables != NULL ? ERR_OK : ERR_IO;
}

static enum err tables_list(void *context, const struct chat_read *read, struct arena *arena,
                            struct store_list *out) {
    const struct fake_store *tables = context;
    (void)read;
    (void)arena;
    *out = (struct store_list){.count = 0};
    return tables != NULL ? ERR_OK : ERR_IO;
}

/* Nobody looks at it here. */
static enum err tables_audit(void *context, int64_t user, int64_t room, int64_t before,
                             int64_t limit, struct arena *arena, struct store_audit *out) {
    const struct fake_store *tables = context;
    (void)user;
    (void)room;
    (void)before;
    (void)limit;
    (void)arena;
    *out = (struct store_audit){.count = 0};
    return tables != NULL ? ERR_OK : ERR_IO;
}

static enum err tables_drafts(void *context, int64_t user, struct arena *arena,
                              struct store_drafts *out) {
    const struct fake_store *tables = context;
    (void)user;
    (void)arena;
    *out = (struct store_drafts){.count = 0};
    return tables != NULL ? ERR_OK : ERR_IO;
}

static enum err tables_threads(void *context, const struct chat_read *read, struct arena *arena,
                               struct store_threads *out) {
    const struct fake_store *tables = context;
    (void)read;
    (void)arena;
    *out = (struct store_threads){.count = 0};
    return tables != NULL ? ERR_OK : ERR_IO;
}

/* A message is shown as it is now. */
static struct str message_data(struct fake_store *tables, const struct sim_log_entry *entry,
                               struct arena *arena) {
    struct buf json = BUF_EMPTY;
    struct chat_stored_message stored;
    enum proto_change change = chat_fact_change(entry->fact.kind);
    int64_t id =
        change == PROTO_CHANGE_NONE ? entry->fact.message.id : entry->fact.change.message->id;
    SIM_CHECK(fake_port_find_message(tables, id, arena, &stored) == ERR_OK,
              "a message is not in the tables");
    const struct proto_event_message_new said = {entry->fact.pos, &stored.message,
                                                 chat_nonce_shown(stored.nonce)};
    const struct proto_event_message_changed changed = {entry->fact.pos, &stored.message, change};
    bool is_new = change == PROTO_CHANGE_NONE;
    proto_encode(proto_events[entry->event].payload,
                 is_new ? (const void *)&said : (const void *)&changed, &json);
    struct str data = arena_copy(arena, buf_str(&json));
    buf_deinit(&json);
    return data;
}

static struct str event_data(struct fake_store *tables, const struct sim_log_entry *entry,
                             struct arena *arena) {
    bool is_message =
        entry->event == PROTO_EVENT_MESSAGE_NEW || entry->event == PROTO_EVENT_MESSAGE_CHANGED;
    return is_message ? message_data(tables, entry, arena) : entry->data;
}

static enum err tables_events(void *context, int64_t user, const int64_t *rooms, size_t room_count,
                              int64_t from_pos, int64_t to_pos, int64_t limit, struct arena *arena,
                              struct store_events *out) {
    (void)rooms;
    (void)room_count;
    *out = (struct store_events){0};
    if (from_pos < sim_journal_first_pos() - 1)
        return ERR_NOT_FOUND;
    out->events = ARENA_NEW_N(arena, struct store_event, limit);
    for (int64_t pos = from_pos + 1; pos <= to_pos && !out->more; pos++) {
        const struct sim_log_entry *entry = sim_log_get(sim_world->log, pos);
        if (!sim_log_is_missed_by(sim_world->log, entry, user, to_pos))
            continue;
        out->more = (int64_t)out->count == limit;
        if (!out->more)
            out->events[out->count++] =
                (struct store_event){pos, entry->event, event_data(context, entry, arena)};
    }
    return ERR_OK;
}

static enum err store_history(void *context, const struct chat_read *read, struct arena *arena,
                              struct store_page *out) {
    const struct store_place place = {read->before, read->after, read->around, read->limit};
    if (read->thread != 0)
        return store_read_thread(context, read->thread, &place, arena, out);
    return store_read_history(context, read->room, read->before, read->after, read->around,
                              read->limit, arena, out);
}

static enum err store_message(void *context, int64_t message, struct arena *arena,
                              struct chat_stored_message *out) {
    return store_read_message(context, message, arena, out);
}

static enum err store_versions(void *context, int64_t message, struct arena *arena,
                               struct store_versions *out) {
    return store_read_versions(context, message, arena, out);
}

static enum err store_list(void *context, const struct chat_read *read, struct arena *arena,
                           struct store_list *out) {
    return store_read_pins(context, read->room, read->after, read->limit, arena, out);
}

static enum err store_audit(void *context, int64_t user, int64_t room, int64_t before,
                            int64_t limit, struct arena *arena, struct store_audit *out) {
    return store_read_audit(context, user, room, before, limit, arena, out);
}

static enum err store_drafts(void *context, int64_t user, struct arena *arena,
                             struct store_drafts *out) {
    return store_read_drafts(context, user, arena, out);
}

static enum err store_threads(void *context, const struct chat_read *read, struct arena *arena,
                              struct store_threads *out) {
    return store_read_threads(context, read->user, read->after, read->limit, arena, out);
}

static enum err store_missed(void *context, int64_t user, const int64_t *rooms, size_t room_count,
                             int64_t from_pos, int64_t to_pos, int64_t limit, struct arena *arena,
                             struct store_events *out) {
    return store_read_events(context, user, rooms, room_count, from_pos, to_pos, limit, arena, out);
}

const struct reading_port *sim_journal_reading(void) {
    static struct reading_port port;
    struct sim_journal *self = sim_world->journal;
    if (self->tables != NULL)
        port = (struct reading_port){.context = self->tables,
                                     .history = tables_history,
                                     .message = tables_message,
                                     .versions = tables_versions,
                                     .list = tables_list,
                                     .drafts = tables_drafts,
                                     .threads = tables_threads,
                                     .audit = tables_audit,
                                     .events = tables_events};
    else
        port = (struct reading_port){.context = self->reader,
                                     .history = store_history,
                                     .message = store_message,
                                     .versions = store_versions,
                                     .list = store_list,
                                     .drafts = store_drafts,
                                     .threads = store_threads,
                                     .audit = store_audit,
                                     .events = store_missed};
    return &port;
}

int64_t sim_journal_shown_pos(void) {
    return sim_world->journal->shown_pos;
}

int64_t sim_journal_first_pos(void) {
    return sim_world->journal->journal.first_pos;
}
