/* chat_world.h: a chat with its store and its clocks, driven as the core drives it.
 *
 * An act is decided; each fact gets its position, is evolved, its event built, and the store told; then comes the answer.
 * What the last act gave (facts, events, signals, answer, error) stays in the world until the next one. `world.now` is both
 * clocks at once, offset; nothing passes by itself.
 *
 * People are made by world_guest and named by a `struct person`; each has a session, and a connection while he is attached.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "fake_chat_port.h"
#include "test.h"

#include "base/token.h"
#include "chat/chat.h"

#define WORLD_EVENTS_MAX 256
#define WORLD_EPOCH_MS   1764000000000

struct world_event {
    enum proto_event event;
    const void *payload;
    struct chat_audience audience;
    int64_t pos; /* 0: a signal's */
};

struct person {
    int64_t user, session;
    uint64_t connection;
};

struct world {
    struct chat *chat;
    struct fake_store *store;
    struct arena arena;
    int64_t mono_ms; /* the wall clock is WORLD_EPOCH_MS later */
    int64_t wall_shift_ms;
    uint64_t last_connection;
    uint64_t last_nonce, last_secret;
    struct arena secrets;                   /* for ever */
    size_t hashings;                        /* that were wanted, ever */
    void (*meanwhile)(struct world *world); /* what happens while it is hashed; NULL: nothing */

    struct chat_outcome outcome; /* of the last act */
    enum proto_error error;
    const void *answer;
    struct world_event events[WORLD_EVENTS_MAX]; /* of the facts, then of the signals */
    size_t event_count;
};

static inline int64_t world_wall_ms(const struct world *w) {
    return WORLD_EPOCH_MS + w->mono_ms + w->wall_shift_ms;
}

/* Carrying out */

static inline void world_note(struct world *w, enum proto_event event, const void *payload,
                              struct chat_audience audience, int64_t pos) {
    if (w->event_count < WORLD_EVENTS_MAX)
        w->events[w->event_count++] = (struct world_event){event, payload, audience, pos};
}

static inline void world_apply(struct world *w) {
    for (size_t i = 0; i < w->outcome.fact_count; i++) {
        struct chat_fact *fact = &w->outcome.facts[i];
        const void *payload;
        struct chat_audience audience;
        fact->pos = chat_pos(w->chat) + 1;
        chat_evolve(w->chat, fact);
        enum proto_event event = chat_fact_event(w->chat, fact, &w->arena, &payload, &audience);
        assert_int_equal(event != PROTO_EVENT_NONE, audience.scope != CHAT_SCOPE_NONE);
        if (event != PROTO_EVENT_NONE)
            world_note(w, event, payload, audience, fact->pos);
        fake_apply(w->store, fact);
    }
    for (size_t i = 0; i < w->outcome.signal_count; i++) {
        const struct chat_signal *signal = &w->outcome.signals[i];
        if (signal->kind == CHAT_SIGNAL_EVENT || signal->kind == CHAT_SIGNAL_NEWS)
            world_note(w, signal->event, signal->payload, signal->audience, 0);
    }
}

static inline void world_begin(struct world *w) {
    arena_reset(&w->arena);
    w->outcome = (struct chat_outcome){.arena = &w->arena};
    w->event_count = 0;
    w->answer = NULL;
    w->error = PROTO_OK;
}

/* As the hasher does it, but for the cost: the hash of "abc" is "hash:abc". */
static inline struct str world_hash_text(struct world *w, struct str password) {
    char *text = arena_alloc(&w->secrets, password.len + 6);
    snprintf(text, password.len + 6, "hash:%.*s", STR_ARG(password));
    return str_of_c(text);
}

static inline void world_prove(struct world *w, struct chat_proof *proof) {
    struct chat_hashing hashing = w->outcome.hashing;
    assert_int_equal(w->outcome.fact_count, 0);
    proof->known = arena_copy(&w->secrets, hashing.known);
    proof->is_right = hashing.checks && hashing.known.len > 0 &&
                      str_equal(world_hash_text(w, hashing.password), hashing.known);
    if (!str_is_none(hashing.fresh) && (!hashing.checks || proof->is_right))
        proof->fresh = world_hash_text(w, hashing.fresh);
    w->hashings++;
}

