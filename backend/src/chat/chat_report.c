/* chat_report.c: messages that somebody brought before the moderators.
 *
 * Owns      struct chat_report: the open ones. Those that were resolved are the store's alone.
 * Emits     report:changed
 *
 * A report goes to those who can do something about it: the room's moderators and owner, in a public room the server's
 * admins as well. A direct message has none of its own, so there it is the admins, and they see this one message because one of
 * its people has shown it to them. In a private room the admins who are not in it hear nothing.
 *
 * The message is looked up whenever a report is shown: what was deleted meanwhile comes as its tombstone.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/mem.h"
#include "chat/chat_message.h"
#include "chat/chat_text.h"
#include "chat/chat_view.h"

#include <stdlib.h>

struct chat_report {
    int64_t id;
    chat_message_id message;
    chat_room_id room;
    chat_user_id by, author;
    int64_t at_ms;
    char *texts;
    uint16_t text_lengths[1]; /* the reason */
};

static int64_t report_id_of(const void *report) {
    return ((const struct chat_report *)report)->id;
}

/* Facts */

void chat_apply_report_new(struct chat *chat, const struct chat_fact *fact) {
    struct chat_report *report = MEM_NEW(struct chat_report);
    ASSERT(fact->pos == 0 || fact->report.id == fact->pos);
    report->id = fact->report.id;
    report->message = fact->report.message;
    report->room = chat_room_get(chat, fact->report.room)->id;
    report->by = chat_user_get(chat, fact->report.by)->id;
    report->author = chat_user_get(chat, fact->report.author)->id;
    report->at_ms = fact->at_ms;
    chat_pack_set(&report->texts, report->text_lengths, &fact->report.reason, 1);
    chat_roll_add(&chat->reports, report_id_of, report);
}

static void report_free(struct chat_report *report) {
    free(report->texts);
    free(report);
}

void chat_apply_report_done(struct chat *chat, const struct chat_fact *fact) {
    struct chat_report *report = chat_roll_find(&chat->reports, report_id_of, fact->report.id);
    ASSERT(report != NULL);
    chat_roll_remove(&chat->reports, report_id_of, report);
    report_free(report);
}

void chat_report_deinit(struct chat *chat) {
    for (size_t i = 0; i < chat->reports.count; i++)
        report_free(chat->reports.items[i]);
    chat_roll_deinit(&chat->reports);
}

/* Who may see and resolve */

static bool is_admin(const struct chat_user *user) {
    return user->role <= PROTO_USER_ROLE_ADMIN;
}

static bool may_handle(const struct chat *chat, const struct chat_user *user,
                       const struct chat_room *room) {
    struct str sentence;
    if (is_admin(user) && room->kind != PROTO_ROOM_KIND_PRIVATE)
        return true;
    return chat_policy_check(chat, user, room, CHAT_RIGHT_MODERATE, &sentence) == PROTO_OK;
}

/* Those who are here and may handle reports of the room: its online members, and admins wherever they are. */
static size_t gather_handlers(const struct chat *chat, const struct chat_room *room,
                              int64_t *users) {
    size_t count = 0, cursor = 0;
    for (const struct chat_presence *presence;
         (presence = map_next(&chat->presences, &cursor)) != NULL;) {
        const struct chat_user *user = chat_user_find(chat, presence->user);
        bool is_near = user != NULL && (is_admin(user) || chat_member_find(user, room) != NULL);
        if (is_near && presence->is_online && may_handle(chat, user, room))
            users[count++] = user->id;
    }
    return count;
}

