/* sim_link.c: the network, seen from above as an Engine.IO server.
 *
 * Owns      every struct sim_link of the world, and the engine's structs (eio_server, eio_session) of its workers.
 *
 * Of the two ends each knows only what has reached it: `session.is_over` is the server's view, `client_knows` the client's.
 * A packet on its way is an event of the queue; it arrives unless its direction was cut meanwhile.
 *
 * Bounds: what waits to go down is bounded like an outbox, only lower, so that slow readers are found out here as well.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim_link.h"

#include "base/list.h"
#include "base/mem.h"
#include "engineio/eio_server.h"
#include "net/frame.h"
#include "sim_client.h"
#include "sim_server.h"

#define LINK_DOWN_BYTES_MAX 200000
#define LINK_LIFE_MS_MAX    15000 /* of one that has a short life */
#define LINK_NOTICE_MS_MAX  20000 /* until the server sees that nobody is there any more */
#define LINK_CLIENT_MS_MAX  3000  /* until the client does */
#define LINK_STALL_MS_MAX   4000

struct eio_server {
    struct loop *loop;
    const struct eio_handler *handler;
    void *context;
    struct list sessions; /* that are not over */
};

struct eio_session {
    struct list node;
    struct eio_server *server;
    void *user;
    bool is_open, is_over;
};

struct sim_link {
    struct eio_session session; /* first: a session is its link */
    unsigned number;
    struct sim_client *client;
    int64_t up_ms, down_ms; /* when the last packet of each direction arrives */
    bool up_cut, down_cut;
    bool client_knows; /* the client has hung up, or was told */
    size_t down_bytes; /* on their way */
    uint64_t key;
    int64_t attached_pos, chat_session;
    struct str cookie; /* owned copy */
};

/* A packet on its way; with no bytes, the end of the connection. */
struct packet {
    struct sim_link *link;
    size_t len;
    bool is_end;
    char bytes[];
};

static struct {
    struct sim_link **items;
    size_t count, cap;
    struct sim_link *speaking; /* whose packet the server is taking */
} links;

static struct sim_link *link_of(struct eio_session *session) {
    return (struct sim_link *)(void *)session;
}

/* On the way */

static struct packet *packet_new(struct sim_link *link, struct str bytes, bool is_end) {
    struct packet *packet = mem_new(1, sizeof *packet + bytes.len);
    packet->link = link;
    packet->len = bytes.len;
    packet->is_end = is_end;
    if (bytes.len > 0)
        memcpy(packet->bytes, bytes.at, bytes.len);
    return packet;
}

/* The delay until a packet that is sent now arrives: not before the one in front of it. */
static int64_t next_arrival(int64_t *last_ms) {
    int64_t at_ms = sim_world->now_ms + sim_up_to(sim_world->weather.delay_ms);
    if (!sim_world->is_calm && sim_chance_permille(5))
        at_ms += sim_up_to(LINK_STALL_MS_MAX);
    if (at_ms > *last_ms)
        *last_ms = at_ms;
    return *last_ms - sim_world->now_ms;
}

/* The server's end */

static void session_end(struct eio_session *session, enum eio_end end) {
    if (!session->is_open || session->is_over)
        return;
    session->is_over = true;
    list_remove(&session->node);
    session->server->handler->on_close(session, end, session->server->context);
}

static void client_learns(struct sim_link *link) {
    if (link->client_knows)
        return;
    link->client_knows = true;
    sim_client_on_close(link->client, link);
}

static void on_down(void *context, uint64_t number) {
    struct packet *packet = context;
    struct sim_link *link = packet->link;
    (void)number;
    link->down_bytes -= packet->len;
    if (packet->is_end)
        client_learns(link);
    else if (!link->down_cut && !link->client_knows)
        sim_client_on_packet(link->client, link, str_of(packet->bytes, packet->len));
    free(packet);
}

static void send_down(struct sim_link *link, struct str bytes, bool is_end) {
    link->down_bytes += bytes.len;
    sim_after(next_arrival(&link->down_ms), on_down, packet_new(link, bytes, is_end), 0);
}

