/* chat_fact.h: what has happened, in the smallest words that rebuild the state.
 *
 * chat_decide makes facts out of a command, chat_evolve applies them, the journal stores them; nothing else changes
 * durable state. A fact has one position in the log (pos: 1, 2, 3, ... in commit order) and at most one server event,
 * so that a client's mark names exactly what it has seen. The store's projections are made from facts alone.
 *
 * At start-up the store hands its rows to chat_evolve as facts as well (pos 0: "as it stands").
 *
 * Strings are borrowed: from the batch's arena when decided, from the store's row while loading.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/str.h"
#include "proto/gen/proto_gen.h"

typedef int64_t chat_user_id;
typedef int64_t chat_room_id;
typedef int64_t chat_message_id;
typedef int64_t chat_session_id;
typedef int64_t chat_invite_id;
typedef int64_t chat_file_id;

#define CHAT_TOKEN_HASH_BYTES 32 /* SHA-256 of a session token; the token itself is never kept */
#define CHAT_FILE_SUM_BYTES   32 /* of a file's content (files/file_disk.h) */

enum chat_fact_kind {
    CHAT_FACT_NONE,
    CHAT_FACT_USER_NEW,     /* user: all fields */
    CHAT_FACT_USER_CHANGED, /* user: all fields; event user:changed */
    CHAT_FACT_USER_STATUS, /* user: chosen status, text as it was; no durable event (presence tells) */
    CHAT_FACT_USER_SEEN,   /* user: last_seen_ms, when the last connection is gone; no event */
    CHAT_FACT_SESSION_NEW, /* session: all fields */
    CHAT_FACT_SESSION_USED, /* session: used_at_ms, agent, address; written at most every ten minutes */
    CHAT_FACT_SESSION_TOKEN,  /* session: id, token_hash: the one that counts from now on */
    CHAT_FACT_SESSION_ENDED,  /* session: id */
    CHAT_FACT_ROOM_NEW,       /* room: all fields; event room:new */
    CHAT_FACT_ROOM_CHANGED,   /* room: all fields; event room:changed */
    CHAT_FACT_MEMBER_JOINED,  /* member: all fields; event member:joined */
    CHAT_FACT_MEMBER_CHANGED, /* member: role, or what a sanction did; event member:changed */
    CHAT_FACT_MEMBER_LEFT,    /* member: room, user, reason; event member:left */
    CHAT_FACT_MEMBER_GONE, /* member: room, user, reason; event room:gone to the person; follows MEMBER_LEFT */
    CHAT_FACT_MESSAGE_NEW,      /* message; event message:new */
    CHAT_FACT_AUDIT,            /* audit: all fields; no event, nothing in the state */
    CHAT_FACT_MESSAGE_EDITED,   /* change; these have the event message:changed */
    CHAT_FACT_MESSAGE_DELETED,  /* change: `message` is the tombstone */
    CHAT_FACT_MESSAGE_REACTED,  /* change: also user, emoji, on */
    CHAT_FACT_MESSAGE_PINNED,   /* change */
    CHAT_FACT_MESSAGE_THREADED, /* change: a reply was added to its thread */
    CHAT_FACT_THREAD_ME,        /* thread: all fields; event thread:me */
    CHAT_FACT_SAVED,            /* saved: all fields; event saved:changed */
    CHAT_FACT_DRAFT,            /* draft: all fields; no event of the log (a signal tells) */
    CHAT_FACT_PURGE_BEGUN, /* purge: what the person said in the room is being deleted; no event */
    CHAT_FACT_PURGE_ENDED, /* purge: nothing of it is left; no event */
    CHAT_FACT_MEMBER_ME, /* member: read_seq, level, favorite, position, mentions; event room:me */
    CHAT_FACT_ROOM_SHOWN, /* member: room, user; event room:new to the person, who may see it from here on */
    CHAT_FACT_SANCTION, /* sanction: all fields; neither banned nor muted: lifted; no event of its own */
    CHAT_FACT_BLOCK,      /* block: all fields; event user:blocked to the one who blocks */
    CHAT_FACT_REPORT_NEW, /* report: all fields; no durable event (a signal tells those who moderate) */
    CHAT_FACT_REPORT_DONE,    /* report: id, by; likewise */
    CHAT_FACT_PASSWORD_SET,   /* password: all fields; no event, nothing in the state */
    CHAT_FACT_ACCOUNT_SHUT,   /* ban: all fields; no event */
    CHAT_FACT_ACCOUNT_OPENED, /* ban: user; no event */
    CHAT_FACT_INVITE_NEW,     /* invite: all fields; no event */
    CHAT_FACT_INVITE_USED,    /* invite: id, uses; no event */
    CHAT_FACT_INVITE_ROOMS,   /* invite: id, rooms: fewer than before; no event */
    CHAT_FACT_INVITE_ENDED,   /* invite: id; no event */
    CHAT_FACT_FILE_NEW,       /* file: all fields; no event, nothing in the state */
    CHAT_FACT_SERVER_CHANGED, /* server: all fields; event server:changed */
    CHAT_FACT_NAME_HELD,      /* held: all fields; no event */
    CHAT_FACT_KIND_COUNT
};

