/* world_account.h: people with accounts, in a chat_world.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "chat_world.h"

#define WORLD_PASSWORD "kafka auf dem rasen"
#define WORLD_OUTSIDE  "203.0.113.9"

/* Registers as `reg` says, from outside unless it says otherwise, with a fresh token; `guest` becomes it (NULL: nobody). */
static inline enum proto_error world_register(struct world *w, struct chat_register reg,
                                              const struct person *guest, struct person *out) {
    struct chat_actor actor = {0};
    uint64_t token = 500000 + ++w->last_secret;
    if (guest != NULL) {
        actor.has_token = true;
        memcpy(actor.token_hash, fake_find_session(w->store, guest->session)->token_hash,
               CHAT_TOKEN_HASH_BYTES);
    }
    if (str_is_none(reg.password))
        reg.password = STR(WORLD_PASSWORD);
    if (str_is_none(reg.address))
        reg.address = STR(WORLD_OUTSIDE);
    world_hash(token, reg.fresh_token_hash);
    enum proto_error error = world_act(w, actor, CHAT_ACT_REGISTER, &reg);
    if (out != NULL)
        *out = (struct person){w->outcome.note.user, w->outcome.note.session, 0};
    return error;
}

/* Somebody with an account, connected. The first is the owner. */
static inline struct person world_account(struct world *w, const char *name) {
    struct person person = {0};
    struct chat_register reg = {
        .name = str_of_c(name), .address = STR("127.0.0.1"), .is_local = true};
    assert_int_equal(world_register(w, reg, NULL, &person), PROTO_OK);
    return world_again(w, &person);
}

static inline enum proto_error world_role(struct world *w, const struct person *by,
                                          const struct person *whom, enum proto_user_role role) {
    struct proto_server_role payload = {.user = whom->user, .role = role};
    return world_do(w, by, PROTO_COMMAND_SERVER_ROLE, &payload);
}

static inline enum proto_error world_login(struct world *w, const char *name, const char *password,
                                           const char *address, struct person *out) {
    struct chat_login login = {
        .name = str_of_c(name), .password = str_of_c(password), .address = str_of_c(address)};
    world_hash(500000 + ++w->last_secret, login.fresh_token_hash);
    enum proto_error error = world_act(w, (struct chat_actor){0}, CHAT_ACT_LOGIN, &login);
    if (out != NULL)
        *out = (struct person){w->outcome.note.user, w->outcome.note.session, 0};
    return error;
}

/* Invites as `payload` says; the secret lives as long as the world. */
static inline struct str world_invite(struct world *w, const struct person *by,
                                      struct proto_invite_create payload) {
    assert_int_equal(world_do(w, by, PROTO_COMMAND_INVITE_CREATE, &payload), PROTO_OK);
    return ((const struct proto_invite_create_result *)w->answer)->secret;
}

/* So many sessions were told to end by the last act. */
static inline size_t world_ended(const struct world *w) {
    size_t count = 0;
    for (size_t i = 0; i < w->outcome.signal_count; i++)
        count += w->outcome.signals[i].kind == CHAT_SIGNAL_END_SESSION;
    return count;
}

static inline const struct chat_user_fact *world_user(struct world *w, const struct person *who) {
    return fake_find_user(w->store, who->user);
}
