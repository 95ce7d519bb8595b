/* chat.h: the chat's state machine: pure, one thread, no I/O, no clock, no randomness, no locks.
 *
 *     command --chat_decide--> facts, signals, answer | error
 *     fact    --chat_evolve--> changed state
 *
 * chat_decide looks and never touches durable state; chat_evolve changes and never refuses. The caller (app/core)
 * evolves each fact right after it was decided, so that the next command of the batch sees it, and acks only after the
 * journal has committed. Ephemeral state (connections, presence, typing, rate buckets) is not in the log: it is changed by
 * chat_decide and chat_tick directly and survives chat_adopt.
 *
 * Invariants, asserted in chat_check (slow builds): every member belongs to a user and a room, both ways; a room's
 * last_seq never falls; read_seq <= last_seq; slugs and folded names are unique; a user is online exactly while he has a
 * connection or his grace is running.
 *
 * Thread: core (the tests': whoever holds the struct).
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/arena.h"
#include "base/map.h"
#include "chat/chat_fact.h"
#include "chat/chat_port.h"

struct chat;

/* Types */

struct chat_options {
    int64_t presence_grace_ms;  /* after the last connection; 5,000 */
    int64_t presence_gather_ms; /* between two presence events; 500 */
    size_t presence_crowd;      /* above so many people online: watched users only; 1,000 */
    int64_t typing_ms;          /* 6,000 */
    int64_t session_idle_ms, session_age_ms, guest_idle_ms; /* 14 days, 90 days, 24 hours */
    double rate_scale;        /* multiplies every rate limit; 0: no limits */
    int64_t upload_bytes;     /* one file; PROTO_LIMIT_UPLOAD_BYTES */
    int64_t files_user_bytes; /* all files of a person; 1 GiB */
    int64_t files_bytes;      /* all files; 20 GiB */
    bool guests;              /* may a name alone make a guest */
    enum proto_registration_mode
        registration; /* guests and this count until somebody sets them otherwise */
    bool has_setup;   /* whoever knows the secret of this hash makes the first owner */
    unsigned char setup_hash[CHAT_TOKEN_HASH_BYTES];
    const char *version; /* for ready.server; borrowed */
};
/* The defaults of all options. */
struct chat_options chat_options_default(void);

/* Acts that are no commands of the protocol: they come from the gateway and the web, not from a client's event. */
enum chat_act {
    /* 1 .. PROTO_COMMAND_COUNT-1: enum proto_command, with its payload struct */
    /* struct chat_attach: a Socket.IO CONNECT. The connection counts from the decision on: when the commit fails or the
     * answer finds nobody any more, DETACH follows. */
    CHAT_ACT_ATTACH = 1000,
    CHAT_ACT_DETACH, /* struct chat_detach: that connection is gone; never fails, no answer is needed */
    CHAT_ACT_LOGIN,       /* struct chat_login: POST /api/session */
    CHAT_ACT_WHOAMI,      /* GET /api/session */
    CHAT_ACT_LOGOUT,      /* DELETE /api/session */
    CHAT_ACT_REGISTER,    /* struct chat_register: POST /api/users */
    CHAT_ACT_PASSWORD,    /* struct chat_password: PUT /api/password */
    CHAT_ACT_SERVER,      /* struct chat_server_look: GET /api/server */
    CHAT_ACT_INVITE_LOOK, /* struct chat_invite_look: POST /api/invite */
    CHAT_ACT_OPERATE,     /* struct chat_operate: the operator, on the command line */
    CHAT_ACT_UPLOAD,      /* struct chat_upload: POST /api/uploads, before its body comes */
    CHAT_ACT_FILE_ADD,    /* struct chat_file_add: the same, when its body is on disk */
    CHAT_ACT_FILE_LOOK, /* struct chat_file_look: GET /files/{id}/{name}; the answer is chat_request.file */
    CHAT_ACT_END /* behind the last */
};

