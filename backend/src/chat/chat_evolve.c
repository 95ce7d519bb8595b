/* chat_evolve.c: from a fact to the function that applies it, and to the event that tells it.
 *
 * One row per kind of fact. `apply` changes the state and asserts what the decision has made sure of; `tell` builds the payload
 * of the event and says to whom it goes. Events are built after the fact was applied, so they show the state as it is
 * now, with one exception: a member who has left is named by the fact alone. A teller that names nobody tells nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/thread.h"
#include "chat/chat_view.h"

typedef void (*apply_fn)(struct chat *chat, const struct chat_fact *fact);
typedef const void *(*tell_fn)(struct chat *chat, const struct chat_fact *fact, struct arena *arena,
                               struct chat_audience *audience);

/* Who gets it */

static struct chat_audience to_room(chat_room_id room) {
    return (struct chat_audience){.scope = CHAT_SCOPE_ROOM, .room = room};
}

static struct chat_audience to_user(chat_user_id user) {
    return (struct chat_audience){.scope = CHAT_SCOPE_USER, .user = user};
}

static struct chat_audience to_peers(const struct chat_user *user, struct arena *arena) {
    int64_t *rooms = ARENA_NEW_N(arena, int64_t, user->rooms.count);
    for (size_t i = 0; i < user->rooms.count; i++)
        rooms[i] = chat_member_room_of(user->rooms.items[i]);
    return (struct chat_audience){.scope = CHAT_SCOPE_PEERS,
                                  .user = user->id,
                                  .rooms = rooms,
                                  .room_count = user->rooms.count};
}

/* The events */

static const void *tell_user_changed(struct chat *chat, const struct chat_fact *fact,
                                     struct arena *arena, struct chat_audience *audience) {
    const struct chat_user *user = chat_user_get(chat, fact->user.id);
    struct proto_event_user_changed *event = ARENA_NEW(arena, struct proto_event_user_changed);
    event->pos = fact->pos;
    event->user = chat_view_user_new(chat, user, arena);
    *audience = to_peers(user, arena);
    return event;
}

/* A private room is new to its maker alone: he is its first member. The people of a direct message are shown it when all
 * are in. */
static const void *tell_room_new(struct chat *chat, const struct chat_fact *fact,
                                 struct arena *arena, struct chat_audience *audience) {
    const struct chat_room *room = chat_room_get(chat, fact->room.id);
    struct proto_event_room_new *event = ARENA_NEW(arena, struct proto_event_room_new);
    event->pos = fact->pos;
    event->room = chat_view_room_new(chat, room, NULL, arena);
    if (room->kind == PROTO_ROOM_KIND_PUBLIC)
        *audience = (struct chat_audience){.scope = CHAT_SCOPE_ALL};
    else if (room->kind == PROTO_ROOM_KIND_PRIVATE)
        *audience = to_user(room->owner);
    return event;
}

static const void *tell_room_changed(struct chat *chat, const struct chat_fact *fact,
                                     struct arena *arena, struct chat_audience *audience) {
    const struct chat_room *room = chat_room_get(chat, fact->room.id);
    struct proto_event_room_changed *event = ARENA_NEW(arena, struct proto_event_room_changed);
    event->pos = fact->pos;
    event->room = chat_view_room_new(chat, room, NULL, arena);
    if (room->kind == PROTO_ROOM_KIND_PUBLIC)
        *audience = (struct chat_audience){.scope = CHAT_SCOPE_ALL};
    else
        *audience = to_room(room->id);
    return event;
}

static struct proto_member *view_member_of(struct chat *chat, const struct chat_fact *fact,
                                           struct arena *arena) {
    struct proto_member *out = ARENA_NEW(arena, struct proto_member);
    chat_view_member(chat, chat_member_get(chat, fact->member.room, fact->member.user), arena, out);
    return out;
}

