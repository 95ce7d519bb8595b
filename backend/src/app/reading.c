/* reading.c: completes answers with what the store holds.
 *
 * Thread    whoever has the request: a reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include "app/reading.h"

#include "app/fit.h"
#include "base/limits.h"
#include "base/log.h"
#include "proto/proto_encode.h"

#include <assert.h>

/* Each fills what is missing in the request's result. */

static struct store_page page_of(const struct chat_request *request) {
    if (request->command.act == PROTO_COMMAND_ROOM_JOIN) {
        const struct proto_room_join_result *result = request->result;
        return (struct store_page){result->messages,   result->messages_count,
                                   result->has_before, false,
                                   result->damaged,    result->damaged_count};
    }
    const struct proto_message_history_result *result = request->result;
    return (struct store_page){result->messages,  result->messages_count, result->has_before,
                               result->has_after, result->damaged,        result->damaged_count};
}

static void page_set(struct chat_request *request, const struct store_page *page) {
    if (request->command.act == PROTO_COMMAND_ROOM_JOIN) {
        struct proto_room_join_result *result = request->result;
        result->messages = page->messages;
        result->messages_count = page->count;
        result->has_before = page->has_before;
        result->damaged = page->damaged_count > 0 ? page->damaged : NULL;
        result->damaged_count = page->damaged_count;
    } else {
        struct proto_message_history_result *result = request->result;
        result->messages = page->messages;
        result->messages_count = page->count;
        result->has_before = page->has_before;
        result->has_after = page->has_after;
        result->damaged = page->damaged_count > 0 ? page->damaged : NULL;
        result->damaged_count = page->damaged_count;
    }
}

static enum err read_history(const struct reading_port *port, struct chat_request *request) {
    const struct chat_read *read = &request->read;
    struct store_page page;
    enum err error = port->history(port->context, read, &request->arena, &page);
    if (error == ERR_OK)
        page_set(request, &page);
    return error;
}

static enum err read_message(const struct reading_port *port, struct chat_request *request) {
    struct chat_stored_message *stored = ARENA_NEW(&request->arena, struct chat_stored_message);
    struct proto_message_get_result *result = request->result;
    result->message = &stored->message;
    return port->message(port->context, request->read.message, &request->arena, stored);
}

static enum err read_versions(const struct reading_port *port, struct chat_request *request) {
    struct proto_message_versions_result *result = request->result;
    struct store_versions found;
    enum err error = port->versions(port->context, request->read.message, &request->arena, &found);
    if (error != ERR_OK)
        return error;
    size_t skipped = fit_versions(found.versions, found.count, READER_ANSWER_BYTES_MAX);
    result->versions = found.versions + skipped;
    result->versions_count = found.count - skipped;
    return ERR_OK;
}

/* As much of the list as fits; the rest comes with the next page. */
static enum err read_list(const struct reading_port *port, struct chat_request *request) {
    static_assert(sizeof(struct proto_message_pins_result) ==
                      sizeof(struct proto_message_saved_result),
                  "both are a page of messages");
    struct proto_message_pins_result *result = request->result;
    struct store_list list;
    enum err error = port->list(port->context, &request->read, &request->arena, &list);
    if (error != ERR_OK)
        return error;
    struct store_page page = {.messages = list.messages, .count = list.count};
    fit_page(&page, FIT_BEGINNING, 0, READER_ANSWER_BYTES_MAX);
    result->messages = page.messages;
    result->messages_count = page.count;
    result->more = list.more || page.has_after;
    return ERR_OK;
}

static enum err read_audit(const struct reading_port *port, struct chat_request *request) {
    const struct chat_read *read = &request->read;
    struct proto_audit_list_result *result = request->result;
    struct store_audit found;
    enum err error = port->audit(port->context, read->user, read->room, read->before, read->limit,
                                 &request->arena, &found);
    if (error != ERR_OK)
        return error;
    result->entries = found.entries;
    result->entries_count = found.count;
    result->more = found.more;
    return ERR_OK;
}

