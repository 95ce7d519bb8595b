/* test_facts.h: facts as the chat would make them, in one line each.
 *
 * Names and texts are made from the ids, so that a test can say what it expects: user 7 is "user7", shown as "User 7".
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat/chat_fact.h"
#include "test.h"

#define FACT_AT_MS 1764000000000

/* A few texts at a time; the oldest is overwritten by the 64th after it. */
static inline struct str fact_text(const char *prefix, int64_t id) {
    static char texts[64][64];
    static unsigned next;
    char *text = texts[next++ % 64];
    snprintf(text, sizeof(texts[0]), "%s%lld", prefix, (long long)id);
    return str_of_c(text);
}

static inline struct chat_fact fact_user(int64_t id) {
    struct chat_fact fact = {.kind = CHAT_FACT_USER_NEW, .at_ms = FACT_AT_MS};
    fact.user = (struct chat_user_fact){.id = id,
                                        .name = fact_text("user", id),
                                        .display_name = fact_text("User ", id),
                                        .kind = PROTO_USER_KIND_GUEST,
                                        .role = PROTO_USER_ROLE_GUEST,
                                        .status = PROTO_STATUS_ONLINE,
                                        .created_at_ms = FACT_AT_MS,
                                        .last_seen_ms = FACT_AT_MS};
    return fact;
}

static inline struct chat_fact fact_session(int64_t id, int64_t user) {
    struct chat_fact fact = {.kind = CHAT_FACT_SESSION_NEW, .at_ms = FACT_AT_MS};
    fact.session = (struct chat_session_fact){.id = id,
                                              .user = user,
                                              .created_at_ms = FACT_AT_MS,
                                              .used_at_ms = FACT_AT_MS,
                                              .agent = STR("agent"),
                                              .address = STR("127.0.0.1")};
    memset(fact.session.token_hash, (int)id, CHAT_TOKEN_HASH_BYTES);
    return fact;
}

static inline struct chat_fact fact_room(int64_t id) {
    struct chat_fact fact = {.kind = CHAT_FACT_ROOM_NEW, .at_ms = FACT_AT_MS};
    fact.room = (struct chat_room_fact){.id = id,
                                        .slug = fact_text("room-", id),
                                        .name = fact_text("Room ", id),
                                        .topic = STR(""),
                                        .kind = PROTO_ROOM_KIND_PUBLIC,
                                        .created_at_ms = FACT_AT_MS};
    return fact;
}

static inline struct chat_fact fact_joined(int64_t room, int64_t user) {
    struct chat_fact fact = {.kind = CHAT_FACT_MEMBER_JOINED, .at_ms = FACT_AT_MS};
    fact.member = (struct chat_member_fact){.room = room,
                                            .user = user,
                                            .role = PROTO_MEMBER_ROLE_MEMBER,
                                            .joined_at_ms = FACT_AT_MS,
                                            .level = PROTO_LEVEL_ALL};
    return fact;
}

static inline struct chat_fact fact_left(int64_t room, int64_t user) {
    struct chat_fact fact = {.kind = CHAT_FACT_MEMBER_LEFT, .at_ms = FACT_AT_MS};
    fact.member =
        (struct chat_member_fact){.room = room, .user = user, .reason = PROTO_GONE_REASON_LEFT};
    return fact;
}

static inline struct chat_fact fact_message(int64_t id, int64_t room, int64_t seq, int64_t author) {
    struct chat_fact fact = {.kind = CHAT_FACT_MESSAGE_NEW, .at_ms = FACT_AT_MS + id};
    fact.message = (struct chat_message_fact){.id = id,
                                              .room = room,
                                              .seq = seq,
                                              .author = author,
                                              .body = fact_text("text ", id),
                                              .nonce = fact_text("nonce-", id)};
    return fact;
}
