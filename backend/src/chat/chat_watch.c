/* chat_watch.c: whom a connection watches.
 *
 * Owns      struct chat_watch, struct chat_watched.
 *
 * Above the crowd limit presence is sent only about watched people, so each connection names those that its screen shows. The
 * links of one connection are one allocation; each stands in the list of the one who is watched, so that both ways
 * are short: replacing a list, and finding the watchers of somebody.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_view.h"

#include <stdlib.h>

static struct chat_watched *watched_of(struct chat *chat, chat_user_id user) {
    struct chat_watched *watched = map_find(&chat->watched, (uint64_t)user);
    if (watched == NULL) {
        watched = MEM_NEW(struct chat_watched);
        watched->user = user;
        list_init(&watched->watchers);
        map_put(&chat->watched, (uint64_t)user, watched);
    }
    return watched;
}

static void watch_end(struct chat *chat, struct chat_watch *watch) {
    list_remove(&watch->node);
    if (!list_is_empty(&watch->whom->watchers))
        return;
    map_remove(&chat->watched, (uint64_t)watch->whom->user);
    free(watch->whom);
}

void chat_watch_set(struct chat *chat, struct chat_connection *connection, const int64_t *users,
                    size_t count) {
    for (size_t i = 0; i < connection->watch_count; i++)
        watch_end(chat, &connection->watches[i]);
    free(connection->watches);
    connection->watches = count > 0 ? mem_new(count, sizeof *connection->watches) : NULL;
    connection->watch_count = count;
    for (size_t i = 0; i < count; i++) {
        struct chat_watch *watch = &connection->watches[i];
        watch->by = connection;
        watch->whom = watched_of(chat, users[i]);
        list_append(&watch->whom->watchers, &watch->node);
    }
}

enum proto_error chat_on_presence_watch(struct chat_turn *turn) {
    const struct proto_presence_watch *payload = turn->command->payload;
    struct chat_connection *connection =
        map_find(&turn->chat->connections, turn->command->actor.connection);
    size_t count = 0;
    int64_t *known = ARENA_NEW_N(turn->arena, int64_t, payload->users_count);
    for (size_t i = 0; i < payload->users_count; i++)
        if (chat_user_find(turn->chat, payload->users[i]) != NULL)
            known[count++] = payload->users[i];
    if (connection != NULL)
        chat_watch_set(turn->chat, connection, known, count);
    return PROTO_OK;
}

const void *chat_answer_presence_watch(struct chat_turn *turn) {
    const struct proto_presence_watch *payload = turn->command->payload;
    struct proto_presence_watch_result *result =
        ARENA_NEW(turn->arena, struct proto_presence_watch_result);
    result->users = ARENA_NEW_N(turn->arena, struct proto_user, payload->users_count);
    for (size_t i = 0; i < payload->users_count; i++) {
        const struct chat_user *user = chat_user_find(turn->chat, payload->users[i]);
        if (user != NULL)
            chat_view_user(turn->chat, user, &result->users[result->users_count++]);
    }
    return result;
}
