/* sim_client.c: the life of a simulated client: dialling, being somebody, coming back.
 *
 * What ends a client's wish to come back is what ends it for stock clients: a refusal that will not pass. Everything else is
 * tried again after a while.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_client.h"

#include "base/json.h"
#include "base/mem.h"
#include "sim_journal.h"
#include "sim_server.h"
#include "socketio/sio_packet.h"

#define DIAL_MS_MAX    2000
#define ANSWER_MS_MAX  20000 /* as stock clients: so long they wait for CONNECT's answer */
#define JSON_DEPTH_MAX 32

static void client_dial(struct sim_client *client);

/* Rooms */

struct sim_room *sim_client_room(struct sim_client *client, chat_room_id room) {
    for (size_t i = 0; i < client->room_count; i++)
        if (client->rooms[i].id == room)
            return &client->rooms[i];
    return NULL;
}

void sim_client_add_room(struct sim_client *client, chat_room_id room) {
    struct sim_room *have = sim_client_room(client, room);
    if (have == NULL)
        have = &client->rooms[client->room_count++];
    *have = (struct sim_room){.id = room, .tail = -1};
}

void sim_client_drop_room(struct sim_client *client, chat_room_id room) {
    struct sim_room *have = sim_client_room(client, room);
    if (have != NULL)
        *have = client->rooms[--client->room_count];
}

/* Dialling */

static void on_dial(void *context, uint64_t epoch) {
    struct sim_client *client = context;
    if (epoch == client->epoch && client->state == SIM_AWAY)
        client_dial(client);
}

static void dial_later(struct sim_client *client) {
    if (!client->is_leaving && !client->is_dead)
        sim_after(sim_up_to(DIAL_MS_MAX), on_dial, client, client->epoch);
}

static void on_patience(void *context, uint64_t epoch) {
    struct sim_client *client = context;
    if (epoch != client->epoch || client->state != SIM_OPENING)
        return;
    sim_trace("client %u: no answer", client->number);
    sim_link_close(client->link);
    sim_client_on_close(client, client->link);
}

/* What it says of itself */

static bool uses_pid(const struct sim_client *client) {
    return client->style != SIM_STYLE_SINCE && client->style != SIM_STYLE_FRESH;
}

static void add_resume(struct sim_client *client, struct buf *auth) {
    client->asked = -1;
    if (uses_pid(client) && client->pid[0] != '\0') {
        buf_printf(auth, ",\"pid\":\"%s\"", client->pid);
        if (client->has_offset)
            buf_printf(auth, ",\"offset\":\"%" PRId64 "\"", client->mark);
    }
    if (uses_pid(client) ? client->pid[0] != '\0' && client->has_offset
                         : client->style == SIM_STYLE_SINCE && client->has_offset)
        client->asked = client->mark;
    if (client->style == SIM_STYLE_SINCE && client->has_offset)
        buf_printf(auth, ",\"since\":%" PRId64, client->mark);
}

static void send_connect(struct sim_client *client) {
    struct buf auth = BUF_EMPTY;
    bool has_token = client->person->token[0] != '\0' && client->style != SIM_STYLE_STOCK;
    buf_append_c(&auth, "0{");
    if (has_token && client->style != SIM_STYLE_COOKIE)
        buf_printf(&auth, "\"token\":\"%s\"", client->person->token);
    else if (has_token)
        buf_append_c(&auth, "\"by\":\"cookie\"");
    else
        buf_printf(&auth, "\"name\":\"%s\"", client->name);
    add_resume(client, &auth);
    buf_append_byte(&auth, '}');
    sim_trace("client %u: connects %s%s asks %" PRId64, client->number,
              has_token ? "as " : "as new ", client->name, client->asked);
    sim_link_send(client->link, buf_str(&auth));
    buf_deinit(&auth);
}

