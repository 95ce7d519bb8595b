/* gw_session.c: who is it: from the handshake to `ready`, and the end.
 *
 * Owns      struct gw_client and struct gw_connection.
 * Thread    worker.
 *
 * How it works
 *
 *   1. The Engine.IO handshake: the cookie's hash and the user agent are kept with the connection.
 *   2. CONNECT: token, cookie and name go to the core as one ATTACH, with what the client wants to resume. Secrets are
 *      made here (the core is pure) and only their hashes travel.
 *   3. The core subscribes the connection (gw_batch_subscribe): the client is WAITING and keeps events.
 *   4. The answer, perhaps by way of a reader with the missed events: CONNECT reply, `ready`, missed events, kept events,
 *      in this order, then LIVE. When these are more than an outbox may hold, the client gets the first of them and its
 *      transport is closed: it comes back by itself for the rest, from the last one that it got.
 *   5. Whatever ends the client, the core gets a DETACH for its key; behind the ATTACH, since mailboxes keep order.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/json.h"
#include "base/mem.h"
#include "base/token.h"
#include "gateway/gw_internal.h"

#define AGENT_BYTES_MAX 200

static const struct sm_state state_rows[GW_STATE_COUNT] = {
    [GW_CONNECTING] = {"connecting", SM_TO(GW_WAITING)},
    [GW_WAITING] = {"waiting", SM_TO(GW_LIVE)},
    [GW_LIVE] = {"live", 0},
};
const struct sm_table gw_states = {"gw_client", LOG_GATEWAY, state_rows, GW_STATE_COUNT};

/* The connection beneath */

static struct str request_cookie(const struct gateway *gateway,
                                 const struct http_request *request) {
    return http_request_cookie(request, token_cookie_name(gateway->options.secure));
}

/* A session that began with the cookie goes on with it: its sid is an address, which stands in the logs of proxies, and
 * no proof. Browsers repeat the cookie by themselves, and say from where their page is (Fetch Metadata, on every connection
 * that is private). Other clients may give a header to the handshake alone, as python-engineio does: they may leave it out, but
 * not show another one. */
static bool cookie_goes_on(const struct gw_connection *connection, struct str cookie) {
    unsigned char hash[CHAT_TOKEN_HASH_BYTES];
    if (!connection->has_cookie)
        return true;
    if (str_is_none(cookie))
        return !connection->is_browsers;
    return token_hash(cookie, hash) && memcmp(hash, connection->cookie_hash, sizeof hash) == 0;
}

/* A request that carries the cookie must come from the server's own pages, and is refused before anything else is done (403):
 * a foreign page's handshake never gets as far as a session. Without the cookie the origin says nothing. */
enum eio_verdict gw_on_check(const void *connection_user, const struct http_request *request,
                             void *context) {
    const struct gateway *gateway = context;
    struct str cookie = request_cookie(gateway, request);
    if (!str_is_none(cookie) && !origin_is_own(&gateway->options.origins, request))
        return EIO_FORBID;
    if (connection_user != NULL && !cookie_goes_on(connection_user, cookie))
        return EIO_DENY_SESSION;
    return EIO_LET_IN;
}

void *gw_on_open(struct eio_session *session, struct conn *conn, const struct http_request *request,
                 void *context) {
    (void)session;
    (void)conn;
    struct gw_connection *connection = MEM_NEW(struct gw_connection);
    connection->has_cookie = token_hash(request_cookie(context, request), connection->cookie_hash);
    connection->is_browsers = !str_is_none(http_request_header(request, "Sec-Fetch-Site"));
    struct str agent = http_request_header(request, "User-Agent");
    if (!str_is_none(agent))
        connection->agent = str_dup_c(str_range(agent, 0, AGENT_BYTES_MAX));
    return connection;
}

void gw_on_close(void *connection_user, void *context) {
    (void)context;
    struct gw_connection *connection = connection_user;
    free(connection->agent);
    free(connection);
}

/* Refusals before the core is asked */

static void refuse(struct sio_client *sio, const char *code, const char *message,
                   const char *field) {
    struct buf data = BUF_EMPTY;
    buf_printf(&data, "{\"code\":\"%s\",\"message\":\"%s\"", code, message);
    if (field != NULL)
        buf_printf(&data, ",\"field\":\"%s\"", field);
    buf_append_byte(&data, '}');
    sio_client_refuse(sio, str_of_c(code), buf_str(&data));
    buf_deinit(&data);
}

