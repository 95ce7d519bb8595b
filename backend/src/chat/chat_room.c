/* chat_room.c: rooms: made, changed, listed.
 *
 * Owns      struct chat_room, the index of slugs.
 * Emits     room:new, room:changed, member:joined   (by their facts)
 *
 * A slug is made once and stays, so a link to a room never breaks. A list is a stretch of the roll of all rooms,
 * which is in the order of their ids; what is searched is folded when it is stored, not when it is asked for.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_name.h"
#include "chat/chat_policy.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <stdio.h>
#include <stdlib.h>

/* Between name and topic in what is searched: no byte of UTF-8, so no query reaches across it. */
#define SEARCH_SEPARATOR '\xFF'

/* Facts */

static struct str search_text(struct arena *arena, const struct chat_room_fact *from) {
    struct str name = chat_text_fold(arena, from->name);
    struct str topic = chat_text_fold(arena, from->topic);
    char *text = arena_alloc(arena, name.len + topic.len + 1);
    memcpy(text, name.at, name.len);
    text[name.len] = SEARCH_SEPARATOR;
    if (topic.len > 0)
        memcpy(text + name.len + 1, topic.at, topic.len);
    return str_of(text, name.len + topic.len + 1);
}

static void set_all(struct chat_room *room, const struct chat_room_fact *from) {
    struct arena arena = {0};
    const struct str texts[CHAT_ROOM_TEXT_COUNT] = {
        [CHAT_ROOM_SLUG] = from->slug,
        [CHAT_ROOM_NAME] = from->name,
        [CHAT_ROOM_TOPIC] = from->topic,
        [CHAT_ROOM_SEARCH] = search_text(&arena, from),
    };
    chat_pack_set(&room->texts, room->text_lengths, texts, CHAT_ROOM_TEXT_COUNT);
    arena_deinit(&arena);
    room->kind = (uint8_t)from->kind;
    room->owner = from->owner;
    room->archived = from->archived;
    room->announcement = from->announcement;
    room->slow_mode_s = from->slow_mode_s;
}

static void index_slug(struct chat *chat, struct chat_room *room) {
    void *twin = map_put_str(&chat->slugs, chat_room_text(room, CHAT_ROOM_SLUG), room);
    ASSERT(twin == NULL);
}

void chat_apply_room_new(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(fact->pos == 0 || fact->room.last_seq == 0);
    struct chat_room *room = MEM_NEW(struct chat_room);
    room->id = fact->room.id;
    room->created_at_ms = fact->room.created_at_ms;
    room->last_seq = fact->room.last_seq;
    set_all(room, &fact->room);
    index_slug(chat, room);
    chat_roll_add(&chat->rooms, chat_room_id_of, room);
    if (room->id > chat->last_room)
        chat->last_room = room->id;
}

void chat_apply_room_changed(struct chat *chat, const struct chat_fact *fact) {
    struct chat_room *room = chat_room_get(chat, fact->room.id);
    map_remove_str(&chat->slugs, chat_room_text(room, CHAT_ROOM_SLUG));
    set_all(room, &fact->room);
    index_slug(chat, room);
}

void chat_room_free(struct chat_room *room) {
    for (size_t i = 0; i < room->members.count; i++)
        free(room->members.items[i]);
    chat_roll_deinit(&room->members);
    for (size_t i = 0; i < room->sanctions.count; i++)
        chat_sanction_free(room->sanctions.items[i]);
    chat_roll_deinit(&room->sanctions);
    free(room->online);
    chat_last_free(room->last);
    free(room->texts);
    free(room);
}

/* The room that everybody joins */

void chat_found(struct chat *chat, int64_t now_ms, struct chat_outcome *outcome) {
    ASSERT(chat_room_find_slug(chat, STR("general")) == NULL);
    struct chat_fact *fact = chat_outcome_fact(outcome, CHAT_FACT_ROOM_NEW, now_ms);
    fact->room = (struct chat_room_fact){
        .id = chat->last_room + 1,
        .slug = STR("general"),
        .name = STR("general"),
        .topic = STR(""),
        .kind = PROTO_ROOM_KIND_PUBLIC,
        .created_at_ms = now_ms,
    };
}

/* Making */

/* A private room's slug is of a kind of its own: with the room's number behind two hyphens, which no other slug has. So it is
 * free whatever else is there, and nobody learns from the slug that his room gets of a room that he may not see. */