/* Who asks. Sockets name the session that they were attached with; HTTP names a token. */
struct chat_actor {
    chat_session_id session; /* 0: resolve token_hash */
    bool has_token;
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES];
    uint64_t connection; /* key of the socket's connection, 0 for HTTP */
};

/* A secret that was made for a command that gives one out. */
struct chat_secret {
    struct str text; /* what is told, once */
    unsigned char hash[CHAT_TOKEN_HASH_BYTES];
};

/* What came of the hashing that a decision wanted. */
struct chat_proof {
    bool failed;      /* there was no memory, or no time any more */
    bool is_right;    /* the password was that of `known` */
    struct str known; /* the hash that it was held against */
    struct str fresh; /* the hash that was made; STR_NONE: none */
};

struct chat_command {
    int act; /* enum proto_command or enum chat_act */
    struct chat_actor actor;
    const void *payload;              /* struct proto_<command> or struct chat_<act>; borrowed */
    int64_t now_ms;                   /* wall clock: stamps facts */
    int64_t mono_ms;                  /* monotonic clock: presence, typing, rates */
    const struct chat_secret *secret; /* of acts that chat_act_wants_secret names; borrowed */
    const struct chat_proof *proof;   /* NULL the first time; borrowed */
};

/* Identity of a connection in the order of the protocol: token, cookie, name; and what it wants to resume. */
struct chat_attach {
    bool has_token,
        has_cookie; /* a bad token is refused; a stale cookie is passed over when there is a name */
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES], cookie_hash[CHAT_TOKEN_HASH_BYTES];
    struct str name;                /* STR_NONE: none */
    chat_session_id resume_session; /* from a pid whose seal is right; 0: none */
    struct str resume_sid;          /* the Socket.IO id in that pid */
    int64_t resume_pos;             /* the offset, or auth.since; -1: none */
    size_t rooms_max;               /* so many in `ready`; 0: all */
    bool resume_is_since;           /* resume_pos came from auth.since: no sid is resumed */
    unsigned char fresh_token_hash[CHAT_TOKEN_HASH_BYTES]; /* of the token that a new guest gets */
    struct str sid; /* the Socket.IO id that a fresh client gets */
    struct str agent, address;
};
struct chat_detach {
    uint64_t connection;
};
struct chat_login {
    struct str name;
    struct str password; /* STR_NONE: a new guest */
    unsigned char fresh_token_hash[CHAT_TOKEN_HASH_BYTES];
    struct str agent, address;
};

struct chat_register {
    struct str name, password;
    struct str display_name, invite, setup; /* STR_NONE: none */
    bool is_local;                          /* asked on the server's own machine */
    bool token_is_cookie;                   /* the actor's token, which may then be stale */
    unsigned char fresh_token_hash[CHAT_TOKEN_HASH_BYTES];
    struct str agent, address;
};
struct chat_password {
    struct str password, new_password;
    struct str address;
    bool rotates; /* the session goes on with the fresh token, and with the old one no more */
    unsigned char fresh_token_hash[CHAT_TOKEN_HASH_BYTES];
};
struct chat_upload {
    int64_t bytes; /* as announced; 0: nobody knows */
};
struct chat_file_add {
    struct chat_file_fact file; /* but for id and owner */
};
struct chat_file_look {
    chat_file_id id;
};
struct chat_server_look {
    bool is_local;
};
struct chat_invite_look {
    struct str invite;
};
enum chat_operate_kind {
    CHAT_OPERATE_ADD,      /* name, password, role (0: member) */
    CHAT_OPERATE_ROLE,     /* name, role */
    CHAT_OPERATE_PASSWORD, /* name, password */
    CHAT_OPERATE_LIST,     /* after */
    CHAT_OPERATE_COUNT
};
struct chat_operate {
    enum chat_operate_kind kind;
    struct str name, password;
    enum proto_user_role role;
    chat_user_id after;
};

/* Work with passwords, which costs 50 ms and more memory than all else: not the chat's to do. When a decision wants it, there
 * are no facts and no answer yet; the same command comes again with a chat_proof. */
