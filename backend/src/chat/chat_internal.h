/* chat_internal.h: the state, and what the files of this folder know of each other.
 *
 *     struct chat ── users ─── struct chat_user ──┬── sessions ── struct chat_session
 *        │    └───── rooms ─── struct chat_room   │
 *        │                        └── members ── struct chat_member ── rooms ──┘
 *        └── presences ── struct chat_presence ── struct chat_connection        (not in the log)
 *
 * Durable structs point to each other; what survives a reload (presence, typing, rates) knows people and rooms by id,
 * and user.presence is the one bridge, set whenever either end appears.
 *
 * Thread: core, all of it.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "chat/chat.h"
#include "chat/chat_pack.h"
#include "chat/chat_rate.h"
#include "chat/chat_roll.h"

/* The state */

enum chat_user_text {
    CHAT_USER_NAME,
    CHAT_USER_FOLDED, /* the key of the name */
    CHAT_USER_DISPLAY_NAME,
    CHAT_USER_DISPLAY_FOLDED, /* empty when it is the same as CHAT_USER_FOLDED */
    CHAT_USER_COLOR,
    CHAT_USER_STATUS_TEXT,
    CHAT_USER_TEXT_COUNT
};

struct chat_user {
    chat_user_id id;
    char *texts;
    uint16_t text_lengths[CHAT_USER_TEXT_COUNT];
    uint8_t kind, role, status; /* of enum proto_user_kind, proto_user_role, proto_status */
    bool is_shut;               /* in chat.bans: nobody signs in with it */
    int64_t created_at_ms, last_seen_ms;
    struct chat_roll rooms; /* struct chat_member, by room */
    struct list sessions;
    struct chat_presence *presence; /* NULL: nobody is connected */
    struct chat_blocks *blocks;     /* NULL: he has blocked nobody */
};

enum chat_session_text { CHAT_SESSION_AGENT, CHAT_SESSION_ADDRESS, CHAT_SESSION_TEXT_COUNT };

struct chat_session {
    chat_session_id id;
    struct chat_user *user;
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES];
    int64_t created_at_ms, used_at_ms;
    int64_t created_mono_ms, used_mono_ms; /* the same; -1: before this process */
    char *texts;
    uint16_t text_lengths[CHAT_SESSION_TEXT_COUNT];
    struct list of_user;
    struct list queue;   /* chat.session_queue */
    int64_t check_at_ms; /* monotonic: when it is looked at next, whether it has ended */
};

enum chat_room_text {
    CHAT_ROOM_SLUG,
    CHAT_ROOM_NAME,
    CHAT_ROOM_TOPIC,
    CHAT_ROOM_SEARCH, /* name and topic, folded, a separator between */
    CHAT_ROOM_TEXT_COUNT
};

struct chat_room {
    chat_room_id id;
    char *texts;
    uint16_t text_lengths[CHAT_ROOM_TEXT_COUNT];
    uint8_t kind; /* of enum proto_room_kind */
    bool archived, announcement;
    chat_user_id owner;
    int64_t created_at_ms, slow_mode_s, last_seq;
    struct chat_roll members;    /* struct chat_member, by user */
    struct chat_roll sanctions;  /* struct chat_sanction, by user */
    struct chat_member **online; /* those of them who are online, in no order */
    uint32_t online_count, online_cap;
    uint32_t owner_count;   /* members with the role of owner */
    uint32_t mark;          /* chat.mark of the walk that saw the room last */
    struct chat_last *last; /* NULL: nothing was said yet */
};

#define CHAT_MEMBER_MENTIONS_MAX 0xFFFFFF
#define CHAT_JOINED_MASK         ((1ull << 44) - 1)
#define CHAT_POSITION_MASK       ((1ull << 20) - 1)

/* Small on purpose: a server has millions. Who is in a room is in both rolls. */
struct chat_member {
    struct chat_user *user;
    struct chat_room *room;
    uint64_t joined_at_ms : 44; /* until the year 2527 */
    uint64_t position : 20;     /* in the person's list of rooms; 0: nowhere */
    int64_t read_seq;
    uint32_t mentions : 24; /* unread ones; sticks at CHAT_MEMBER_MENTIONS_MAX */
    uint32_t role : 3;      /* enum proto_member_role */
    uint32_t level : 3;     /* enum proto_level */
    uint32_t favorite : 1;
    uint32_t online_at; /* index in room.online plus one; 0: offline */
};