static void client_dial(struct sim_client *client) {
    bool by_cookie = client->style == SIM_STYLE_COOKIE && client->person->token[0] != '\0';
    if (client->is_leaving || client->is_dead)
        return;
    if (client->person->token[0] == '\0' && client->person->user != 0)
        client->person = client; /* the token was lost with the first `ready`: he cannot share it */
    if (client->person != client && client->person->token[0] == '\0') {
        dial_later(client); /* the first device gets it first */
        return;
    }
    client->state = SIM_OPENING;
    client->epoch++;
    memset(client->first_seqs, 0, sizeof client->first_seqs);
    client->link = sim_link_open(client, by_cookie ? str_of_c(client->person->token) : STR_NONE);
    send_connect(client);
    sim_after(ANSWER_MS_MAX, on_patience, client, client->epoch);
}

/* The end of a link: what was asked on it has no answer and perhaps an effect. */

static void calls_forget(struct sim_client *client) {
    for (size_t i = 0; i < client->call_count; i++) {
        const struct sim_call *call = &client->calls[i];
        if (call->act != PROTO_COMMAND_MESSAGE_SEND || call->is_probe)
            continue;
        client->sends[call->send].in_flight--;
        client->sends[call->send].is_unsure = true;
    }
    client->call_count = 0;
    for (size_t i = 0; i < client->room_count; i++)
        client->rooms[i].is_loading = false;
}

void sim_client_on_close(struct sim_client *client, struct sim_link *link) {
    if (link != client->link || client->state == SIM_AWAY)
        return;
    sim_trace("client %u: link %u is gone", client->number, sim_link_number(link));
    client->state = SIM_AWAY;
    client->link = NULL;
    client->epoch++;
    calls_forget(client);
    dial_later(client);
}

static void hang_up(struct sim_client *client) {
    struct sim_link *link = client->link;
    if (client->state == SIM_AWAY)
        return;
    sim_link_close(link);
    sim_client_on_close(client, link);
}

void sim_client_leave(struct sim_client *client) {
    client->is_leaving = true;
    hang_up(client);
}

void sim_client_refresh(struct sim_client *client) {
    hang_up(client);
    client->has_offset = false;
    client->mark = -1;
}

void sim_client_die(struct sim_client *client) {
    client->is_dead = true;
    hang_up(client);
}

/* Refusals */

/* Not the one that is suggested: "user1-2" could be read as a mention of user1. */
static void new_name(struct sim_client *client) {
    (void)snprintf(client->name, sizeof client->name, "user%ux%u", client->number, ++client->names);
    hang_up(client);
}

static bool may_be_over(const struct sim_client *client) {
    return client->person->is_ending || client->is_leaving;
}

static void refused(struct sim_client *client, const json_t *error) {
    const json_t *data = json_object_get(error, "data");
    const char *code = sim_text(data, "code");
    bool is_known = client->user != 0;
    sim_trace("client %u: refused: %s", client->number, code);
    if (strcmp(code, "conflict") == 0 && !is_known)
        new_name(client);
    else if (strcmp(code, "rate_limited") == 0)
        hang_up(client);
    else if (may_be_over(client))
        sim_client_die(client);
    else
        sim_fail("client %u (%s, %s) is refused: %s", client->number, client->name,
                 is_known ? "known" : "new", code);
}

/* Packets */

static void on_connected(struct sim_client *client, const json_t *answer) {
    (void)snprintf(client->pid, sizeof client->pid, "%s", sim_text(answer, "pid"));
    SIM_CHECK(strlen(sim_text(answer, "sid")) == 20, "a CONNECT without a sid");
}

static void on_act(void *context, uint64_t epoch);

static void act_later(struct sim_client *client) {
    sim_after(1 + sim_up_to(sim_world->weather.act_ms), on_act, client, client->epoch);
}

static void on_act(void *context, uint64_t epoch) {
    struct sim_client *client = context;
    if (epoch != client->epoch || client->state != SIM_LIVE || sim_world->is_calm)
        return;
    sim_act(client);
    if (client->state == SIM_LIVE && epoch == client->epoch)
        act_later(client);
}

