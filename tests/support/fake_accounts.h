/* fake_accounts.h: the part of fake_chat_port.h that is about accounts and their administration.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "chat/chat_port.h"

#define FAKE_ACCOUNTS_MAX 512

struct fake_accounts {
    struct chat_password_fact passwords[FAKE_ACCOUNTS_MAX];
    struct chat_ban_fact bans[FAKE_ACCOUNTS_MAX];
    struct chat_invite_fact invites[FAKE_ACCOUNTS_MAX];
    struct chat_audit_fact audits[FAKE_ACCOUNTS_MAX];
    struct chat_held_fact helds[FAKE_ACCOUNTS_MAX];
    size_t held_count;
    size_t password_count, ban_count, invite_count, audit_count;
    bool has_server;
    struct chat_server_fact server;
};

static inline void fake_set_password(struct fake_accounts *a, struct arena *arena,
                                     const struct chat_password_fact *fact) {
    size_t i = 0;
    while (i < a->password_count && a->passwords[i].user != fact->user)
        i++;
    a->password_count += i == a->password_count;
    a->passwords[i] = (struct chat_password_fact){fact->user, arena_copy(arena, fact->hash)};
}

static inline struct chat_invite_fact *fake_find_invite(struct fake_accounts *a, int64_t id) {
    for (size_t i = 0; i < a->invite_count; i++)
        if (a->invites[i].id == id)
            return &a->invites[i];
    return NULL;
}

static inline void fake_set_rooms(struct arena *arena, struct chat_invite_fact *invite,
                                  const struct chat_invite_fact *fact) {
    struct str rooms = str_of((const char *)fact->rooms, fact->room_count * sizeof fact->rooms[0]);
    invite->rooms = (const int64_t *)(const void *)arena_copy(arena, rooms).at;
    invite->room_count = fact->room_count;
}

static inline void fake_add_invite(struct fake_accounts *a, struct arena *arena,
                                   const struct chat_invite_fact *fact) {
    struct chat_invite_fact *invite = &a->invites[a->invite_count++];
    *invite = *fact;
    invite->note = arena_copy(arena, fact->note);
    fake_set_rooms(arena, invite, fact);
}

static inline void fake_end_ban(struct fake_accounts *a, int64_t user) {
    size_t i = 0;
    while (a->bans[i].user != user)
        i++;
    a->bans[i] = a->bans[--a->ban_count];
}

static inline void fake_accounts_apply(struct fake_accounts *a, struct arena *arena,
                                       const struct chat_fact *fact) {
    ASSERT(a->password_count < FAKE_ACCOUNTS_MAX && a->ban_count < FAKE_ACCOUNTS_MAX);
    ASSERT(a->invite_count < FAKE_ACCOUNTS_MAX && a->audit_count < FAKE_ACCOUNTS_MAX);
    switch (fact->kind) {
    case CHAT_FACT_AUDIT:
        a->audits[a->audit_count] = fact->audit;
        a->audits[a->audit_count++].text = arena_copy(arena, fact->audit.text);
        break;
    case CHAT_FACT_PASSWORD_SET:
        fake_set_password(a, arena, &fact->password);
        break;
    case CHAT_FACT_ACCOUNT_SHUT:
        a->bans[a->ban_count] = fact->ban;
        a->bans[a->ban_count++].reason = arena_copy(arena, fact->ban.reason);
        break;
    case CHAT_FACT_ACCOUNT_OPENED:
        fake_end_ban(a, fact->ban.user);
        break;
    case CHAT_FACT_NAME_HELD:
        ASSERT(a->held_count < FAKE_ACCOUNTS_MAX);
        a->helds[a->held_count] = fact->held;
        a->helds[a->held_count++].name = arena_copy(arena, fact->held.name);
        break;
    case CHAT_FACT_INVITE_NEW:
        fake_add_invite(a, arena, &fact->invite);
        break;
    case CHAT_FACT_INVITE_USED:
        fake_find_invite(a, fact->invite.id)->uses = fact->invite.uses;
        break;
    case CHAT_FACT_INVITE_ROOMS:
        fake_set_rooms(arena, fake_find_invite(a, fact->invite.id), &fact->invite);
        break;
    case CHAT_FACT_INVITE_ENDED:
        *fake_find_invite(a, fact->invite.id) = a->invites[a->invite_count - 1];
        a->invite_count--;
        break;
    default:
        ASSERT(fact->kind == CHAT_FACT_SERVER_CHANGED);
        a->has_server = true;
        a->server = fact->server;
        a->server.name = arena_copy(arena, fact->server.name);
    }
}

static inline void fake_accounts_walk(const struct fake_accounts *a, const struct chat_sink *sink) {
    struct chat_fact fact;
    for (size_t i = 0; i < a->ban_count; i++) {
        fact = (struct chat_fact){.kind = CHAT_FACT_ACCOUNT_SHUT, .ban = a->bans[i]};
        sink->on_fact(sink->context, &fact);
    }
    for (size_t i = 0; i < a->held_count; i++) {
        fact = (struct chat_fact){.kind = CHAT_FACT_NAME_HELD, .held = a->helds[i]};
        sink->on_fact(sink->context, &fact);
    }
    for (size_t i = 0; i < a->invite_count; i++) {
        fact = (struct chat_fact){.kind = CHAT_FACT_INVITE_NEW, .invite = a->invites[i]};
        sink->on_fact(sink->context, &fact);
    }
    fact = (struct chat_fact){.kind = CHAT_FACT_SERVER_CHANGED, .server = a->server};
    if (a->has_server)
        sink->on_fact(sink->context, &fact);
}

static inline enum err fake_accounts_find_password(const struct fake_accounts *a, chat_user_id user,
                                                   struct arena *arena, struct str *hash) {
    for (size_t i = 0; i < a->password_count; i++)
        if (a->passwords[i].user == user) {
            *hash = arena_copy(arena, a->passwords[i].hash);
            return ERR_OK;
        }
    return ERR_NOT_FOUND;
}