/* What a room holds against a person, member or not. */
struct chat_sanction {
    chat_user_id user;
    bool banned;
    chat_user_id banned_by;
    int64_t banned_at_ms;
    int64_t muted_until_ms; /* 0: not muted */
    char *texts;
    uint16_t text_lengths[1]; /* why he was banned */
};

enum chat_last_text { CHAT_LAST_BODY, CHAT_LAST_EXCERPT, CHAT_LAST_TEXT_COUNT };

/* A room's newest message, as much as a preview needs. */
struct chat_last {
    chat_message_id id;
    int64_t seq, created_at_ms, edited_at_ms;
    chat_user_id author;
    char *texts;
    uint16_t text_lengths[CHAT_LAST_TEXT_COUNT];
    uint8_t mentions_all;
    bool deleted;
    chat_message_id reply_id; /* 0: no reply */
    int64_t reply_seq;
    chat_user_id reply_author;
    size_t mention_count;
    int64_t mentions[];
};

/* An account that is shut. */
struct chat_ban {
    chat_user_id user, by; /* by 0: the operator */
    int64_t banned_at_ms;
    char *reason; /* may be empty */
};

/* An invitation to the server, good or not any more. */
struct chat_invite {
    chat_invite_id id;
    chat_user_id by;
    enum proto_user_role role;
    unsigned char token_hash[CHAT_TOKEN_HASH_BYTES];
    char *note; /* may be empty */
    int64_t created_at_ms, expires_at_ms;
    int64_t uses, uses_max;
    size_t room_count;
    chat_room_id rooms[];
};

struct chat_share;
struct chat_purge;

/* One who is connected, or whose grace runs, or whose going is still to be told. */
struct chat_presence {
    chat_user_id user;
    bool is_online; /* connected, or in his grace */
    struct list connections;
    int64_t grace_end_ms;     /* monotonic; while `grace` is in a list */
    int64_t gone_at_ms;       /* wall clock of the last disconnect */
    struct list grace;        /* chat.graces */
    struct list changed;      /* chat.changed */
    struct chat_share *share; /* while presence is told in a crowd */
};

struct chat_connection {
    uint64_t key;
    struct chat_presence *presence;
    chat_session_id session;
    struct list of_user;
    struct chat_watch *watches; /* whom it watches */
    size_t watch_count;
    uint8_t sid_length, resumed_sid_length;
    char sids[]; /* the fresh sid, and the one that it asked to resume: it has one of them */
};

struct chat {
    struct chat_options options;
    struct chat_port port;

    /* Durable: what the facts say. chat_adopt exchanges everything from here up to `connections`. */
    struct chat_roll users;   /* struct chat_user */
    struct chat_roll rooms;   /* struct chat_room */
    struct chat_roll reports; /* struct chat_report: open ones */
    uint64_t *user_starts;    /* by place in users: which beginnings of words occur (chat_user.c) */
    size_t user_starts_cap;
    struct map names;          /* struct chat_user by folded name */
    struct map held_names;     /* struct chat_held by folded name */
    struct map slugs;          /* struct chat_room */
    struct map sessions;       /* struct chat_session by id */
    struct map tokens;         /* struct chat_session by token hash */
    struct list session_queue; /* the one to look at next first */
    struct chat_purge *purges; /* whose messages are being deleted, in no order */
    struct chat_roll bans;     /* struct chat_ban, by user */
    struct chat_roll invites;  /* struct chat_invite, by id */
    struct map invite_tokens;  /* struct chat_invite by the hash of its secret */
    size_t owner_count;        /* people with the role of owner */
    char *server_name;
    enum proto_registration_mode registration;
    bool guests;
    int64_t first_pos, last_pos;
    chat_user_id last_user;
    chat_room_id last_room;
    chat_message_id last_message;
    chat_session_id last_session;

