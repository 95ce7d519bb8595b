/* chat_state.c: the life of struct chat, and finding things in it.
 *
 * Owns      struct chat; the users, rooms, members and sessions are made and changed in the files of their names.
 *
 * What facts say can be exchanged as a whole: a second state is loaded beside the one that serves, and when it is complete
 * the one takes over the other's users, rooms and sessions. What facts do not say stays: connections, presence, typing, rates.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/limits.h"
#include "base/mem.h"
#include "base/thread.h"
#include "chat/chat_internal.h"

#include <stdlib.h>

#define DAY_MS (24LL * 3600 * 1000)

struct chat_options chat_options_default(void) {
    return (struct chat_options){
        .presence_grace_ms = PROTO_LIMIT_OFFLINE_GRACE_MS,
        .presence_gather_ms = PROTO_LIMIT_PRESENCE_MS,
        .presence_crowd = PROTO_LIMIT_PRESENCE_USERS,
        .typing_ms = PROTO_LIMIT_TYPING_MS,
        .session_idle_ms = 14 * DAY_MS,
        .session_age_ms = 90 * DAY_MS,
        .guest_idle_ms = DAY_MS,
        .rate_scale = 1,
        .upload_bytes = PROTO_LIMIT_UPLOAD_BYTES,
        .files_user_bytes = CHAT_FILES_USER_BYTES,
        .files_bytes = CHAT_FILES_BYTES,
        .guests = true,
        .registration = PROTO_REGISTRATION_MODE_OPEN,
        .version = "0",
    };
}

/* Life cycle */

static void chat_init_durable(struct chat *chat) {
    list_init(&chat->session_queue);
    chat->first_pos = 1;
    chat->last_pos = 0;
    chat->last_user = chat->last_room = chat->last_message = chat->last_session = 0;
}

struct chat *chat_new(const struct chat_options *options, const struct chat_port *port) {
    struct chat *chat = MEM_NEW(struct chat);
    chat->options = *options;
    chat->port = *port;
    chat_init_durable(chat);
    chat_server_init(chat);
    list_init(&chat->graces);
    list_init(&chat->changed);
    list_init(&chat->typing_order);
    list_init(&chat->pause_order);
    chat->told_at_ms = INT64_MIN;
    chat_rate_init(&chat->rates, options->rate_scale);
    return chat;
}

static void free_rooms(struct chat *chat) {
    for (size_t i = 0; i < chat->rooms.count; i++)
        chat_room_free(chat->rooms.items[i]);
    chat_roll_deinit(&chat->rooms);
    map_deinit(&chat->slugs);
}

static void free_sessions(struct chat *chat) {
    size_t cursor = 0;
    for (struct chat_session *session; (session = map_next(&chat->sessions, &cursor)) != NULL;)
        chat_session_free(session);
    map_deinit(&chat->sessions);
    map_deinit(&chat->tokens);
}

static void free_users(struct chat *chat) {
    for (size_t i = 0; i < chat->users.count; i++)
        chat_user_free(chat->users.items[i]);
    chat_roll_deinit(&chat->users);
    map_deinit(&chat->names);
    chat_held_deinit(chat);
    free(chat->user_starts);
    chat->user_starts = NULL;
    chat->user_starts_cap = 0;
}

static void free_administration(struct chat *chat) {
    for (size_t i = 0; i < chat->bans.count; i++)
        chat_ban_free(chat->bans.items[i]);
    for (size_t i = 0; i < chat->invites.count; i++)
        chat_invite_free(chat->invites.items[i]);
    chat_roll_deinit(&chat->bans);
    chat_roll_deinit(&chat->invites);
    map_deinit(&chat->invite_tokens);
    chat_server_deinit(chat);
}

#define DURABLE_BEGIN offsetof(struct chat, users)
#define DURABLE_END   offsetof(struct chat, connections)

/* What facts say is one block of struct chat; only the head of a list knows where it lies. */
static void swap_durable(struct chat *a, struct chat *b) {
    static const size_t count = DURABLE_END - DURABLE_BEGIN;
    char *block_a = (char *)a + DURABLE_BEGIN, *block_b = (char *)b + DURABLE_BEGIN;
    unsigned char between[DURABLE_END - DURABLE_BEGIN];
    struct list queue_a, queue_b;
    list_init(&queue_a);
    list_init(&queue_b);
    list_append_all(&queue_a, &a->session_queue);
    list_append_all(&queue_b, &b->session_queue);
    memcpy(between, block_a, count);
    memcpy(block_a, block_b, count);
    memcpy(block_b, between, count);
    list_init(&a->session_queue);
    list_init(&b->session_queue);
    list_append_all(&a->session_queue, &queue_b);
    list_append_all(&b->session_queue, &queue_a);
}

