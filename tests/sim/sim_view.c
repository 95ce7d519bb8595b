/* sim_view.c: what a client sees, held against the log.
 *
 * The stream. A client that has everything up to its mark must get, as its next durable event, the first one behind the mark that
 * concerns it: up to the position at which it was attached, what it missed; behind that, what the log says of the
 * audience at each position. So every event proves that none is missing, none comes twice, the order is the log's, and
 * none is for somebody else. The bytes must be those of the log, too.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/limits.h"
#include "sim_client.h"
#include "sim_journal.h"

/* The stream */

static bool concerns(const struct sim_client *client, const struct sim_log_entry *entry) {
    if (entry->fact.pos > sim_link_attached_pos(client->link))
        return sim_log_is_live_for(entry, client->user);
    return sim_log_is_missed_by(sim_world->log, entry, client->user,
                                sim_link_attached_pos(client->link));
}

/* On the real store, people's changes are looked up by who shares a room when the reader looks, a little later: there may be
 * one more or less. */
static bool may_differ(const struct sim_client *client, const struct sim_log_entry *entry) {
    return sim_world->options.sqlite && entry->scope == CHAT_SCOPE_PEERS &&
           entry->fact.pos <= sim_link_attached_pos(client->link);
}

static void check_no_hole(const struct sim_client *client, int64_t until) {
    for (int64_t pos = client->mark + 1; pos < until; pos++) {
        const struct sim_log_entry *entry = sim_log_get(sim_world->log, pos);
        SIM_CHECK(!concerns(client, entry) || may_differ(client, entry),
                  "client %u (user %" PRId64 ") has not got %.*s at %" PRId64 " before %" PRId64,
                  client->number, client->user, STR_ARG(proto_events[entry->event].name), pos,
                  until);
    }
}

static const struct sim_log_entry *advance(struct sim_client *client, int64_t pos) {
    SIM_CHECK(pos <= sim_log_pos(sim_world->log),
              "client %u gets %" PRId64 ", which is not in the log", client->number, pos);
    SIM_CHECK(pos > client->mark, "client %u gets %" PRId64 " twice, or late: it has %" PRId64,
              client->number, pos, client->mark);
    check_no_hole(client, pos);
    const struct sim_log_entry *entry = sim_log_get(sim_world->log, pos);
    SIM_CHECK(concerns(client, entry) || may_differ(client, entry),
              "client %u (user %" PRId64 ") gets %.*s at %" PRId64 ", which is not for it",
              client->number, client->user, STR_ARG(proto_events[entry->event].name), pos);
    SIM_CHECK(pos < sim_log_session_end(sim_world->log, sim_link_session(client->link)),
              "client %u gets %" PRId64 " behind the end of its session", client->number, pos);
    client->mark = pos;
    client->has_offset = true;
    return entry;
}

/* Others */

static const char *status_word(const char *text) {
    static const char *const words[] = {"online", "away", "dnd", "offline"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], text) == 0)
            return words[i];
    sim_fail("there is no status %s", text);
}

static void note_status(struct sim_client *client, const json_t *of, const char *key) {
    int64_t user = sim_int(of, key);
    SIM_CHECK(user > 0 && user < SIM_USERS_MAX, "there is no user %" PRId64, user);
    client->others[user].status = status_word(sim_text(of, "status"));
}

/* What others must be shown of somebody: he is online while one of his devices is. */
static const char *true_status(chat_user_id user) {
    for (size_t i = 0; i < sim_world->client_count; i++)
        if (sim_world->clients[i]->user == user && sim_world->clients[i]->state == SIM_LIVE)
            return status_word(sim_log_status(sim_world->log, user));
    return "offline";
}

static bool shares_room(const struct sim_client *client, chat_user_id user) {
    for (size_t i = 0; i < client->room_count; i++)
        if (sim_log_is_in(sim_world->log, client->rooms[i].id, user, client->mark))
            return true;
    return false;
}