static void on_ready(struct sim_client *client, const json_t *args) {
    SIM_CHECK(client->state == SIM_OPENING, "a second ready");
    sim_view_ready(client, json_array_get(args, 1), json_array_get(args, 2));
    client->state = SIM_LIVE;
    sim_act_resend(client);
    act_later(client);
}

static void on_event(struct sim_client *client, const json_t *args, struct str text) {
    struct str name = json_str(json_array_get(args, 0));
    if (str_equal(name, STR("ready"))) {
        on_ready(client, args);
        return;
    }
    SIM_CHECK(client->state == SIM_LIVE || str_equal(name, STR("notice")),
              "%.*s comes before ready", STR_ARG(name));
    sim_view_event(client, name, args, text);
}

static void on_ack(struct sim_client *client, uint64_t id, const json_t *args) {
    const json_t *answer = json_array_get(args, 0);
    bool ok = json_is_true(json_object_get(answer, "ok"));
    SIM_CHECK(json_array_size(args) == 1, "an answer with %zu parts", json_array_size(args));
    sim_act_answered(client, id, ok, json_object_get(answer, ok ? "data" : "error"));
}

/* 41: for a stock client this is for good; one that was too fast comes back and does less. */
static void on_disconnected(struct sim_client *client) {
    if (client->is_slowed) {
        hang_up(client);
        return;
    }
    SIM_CHECK(may_be_over(client), "client %u is disconnected for good", client->number);
    sim_client_die(client);
}

static void take(struct sim_client *client, const struct sio_packet *packet,
                 const json_t *payload) {
    switch (packet->type) {
    case SIO_CONNECT:
        on_connected(client, payload);
        break;
    case SIO_EVENT:
        on_event(client, payload, packet->payload);
        break;
    case SIO_ACK:
        on_ack(client, packet->id, payload);
        break;
    case SIO_CONNECT_ERROR:
        refused(client, payload);
        break;
    case SIO_DISCONNECT:
        on_disconnected(client);
        break;
    default:
        sim_fail("a packet of type %d", (int)packet->type);
    }
}

void sim_client_on_packet(struct sim_client *client, struct sim_link *link, struct str text) {
    struct sio_packet packet;
    if (link != client->link || client->state == SIM_AWAY)
        return;
    SIM_CHECK(text.len > 1 && text.at[0] == '4' && sio_packet_decode(str_from(text, 1), &packet),
              "no Socket.IO packet: %.*s", STR_ARG(text));
    json_t *payload =
        str_is_none(packet.payload) ? NULL : json_parse(packet.payload, JSON_DEPTH_MAX);
    SIM_CHECK(payload != NULL || packet.type == SIO_DISCONNECT, "no JSON: %.*s", STR_ARG(text));
    take(client, &packet, payload);
    json_decref(payload);
}

/* Life */

struct sim_client *sim_client_new(unsigned number, struct sim_client *person) {
    struct sim_client *client = MEM_NEW(struct sim_client);
    client->number = number;
    client->person = person != NULL ? person : client;
    client->mark = client->asked = -1;
    client->style = (enum sim_style)sim_up_to(SIM_STYLE_COUNT - 1);
    if (person != NULL && client->style == SIM_STYLE_STOCK)
        client->style = SIM_STYLE_SINCE; /* a name alone makes somebody else */
    (void)snprintf(client->name, sizeof client->name, "user%u", client->person->number);
    return client;
}

void sim_client_free(struct sim_client *client) {
    free(client->sends);
    free(client->calls);
    free(client);
}

void sim_client_start(struct sim_client *client) {
    dial_later(client);
}

bool sim_client_is_done(const struct sim_client *client) {
    if (client->is_dead || client->is_leaving)
        return true;
    for (size_t i = 0; i < client->send_count; i++)
        if (!client->sends[i].is_acked && !client->sends[i].is_refused)
            return false;
    return client->state == SIM_LIVE && client->call_count == 0;
}
