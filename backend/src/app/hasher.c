/* hasher.c: the thread that hashes passwords.
 *
 * Owns      struct hasher: its queue and its thread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/hasher.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/password.h"
#include "base/thread.h"
#include "gateway/gw_batch.h"
#include "proto/proto_encode.h"

#include <stdatomic.h>
#include <string.h>
#include <uv.h>

struct hasher {
    struct mailbox inbox;
    atomic_size_t queued; /* in the inbox and at work */
    uv_sem_t wake;
    uv_thread_t thread;
    bool is_started;
    atomic_bool is_stopping;
    struct chat_desk desk;
    struct gateway *const *gateways;
};

/* The work */

/* An empty text for nothing made. */
static bool make_hash(struct str password, struct arena *arena, struct str *out) {
    struct buf hash = BUF_EMPTY;
    bool good = password_hash(password, &hash);
    *out = good ? arena_copy(arena, buf_str(&hash)) : STR_NONE;
    buf_deinit(&hash);
    return good;
}

/* A right password whose hash is cheaper than today's is hashed anew. */
static struct str wanted_hash(const struct chat_hashing *hashing, bool is_right) {
    if (!hashing->checks || (is_right && !str_is_none(hashing->fresh)))
        return hashing->fresh;
    return is_right && password_is_outdated(hashing->known) ? hashing->password : STR_NONE;
}

static void wipe(struct str secret) {
    if (secret.len > 0)
        explicit_bzero((char *)secret.at, secret.len); /* in the request's own arena */
}

void hasher_work(struct chat_request *request) {
    struct chat_hashing *hashing = &request->hashing;
    struct chat_proof *proof = ARENA_NEW(&request->arena, struct chat_proof);
    ASSERT(hashing->is_wanted);
    proof->known = hashing->known;
    proof->is_right = hashing->checks && password_verify(hashing->password, hashing->known);
    struct str wanted = wanted_hash(hashing, proof->is_right);
    if (!str_is_none(wanted))
        proof->failed = !make_hash(wanted, &request->arena, &proof->fresh);
    wipe(hashing->password);
    wipe(hashing->fresh);
    request->command.proof = proof;
}

static void give_up(struct chat_request *request) {
    struct chat_proof *proof = ARENA_NEW(&request->arena, struct chat_proof);
    proof->failed = true;
    request->command.proof = proof;
}

/* The thread */

static void hasher_take(struct hasher *hasher) {
    struct mail *mail = mailbox_take(&hasher->inbox);
    while (mail != NULL) {
        struct mail *next = mail->next;
        struct chat_request *request = MAIL_ITEM(mail, struct chat_request, mail);
        if (atomic_load(&hasher->is_stopping))
            give_up(request);
        else
            hasher_work(request);
        atomic_fetch_sub_explicit(&hasher->queued, 1, memory_order_relaxed);
        hasher->desk.submit(hasher->desk.core, request);
        mail = next;
    }
}

static void hasher_main(void *argument) {
    struct hasher *hasher = argument;
    thread_set(THREAD_HASHER, 0);
    do {
        uv_sem_wait(&hasher->wake);
        hasher_take(hasher);
    } while (!atomic_load(&hasher->is_stopping) || !mailbox_is_empty(&hasher->inbox));
}

static void hasher_wake(void *context) {
    struct hasher *hasher = context;
    uv_sem_post(&hasher->wake);
}

struct hasher *hasher_new(void) {
    struct hasher *hasher = MEM_NEW(struct hasher);
    mailbox_init(&hasher->inbox, hasher_wake, hasher);
    int error = uv_sem_init(&hasher->wake, 0);
    ASSERT(error == 0);
    return hasher;
}

void hasher_connect(struct hasher *hasher, const struct chat_desk *desk,
                    struct gateway *const *gateways) {
    hasher->desk = *desk;
    hasher->gateways = gateways;
}

void hasher_start(struct hasher *hasher) {
    int error = uv_thread_create(&hasher->thread, hasher_main, hasher);
    ASSERT(error == 0);
    hasher->is_started = true;
}

static void refuse(struct hasher *hasher, struct chat_request *request) {
    struct gw_batch *batch = gw_batch_new();
    const struct proto_error_body body = {
        .code = PROTO_RATE_LIMITED,
        .message = STR("Too many people are signing in. Try again in a moment."),
        .retry_after_ms = HASHER_RETRY_MS,
    };
    request->error = body.code;
    request->retry_after_ms = body.retry_after_ms;
    buf_clear(&request->json);
    proto_encode(&proto_error_body_shape, &body, &request->json);
    gw_batch_answer(batch, request);
    gw_batch_post(batch, &hasher->gateways[request->worker], 1);
}

void hasher_submit(struct hasher *hasher, struct chat_request *request) {
    ASSERT_THREAD(CORE);
    bool is_full =
        atomic_fetch_add_explicit(&hasher->queued, 1, memory_order_relaxed) >= HASHER_QUEUE_MAX;
    if (is_full || atomic_load(&hasher->is_stopping)) {
        atomic_fetch_sub_explicit(&hasher->queued, 1, memory_order_relaxed);
        refuse(hasher, request);
        return;
    }
    mailbox_post(&hasher->inbox, &request->mail);
}

void hasher_stop(struct hasher *hasher) {
    atomic_store(&hasher->is_stopping, true);
    if (!hasher->is_started)
        return;
    uv_sem_post(&hasher->wake);
    (void)uv_thread_join(&hasher->thread);
}

void hasher_free(struct hasher *hasher) {
    if (hasher == NULL)
        return;
    struct mail *mail = mailbox_take(&hasher->inbox);
    while (mail != NULL) { /* came between the thread's last look and the core's end */
        struct mail *next = mail->next;
        chat_request_free(MAIL_ITEM(mail, struct chat_request, mail));
        mail = next;
    }
    uv_sem_destroy(&hasher->wake);
    free(hasher);
}