/* Of people whom it does not meet in any room it is not told. */
static void forget_strangers(struct sim_client *client) {
    for (chat_user_id user = 1; user < SIM_USERS_MAX; user++)
        if (client->others[user].status != NULL && !shares_room(client, user))
            client->others[user].status = NULL;
}
static void check_others(const struct sim_client *client) {
    for (chat_user_id user = 1; user < SIM_USERS_MAX; user++) {
        const struct sim_other *other = &client->others[user];
        for (chat_room_id room = 1; room < SIM_ROOMS_MAX; room++)
            SIM_CHECK(!other->is_typing[room],
                      "client %u sees user %" PRId64 " typing for ever in room %" PRId64,
                      client->number, user, room);
        SIM_CHECK(other->status == NULL || strcmp(other->status, true_status(user)) == 0,
                  "client %u sees user %" PRId64 " %s, who is %s", client->number, user,
                  other->status, true_status(user));
    }
}

void sim_view_check_complete(struct sim_client *client) {
    check_no_hole(client, sim_log_pos(sim_world->log) + 1);
    SIM_CHECK(sim_log_session_end(sim_world->log, sim_link_session(client->link)) == INT64_MAX,
              "client %u is connected behind the end of its session", client->number);
    forget_strangers(client);
    check_others(client);
    for (chat_room_id room = 1; room <= sim_log_last_room(sim_world->log); room++)
        SIM_CHECK(sim_log_is_in(sim_world->log, room, client->user, INT64_MAX) ==
                      (sim_client_room(client, room) != NULL),
                  "client %u is wrong about being in room %" PRId64, client->number, room);
}

/* Objects */

void sim_view_me(const struct sim_client *client, chat_room_id room, const json_t *me,
                 int64_t pos) {
    const struct sim_place *place = sim_log_place(sim_world->log, room, client->user, pos);
    int64_t last_seq = sim_log_last_seq(sim_world->log, room, pos);
    SIM_CHECK(place != NULL && place->is_in, "client %u has a mark in room %" PRId64,
              client->number, room);
    SIM_CHECK(sim_int(me, "read_seq") == place->read_seq &&
                  sim_int(me, "unread") == last_seq - place->read_seq &&
                  sim_int(me, "mentions") == place->mentions,
              "client %u in room %" PRId64 " at %" PRId64 ": read %" PRId64 " unread %" PRId64
              " mentions %" PRId64 ", but it is %" PRId64 " %" PRId64 " %" PRId64,
              client->number, room, pos, sim_int(me, "read_seq"), sim_int(me, "unread"),
              sim_int(me, "mentions"), place->read_seq, last_seq - place->read_seq,
              place->mentions);
}

const struct sim_log_entry *sim_view_message(const json_t *message, int64_t from) {
    int64_t room = sim_int(message, "room"), seq = sim_int(message, "seq");
    int64_t thread = sim_int(message, "thread");
    const struct sim_log_entry *entry = thread != 0 ? sim_log_reply(sim_world->log, thread, seq)
                                                    : sim_log_message(sim_world->log, room, seq);
    SIM_CHECK(entry != NULL, "message %" PRId64 " of room %" PRId64 " is not in the log",
              sim_int(message, "seq"), sim_int(message, "room"));
    const struct chat_message_fact *fact = &entry->fact.message;
    SIM_CHECK(sim_int(message, "id") == fact->id && fact->room == room &&
                  sim_int(json_object_get(message, "author"), "id") == fact->author,
              "message %" PRId64 " is not the log's", fact->id);
    SIM_CHECK(sim_log_message_was(sim_world->log, fact->id,
                                  json_str(json_object_get(message, "body")),
                                  json_is_true(json_object_get(message, "deleted")), from),
              "message %" PRId64 " shows a text that it did not have at %" PRId64, fact->id, from);
    return entry;
}

/* ready */

