/* chat_request.c: what crosses from a worker to the core and back.
 *
 * Owns      struct chat_request, which moves with its owner from thread to thread.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_request.h"

#include "base/mem.h"

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
