/* socket_app.c: the events that Socket.IO suites look for.
 *
 *     on connect to "/" or "/custom"    emits `auth` with the CONNECT payload, first of all
 *     message            ...args        emits `message-back` with the same args
 *     message-with-ack   ...args        acknowledges with the same args
 *
 * Args may hold binary. "/custom" does the first only; there are no other namespaces.
 *
 * With a recovery store every event carries an offset as its last argument. What a client missed is sent before its
 * CONNECT packet, as the reference does: clients keep it until they are connected.
 *
 * Thread: WORKER.
 *
 * SPDX-License-Identifier: MIT
 */
#include "endpoints.h"

#include "base/json.h"
#include "base/map.h"
#include "base/mem.h"
#include "socketio/sio_packet.h"

/* One per worker. */
struct socket_app {
    struct sio_server *server;
    struct loop *loop;
    struct recovery *store; /* NULL: no recovery */
    struct map holders;     /* struct sio_client by ticket number */
};

/* The user of a client that takes part in recovery. */
struct holder {
    struct recovery_ticket ticket;
};

/* Sending */

/* Everything behind the name: "1,{...}". */
static void args_append(struct buf *out, const json_t *args) {
    size_t index;
    const json_t *arg;
    json_array_foreach(args, index, arg) {
        if (index == 0)
            continue;
        if (index > 1)
            buf_append_byte(out, ',');
        json_write_value(out, arg);
    }
}

static void send_event(const json_t *args, const struct str *parts, unsigned part_count,
                       void *context) {
    struct sio_client *client = context;
    if (part_count > 0) {
        sio_client_emit_binary(client, args, parts, part_count);
        return;
    }
    struct buf rest = BUF_EMPTY;
    args_append(&rest, args);
    struct frame *frame = sio_event_frame(sio_client_namespace(client),
                                          json_str(json_array_get(args, 0)), buf_str(&rest));
    sio_client_send(client, frame);
    frame_unref(frame);
    buf_deinit(&rest);
}

/* Takes args (an array, the name first). */
static void emit(struct socket_app *app, struct sio_client *client, json_t *args,
                 const struct str *parts, unsigned part_count) {
    struct holder *holder = sio_client_user(client);
    if (holder != NULL)
        recovery_add(app->store, &holder->ticket, args, parts, part_count);
    send_event(args, parts, part_count, client);
    json_decref(args);
}

/* A copy of the event's arguments under another name; NULL: without a name. Owned. */
static json_t *args_renamed(const struct sio_event *event, const char *name) {
    json_t *args = json_copy((json_t *)(uintptr_t)event->args); /* reads its argument only */
    json_array_remove(args, 0);
    if (name != NULL)
        json_array_insert_new(args, 0, json_string(name));
    return args;
}

/* Events */

/* What no parsed value holds as it was (a lone surrogate, an integer beyond 64 bits) goes back as the text that it came as: the
 * arguments behind the name, or STR_NONE when the value serves. */
static struct str args_as_sent(const struct sio_event *event) {
    struct buf scratch = BUF_EMPTY;
    struct str text = str_trim(event->text);
    struct str args = STR_NONE;
    if (event->attachment_count == 0 && sio_text_mend(text, &scratch)) {
        size_t name = str_find_byte(text, ','); /* no name of ours holds one */
        args = str_range(text, name + 1, text.len - 1);
    }
    buf_deinit(&scratch);
    return args;
}

static void on_message(struct socket_app *app, struct sio_client *client,
                       const struct sio_event *event) {
    struct str as_sent = args_as_sent(event);
    if (!str_is_none(as_sent) && app->store == NULL) {
        struct frame *frame =
            sio_event_frame(sio_client_namespace(client), STR("message-back"), as_sent);
        sio_client_send(client, frame);
        frame_unref(frame);
        return;
    }
    emit(app, client, args_renamed(event, "message-back"), event->attachments,
         event->attachment_count);
}

static void on_message_with_ack(struct sio_client *client, const struct sio_event *event) {
    json_t *args = args_renamed(event, NULL);
    struct buf inside = BUF_EMPTY;
    struct str as_sent = args_as_sent(event);
    if (str_is_none(as_sent))
        args_append(&inside, event->args);
    else
        buf_append_str(&inside, as_sent);
    if (event->attachment_count > 0)
        sio_client_ack_binary(client, event->ack_id, args, event->attachments,
                              event->attachment_count);
    else
        sio_client_ack(client, event->ack_id, buf_str(&inside));
    buf_deinit(&inside);
    json_decref(args);
}

