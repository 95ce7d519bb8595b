/* chat_view.c: from the structs of the state to those of the protocol.
 *
 * Empty optional texts are absent on the wire. Unread is counted here and nowhere else. The author of a room's newest message is
 * looked up when it is shown, so that a new display name shows at once.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_view.h"

static struct str none_when_empty(struct str text) {
    return text.len > 0 ? text : STR_NONE;
}

void chat_view_user(const struct chat *chat, const struct chat_user *user, struct proto_user *out) {
    *out = (struct proto_user){
        .id = user->id,
        .name = chat_user_text(user, CHAT_USER_NAME),
        .display_name = chat_user_text(user, CHAT_USER_DISPLAY_NAME),
        .kind = (enum proto_user_kind)user->kind,
        .role = (enum proto_user_role)user->role,
        .color = none_when_empty(chat_user_text(user, CHAT_USER_COLOR)),
        .status = chat_presence_status(user),
        .status_text = none_when_empty(chat_user_text(user, CHAT_USER_STATUS_TEXT)),
        .last_seen = chat_presence_is_online(user) ? chat->now_ms : user->last_seen_ms,
    };
}

struct proto_user *chat_view_user_new(const struct chat *chat, const struct chat_user *user,
                                      struct arena *arena) {
    struct proto_user *out = ARENA_NEW(arena, struct proto_user);
    chat_view_user(chat, user, out);
    return out;
}

struct proto_author *chat_view_author(const struct chat_user *user, struct arena *arena) {
    struct proto_author *out = ARENA_NEW(arena, struct proto_author);
    *out = (struct proto_author){
        .id = user->id,
        .name = chat_user_text(user, CHAT_USER_NAME),
        .display_name = chat_user_text(user, CHAT_USER_DISPLAY_NAME),
        .kind = (enum proto_user_kind)user->kind,
    };
    return out;
}

/* How a mute is shown: without a time when somebody has to lift it. */
struct mute {
    bool on;
    int64_t until_ms; /* 0: until it is lifted */
};

static struct mute mute_of(const struct chat *chat, const struct chat_member *member) {
    int64_t until_ms = chat_sanction_muted_until(chat, member->room, member->user->id);
    return (struct mute){until_ms != 0, until_ms != CHAT_MUTED_FOR_EVER ? until_ms : 0};
}

void chat_view_member(const struct chat *chat, const struct chat_member *member,
                      struct arena *arena, struct proto_member *out) {
    struct mute mute = mute_of(chat, member);
    *out = (struct proto_member){
        .user = chat_view_user_new(chat, member->user, arena),
        .role = (enum proto_member_role)member->role,
        .joined_at = member->joined_at_ms,
        .muted = mute.on,
        .muted_until = mute.until_ms,
    };
}

struct proto_user *chat_view_people(const struct chat *chat, const struct chat_room *room,
                                    struct arena *arena) {
    struct proto_user *out = ARENA_NEW_N(arena, struct proto_user, room->members.count);
    for (size_t i = 0; i < room->members.count; i++) {
        const struct chat_member *member = room->members.items[i];
        chat_view_user(chat, member->user, &out[i]);
    }
    return out;
}

struct proto_room_me *chat_view_me(const struct chat *chat, const struct chat_member *member,
                                   struct arena *arena) {
    struct mute mute = mute_of(chat, member);
    ASSERT(member->read_seq <= member->room->last_seq);
    struct proto_room_me *out = ARENA_NEW(arena, struct proto_room_me);
    *out = (struct proto_room_me){
        .role = (enum proto_member_role)member->role,
        .read_seq = member->read_seq,
        .unread = member->room->last_seq - member->read_seq,
        .mentions = member->mentions,
        .level = (enum proto_level)member->level,
        .favorite = member->favorite,
        .position = member->position,
        .muted = mute.on,
        .muted_until = mute.until_ms,
    };
    return out;
}

static int64_t *copy_ids(const int64_t *ids, size_t count, struct arena *arena) {
    int64_t *copy = ARENA_NEW_N(arena, int64_t, count);
    if (count > 0)
        memcpy(copy, ids, count * sizeof *ids);
    return copy;
}

static struct proto_attachment *copy_attachments(const struct proto_attachment *from, size_t count,
                                                 struct arena *arena) {
    struct proto_attachment *copy = ARENA_NEW_N(arena, struct proto_attachment, count);
    if (count > 0)
        memcpy(copy, from, count * sizeof *from);
    return copy;
}

