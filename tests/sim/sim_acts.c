/* sim_acts.c: what a client does, and what it makes of the answers.
 *
 * One row per act: how often, the command, how it is asked, how its answer is checked. An answer of the core comes behind the
 * events of everything that was decided before it, so what it says of the person's own marks must fit the position
 * that the client has reached. Answers with messages pass a reader and may be later: they are checked by what they hold.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/mem.h"
#include "sim_client.h"
#include "sim_journal.h"
#include "sim_server.h"

#define RETRY_MS_MAX      1500
#define CALLS_MAX         40 /* without an answer: then it waits */
#define HISTORY_LIMIT     20
#define MENTION_ALL_BELOW 45 /* members: above, @room is the moderators' privilege */

/* Asking */

/* `form` makes the payload. */
static struct sim_call *ask(struct sim_client *client, int act, const char *form, ...)
    __attribute__((format(printf, 3, 4)));

static struct sim_call *ask(struct sim_client *client, int act, const char *form, ...) {
    struct buf packet = BUF_EMPTY;
    va_list arguments;
    if (client->call_count == client->call_cap) {
        client->call_cap = client->call_cap == 0 ? 16 : client->call_cap * 2;
        client->calls = mem_resize(client->calls, client->call_cap, sizeof *client->calls);
    }
    struct sim_call *call = &client->calls[client->call_count++];
    *call = (struct sim_call){.id = ++client->last_call,
                              .act = act,
                              .sent_pos = sim_journal_shown_pos(),
                              .sent_ms = sim_world->now_ms};
    buf_printf(&packet, "2%" PRIu64 "[\"%.*s\",", call->id, STR_ARG(proto_commands[act].name));
    va_start(arguments, form);
    buf_vprintf(&packet, form, arguments);
    va_end(arguments);
    buf_append_byte(&packet, ']');
    sim_trace("client %u: %.*s", client->number, STR_ARG(buf_str(&packet)));
    sim_link_send(client->link, buf_str(&packet));
    buf_deinit(&packet);
    return call;
}

/* Some room of its own; 0: none. */
static chat_room_id own_room(const struct sim_client *client) {
    if (client->room_count == 0)
        return 0;
    return client->rooms[sim_up_to((int64_t)client->room_count - 1)].id;
}

/* Some room, perhaps of others, perhaps none at all. */
static chat_room_id any_room(void) {
    return 1 + sim_up_to(sim_log_last_room(sim_world->log) + 1);
}

/* Saying */

static void say(struct sim_client *client, size_t number) {
    struct sim_send *send = &client->sends[number];
    bool is_first = send->attempts++ == 0;
    send->in_flight++;
    struct sim_call *call;
    if (send->reply_to != 0)
        call =
            ask(client, PROTO_COMMAND_MESSAGE_SEND,
                "{\"room\":%" PRId64 ",\"body\":\"%s\",\"nonce\":\"%s\",\"reply_to\":%" PRId64 "}",
                send->room, send->body, send->nonce, send->reply_to);
    else if (send->thread != 0)
        call = ask(client, PROTO_COMMAND_MESSAGE_SEND,
                   "{\"room\":%" PRId64 ",\"body\":\"%s\",\"nonce\":\"%s\",\"thread\":%" PRId64
                   ",\"also_room\":%s}",
                   send->room, send->body, send->nonce, send->thread,
                   send->also_room ? "true" : "false");
    else
        call = ask(client, PROTO_COMMAND_MESSAGE_SEND,
                   "{\"room\":%" PRId64 ",\"body\":\"%s\",\"nonce\":\"%s\"}", send->room,
                   send->body, send->nonce);
    call->send = number;
    call->room = send->room;
    call->is_first = is_first;
}

void sim_act_resend(struct sim_client *client) {
    for (size_t i = 0; i < client->send_count; i++)
        if (!client->sends[i].is_acked && !client->sends[i].is_refused)
            say(client, i);
}

static void on_retry(void *context, uint64_t number) {
    struct sim_client *client = context;
    const struct sim_send *send = &client->sends[number];
    if (client->state == SIM_LIVE && !send->is_acked && !send->is_refused && send->in_flight == 0)
        say(client, number);
}

static void add_mention(char *body, size_t size, const struct sim_client *client,
                        chat_room_id room) {
    size_t used = strlen(body);
    const struct sim_client *other =
        sim_world->clients[sim_up_to((int64_t)sim_world->client_count - 1)];
    bool may_all = sim_log_member_count(sim_world->log, room, INT64_MAX) < MENTION_ALL_BELOW;
    const char *whom = may_all && sim_chance(20) ? sim_chance(50) ? "room" : "here" : other->name;
    (void)client;
    (void)snprintf(body + used, size - used, " @%s", whom);
}