static const void *tell_member_joined(struct chat *chat, const struct chat_fact *fact,
                                      struct arena *arena, struct chat_audience *audience) {
    struct proto_event_member_joined *event = ARENA_NEW(arena, struct proto_event_member_joined);
    event->pos = fact->pos;
    event->room = fact->member.room;
    event->member = view_member_of(chat, fact, arena);
    if (chat_room_get(chat, fact->member.room)->kind != PROTO_ROOM_KIND_DM)
        *audience = to_room(fact->member.room);
    return event;
}

static const void *tell_member_changed(struct chat *chat, const struct chat_fact *fact,
                                       struct arena *arena, struct chat_audience *audience) {
    struct proto_event_member_changed *event = ARENA_NEW(arena, struct proto_event_member_changed);
    event->pos = fact->pos;
    event->room = fact->member.room;
    event->member = view_member_of(chat, fact, arena);
    *audience = to_room(fact->member.room);
    return event;
}

static const void *tell_member_left(struct chat *chat, const struct chat_fact *fact,
                                    struct arena *arena, struct chat_audience *audience) {
    (void)chat;
    struct proto_event_member_left *event = ARENA_NEW(arena, struct proto_event_member_left);
    event->pos = fact->pos;
    event->room = fact->member.room;
    event->user = fact->member.user;
    event->reason = fact->member.reason;
    *audience = to_room(fact->member.room);
    return event;
}

static const void *tell_member_gone(struct chat *chat, const struct chat_fact *fact,
                                    struct arena *arena, struct chat_audience *audience) {
    (void)chat;
    struct proto_event_room_gone *event = ARENA_NEW(arena, struct proto_event_room_gone);
    event->pos = fact->pos;
    event->room = fact->member.room;
    event->reason = fact->member.reason;
    event->text = fact->member.text;
    *audience = to_user(fact->member.user);
    return event;
}

/* With all people of a direct message: he may know none of them yet. */
static const void *tell_room_shown(struct chat *chat, const struct chat_fact *fact,
                                   struct arena *arena, struct chat_audience *audience) {
    const struct chat_room *room = chat_room_get(chat, fact->member.room);
    struct proto_event_room_new *event = ARENA_NEW(arena, struct proto_event_room_new);
    event->pos = fact->pos;
    event->room = chat_view_room_new(chat, room, NULL, arena);
    if (room->kind == PROTO_ROOM_KIND_DM) {
        event->users = chat_view_people(chat, room, arena);
        event->users_count = room->members.count;
    }
    *audience = to_user(fact->member.user);
    return event;
}

static const void *tell_block(struct chat *chat, const struct chat_fact *fact, struct arena *arena,
                              struct chat_audience *audience) {
    (void)chat;
    struct proto_event_user_blocked *event = ARENA_NEW(arena, struct proto_event_user_blocked);
    event->pos = fact->pos;
    event->user = fact->block.other;
    event->on = fact->block.on;
    *audience = to_user(fact->block.user);
    return event;
}

static const void *tell_member_me(struct chat *chat, const struct chat_fact *fact,
                                  struct arena *arena, struct chat_audience *audience) {
    struct proto_event_room_me *event = ARENA_NEW(arena, struct proto_event_room_me);
    event->pos = fact->pos;
    event->room = fact->member.room;
    event->me =
        chat_view_me(chat, chat_member_get(chat, fact->member.room, fact->member.user), arena);
    *audience = to_user(fact->member.user);
    return event;
}

static const void *tell_server_changed(struct chat *chat, const struct chat_fact *fact,
                                       struct arena *arena, struct chat_audience *audience) {
    struct proto_event_server_changed *event = ARENA_NEW(arena, struct proto_event_server_changed);
    event->pos = fact->pos;
    event->settings = chat_view_settings(chat, arena);
    *audience = (struct chat_audience){.scope = CHAT_SCOPE_ALL};
    return event;
}

static const void *tell_message_new(struct chat *chat, const struct chat_fact *fact,
                                    struct arena *arena, struct chat_audience *audience) {
    struct proto_event_message_new *event = ARENA_NEW(arena, struct proto_event_message_new);
    event->pos = fact->pos;
    event->message = chat_view_message(chat, fact, arena);
    event->nonce = chat_nonce_shown(fact->message.nonce);
    *audience = to_room(fact->message.room);
    return event;
}