static inline enum proto_error world_decide(struct world *w, struct chat_command *command) {
    struct chat_proof *proof = ARENA_NEW(&w->secrets, struct chat_proof);
    world_begin(w);
    w->error = chat_decide(w->chat, command, &w->outcome);
    if (w->error != PROTO_OK || !w->outcome.hashing.is_wanted)
        return w->error;
    world_prove(w, proof);
    if (w->meanwhile != NULL)
        w->meanwhile(w);
    world_begin(w);
    w->outcome = (struct chat_outcome){.arena = &w->arena};
    command->proof = proof;
    w->error = chat_decide(w->chat, command, &w->outcome);
    assert_false(w->outcome.hashing.is_wanted);
    return w->error;
}

/* A fresh one for each act. */
static inline struct chat_secret world_secret(struct world *w) {
    struct chat_secret secret;
    char *text = arena_alloc(&w->secrets, TOKEN_TEXT_BYTES + 1);
    snprintf(text, TOKEN_TEXT_BYTES + 1, TOKEN_INVITE_PREFIX "%043llu",
             (unsigned long long)++w->last_secret);
    secret.text = str_of_c(text);
    assert_true(token_hash_of(TOKEN_INVITE_PREFIX, secret.text, secret.hash));
    return secret;
}

static inline enum proto_error world_act(struct world *w, struct chat_actor actor, int act,
                                         const void *payload) {
    struct chat_secret secret = world_secret(w);
    struct chat_command command = {
        .act = act,
        .actor = actor,
        .payload = payload,
        .secret = &secret,
        .now_ms = world_wall_ms(w),
        .mono_ms = w->mono_ms,
    };
    w->error = world_decide(w, &command);
    if (w->error != PROTO_OK) {
        assert_int_equal(w->outcome.fact_count, 0);
        assert_int_equal(w->outcome.error.code, w->error);
        assert_true(w->outcome.error.message.len > 0);
        return w->error;
    }
    world_apply(w);
    w->answer = chat_answer(w->chat, &command, &w->outcome);
    return PROTO_OK;
}

/* A command of the protocol, over the person's connection. */
static inline enum proto_error world_do(struct world *w, const struct person *person, int act,
                                        const void *payload) {
    return world_act(
        w, (struct chat_actor){.session = person->session, .connection = person->connection}, act,
        payload);
}

static inline void world_tick(struct world *w) {
    world_begin(w);
    chat_tick(w->chat, world_wall_ms(w), w->mono_ms, &w->outcome);
    world_apply(w);
}

/* Lets time pass, tick by tick as they are due. Events of the last tick stay. */
static inline void world_pass(struct world *w, int64_t ms) {
    int64_t end_ms = w->mono_ms + ms;
    for (int64_t due_ms; (due_ms = chat_due_ms(w->chat)) <= end_ms;) {
        if (due_ms > w->mono_ms)
            w->mono_ms = due_ms;
        world_tick(w);
    }
    w->mono_ms = end_ms;
}

/* Life */

static inline struct world *world_new_with(struct chat_options options) {
    struct world *w = MEM_NEW(struct world);
    w->store = fake_store_new();
    struct chat_port port = fake_port(w->store);
    w->mono_ms = 1000000;
    w->chat = chat_new(&options, &port);
    fake_load(w->store, w->chat);
    world_begin(w);
    chat_found(w->chat, world_wall_ms(w), &w->outcome);
    world_apply(w);
    return w;
}

static inline struct chat_options world_options(void) {
    struct chat_options options = chat_options_default();
    options.rate_scale = 0;
    options.version = "1.2.3";
    return options;
}

static inline struct world *world_new(void) {
    return world_new_with(world_options());
}

static inline void world_free(struct world *w) {
    chat_check(w->chat);
    chat_free(w->chat);
    fake_store_free(w->store);
    arena_deinit(&w->arena);
    arena_deinit(&w->secrets);
    free(w);
}

/* Loads the state again, as after a failed commit. */
static inline void world_reload(struct world *w) {
    struct chat *beside = chat_new_beside(w->chat);
    fake_load(w->store, beside);
    chat_adopt(w->chat, beside);
    chat_check(w->chat);
}

/* People */

/* The token of a number, hashed; no two are alike. */
static inline void world_hash(uint64_t number, unsigned char out[CHAT_TOKEN_HASH_BYTES]) {
    memset(out, 0x5A, CHAT_TOKEN_HASH_BYTES);
    memcpy(out, &number, sizeof number);
}