static void act_say(struct sim_client *client) {
    chat_room_id room = own_room(client);
    if (room == 0)
        return;
    if (client->send_count == client->send_cap) {
        client->send_cap = client->send_cap == 0 ? 32 : client->send_cap * 2;
        client->sends = mem_resize(client->sends, client->send_cap, sizeof *client->sends);
    }
    size_t number = client->send_count++;
    struct sim_send *send = &client->sends[number];
    *send = (struct sim_send){.room = room};
    (void)snprintf(send->nonce, sizeof send->nonce, "c%u-%06zu", client->number, number);
    (void)snprintf(send->body, sizeof send->body, "word %zu of %u", number, client->number);
    if (sim_chance(25))
        add_mention(send->body, sizeof send->body, client, room);
    const struct sim_log_entry *answered = sim_log_message(
        sim_world->log, room, 1 + sim_up_to(sim_log_last_seq(sim_world->log, room, INT64_MAX)));
    if (answered != NULL && sim_chance(10))
        send->reply_to = answered->fact.message.id;
    else if (answered != NULL && sim_chance(12))
        send->thread = answered->fact.message.id;
    send->also_room = sim_chance(25);
    say(client, number);
}

/* Several at once, and sometimes one of them twice. */
static void act_say_much(struct sim_client *client) {
    for (int64_t left = sim_up_to(8); left > 0; left--)
        act_say(client);
    if (client->send_count > 0 && sim_chance(50))
        say(client, (size_t)sim_up_to((int64_t)client->send_count - 1));
}

/* A nonce that was used, with another text. */
static void act_say_other(struct sim_client *client) {
    if (client->send_count == 0)
        return;
    const struct sim_send *send = &client->sends[sim_up_to((int64_t)client->send_count - 1)];
    if (!send->is_acked || sim_client_room(client, send->room) == NULL)
        return;
    struct sim_call *call =
        ask(client, PROTO_COMMAND_MESSAGE_SEND,
            "{\"room\":%" PRId64 ",\"body\":\"something else\",\"nonce\":\"%s\"}", send->room,
            send->nonce);
    call->is_probe = true;
}

/* As long as the answer says, and longer the more there is to say. */
static void retry_later(struct sim_client *client, size_t number, const json_t *error) {
    int64_t wait_ms = sim_int(error, "retry_after_ms");
    int64_t others = (int64_t)client->send_count - (int64_t)number;
    sim_after(wait_ms + sim_up_to(RETRY_MS_MAX + others * wait_ms), on_retry, client, number);
}

/* The same message for every attempt, and the log's. */
static void said(struct sim_client *client, const struct sim_call *call, const json_t *data) {
    struct sim_send *send = &client->sends[call->send];
    const json_t *message = json_object_get(data, "message");
    const struct sim_log_entry *entry = sim_view_message(message, call->sent_pos);
    const struct chat_message_fact *fact = &entry->fact.message;
    SIM_CHECK(str_equal(fact->nonce, str_of_c(send->nonce)) && fact->room == send->room &&
                  str_equal(fact->body, str_of_c(send->body)) && fact->author == client->user,
              "client %u is answered with another message", client->number);
    SIM_CHECK(!send->is_acked || send->message == fact->id, "two messages for one nonce");
    send->is_acked = true;
    send->message = fact->id;
    send->seq = fact->seq;
    if (!call->is_first || send->attempts > 1 || fact->thread != 0)
        return;
    SIM_CHECK(fact->seq > client->first_seqs[send->room],
              "client %u said %" PRId64 " before %" PRId64, client->number, fact->seq,
              client->first_seqs[send->room]);
    client->first_seqs[send->room] = fact->seq;
}

static bool will_pass(const char *code) {
    return strcmp(code, "unavailable") == 0 || strcmp(code, "rate_limited") == 0;
}

static void say_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                         const json_t *body) {
    const char *code = sim_text(body, "code");
    if (call->is_probe) { /* what has changed since is not compared */
        const json_t *message = json_object_get(body, "message");
        SIM_CHECK(!ok || sim_int(message, "edited_at") != 0 ||
                      json_is_true(json_object_get(message, "deleted")),
                  "another text was taken for a nonce that was used");
        return;
    }
    struct sim_send *send = &client->sends[call->send];
    send->in_flight--;
    if (ok) {
        said(client, call, body);
        return;
    }
    SIM_CHECK(strcmp(code, "conflict") != 0, "a nonce of its own is a conflict");
    send->is_unsure = send->is_unsure || strcmp(code, "unavailable") == 0;
    if (will_pass(code))
        retry_later(client, call->send, body);
    else
        send->is_refused = true;
}