    /* Not durable */
    struct map connections; /* struct chat_connection by key */
    struct map presences;   /* struct chat_presence by user */
    struct map watched;     /* struct chat_watched by user */
    struct list graces;     /* the one that ends next first */
    struct list changed;    /* whose presence is to be told */
    size_t online_count;
    int64_t told_at_ms; /* monotonic: the last presence event; INT64_MIN: never */
    struct map typing;  /* struct chat_typing by room and user */
    struct list typing_order;
    struct map pauses; /* struct chat_pause by room and user: slow mode */
    struct list pause_order;
    struct chat_rates rates;
    uint32_t mark;           /* of the walk over rooms that runs */
    int64_t now_ms, mono_ms; /* of the command, tick or load that runs */
};

/* A person in a room, where only ids are safe: a key of maps. */
struct chat_place {
    chat_room_id room;
    chat_user_id user;
};
static inline struct str chat_place_key(const struct chat_place *place) {
    return str_of((const char *)place, sizeof *place);
}

/* Looking things up: NULL when there is none */
struct chat_user *chat_user_find(const struct chat *chat, chat_user_id id);
struct chat_user *chat_user_find_name(const struct chat *chat, struct str folded);
struct chat_room *chat_room_find(const struct chat *chat, chat_room_id id);
struct chat_room *chat_room_find_slug(const struct chat *chat, struct str slug);
struct chat_member *chat_member_find(const struct chat_user *user, const struct chat_room *room);
struct chat_session *chat_session_find(const struct chat *chat, chat_session_id id);
/* There is one, or it is our bug. */
struct chat_user *chat_user_get(const struct chat *chat, chat_user_id id);
struct chat_room *chat_room_get(const struct chat *chat, chat_room_id id);
struct chat_member *chat_member_get(const struct chat *chat, chat_room_id room, chat_user_id user);

int64_t chat_user_id_of(const void *user);
int64_t chat_room_id_of(const void *room);
int64_t chat_member_user_of(const void *member);
int64_t chat_member_room_of(const void *member);

static inline struct str chat_user_text(const struct chat_user *user, enum chat_user_text which) {
    return chat_pack_get(user->texts, user->text_lengths, which);
}
static inline struct str chat_room_text(const struct chat_room *room, enum chat_room_text which) {
    return chat_pack_get(room->texts, room->text_lengths, which);
}
static inline struct str chat_session_text(const struct chat_session *session,
                                           enum chat_session_text which) {
    return chat_pack_get(session->texts, session->text_lengths, which);
}

/* Freeing, of the whole state: the indexes are dropped as a whole */
void chat_user_free(struct chat_user *user);
void chat_room_free(struct chat_room *room);
void chat_session_free(struct chat_session *session);
void chat_ban_free(struct chat_ban *ban);
void chat_invite_free(struct chat_invite *invite);
void chat_held_deinit(struct chat *chat);

/* Deciding */

/* One command while it is decided and answered. */
struct chat_turn {
    struct chat *chat;
    const struct chat_command *command;
    struct chat_outcome *outcome;
    struct arena *arena;
    struct chat_user *user;       /* who acts; NULL where nobody is known yet */
    struct chat_session *session; /* by which session; NULL also after its end */
};

typedef enum proto_error (*chat_decide_fn)(struct chat_turn *turn);
typedef const void *(*chat_answer_fn)(struct chat_turn *turn);

/* Says no: fills the error, takes back all facts and signals, returns `code`. An empty sentence: the code's own. */
enum proto_error chat_refuse(struct chat_turn *turn, enum proto_error code, struct str sentence);
enum proto_error chat_refuse_field(struct chat_turn *turn, enum proto_error code, const char *field,
                                   struct str sentence);
enum proto_error chat_refuse_wait(struct chat_turn *turn, int64_t wait_ms, struct str sentence);

/* Adds a zeroed fact or signal. Borrowed until the next one is added. */
struct chat_fact *chat_outcome_fact(struct chat_outcome *outcome, enum chat_fact_kind kind,
                                    int64_t at_ms);
struct chat_signal *chat_outcome_signal(struct chat_outcome *outcome, enum chat_signal_kind kind);
static inline struct chat_fact *chat_turn_fact(struct chat_turn *turn, enum chat_fact_kind kind) {
    return chat_outcome_fact(turn->outcome, kind, turn->command->now_ms);
}
/* The first fact of that kind that was decided; there is one. */
const struct chat_fact *chat_turn_decided(const struct chat_turn *turn, enum chat_fact_kind kind);