struct chat *chat_new_beside(const struct chat *chat) {
    struct chat *beside = chat_new(&chat->options, &chat->port);
    beside->now_ms = chat->now_ms;
    beside->mono_ms = chat->mono_ms; /* sessions are to be looked at from now on, not at once */
    return beside;
}

void chat_adopt(struct chat *chat, struct chat *beside) {
    ASSERT_THREAD(CORE);
    ASSERT(map_count(&beside->presences) == 0);
    chat_presence_compare(chat, beside);
    swap_durable(chat, beside);
    chat_free(beside);
    chat_reloaded(chat);
}

void chat_reloaded(struct chat *chat) {
    ASSERT_THREAD(CORE);
    chat_presence_reload(chat);
    chat_pause_reload(chat);
#ifdef PARLEY_SLOW_ASSERTS
    chat_check(chat);
#endif
}

void chat_free(struct chat *chat) {
    chat_report_deinit(chat);
    free_rooms(chat); /* with their members */
    free_sessions(chat);
    free_users(chat);
    chat_purge_deinit(chat);
    free_administration(chat);
    chat_presence_deinit(chat);
    chat_typing_deinit(chat);
    chat_pause_deinit(chat);
    chat_rate_deinit(&chat->rates);
    free(chat);
}

/* Finding */

int64_t chat_user_id_of(const void *user) {
    return ((const struct chat_user *)user)->id;
}

int64_t chat_room_id_of(const void *room) {
    return ((const struct chat_room *)room)->id;
}

int64_t chat_member_user_of(const void *member) {
    return ((const struct chat_member *)member)->user->id;
}

int64_t chat_member_room_of(const void *member) {
    return ((const struct chat_member *)member)->room->id;
}

struct chat_user *chat_user_find(const struct chat *chat, chat_user_id id) {
    return chat_roll_find(&chat->users, chat_user_id_of, id);
}

struct chat_user *chat_user_find_name(const struct chat *chat, struct str folded) {
    return map_find_str(&chat->names, folded);
}

struct chat_room *chat_room_find(const struct chat *chat, chat_room_id id) {
    return chat_roll_find(&chat->rooms, chat_room_id_of, id);
}

struct chat_room *chat_room_find_slug(const struct chat *chat, struct str slug) {
    return map_find_str(&chat->slugs, slug);
}

/* The person's rooms are at most a thousand; the room's members may be fifty times as many. */
struct chat_member *chat_member_find(const struct chat_user *user, const struct chat_room *room) {
    return chat_roll_find(&user->rooms, chat_member_room_of, room->id);
}

struct chat_session *chat_session_find(const struct chat *chat, chat_session_id id) {
    return map_find(&chat->sessions, (uint64_t)id);
}

struct chat_user *chat_user_get(const struct chat *chat, chat_user_id id) {
    struct chat_user *user = chat_user_find(chat, id);
    ASSERT(user != NULL);
    return user;
}

struct chat_room *chat_room_get(const struct chat *chat, chat_room_id id) {
    struct chat_room *room = chat_room_find(chat, id);
    ASSERT(room != NULL);
    return room;
}

struct chat_member *chat_member_get(const struct chat *chat, chat_room_id room, chat_user_id user) {
    struct chat_member *member =
        chat_member_find(chat_user_get(chat, user), chat_room_get(chat, room));
    ASSERT(member != NULL);
    return member;
}

/* Inspection */

int64_t chat_pos(const struct chat *chat) {
    return chat->last_pos;
}

void chat_set_log(struct chat *chat, int64_t first_pos, int64_t last_pos) {
    ASSERT_THREAD(CORE);
    ASSERT(first_pos >= 1 && first_pos <= last_pos + 1);
    chat->first_pos = first_pos;
    chat->last_pos = last_pos;
}

static int64_t greater(int64_t a, int64_t b) {
    return a > b ? a : b;
}