/* Identity: token, cookie, name. False: refused already. */
static bool attach_identify(struct chat_attach *attach, struct sio_client *sio,
                            const json_t *auth) {
    const struct gw_connection *connection = sio_client_connection_user(sio);
    const json_t *token = json_object_get(auth, "token");
    const json_t *name = json_object_get(auth, "name");
    if (token != NULL && !json_is_null(token)) {
        attach->has_token = token_hash(json_str(token), attach->token_hash);
        if (!attach->has_token) {
            refuse(sio, "unauthorized", "This session is not known here. Sign in again.", NULL);
            return false;
        }
    }
    attach->has_cookie = connection->has_cookie;
    memcpy(attach->cookie_hash, connection->cookie_hash, sizeof connection->cookie_hash);
    if (name != NULL && !json_is_null(name)) {
        if (!json_is_string(name)) {
            refuse(sio, "bad_request", "The name must be a text.", "name");
            return false;
        }
        attach->name = json_str(name);
    }
    if (!attach->has_token && !attach->has_cookie && str_is_none(attach->name)) {
        refuse(sio, "unauthorized", "Send a token, a session cookie or a name.", NULL);
        return false;
    }
    return true;
}

/* What it wants to resume: the recovery of Socket.IO itself, else the last position that the client names. Anything
 * malformed is a fresh start, never an error. A pid without an offset resumes nothing, but says which guest it is: the
 * connection broke before its first event. */
static void attach_resume(struct chat_attach *attach, struct arena *arena, struct str secret,
                          const json_t *auth) {
    char sid[GW_SID_BYTES];
    uint64_t offset;
    const json_t *since = json_object_get(auth, "since");
    bool has_pid =
        gw_pid_read(json_str(json_object_get(auth, "pid")), secret, &attach->resume_session, sid);
    attach->resume_pos = -1;
    if (has_pid && str_to_u64(json_str(json_object_get(auth, "offset")), INT64_MAX, &offset)) {
        attach->resume_sid = arena_copy(arena, str_of(sid, sizeof sid));
        attach->resume_pos = (int64_t)offset;
    } else if (json_is_integer(since) && json_integer_value(since) >= 0) {
        attach->resume_pos = json_integer_value(since);
        attach->resume_is_since = true;
    }
}

/* How many rooms it wants in `ready`; what is no such number is passed over. */
static size_t wanted_rooms(const json_t *auth) {
    const json_t *rooms = json_object_get(auth, "rooms");
    json_int_t count = json_is_integer(rooms) ? json_integer_value(rooms) : 0;
    return count > 0 && count <= PROTO_LIMIT_ROOMS_PER_USER ? (size_t)count : 0;
}

/* The secrets that a new guest or a fresh client gets. */
static void attach_make_secrets(struct chat_attach *attach, struct chat_request *request) {
    struct buf text = BUF_EMPTY;
    token_append_new(&text);
    request->fresh_token = arena_copy(&request->arena, buf_str(&text));
    ASSERT(token_hash(request->fresh_token, attach->fresh_token_hash));
    buf_clear(&text);
    gw_sid_append_new(&text);
    attach->sid = arena_copy(&request->arena, buf_str(&text));
    buf_deinit(&text);
}

static void attach_describe(struct chat_attach *attach, struct arena *arena,
                            struct sio_client *sio) {
    const struct gw_connection *connection = sio_client_connection_user(sio);
    attach->agent = arena_copy(arena, str_of_c(connection->agent != NULL ? connection->agent : ""));
    attach->address = arena_copy(arena, eio_session_address(sio_client_session(sio)));
    if (!str_is_none(attach->name))
        attach->name = arena_copy(arena, attach->name);
}

/* The answer to ATTACH */

/* `ready` ends with pos and resumed for a fresh start; a resumed client gets the position that it resumed from. */
static struct str ready_finish(struct chat_request *request, int64_t pos, bool resumed) {
    struct buf end = BUF_EMPTY;
    buf_printf(&end, "\"pos\":%lld,\"resumed\":false}", (long long)request->attached->pos);
    ASSERT(str_ends_with(buf_str(&request->json), buf_str(&end)));
    request->json.len -= end.len;
    buf_deinit(&end);
    buf_printf(&request->json, "\"pos\":%lld,\"resumed\":%s},\"%lld\"", (long long)pos,
               resumed ? "true" : "false", (long long)pos);
    return buf_str(&request->json);
}

static void send_event(struct sio_client *sio, struct str event, struct str args) {
    struct frame *frame = sio_event_frame(STR("/"), event, args);
    sio_client_send(sio, frame);
    frame_unref(frame);
}

static void send_replay(struct gw_client *client, const struct chat_replay *replay) {
    struct gateway *gateway = client->gateway;
    uint64_t key = client->key;
    struct buf args = BUF_EMPTY;
    for (size_t i = 0; i < replay->count && map_find(&gateway->clients, key) != NULL; i++) {
        const struct chat_replay_event *event = &replay->events[i];
        buf_clear(&args);
        buf_append_str(&args, event->data);
        buf_printf(&args, ",\"%lld\"", (long long)event->pos);
        send_event(client->sio, proto_events[event->event].name, buf_str(&args));
    }
    buf_deinit(&args);
}

