/* chat_request.c: what crosses from a worker to the core and back.
 *
 * Owns      struct chat_request, which moves with its owner from thread to thread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_request.h"

#include "base/mem.h"
#include "base/token.h"

#include <stdlib.h>

struct chat_request *chat_request_new(int act, unsigned worker, chat_answer_cb on_answer) {
    struct chat_request *request = MEM_NEW(struct chat_request);
    request->command.act = act;
    request->worker = worker;
    request->on_answer = on_answer;
    return request;
}

void chat_request_free(struct chat_request *request) {
    arena_deinit(&request->arena);
    buf_deinit(&request->json);
    free(request);
}

void chat_request_make_secret(struct chat_request *request) {
    const char *prefix = chat_act_wants_secret(request->command.act);
    if (prefix == NULL)
        return;
    struct chat_secret *secret = ARENA_NEW(&request->arena, struct chat_secret);
    struct buf text = BUF_EMPTY;
    token_append_of(prefix, &text);
    secret->text = arena_copy(&request->arena, buf_str(&text));
    ASSERT(token_hash_of(prefix, secret->text, secret->hash));
    request->command.secret = secret;
    buf_deinit(&text);
}