/* Reading */

static void act_history(struct sim_client *client) {
    static const char *const sides[] = {"before", "after", "around"};
    chat_room_id room = sim_chance(70) ? own_room(client) : any_room();
    if (room == 0)
        return;
    ask(client, PROTO_COMMAND_MESSAGE_HISTORY,
        "{\"room\":%" PRId64 ",\"%s\":%" PRId64 ",\"limit\":%" PRId64 "}", room,
        sides[sim_up_to(2)],
        sim_up_to(sim_log_last_seq(sim_world->log, room < SIM_ROOMS_MAX ? room : 1, INT64_MAX)),
        1 + sim_up_to(HISTORY_LIMIT))
        ->room = room;
}

/* The newest page of every room of which nothing is there. */
static void load_rooms(struct sim_client *client) {
    for (size_t i = 0; i < client->room_count; i++) {
        struct sim_room *room = &client->rooms[i];
        if (room->tail >= 0 || room->is_loading)
            continue;
        room->is_loading = true;
        struct sim_call *call =
            ask(client, PROTO_COMMAND_MESSAGE_HISTORY, "{\"room\":%" PRId64 "}", room->id);
        call->room = room->id;
        call->number = -1; /* the newest */
    }
}

/* Messages of one room, each the log's, without holes. */
static int64_t check_page(const struct sim_call *call, const json_t *messages) {
    size_t index;
    const json_t *message;
    int64_t last = 0;
    json_array_foreach(messages, index, message) {
        const struct chat_message_fact *fact =
            &sim_view_message(message, call->sent_pos)->fact.message;
        SIM_CHECK(fact->room == call->room, "a message of another room");
        SIM_CHECK(last == 0 || fact->seq == last + 1, "a page with a hole behind %" PRId64, last);
        last = fact->seq;
    }
    return last;
}

/* Perhaps the core decided it by a state that holds a batch which never was: whether he may read, and what is unread. */
static bool is_doubtful(const struct sim_call *call) {
    return sim_server_stale_ms() >= call->sent_ms;
}

/* Who reads a room was in it, at some moment between asking and being answered. */
static void check_was_in(const struct sim_client *client, const struct sim_call *call) {
    SIM_CHECK(is_doubtful(call) || sim_log_was_in(sim_world->log, call->room, client->user,
                                                  call->sent_pos, INT64_MAX),
              "client %u reads room %" PRId64 ", in which it is not", client->number, call->room);
}

/* What he may not see answers as what does not exist. */
static void check_refusal(const struct sim_client *client, const struct sim_call *call,
                          const json_t *error) {
    static const char *const texts[] = {"There is no such room.", "There is no such message."};
    const struct sim_log_entry *room = sim_log_room(sim_world->log, call->room);
    const char *code = sim_text(error, "code"), *text = sim_text(error, "message");
    if (will_pass(code) || room == NULL || room->fact.room.kind == PROTO_ROOM_KIND_PUBLIC)
        return;
    if (sim_log_was_in(sim_world->log, call->room, client->user, call->sent_pos, INT64_MAX))
        return;
    bool is_message = call->is_by_message || call->act == PROTO_COMMAND_MESSAGE_GET;
    SIM_CHECK(strcmp(code, "not_found") == 0 && strcmp(text, texts[is_message]) == 0 &&
                  json_object_size(error) == 2,
              "client %u learns of a private room: %s, %s", client->number, code, text);
}

static void load_answered(struct sim_client *client, const struct sim_call *call, int64_t last) {
    struct sim_room *room = sim_client_room(client, call->room);
    if (room != NULL && room->tail < 0)
        room->tail = last;
}

static void load_ended(struct sim_client *client, const struct sim_call *call) {
    struct sim_room *room = sim_client_room(client, call->room);
    if (room != NULL && call->number == -1)
        room->is_loading = false;
}

static void history_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                             const json_t *body) {
    load_ended(client, call);
    if (!ok) {
        check_refusal(client, call, body);
        return;
    }
    check_was_in(client, call);
    int64_t last = check_page(call, json_object_get(body, "messages"));
    if (call->number == -1)
        load_answered(client, call, last);
}

static void act_get(struct sim_client *client) {
    int64_t id = 1 + sim_up_to(30);
    const struct sim_log_entry *entry = sim_log_message_by_id(sim_world->log, id);
    struct sim_call *call = ask(client, PROTO_COMMAND_MESSAGE_GET, "{\"message\":%" PRId64 "}", id);
    call->room = entry != NULL ? entry->fact.message.room : 0;
    call->number = id;
}