/* One function per implemented command; chat_command.c has the table. */
#define X(NAME, name) enum proto_error chat_on_##name(struct chat_turn *turn);
PROTO_COMMAND_IMPLEMENTED_MAP(X)
#undef X
enum proto_error chat_on_attach(struct chat_turn *turn);
enum proto_error chat_on_detach(struct chat_turn *turn);
enum proto_error chat_on_login(struct chat_turn *turn);
enum proto_error chat_on_whoami(struct chat_turn *turn);
enum proto_error chat_on_logout(struct chat_turn *turn);
enum proto_error chat_on_register(struct chat_turn *turn);
enum proto_error chat_on_password(struct chat_turn *turn);
enum proto_error chat_on_server(struct chat_turn *turn);
enum proto_error chat_on_invite_look(struct chat_turn *turn);
enum proto_error chat_on_operate(struct chat_turn *turn);
enum proto_error chat_on_upload(struct chat_turn *turn);
enum proto_error chat_on_file_add(struct chat_turn *turn);
enum proto_error chat_on_file_look(struct chat_turn *turn);

const void *chat_answer_sync(struct chat_turn *turn);
const void *chat_answer_session_list(struct chat_turn *turn);
const void *chat_answer_user_rename(struct chat_turn *turn);
const void *chat_answer_user_status(struct chat_turn *turn);
const void *chat_answer_user_list(struct chat_turn *turn);
const void *chat_answer_room_list(struct chat_turn *turn);
const void *chat_answer_room_mine(struct chat_turn *turn);
const void *chat_answer_room_create(struct chat_turn *turn);
const void *chat_answer_room_join(struct chat_turn *turn);
const void *chat_answer_room_update(struct chat_turn *turn);
const void *chat_answer_room_members(struct chat_turn *turn);
const void *chat_answer_room_me(struct chat_turn *turn);
const void *chat_answer_room_member(struct chat_turn *turn);
const void *chat_answer_room_bans(struct chat_turn *turn);
const void *chat_answer_room_read_all(struct chat_turn *turn);
const void *chat_answer_dm_open(struct chat_turn *turn);
const void *chat_answer_user_blocks(struct chat_turn *turn);
const void *chat_answer_report_list(struct chat_turn *turn);
const void *chat_answer_audit_list(struct chat_turn *turn);
const void *chat_answer_message_send(struct chat_turn *turn);
const void *chat_answer_message_history(struct chat_turn *turn);
const void *chat_answer_message(struct chat_turn *turn);
const void *chat_answer_message_versions(struct chat_turn *turn);
const void *chat_answer_message_pins(struct chat_turn *turn);
const void *chat_answer_message_search(struct chat_turn *turn);
const void *chat_answer_thread_me(struct chat_turn *turn);
const void *chat_answer_thread_list(struct chat_turn *turn);
const void *chat_answer_message_saved(struct chat_turn *turn);
const void *chat_answer_draft_list(struct chat_turn *turn);
const void *chat_answer_presence_watch(struct chat_turn *turn);
const void *chat_answer_attach(struct chat_turn *turn);
const void *chat_answer_user(struct chat_turn *turn);
const void *chat_answer_server_update(struct chat_turn *turn);
const void *chat_answer_server_role(struct chat_turn *turn);
const void *chat_answer_server_bans(struct chat_turn *turn);
const void *chat_answer_invite_create(struct chat_turn *turn);
const void *chat_answer_invite_list(struct chat_turn *turn);
const void *chat_answer_invite_use(struct chat_turn *turn);
const void *chat_answer_server(struct chat_turn *turn);
const void *chat_answer_invite_look(struct chat_turn *turn);
const void *chat_answer_operate(struct chat_turn *turn);
const void *chat_answer_file_add(struct chat_turn *turn);
const void *chat_answer_file_look(struct chat_turn *turn);

/* Items of a page: what was asked for, within the protocol's bounds; 0: not said. */
static inline size_t chat_page_limit(int64_t wanted) {
    if (wanted <= 0)
        return PROTO_LIMIT_PAGE_DEFAULT;
    return wanted < PROTO_LIMIT_HISTORY ? (size_t)wanted : PROTO_LIMIT_HISTORY;
}

/* Sessions */