static void tell(struct chat_turn *turn, int64_t report, const struct chat_room *room, bool open) {
    struct proto_event_report_changed *event =
        ARENA_NEW(turn->arena, struct proto_event_report_changed);
    int64_t *users = ARENA_NEW_N(turn->arena, int64_t, map_count(&turn->chat->presences));
    size_t count = gather_handlers(turn->chat, room, users);
    *event = (struct proto_event_report_changed){.report = report, .room = room->id, .open = open};
    if (count == 0)
        return;
    struct chat_signal *signal = chat_outcome_signal(turn->outcome, CHAT_SIGNAL_NEWS);
    signal->event = PROTO_EVENT_REPORT_CHANGED;
    signal->payload = event;
    signal->audience =
        (struct chat_audience){.scope = CHAT_SCOPE_WATCH, .users = users, .user_count = count};
}

/* Reporting */

static bool is_reported(const struct chat *chat, chat_message_id message, chat_user_id by) {
    for (size_t i = 0; i < chat->reports.count; i++) {
        const struct chat_report *report = chat->reports.items[i];
        if (report->message == message && report->by == by)
            return true;
    }
    return false;
}

static void report(struct chat_turn *turn, const struct chat_room *room,
                   const struct chat_stored_message *stored, struct str reason) {
    struct chat_fact *fact = chat_turn_fact(turn, CHAT_FACT_REPORT_NEW);
    fact->report = (struct chat_report_fact){
        .id = turn->chat->last_pos + (int64_t)turn->outcome->fact_count, /* its own pos */
        .message = stored->message.id,
        .room = room->id,
        .by = turn->user->id,
        .author = stored->author,
        .reason = chat_text_body(turn->arena, reason),
    };
    tell(turn, fact->report.id, room, true);
}

enum proto_error chat_on_message_report(struct chat_turn *turn) {
    const struct proto_message_report *payload = turn->command->payload;
    struct chat_stored_message *stored;
    struct chat_room *room;
    enum proto_error error =
        chat_message_find(turn, payload->message, CHAT_RIGHT_READ, &stored, &room);
    if (error != PROTO_OK)
        return error;
    if (stored->author == turn->user->id)
        return chat_refuse_field(turn, PROTO_BAD_REQUEST, "message",
                                 STR("You cannot report what you said yourself."));
    if (stored->message.deleted)
        return chat_refuse(turn, PROTO_FORBIDDEN, STR("This message was deleted."));
    if (is_reported(turn->chat, payload->message, turn->user->id))
        return PROTO_OK;
    if (turn->chat->reports.count >= PROTO_LIMIT_OPEN_REPORTS)
        return chat_refuse(turn, PROTO_UNAVAILABLE, STR("Too many reports wait already."));
    report(turn, room, stored, payload->reason);
    return PROTO_OK;
}

/* The list */

/* Puts the report on the page; one whose message is damaged is passed over. */
static enum proto_error list_one(struct chat_turn *turn, const struct chat_report *report,
                                 struct proto_report_list_result *result) {
    const struct chat_port *port = &turn->chat->port;
    struct chat_stored_message *stored = ARENA_NEW(turn->arena, struct chat_stored_message);
    enum err error = port->find_message(port->context, report->message, turn->arena, stored);
    if (error == ERR_NOT_FOUND || error == ERR_CORRUPT)
        return PROTO_OK;
    if (error != ERR_OK)
        return chat_message_refuse_store(turn);
    struct str reason =
        arena_copy(turn->arena, chat_pack_get(report->texts, report->text_lengths, 0));
    result->reports[result->reports_count++] = (struct proto_report){
        .id = report->id,
        .message = &stored->message,
        .room = report->room,
        .by = chat_view_author(chat_user_get(turn->chat, report->by), turn->arena),
        .reason = reason.len > 0 ? reason : STR_NONE,
        .at = report->at_ms,
    };
    return PROTO_OK;
}

static bool is_wanted(const struct chat_turn *turn, const struct chat_report *report,
                      const struct chat_room *only) {
    const struct chat_room *room = chat_room_get(turn->chat, report->room);
    return (only == NULL || only == room) && may_handle(turn->chat, turn->user, room);
}

