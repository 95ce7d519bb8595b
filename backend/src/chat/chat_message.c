/* chat_message.c: what is said.
 *
 * Owns      nothing: messages are the store's, the preview of a room's newest one is chat_last.c's.
 * Emits     message:new   (by its fact)
 *
 * Sending, in this order: may he read here? the text's normal form; was this nonce used before (then the same message is the
 * answer, whatever has changed since)? may he write here, now? what does it answer, whom does it mention? The seq is
 * the room's last plus one, taken when the fact is applied, so that it has no holes.
 *
 * `@room` and `@here` count for every member: that one loop over a room's members is the privilege of its
 * moderators, or the room is small.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_message.h"
#include "base/utf8.h"
#include "chat/chat_file.h"
#include "chat/chat_mention.h"
#include "chat/chat_text.h"
#include "chat/chat_thread.h"
#include "chat/chat_view.h"

/* Facts */

/* Of one whom he has blocked nobody is told. */
static void count_mention(struct chat_member *member, chat_user_id author) {
    if (member != NULL && member->user->id != author && !chat_block_has(member->user, author) &&
        member->mentions < CHAT_MEMBER_MENTIONS_MAX)
        member->mentions++;
}

static void count_mentions(struct chat *chat, struct chat_room *room,
                           const struct chat_message_fact *message) {
    if (message->mentions_all != PROTO_MENTIONS_ALL_NONE) {
        for (size_t i = 0; i < room->members.count; i++)
            count_mention(room->members.items[i], message->author);
        return;
    }
    for (size_t i = 0; i < message->mention_count; i++) {
        const struct chat_user *user = chat_user_get(chat, message->mentions[i]);
        count_mention(chat_member_find(user, room), message->author);
    }
}

/* While loading, a room's newest message: its seq and the marks are in the room's and the members' rows already. */
void chat_apply_message_new(struct chat *chat, const struct chat_fact *fact) {
    const struct chat_message_fact *message = &fact->message;
    struct chat_room *room = chat_room_get(chat, message->room);
    if (message->id > chat->last_message)
        chat->last_message = message->id;
    if (message->thread !=
        0) { /* it is no part of the room's history, and counts for nobody there */
        chat_pause_start(chat, room, message->author, fact->pos);
        return;
    }
    chat_last_set(room, fact);
    if (fact->pos == 0) {
        ASSERT(message->seq <= room->last_seq);
        return;
    }
    ASSERT(message->seq == room->last_seq + 1);
    room->last_seq = message->seq;
    count_mentions(chat, room, message);
    chat_pause_start(chat, room, message->author, fact->pos);
    struct chat_member *author = chat_member_find(chat_user_get(chat, message->author), room);
    if (author != NULL) {
        author->read_seq = message->seq;
        author->mentions = 0;
    }
}

/* Sending */

enum proto_error chat_message_refuse_store(struct chat_turn *turn) {
    return chat_refuse(turn, PROTO_UNAVAILABLE, STR("The server cannot read its data just now."));
}

enum proto_error chat_message_check_body(struct chat_turn *turn, struct str typed,
                                         bool may_be_empty, struct str *body) {
    *body = chat_text_body(turn->arena, typed);
    if (body->len == 0 && !may_be_empty)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "body", STR("The message is empty."));
    if (body->len > PROTO_LIMIT_BODY_BYTES)
        return chat_refuse_field(turn, PROTO_TOO_LARGE, "body", STR("The message is too long."));
    return PROTO_OK;
}

/* Is the message found by its nonce the one that is being sent? A text that was edited or deleted since is not compared. */
static bool is_same_message(const struct proto_message *message, const struct chat_room *room,
                            struct str body) {
    bool has_changed = message->edited_at != 0 || message->deleted;
    return message->room == room->id && (has_changed || str_equal(message->body, body));
}

