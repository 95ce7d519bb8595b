/* fake_desk.h: a core that the test plays.
 *
 * What workers submit is queued; the test takes a request (and owns it then), looks into it, fills in the answer and gives
 * it back, as the core would. Every wait has a time limit.
 *
 *     struct chat_request *request = fake_desk_take(&desk);
 *     buf_append_c(&request->json, "{}");
 *     fake_desk_answer(&desk, request);
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"
#include "net_fixture.h"
#include "proto/proto_encode.h"

struct fake_desk {
    struct loop *loop; /* whom fake_desk_answer answers */
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct chat_request *queue[64];
    size_t count;
    atomic_bool
        is_full; /* answers `unavailable` at once, on the worker's thread, as a full core does */
    atomic_int submitted; /* ever, those of a full desk too */
};

static inline void fake_desk_fail(struct chat_request *request, enum proto_error code,
                                  const char *message) {
    const struct proto_error_body body = {.code = code, .message = str_of_c(message)};
    request->error = code;
    buf_clear(&request->json);
    proto_encode(&proto_error_body_shape, &body, &request->json);
}

static inline void fake_desk_submit(void *core, struct chat_request *request) {
    struct fake_desk *desk = core;
    atomic_fetch_add(&desk->submitted, 1);
    if (atomic_load(&desk->is_full) && request->command.act != CHAT_ACT_DETACH) {
        fake_desk_fail(request, PROTO_UNAVAILABLE, "Full.");
        request->on_answer(request);
        return;
    }
    pthread_mutex_lock(&desk->mutex);
    assert_true(desk->count < TEST_COUNT(desk->queue));
    desk->queue[desk->count++] = request;
    pthread_cond_signal(&desk->changed);
    pthread_mutex_unlock(&desk->mutex);
}

static inline void fake_desk_init(struct fake_desk *desk) {
    *desk =
        (struct fake_desk){.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
}

static inline struct chat_desk fake_desk_port(struct fake_desk *desk) {
    return (struct chat_desk){.core = desk, .submit = fake_desk_submit};
}

/* The oldest request; waits for it. */
static inline struct chat_request *fake_desk_take(struct fake_desk *desk) {
    struct timespec until;
    int error = 0;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += FIXTURE_WAIT_MS / 1000;
    pthread_mutex_lock(&desk->mutex);
    while (desk->count == 0 && error == 0)
        error = pthread_cond_timedwait(&desk->changed, &desk->mutex, &until);
    if (desk->count == 0)
        fail_msg("nothing was submitted");
    struct chat_request *request = desk->queue[0];
    desk->count--;
    memmove(desk->queue, desk->queue + 1, desk->count * sizeof desk->queue[0]);
    pthread_mutex_unlock(&desk->mutex);
    return request;
}

/* As fake_desk_take; it must be this act. */
static inline struct chat_request *fake_desk_take_act(struct fake_desk *desk, int act) {
    struct chat_request *request = fake_desk_take(desk);
    assert_int_equal(request->command.act, act);
    return request;
}

struct fake_desk_delivery {
    struct loop_call call;
    struct chat_request *request;
};

static inline void fake_desk_deliver(struct loop *loop, struct loop_call *call) {
    struct fake_desk_delivery *delivery = (struct fake_desk_delivery *)(void *)call;
    (void)loop;
    delivery->request->on_answer(delivery->request);
    free(delivery);
}

/* Gives the request back to its worker; takes it. */
static inline void fake_desk_answer(struct fake_desk *desk, struct chat_request *request) {
    struct fake_desk_delivery *delivery = calloc(1, sizeof *delivery);
    delivery->call.run = fake_desk_deliver;
    delivery->request = request;
    loop_post(desk->loop, &delivery->call);
}

static inline void fake_desk_answer_ok(struct fake_desk *desk, struct chat_request *request,
                                       const char *json) {
    buf_append_c(&request->json, json);
    fake_desk_answer(desk, request);
}

/* Frees what nobody took, as the core does at its end. */
static inline void fake_desk_deinit(struct fake_desk *desk) {
    for (size_t i = 0; i < desk->count; i++)
        chat_request_free(desk->queue[i]);
    desk->count = 0;
}
