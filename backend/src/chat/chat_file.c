/* chat_file.c: files that are uploaded, and who may read them.
 *
 * Owns      nothing: files are the store's, their bytes the disk's.
 *
 * An upload asks twice: UPLOAD before its body comes (who is it, is he too fast, is there room), FILE_ADD when the bytes are on disk,
 * which makes the row and looks at the room again: others may have filled it meanwhile. Until a message takes it a file is its
 * uploader's alone; then it is for whoever may read that message.
 *
 * Thread    core.
 *
 * SPDX-License-Identifier: MIT
 */
#include "chat/chat_file.h"

#include "chat/chat_message.h"

/* Room */

static enum proto_error refuse_full(struct chat_turn *turn, bool is_user) {
    if (is_user)
        return chat_refuse(
            turn, PROTO_TOO_LARGE,
            STR("Your files take up all the room that you have. Delete some first."));
    return chat_refuse(turn, PROTO_UNAVAILABLE, STR("There is no room for files on this server."));
}

static enum proto_error check_room(struct chat_turn *turn, int64_t bytes) {
    const struct chat_options *options = &turn->chat->options;
    const struct chat_port *port = &turn->chat->port;
    struct chat_space space;
    if (bytes > options->upload_bytes)
        return chat_refuse(turn, PROTO_TOO_LARGE, STR("The file is too large."));
    if (port->find_space(port->context, turn->user->id, &space) != ERR_OK)
        return chat_message_refuse_store(turn);
    if (bytes > options->files_user_bytes - space.of_user)
        return refuse_full(turn, true);
    if (bytes > options->files_bytes - space.of_all)
        return refuse_full(turn, false);
    return PROTO_OK;
}

/* Uploading */

enum proto_error chat_on_upload(struct chat_turn *turn) {
    const struct chat_upload *payload = turn->command->payload;
    enum proto_error error = chat_session_resolve(turn);
    if (error != PROTO_OK)
        return error;
    struct chat_rate_key key = chat_rate_key_id('u', turn->user->id);
    int64_t wait_ms =
        chat_rate_take(&turn->chat->rates, &key, PROTO_BUCKET_UPLOAD, 1, turn->chat->mono_ms);
    if (wait_ms > 0)
        return chat_refuse_wait(turn, wait_ms, STR(""));
    return check_room(turn, payload->bytes);
}

enum proto_error chat_on_file_add(struct chat_turn *turn) {
    const struct chat_file_add *payload = turn->command->payload;
    enum proto_error error = chat_session_resolve(turn);
    if (error == PROTO_OK)
        error = check_room(turn, payload->file.size);
    if (error != PROTO_OK)
        return error;
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_FILE_NEW);
    fact->file = payload->file;
    fact->file.id = turn->chat->last_pos + (int64_t)turn->outcome->fact_count; /* its own pos */
    fact->file.owner = turn->user->id;
    turn->outcome->note.id = fact->file.id;
    return PROTO_OK;
}

/* The store has it since a moment, within this batch. */
const void *chat_answer_file_add(struct chat_turn *turn) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_stored_file *stored = ARENA_NEW(turn->arena, struct chat_stored_file);
    struct proto_uploaded *result = ARENA_NEW(turn->arena, struct proto_uploaded);
    if (port->find_file(port->context, turn->outcome->note.id, turn->arena, stored) != ERR_OK)
        return NULL; /* then the batch fails as well */
    result->attachment = &stored->shown;
    return result;
}

void chat_apply_file_new(struct chat *chat, const struct chat_fact *fact) {
    ASSERT(chat_user_find(chat, fact->file.owner) != NULL);
}

/* Reading */

static enum proto_error refuse_unknown(struct chat_turn *turn) {
    return chat_refuse(turn, PROTO_NOT_FOUND, STR("There is no such file."));
}

/* A file that no message has is its uploader's. Whoever may not see the room of the message is told what he is told of what does not
 * exist. */
static enum proto_error check_reader(struct chat_turn *turn, const struct chat_stored_file *file) {
    struct chat_stored_message *message;
    struct chat_room *room;
    if (file->message == 0)
        return file->fact.owner == turn->user->id ? PROTO_OK : refuse_unknown(turn);
    enum proto_error error =
        chat_message_find(turn, file->message, CHAT_RIGHT_READ, &message, &room);
    return error == PROTO_NOT_FOUND ? refuse_unknown(turn) : error;
}

enum proto_error chat_on_file_look(struct chat_turn *turn) {
    const struct chat_file_look *payload = turn->command->payload;
    const struct chat_port *port = &turn->chat->port;
    enum proto_error error = chat_session_resolve(turn);
    if (error != PROTO_OK)
        return error;
    struct chat_rate_key key = chat_rate_key_id('u', turn->user->id);
    int64_t wait_ms =
        chat_rate_take(&turn->chat->rates, &key, PROTO_BUCKET_FILE, 1, turn->chat->mono_ms);
    if (wait_ms > 0)
        return chat_refuse_wait(turn, wait_ms, STR(""));
    struct chat_stored_file *file = ARENA_NEW(turn->arena, struct chat_stored_file);
    enum err found = port->find_file(port->context, payload->id, turn->arena, file);
    if (found == ERR_NOT_FOUND)
        return refuse_unknown(turn);
    if (found != ERR_OK)
        return chat_message_refuse_store(turn);
    turn->outcome->note.result = &file->fact;
    return check_reader(turn, file);
}

const void *chat_answer_file_look(struct chat_turn *turn) {
    return turn->outcome->note.result;
}

/* In messages */

static bool is_named_before(const int64_t *ids, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (ids[i] == ids[index])
            return true;
    }
    return false;
}

/* As one sees it who may not know of others' files. */
static enum proto_error take_one(struct chat_turn *turn, chat_file_id id,
                                 struct proto_attachment *out) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_stored_file file;
    enum err error = port->find_file(port->context, id, turn->arena, &file);
    if (error != ERR_OK && error != ERR_NOT_FOUND && error != ERR_CORRUPT)
        return chat_message_refuse_store(turn);
    if (error != ERR_OK || file.fact.owner != turn->user->id)
        return chat_refuse_field(turn, PROTO_NOT_FOUND, "attachments",
                                 STR("There is no such file; upload it again."));
    if (file.message != 0)
        return chat_refuse_field(turn, PROTO_CONFLICT, "attachments",
                                 STR("That file is in another message already."));
    *out = file.shown;
    return PROTO_OK;
}

enum proto_error chat_file_take(struct chat_turn *turn, const int64_t *ids, size_t count,
                                const struct proto_attachment **out) {
    struct proto_attachment *files = ARENA_NEW_N(turn->arena, struct proto_attachment, count);
    enum proto_error error = PROTO_OK;
    for (size_t i = 0; i < count && error == PROTO_OK; i++) {
        if (is_named_before(ids, i))
            return chat_refuse_field(turn, PROTO_BAD_REQUEST, "attachments",
                                     STR("A file is named twice."));
        error = take_one(turn, ids[i], &files[i]);
    }
    *out = files;
    return error;
}