/* Sets *found when the nonce was used before. */
static enum proto_error check_nonce(struct chat_turn *turn, const struct chat_room *room,
                                    struct str nonce, struct str body, bool *found) {
    struct chat_stored_message *stored = ARENA_NEW(turn->arena, struct chat_stored_message);
    const struct chat_port *port = &turn->chat->port;
    enum err error = port->find_nonce(port->context, turn->user->id, nonce, turn->arena, stored);
    *found = error == ERR_OK;
    if (error == ERR_NOT_FOUND)
        return PROTO_OK;
    if (error != ERR_OK)
        return chat_message_refuse_store(turn);
    if (!is_same_message(&stored->message, room, body))
        return chat_refuse_field(turn, PROTO_CONFLICT, "nonce",
                                 STR("That nonce was used for another message."));
    turn->outcome->note.message = &stored->message;
    return PROTO_OK;
}

static enum proto_error check_pace(struct chat_turn *turn, const struct chat_room *room,
                                   const struct chat_member *member) {
    struct chat *chat = turn->chat;
    if (!chat_policy_is_moderator(member)) {
        int64_t wait_ms = chat_pause_left(chat, room, turn->user->id);
        if (wait_ms > 0)
            return chat_refuse_wait(turn, wait_ms, STR("This room is in slow mode."));
    }
    struct chat_rate_key key = chat_rate_key_id('r', room->id);
    int64_t wait_ms = chat_rate_take(&chat->rates, &key, CHAT_RATE_ROOM, 1, chat->mono_ms);
    return wait_ms > 0 ? chat_refuse_wait(turn, wait_ms, STR("This room is too busy just now."))
                       : PROTO_OK;
}

/* Something to be said, and where. */
struct sending {
    const struct proto_message_send *payload;
    const struct chat_member *member;
    struct str body;
    const struct proto_reply *reply;        /* NULL: it answers nothing */
    const struct chat_stored_message *root; /* NULL: not in a thread */
    const struct proto_attachment *files;   /* as many as the payload names */
};

static struct proto_reply *reply_to(const struct proto_message *message, struct arena *arena) {
    struct proto_reply *reply = ARENA_NEW(arena, struct proto_reply);
    reply->id = message->id;
    reply->seq = message->seq;
    reply->author = message->author;
    reply->excerpt = utf8_head(message->body, PROTO_LIMIT_EXCERPT_CHARS); /* as the store cuts it */
    return reply;
}

/* *thread: in which the answered message stands; 0: in none. */
static enum proto_error check_reply(struct chat_turn *turn, struct sending *sending,
                                    chat_message_id *thread) {
    struct chat_stored_message stored;
    const struct chat_port *port = &turn->chat->port;
    chat_message_id id = sending->payload->reply_to;
    *thread = 0;
    if (id == 0)
        return PROTO_OK;
    enum err error = port->find_message(port->context, id, turn->arena, &stored);
    if (error != ERR_OK && error != ERR_NOT_FOUND)
        return chat_message_refuse_store(turn);
    if (error == ERR_NOT_FOUND || stored.message.room != sending->member->room->id)
        return chat_refuse_field(turn, PROTO_NOT_FOUND, "reply_to",
                                 STR("There is no such message in this room."));
    sending->reply = reply_to(&stored.message, turn->arena);
    *thread = stored.message.thread;
    return PROTO_OK;
}

/* A reply to a reply stays in its thread. */
static enum proto_error check_thread(struct chat_turn *turn, struct sending *sending,
                                     chat_message_id answered) {
    const struct chat_room *room = sending->member->room;
    chat_message_id wanted = sending->payload->thread;
    struct chat_stored_message *root;
    if (wanted == 0 && answered == 0)
        return PROTO_OK;
    enum proto_error error =
        chat_thread_find_in(turn, room, wanted != 0 ? wanted : answered, "thread", &root);
    if (error != PROTO_OK)
        return error;
    if (answered != 0 && answered != root->message.id)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "reply_to",
                                 STR("That message is in another thread."));
    sending->root = root;
    return PROTO_OK;
}

struct mention_scope {
    const struct chat *chat;
    const struct chat_room *room;
};

static int64_t find_mentioned(void *context, struct str folded) {
    const struct mention_scope *scope = context;
    const struct chat_user *user = chat_user_find_name(scope->chat, folded);
    return user != NULL && chat_member_find(user, scope->room) != NULL ? user->id : 0;
}