static void check_rooms(struct sim_client *client, const json_t *rooms, int64_t pos) {
    size_t index;
    const json_t *room;
    json_array_foreach(rooms, index, room) {
        chat_room_id id = sim_int(room, "id");
        SIM_CHECK(id > 0 && sim_log_is_in(sim_world->log, id, client->user, pos),
                  "ready names room %" PRId64 ", in which client %u is not", id, client->number);
        SIM_CHECK(sim_int(room, "last_seq") == sim_log_last_seq(sim_world->log, id, pos) &&
                      sim_int(room, "member_count") ==
                          sim_log_member_count(sim_world->log, id, pos),
                  "room %" PRId64 " is wrong in ready", id);
        sim_view_me(client, id, json_object_get(room, "me"), pos);
    }
    for (chat_room_id id = 1; id <= sim_log_last_room(sim_world->log); id++)
        index -= sim_log_is_in(sim_world->log, id, client->user, pos);
    SIM_CHECK(index == 0, "ready does not name all rooms of client %u", client->number);
}

/* The rooms are those of the present; of those that it had before it keeps what it has. */
static void take_rooms(struct sim_client *client, const json_t *rooms, bool resumed) {
    struct sim_room before[SIM_ROOMS_MAX];
    size_t count = client->room_count, index;
    const json_t *room;
    memcpy(before, client->rooms, sizeof before);
    client->room_count = 0;
    json_array_foreach(rooms, index, room) {
        sim_client_add_room(client, sim_int(room, "id"));
        for (size_t i = 0; i < count && resumed; i++)
            if (before[i].id == sim_int(room, "id"))
                client->rooms[index].tail = before[i].tail;
    }
}

static size_t count_missed(const struct sim_client *client, int64_t from, int64_t to,
                           size_t *bytes) {
    size_t count = 0;
    for (int64_t pos = from + 1; pos <= to; pos++) {
        const struct sim_log_entry *entry = sim_log_get(sim_world->log, pos);
        if (!sim_log_is_missed_by(sim_world->log, entry, client->user, to))
            continue;
        count++;
        *bytes += entry->data.len;
    }
    return count;
}

/* A client that asks to go on may be refused only for a reason. */
static void check_fresh_start(const struct sim_client *client, int64_t pos) {
    size_t bytes = 0;
    if (client->asked < 0 || client->asked < sim_journal_first_pos() - 1)
        return;
    SIM_CHECK(client->asked <= pos, "the log has become shorter than %" PRId64, client->asked);
    size_t count = count_missed(client, client->asked, pos, &bytes);
    SIM_CHECK(count > PROTO_LIMIT_RESUME_EVENTS || bytes > READER_ANSWER_BYTES_MAX / 2,
              "client %u starts afresh, though it missed only %zu events", client->number, count);
}

void sim_view_ready(struct sim_client *client, const json_t *ready, const json_t *offset) {
    int64_t pos = sim_int(ready, "pos"), attached_pos = sim_link_attached_pos(client->link);
    bool resumed = json_is_true(json_object_get(ready, "resumed"));
    chat_user_id user = sim_int(json_object_get(ready, "me"), "id");
    char text[24];
    SIM_CHECK(client->user == 0 || client->user == user, "client %u has become user %" PRId64,
              client->number, user);
    SIM_CHECK(client->person->user == 0 || client->person->user == user,
              "client %u is not the same person", client->number);
    client->user = user;
    if (sim_text(ready, "token")[0] != '\0')
        (void)snprintf(client->token, sizeof client->token, "%s", sim_text(ready, "token"));
    (void)snprintf(client->name, sizeof client->name, "%s",
                   sim_text(json_object_get(ready, "me"), "name"));
    SIM_CHECK(attached_pos >= 0, "ready before the attach");
    SIM_CHECK(pos == (resumed ? client->asked : attached_pos),
              "ready is at %" PRId64 "; asked for %" PRId64 ", attached at %" PRId64, pos,
              client->asked, attached_pos);
    (void)snprintf(text, sizeof text, "%" PRId64, pos);
    SIM_CHECK(str_equal(json_str(offset), str_of_c(text)), "ready has another offset");
    sim_trace("client %u: ready, user %" PRId64 " %s at %" PRId64 " (%" PRId64 ")", client->number,
              user, resumed ? "resumed" : "fresh", pos, attached_pos);
    if (!resumed)
        check_fresh_start(client, attached_pos);
    check_rooms(client, json_object_get(ready, "rooms"), attached_pos);
    take_rooms(client, json_object_get(ready, "rooms"), resumed);
    client->mark = pos;
    client->has_offset = true;
    memset(client->others, 0, sizeof client->others);
}