static void get_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                         const json_t *body) {
    if (!ok) {
        check_refusal(client, call, body);
        return;
    }
    const struct sim_log_entry *entry =
        sim_view_message(json_object_get(body, "message"), call->sent_pos);
    SIM_CHECK(entry->fact.message.id == call->number, "another message than asked for");
    if (call->room != 0)
        check_was_in(client, call);
}

/* Changing what was said */

/* Some message, mostly one of its own; 0: none. */
static chat_message_id any_message(const struct sim_client *client) {
    for (int tries = 0; tries < 8; tries++) {
        chat_message_id id = 1 + sim_up_to(200);
        const struct sim_log_entry *entry = sim_log_message_by_id(sim_world->log, id);
        if (entry != NULL && (entry->fact.message.author == client->user || sim_chance(5)))
            return id;
    }
    return 0;
}

static void note_message(struct sim_call *call, chat_message_id id) {
    call->is_by_message = true;
    call->room = sim_log_message_by_id(sim_world->log, id)->fact.message.room;
    call->number = id;
}

static void act_edit(struct sim_client *client) {
    chat_message_id id = any_message(client);
    char body[80];
    if (id == 0)
        return;
    (void)snprintf(body, sizeof body, "edit %" PRId64 " of %u", sim_up_to(999), client->number);
    if (sim_chance(40))
        add_mention(body, sizeof body, client,
                    sim_log_message_by_id(sim_world->log, id)->fact.message.room);
    note_message(ask(client, PROTO_COMMAND_MESSAGE_EDIT,
                     "{\"message\":%" PRId64 ",\"body\":\"%s\"}", id, body),
                 id);
}

static void act_delete(struct sim_client *client) {
    chat_message_id id = any_message(client);
    if (id != 0)
        note_message(ask(client, PROTO_COMMAND_MESSAGE_DELETE, "{\"message\":%" PRId64 "}", id),
                     id);
}

static void act_react(struct sim_client *client) {
    static const char *const emoji[] = {"👍", "🎉", "🇩🇪"};
    int64_t id = 1 + sim_up_to(60);
    if (sim_log_message_by_id(sim_world->log, id) != NULL)
        note_message(ask(client, PROTO_COMMAND_MESSAGE_REACT,
                         "{\"message\":%" PRId64 ",\"emoji\":\"%s\",\"on\":%s}", id,
                         emoji[sim_up_to(2)], sim_chance(60) ? "true" : "false"),
                     id);
}

static void act_pin(struct sim_client *client) {
    int64_t id = 1 + sim_up_to(60);
    if (sim_log_message_by_id(sim_world->log, id) != NULL)
        note_message(ask(client, PROTO_COMMAND_MESSAGE_PIN, "{\"message\":%" PRId64 ",\"on\":%s}",
                         id, sim_chance(60) ? "true" : "false"),
                     id);
}

/* Threads */

/* Some message of a room that it is in, or of another. */
static chat_message_id some_root(void) {
    chat_message_id id = 1 + sim_up_to(60);
    return sim_log_message_by_id(sim_world->log, id) != NULL ? id : 0;
}

static void act_thread_history(struct sim_client *client) {
    chat_message_id id = some_root();
    if (id == 0)
        return;
    struct sim_call *call = ask(client, PROTO_COMMAND_MESSAGE_HISTORY,
                                "{\"thread\":%" PRId64 ",\"after\":%" PRId64 "}", id, sim_up_to(3));
    note_message(call, id);
    call->number = 0;
}

static void act_thread_follow(struct sim_client *client) {
    chat_message_id id = some_root();
    if (id != 0)
        note_message(ask(client, PROTO_COMMAND_THREAD_FOLLOW, "{\"thread\":%" PRId64 ",\"on\":%s}",
                         id, sim_chance(60) ? "true" : "false"),
                     id);
}

static void act_thread_read(struct sim_client *client) {
    chat_message_id id = some_root();
    if (id != 0)
        note_message(ask(client, PROTO_COMMAND_THREAD_READ,
                         "{\"thread\":%" PRId64 ",\"seq\":%" PRId64 "}", id, sim_up_to(4)),
                     id);
}

static void act_save(struct sim_client *client) {
    chat_message_id id = some_root();
    if (id != 0)
        note_message(ask(client, PROTO_COMMAND_MESSAGE_SAVE, "{\"message\":%" PRId64 ",\"on\":%s}",
                         id, sim_chance(70) ? "true" : "false"),
                     id);
}

