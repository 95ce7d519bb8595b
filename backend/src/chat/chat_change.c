/* chat_change.c: what becomes of a message after it was said.
 *
 * Emits     message:changed   (by its facts)
 *
 * The state holds no messages, so each command begins by asking the store for its one message, which also says in what
 * room it is; whoever may not see that room is told that there is no such message. The lookup sees the facts of the
 * running batch, so two edits of one batch, or an edit and a deletion, follow one another as if they were alone.
 *
 * Of a deleted message only a tombstone stays: who, when, which seq, and how many replies it has. What it answered is gone too,
 * or its tombstone would go on showing another's text.
 *
 * A reply that was sent to the room as well is two messages with one text: who changes one changes both.
 *
 * Mentions of a member count while he has not read the message. An edit counts for those whom it newly mentions and takes back
 * what it counted for the others; a deletion takes all back. Of one who has read the message nothing changes, nor of one
 * who was not there then: his read mark began behind it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_message.h"
#include "chat/chat_policy.h"

/* Counting mentions anew */

static bool contains(const int64_t *ids, size_t count, int64_t id) {
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            return true;
    return false;
}

/* Never more than are unread: what was counted for the member may have been read in part. */
static void recount_member(struct chat_member *member, const struct chat_change_fact *change) {
    const struct proto_message *message = change->message;
    chat_user_id user = member->user->id;
    bool was = change->old_mentions_all != PROTO_MENTIONS_ALL_NONE ||
               contains(change->old_mentions, change->old_mention_count, user);
    bool is = message->mentions_all != PROTO_MENTIONS_ALL_NONE ||
              contains(message->mentions, message->mentions_count, user);
    int64_t unread = change->last_seq - member->read_seq;
    if (user == message->author->id || message->seq <= member->read_seq || was == is ||
        chat_block_has(member->user, message->author->id))
        return;
    if (was && member->mentions > 0)
        member->mentions--;
    else if (is && member->mentions < unread && member->mentions < CHAT_MEMBER_MENTIONS_MAX)
        member->mentions++;
}

static void recount_users(struct chat *chat, struct chat_room *room, const int64_t *users,
                          size_t count, const struct chat_change_fact *change) {
    for (size_t i = 0; i < count; i++) {
        struct chat_member *member = chat_member_find(chat_user_get(chat, users[i]), room);
        if (member != NULL)
            recount_member(member, change);
    }
}

static void recount(struct chat *chat, struct chat_room *room,
                    const struct chat_change_fact *change) {
    const struct proto_message *message = change->message;
    if (message->thread != 0) /* a thread's replies do not count in the room */
        return;
    if (change->old_mentions_all != PROTO_MENTIONS_ALL_NONE ||
        message->mentions_all != PROTO_MENTIONS_ALL_NONE) {
        for (size_t i = 0; i < room->members.count; i++)
            recount_member(room->members.items[i], change);
        return;
    }
    /* Nobody is in both and counted twice: who is in both is passed over. */
    recount_users(chat, room, change->old_mentions, change->old_mention_count, change);
    recount_users(chat, room, message->mentions, message->mentions_count, change);
}

void chat_apply_message_changed(struct chat *chat, const struct chat_fact *fact) {
    struct chat_room *room = chat_room_get(chat, fact->change.message->room);
    if (fact->kind == CHAT_FACT_MESSAGE_EDITED || fact->kind == CHAT_FACT_MESSAGE_DELETED) {
        recount(chat, room, &fact->change);
        chat_last_change(room, fact->change.message);
    }
}

/* Finding the message */

static enum proto_error find_own(struct chat_turn *turn, chat_message_id id,
                                 struct chat_stored_message **stored, struct chat_room **room) {
    enum proto_error error = chat_message_find(turn, id, CHAT_RIGHT_EDIT, stored, room);
    if (error != PROTO_OK)
        return error;
    if ((*stored)->author != turn->user->id)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("Only its author may do that."));
    return PROTO_OK;
}

/* The message that has the same text in another place, unless it is gone; NULL: there is none. */
static enum proto_error find_twin(struct chat_turn *turn, const struct chat_stored_message *stored,
                                  struct chat_stored_message **out) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_stored_message *twin = ARENA_NEW(turn->arena, struct chat_stored_message);
    *out = NULL;
    if (stored->message.twin == 0)
        return PROTO_OK;
    enum err error = port->find_message(port->context, stored->message.twin, turn->arena, twin);
    if (error != ERR_OK && error != ERR_NOT_FOUND && error != ERR_CORRUPT)
        return chat_message_refuse_store(turn);
    bool is_twin = error == ERR_OK && twin->message.twin == stored->message.id &&
                   twin->author == stored->author;
    *out = is_twin ? twin : NULL;
    return PROTO_OK;
}

/* A copy to be changed, in a fact; the stored one stays as it is. */
static struct proto_message *change_begin(struct chat *chat, struct chat_outcome *outcome,
                                          enum chat_fact_kind kind,
                                          const struct chat_stored_message *stored) {
    struct chat_fact *fact = chat_outcome_fact(outcome, kind, chat->now_ms);
    struct proto_message *message = ARENA_NEW(outcome->arena, struct proto_message);
    *message = stored->message;
    fact->change = (struct chat_change_fact){
        .message = message,
        .nonce = stored->nonce,
        .old_mentions = stored->message.mentions,
        .old_mention_count = stored->message.mentions_count,
        .old_mentions_all = stored->message.mentions_all,
        .last_seq = chat_room_get(chat, stored->message.room)->last_seq,
    };
    return message;
}