struct chat_hashing {
    bool is_wanted;
    bool checks;                /* is `password` that of `known`? */
    struct str password, known; /* known empty: nobody's, which is never right and takes as long */
    struct str fresh; /* to make a hash of, unless a check before it failed; STR_NONE: nothing */
};

/* What a read-only part of an answer needs from the store; carried out by a reader after the decision, within the
 * same permission. */
enum chat_read_kind {
    CHAT_READ_NONE,
    CHAT_READ_HISTORY,  /* message:history, and the newest of room:join */
    CHAT_READ_MESSAGE,  /* a message as it is now */
    CHAT_READ_VERSIONS, /* message:versions */
    CHAT_READ_PINS,     /* message:pins */
    CHAT_READ_AUDIT,    /* audit:list: of `room`, or 0: of all that `user` may see */
    CHAT_READ_THREADS,  /* thread:list */
    CHAT_READ_SAVED,    /* message:saved */
    CHAT_READ_DRAFTS,   /* draft:list */
    CHAT_READ_EVENTS,   /* sync, and the missed events of a resumed connection */
    CHAT_READ_SEARCH,   /* message:search, in `rooms` */
};
struct chat_read {
    enum chat_read_kind kind;
    chat_user_id user;
    chat_room_id room;
    int64_t before, after, around; /* seq; 0: not given */
    int64_t limit;
    chat_message_id message;
    chat_message_id thread;   /* HISTORY: of this thread, else of the room */
    int64_t from_pos, to_pos; /* EVENTS: (from_pos, to_pos] */
    const int64_t *
        rooms; /* EVENTS: the user's rooms at to_pos; SEARCH: those that may be searched. Sorted, in the arena */
    size_t room_count;
};

/* Things to tell that are not in the log. */
enum chat_signal_kind {
    CHAT_SIGNAL_EVENT,       /* event and payload to the audience */
    CHAT_SIGNAL_NEWS,        /* the same, but of the facts beside it: not when they do not happen */
    CHAT_SIGNAL_TOKEN,       /* the session's connections go on with the cookie of another token */
    CHAT_SIGNAL_END_SESSION, /* close the session's connections after a notice session_ended */
    CHAT_SIGNAL_CUT, /* close one connection without a word (its pid was resumed elsewhere) */
};
struct chat_rotation {
    unsigned char old_hash[CHAT_TOKEN_HASH_BYTES], new_hash[CHAT_TOKEN_HASH_BYTES];
};
struct chat_signal {
    enum chat_signal_kind kind;
    enum proto_event event;
    const void *payload; /* struct proto_event_<event>; in the arena */
    struct chat_audience audience;
    chat_session_id session;
    const struct chat_rotation *rotation; /* TOKEN; in the arena */
    uint64_t connection;
};

/* How ATTACH ended. */
struct chat_attached {
    chat_user_id user;
    chat_session_id session;
    bool made_guest; /* the fresh token counts */
    bool
        is_bounded; /* `ready` need not hold all rooms: they are in the order in which they count */
    bool resumed_sid; /* keep resume_sid instead of sid */
    bool
        wants_replay; /* read.kind is CHAT_READ_EVENTS: resumed when at most 1,000 events come of it */
    int64_t
        pos; /* the log's end at this moment: live events for this connection have greater ones */
    const int64_t *rooms; /* to subscribe to; in the arena */
    size_t room_count;
    struct proto_event_ready
        ready; /* pos and resumed for a fresh start; token is the gateway's to add */
};

/* What chat_decide tells chat_answer; nobody else's. */
struct chat_note {
    chat_user_id user; /* who acted; for ATTACH and LOGIN also a new one */
    chat_session_id session;
    int64_t id;                          /* what the act was about */
    int64_t other;                       /* and whom */
    const void *result;                  /* the answer, where deciding has made it already */
    const struct proto_message *message; /* found in the store, in the arena */
    struct chat_attached *attached;
};