static void act_draft(struct sim_client *client) {
    chat_room_id room = sim_chance(90) ? own_room(client) : any_room();
    if (room != 0)
        ask(client, PROTO_COMMAND_DRAFT_SET, "{\"room\":%" PRId64 ",\"body\":\"%s\"}", room,
            sim_chance(70) ? "not yet" : "")
            ->room = room;
}

static void thread_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                            const json_t *body) {
    const json_t *me = json_object_get(body, "me");
    if (!ok) {
        check_refusal(client, call, body);
        return;
    }
    check_was_in(client, call);
    SIM_CHECK(sim_int(me, "read_seq") >= 0 && sim_int(me, "unread") >= 0 &&
                  sim_int(me, "room") == call->room,
              "a thread that cannot be");
}

/* What was acknowledged is in the log. */
static void change_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                            const json_t *body) {
    const json_t *message = json_object_get(body, "message");
    if (!ok) {
        check_refusal(client, call, body);
        return;
    }
    SIM_CHECK(sim_view_message(message, call->sent_pos)->fact.message.id == call->number,
              "another message was changed");
    SIM_CHECK(call->act != PROTO_COMMAND_MESSAGE_DELETE ||
                  json_is_true(json_object_get(message, "deleted")),
              "a message that was deleted has a text");
    check_was_in(client, call);
}

static void act_sync(struct sim_client *client) {
    int64_t pos = sim_up_to(client->mark);
    ask(client, PROTO_COMMAND_SYNC, "{\"pos\":%" PRId64 ",\"limit\":%" PRId64 "}", pos,
        1 + sim_up_to(200))
        ->number = pos;
}

/* The events of (call->number, last]: all that were missed by one who comes back at `end`. */
static void check_sync(const struct sim_client *client, const struct sim_call *call,
                       const json_t *events, int64_t last, int64_t end) {
    size_t index = 0;
    for (int64_t pos = call->number + 1; pos <= last; pos++) {
        const struct sim_log_entry *entry = sim_log_get(sim_world->log, pos);
        const json_t *event = json_array_get(events, index);
        bool is_here = sim_int(json_object_get(event, "payload"), "pos") == pos;
        bool is_due = sim_log_is_missed_by(sim_world->log, entry, client->user, end);
        bool may_differ = sim_world->options.sqlite && entry->scope == CHAT_SCOPE_PEERS;
        SIM_CHECK(is_here == is_due || may_differ,
                  "sync from %" PRId64 " of client %u is wrong at %" PRId64, call->number,
                  client->number, pos);
        index += is_here;
    }
    SIM_CHECK(index == json_array_size(events), "sync gives more than there is");
}

static void sync_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                          const json_t *body) {
    if (!ok || json_is_true(json_object_get(body, "reset")))
        return;
    int64_t pos = sim_int(body, "pos");
    if (!json_is_true(json_object_get(body, "more")))
        check_sync(client, call, json_object_get(body, "events"), pos, pos);
}

/* Rooms */

static void act_create(struct sim_client *client) {
    if (sim_log_last_room(sim_world->log) > SIM_ROOMS_MAX / 2)
        return;
    ask(client, PROTO_COMMAND_ROOM_CREATE, "{\"name\":\"room of %u\",\"private\":%s}",
        client->number, sim_chance(40) ? "true" : "false");
}

static void act_join(struct sim_client *client) {
    chat_room_id room = any_room();
    ask(client, PROTO_COMMAND_ROOM_JOIN, "{\"room\":%" PRId64 "}", room)->room = room;
}

static void join_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                          const json_t *body) {
    if (!ok) {
        check_refusal(client, call, body);
        return;
    }
    check_was_in(client, call);
    int64_t last = check_page(call, json_object_get(body, "messages"));
    load_answered(client, call, last);
}

static void act_leave(struct sim_client *client) {
    chat_room_id room = own_room(client);
    if (room != 0)
        ask(client, PROTO_COMMAND_ROOM_LEAVE, "{\"room\":%" PRId64 "}", room)->room = room;
}

/* The event has come before the answer. */
static void leave_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                           const json_t *body) {
    (void)body;
    if (ok)
        SIM_CHECK(sim_log_place(sim_world->log, call->room, client->user, client->mark) != NULL,
                  "client %u has left a room in which it never was", client->number);
}

static void act_members(struct sim_client *client) {
    chat_room_id room = any_room();
    ask(client, PROTO_COMMAND_ROOM_MEMBERS, "{\"room\":%" PRId64 "}", room)->room = room;
}