/* Facts that only note when somebody was there last: a server that cannot write goes on without them. */
static inline bool chat_fact_is_note(enum chat_fact_kind kind) {
    return kind == CHAT_FACT_USER_SEEN || kind == CHAT_FACT_SESSION_USED;
}

struct chat_user_fact {
    chat_user_id id;
    struct str name, display_name, color, status_text;
    enum proto_user_kind kind;
    enum proto_user_role role;
    enum proto_status status; /* chosen: online, away or dnd */
    int64_t created_at_ms, last_seen_ms;
};

struct chat_session_fact {
    chat_session_id id;
    chat_user_id user;
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES];
    int64_t created_at_ms, used_at_ms;
    struct str agent, address;
};

struct chat_room_fact {
    chat_room_id id;
    struct str slug, name, topic;
    enum proto_room_kind kind;
    chat_user_id owner; /* 0: nobody (general) */
    int64_t created_at_ms;
    bool archived, announcement;
    int64_t slow_mode_s;
    int64_t last_seq; /* while loading; 0 in a new room */
};

struct chat_member_fact {
    chat_room_id room;
    chat_user_id user;
    enum proto_member_role role;
    int64_t joined_at_ms;
    int64_t read_seq;
    int64_t mentions; /* unread ones */
    enum proto_level level;
    bool favorite;
    int64_t position;              /* in the person's list of rooms; 0: nowhere */
    enum proto_gone_reason reason; /* LEFT and GONE only */
    struct str text;               /* GONE only: what the moderator said */
};

#define CHAT_MUTED_FOR_EVER PROTO_LIMIT_ID_MAX /* sanction.muted_until_ms: until it is lifted */

/* What a room holds against a person; it outlasts his membership. */
struct chat_sanction_fact {
    chat_room_id room;
    chat_user_id user;
    bool banned;
    chat_user_id banned_by;
    int64_t banned_at_ms;
    struct str reason;      /* of the ban */
    int64_t muted_until_ms; /* 0: not muted */
};

/* A message that somebody brought before the moderators. */
struct chat_report_fact {
    int64_t id; /* the pos of REPORT_NEW */
    chat_message_id message;
    chat_room_id room;
    chat_user_id by;     /* who reported, or resolved */
    chat_user_id author; /* of the message */
    struct str reason;
};

struct chat_block_fact {
    chat_user_id user, other; /* user has blocked other */
    bool on;
};

struct chat_message_fact {
    chat_message_id id;
    chat_room_id room;
    int64_t seq;
    chat_user_id author;
    struct str body, nonce;
    chat_message_id thread; /* the root; 0: said in the room itself. Then seq is the thread's */
    chat_user_id thread_author;
    chat_message_id twin;               /* the same in the room, or in the thread; 0: none */
    const struct proto_reply *reply_to; /* NULL: no reply */
    const int64_t *mentions;
    size_t mention_count;
    enum proto_mentions_all mentions_all;
    const struct proto_attachment
        *attachments; /* as they are shown; its own and its twin's are the same */
    size_t attachment_count;
    int64_t created_at_ms; /* while loading a room's newest message; else the fact's at_ms */
    int64_t edited_at_ms;  /* while loading; 0: never */
    bool deleted;          /* while loading */
};

/* A message is another. It holds all of the message, because the state does not. */
struct chat_change_fact {
    const struct proto_message *message; /* as it is from now on */
    struct str nonce;                    /* its nonce, which stays */
    chat_user_id user;                   /* REACTED: who, with what, or no longer */
    struct str emoji;
    bool on;
    /* EDITED and DELETED: whom it mentioned before */
    const int64_t *old_mentions;
    size_t old_mention_count;
    enum proto_mentions_all old_mentions_all;
    int64_t last_seq; /* of the room: nobody has more mentions than unread messages */
};

/* A thread as a person has it. */
struct chat_thread_fact {
    chat_user_id user;
    chat_room_id room;
    chat_message_id thread;
    bool following;
    int64_t read_seq;
    int64_t last_seq; /* of the thread: for the event */
};

struct chat_saved_fact {
    chat_user_id user;
    chat_message_id message;
    bool on;
};

struct chat_draft_fact {
    chat_user_id user;
    chat_room_id room;
    chat_message_id thread; /* the root; 0: in the room itself */
    struct str body;        /* empty: there is none any more */
};

struct chat_purge_fact {
    chat_room_id room;
    chat_user_id user;
    chat_message_id until; /* BEGUN: up to and with this message */
};

