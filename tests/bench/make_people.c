/* make_people.c: fills a data directory with people who have a session and share rooms, for the load generator.
 *
 *     make_people DIR ROOMS MEMBERS
 *
 * Person n (from 0) is in room-<n / MEMBERS>, as everybody is in `general`, and comes in with a token that load/dialect.c
 * knows how to write. Made over sockets, ten thousand guests would tell each other fifty million times that they came.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/log.h"
#include "base/token.h"
#include "bench.h"
#include "history.h"

#define PEOPLE_GENERAL 1

static void add_user(struct history *h, int64_t id) {
    char name[32];
    struct chat_fact fact = {.kind = CHAT_FACT_USER_NEW};
    snprintf(name, sizeof(name), "p%06lld", (long long)id - 1);
    fact.user = (struct chat_user_fact){.id = id,
                                        .name = str_of_c(name),
                                        .display_name = str_of_c(name),
                                        .kind = PROTO_USER_KIND_GUEST,
                                        .role = PROTO_USER_ROLE_GUEST,
                                        .status = PROTO_STATUS_ONLINE,
                                        .created_at_ms = h->at_ms,
                                        .last_seen_ms = h->at_ms};
    history_write(h, &fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
}

static void add_session(struct history *h, int64_t user) {
    char token[TOKEN_TEXT_BYTES + 1];
    struct chat_fact fact = {.kind = CHAT_FACT_SESSION_NEW};
    int len = snprintf(token, sizeof(token), "ply_s_benchbenchbenchbenchbenchbenchbench%08lld",
                       (long long)user - 1);
    fact.session = (struct chat_session_fact){.id = user,
                                              .user = user,
                                              .created_at_ms = h->at_ms,
                                              .used_at_ms = h->at_ms,
                                              .agent = STR("load"),
                                              .address = STR("127.0.0.1")};
    bool is_token = token_hash(str_of(token, (size_t)len), fact.session.token_hash);
    ASSERT(is_token);
    history_write(h, &fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
}

static void add_room(struct history *h, int64_t id, struct str slug) {
    struct chat_fact fact = {.kind = CHAT_FACT_ROOM_NEW};
    fact.room = (struct chat_room_fact){.id = id,
                                        .slug = slug,
                                        .name = slug,
                                        .topic = STR(""),
                                        .kind = PROTO_ROOM_KIND_PUBLIC,
                                        .created_at_ms = h->at_ms};
    history_write(h, &fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
}

static void add_member(struct history *h, int64_t room, int64_t user) {
    struct chat_fact fact = {.kind = CHAT_FACT_MEMBER_JOINED};
    fact.member = (struct chat_member_fact){.room = room,
                                            .user = user,
                                            .role = PROTO_MEMBER_ROLE_MEMBER,
                                            .joined_at_ms = h->at_ms,
                                            .level = PROTO_LEVEL_ALL};
    history_write(h, &fact, (struct store_log_entry){.event = PROTO_EVENT_NONE});
}

static void add_all(struct history *h, int64_t rooms, int64_t members) {
    add_room(h, PEOPLE_GENERAL, STR("general"));
    for (int64_t room = 0; room < rooms; room++) {
        char slug[32];
        snprintf(slug, sizeof(slug), "room-%06lld", (long long)room);
        add_room(h, PEOPLE_GENERAL + 1 + room, str_of_c(slug));
    }
    for (int64_t user = 1; user <= rooms * members; user++) {
        add_user(h, user);
        add_session(h, user);
        add_member(h, PEOPLE_GENERAL, user);
        add_member(h, PEOPLE_GENERAL + 1 + (user - 1) / members, user);
    }
}

int main(int argc, char **argv) {
    uint64_t rooms = 0, members = 0;
    if (argc != 4 || !str_to_u64(str_of_c(argv[2]), 100000, &rooms) ||
        !str_to_u64(str_of_c(argv[3]), 100000, &members)) {
        fprintf(stderr, "usage: make_people DIR ROOMS MEMBERS\n");
        return 2;
    }
    log_set_level(LOG_WARN);
    struct history h = {.store = history_open(argv[1]), .at_ms = clock_wall_ms()};
    history_check(store_batch_begin(h.store), "begin");
    add_all(&h, (int64_t)rooms, (int64_t)members);
    history_check(store_batch_commit(h.store), "commit");
    store_close(h.store);
    return 0;
}