static void members_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                             const json_t *body) {
    if (!ok)
        check_refusal(client, call, body);
    else
        check_was_in(client, call);
}

static void act_list(struct sim_client *client) {
    ask(client, PROTO_COMMAND_ROOM_LIST, "{\"limit\":200}");
}

static void list_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                          const json_t *body) {
    size_t index;
    const json_t *room;
    if (!ok || is_doubtful(call))
        return;
    json_array_foreach(json_object_get(body, "rooms"), index, room) {
        const json_t *me = json_object_get(room, "me");
        SIM_CHECK(me != NULL || strcmp(sim_text(room, "kind"), "public") == 0,
                  "client %u sees a private room in the list", client->number);
        if (me != NULL)
            sim_view_me(client, sim_int(room, "id"), me, client->mark);
    }
}

/* People: most may not, which is checked as for every room */

/* Somebody who has been here; 0: nobody yet. */
static chat_user_id anybody(void) {
    return sim_world->clients[sim_up_to((int64_t)sim_world->client_count - 1)]->user;
}

/* Some room that it has made and is in, so that it may do something there; else some room of its own. */
static chat_room_id led_room(const struct sim_client *client) {
    for (size_t i = 0; i < client->room_count; i++) {
        const struct sim_log_entry *room = sim_log_room(sim_world->log, client->rooms[i].id);
        if (room != NULL && room->fact.room.owner == client->user && sim_chance(60))
            return client->rooms[i].id;
    }
    return sim_chance(80) ? own_room(client) : any_room();
}

/* Mostly somebody who is in that room. */
static chat_user_id somebody_in(chat_room_id room) {
    chat_user_id user = anybody();
    for (int tries = 0; tries < 6 && room < SIM_ROOMS_MAX; tries++) {
        if (user != 0 && sim_log_is_in(sim_world->log, room, user, INT64_MAX))
            break;
        user = anybody();
    }
    return user;
}

static void act_kick(struct sim_client *client) {
    chat_room_id room = led_room(client);
    chat_user_id user = room != 0 ? somebody_in(room) : 0;
    if (room != 0 && user != 0)
        ask(client, PROTO_COMMAND_ROOM_KICK, "{\"room\":%" PRId64 ",\"user\":%" PRId64 "}", room,
            user)
            ->room = room;
}

/* More are lifted than begun: the rooms are not to become empty. */
static void act_ban(struct sim_client *client) {
    chat_room_id room = led_room(client);
    chat_user_id user = room != 0 ? somebody_in(room) : 0;
    if (room != 0 && user != 0)
        ask(client, PROTO_COMMAND_ROOM_BAN,
            "{\"room\":%" PRId64 ",\"user\":%" PRId64 ",\"on\":%s,\"purge\":%s}", room, user,
            sim_chance(40) ? "true" : "false", sim_chance(20) ? "true" : "false")
            ->room = room;
}

static void act_role(struct sim_client *client) {
    static const char *const roles[] = {"owner", "moderator", "member"};
    chat_room_id room = led_room(client);
    chat_user_id user = room != 0 ? somebody_in(room) : 0;
    if (room != 0 && user != 0)
        ask(client, PROTO_COMMAND_ROOM_ROLE,
            "{\"room\":%" PRId64 ",\"user\":%" PRId64 ",\"role\":\"%s\"}", room, user,
            roles[sim_up_to(2)])
            ->room = room;
}

static void act_mute(struct sim_client *client) {
    chat_room_id room = led_room(client);
    chat_user_id user = room != 0 ? somebody_in(room) : 0;
    if (room != 0 && user != 0)
        ask(client, PROTO_COMMAND_ROOM_MUTE,
            "{\"room\":%" PRId64 ",\"user\":%" PRId64 ",\"on\":%s}", room, user,
            sim_chance(40) ? "true" : "false")
            ->room = room;
}

static void act_dm(struct sim_client *client) {
    chat_user_id one = anybody(), other = anybody();
    if (one != 0 && other != 0 && sim_log_last_room(sim_world->log) < SIM_ROOMS_MAX / 2)
        ask(client, PROTO_COMMAND_DM_OPEN, "{\"users\":[%" PRId64 ",%" PRId64 "]}", one, other);
}

/* He is in it, with all that he named and nobody else. */
static void dm_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                        const json_t *body) {
    const json_t *room = json_object_get(body, "room");
    if (!ok || is_doubtful(call))
        return;
    chat_room_id id = sim_int(room, "id");
    SIM_CHECK(sim_log_was_in(sim_world->log, id, client->user, call->sent_pos, INT64_MAX),
              "client %u has opened a direct message in which it is not", client->number);
    SIM_CHECK(json_array_size(json_object_get(room, "users")) ==
                  (size_t)sim_log_member_count(sim_world->log, id, INT64_MAX),
              "direct message %" PRId64 " shows other people than are in it", id);
}