struct chat_mentioned chat_message_mentioned(struct chat_turn *turn,
                                             const struct chat_member *member, struct str body) {
    struct mention_scope scope = {turn->chat, member->room};
    struct chat_mentions mentions;
    bool may_all = chat_policy_is_moderator(member) ||
                   member->room->members.count <= PROTO_LIMIT_MENTION_ALL_MEMBERS;
    chat_mention_scan(turn->arena, body, find_mentioned, &scope, &mentions);
    return (struct chat_mentioned){
        .ids = mentions.ids,
        .count = mentions.count,
        .all = may_all ? mentions.all : PROTO_MENTIONS_ALL_NONE,
    };
}

static struct chat_message_fact *post(struct chat_turn *turn, const struct sending *sending,
                                      chat_message_id id) {
    const struct chat_room *room = sending->member->room;
    struct chat_mentioned mentioned = chat_message_mentioned(turn, sending->member, sending->body);
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_MESSAGE_NEW);
    fact->message = (struct chat_message_fact){
        .id = id,
        .room = room->id,
        .seq = room->last_seq + 1,
        .author = turn->user->id,
        .body = sending->body,
        .nonce = sending->payload->nonce,
        .reply_to = sending->reply,
        .mentions = mentioned.ids,
        .mention_count = mentioned.count,
        .mentions_all = mentioned.all,
        .attachments = sending->files,
        .attachment_count = sending->payload->attachments_count,
        .created_at_ms = turn->command->now_ms,
    };
    return &fact->message;
}

static struct str twin_nonce(struct str nonce, struct arena *arena) {
    char *text = arena_alloc(arena, nonce.len + 1);
    text[0] = CHAT_TWIN_MARK;
    memcpy(text + 1, nonce.at, nonce.len);
    return str_of(text, nonce.len + 1);
}

/* In the room it answers the thread's root. */
static void post_twin(struct chat_turn *turn, const struct sending *sending, chat_message_id id) {
    struct chat_message_fact *twin = post(turn, sending, id + 1);
    twin->nonce = twin_nonce(sending->payload->nonce, turn->arena);
    twin->reply_to = reply_to(&sending->root->message, turn->arena);
    twin->twin = id;
}

static void post_in_thread(struct chat_turn *turn, const struct sending *sending,
                           chat_message_id id) {
    const struct proto_message *root = &sending->root->message;
    struct chat_message_fact *reply = post(turn, sending, id);
    reply->thread = root->id;
    reply->thread_author = sending->root->author;
    reply->seq = root->reply_count + 1;
    reply->twin = sending->payload->also_room ? id + 1 : 0;
    chat_thread_grow(turn, sending->root);
    if (sending->payload->also_room)
        post_twin(turn, sending, id);
}

static enum proto_error send_new(struct chat_turn *turn, const struct proto_message_send *payload,
                                 struct str body) {
    struct sending sending = {.payload = payload, .body = body};
    chat_message_id id = turn->chat->last_message + 1, thread;
    struct chat_room *room;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_SEND, &room);
    if (error != PROTO_OK)
        return error;
    sending.member = chat_member_find(turn->user, room);
    error = check_reply(turn, &sending, &thread);
    if (error == PROTO_OK)
        error = check_thread(turn, &sending, thread);
    if (error == PROTO_OK)
        error =
            chat_file_take(turn, payload->attachments, payload->attachments_count, &sending.files);
    if (error == PROTO_OK)
        error = check_pace(turn, room, sending.member);
    if (error != PROTO_OK)
        return error;
    if (sending.root != NULL)
        post_in_thread(turn, &sending, id);
    else
        (void)post(turn, &sending, id);
    chat_typing_end(turn->chat, turn->outcome, room->id, turn->user->id);
    return PROTO_OK;
}

enum proto_error chat_on_message_send(struct chat_turn *turn) {
    const struct proto_message_send *payload = turn->command->payload;
    struct chat_room *room;
    struct str body;
    bool found;
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_READ, &room);
    if (error != PROTO_OK)
        return error;
    error = chat_message_check_body(turn, payload->body, payload->attachments_count > 0, &body);
    if (error == PROTO_OK)
        error = check_nonce(turn, room, payload->nonce, body, &found);
    if (error != PROTO_OK || found)
        return error;
    return send_new(turn, payload, body);
}