/* Finds out who asks: fills turn.session and turn.user, notes the session's use. */
enum proto_error chat_session_resolve(struct chat_turn *turn);
/* The session of that token, unless it has ended by age or idleness; NULL. */
struct chat_session *chat_session_of_token(const struct chat *chat,
                                           const unsigned char hash[CHAT_TOKEN_HASH_BYTES]);
bool chat_session_is_alive(const struct chat *chat, const struct chat_session *session);
/* SESSION_USED, when the last one is ten minutes ago. */
void chat_session_use(struct chat_outcome *outcome, const struct chat_session *session,
                      struct str agent, struct str address, int64_t now_ms);
/* The end of a session: the fact, and the word to whoever holds its connections. */
void chat_session_end(struct chat_outcome *outcome, const struct chat_session *session,
                      int64_t now_ms);
/* Another token for a session that goes on: the fact, and the word to whoever holds its connections. */
void chat_session_rotate(struct chat_outcome *outcome, const struct chat_session *session,
                         const unsigned char hash[CHAT_TOKEN_HASH_BYTES], int64_t now_ms);
/* Facts of a new session. */
void chat_session_open(struct chat_turn *turn, chat_session_id id, chat_user_id user,
                       const unsigned char hash[CHAT_TOKEN_HASH_BYTES], struct str agent,
                       struct str address);

/* Evolving */
void chat_apply_user_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_user_changed(struct chat *chat, const struct chat_fact *fact);
void chat_apply_user_status(struct chat *chat, const struct chat_fact *fact);
void chat_apply_user_seen(struct chat *chat, const struct chat_fact *fact);
void chat_apply_audit(struct chat *chat, const struct chat_fact *fact);
void chat_apply_password_set(struct chat *chat, const struct chat_fact *fact);
void chat_apply_account_shut(struct chat *chat, const struct chat_fact *fact);
void chat_apply_account_opened(struct chat *chat, const struct chat_fact *fact);
void chat_apply_invite_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_invite_used(struct chat *chat, const struct chat_fact *fact);
void chat_apply_invite_rooms(struct chat *chat, const struct chat_fact *fact);
void chat_apply_invite_ended(struct chat *chat, const struct chat_fact *fact);
void chat_apply_name_held(struct chat *chat, const struct chat_fact *fact);
void chat_apply_server_changed(struct chat *chat, const struct chat_fact *fact);
void chat_apply_file_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_session_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_session_used(struct chat *chat, const struct chat_fact *fact);
void chat_apply_session_token(struct chat *chat, const struct chat_fact *fact);
void chat_apply_session_ended(struct chat *chat, const struct chat_fact *fact);
void chat_apply_room_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_room_changed(struct chat *chat, const struct chat_fact *fact);
void chat_apply_member_joined(struct chat *chat, const struct chat_fact *fact);
void chat_apply_member_changed(struct chat *chat, const struct chat_fact *fact);
void chat_apply_member_left(struct chat *chat, const struct chat_fact *fact);
void chat_apply_member_me(struct chat *chat, const struct chat_fact *fact);
void chat_apply_sanction(struct chat *chat, const struct chat_fact *fact);
void chat_apply_block(struct chat *chat, const struct chat_fact *fact);
void chat_apply_report_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_report_done(struct chat *chat, const struct chat_fact *fact);
void chat_apply_message_new(struct chat *chat, const struct chat_fact *fact);
void chat_apply_message_changed(struct chat *chat, const struct chat_fact *fact);
void chat_apply_thread_me(struct chat *chat, const struct chat_fact *fact);
struct proto_thread_me *chat_thread_view(const struct chat_thread_fact *thread,
                                         struct arena *arena);
void chat_apply_saved(struct chat *chat, const struct chat_fact *fact);
void chat_apply_draft(struct chat *chat, const struct chat_fact *fact);
void chat_apply_purge_begun(struct chat *chat, const struct chat_fact *fact);
void chat_apply_purge_ended(struct chat *chat, const struct chat_fact *fact);

/* The newest message of a room */

/* MESSAGE_NEW: this is the newest one now, or while loading the one that there is. */
void chat_last_set(struct chat_room *room, const struct chat_fact *fact);
/* A message was edited or deleted: if the preview shows it, or an answer to it, it shows what is left. */
void chat_last_change(struct chat_room *room, const struct proto_message *message);
void chat_last_free(struct chat_last *last);

/* Deleting all that a person said */

