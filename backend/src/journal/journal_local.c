/* journal_local.c: the journal of a single machine.
 *
 * Owns      struct journal_local.
 * Thread    core.
 *
 * How it works: a batch is one transaction on the store's writing connection, and the chat's lookups ask the same
 * connection, so they see what the batch has appended. Group commit is the core's doing: whatever was queued while one batch
 * was being committed makes the next.
 *
 * The first call that fails undoes the batch; the rest of its calls repeat the error until the next begin, so the caller
 * may look at the result of commit alone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "journal/journal_local.h"

#include "base/log.h"
#include "base/mem.h"
#include "store/store.h"
#include "store/store_load.h"
#include "store/store_write.h"

/* Owner: core. */
struct journal_local {
    struct journal journal; /* first: a journal is this */
    struct store *store;    /* borrowed */
    enum err failed;        /* what has undone the running batch; ERR_OK: nothing */
    bool in_batch;          /* between begin and commit, as the caller sees it */
};

static struct journal_local *local_of(struct journal *journal) {
    return (struct journal_local *)(void *)journal;
}

static enum err fail(struct journal_local *local, const char *step, enum err error) {
    if (error != ERR_OK) {
        log_error(LOG_JOURNAL, "journal.failed", "step=%s error=\"%s\"", step, err_text(error));
        store_batch_rollback(local->store);
        local->failed = error;
    }
    return error;
}

static enum err local_load(struct journal *journal, const struct chat_sink *sink) {
    struct journal_local *local = local_of(journal);
    ASSERT(!local->in_batch);
    enum err error = store_load(local->store, sink);
    journal->first_pos = store_first_pos(local->store);
    return error;
}

static enum err local_begin(struct journal *journal) {
    struct journal_local *local = local_of(journal);
    ASSERT(!local->in_batch);
    local->in_batch = true;
    local->failed = ERR_OK;
    return fail(local, "begin", store_batch_begin(local->store));
}

static enum err local_append(struct journal *journal, const struct journal_entry *entry) {
    struct journal_local *local = local_of(journal);
    ASSERT(local->in_batch);
    if (local->failed != ERR_OK) {
        return local->failed;
    }
    const struct store_log_entry row = {.event = entry->event,
                                        .scope = entry->scope,
                                        .room = entry->room,
                                        .user = entry->user,
                                        .data = entry->data};
    return fail(local, "append", store_write_fact(local->store, entry->fact, &row));
}

static enum err local_commit(struct journal *journal) {
    struct journal_local *local = local_of(journal);
    ASSERT(local->in_batch);
    local->in_batch = false;
    if (local->failed != ERR_OK) {
        return local->failed;
    }
    return fail(local, "commit", store_batch_commit(local->store));
}

static void local_rollback(struct journal *journal) {
    struct journal_local *local = local_of(journal);
    local->in_batch = false;
    store_batch_rollback(local->store);
}

static enum err local_recover(struct journal *journal) {
    struct journal_local *local = local_of(journal);
    ASSERT(!local->in_batch);
    return store_recover(local->store);
}

static bool local_idle(struct journal *journal, int64_t now_ms) {
    struct journal_local *local = local_of(journal);
    ASSERT(!local->in_batch);
    bool more = store_idle(local->store, now_ms);
    journal->first_pos = store_first_pos(local->store);
    return more;
}

static void local_shrink(struct journal *journal) {
    struct journal_local *local = local_of(journal);
    ASSERT(!local->in_batch);
    store_shrink(local->store);
}

static void local_close(struct journal *journal) {
    local_rollback(journal);
    free(local_of(journal));
}

static enum err find_nonce(void *context, chat_user_id author, struct str nonce,
                           struct arena *arena, struct chat_stored_message *out) {
    return store_find_nonce(context, author, nonce, arena, out);
}

static enum err find_message(void *context, chat_message_id id, struct arena *arena,
                             struct chat_stored_message *out) {
    return store_find_message(context, id, arena, out);
}

static enum err find_reaction(void *context, chat_message_id message, struct str emoji,
                              chat_user_id user) {
    return store_find_reaction(context, message, emoji, user);
}

static enum err find_follow(void *context, chat_user_id user, chat_message_id thread,
                            struct chat_follow *out) {
    return store_find_follow(context, user, thread, out);
}

static enum err find_saved(void *context, chat_user_id user, chat_message_id message,
                           struct chat_kept *out) {
    return store_find_saved(context, user, message, out);
}

static enum err find_said(void *context, chat_user_id author, chat_room_id room, struct str after,
                          struct arena *arena, struct chat_said *out) {
    return store_find_said(context, author, room, after, arena, out);
}

static enum err find_password(void *context, chat_user_id user, struct arena *arena,
                              struct str *hash) {
    return store_find_password(context, user, arena, hash);
}

static enum err find_file(void *context, chat_file_id id, struct arena *arena,
                          struct chat_stored_file *out) {
    return store_find_file(context, id, arena, out);
}

static enum err find_space(void *context, chat_user_id user, struct chat_space *out) {
    return store_find_space(context, user, out);
}

static const struct journal_ops local_ops = {.load = local_load,
                                             .begin = local_begin,
                                             .append = local_append,
                                             .commit = local_commit,
                                             .rollback = local_rollback,
                                             .recover = local_recover,
                                             .idle = local_idle,
                                             .shrink = local_shrink,
                                             .close = local_close};

struct journal *journal_local_new(struct store *store) {
    struct journal_local *local = MEM_NEW(struct journal_local);
    local->store = store;
    local->journal.ops = &local_ops;
    local->journal.port = (struct chat_port){.context = store,
                                             .find_nonce = find_nonce,
                                             .find_message = find_message,
                                             .find_reaction = find_reaction,
                                             .find_follow = find_follow,
                                             .find_saved = find_saved,
                                             .find_file = find_file,
                                             .find_space = find_space,
                                             .find_said = find_said,
                                             .find_password = find_password};
    local->journal.first_pos = store_first_pos(store);
    return &local->journal;
}