static const void *tell_message_changed(struct chat *chat, const struct chat_fact *fact,
                                        struct arena *arena, struct chat_audience *audience) {
    (void)chat;
    struct proto_event_message_changed *event =
        ARENA_NEW(arena, struct proto_event_message_changed);
    event->pos = fact->pos;
    event->message = ARENA_NEW(arena, struct proto_message);
    *event->message = *fact->change.message;
    event->change = chat_fact_change(fact->kind);
    *audience = to_room(fact->change.message->room);
    return event;
}

static const void *tell_thread_me(struct chat *chat, const struct chat_fact *fact,
                                  struct arena *arena, struct chat_audience *audience) {
    (void)chat;
    struct proto_event_thread_me *event = ARENA_NEW(arena, struct proto_event_thread_me);
    event->pos = fact->pos;
    event->me = chat_thread_view(&fact->thread, arena);
    *audience = to_user(fact->thread.user);
    return event;
}

static const void *tell_saved(struct chat *chat, const struct chat_fact *fact, struct arena *arena,
                              struct chat_audience *audience) {
    (void)chat;
    struct proto_event_saved_changed *event = ARENA_NEW(arena, struct proto_event_saved_changed);
    *event = (struct proto_event_saved_changed){
        .pos = fact->pos, .message = fact->saved.message, .on = fact->saved.on};
    *audience = to_user(fact->saved.user);
    return event;
}

/* MEMBER_GONE and ROOM_SHOWN only tell the person what other facts have done. */
static void apply_nothing(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(chat_user_find(chat, fact->member.user) != NULL);
}

/* The table */