static void client_welcome(struct gw_client *client, struct chat_request *request) {
    const struct chat_attach *attach = request->command.payload;
    const struct chat_attached *attached = request->attached;
    bool resumed = request->replay != NULL && request->replay->complete;
    struct str sid = resumed && attached->resumed_sid ? attach->resume_sid : attach->sid;
    struct buf pid = BUF_EMPTY;
    gw_pid_append(&pid, client->gateway->options.secret, attached->session, sid);
    sio_client_accept(client->sio, sid, buf_str(&pid));
    buf_deinit(&pid);
    eio_session_vouch(sio_client_session(client->sio));
    send_event(client->sio, STR("ready"),
               ready_finish(request, resumed ? attach->resume_pos : attached->pos, resumed));
    struct gateway *gateway = client->gateway;
    uint64_t key = client->key;
    if (resumed)
        send_replay(client, request->replay);
    if (map_find(&gateway->clients, key) == NULL)
        return;
    if (resumed && request->replay->has_rest)
        gw_client_turn_away(client);
    else
        gw_client_release(client);
}

/* A stock client that is refused stays away for good. So a state that passes (a restart, a full queue, a full disk) only
 * cuts its transport: it comes back by itself. */
static void attach_answered(struct chat_request *request) {
    struct gateway *gateway = request->owner;
    struct gw_client *client = map_find(&gateway->clients, request->connection);
    if (client != NULL && request->error == PROTO_UNAVAILABLE)
        sio_client_cut(client->sio);
    else if (client != NULL && request->error != PROTO_OK)
        sio_client_refuse(client->sio, proto_errors[request->error].code, buf_str(&request->json));
    else if (client != NULL && !client->ended)
        client_welcome(client, request);
    chat_request_free(request);
}

/* Coming and going */

static struct gw_client *client_new(struct gateway *gateway, struct sio_client *sio) {
    struct gw_client *client = MEM_NEW(struct gw_client);
    client->gateway = gateway;
    client->sio = sio;
    client->key = (uint64_t)loop_index(gateway->loop) << 48 | ++gateway->last_number;
    sm_init(&client->state, GW_CONNECTING);
    map_put(&gateway->clients, client->key, client);
    counter_set(&gateway->counters.clients, map_count(&gateway->clients));
    sio_client_set_user(sio, client);
    return client;
}

static void client_attach(struct gateway *gateway, struct sio_client *sio, const json_t *auth) {
    struct chat_request *request =
        chat_request_new(CHAT_ACT_ATTACH, loop_index(gateway->loop), attach_answered);
    struct chat_attach *attach = ARENA_NEW(&request->arena, struct chat_attach);
    if (!attach_identify(attach, sio, auth)) {
        chat_request_free(request);
        return;
    }
    attach_resume(attach, &request->arena, gateway->options.secret, auth);
    attach->rooms_max = wanted_rooms(auth);
    attach_make_secrets(attach, request);
    attach_describe(attach, &request->arena, sio);
    request->owner = gateway;
    request->connection = client_new(gateway, sio)->key;
    request->command.payload = attach;
    request->command.actor.connection = request->connection;
    gateway->desk.submit(gateway->desk.core, request);
}

void gw_on_connect(struct sio_client *sio, const json_t *auth, void *context) {
    struct gateway *gateway = context;
    if (gateway->is_draining)
        sio_client_cut(sio);
    else
        client_attach(gateway, sio, auth);
}

static void client_detach(struct gateway *gateway, uint64_t key) {
    struct chat_request *request =
        chat_request_new(CHAT_ACT_DETACH, loop_index(gateway->loop), chat_request_free);
    struct chat_detach *detach = ARENA_NEW(&request->arena, struct chat_detach);
    detach->connection = key;
    request->command.payload = detach;
    gateway->desk.submit(gateway->desk.core, request);
}

void gw_on_disconnect(struct sio_client *sio, enum sio_end end, void *context) {
    struct gateway *gateway = context;
    struct gw_client *client = sio_client_user(sio);
    if (client == NULL)
        return; /* refused before it was one */
    log_debug(LOG_GATEWAY, "client.gone", "key=%llx reason=\"%s\"", (unsigned long long)client->key,
              sio_end_text(end));
    client_detach(gateway, client->key);
    gw_client_unsubscribe(client);
    map_remove(&gateway->clients, client->key);
    counter_set(&gateway->counters.clients, map_count(&gateway->clients));
    gw_client_forget(client);
    free(client->subscriptions);
    free(client);
}

void gw_client_end(struct gw_client *client, const char *code, const char *message) {
    struct buf args = BUF_EMPTY;
    buf_printf(&args, "{\"code\":\"%s\",\"message\":\"%s\"}", code, message);
    client->ended = true;
    if (sio_client_is_joined(client->sio))
        send_event(client->sio, STR("notice"), buf_str(&args));
    buf_deinit(&args);
    sio_client_disconnect(client->sio, true);
}