static struct proto_reply *view_last_reply(const struct chat *chat, const struct chat_last *last,
                                           struct arena *arena) {
    struct proto_reply *reply = ARENA_NEW(arena, struct proto_reply);
    *reply = (struct proto_reply){
        .id = last->reply_id,
        .seq = last->reply_seq,
        .author = chat_view_author(chat_user_get(chat, last->reply_author), arena),
        .excerpt = chat_pack_get(last->texts, last->text_lengths, CHAT_LAST_EXCERPT),
    };
    return reply;
}

static struct proto_message *view_last(const struct chat *chat, const struct chat_room *room,
                                       struct arena *arena) {
    const struct chat_last *last = room->last;
    struct proto_message *out = ARENA_NEW(arena, struct proto_message);
    *out = (struct proto_message){
        .id = last->id,
        .room = room->id,
        .seq = last->seq,
        .author = chat_view_author(chat_user_get(chat, last->author), arena),
        .body = chat_pack_get(last->texts, last->text_lengths, CHAT_LAST_BODY),
        .created_at = last->created_at_ms,
        .edited_at = last->edited_at_ms,
        .deleted = last->deleted,
        .reply_to = last->reply_id != 0 ? view_last_reply(chat, last, arena) : NULL,
        .mentions = copy_ids(last->mentions, last->mention_count, arena),
        .mentions_count = last->mention_count,
        .mentions_all = (enum proto_mentions_all)last->mentions_all,
    };
    return out;
}

static void view_dm_people(const struct chat_room *room, struct arena *arena,
                           struct proto_room *out) {
    out->users = ARENA_NEW_N(arena, int64_t, room->members.count);
    out->users_count = room->members.count;
    for (size_t i = 0; i < room->members.count; i++)
        out->users[i] = chat_member_user_of(room->members.items[i]);
}

void chat_view_room(const struct chat *chat, const struct chat_room *room,
                    const struct chat_user *viewer, struct arena *arena, struct proto_room *out) {
    *out = (struct proto_room){
        .id = room->id,
        .slug = chat_room_text(room, CHAT_ROOM_SLUG),
        .name = chat_room_text(room, CHAT_ROOM_NAME),
        .topic = chat_room_text(room, CHAT_ROOM_TOPIC),
        .kind = (enum proto_room_kind)room->kind,
        .owner = room->owner,
        .created_at = room->created_at_ms,
        .archived = room->archived,
        .announcement = room->announcement,
        .slow_mode_s = room->slow_mode_s,
        .member_count = room->members.count,
        .last_seq = room->last_seq,
    };
    if (room->kind == PROTO_ROOM_KIND_DM)
        view_dm_people(room, arena, out);
    const struct chat_member *member = viewer != NULL ? chat_member_find(viewer, room) : NULL;
    if (member == NULL)
        return;
    out->me = chat_view_me(chat, member, arena);
    if (room->last != NULL)
        out->last_message = view_last(chat, room, arena);
}

struct proto_room *chat_view_room_new(const struct chat *chat, const struct chat_room *room,
                                      const struct chat_user *viewer, struct arena *arena) {
    struct proto_room *out = ARENA_NEW(arena, struct proto_room);
    chat_view_room(chat, room, viewer, arena, out);
    return out;
}

struct proto_message *chat_view_message(const struct chat *chat, const struct chat_fact *fact,
                                        struct arena *arena) {
    ASSERT(fact->kind == CHAT_FACT_MESSAGE_NEW);
    const struct chat_message_fact *message = &fact->message;
    struct proto_message *out = ARENA_NEW(arena, struct proto_message);
    *out = (struct proto_message){
        .id = message->id,
        .room = message->room,
        .seq = message->seq,
        .author = chat_view_author(chat_user_get(chat, message->author), arena),
        .body = message->body,
        .created_at = fact->at_ms,
        .thread = message->thread,
        .twin = message->twin,
        .mentions = copy_ids(message->mentions, message->mention_count, arena),
        .mentions_count = message->mention_count,
        .mentions_all = message->mentions_all,
        .attachments = copy_attachments(message->attachments, message->attachment_count, arena),
        .attachments_count = message->attachment_count,
    };
    if (message->reply_to != NULL) {
        out->reply_to = ARENA_NEW(arena, struct proto_reply);
        *out->reply_to = *message->reply_to;
    }
    return out;
}