static enum err read_drafts(const struct reading_port *port, struct chat_request *request) {
    struct proto_draft_list_result *result = request->result;
    struct store_drafts found;
    enum err error = port->drafts(port->context, request->read.user, &request->arena, &found);
    if (error != ERR_OK)
        return error;
    result->drafts = found.drafts;
    result->drafts_count = fit_drafts(found.drafts, found.count, READER_ANSWER_BYTES_MAX);
    return ERR_OK;
}

static enum err read_threads(const struct reading_port *port, struct chat_request *request) {
    struct proto_thread_list_result *result = request->result;
    struct store_threads found;
    enum err error = port->threads(port->context, &request->read, &request->arena, &found);
    if (error != ERR_OK)
        return error;
    size_t fit = fit_threads(found.threads, found.count, READER_ANSWER_BYTES_MAX);
    result->threads = found.threads;
    result->threads_count = fit;
    result->more = found.more || fit < found.count;
    return ERR_OK;
}

static enum err read_events(const struct reading_port *port, const struct chat_read *read,
                            struct arena *arena, struct store_events *events) {
    return port->events(port->context, read->user, read->rooms, read->room_count, read->from_pos,
                        read->to_pos, read->limit, arena, events);
}

/* `sync`: the page ends at its last event, or at the log's end when that was all. Housekeeping may have shortened the log
 * since the core looked, or an event may be damaged: then the client reloads. */
static enum err read_sync(const struct reading_port *port, struct chat_request *request) {
    struct proto_sync_result *result = request->result;
    struct store_events events;
    enum err error = read_events(port, &request->read, &request->arena, &events);
    if (error == ERR_NOT_FOUND || error == ERR_CORRUPT) {
        *result = (struct proto_sync_result){.reset = true};
        return ERR_OK;
    }
    if (error != ERR_OK)
        return error;
    size_t count = fit_events(events.events, events.count, READER_ANSWER_BYTES_MAX);
    bool more = events.more || count < events.count;
    result->events = ARENA_NEW_N(&request->arena, struct proto_sync_event, count);
    result->events_count = count;
    for (size_t i = 0; i < count; i++) {
        result->events[i].event = proto_events[events.events[i].event].name;
        result->events[i].payload = events.events[i].data;
    }
    result->has_pos = result->has_more = true;
    result->more = more;
    result->pos = more ? events.events[count - 1].pos : request->read.to_pos;
    return ERR_OK;
}

/* Missed events of a connection, as many as fit into its outbox behind `ready`; without them (too many, damaged, or the log was
 * shortened meanwhile) it starts afresh. */
static enum err read_replay(const struct reading_port *port, struct chat_request *request) {
    struct store_events events = {0};
    struct chat_replay *replay = ARENA_NEW(&request->arena, struct chat_replay);
    enum err error = read_events(port, &request->read, &request->arena, &events);
    if (error != ERR_OK && error != ERR_NOT_FOUND && error != ERR_CORRUPT)
        return error;
    size_t ready_bytes = request->json.len;
    size_t bytes_max =
        READER_ANSWER_BYTES_MAX > ready_bytes ? READER_ANSWER_BYTES_MAX - ready_bytes : 0;
    replay->count = fit_events(events.events, events.count, bytes_max);
    replay->complete = error == ERR_OK && !events.more;
    replay->has_rest = replay->count < events.count;
    replay->events = ARENA_NEW_N(&request->arena, struct chat_replay_event, replay->count);
    for (size_t i = 0; i < replay->count; i++)
        replay->events[i] = (struct chat_replay_event){events.events[i].pos, events.events[i].event,
                                                       events.events[i].data};
    request->replay = replay;
    return ERR_OK;
}