/* Attaches as `attach` says, with a fresh connection and a fresh token of the same number. */
static inline enum proto_error world_attach(struct world *w, struct chat_attach attach,
                                            struct person *person) {
    uint64_t connection = ++w->last_connection;
    char sid[32];
    int len = snprintf(sid, sizeof sid, "sid-%llu", (unsigned long long)connection);
    attach.sid = str_of(sid, (size_t)len);
    if (str_is_none(attach.address))
        attach.address = STR("127.0.0.1");
    if (str_is_none(attach.agent))
        attach.agent = STR("test");
    world_hash(connection, attach.fresh_token_hash);
    enum proto_error error =
        world_act(w, (struct chat_actor){.connection = connection}, CHAT_ACT_ATTACH, &attach);
    if (error != PROTO_OK)
        return error;
    const struct chat_attached *attached = w->answer;
    if (person != NULL)
        *person = (struct person){attached->user, attached->session, connection};
    return PROTO_OK;
}

static inline struct person world_guest(struct world *w, const char *name) {
    struct person person = {0};
    struct chat_attach attach = {.name = str_of_c(name), .resume_pos = -1};
    assert_int_equal(world_attach(w, attach, &person), PROTO_OK);
    return person;
}

/* One more connection of the same session. */
static inline struct person world_again(struct world *w, const struct person *person) {
    struct person again = {0};
    struct chat_attach attach = {.has_token = true, .resume_pos = -1};
    memcpy(attach.token_hash, fake_find_session(w->store, person->session)->token_hash,
           CHAT_TOKEN_HASH_BYTES);
    assert_int_equal(world_attach(w, attach, &again), PROTO_OK);
    return again;
}

static inline void world_detach(struct world *w, const struct person *person) {
    struct chat_detach detach = {person->connection};
    assert_int_equal(world_act(w, (struct chat_actor){.connection = person->connection},
                               CHAT_ACT_DETACH, &detach),
                     PROTO_OK);
}

/* Common commands */

static inline struct proto_room_ref world_slug(const char *slug) {
    return (struct proto_room_ref){.slug = str_of_c(slug)};
}

static inline struct proto_room_ref world_id(int64_t room) {
    return (struct proto_room_ref){.id = room};
}

/* Makes a room; its id. */
static inline int64_t world_room(struct world *w, const struct person *person, const char *name,
                                 bool private) {
    struct proto_room_create payload = {.name = str_of_c(name), .private = private};
    assert_int_equal(world_do(w, person, PROTO_COMMAND_ROOM_CREATE, &payload), PROTO_OK);
    return ((const struct proto_room_create_result *)w->answer)->room->id;
}

static inline enum proto_error world_join(struct world *w, const struct person *person,
                                          int64_t room) {
    struct proto_room_join payload = {.room = world_id(room)};
    return world_do(w, person, PROTO_COMMAND_ROOM_JOIN, &payload);
}

/* Carries out a fact that no command gives yet. */
static inline void world_fact(struct world *w, struct chat_fact fact) {
    world_begin(w);
    fact.at_ms = world_wall_ms(w);
    w->outcome.facts = ARENA_NEW(&w->arena, struct chat_fact);
    w->outcome.fact_count = w->outcome.fact_cap = 1;
    w->outcome.facts[0] = fact;
    world_apply(w);
}

/* Puts somebody into a room, as an invitation will, or gives him another role there. */
static inline void world_put(struct world *w, const struct person *person, int64_t room,
                             enum proto_member_role role) {
    bool is_in = fake_find_member(w->store, room, person->user) != NULL;
    world_fact(w, (struct chat_fact){
                      .kind = is_in ? CHAT_FACT_MEMBER_CHANGED : CHAT_FACT_MEMBER_JOINED,
                      .member = {.room = room,
                                 .user = person->user,
                                 .role = role,
                                 .joined_at_ms = world_wall_ms(w),
                                 .read_seq = fake_find_room(w->store, room)->last_seq,
                                 .level = PROTO_LEVEL_ALL},
                  });
}

static inline void world_set_room(struct world *w, struct chat_room_fact room) {
    world_fact(w, (struct chat_fact){.kind = CHAT_FACT_ROOM_CHANGED, .room = room});
}

static inline void world_set_user(struct world *w, struct chat_user_fact user) {
    world_fact(w, (struct chat_fact){.kind = CHAT_FACT_USER_CHANGED, .user = user});
}

static inline void world_set_role(struct world *w, const struct person *person,
                                  enum proto_user_role role) {
    struct chat_user_fact user = *fake_find_user(w->store, person->user);
    user.kind = PROTO_USER_KIND_MEMBER;
    user.role = role;
    world_set_user(w, user);
}