static void on_slow(void *context, uint64_t number) {
    struct sim_link *link = context;
    (void)number;
    if (link->session.is_over)
        return;
    sim_trace("link %u: too slow", link->number);
    session_end(&link->session, EIO_SLOW);
    send_down(link, STR_NONE, true);
}

/* The client's packets */

static void take_text(struct sim_link *link, struct str text) {
    struct eio_session *session = &link->session;
    links.speaking = link;
    session->server->handler->on_message(session, text, false, session->server->context);
    links.speaking = NULL;
}

static void on_up(void *context, uint64_t number) {
    struct packet *packet = context;
    struct sim_link *link = packet->link;
    bool arrives = !link->up_cut && link->session.is_open && !link->session.is_over;
    (void)number;
    if (arrives && packet->is_end)
        session_end(&link->session, EIO_TRANSPORT_CLOSE);
    else if (arrives)
        take_text(link, str_of(packet->bytes, packet->len));
    free(packet);
}

static void send_up(struct sim_link *link, struct str bytes, bool is_end) {
    sim_after(next_arrival(&link->up_ms), on_up, packet_new(link, bytes, is_end), 0);
}

void sim_link_send(struct sim_link *link, struct str packet) {
    if (!link->client_knows)
        send_up(link, packet, false);
}

void sim_link_close(struct sim_link *link) {
    if (link->client_knows)
        return;
    link->client_knows = true;
    send_up(link, STR_NONE, true);
}

/* Breaking */

static void on_server_notices(void *context, uint64_t number) {
    struct sim_link *link = context;
    (void)number;
    session_end(&link->session, EIO_PING_TIMEOUT);
}

static void on_client_notices(void *context, uint64_t number) {
    (void)number;
    client_learns(context);
}

static void on_cut(void *context, uint64_t number) {
    struct sim_link *link = context;
    (void)number;
    if (link->client_knows || sim_world->is_calm)
        return;
    sim_trace("link %u: cut", link->number);
    link->up_cut = link->down_cut = true;
    sim_after(sim_up_to(LINK_NOTICE_MS_MAX), on_server_notices, link, 0);
    sim_after(sim_up_to(LINK_CLIENT_MS_MAX), on_client_notices, link, 0);
}

void sim_link_drop_all(void) {
    for (size_t i = 0; i < links.count; i++) {
        struct sim_link *link = links.items[i];
        link->key = 0; /* the next process begins its keys anew */
        if (!link->session.is_open || link->session.is_over)
            continue;
        session_end(&link->session, EIO_SHUTDOWN);
        link->up_cut = true;
        link->down_cut =
            link->down_cut || sim_chance(50); /* else what the kernel has still arrives */
        sim_after(sim_up_to(LINK_CLIENT_MS_MAX), on_client_notices, link, 0);
    }
}

/* Dialling */

static void on_accept(void *context, uint64_t number) {
    struct sim_link *link = context;
    struct eio_session *session = &link->session;
    struct eio_server *server = sim_server_engine((unsigned)number);
    struct http_request request = {.method = HTTP_GET, .host = STR("localhost")};
    if (server == NULL || link->client_knows) {
        client_learns(link);
        return;
    }
    if (link->cookie.len > 0)
        request.headers[request.header_count++] = (struct http_header){STR("Cookie"), link->cookie};
    session->server = server;
    session->is_open = true;
    list_append(&server->sessions, &session->node);
    SIM_CHECK(server->handler->on_check(server, NULL, NULL, &request, server->context) ==
                  EIO_LET_IN,
              "a handshake without an origin was refused");
    server->handler->on_open(session, NULL, &request, server->context);
    if (!sim_world->is_calm && sim_chance(sim_world->weather.cut_percent))
        sim_after(sim_up_to(LINK_LIFE_MS_MAX), on_cut, link, 0);
}

static struct str cookie_line(struct str token) {
    struct buf line = BUF_EMPTY;
    size_t len;
    if (str_is_none(token))
        return STR_NONE;
    buf_printf(&line, "parley_session=%.*s", STR_ARG(token));
    char *bytes = buf_take(&line, &len);
    return str_of(bytes, len);
}