/* Adds the facts that delete what `user` has said in the room: the first ones at once, the others come by and by in ticks.
 * Refuses when the store does not answer. For commands that throw somebody out. */
enum proto_error chat_purge_begin(struct chat_turn *turn, const struct chat_room *room,
                                  chat_user_id user);
void chat_purge_deinit(struct chat *chat);

/* Presence */

/* The status that others see: the chosen one of who is online, else offline. */
enum proto_status chat_presence_status(const struct chat_user *user);
bool chat_presence_is_online(const struct chat_user *user);
/* His presence is to be told with the next event. Harmless for one who is offline. */
void chat_presence_touch(struct chat *chat, const struct chat_user *user);
/* A new connection of `user`, who may not exist yet (a guest about to be made). */
struct chat_connection *chat_presence_connect(struct chat *chat, uint64_t key, chat_user_id user,
                                              chat_session_id session, struct str sid,
                                              struct str resumed_sid);
void chat_presence_disconnect(struct chat *chat, struct chat_connection *connection);
/* Joins a user that has just appeared with his presence, if he has one. */
void chat_presence_adopt(struct chat *chat, struct chat_user *user);
/* A membership has appeared or goes: the room's list of those online follows. */
void chat_presence_enter_room(struct chat_member *member);
void chat_presence_leave_room(struct chat_member *member);
/* Before `beside` takes the place of what `chat` says of its people: who is another there, for his status could not be
 * saved, is told anew. It may have been told already. */
void chat_presence_compare(struct chat *chat, const struct chat *beside);
/* Drops the connections whose session is gone, and presences without a user. */
void chat_presence_reload(struct chat *chat);
void chat_presence_deinit(struct chat *chat);
/* Ends the presence of one who is offline and whose going was told. */
void chat_presence_free(struct chat *chat, struct chat_presence *presence);
/* The connection of that session that has this sid, or NULL. */
struct chat_connection *chat_connection_of_sid(const struct chat *chat,
                                               const struct chat_session *session, struct str sid);
/* How many connections it has; counting ends at `max`. */
size_t chat_session_connections(const struct chat_session *session, size_t max);
bool chat_session_is_connected(const struct chat_session *session);

/* Whom a connection watches */
struct chat_watched; /* one who is watched */
struct chat_watch {
    struct list node; /* chat_watched.watchers */
    struct chat_watched *whom;
    struct chat_connection *by;
};
struct chat_watched {
    chat_user_id user;
    struct list watchers;
};
void chat_watch_set(struct chat *chat, struct chat_connection *connection, const int64_t *users,
                    size_t count);

/* Typing */
/* Ends a typing mark, if there is one, and tells the room. */
void chat_typing_end(struct chat *chat, struct chat_outcome *outcome, chat_room_id room,
                     chat_user_id user);
void chat_typing_deinit(struct chat *chat);

/* Slow mode */
/* Milliseconds until the person may send again in the room; 0: now. */
int64_t chat_pause_left(struct chat *chat, const struct chat_room *room, chat_user_id user);
/* His message at that position has happened. */
void chat_pause_start(struct chat *chat, const struct chat_room *room, chat_user_id user,
                      int64_t pos);
/* Forgets the pauses of messages that are not in the log after all. */
void chat_pause_reload(struct chat *chat);
void chat_pause_deinit(struct chat *chat);

/* What time brings; each pair has a row in chat_tick.c */
int64_t chat_news_due_ms(const struct chat *chat);
void chat_news_tick(struct chat *chat, struct chat_outcome *outcome);
int64_t chat_grace_due_ms(const struct chat *chat);
void chat_grace_tick(struct chat *chat, struct chat_outcome *outcome);
int64_t chat_typing_due_ms(const struct chat *chat);
void chat_typing_tick(struct chat *chat, struct chat_outcome *outcome);
int64_t chat_purge_due_ms(const struct chat *chat);
void chat_purge_tick(struct chat *chat, struct chat_outcome *outcome);
int64_t chat_session_due_ms(const struct chat *chat);
void chat_session_tick(struct chat *chat, struct chat_outcome *outcome);

/* People and membership */