const void *chat_answer_message_send(struct chat_turn *turn) {
    struct proto_message_send_result *result =
        ARENA_NEW(turn->arena, struct proto_message_send_result);
    const struct proto_message *found = turn->outcome->note.message;
    result->message = ARENA_NEW(turn->arena, struct proto_message);
    *result->message =
        found != NULL
            ? *found
            : *chat_view_message(turn->chat, chat_turn_decided(turn, CHAT_FACT_MESSAGE_NEW),
                                 turn->arena);
    return result;
}

/* Reading */

/* `before: 0` and `before: 1` both end before the first; `after: 0` is the beginning, which is the page before limit + 1;
 * a reader takes 0 for "not given". */
static void place_page(const struct proto_message_history *payload, struct chat_read *read) {
    if (payload->has_before)
        read->before = payload->before > 0 ? payload->before : 1;
    if (payload->has_around)
        read->around = payload->around > 0 ? payload->around : 1;
    if (payload->has_after && payload->after > 0)
        read->after = payload->after;
    else if (payload->has_after)
        read->before = read->limit + 1;
}

/* A room, a thread, or both: then the one must be in the other. *thread 0: none. */
static enum proto_error find_history(struct chat_turn *turn,
                                     const struct proto_message_history *payload,
                                     struct chat_room **room, chat_message_id *thread) {
    struct chat_stored_message *root;
    bool has_room = payload->room.id != 0 || payload->room.slug.len > 0 || payload->thread == 0;
    enum proto_error error =
        has_room ? chat_authorize(turn, payload->room, CHAT_RIGHT_READ, room) : PROTO_OK;
    *thread = 0;
    if (error != PROTO_OK || payload->thread == 0)
        return error;
    error = has_room ? chat_thread_find_in(turn, *room, payload->thread, "thread", &root)
                     : chat_thread_find(turn, payload->thread, CHAT_RIGHT_READ, &root, room);
    if (error == PROTO_OK)
        *thread = root->message.id;
    return error;
}

enum proto_error chat_on_message_history(struct chat_turn *turn) {
    const struct proto_message_history *payload = turn->command->payload;
    struct chat_room *room;
    chat_message_id thread;
    enum proto_error error = find_history(turn, payload, &room, &thread);
    if (error != PROTO_OK)
        return error;
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_HISTORY,
        .user = turn->user->id,
        .room = room->id,
        .thread = thread,
        .limit = (int64_t)chat_page_limit(payload->limit),
    };
    place_page(payload, &turn->outcome->read);
    return PROTO_OK;
}

const void *chat_answer_message_history(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_message_history_result); /* the reader fills it */
}

/* The store is asked here and not by a reader, because only the message says of which room it is. */
enum proto_error chat_message_find(struct chat_turn *turn, chat_message_id id,
                                   enum chat_right right, struct chat_stored_message **out,
                                   struct chat_room **room) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_stored_message *stored = ARENA_NEW(turn->arena, struct chat_stored_message);
    enum err error = port->find_message(port->context, id, turn->arena, stored);
    if (error != ERR_OK && error != ERR_NOT_FOUND)
        return chat_message_refuse_store(turn);
    if (error == ERR_NOT_FOUND)
        return chat_refuse(turn, PROTO_NOT_FOUND, STR("There is no such message."));
    struct proto_room_ref ref = {.id = stored->message.room};
    enum proto_error refusal = chat_authorize(turn, ref, right, room);
    if (refusal == PROTO_NOT_FOUND) /* as if there were no such message, to the last letter */
        return chat_refuse(turn, PROTO_NOT_FOUND, STR("There is no such message."));
    *out = stored;
    return refusal;
}

enum proto_error chat_on_message_get(struct chat_turn *turn) {
    const struct proto_message_get *payload = turn->command->payload;
    struct chat_stored_message *stored;
    struct chat_room *room;
    enum proto_error error =
        chat_message_find(turn, payload->message, CHAT_RIGHT_READ, &stored, &room);
    if (error == PROTO_OK)
        turn->outcome->note.message = &stored->message;
    return error;
}