struct sim_link *sim_link_open(struct sim_client *client, struct str cookie) {
    struct sim_link *link = MEM_NEW(struct sim_link);
    if (links.count == links.cap) {
        links.cap = links.cap == 0 ? 64 : links.cap * 2;
        links.items = mem_resize(links.items, links.cap, sizeof(struct sim_link *));
    }
    links.items[links.count++] = link;
    link->number = (unsigned)links.count;
    link->client = client;
    link->attached_pos = -1;
    link->cookie = cookie_line(cookie);
    list_init(&link->session.node);
    sim_after(next_arrival(&link->up_ms), on_accept, link,
              (uint64_t)sim_up_to(sim_world->weather.workers - 1));
    return link;
}

unsigned sim_link_number(const struct sim_link *link) {
    return link->number;
}

void sim_link_free_all(void) {
    for (size_t i = 0; i < links.count; i++) {
        free((char *)(uintptr_t)links.items[i]->cookie.at);
        free(links.items[i]);
    }
    free(links.items);
    memset(&links, 0, sizeof links);
}

/* What the watcher of the server knows */

void sim_link_note_key(uint64_t key) {
    ASSERT(links.speaking != NULL);
    links.speaking->key = key;
}

void sim_link_note_attached(uint64_t key, int64_t pos, int64_t session) {
    for (size_t i = links.count; i-- > 0;)
        if (links.items[i]->key == key) {
            links.items[i]->attached_pos = pos;
            links.items[i]->chat_session = session;
            return;
        }
    sim_fail("an attach of a connection that nobody made");
}

int64_t sim_link_attached_pos(const struct sim_link *link) {
    return link->attached_pos;
}

int64_t sim_link_session(const struct sim_link *link) {
    return link->chat_session;
}

/* Engine.IO, as the layers above see it */

struct eio_server *eio_server_new(struct loop *loop, const struct eio_options *options,
                                  const struct eio_handler *handler, void *context) {
    struct eio_server *server = MEM_NEW(struct eio_server);
    (void)options;
    *server = (struct eio_server){.loop = loop, .handler = handler, .context = context};
    list_init(&server->sessions);
    return server;
}

void eio_server_free(struct eio_server *server) {
    ASSERT(list_is_empty(&server->sessions));
    free(server);
}

void eio_server_close(struct eio_server *server) {
    LIST_EACH_SAFE (&server->sessions, node) {
        struct eio_session *session = LIST_ITEM(node, struct eio_session, node);
        send_down(link_of(session), STR_NONE, true);
        session_end(session, EIO_SHUTDOWN);
    }
}

void eio_server_handle(struct eio_server *server, struct conn *conn,
                       const struct http_request *request) {
    (void)server;
    (void)conn;
    (void)request;
    sim_fail("there is no HTTP here");
}

struct loop *eio_server_loop(const struct eio_server *server) {
    return server->loop;
}

void eio_session_send_all(struct eio_session *session, struct frame *const *frames, size_t count) {
    for (size_t i = 0; i < count; i++)
        eio_session_send(session, frames[i]);
}

void eio_session_send(struct eio_session *session, struct frame *frame) {
    struct sim_link *link = link_of(session);
    if (session->is_over || link->down_bytes > LINK_DOWN_BYTES_MAX)
        return;
    send_down(link, frame_payload(frame), false);
    if (link->down_bytes > LINK_DOWN_BYTES_MAX)
        sim_after(0, on_slow, link, 0);
}

void eio_session_close(struct eio_session *session) {
    if (session->is_over)
        return;
    send_down(link_of(session), STR_NONE, true);
    session_end(session, EIO_FORCED_CLOSE);
}

struct str eio_session_address(const struct eio_session *session) {
    (void)session;
    return STR("127.0.0.1");
}

void eio_session_vouch(struct eio_session *session) {
    (void)session; /* nobody counts strangers here */
}

void eio_session_set_user(struct eio_session *session, void *user) {
    session->user = user;
}

void *eio_session_user(const struct eio_session *session) {
    return session->user;
}