/* Decides the facts of a new guest: user, session, member of `general`. Fills note.user and note.session. */
enum proto_error chat_guest_make(struct chat_turn *turn, const struct chat_login *login);
/* The fact that puts a person into a room, as one who has read everything. */
void chat_member_join(struct chat_turn *turn, const struct chat_room *room, chat_room_id room_id,
                      chat_user_id user, enum proto_member_role role);
/* The answer to a name that is taken, with one that is free. */
/* Has nobody that folded name, nor given it up a short while ago? `own`: whose it may be; 0: nobody's. */
bool chat_name_is_free(const struct chat *chat, struct str folded, chat_user_id own);
/* The fact that the person's name stays his, when the one that he takes is another. */
void chat_name_hold(struct chat_turn *turn, const struct chat_user *user, struct str folded_now);
enum proto_error chat_user_refuse_name(struct chat_turn *turn, struct str name);

/* Attempts to sign in. Takes one, or refuses; `user` NULL: nobody of that name. */
enum proto_error chat_login_take(struct chat_turn *turn, struct str folded, struct str address,
                                 const struct chat_user *user);
/* Gives it back: it was right. */
void chat_login_give(struct chat_turn *turn, struct str folded, struct str address);

/* Invitations */
/* The one of that secret that is good now, or refuses. */
enum proto_error chat_invite_find(struct chat_turn *turn, struct str secret,
                                  const struct chat_invite **out);
void chat_invite_use(struct chat_turn *turn, const struct chat_invite *invite);
/* Puts a person, who is in `room_count` rooms, into those of the invitation; `user` NULL: he is new. Returns how many. */
size_t chat_invite_join(struct chat_turn *turn, const struct chat_invite *invite,
                        const struct chat_user *user, chat_user_id user_id, size_t room_count);
int64_t chat_invite_id_of(const void *invite);
/* As clients see it: its note is for those who may make invitations, and of its rooms there are those that exist for who asks. */
void chat_invite_view(const struct chat_turn *turn, const struct chat_invite *invite,
                      struct proto_invite *out);

/* The server */
void chat_server_init(struct chat *chat);
void chat_server_deinit(struct chat *chat);
/* May this person have that role, whoever gives it? Or refuses. */
enum proto_error chat_admin_check_role(struct chat_turn *turn, const struct chat_user *other,
                                       enum proto_user_role role);
/* Gives it, and notes it under the name of `act`. */
void chat_admin_give_role(struct chat_turn *turn, struct chat_user *other,
                          enum proto_user_role role, struct str act);

/* Notes what the person who acts has done with his rights; 0: no room, nobody. `act` is static, `text` copied. */
void chat_audit(struct chat_turn *turn, struct str act, chat_room_id room, chat_user_id user,
                struct str text);
/* The facts that take a member out of a room, with all that follows: his typing ends, the room gets another owner. */
void chat_member_put_out(struct chat_turn *turn, const struct chat_member *member,
                         enum proto_gone_reason reason, struct str text);
/* The member as he is, as a fact to be changed. */
struct chat_member_fact chat_member_fact_of(const struct chat_member *member);
/* True when the room would be without an owner if that one left. */
bool chat_member_is_last_owner(const struct chat_member *member);
/* The fact that names another owner of the room, where `user` was it and no longer will be. */
void chat_room_hand_on(struct chat_turn *turn, const struct chat_room *room, chat_user_id user);
/* The room as it stands; its texts in the arena, because the fact replaces them. */
struct chat_room_fact chat_room_fact_of(const struct chat_room *room, struct arena *arena);

/* Sanctions: NULL when there is none */
const struct chat_sanction *chat_sanction_find(const struct chat_room *room, chat_user_id user);
bool chat_sanction_is_banned(const struct chat_room *room, chat_user_id user);
/* Until when the person may not write in the room, in wall-clock time; 0: he may now. */
int64_t chat_sanction_muted_until(const struct chat *chat, const struct chat_room *room,
                                  chat_user_id user);
void chat_sanction_free(struct chat_sanction *sanction);

/* Frees the open reports. */
void chat_report_deinit(struct chat *chat);

/* Blocking */
struct chat_blocks; /* whom one person has blocked */
/* Has `user` blocked `other`? */
bool chat_block_has(const struct chat_user *user, chat_user_id other);

/* The fact that holds everything of a user as it is, to be changed and told. */
struct chat_fact *chat_user_fact_of(struct chat_turn *turn, enum chat_fact_kind kind);
