/* core_fixture.h: a real core on a real store, asked by the test; its commits can be held up and made to fail.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "app/core.h"
#include "app/reader.h"
#include "base/token.h"
#include "gateway_fixture.h"
#include "journal/journal_local.h"
#include "proto/proto_decode.h"
#include "store/store.h"
#include "test_dir.h"

struct core_fixture {
    struct test_dir dir;
    struct store *store;
    struct journal *journal;
    struct journal_ops ops; /* the journal's own, but for those that can be made to fail */
    const struct journal_ops *own;
    struct reader_pool *readers;
    struct core *core;
    struct gateway_fixture *gateways; /* who carries answers back */
    /* Of commits */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_held;                        /* the next commit waits until it is let go */
    unsigned waiting;                    /* commits that wait */
    unsigned commits;                    /* that were tried */
    atomic_uint bad_begins, bad_commits; /* so many of the next ones fail */
    atomic_uint bad_loads, bad_recoveries;
    atomic_uint lost_commits; /* hold, but say that they failed */
};

static struct core_fixture *core_fixture_running; /* the journal's calls know only their journal */

/* Takes one off; false when there was none. */
static inline bool core_fixture_take(atomic_uint *count) {
    unsigned left = atomic_load(count);
    return left > 0 && atomic_compare_exchange_strong(count, &left, left - 1);
}

static inline enum err core_fixture_begin(struct journal *journal) {
    struct core_fixture *f = core_fixture_running;
    return core_fixture_take(&f->bad_begins) ? ERR_NO_SPACE : f->own->begin(journal);
}

static inline enum err core_fixture_load(struct journal *journal, const struct chat_sink *sink) {
    struct core_fixture *f = core_fixture_running;
    return core_fixture_take(&f->bad_loads) ? ERR_IO : f->own->load(journal, sink);
}

static inline enum err core_fixture_recover(struct journal *journal) {
    struct core_fixture *f = core_fixture_running;
    return core_fixture_take(&f->bad_recoveries) ? ERR_NO_SPACE : f->own->recover(journal);
}

static inline enum err core_fixture_commit(struct journal *journal) {
    struct core_fixture *f = core_fixture_running;
    pthread_mutex_lock(&f->mutex);
    f->commits++;
    f->waiting++;
    pthread_cond_broadcast(&f->changed);
    while (f->is_held)
        pthread_cond_wait(&f->changed, &f->mutex);
    f->waiting--;
    pthread_mutex_unlock(&f->mutex);
    if (core_fixture_take(&f->bad_commits))
        return ERR_NO_SPACE;
    enum err error = f->own->commit(journal);
    return core_fixture_take(&f->lost_commits) ? ERR_IO : error;
}

static inline void core_fixture_hold(struct core_fixture *f) {
    pthread_mutex_lock(&f->mutex);
    f->is_held = true;
    pthread_mutex_unlock(&f->mutex);
}

static inline void core_fixture_await_commit(struct core_fixture *f) {
    pthread_mutex_lock(&f->mutex);
    while (f->waiting == 0)
        pthread_cond_wait(&f->changed, &f->mutex);
    pthread_mutex_unlock(&f->mutex);
}

static inline void core_fixture_let_go(struct core_fixture *f) {
    pthread_mutex_lock(&f->mutex);
    f->is_held = false;
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->mutex);
}

static inline void core_fixture_open(struct core_fixture *f) {
    const struct store_options options = {.directory = f->dir.path};
    const char *message = NULL;
    assert_int_equal(store_open(&options, &f->store, &message), ERR_OK);
    f->journal = journal_local_new(f->store);
    f->own = f->journal->ops;
    f->ops = *f->own;
    f->ops.begin = core_fixture_begin;
    f->ops.commit = core_fixture_commit;
    f->ops.load = core_fixture_load;
    f->ops.recover = core_fixture_recover;
    f->journal->ops = &f->ops;
    assert_int_equal(reader_pool_open(store_path(f->store), &f->readers), ERR_OK);
    struct core_options core_options = {
        .chat = chat_options_default(), .journal = f->journal, .readers = f->readers};
    core_options.chat.presence_grace_ms = 0;
    core_options.chat.presence_gather_ms = 1;
    core_options.chat.rate_scale = 0;
    core_options.chat.guests = true;
    core_options.chat.version = "0.0.0";
    assert_int_equal(core_open(&core_options, &f->core), ERR_OK);
    core_set_gateways(f->core, f->gateways->gateways, f->gateways->workers);
    reader_pool_set_gateways(f->readers, f->gateways->gateways);
    reader_pool_start(f->readers);
    core_start(f->core);
}