/* A room that is like `like` (made by world_room), but for what the caller sets. */
static inline struct chat_room_fact world_room_fact(struct world *w, int64_t like) {
    return *fake_find_room(w->store, like);
}

/* A direct message between two people; its id. */
static inline int64_t world_dm(struct world *w, const struct person *one,
                               const struct person *other) {
    int64_t room = (int64_t)w->store->room_count + 1;
    char slug[32];
    int len = snprintf(slug, sizeof slug, "dm-%lld", (long long)room);
    world_fact(w, (struct chat_fact){
                      .kind = CHAT_FACT_ROOM_NEW,
                      .room = {.id = room,
                               .slug = str_of(slug, (size_t)len),
                               .name = STR("dm"),
                               .kind = PROTO_ROOM_KIND_DM,
                               .owner = one->user,
                               .created_at_ms = world_wall_ms(w)},
                  });
    world_put(w, one, room, PROTO_MEMBER_ROLE_MEMBER);
    world_put(w, other, room, PROTO_MEMBER_ROLE_MEMBER);
    return room;
}

static inline enum proto_error world_send_as(struct world *w, const struct person *person,
                                             struct proto_room_ref room, struct str body,
                                             const char *nonce) {
    struct proto_message_send payload = {.room = room, .body = body, .nonce = str_of_c(nonce)};
    return world_do(w, person, PROTO_COMMAND_MESSAGE_SEND, &payload);
}

static inline enum proto_error world_send(struct world *w, const struct person *person,
                                          int64_t room, const char *body) {
    char nonce[32];
    snprintf(nonce, sizeof nonce, "nonce-%llu", (unsigned long long)++w->last_nonce);
    return world_send_as(w, person, world_id(room), str_of_c(body), nonce);
}

/* The message that was just sent. */
static inline const struct proto_message *world_sent(const struct world *w) {
    return ((const struct proto_message_send_result *)w->answer)->message;
}

/* Events */

/* The n-th event of that kind in the last act, or NULL. */
static inline const struct world_event *world_event(const struct world *w, enum proto_event event,
                                                    size_t n) {
    for (size_t i = 0; i < w->event_count; i++)
        if (w->events[i].event == event && n-- == 0)
            return &w->events[i];
    return NULL;
}

static inline bool world_shares_room(struct world *w, const struct chat_audience *audience,
                                     int64_t user) {
    for (size_t i = 0; i < audience->room_count; i++)
        if (fake_find_member(w->store, audience->rooms[i], user) != NULL)
            return true;
    return false;
}

/* Does the audience hold that user, as things stand now? */
static inline bool world_reaches(struct world *w, const struct chat_audience *audience,
                                 int64_t user) {
    switch (audience->scope) {
    case CHAT_SCOPE_NONE:
        return false;
    case CHAT_SCOPE_ALL:
        return true;
    case CHAT_SCOPE_ROOM:
        return user != audience->except_user &&
               fake_find_member(w->store, audience->room, user) != NULL;
    case CHAT_SCOPE_USER:
        return user == audience->user;
    case CHAT_SCOPE_PEERS:
        return user == audience->user || world_shares_room(w, audience, user);
    case CHAT_SCOPE_WATCH:
        for (size_t i = 0; i < audience->user_count; i++)
            if (audience->users[i] == user)
                return true;
        return false;
    }
    return false;
}

/* The last act's first event of that kind that reaches the person, or NULL. */
static inline const void *world_heard(struct world *w, const struct person *person,
                                      enum proto_event event) {
    for (size_t i = 0; i < w->event_count; i++)
        if (w->events[i].event == event && world_reaches(w, &w->events[i].audience, person->user))
            return w->events[i].payload;
    return NULL;
}

/* The first signal of that kind in the last act, or NULL. */
static inline const struct chat_signal *world_signal(const struct world *w,
                                                     enum chat_signal_kind kind) {
    for (size_t i = 0; i < w->outcome.signal_count; i++)
        if (w->outcome.signals[i].kind == kind)
            return &w->outcome.signals[i];
    return NULL;
}

/* How the person is in the room, by the model. */
static inline struct chat_member_fact *world_member(struct world *w, const struct person *person,
                                                    int64_t room) {
    return fake_find_member(w->store, room, person->user);
}

#define WORLD_GENERAL 1