/* What somebody with rights has done, for those who look after the server. */
struct chat_audit_fact {
    chat_user_id by;   /* 0: the operator, on the command line */
    struct str act;    /* the command or the route: "room:kick", "POST /api/users" */
    chat_room_id room; /* 0: none */
    chat_user_id user; /* to whom; 0: nobody */
    struct str text;   /* what was said about it, or what became another; may be empty */
};

/* The hash stays in the store, where the chat asks for it (chat_port.h). */
struct chat_password_fact {
    chat_user_id user;
    struct str hash;
};

/* A name that the person has given up. */
struct chat_held_fact {
    struct str name;
    chat_user_id user;
    int64_t until_ms;
};

struct chat_ban_fact {
    chat_user_id user;
    chat_user_id by; /* 0: the operator, on the command line */
    int64_t banned_at_ms;
    struct str reason; /* may be empty */
};

struct chat_invite_fact {
    chat_invite_id id; /* the position of the fact that made it */
    chat_user_id by;
    enum proto_user_role role; /* of who registers with it */
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES];
    const int64_t *rooms;
    size_t room_count;
    struct str note; /* may be empty */
    int64_t created_at_ms;
    int64_t expires_at_ms;  /* 0: never */
    int64_t uses, uses_max; /* uses_max 0: no bound */
};

/* A file that was uploaded, and belongs to no message yet. Its bytes are on disk already. */
struct chat_file_fact {
    chat_file_id id; /* the position of the fact that made it */
    chat_user_id owner;
    struct str name, type;       /* as people see it */
    int64_t size, width, height; /* width and height 0: not known */
    struct str file;             /* its name on disk */
    unsigned char sum[CHAT_FILE_SUM_BYTES];
    int64_t thumb_size; /* of the small picture; 0: none */
    unsigned char thumb_sum[CHAT_FILE_SUM_BYTES];
};

struct chat_server_fact {
    struct str name;
    enum proto_registration_mode registration;
    bool guests;
};

struct chat_fact {
    enum chat_fact_kind kind;
    int64_t pos;   /* 0 until the core gives it, and while loading */
    int64_t at_ms; /* wall clock of the command */
    union {
        struct chat_user_fact user;
        struct chat_session_fact session;
        struct chat_room_fact room;
        struct chat_member_fact member;
        struct chat_message_fact message;
        struct chat_audit_fact audit;
        struct chat_change_fact change;
        struct chat_thread_fact thread;
        struct chat_saved_fact saved;
        struct chat_draft_fact draft;
        struct chat_purge_fact purge;
        struct chat_sanction_fact sanction;
        struct chat_block_fact block;
        struct chat_report_fact report;
        struct chat_password_fact password;
        struct chat_held_fact held;
        struct chat_ban_fact ban;
        struct chat_invite_fact invite;
        struct chat_server_fact server;
        struct chat_file_fact file;
    };
};

/* The room's one of two twins has the nonce of the other behind this, which no nonce of a client begins with. */
#define CHAT_TWIN_MARK '~'

/* The nonce as its sender knows it. */
static inline struct str chat_nonce_shown(struct str nonce) {
    return nonce.len > 0 && nonce.at[0] == CHAT_TWIN_MARK ? str_from(nonce, 1) : nonce;
}

/* What the fact does to a message, as clients are told; PROTO_CHANGE_NONE for other facts. */
static inline enum proto_change chat_fact_change(enum chat_fact_kind kind) {
    switch (kind) {
    case CHAT_FACT_MESSAGE_EDITED:
        return PROTO_CHANGE_EDIT;
    case CHAT_FACT_MESSAGE_DELETED:
        return PROTO_CHANGE_DELETE;
    case CHAT_FACT_MESSAGE_REACTED:
        return PROTO_CHANGE_REACT;
    case CHAT_FACT_MESSAGE_PINNED:
        return PROTO_CHANGE_PIN;
    case CHAT_FACT_MESSAGE_THREADED:
        return PROTO_CHANGE_THREAD;
    default:
        return PROTO_CHANGE_NONE;
    }
}

/* Who gets an event, live and from the log. */
enum chat_scope {
    CHAT_SCOPE_NONE,  /* no event */
    CHAT_SCOPE_ALL,   /* everybody */
    CHAT_SCOPE_ROOM,  /* the members of `room`, but `except_user` */
    CHAT_SCOPE_USER,  /* the connections of `user` */
    CHAT_SCOPE_PEERS, /* `user` and those who share a room with him: `rooms` */
    CHAT_SCOPE_WATCH, /* the users in `users` (presence above the crowd limit) */
};

struct chat_audience {
    enum chat_scope scope;
    chat_room_id room;
    chat_user_id user;
    chat_user_id except_user;
    const int64_t *rooms; /* PEERS */
    size_t room_count;
    const int64_t *users; /* WATCH */
    size_t user_count;
};