static enum proto_error list(struct chat_turn *turn, const struct chat_room *only) {
    const struct proto_report_list *payload = turn->command->payload;
    const struct chat_roll *all = &turn->chat->reports;
    struct proto_report_list_result *result =
        ARENA_NEW(turn->arena, struct proto_report_list_result);
    size_t limit = chat_page_limit(payload->limit);
    limit = limit < PROTO_LIMIT_REPORTS ? limit : PROTO_LIMIT_REPORTS;
    result->reports = ARENA_NEW_N(turn->arena, struct proto_report, limit);
    for (size_t i = chat_roll_seek(all, report_id_of, payload->after + 1);
         i < all->count && !result->more; i++) {
        if (!is_wanted(turn, all->items[i], only))
            continue;
        if (result->reports_count == limit)
            result->more = true;
        else if (list_one(turn, all->items[i], result) != PROTO_OK)
            return PROTO_UNAVAILABLE;
    }
    turn->outcome->note.result = result;
    return PROTO_OK;
}

static bool names_room(struct proto_room_ref ref) {
    return ref.id != 0 || ref.slug.len > 0;
}

enum proto_error chat_on_report_list(struct chat_turn *turn) {
    const struct proto_report_list *payload = turn->command->payload;
    struct chat_room *room = NULL;
    if (!names_room(payload->room))
        return list(turn, NULL);
    enum proto_error error = chat_authorize(turn, payload->room, CHAT_RIGHT_SEE, &room);
    if (error == PROTO_OK && !may_handle(turn->chat, turn->user, room))
        error = chat_authorize(turn, payload->room, CHAT_RIGHT_MODERATE, &room);
    return error == PROTO_OK ? list(turn, room) : error;
}

const void *chat_answer_report_list(struct chat_turn *turn) {
    return turn->outcome->note.result;
}

/* Resolving */

enum proto_error chat_on_report_resolve(struct chat_turn *turn) {
    const struct proto_report_resolve *payload = turn->command->payload;
    const struct chat_report *report =
        chat_roll_find(&turn->chat->reports, report_id_of, payload->report);
    const struct chat_room *room = report != NULL ? chat_room_get(turn->chat, report->room) : NULL;
    if (report == NULL || !may_handle(turn->chat, turn->user, room))
        return chat_refuse(turn, PROTO_NOT_FOUND, STR("There is no such report."));
    chat_turn_fact(turn, CHAT_FACT_REPORT_DONE)->report =
        (struct chat_report_fact){.id = report->id, .by = turn->user->id};
    /* Of a direct message the log says nothing but that: it is read by people who are not in it. */
    bool is_dm = room->kind == PROTO_ROOM_KIND_DM;
    chat_audit(turn, STR("report:resolve"), is_dm ? 0 : room->id, is_dm ? 0 : report->author,
               chat_text_body(turn->arena, payload->note));
    tell(turn, report->id, room, false);
    return PROTO_OK;
}

/* The audit log */

enum proto_error chat_on_audit_list(struct chat_turn *turn) {
    const struct proto_audit_list *payload = turn->command->payload;
    struct chat_room *room = NULL;
    enum proto_error error = PROTO_OK;
    if (names_room(payload->room))
        error = chat_authorize(turn, payload->room, CHAT_RIGHT_MODERATE, &room);
    else if (!is_admin(turn->user))
        error = chat_refuse(turn, PROTO_FORBIDDEN, STR("Only the server's admins see that."));
    if (error != PROTO_OK)
        return error;
    turn->outcome->read = (struct chat_read){
        .kind = CHAT_READ_AUDIT,
        .user = turn->user->id,
        .room = room != NULL ? room->id : 0,
        .before = payload->before,
        .limit = (int64_t)chat_page_limit(payload->limit),
    };
    return PROTO_OK;
}

const void *chat_answer_audit_list(struct chat_turn *turn) {
    return ARENA_NEW(turn->arena, struct proto_audit_list_result); /* the reader fills it */
}
