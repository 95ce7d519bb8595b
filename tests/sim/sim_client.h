/* sim_client.h: a simulated client: one device of a person, which follows the protocol and believes nothing.
 *
 *     AWAY --dials--> OPENING --ready--> LIVE
 *       ^________________|________________/   the link is gone
 *
 * It connects and comes back as real clients do (sim_client.c), does what people do (sim_acts.c), and holds every event and
 * every answer against the log (sim_view.c): nothing missing, nothing twice, nothing that is not for it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "proto/gen/proto_gen.h"
#include "sim_link.h"
#include "sim_log.h"

#include <jansson.h>

/* How a client says who it is and from where it goes on. */
enum sim_style {
    SIM_STYLE_STOCK,  /* its name, with Socket.IO's own recovery */
    SIM_STYLE_TOKEN,  /* its token, with the same */
    SIM_STYLE_SINCE,  /* its token and auth.since */
    SIM_STYLE_COOKIE, /* the cookie, with Socket.IO's own recovery */
    SIM_STYLE_FRESH,  /* its token, and a fresh start each time */
    SIM_STYLE_COUNT
};

enum sim_client_state { SIM_AWAY, SIM_OPENING, SIM_LIVE };

/* A room as the client has it. */
struct sim_room {
    chat_room_id id;
    int64_t tail; /* the newest seq of what it has of its history; -1: nothing is loaded */
    bool is_loading;
};

/* Somebody as the client has him, from what is not in the log; since the last `ready`. */
struct sim_other {
    const char *status; /* a word of ours; NULL: not told */
    bool is_typing[SIM_ROOMS_MAX];
};

/* Something to be said, until the server has said yes or no. */
struct sim_send {
    char nonce[24];
    chat_room_id room;
    char body[80];
    int64_t reply_to, thread;
    bool also_room;
    bool is_acked, is_refused;
    bool is_unsure; /* an attempt may have worked without our knowing */
    unsigned in_flight;
    unsigned attempts;
    chat_message_id message;
    int64_t seq;
};

/* A command that has no answer yet. */
struct sim_call {
    uint64_t id;
    int act;
    int64_t room, number; /* what it was about: a seq, a position, a message */
    size_t send;          /* message:send: which; in `sends` */
    bool is_by_message;   /* it named a message, and not the room */
    bool is_first;        /* ... and this is its first attempt */
    bool is_probe;        /* ... or one that must be answered `conflict` */
    int64_t sent_pos;     /* the log's end, as the server knew it, when it was sent */
    int64_t sent_ms;
};

/* Owner: the world. */
struct sim_client {
    unsigned number;
    enum sim_style style;
    struct sim_client
        *person; /* the first device, whose session this one shares; itself for that */
    enum sim_client_state state;
    struct sim_link *link;
    uint64_t epoch;  /* of the link: late events of an older one are void */
    bool is_dead;    /* its session was ended for good */
    bool is_ending;  /* of a person: somebody has asked to end the session */
    bool is_leaving; /* the world ends */
    bool is_slowed;  /* it was shown out for doing too much */

    /* What it remembers of who it is */
    char name[40];
    unsigned names; /* that it has tried in vain */
    char token[80], pid[120];
    chat_user_id user; /* 0: not told yet */
    int64_t mark;      /* it has everything up to here; -1: nothing */
    bool has_offset;   /* ... and it may say so */
    int64_t asked;     /* the position that it has asked to go on from; -1: none */

    /* What it has */
    struct sim_room rooms[SIM_ROOMS_MAX];
    size_t room_count;
    struct sim_other others[SIM_USERS_MAX];
    struct sim_send *sends;
    size_t send_count, send_cap;
    struct sim_call *calls;
    size_t call_count, call_cap;
    uint64_t last_call;
    int64_t first_seqs
        [SIM_ROOMS_MAX]; /* on this link: of the newest message that went at the first attempt */
};

struct sim_client *sim_client_new(unsigned number, struct sim_client *person);
void sim_client_free(struct sim_client *client);
/* Begins to live. */
void sim_client_start(struct sim_client *client);
/* Hangs up and stays away. */
void sim_client_leave(struct sim_client *client);
/* Forgets from where to go on, and connects anew. */
void sim_client_refresh(struct sim_client *client);
/* Nothing is open: it is live, every command is answered, everything is said. */
bool sim_client_is_done(const struct sim_client *client);
/* Who shares the client's session knows that it has ended. */
void sim_client_die(struct sim_client *client);

/* From the link */
void sim_client_on_packet(struct sim_client *client, struct sim_link *link, struct str packet);
void sim_client_on_close(struct sim_client *client, struct sim_link *link);

/* What it has: sim_client.c */
struct sim_room *sim_client_room(struct sim_client *client, chat_room_id room);
void sim_client_add_room(struct sim_client *client, chat_room_id room);
void sim_client_drop_room(struct sim_client *client, chat_room_id room);

/* What it does: sim_acts.c */
/* One thing that people do, drawn by chance. */
void sim_act(struct sim_client *client);
/* Says again what was not acknowledged, in order. */
void sim_act_resend(struct sim_client *client);
/* An answer; `body` is its data or its error. */
void sim_act_answered(struct sim_client *client, uint64_t id, bool ok, const json_t *body);

/* What it sees: sim_view.c */
/* `args` is the event's array, `text` the same as it was sent. */
void sim_view_ready(struct sim_client *client, const json_t *ready, const json_t *offset);
void sim_view_event(struct sim_client *client, struct str name, const json_t *args,
                    struct str text);
/* `me` of a room must be what the log says of that position. */
void sim_view_me(const struct sim_client *client, chat_room_id room, const json_t *me, int64_t pos);
/* A message must be the log's, as it was at `from` or became behind it. */
const struct sim_log_entry *sim_view_message(const json_t *message, int64_t from);
/* Everything that concerns the client has come, and what it shows of others is so. */
void sim_view_check_complete(struct sim_client *client);

static inline int64_t sim_int(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}
static inline const char *sim_text(const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}