/* Everything that a command gives. Memory: the arena that chat_decide was given. */
struct chat_outcome {
    struct arena *arena;
    struct chat_fact *facts; /* to evolve, in order; pos is 0 */
    size_t fact_count, fact_cap;
    struct chat_signal *signals; /* to send after the commit, behind the facts' events */
    size_t signal_count, signal_cap;
    struct chat_read read;
    struct chat_hashing hashing;
    struct proto_error_body error; /* valid when chat_decide did not return PROTO_OK */
    struct chat_note note;
};

/* Life cycle */

/* Returns owned. options and port are copied. */
struct chat *chat_new(const struct chat_options *options, const struct chat_port *port);
void chat_free(struct chat *chat);
/* An empty state with the same options and port, for a load while this one goes on serving (a commit failed: what facts say
 * is loaded anew). Returns owned: chat_adopt or chat_free. */
struct chat *chat_new_beside(const struct chat *chat);
/* Puts what was loaded into `beside` in the place of all durable state, and frees `beside`. Connections, presence, typing and
 * rates stay; those whose user or session is not there any more are dropped. */
void chat_adopt(struct chat *chat, struct chat *beside);
/* Ends a load: builds what depends on everything (member counts), makes sure of nothing else. */
void chat_reloaded(struct chat *chat);

/* Operations */

/* Decides. Returns PROTO_OK or the error (then outcome->error is filled and there are no facts). `outcome` is zeroed but for
 * arena by the caller. */
enum proto_error chat_decide(struct chat *chat, const struct chat_command *command,
                             struct chat_outcome *outcome);
/* Applies one fact. pos > 0 must be chat_pos()+1; pos 0 while loading. */
void chat_evolve(struct chat *chat, const struct chat_fact *fact);
/* The event of a fact that was just evolved: its payload (in the arena; strings may point into the state, valid until the
 * next evolve) and audience. PROTO_EVENT_NONE when it has none. */
enum proto_event chat_fact_event(struct chat *chat, const struct chat_fact *fact,
                                 struct arena *arena, const void **payload,
                                 struct chat_audience *audience);
/* The `data` of a command's answer, after its facts were evolved: a pointer to the command's result struct (NULL for {}),
 * in the arena; strings may point into the state. When outcome->read.kind is set, the reader still adds its part
 * (messages, has_before, ...). For acts that are no commands it is of chat_act_shape; for ATTACH struct chat_attached. */
const void *chat_answer(struct chat *chat, const struct chat_command *command,
                        struct chat_outcome *outcome);

/* The shape of what an act answers; NULL: nothing, and for ATTACH. */
const struct proto_struct *chat_act_shape(int act);
/* Of what kind (base/token.h) the secret is that an act gives out, or NULL. */
const char *chat_act_wants_secret(int act);

/* Time */
/* The monotonic moment at which chat_tick has something to do; INT64_MAX: nothing. */
int64_t chat_due_ms(const struct chat *chat);
/* Does what is due: presence events, ends of grace (with facts), ends of typing. Acts like chat_decide: facts and signals. */
void chat_tick(struct chat *chat, int64_t now_ms, int64_t mono_ms, struct chat_outcome *outcome);

/* The facts of an empty store: the room `general`. */
void chat_found(struct chat *chat, int64_t now_ms, struct chat_outcome *outcome);

/* Inspection */
int64_t chat_pos(const struct chat *chat);
/* Sets the log's end and its first kept position; by the loader. */
void chat_set_log(struct chat *chat, int64_t first_pos, int64_t last_pos);
/* Sets the greatest ids ever given, so that none is given twice; by the loader. */
void chat_set_ids(struct chat *chat, chat_user_id user, chat_room_id room, chat_message_id message,
                  chat_session_id session);
/* Somebody owns the server: it is set up. */
bool chat_has_owner(const struct chat *chat);
size_t chat_user_count(const struct chat *chat);
size_t chat_room_count(const struct chat *chat);
size_t chat_connection_count(const struct chat *chat);
/* Walks everything and asserts the invariants: for tests and slow builds. */
void chat_check(const struct chat *chat);