static struct str free_slug(const struct chat *chat, struct arena *arena, struct str name,
                            bool private) {
    if (private)
        return chat_slug_private(arena, chat_slug_make(arena, name), (uint64_t)chat->last_room + 1);
    struct str wanted = chat_slug_make(arena, name);
    struct str slug = wanted;
    for (uint64_t i = 2; chat_room_find_slug(chat, slug) != NULL; i++)
        slug = chat_slug_numbered(arena, wanted, i <= 20 ? i : (uint64_t)chat->last_room + i);
    return slug;
}

static enum proto_error check_name(struct chat_turn *turn, struct str wanted, struct str *name) {
    if (chat_text_line(wanted, PROTO_LIMIT_ROOM_NAME_CHARS, name))
        return PROTO_OK;
    return chat_refuse_field(turn, PROTO_BAD_REQUEST, "name",
                             STR("A room's name is one line of 1 to 64 characters."));
}

enum proto_error chat_on_room_create(struct chat_turn *turn) {
    const struct proto_room_create *payload = turn->command->payload;
    struct chat *chat = turn->chat;
    struct str name;
    if (check_name(turn, payload->name, &name) != PROTO_OK)
        return PROTO_BAD_REQUEST;
    if (turn->user->rooms.count >= PROTO_LIMIT_ROOMS_PER_USER)
        return chat_refuse(turn, PROTO_CONFLICT,
                           STR("You are in too many rooms. Leave one before you make another."));
    chat_room_id id = chat->last_room + 1;
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_ROOM_NEW);
    fact->room = (struct chat_room_fact){
        .id = id,
        .slug = free_slug(chat, turn->arena, name, payload->private),
        .name = name,
        .topic = chat_text_body(turn->arena, payload->topic),
        .kind = payload->private ? PROTO_ROOM_KIND_PRIVATE : PROTO_ROOM_KIND_PUBLIC,
        .owner = turn->user->id,
        .created_at_ms = turn->command->now_ms,
        .announcement = payload->announcement,
    };
    chat_member_join(turn, NULL, id, turn->user->id, PROTO_MEMBER_ROLE_OWNER);
    turn->outcome->note.id = id;
    return PROTO_OK;
}

const void *chat_answer_room_create(struct chat_turn *turn) {
    struct proto_room_create_result *result =
        ARENA_NEW(turn->arena, struct proto_room_create_result);
    result->room = chat_view_room_new(turn->chat, chat_room_get(turn->chat, turn->outcome->note.id),
                                      turn->user, turn->arena);
    return result;
}

/* Changing */

struct chat_room_fact chat_room_fact_of(const struct chat_room *room, struct arena *arena) {
    return (struct chat_room_fact){
        .id = room->id,
        .slug = arena_copy(arena, chat_room_text(room, CHAT_ROOM_SLUG)),
        .name = arena_copy(arena, chat_room_text(room, CHAT_ROOM_NAME)),
        .topic = arena_copy(arena, chat_room_text(room, CHAT_ROOM_TOPIC)),
        .kind = (enum proto_room_kind)room->kind,
        .owner = room->owner,
        .created_at_ms = room->created_at_ms,
        .archived = room->archived,
        .announcement = room->announcement,
        .slow_mode_s = room->slow_mode_s,
        .last_seq = room->last_seq,
    };
}

void chat_room_hand_on(struct chat_turn *turn, const struct chat_room *room, chat_user_id user) {
    if (room->owner != user)
        return;
    struct chat_room_fact after = chat_room_fact_of(room, turn->arena);
    after.owner = 0;
    for (size_t i = 0; i < room->members.count && after.owner == 0; i++) {
        const struct chat_member *member = room->members.items[i];
        if (member->role == PROTO_MEMBER_ROLE_OWNER && member->user->id != user)
            after.owner = member->user->id;
    }
    chat_turn_fact(turn, CHAT_FACT_ROOM_CHANGED)->room = after;
}

static bool differs(const struct chat_room_fact *a, const struct chat_room_fact *b) {
    return !str_equal(a->name, b->name) || !str_equal(a->topic, b->topic) ||
           a->announcement != b->announcement || a->slow_mode_s != b->slow_mode_s;
}

static enum proto_error take_changes(struct chat_turn *turn,
                                     const struct proto_room_update *payload,
                                     struct chat_room_fact *room) {
    if (!str_is_none(payload->name) && check_name(turn, payload->name, &room->name) != PROTO_OK)
        return PROTO_BAD_REQUEST;
    if (!str_is_none(payload->topic))
        room->topic = chat_text_body(turn->arena, payload->topic);
    if (payload->has_announcement)
        room->announcement = payload->announcement;
    if (payload->has_slow_mode_s)
        room->slow_mode_s = payload->slow_mode_s;
    return PROTO_OK;
}

