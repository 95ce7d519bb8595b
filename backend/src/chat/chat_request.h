/* chat_request.h: what crosses from a worker to the core and back.
 *
 * A worker makes a request with everything in the request's own arena, submits it, and gets the same struct back on its
 * own thread with the answer filled in; then it frees it. In between it belongs to the core, or to a reader.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/mailbox.h"
#include "chat/chat.h"

struct chat_request;
/* Called on the worker's thread with the answer; must free the request (chat_request_free). */
typedef void (*chat_answer_cb)(struct chat_request *request);

struct chat_request {
    struct mail mail;
    struct arena arena;          /* owns the payload and whatever the answer points to */
    struct chat_command command; /* act, actor, payload; the core stamps the times */
    unsigned worker;             /* whom to give the answer to */
    chat_answer_cb on_answer;
    void *owner;         /* the worker's own; untouched by others */
    size_t owner_bytes;  /* likewise: what the owner counts against a bound */
    uint64_t connection; /* likewise: the key of a client or a net connection, to be looked up */
    uint64_t ack_id;
    bool wants_ack;

    /* The answer */
    enum proto_error error;
    int64_t retry_after_ms;         /* with rate_limited */
    struct buf json;                /* the `data` object, or the error object */
    struct chat_read read;          /* the reader's part */
    struct chat_hashing hashing;    /* the hasher's part; its texts are in the arena */
    void *result;                   /* for the reader: the result struct, deep in the arena */
    struct chat_attached *attached; /* ATTACH */
    struct chat_file_fact *file;    /* FILE_LOOK; in the arena */
    struct str fresh_token;         /* ATTACH: what a new guest gets; in the arena */
    struct chat_replay *replay;     /* ATTACH with a replay, from the reader */
};

/* Missed events of a resumed connection, oldest first; in the request's arena. */
struct chat_replay {
    bool complete; /* false: more than the limit, start afresh */
    bool has_rest; /* these are the first ones, as many as fit into an outbox */
    struct chat_replay_event {
        int64_t pos;
        enum proto_event event;
        struct str data; /* JSON of the payload */
    } * events;
    size_t count;
};

/* Returns owned, with an empty arena. */
struct chat_request *chat_request_new(int act, unsigned worker, chat_answer_cb on_answer);
void chat_request_free(struct chat_request *request);
/* Makes the secret that the act gives out, if it does: before it is submitted. */
void chat_request_make_secret(struct chat_request *request);

/* How a worker reaches the core: gives the request away; the answer comes to request->on_answer, also when the core's
 * queue is full (unavailable). Any thread. */
struct chat_desk {
    void *core;
    void (*submit)(void *core, struct chat_request *request);
};