static void act_block(struct sim_client *client) {
    chat_user_id user = anybody();
    if (user != 0)
        ask(client, PROTO_COMMAND_USER_BLOCK, "{\"user\":%" PRId64 ",\"on\":%s}", user,
            sim_chance(50) ? "true" : "false");
}

/* Marks */

static void act_read_all(struct sim_client *client) {
    ask(client, PROTO_COMMAND_ROOM_READ_ALL, "{}");
}

static void act_read(struct sim_client *client) {
    chat_room_id room = own_room(client);
    if (room == 0)
        return;
    int64_t seq = sim_up_to(sim_log_last_seq(sim_world->log, room, INT64_MAX) + 2);
    struct sim_call *call = ask(client, PROTO_COMMAND_ROOM_READ,
                                "{\"room\":%" PRId64 ",\"seq\":%" PRId64 "}", room, seq);
    call->room = room;
    call->number = seq;
}

static void read_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                          const json_t *body) {
    const json_t *me = json_object_get(body, "me");
    if (!ok) {
        check_refusal(client, call, body);
        return;
    }
    if (is_doubtful(call))
        return;
    sim_view_me(client, call->room, me, client->mark);
    int64_t last_seq = sim_int(me, "read_seq") + sim_int(me, "unread");
    SIM_CHECK(sim_int(me, "read_seq") >= (call->number < last_seq ? call->number : last_seq),
              "client %u read up to %" PRId64 ", but it says %" PRId64, client->number,
              call->number, sim_int(me, "read_seq"));
}

static void act_prefs(struct sim_client *client) {
    static const char *const levels[] = {"all", "mentions", "none"};
    chat_room_id room = own_room(client);
    if (room != 0)
        ask(client, PROTO_COMMAND_ROOM_PREFS, "{\"room\":%" PRId64 ",\"level\":\"%s\"}", room,
            levels[sim_up_to(2)])
            ->room = room;
}

static void prefs_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                           const json_t *body) {
    if (ok && !is_doubtful(call))
        sim_view_me(client, call->room, json_object_get(body, "me"), client->mark);
}

/* Other things */

static void act_typing(struct sim_client *client) {
    chat_room_id room = sim_chance(90) ? own_room(client) : any_room();
    if (room != 0)
        ask(client, PROTO_COMMAND_TYPING, "{\"room\":%" PRId64 ",\"on\":%s}", room,
            sim_chance(80) ? "true" : "false")
            ->room = room;
}

static void any_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                         const json_t *body) {
    if (!ok && call->room != 0)
        check_refusal(client, call, body);
}

static void act_rename(struct sim_client *client) {
    ask(client, PROTO_COMMAND_USER_RENAME, "{\"display_name\":\"Nr %" PRId64 " of %u\"}",
        sim_up_to(99), client->number);
}

static void act_status(struct sim_client *client) {
    static const char *const statuses[] = {"online", "away", "dnd"};
    ask(client, PROTO_COMMAND_USER_STATUS, "{\"status\":\"%s\"}", statuses[sim_up_to(2)]);
}

static void act_update(struct sim_client *client) {
    chat_room_id room = own_room(client);
    if (room != 0)
        ask(client, PROTO_COMMAND_ROOM_UPDATE,
            "{\"room\":%" PRId64 ",\"topic\":\"about %" PRId64 "\"}", room, sim_up_to(99))
            ->room = room;
}

/* Ends the very session. */
static void act_end(struct sim_client *client) {
    if (client->person->is_ending || sim_link_session(client->link) == 0)
        return;
    client->person->is_ending = true;
    ask(client, PROTO_COMMAND_SESSION_REVOKE, "{\"session\":%" PRId64 "}",
        sim_link_session(client->link));
}

static void end_answered(struct sim_client *client, const struct sim_call *call, bool ok,
                         const json_t *body) {
    (void)call;
    (void)body;
    if (ok)
        SIM_CHECK(sim_log_session_end(sim_world->log, sim_link_session(client->link)) != INT64_MAX,
                  "a session that was ended has not");
}

/* Comes back at once, as after a reload of the page. */
static void act_refresh(struct sim_client *client) {
    sim_client_refresh(client);
}

/* The table */

