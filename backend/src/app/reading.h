/* reading.h: the part of an answer that comes from the store.
 *
 * The core has decided who may read what, exactly; this carries it out and encodes the answer. Where the messages and
 * events come from is behind a port, so that the readers' threads (reader.c) and the simulation (tests/sim) share the code.
 *
 * Thread: whoever has the request: a reader.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_request.h"
#include "search/search_db.h"
#include "store/store_list.h"
#include "store/store_own.h"
#include "store/store_thread.h"

/* As the functions of store_read.h say. */
struct reading_port {
    void *context;
    enum err (*history)(void *context, const struct chat_read *read, struct arena *arena,
                        struct store_page *out);
    enum err (*message)(void *context, int64_t message, struct arena *arena,
                        struct chat_stored_message *out);
    enum err (*versions)(void *context, int64_t message, struct arena *arena,
                         struct store_versions *out);
    /* The list that `read` names by its kind. */
    enum err (*list)(void *context, const struct chat_read *read, struct arena *arena,
                     struct store_list *out);
    enum err (*audit)(void *context, int64_t user, int64_t room, int64_t before, int64_t limit,
                      struct arena *arena, struct store_audit *out);
    enum err (*drafts)(void *context, int64_t user, struct arena *arena, struct store_drafts *out);
    enum err (*threads)(void *context, const struct chat_read *read, struct arena *arena,
                        struct store_threads *out);
    enum err (*events)(void *context, int64_t user, const int64_t *rooms, size_t room_count,
                       int64_t from_pos, int64_t to_pos, int64_t limit, struct arena *arena,
                       struct store_events *out);
    /* As search_find says; NULL: there is no search. */
    enum err (*search)(void *context, const struct search_wish *wish, struct arena *arena,
                       struct search_found *out);
};

/* Completes the answer of a request whose read.kind is set; an error is an answer as well. */
void reading_complete(const struct reading_port *port, struct chat_request *request);
/* Makes a refusal of the answer. */
void reading_refuse(struct chat_request *request, enum proto_error code, struct str message);