static inline void core_fixture_close(struct core_fixture *f) {
    core_stop(f->core);
    reader_pool_stop(f->readers);
    core_free(f->core);
    reader_pool_free(f->readers);
    f->journal->ops->close(f->journal);
    store_close(f->store);
}

static inline int core_fixture_setup(void **state) {
    struct core_fixture *f = calloc(1, sizeof *f);
    void *gateways;
    gateway_fixture_setup(&gateways);
    f->gateways = gateways;
    pthread_mutex_init(&f->mutex, NULL);
    pthread_cond_init(&f->changed, NULL);
    core_fixture_running = f;
    test_dir_make(&f->dir);
    core_fixture_open(f);
    *state = f;
    return 0;
}

static inline int core_fixture_teardown(void **state) {
    struct core_fixture *f = *state;
    void *gateways = f->gateways;
    core_fixture_close(f);
    gateway_fixture_teardown(&gateways);
    test_dir_remove(&f->dir);
    free(f);
    return 0;
}

/* ---- Asking ---- */

/* What has come back of one request. */
struct core_answer {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_there;
    enum proto_error error;
    struct buf json;
    chat_session_id session; /* of an ATTACH */
};

static inline void core_answer_init(struct core_answer *answer) {
    *answer = (struct core_answer){.mutex = PTHREAD_MUTEX_INITIALIZER,
                                   .changed = PTHREAD_COND_INITIALIZER};
}

static inline void core_answer_come(struct chat_request *request) {
    struct core_answer *answer = request->owner;
    pthread_mutex_lock(&answer->mutex);
    answer->is_there = true;
    answer->error = request->error;
    buf_append_str(&answer->json, buf_str(&request->json));
    if (request->attached != NULL)
        answer->session = request->attached->session;
    pthread_cond_signal(&answer->changed);
    pthread_mutex_unlock(&answer->mutex);
    chat_request_free(request);
}

static inline enum proto_error core_answer_wait(struct core_answer *answer) {
    struct timespec until;
    int error = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FIXTURE_WAIT_MS / 1000;
    pthread_mutex_lock(&answer->mutex);
    while (!answer->is_there && error == 0)
        error = pthread_cond_timedwait(&answer->changed, &answer->mutex, &until);
    assert_true(answer->is_there);
    pthread_mutex_unlock(&answer->mutex);
    return answer->error;
}

static inline struct chat_request *core_request(struct core_answer *answer, int act) {
    struct chat_request *request = chat_request_new(act, 0, core_answer_come);
    core_answer_init(answer);
    request->owner = answer;
    return request;
}

static inline void core_answer_deinit(struct core_answer *answer) {
    buf_deinit(&answer->json);
}

/* A connection of a new guest, under that key. */
static inline struct chat_request *core_attach(struct core_answer *answer, const char *name,
                                               uint64_t key) {
    struct chat_request *request = core_request(answer, CHAT_ACT_ATTACH);
    struct chat_attach *attach = ARENA_NEW(&request->arena, struct chat_attach);
    attach->name = arena_copy(&request->arena, str_of_c(name));
    attach->resume_pos = -1;
    attach->sid = STR("abcdefghijklmnopqr-_");
    attach->agent = STR("tests");
    attach->address = STR("127.0.0.1");
    memcpy(attach->fresh_token_hash, name, strlen(name));
    request->fresh_token = STR("ply_s_token");
    request->command.payload = attach;
    request->command.actor.connection = key;
    return request;
}

/* Another connection of the guest who came under that name. */
static inline struct chat_request *core_attach_again(struct core_answer *answer, const char *name,
                                                     uint64_t key) {
    struct chat_request *request = core_attach(answer, name, key);
    struct chat_attach *attach = (struct chat_attach *)(uintptr_t)request->command.payload;
    attach->has_token = true;
    memcpy(attach->token_hash, name, strlen(name));
    return request;
}

/* A command whose payload is this JSON. */
static inline struct chat_request *core_command(struct core_answer *answer, int command,
                                                chat_session_id session, const char *json) {
    struct chat_request *request = core_request(answer, command);
    json_t *payload = json_loads(json, 0, NULL);
    const struct proto_struct *shape = proto_commands[command].payload;
    void *decoded = arena_alloc(&request->arena, shape->size + 1);
    assert_int_equal(proto_decode(shape, payload, &request->arena, decoded, NULL), PROTO_OK);
    json_decref(payload);
    request->command.payload = decoded;
    request->command.actor.session = session;
    return request;
}

static inline struct chat_request *core_detach(struct core_answer *answer, uint64_t key) {
    struct chat_request *request = core_request(answer, CHAT_ACT_DETACH);
    struct chat_detach *detach = ARENA_NEW(&request->arena, struct chat_detach);
    detach->connection = key;
    request->command.payload = detach;
    return request;
}