/* The audit log names what became another, not what it was: texts of private rooms are in no second place. */
static void tell_changes(struct chat_turn *turn, const struct chat_room_fact *before,
                         const struct chat_room_fact *after) {
    const struct str names[] = {
        str_equal(before->name, after->name) ? STR("") : STR(" name"),
        str_equal(before->topic, after->topic) ? STR("") : STR(" topic"),
        before->announcement == after->announcement ? STR("") : STR(" announcement"),
        before->slow_mode_s == after->slow_mode_s ? STR("") : STR(" slow_mode_s"),
    };
    char text[64];
    int len = snprintf(text, sizeof text, "%.*s%.*s%.*s%.*s", STR_ARG(names[0]), STR_ARG(names[1]),
                       STR_ARG(names[2]), STR_ARG(names[3]));
    ASSERT(len > 1 && (size_t)len < sizeof text);
    chat_turn_fact(turn, CHAT_FACT_ROOM_CHANGED)->room = *after;
    chat_audit(turn, STR("room:update"), after->id, 0, str_of(text + 1, (size_t)len - 1));
}

enum proto_error chat_on_room_update(struct chat_turn *turn) {
    const struct proto_room_update *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_UPDATE, &room);
    if (error != PROTO_OK)
        return error;
    struct chat_room_fact before = chat_room_fact_of(room, turn->arena);
    struct chat_room_fact after = before;
    if (take_changes(turn, payload, &after) != PROTO_OK)
        return PROTO_BAD_REQUEST;
    if (differs(&before, &after))
        tell_changes(turn, &before, &after);
    turn->outcome->note.id = room->id;
    return PROTO_OK;
}

enum proto_error chat_on_room_archive(struct chat_turn *turn) {
    const struct proto_room_archive *payload = turn->command->payload;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_ARCHIVE, &room);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.id = room->id;
    if (room->archived == payload->on)
        return PROTO_OK;
    struct chat_room_fact after = chat_room_fact_of(room, turn->arena);
    after.archived = payload->on;
    chat_turn_fact(turn, CHAT_FACT_ROOM_CHANGED)->room = after;
    chat_audit(turn, STR("room:archive"), room->id, 0, payload->on ? STR("on") : STR("off"));
    return PROTO_OK;
}

const void *chat_answer_room_update(struct chat_turn *turn) {
    struct proto_room_update_result *result =
        ARENA_NEW(turn->arena, struct proto_room_update_result);
    result->room = chat_view_room_new(turn->chat, chat_room_get(turn->chat, turn->outcome->note.id),
                                      turn->user, turn->arena);
    return result;
}

/* The list of all */

static bool is_listed(const struct chat_user *user, const struct chat_room *room,
                      bool with_archived) {
    if (room->kind == PROTO_ROOM_KIND_DM || (room->archived && !with_archived))
        return false;
    return room->kind == PROTO_ROOM_KIND_PUBLIC || chat_member_find(user, room) != NULL;
}

static bool matches(const struct chat_room *room, struct str folded_query) {
    struct str text = chat_room_text(room, CHAT_ROOM_SEARCH);
    return folded_query.len == 0 ||
           memmem(text.at, text.len, folded_query.at, folded_query.len) != NULL;
}

enum proto_error chat_on_room_list(struct chat_turn *turn) {
    (void)turn;
    return PROTO_OK;
}

const void *chat_answer_room_list(struct chat_turn *turn) {
    const struct proto_room_list *payload = turn->command->payload;
    const struct chat *chat = turn->chat;
    struct proto_room_list_result *result = ARENA_NEW(turn->arena, struct proto_room_list_result);
    struct str query = chat_text_trim(chat_text_fold(turn->arena, payload->query));
    size_t limit = chat_page_limit(payload->limit);
    result->rooms = ARENA_NEW_N(turn->arena, struct proto_room, limit);
    for (size_t i = chat_roll_seek(&chat->rooms, chat_room_id_of, payload->after + 1);
         i < chat->rooms.count && !result->more; i++) {
        const struct chat_room *room = chat->rooms.items[i];
        if (!is_listed(turn->user, room, payload->archived) || !matches(room, query))
            continue;
        if (result->rooms_count == limit)
            result->more = true;
        else
            chat_view_room(chat, room, turn->user, turn->arena,
                           &result->rooms[result->rooms_count++]);
    }
    return result;
}