static void on_event(struct sio_client *client, const struct sio_event *event, void *context) {
    if (!str_equal(sio_client_namespace(client), STR("/")))
        return;
    if (str_equal(event->name, STR("message")))
        on_message(context, client, event);
    else if (str_equal(event->name, STR("message-with-ack")) && event->wants_ack)
        on_message_with_ack(client, event);
}

/* Connecting */

static bool on_namespace(struct str name, void *context) {
    (void)context;
    return str_equal(name, STR("/")) || str_equal(name, STR("/custom"));
}

/* Cuts the connection that held a record before, on its own worker. */
struct cut {
    struct loop_call call;
    uint64_t number;
};

static void cut_run(struct loop *loop, struct loop_call *call) {
    struct cut *cut = (struct cut *)(void *)call;
    struct socket_app *app = loop_user(loop);
    struct sio_client *client = map_find(&app->holders, cut->number);
    if (client != NULL)
        sio_client_cut(client);
    free(cut);
}

static void holder_cut(struct socket_app *app, const struct recovery_ticket *ticket) {
    if (ticket->number == 0)
        return;
    struct cut *cut = MEM_NEW(struct cut);
    cut->call.run = cut_run;
    cut->number = ticket->number;
    loop_post(loop_peer(app->loop, ticket->worker), &cut->call);
}

/* Joins under the record's old sid, after what was missed. */
static bool recover(struct socket_app *app, struct sio_client *client, const json_t *auth,
                    struct holder *holder) {
    struct str pid = json_str(json_object_get(auth, "pid"));
    struct str offset = json_str(json_object_get(auth, "offset"));
    struct recovery_ticket before = {.number = 0};
    char sid[RECOVERY_SID_CHARS];
    if (str_is_none(pid) || str_is_none(offset) ||
        !recovery_take(app->store, sio_client_namespace(client), pid, offset, loop_index(app->loop),
                       &holder->ticket, &before, sid, send_event, client))
        return false;
    holder_cut(app, &before);
    sio_client_accept(client, str_of(sid, sizeof sid), pid);
    return true;
}

static void join_recoverable(struct socket_app *app, struct sio_client *client,
                             const json_t *auth) {
    struct holder *holder = MEM_NEW(struct holder);
    sio_client_set_user(client, holder);
    if (!recover(app, client, auth, holder)) {
        recovery_open(app->store, sio_client_namespace(client), loop_index(app->loop),
                      &holder->ticket);
        sio_client_accept(client, STR_NONE, str_of(holder->ticket.pid, RECOVERY_PID_CHARS));
        recovery_set_sid(app->store, &holder->ticket, sio_client_sid(client));
    }
    map_put(&app->holders, holder->ticket.number, client);
}

static void on_connect(struct sio_client *client, const json_t *auth, void *context) {
    struct socket_app *app = context;
    json_t *args = json_array();
    json_array_append_new(args, json_string("auth"));
    json_array_append_new(args, auth != NULL ? json_deep_copy(auth) : json_object());
    if (app->store != NULL)
        join_recoverable(app, client, auth);
    else
        sio_client_accept(client, STR_NONE, STR_NONE);
    emit(app, client, args, NULL, 0);
}

/* Ends after which a client may come back as who it was. */
static bool end_is_recoverable(enum sio_end end) {
    return end != SIO_PARSE_ERROR && end != SIO_CLIENT_DISCONNECT && end != SIO_SERVER_DISCONNECT;
}

static void on_disconnect(struct sio_client *client, enum sio_end end, void *context) {
    struct socket_app *app = context;
    struct holder *holder = sio_client_user(client);
    if (holder == NULL)
        return;
    map_remove(&app->holders, holder->ticket.number);
    recovery_release(app->store, &holder->ticket, end_is_recoverable(end));
    free(holder);
}

/* Life cycle */

static const struct sio_handler app_handler = {.on_namespace = on_namespace,
                                               .on_connect = on_connect,
                                               .on_event = on_event,
                                               .on_disconnect = on_disconnect};

struct socket_app *socket_app_new(struct loop *loop, const struct eio_options *eio_options,
                                  const struct sio_options *options, struct recovery *store) {
    struct socket_app *app = MEM_NEW(struct socket_app);
    app->loop = loop;
    app->store = store;
    app->server = sio_server_new(loop, eio_options, options, &app_handler, app);
    loop_set_user(loop, app);
    return app;
}

void socket_app_free(struct socket_app *app) {
    sio_server_free(app->server);
    map_deinit(&app->holders);
    free(app);
}

struct eio_server *socket_app_engine(struct socket_app *app) {
    return sio_server_engine(app->server);
}
