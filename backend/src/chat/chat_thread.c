/* chat_thread.c: threads: replies below a message, and who follows them.
 *
 * Emits     message:changed, thread:me   (by their facts)
 *
 * A thread is its root and the replies to it, one level deep: a reply to a reply is one more reply to the root. The root counts
 * them, so the next reply's number is known from the root alone. A deleted root keeps its thread.
 *
 * Who follows a thread is the store's to know: the state of a server with a million threads would hold little else. Replying, being
 * mentioned and having begun it follow from the messages themselves (store_thread.c); only what a person asks for is
 * a fact of its own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_thread.h"

#include <assert.h>

/* Finding */

enum proto_error chat_thread_find(struct chat_turn *turn, chat_message_id message,
                                  enum chat_right right, struct chat_stored_message **out,
                                  struct chat_room **room) {
    enum proto_error error = chat_message_find(turn, message, right, out, room);
    if (error == PROTO_OK && (*out)->message.thread != 0)
        error = chat_message_find(turn, (*out)->message.thread, right, out, room);
    ASSERT(error != PROTO_OK || (*out)->message.thread == 0);
    return error;
}

enum proto_error chat_thread_find_in(struct chat_turn *turn, const struct chat_room *room,
                                     chat_message_id message, const char *field,
                                     struct chat_stored_message **out) {
    struct chat_room *found;
    enum proto_error error = chat_thread_find(turn, message, CHAT_RIGHT_READ, out, &found);
    if (error == PROTO_UNAVAILABLE)
        return error;
    if (error != PROTO_OK) /* a room that he cannot read is as good as none */
        return chat_refuse_field(turn, PROTO_NOT_FOUND, field, STR("There is no such message."));
    if (found != room)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, field,
                                 STR("That thread is in another room."));
    return PROTO_OK;
}

void chat_thread_grow(struct chat_turn *turn, const struct chat_stored_message *root) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_MESSAGE_THREADED);
    struct proto_message *message = ARENA_NEW(turn->arena, struct proto_message);
    *message = root->message;
    message->reply_count++;
    message->last_reply_at = turn->command->now_ms;
    fact->change = (struct chat_change_fact){.message = message, .nonce = root->nonce};
}

/* Following */

struct proto_thread_me *chat_thread_view(const struct chat_thread_fact *thread,
                                         struct arena *arena) {
    struct proto_thread_me *me = ARENA_NEW(arena, struct proto_thread_me);
    *me = (struct proto_thread_me){
        .thread = thread->thread,
        .room = thread->room,
        .following = thread->following,
        .read_seq = thread->read_seq,
        .unread = thread->following ? thread->last_seq - thread->read_seq : 0,
    };
    return me;
}

/* Nothing of it is in the state. */
void chat_apply_thread_me(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(chat_user_find(chat, fact->thread.user) != NULL);
    ASSERT(fact->thread.read_seq <= fact->thread.last_seq);
}

/* How the thread stands to the person who acts. */
static enum proto_error find_me(struct chat_turn *turn, chat_message_id message,
                                struct chat_thread_fact *me) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_follow follow = {0};
    struct chat_stored_message *root;
    struct chat_room *room;
    enum proto_error error = chat_thread_find(turn, message, CHAT_RIGHT_MARK, &root, &room);
    if (error != PROTO_OK)
        return error;
    enum err found = port->find_follow(port->context, turn->user->id, root->message.id, &follow);
    if (found != ERR_OK && found != ERR_NOT_FOUND)
        return chat_message_refuse_store(turn);
    *me = (struct chat_thread_fact){
        .user = turn->user->id,
        .room = room->id,
        .thread = root->message.id,
        .following = follow.following,
        .read_seq = found == ERR_OK ? follow.read_seq : root->message.reply_count,
        .last_seq = root->message.reply_count,
    };
    return PROTO_OK;
}

/* Answers how it stands, with a fact when that is another than before. */
static enum proto_error put_me(struct chat_turn *turn, const struct chat_thread_fact *me,
                               bool changed) {
    if (changed)
        chat_turn_fact(turn, CHAT_FACT_THREAD_ME)->thread = *me;
    struct proto_thread_follow_result *result =
        ARENA_NEW(turn->arena, struct proto_thread_follow_result);
    result->me = chat_thread_view(me, turn->arena);
    turn->outcome->note.result = result;
    return PROTO_OK;
}

enum proto_error chat_on_thread_follow(struct chat_turn *turn) {
    const struct proto_thread_follow *payload = turn->command->payload;
    struct chat_thread_fact me;
    enum proto_error error = find_me(turn, payload->thread, &me);
    if (error != PROTO_OK)
        return error;
    bool changed = me.following != payload->on;
    me.following = payload->on;
    return put_me(turn, &me, changed);
}

enum proto_error chat_on_thread_read(struct chat_turn *turn) {
    const struct proto_thread_read *payload = turn->command->payload;
    struct chat_thread_fact me;
    enum proto_error error = find_me(turn, payload->thread, &me);
    if (error != PROTO_OK)
        return error;
    int64_t seq = payload->seq < me.last_seq ? payload->seq : me.last_seq;
    bool changed = me.following && seq > me.read_seq;
    if (changed)
        me.read_seq = seq;
    return put_me(turn, &me, changed);
}

const void *chat_answer_thread_me(struct chat_turn *turn) {
    static_assert(sizeof(struct proto_thread_follow_result) ==
                      sizeof(struct proto_thread_read_result),
                  "both hold `me` alone");
    return turn->outcome->note.result;
}

enum proto_error chat_on_thread_list(struct chat_turn *turn) {
    const struct proto_thread_list *payload = turn->command->payload;
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_THREADS,
        .user = turn->user->id,
        .after = payload->after,
        .limit = (int64_t)chat_page_limit(payload->limit),
    };
    return PROTO_OK;
}

const void *chat_answer_thread_list(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_thread_list_result); /* the reader fills it */
}