/* Events */

static void check_bytes(const struct sim_log_entry *entry, struct str text, bool is_live) {
    struct buf wanted = BUF_EMPTY;
    bool is_message =
        entry->event == PROTO_EVENT_MESSAGE_NEW || entry->event == PROTO_EVENT_MESSAGE_CHANGED;
    if (!is_live && is_message)
        return; /* made anew, from the message as it is now */
    buf_printf(&wanted, "[\"%.*s\",%.*s,\"%" PRId64 "\"]", STR_ARG(proto_events[entry->event].name),
               STR_ARG(entry->data), entry->fact.pos);
    SIM_CHECK(str_equal(text, buf_str(&wanted)), "the event at %" PRId64 " is not the log's: %.*s",
              entry->fact.pos, STR_ARG(text));
    buf_deinit(&wanted);
}

/* A live event shows what was true then, a missed one what is true when the client comes back. */
static int64_t shown_since(const struct sim_client *client, const json_t *payload) {
    int64_t pos = sim_int(payload, "pos"), attached_pos = sim_link_attached_pos(client->link);
    return pos > attached_pos ? pos : attached_pos;
}

static void see_change(struct sim_client *client, const struct sim_log_entry *entry,
                       const json_t *payload) {
    static const char *const words[] = {[PROTO_CHANGE_EDIT] = "edit",
                                        [PROTO_CHANGE_DELETE] = "delete",
                                        [PROTO_CHANGE_REACT] = "react",
                                        [PROTO_CHANGE_PIN] = "pin",
                                        [PROTO_CHANGE_THREAD] = "thread"};
    const json_t *message = json_object_get(payload, "message");
    (void)sim_view_message(message, shown_since(client, payload));
    SIM_CHECK(sim_int(message, "id") == entry->fact.change.message->id &&
                  strcmp(sim_text(payload, "change"), words[chat_fact_change(entry->fact.kind)]) ==
                      0,
              "client %u is told of another change", client->number);
}

static void see_message(struct sim_client *client, const json_t *payload, bool is_live) {
    const struct sim_log_entry *entry =
        sim_view_message(json_object_get(payload, "message"), shown_since(client, payload));
    const struct chat_message_fact *message = &entry->fact.message;
    struct sim_room *room = sim_client_room(client, message->room);
    SIM_CHECK(room != NULL || !is_live, "client %u hears room %" PRId64 ", in which it is not",
              client->number, message->room);
    SIM_CHECK(
        str_equal(json_str(json_object_get(payload, "nonce")), chat_nonce_shown(message->nonce)),
        "another nonce");
    if (message->thread != 0) /* it is not in the room's history */
        return;
    if (room == NULL || room->tail < 0 || message->seq <= room->tail)
        return;
    SIM_CHECK(message->seq == room->tail + 1,
              "client %u sees %" PRId64 " behind %" PRId64 " in room %" PRId64, client->number,
              message->seq, room->tail, message->room);
    room->tail = message->seq;
}

/* In a replay the rooms are those of its end already; only what was loaded of them is void. */
static void see_membership(struct sim_client *client, chat_room_id id, bool is_in, bool is_live) {
    struct sim_room *room = sim_client_room(client, id);
    if (room != NULL)
        room->tail = -1;
    if (is_live && is_in)
        sim_client_add_room(client, id);
    else if (is_live)
        sim_client_drop_room(client, id);
    for (chat_user_id user = 0; user < SIM_USERS_MAX; user++)
        client->others[user].is_typing[id] = false;
}