static const struct act_row {
    unsigned weight;
    int act; /* whose answers `answered` checks */
    void (*run)(struct sim_client *client);
    void (*answered)(struct sim_client *client, const struct sim_call *call, bool ok,
                     const json_t *body);
} rows[] = {
    {400, PROTO_COMMAND_MESSAGE_SEND, act_say, say_answered},
    {80, PROTO_COMMAND_NONE, act_say_much, NULL},
    {20, PROTO_COMMAND_NONE, act_say_other, NULL},
    {60, PROTO_COMMAND_MESSAGE_HISTORY, act_history, history_answered},
    {20, PROTO_COMMAND_MESSAGE_GET, act_get, get_answered},
    {60, PROTO_COMMAND_MESSAGE_EDIT, act_edit, change_answered},
    {30, PROTO_COMMAND_MESSAGE_DELETE, act_delete, change_answered},
    {20, PROTO_COMMAND_NONE, act_thread_history, NULL},
    {15, PROTO_COMMAND_THREAD_FOLLOW, act_thread_follow, thread_answered},
    {15, PROTO_COMMAND_MESSAGE_SAVE, act_save, any_answered},
    {15, PROTO_COMMAND_DRAFT_SET, act_draft, any_answered},
    {15, PROTO_COMMAND_THREAD_READ, act_thread_read, thread_answered},
    {40, PROTO_COMMAND_MESSAGE_REACT, act_react, change_answered},
    {15, PROTO_COMMAND_MESSAGE_PIN, act_pin, change_answered},
    {30, PROTO_COMMAND_SYNC, act_sync, sync_answered},
    {20, PROTO_COMMAND_ROOM_CREATE, act_create, NULL},
    {70, PROTO_COMMAND_ROOM_JOIN, act_join, join_answered},
    {50, PROTO_COMMAND_ROOM_LEAVE, act_leave, leave_answered},
    {20, PROTO_COMMAND_ROOM_MEMBERS, act_members, members_answered},
    {10, PROTO_COMMAND_ROOM_LIST, act_list, list_answered},
    {30, PROTO_COMMAND_ROOM_KICK, act_kick, any_answered},
    {20, PROTO_COMMAND_ROOM_BAN, act_ban, any_answered},
    {10, PROTO_COMMAND_ROOM_ROLE, act_role, any_answered},
    {6, PROTO_COMMAND_ROOM_MUTE, act_mute, any_answered},
    {20, PROTO_COMMAND_DM_OPEN, act_dm, dm_answered},
    {10, PROTO_COMMAND_USER_BLOCK, act_block, NULL},
    {10, PROTO_COMMAND_ROOM_READ_ALL, act_read_all, NULL},
    {90, PROTO_COMMAND_ROOM_READ, act_read, read_answered},
    {20, PROTO_COMMAND_ROOM_PREFS, act_prefs, prefs_answered},
    {60, PROTO_COMMAND_TYPING, act_typing, any_answered},
    {10, PROTO_COMMAND_USER_RENAME, act_rename, NULL},
    {15, PROTO_COMMAND_USER_STATUS, act_status, NULL},
    {10, PROTO_COMMAND_ROOM_UPDATE, act_update, any_answered},
    {2, PROTO_COMMAND_SESSION_REVOKE, act_end, end_answered},
    {10, PROTO_COMMAND_NONE, act_refresh, NULL},
};

#define ROWS (sizeof rows / sizeof rows[0])

void sim_act(struct sim_client *client) {
    int64_t total = 0;
    if (client->call_count >= CALLS_MAX || client->is_slowed)
        return;
    load_rooms(client);
    for (size_t i = 0; i < ROWS; i++)
        total += rows[i].weight;
    int64_t drawn = sim_up_to(total - 1);
    size_t i = 0;
    for (; drawn >= rows[i].weight; i++)
        drawn -= rows[i].weight;
    rows[i].run(client);
}

void sim_act_answered(struct sim_client *client, uint64_t id, bool ok, const json_t *body) {
    size_t at = 0;
    while (at < client->call_count && client->calls[at].id != id)
        at++;
    SIM_CHECK(at < client->call_count,
              "client %u gets an answer to %" PRIu64 ", which it did not ask or has got",
              client->number, id);
    SIM_CHECK(json_is_object(body), "an answer without data or error");
    struct sim_call call = client->calls[at];
    memmove(&client->calls[at], &client->calls[at + 1], (--client->call_count - at) * sizeof call);
    sim_trace("client %u: answer %" PRIu64 " %s", client->number, id,
              ok ? "ok" : sim_text(body, "code"));
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].act == call.act && rows[i].answered != NULL)
            rows[i].answered(client, &call, ok, body);
}