/* clang-format off */
static const struct fact_row {
    apply_fn apply;
    enum proto_event event;
    tell_fn tell; /* NULL: no event */
} fact_rows[CHAT_FACT_KIND_COUNT] = {
    [CHAT_FACT_USER_NEW]       = {chat_apply_user_new,       PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_USER_CHANGED]   = {chat_apply_user_changed,   PROTO_EVENT_USER_CHANGED,   tell_user_changed},
    [CHAT_FACT_USER_STATUS]    = {chat_apply_user_status,    PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_USER_SEEN]      = {chat_apply_user_seen,      PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_SESSION_NEW]    = {chat_apply_session_new,    PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_SESSION_USED]   = {chat_apply_session_used,   PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_SESSION_TOKEN]  = {chat_apply_session_token,  PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_SESSION_ENDED]  = {chat_apply_session_ended,  PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_ROOM_NEW]       = {chat_apply_room_new,       PROTO_EVENT_ROOM_NEW,       tell_room_new},
    [CHAT_FACT_ROOM_CHANGED]   = {chat_apply_room_changed,   PROTO_EVENT_ROOM_CHANGED,   tell_room_changed},
    [CHAT_FACT_MEMBER_JOINED]  = {chat_apply_member_joined,  PROTO_EVENT_MEMBER_JOINED,  tell_member_joined},
    [CHAT_FACT_MEMBER_CHANGED] = {chat_apply_member_changed, PROTO_EVENT_MEMBER_CHANGED, tell_member_changed},
    [CHAT_FACT_MEMBER_LEFT]    = {chat_apply_member_left,    PROTO_EVENT_MEMBER_LEFT,    tell_member_left},
    [CHAT_FACT_MEMBER_GONE]    = {apply_nothing,             PROTO_EVENT_ROOM_GONE,      tell_member_gone},
    [CHAT_FACT_MEMBER_ME]      = {chat_apply_member_me,      PROTO_EVENT_ROOM_ME,        tell_member_me},
    [CHAT_FACT_ROOM_SHOWN]     = {apply_nothing,             PROTO_EVENT_ROOM_NEW,       tell_room_shown},
    [CHAT_FACT_SANCTION]       = {chat_apply_sanction,       PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_BLOCK]          = {chat_apply_block,          PROTO_EVENT_USER_BLOCKED,   tell_block},
    [CHAT_FACT_REPORT_NEW]     = {chat_apply_report_new,     PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_REPORT_DONE]    = {chat_apply_report_done,    PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_MESSAGE_NEW]    = {chat_apply_message_new,    PROTO_EVENT_MESSAGE_NEW,    tell_message_new},
    [CHAT_FACT_AUDIT]          = {chat_apply_audit,          PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_MESSAGE_EDITED]  = {chat_apply_message_changed, PROTO_EVENT_MESSAGE_CHANGED, tell_message_changed},
    [CHAT_FACT_MESSAGE_DELETED] = {chat_apply_message_changed, PROTO_EVENT_MESSAGE_CHANGED, tell_message_changed},
    [CHAT_FACT_MESSAGE_REACTED] = {chat_apply_message_changed, PROTO_EVENT_MESSAGE_CHANGED, tell_message_changed},
    [CHAT_FACT_MESSAGE_PINNED]  = {chat_apply_message_changed, PROTO_EVENT_MESSAGE_CHANGED, tell_message_changed},
    [CHAT_FACT_MESSAGE_THREADED] = {chat_apply_message_changed, PROTO_EVENT_MESSAGE_CHANGED, tell_message_changed},
    [CHAT_FACT_THREAD_ME]      = {chat_apply_thread_me,      PROTO_EVENT_THREAD_ME,      tell_thread_me},
    [CHAT_FACT_SAVED]          = {chat_apply_saved,          PROTO_EVENT_SAVED_CHANGED,  tell_saved},
    [CHAT_FACT_DRAFT]          = {chat_apply_draft,          PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_PURGE_BEGUN]    = {chat_apply_purge_begun,    PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_PURGE_ENDED]    = {chat_apply_purge_ended,    PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_PASSWORD_SET]   = {chat_apply_password_set,   PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_ACCOUNT_SHUT]   = {chat_apply_account_shut,   PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_ACCOUNT_OPENED] = {chat_apply_account_opened, PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_INVITE_NEW]     = {chat_apply_invite_new,     PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_INVITE_USED]    = {chat_apply_invite_used,    PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_INVITE_ROOMS]   = {chat_apply_invite_rooms,   PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_INVITE_ENDED]   = {chat_apply_invite_ended,   PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_FILE_NEW]       = {chat_apply_file_new,       PROTO_EVENT_NONE,           NULL},
    [CHAT_FACT_SERVER_CHANGED] = {chat_apply_server_changed, PROTO_EVENT_SERVER_CHANGED, tell_server_changed},
    [CHAT_FACT_NAME_HELD]      = {chat_apply_name_held,      PROTO_EVENT_NONE,           NULL},
};
/* clang-format on */

static const struct fact_row *row_of(const struct chat_fact *fact) {
    ASSERT(fact->kind > CHAT_FACT_NONE && fact->kind < CHAT_FACT_KIND_COUNT);
    return &fact_rows[fact->kind];
}

void chat_evolve(struct chat *chat, const struct chat_fact *fact) {
    ASSERT_THREAD(CORE);
    ASSERT(fact->pos == 0 || fact->pos == chat->last_pos + 1);
    row_of(fact)->apply(chat, fact);
    if (fact->pos != 0)
        chat->last_pos = fact->pos;
}

enum proto_event chat_fact_event(struct chat *chat, const struct chat_fact *fact,
                                 struct arena *arena, const void **payload,
                                 struct chat_audience *audience) {
    ASSERT_THREAD(CORE);
    const struct fact_row *row = row_of(fact);
    *audience = (struct chat_audience){.scope = CHAT_SCOPE_NONE};
    *payload = row->tell != NULL ? row->tell(chat, fact, arena, audience) : NULL;
    return audience->scope != CHAT_SCOPE_NONE ? row->event : PROTO_EVENT_NONE;
}