/* Editing */

static void edit(struct chat_turn *turn, const struct chat_member *member,
                 const struct chat_stored_message *stored, struct str body) {
    struct chat_mentioned mentioned = chat_message_mentioned(turn, member, body);
    struct proto_message *message =
        change_begin(turn->chat, turn->outcome, CHAT_FACT_MESSAGE_EDITED, stored);
    message->body = body;
    message->edited_at = turn->command->now_ms;
    message->mentions = mentioned.ids;
    message->mentions_count = mentioned.count;
    message->mentions_all = mentioned.all;
    if (turn->outcome->note.message == NULL)
        turn->outcome->note.message = message;
}

enum proto_error chat_on_message_edit(struct chat_turn *turn) {
    const struct proto_message_edit *payload = turn->command->payload;
    struct chat_stored_message *stored, *twin;
    struct chat_room *room;
    struct str body;
    enum proto_error error = find_own(turn, payload->message, &stored, &room);
    if (error != PROTO_OK)
        return error;
    if (stored->message.deleted)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("This message was deleted."));
    error =
        chat_message_check_body(turn, payload->body, stored->message.attachments_count > 0, &body);
    if (error == PROTO_OK)
        error = find_twin(turn, stored, &twin);
    if (error != PROTO_OK)
        return error;
    if (str_equal(body, stored->message.body)) {
        turn->outcome->note.message = &stored->message;
        return PROTO_OK;
    }
    const struct chat_member *member = chat_member_find(turn->user, room);
    edit(turn, member, stored, body);
    if (twin != NULL)
        edit(turn, member, twin, body);
    return PROTO_OK;
}

/* Deleting */

const struct proto_message *chat_message_delete(struct chat *chat, struct chat_outcome *outcome,
                                                const struct chat_stored_message *stored) {
    struct proto_message *tombstone =
        change_begin(chat, outcome, CHAT_FACT_MESSAGE_DELETED, stored);
    *tombstone = (struct proto_message){
        .id = stored->message.id,
        .room = stored->message.room,
        .seq = stored->message.seq,
        .author = stored->message.author,
        .body = STR(""),
        .created_at = stored->message.created_at,
        .deleted = true,
        .thread = stored->message.thread,
        .reply_count = stored->message.reply_count,
        .last_reply_at = stored->message.last_reply_at,
    };
    return tombstone;
}

/* Not the author: then he must be of those who keep order there. */
static enum proto_error check_others(struct chat_turn *turn,
                                     const struct chat_stored_message *stored,
                                     const struct chat_room *room) {
    struct str sentence;
    if (stored->author == turn->user->id)
        return PROTO_OK;
    enum proto_error error =
        chat_policy_check(turn->chat, turn->user, room, CHAT_RIGHT_DELETE, &sentence);
    return error == PROTO_OK ? PROTO_OK : chat_refuse(turn, error, sentence);
}

enum proto_error chat_on_message_delete(struct chat_turn *turn) {
    const struct proto_message_delete *payload = turn->command->payload;
    struct chat_stored_message *stored, *twin;
    struct chat_room *room;
    enum proto_error error =
        chat_message_find(turn, payload->message, CHAT_RIGHT_RETRACT, &stored, &room);
    if (error == PROTO_OK)
        error = check_others(turn, stored, room);
    if (error == PROTO_OK)
        error = find_twin(turn, stored, &twin);
    if (error != PROTO_OK)
        return error;
    turn->outcome->note.message = &stored->message;
    if (stored->message.deleted)
        return PROTO_OK;
    turn->outcome->note.message = chat_message_delete(turn->chat, turn->outcome, stored);
    if (stored->author != turn->user->id)
        chat_audit(turn, STR("message:delete"), room->id, stored->author, STR(""));
    if (twin != NULL)
        (void)chat_message_delete(turn->chat, turn->outcome, twin);
    return PROTO_OK;
}

/* Answering and reading */

const void *chat_answer_message(struct chat_turn *turn) {
    struct proto_message_get_result *result =
        ARENA_NEW(turn->arena, struct proto_message_get_result);
    result->message = ARENA_NEW(turn->arena, struct proto_message);
    *result->message = *turn->outcome->note.message;
    return result;
}

enum proto_error chat_on_message_versions(struct chat_turn *turn) {
    const struct proto_message_versions *payload = turn->command->payload;
    struct chat_stored_message *stored;
    struct chat_room *room;
    enum proto_error error =
        chat_message_find(turn, payload->message, CHAT_RIGHT_READ, &stored, &room);
    if (error == PROTO_OK)
        turn->outcome->read = (struct chat_read){
            .kind = CHAT_READ_VERSIONS,
            .user = turn->user->id,
            .room = room->id,
            .message = payload->message,
        };
    return error;
}

const void *chat_answer_message_versions(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_message_versions_result); /* the reader fills it */
}