/* A member that comes is shown as he is now; after one has left, or we have, things change without our being told. */
static void see_member(struct sim_client *client, const struct sim_log_entry *entry,
                       const json_t *payload) {
    if (entry->event == PROTO_EVENT_MEMBER_JOINED)
        note_status(client, json_object_get(json_object_get(payload, "member"), "user"), "id");
    else
        forget_strangers(client);
}

static void see_durable(struct sim_client *client, const json_t *payload, struct str text) {
    const struct sim_log_entry *entry = advance(client, sim_int(payload, "pos"));
    bool is_live = entry->fact.pos > sim_link_attached_pos(client->link);
    const struct chat_member_fact *member = &entry->fact.member;
    check_bytes(entry, text, is_live);
    if (entry->event == PROTO_EVENT_MESSAGE_NEW)
        see_message(client, payload, is_live);
    else if (entry->event == PROTO_EVENT_MESSAGE_CHANGED)
        see_change(client, entry, payload);
    else if (entry->event == PROTO_EVENT_MEMBER_JOINED && member->user == client->user)
        see_membership(client, member->room, true, is_live);
    else if (entry->fact.kind == CHAT_FACT_ROOM_SHOWN) /* of a direct message: he is in */
        see_membership(client, member->room, true, is_live);
    else if (entry->event == PROTO_EVENT_ROOM_GONE)
        see_membership(client, member->room, false, is_live);
    else if (entry->event == PROTO_EVENT_ROOM_ME)
        sim_view_me(client, member->room, json_object_get(payload, "me"), entry->fact.pos);
    if (is_live &&
        (entry->event == PROTO_EVENT_MEMBER_JOINED || entry->event == PROTO_EVENT_ROOM_GONE ||
         entry->event == PROTO_EVENT_MEMBER_LEFT))
        see_member(client, entry, payload);
}

static void see_notice(struct sim_client *client, const json_t *payload) {
    if (strcmp(sim_text(payload, "code"), "slow_down") == 0)
        client->is_slowed = true;
}

static void see_typing(struct sim_client *client, const json_t *payload) {
    SIM_CHECK(sim_client_room(client, sim_int(payload, "room")) != NULL,
              "client %u hears typing in room %" PRId64 ", in which it is not", client->number,
              sim_int(payload, "room"));
    SIM_CHECK(sim_int(payload, "user") != client->user, "client %u hears itself typing",
              client->number);
    client->others[sim_int(payload, "user")].is_typing[sim_int(payload, "room")] =
        json_is_true(json_object_get(payload, "on"));
}

/* What is said of strangers is true, but a later change may not be told. */
static void see_presence(struct sim_client *client, const json_t *payload) {
    size_t index;
    const json_t *change;
    json_array_foreach(json_object_get(payload, "changes"), index, change)
        note_status(client, change, "user");
    forget_strangers(client);
}

void sim_view_event(struct sim_client *client, struct str name, const json_t *args,
                    struct str text) {
    const json_t *payload = json_array_get(args, 1);
    sim_trace("client %u: %.*s", client->number, (int)(text.len < 120 ? text.len : 120), text.at);
    if (str_equal(name, STR("typing")))
        see_typing(client, payload);
    else if (json_array_size(args) == 3)
        see_durable(client, payload, text);
    else if (str_equal(name, STR("notice")))
        see_notice(client, payload);
    else if (str_equal(name, STR("draft:changed")))
        SIM_CHECK(sim_int(json_object_get(payload, "draft"), "room") > 0, "a draft of no room");
    else if (str_equal(name, STR("presence")))
        see_presence(client, payload);
    else
        sim_fail("an event without a position: %.*s", STR_ARG(name));
}
