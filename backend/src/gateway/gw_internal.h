/* gw_internal.h: the structs that the gateway's files share.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/limits.h"
#include "base/map.h"
#include "base/sm.h"
#include "gateway/gateway.h"
#include "gateway/gw_pid.h"
#include "socketio/sio_server.h"

/* A client's life:
 *
 *     CONNECTING --subscribed--> WAITING --answered--> LIVE
 *          \__________________________\__ gone at any time
 *
 * CONNECTING: the core has not answered the attach. WAITING: events behind the attach's position arrive already and
 * are kept, until the answer (perhaps with missed events from a reader) has been sent. LIVE: events go straight out. */
enum gw_state { GW_CONNECTING, GW_WAITING, GW_LIVE, GW_STATE_COUNT };
extern const struct sm_table gw_states;

/* One client's place in one room's audience. */
struct gw_subscription {
    struct gw_room *room;
    size_t index; /* in room->clients */
};

/* What came for a client that cannot have it yet. Owner: the client. */
struct gw_kept {
    struct frame **frames;
    size_t count, cap, bytes;
    bool is_full; /* events behind these were dropped */
};

/* A Socket.IO client of ours. Owner: struct gateway, worker thread. */
struct gw_client {
    struct gateway *gateway;
    struct sio_client *sio;
    struct sm state;
    bool ended;          /* being thrown out: nothing more is sent */
    uint32_t limit_hits; /* answers `rate_limited` since limit_hits_since_ms */
    uint64_t key;        /* worker << 48 | number: names the connection to the core */
    uint64_t mark;       /* of the last fan-out over several rooms that reached it */
    chat_user_id user;   /* 0 while connecting */
    chat_session_id session;
    struct gw_subscription *subscriptions;
    uint32_t subscription_count, subscription_cap;
    struct gw_kept *kept;                             /* NULL, but while WAITING */
    struct gw_client *next_of_user, *next_of_session; /* chains in the gateway's maps */
    uint32_t inflight_count, inflight_bytes;          /* commands that the core has not answered */
    uint64_t limit_hits_since_ms;
};

/* The audience of one room on this worker. Exists while it is not empty. */
struct gw_room {
    chat_room_id id;
    struct gw_client **clients;
    size_t count, cap;
};

/* What is known of a connection before its client says who he is: freed with the connection. */
struct gw_connection {
    bool has_cookie;
    bool is_browsers; /* it says from where its page is */
    unsigned char cookie_hash[CHAT_TOKEN_HASH_BYTES];
    char *agent; /* User-Agent, cut; NULL when there was none */
};

/* Owner: one worker. */
struct gateway {
    struct loop *loop;
    struct gateway_options options;
    struct chat_desk desk;
    struct sio_server *sio;
    struct map clients;   /* key -> struct gw_client */
    struct map rooms;     /* room id -> struct gw_room */
    struct map users;     /* user id -> first struct gw_client of the chain */
    struct map sessions;  /* session id -> first struct gw_client of the chain */
    uint64_t last_number; /* of a client's key */
    uint64_t last_mark;
    bool is_draining; /* new commands and connections are refused */
    struct gateway_counters counters;
};

/* gw_session.c: who is it */
void gw_on_connect(struct sio_client *sio, const json_t *auth, void *context);
void gw_on_disconnect(struct sio_client *sio, enum sio_end end, void *context);
enum eio_verdict gw_on_check(const void *connection_user, const struct http_request *request,
                             void *context);
void *gw_on_open(struct eio_session *session, struct conn *conn, const struct http_request *request,
                 void *context);
void gw_on_close(void *connection_user, void *context);
/* Tells the client why, disconnects it and closes its connection; a stock client stays away. */
void gw_client_end(struct gw_client *client, const char *code, const char *message);

/* gw_dispatch.c: what does he want */
void gw_on_event(struct sio_client *sio, const struct sio_event *event, void *context);
bool gw_on_text(struct sio_client *sio, const struct sio_event *event, void *context);

/* gw_fanout.c: who hears what */
/* The client is now `user`'s in these rooms. */
void gw_client_subscribe(struct gw_client *client, chat_user_id user, chat_session_id session,
                         const int64_t *rooms, size_t room_count);
/* Takes the client out of every audience and chain. */
void gw_client_unsubscribe(struct gw_client *client);
void gw_user_join(struct gateway *gateway, chat_user_id user, chat_room_id room);
void gw_user_leave(struct gateway *gateway, chat_user_id user, chat_room_id room);
/* Sends, or keeps while the client waits. */
void gw_client_send(struct gw_client *client, struct frame *frame);
/* Drops what was kept. */
void gw_client_forget(struct gw_client *client);
void gw_client_send_all(struct gw_client *client, struct frame *const *frames, size_t count);
/* Sends what was kept; the client is LIVE from here on, or turned away when that was not all. */
void gw_client_release(struct gw_client *client);
/* Closes its transport behind what was sent; nothing more is sent. A stock client comes back from there. */
void gw_client_turn_away(struct gw_client *client);
void gw_fanout(struct gateway *gateway, const struct chat_audience *audience, struct frame *frame);
/* Events of one room that follow each other, to everybody in it. */
void gw_fanout_room(struct gateway *gateway, chat_room_id id, struct frame *const *frames,
                    size_t count);