static enum err read_search(const struct reading_port *port, struct chat_request *request) {
    const struct proto_message_search *asked = request->command.payload;
    const struct chat_read *read = &request->read;
    struct proto_message_search_result *result = request->result;
    const struct search_wish wish = {
        .typed = asked->query,
        .rooms = read->rooms,
        .room_count = read->room_count,
        .author = asked->author,
        .since_ms = asked->since,
        .until_ms = asked->until,
        .before = asked->before,
        .limit = read->limit,
        .pinned = asked->pinned,
        .has_file = asked->has_file,
    };
    struct search_found found = {0};
    enum err error = port->search != NULL
                         ? port->search(port->context, &wish, &request->arena, &found)
                         : ERR_UNAVAILABLE;
    result->hits = found.hits;
    result->hits_count = found.count;
    result->more = found.more;
    return error;
}

static enum err request_read(const struct reading_port *port, struct chat_request *request) {
    bool is_attach = request->command.act == CHAT_ACT_ATTACH;
    switch (request->read.kind) {
    case CHAT_READ_HISTORY:
        return read_history(port, request);
    case CHAT_READ_MESSAGE:
        return read_message(port, request);
    case CHAT_READ_PINS:
    case CHAT_READ_SAVED:
        return read_list(port, request);
    case CHAT_READ_DRAFTS:
        return read_drafts(port, request);
    case CHAT_READ_THREADS:
        return read_threads(port, request);
    case CHAT_READ_VERSIONS:
        return read_versions(port, request);
    case CHAT_READ_AUDIT:
        return read_audit(port, request);
    case CHAT_READ_EVENTS:
        return is_attach ? read_replay(port, request) : read_sync(port, request);
    case CHAT_READ_SEARCH:
        return read_search(port, request);
    case CHAT_READ_NONE:
        break;
    }
    return ERR_INVALID;
}

/* Answering */

void reading_refuse(struct chat_request *request, enum proto_error code, struct str message) {
    const struct proto_error_body body = {.code = code, .message = message};
    request->error = code;
    buf_clear(&request->json);
    proto_encode(&proto_error_body_shape, &body, &request->json);
}

static void answer_encode(struct chat_request *request) {
    buf_clear(&request->json);
    proto_encode(proto_commands[request->command.act].result, request->result, &request->json);
}

static enum fit_side wanted_side(const struct chat_request *request) {
    const struct proto_message_history *asked = request->command.payload;
    if (request->command.act != PROTO_COMMAND_MESSAGE_HISTORY)
        return FIT_END;
    return asked->has_after ? FIT_BEGINNING : asked->has_around ? FIT_AROUND : FIT_END;
}

/* The answer as JSON; what is too large (which is rare) is cut down and encoded again. */
static void answer_complete(struct chat_request *request) {
    answer_encode(request);
    if (request->read.kind != CHAT_READ_HISTORY || request->json.len <= READER_ANSWER_BYTES_MAX)
        return;
    struct store_page page = page_of(request);
    fit_page(&page, wanted_side(request), request->read.around, READER_ANSWER_BYTES_MAX);
    page_set(request, &page);
    answer_encode(request);
}

/* Out of time, or the index is being made. */
static void refuse_search(struct chat_request *request, enum err error) {
    if (error != ERR_UNAVAILABLE && error != ERR_NOT_FOUND)
        log_error(LOG_STORE, "search.failed", "error=\"%s\"", err_text(error));
    reading_refuse(request, PROTO_UNAVAILABLE,
                   STR("That could not be searched for now. Try again, or add a word."));
}

void reading_complete(const struct reading_port *port, struct chat_request *request) {
    enum err error = request_read(port, request);
    if (error != ERR_OK && request->read.kind == CHAT_READ_SEARCH) {
        refuse_search(request, error);
    } else if (error == ERR_NOT_FOUND) {
        reading_refuse(request, PROTO_NOT_FOUND, STR("There is no such message."));
    } else if (error == ERR_CORRUPT) {
        reading_refuse(request, PROTO_UNAVAILABLE,
                       STR("This message is damaged on the server and cannot be shown."));
    } else if (error != ERR_OK) {
        log_error(LOG_STORE, "read.failed", "error=\"%s\"", err_text(error));
        reading_refuse(request, PROTO_UNAVAILABLE,
                       STR("The history cannot be read at the moment."));
    } else if (request->command.act != CHAT_ACT_ATTACH) {
        answer_complete(request);
    }
}