void chat_set_ids(struct chat *chat, chat_user_id user, chat_room_id room, chat_message_id message,
                  chat_session_id session) {
    ASSERT_THREAD(CORE);
    chat->last_user = greater(chat->last_user, user);
    chat->last_room = greater(chat->last_room, room);
    chat->last_message = greater(chat->last_message, message);
    chat->last_session = greater(chat->last_session, session);
}

size_t chat_user_count(const struct chat *chat) {
    return chat->users.count;
}

size_t chat_room_count(const struct chat *chat) {
    return chat->rooms.count;
}

size_t chat_connection_count(const struct chat *chat) {
    return map_count(&chat->connections);
}

/* The invariants */

static void check_member(const struct chat *chat, const struct chat_room *room,
                         const struct chat_member *member) {
    ASSERT(member->room == room);
    ASSERT(chat_user_find(chat, member->user->id) == member->user);
    ASSERT(chat_member_find(member->user, room) == member);
    ASSERT(member->read_seq >= 0 && member->read_seq <= room->last_seq);
    ASSERT(member->mentions <= room->last_seq - member->read_seq);
    ASSERT((member->online_at != 0) == chat_presence_is_online(member->user));
    ASSERT(member->online_at == 0 || room->online[member->online_at - 1] == member);
}

static size_t check_room(const struct chat *chat, const struct chat_room *room) {
    size_t online = 0, owners = 0;
    ASSERT(chat_room_find_slug(chat, chat_room_text(room, CHAT_ROOM_SLUG)) == room);
    ASSERT(room->id <= chat->last_room);
    ASSERT(room->last == NULL || room->last->seq <= room->last_seq);
    for (size_t i = 0; i < room->members.count; i++) {
        const struct chat_member *member = room->members.items[i];
        ASSERT(i == 0 || chat_member_user_of(room->members.items[i - 1]) < member->user->id);
        check_member(chat, room, member);
        online += member->online_at != 0;
        owners += member->role == PROTO_MEMBER_ROLE_OWNER;
    }
    ASSERT(online == room->online_count && owners == room->owner_count);
    return room->members.count;
}

static void check_sessions(const struct chat *chat, const struct chat_user *user) {
    LIST_EACH (&user->sessions, node) {
        const struct chat_session *session = LIST_ITEM(node, struct chat_session, of_user);
        ASSERT(session->user == user && chat_session_find(chat, session->id) == session);
    }
}

static size_t check_user(const struct chat *chat, const struct chat_user *user) {
    ASSERT(chat_user_find_name(chat, chat_user_text(user, CHAT_USER_FOLDED)) == user);
    ASSERT(user->id <= chat->last_user);
    ASSERT(user->presence == map_find(&chat->presences, (uint64_t)user->id));
    check_sessions(chat, user);
    return user->rooms.count;
}

static void check_presences(const struct chat *chat) {
    size_t cursor = 0, online = 0;
    for (struct chat_presence *presence;
         (presence = map_next(&chat->presences, &cursor)) != NULL;) {
        bool in_grace = !list_is_empty(&presence->grace);
        bool connected = !list_is_empty(&presence->connections);
        ASSERT(presence->is_online == (connected || in_grace) && !(connected && in_grace));
        online += presence->is_online;
    }
    ASSERT(online == chat->online_count);
}

void chat_check(const struct chat *chat) {
    size_t in_rooms = 0, in_users = 0, owners = 0, shut = 0;
    for (size_t i = 0; i < chat->rooms.count; i++)
        in_rooms += check_room(chat, chat->rooms.items[i]);
    for (size_t i = 0; i < chat->users.count; i++) {
        const struct chat_user *user = chat->users.items[i];
        in_users += check_user(chat, user);
        owners += user->role == PROTO_USER_ROLE_OWNER;
        shut += user->is_shut;
    }
    ASSERT(owners == chat->owner_count && shut == chat->bans.count);
    ASSERT(map_count(&chat->invite_tokens) == chat->invites.count);
    ASSERT(in_rooms == in_users);
    ASSERT(map_count(&chat->names) == chat->users.count);
    ASSERT(map_count(&chat->slugs) == chat->rooms.count);
    ASSERT(map_count(&chat->sessions) == map_count(&chat->tokens));
    check_presences(chat);
}
