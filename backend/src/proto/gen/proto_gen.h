/* proto_gen.h: every command, event, object, limit and error of the protocol, as C.
 *
 * Generated from protocol/ by tools/gen_protocol.py; change those and run `make gen`.
 * How a field lies in its struct: proto_table.h.
 *
 * SPDX-License-Identifier: MIT
 */
/* clang-format off */
#pragma once

#include "proto/proto_table.h"

/* Limits */
#define PROTO_LIMIT_ID_MAX 9007199254740991 /* Ids, positions and sequence numbers: what JavaScript counts exactly (2^53 - 1). */
#define PROTO_LIMIT_PAYLOAD_BYTES 131072 /* One packet, one HTTP request with JSON (`maxPayload`). */
#define PROTO_LIMIT_BODY_BYTES 16384 /* The body of a message, after normalisation. */
#define PROTO_LIMIT_UPLOAD_BYTES 26214400 /* One uploaded file, unless the server says otherwise in `ready`. */
#define PROTO_LIMIT_HISTORY 200 /* Items of one page, whatever the list; a greater `limit` counts as this. */
#define PROTO_LIMIT_PAGE_DEFAULT 50 /* Items of a page when `limit` is not given. */
#define PROTO_LIMIT_JOIN_MEMBERS 200 /* Members in the answer to `room:join`. */
#define PROTO_LIMIT_JOIN_MESSAGES 50 /* Messages in the answer to `room:join`. */
#define PROTO_LIMIT_READY_USERS 200 /* People in `ready`. */
#define PROTO_LIMIT_SYNC_EVENTS 500 /* Events in the answer to one `sync`. */
#define PROTO_LIMIT_RESUME_EVENTS 1000 /* Missed events that a resumed connection is sent; with more it starts afresh. */
#define PROTO_LIMIT_WATCH_USERS 200 /* People that a connection can watch. */
#define PROTO_LIMIT_ATTACHMENTS 10 /* Attachments of a message. */
#define PROTO_LIMIT_REACTION_KINDS 50 /* Different emoji on a message. */
#define PROTO_LIMIT_REACTION_USERS 20 /* People named with a reaction; `count` counts all. */
#define PROTO_LIMIT_SAVED 1000 /* Messages that a person can have saved. */
#define PROTO_LIMIT_DRAFTS 50 /* Drafts that are kept of a person. */
#define PROTO_LIMIT_VERSIONS 50 /* Texts that are kept of a message: the first one, and of the others the latest. */
#define PROTO_LIMIT_DM_USERS 8 /* Others in a direct message. */
#define PROTO_LIMIT_POSITION 1000000 /* The greatest number to sort rooms by. */
#define PROTO_LIMIT_BLOCKS_PER_USER 1000 /* People that a person can block. */
#define PROTO_LIMIT_REPORTS 50 /* Items of a page of `report:list`. */
#define PROTO_LIMIT_OPEN_REPORTS 10000 /* Reports that wait for a moderator; more are `unavailable`. */
#define PROTO_LIMIT_ROOMS_PER_USER 1000 /* Rooms that a person can be in. */
#define PROTO_LIMIT_MENTION_ALL_MEMBERS 50 /* In rooms of up to so many members everybody may write `@here` and `@room`. */
#define PROTO_LIMIT_USER_NAME_CHARS 32 /* A user's `name`. */
#define PROTO_LIMIT_DISPLAY_NAME_CHARS 64 /* A user's `display_name`. */
#define PROTO_LIMIT_ROOM_NAME_CHARS 64 /* A room's `name`. */
#define PROTO_LIMIT_SLUG_CHARS 80 /* A room's `slug`: its name, and a number when that was taken. */
#define PROTO_LIMIT_TOPIC_CHARS 250 /* A room's `topic`. */
#define PROTO_LIMIT_REASON_CHARS 250 /* Why somebody was kicked or banned. */
#define PROTO_LIMIT_STATUS_TEXT_CHARS 100 /* A user's `status_text`. */
#define PROTO_LIMIT_QUERY_CHARS 200 /* A `query`; what is longer is cut there. */
#define PROTO_LIMIT_EXCERPT_CHARS 140 /* What a reply shows of the message it answers. */
#define PROTO_LIMIT_EMOJI_BYTES 64 /* One emoji sequence. */
#define PROTO_LIMIT_NONCE_BYTES_MIN 8 /* A nonce, at least. */
#define PROTO_LIMIT_NONCE_BYTES 64 /* A nonce, at most. */
#define PROTO_LIMIT_PASSWORD_BYTES_MIN 10 /* A password, at least. */
#define PROTO_LIMIT_PASSWORD_BYTES 256 /* A password, at most. */
#define PROTO_LIMIT_SERVER_NAME_CHARS 64 /* What the server calls itself. */
#define PROTO_LIMIT_INVITES 1000 /* Invitations to the server that are kept; revoke some to make more. */
#define PROTO_LIMIT_INVITE_ROOMS 20 /* Rooms of one invitation. */
#define PROTO_LIMIT_INVITE_USES 10000 /* How often an invitation may be used, at most, unless it is without bound. */
#define PROTO_LIMIT_INVITE_S 31536000 /* How long an invitation is good, at most, unless for ever: a year. */
#define PROTO_LIMIT_SLOW_MODE_S 21600 /* The longest pause between two messages of one person that a room can ask for: six hours. */
#define PROTO_LIMIT_TYPING_MS 6000 /* A typing mark ends so long after the last `typing`. */
#define PROTO_LIMIT_OFFLINE_GRACE_MS 5000 /* After the last connection of a person went, unless configured: a page reload shows nobody leaving. */
#define PROTO_LIMIT_PRESENCE_USERS 1000 /* Above so many people online presence is sent only for direct messages and watched users. */
#define PROTO_LIMIT_PRESENCE_MS 500 /* Presence changes are gathered for so long: at most two events a second. */

/* Enumerations: 0 is always `absent` */
/* `dnd`: do not disturb. */
enum proto_status {
    PROTO_STATUS_NONE = 0,
    PROTO_STATUS_ONLINE,
    PROTO_STATUS_AWAY,
    PROTO_STATUS_DND,
    PROTO_STATUS_OFFLINE,
};
extern const struct proto_enum proto_status_enum;

/* A guest is a person without a password. */
enum proto_user_kind {
    PROTO_USER_KIND_NONE = 0,
    PROTO_USER_KIND_GUEST,
    PROTO_USER_KIND_MEMBER,
    PROTO_USER_KIND_BOT,
};
extern const struct proto_enum proto_user_kind_enum;

/* In the server: owner > admin > member = guest. */
enum proto_user_role {
    PROTO_USER_ROLE_NONE = 0,
    PROTO_USER_ROLE_OWNER,
    PROTO_USER_ROLE_ADMIN,
    PROTO_USER_ROLE_MEMBER,
    PROTO_USER_ROLE_GUEST,
};
extern const struct proto_enum proto_user_role_enum;

/* `dm` is a direct message: nobody joins or leaves. */
enum proto_room_kind {
    PROTO_ROOM_KIND_NONE = 0,
    PROTO_ROOM_KIND_PUBLIC,
    PROTO_ROOM_KIND_PRIVATE,
    PROTO_ROOM_KIND_DM,
};
extern const struct proto_enum proto_room_kind_enum;

/* Who may make an account: everybody, who has an invitation, nobody (but the operator, on the
 * command line). */
enum proto_registration_mode {
    PROTO_REGISTRATION_MODE_NONE = 0,
    PROTO_REGISTRATION_MODE_OPEN,
    PROTO_REGISTRATION_MODE_INVITE,
    PROTO_REGISTRATION_MODE_CLOSED,
};
extern const struct proto_enum proto_registration_mode_enum;

/* In a room: owner > moderator > member. */
enum proto_member_role {
    PROTO_MEMBER_ROLE_NONE = 0,
    PROTO_MEMBER_ROLE_OWNER,
    PROTO_MEMBER_ROLE_MODERATOR,
    PROTO_MEMBER_ROLE_MEMBER,
};
extern const struct proto_enum proto_member_role_enum;

/* What a person is notified of in a room. */
enum proto_level {
    PROTO_LEVEL_UNSET = 0,
    PROTO_LEVEL_ALL,
    PROTO_LEVEL_MENTIONS,
    PROTO_LEVEL_NOTHING,
};
extern const struct proto_enum proto_level_enum;

/* What happened to a message; `thread`: a reply was added to its thread. */
enum proto_change {
    PROTO_CHANGE_NONE = 0,
    PROTO_CHANGE_EDIT,
    PROTO_CHANGE_DELETE,
    PROTO_CHANGE_REACT,
    PROTO_CHANGE_PIN,
    PROTO_CHANGE_THREAD,
};
extern const struct proto_enum proto_change_enum;

/* Why somebody is no longer in a room. */
enum proto_gone_reason {
    PROTO_GONE_REASON_NONE = 0,
    PROTO_GONE_REASON_LEFT,
    PROTO_GONE_REASON_KICKED,
    PROTO_GONE_REASON_BANNED,
};
extern const struct proto_enum proto_gone_reason_enum;

/* `here`: those online, `room`: everybody in the room. */
enum proto_mentions_all {
    PROTO_MENTIONS_ALL_NONE = 0,
    PROTO_MENTIONS_ALL_HERE,
    PROTO_MENTIONS_ALL_ROOM,
};
extern const struct proto_enum proto_mentions_all_enum;

/* More may come; clients show `message`. */
enum proto_notice_code {
    PROTO_NOTICE_CODE_NONE = 0,
    PROTO_NOTICE_CODE_SERVER_RESTART,
    PROTO_NOTICE_CODE_SESSION_ENDED,
    PROTO_NOTICE_CODE_SLOW_DOWN,
    PROTO_NOTICE_CODE_READ_ONLY,
};
extern const struct proto_enum proto_notice_code_enum;

/* See Errors. */
enum proto_error {
    PROTO_OK = 0,
    PROTO_BAD_REQUEST,
    PROTO_UNAUTHORIZED,
    PROTO_FORBIDDEN,
    PROTO_NOT_FOUND,
    PROTO_CONFLICT,
    PROTO_TOO_LARGE,
    PROTO_RATE_LIMITED,
    PROTO_UNAVAILABLE,
    PROTO_INTERNAL,
};
extern const struct proto_enum proto_error_enum;
#define PROTO_ERROR_COUNT 10

enum proto_bucket {
    PROTO_BUCKET_MESSAGE,
    PROTO_BUCKET_ACT,
    PROTO_BUCKET_READ,
    PROTO_BUCKET_SIGNAL,
    PROTO_BUCKET_SEARCH,
    PROTO_BUCKET_INVITE,
    PROTO_BUCKET_UPLOAD,
    PROTO_BUCKET_FILE,
    PROTO_BUCKET_COUNT
};

/* Client to server */
enum proto_command {
    PROTO_COMMAND_NONE = 0,
    PROTO_COMMAND_SYNC,
    PROTO_COMMAND_SESSION_LIST,
    PROTO_COMMAND_SESSION_REVOKE,
    PROTO_COMMAND_USER_RENAME,
    PROTO_COMMAND_USER_STATUS,
    PROTO_COMMAND_USER_LIST,
    PROTO_COMMAND_USER_BLOCK,
    PROTO_COMMAND_USER_BLOCKS,
    PROTO_COMMAND_ROOM_LIST,
    PROTO_COMMAND_ROOM_MINE,
    PROTO_COMMAND_ROOM_CREATE,
    PROTO_COMMAND_ROOM_JOIN,
    PROTO_COMMAND_ROOM_LEAVE,
    PROTO_COMMAND_ROOM_UPDATE,
    PROTO_COMMAND_ROOM_MEMBERS,
    PROTO_COMMAND_ROOM_INVITE,
    PROTO_COMMAND_ROOM_KICK,
    PROTO_COMMAND_ROOM_BAN,
    PROTO_COMMAND_ROOM_BANS,
    PROTO_COMMAND_ROOM_MUTE,
    PROTO_COMMAND_ROOM_ROLE,
    PROTO_COMMAND_ROOM_ARCHIVE,
    PROTO_COMMAND_ROOM_READ,
    PROTO_COMMAND_ROOM_READ_ALL,
    PROTO_COMMAND_ROOM_UNREAD,
    PROTO_COMMAND_ROOM_PREFS,
    PROTO_COMMAND_DM_OPEN,
    PROTO_COMMAND_MESSAGE_SEND,
    PROTO_COMMAND_MESSAGE_EDIT,
    PROTO_COMMAND_MESSAGE_DELETE,
    PROTO_COMMAND_MESSAGE_REACT,
    PROTO_COMMAND_MESSAGE_PIN,
    PROTO_COMMAND_MESSAGE_PINS,
    PROTO_COMMAND_MESSAGE_HISTORY,
    PROTO_COMMAND_MESSAGE_VERSIONS,
    PROTO_COMMAND_MESSAGE_GET,
    PROTO_COMMAND_MESSAGE_SEARCH,
    PROTO_COMMAND_MESSAGE_REPORT,
    PROTO_COMMAND_REPORT_LIST,
    PROTO_COMMAND_REPORT_RESOLVE,
    PROTO_COMMAND_AUDIT_LIST,
    PROTO_COMMAND_THREAD_FOLLOW,
    PROTO_COMMAND_THREAD_READ,
    PROTO_COMMAND_THREAD_LIST,
    PROTO_COMMAND_MESSAGE_SAVE,
    PROTO_COMMAND_MESSAGE_SAVED,
    PROTO_COMMAND_DRAFT_SET,
    PROTO_COMMAND_DRAFT_LIST,
    PROTO_COMMAND_PRESENCE_WATCH,
    PROTO_COMMAND_TYPING,
    PROTO_COMMAND_SERVER_UPDATE,
    PROTO_COMMAND_SERVER_ROLE,
    PROTO_COMMAND_SERVER_BAN,
    PROTO_COMMAND_SERVER_BANS,
    PROTO_COMMAND_INVITE_CREATE,
    PROTO_COMMAND_INVITE_LIST,
    PROTO_COMMAND_INVITE_REVOKE,
    PROTO_COMMAND_INVITE_USE,
    PROTO_COMMAND_COUNT
};

/* Server to client */
enum proto_event {
    PROTO_EVENT_NONE = 0,
    PROTO_EVENT_READY,
    PROTO_EVENT_NOTICE,
    PROTO_EVENT_USER_CHANGED,
    PROTO_EVENT_USER_BLOCKED,
    PROTO_EVENT_ROOM_NEW,
    PROTO_EVENT_ROOM_CHANGED,
    PROTO_EVENT_ROOM_GONE,
    PROTO_EVENT_ROOM_ME,
    PROTO_EVENT_MEMBER_JOINED,
    PROTO_EVENT_MEMBER_CHANGED,
    PROTO_EVENT_MEMBER_LEFT,
    PROTO_EVENT_MESSAGE_NEW,
    PROTO_EVENT_MESSAGE_CHANGED,
    PROTO_EVENT_REPORT_CHANGED,
    PROTO_EVENT_THREAD_ME,
    PROTO_EVENT_SAVED_CHANGED,
    PROTO_EVENT_DRAFT_CHANGED,
    PROTO_EVENT_PRESENCE,
    PROTO_EVENT_TYPING,
    PROTO_EVENT_SERVER_CHANGED,
    PROTO_EVENT_COUNT
};

/* X(NAME, name) for all commands, for those that are implemented, and for all events. */
#define PROTO_COMMAND_MAP(X) \
    X(SYNC, sync) \
    X(SESSION_LIST, session_list) \
    X(SESSION_REVOKE, session_revoke) \
    X(USER_RENAME, user_rename) \
    X(USER_STATUS, user_status) \
    X(USER_LIST, user_list) \
    X(USER_BLOCK, user_block) \
    X(USER_BLOCKS, user_blocks) \
    X(ROOM_LIST, room_list) \
    X(ROOM_MINE, room_mine) \
    X(ROOM_CREATE, room_create) \
    X(ROOM_JOIN, room_join) \
    X(ROOM_LEAVE, room_leave) \
    X(ROOM_UPDATE, room_update) \
    X(ROOM_MEMBERS, room_members) \
    X(ROOM_INVITE, room_invite) \
    X(ROOM_KICK, room_kick) \
    X(ROOM_BAN, room_ban) \
    X(ROOM_BANS, room_bans) \
    X(ROOM_MUTE, room_mute) \
    X(ROOM_ROLE, room_role) \
    X(ROOM_ARCHIVE, room_archive) \
    X(ROOM_READ, room_read) \
    X(ROOM_READ_ALL, room_read_all) \
    X(ROOM_UNREAD, room_unread) \
    X(ROOM_PREFS, room_prefs) \
    X(DM_OPEN, dm_open) \
    X(MESSAGE_SEND, message_send) \
    X(MESSAGE_EDIT, message_edit) \
    X(MESSAGE_DELETE, message_delete) \
    X(MESSAGE_REACT, message_react) \
    X(MESSAGE_PIN, message_pin) \
    X(MESSAGE_PINS, message_pins) \
    X(MESSAGE_HISTORY, message_history) \
    X(MESSAGE_VERSIONS, message_versions) \
    X(MESSAGE_GET, message_get) \
    X(MESSAGE_SEARCH, message_search) \
    X(MESSAGE_REPORT, message_report) \
    X(REPORT_LIST, report_list) \
    X(REPORT_RESOLVE, report_resolve) \
    X(AUDIT_LIST, audit_list) \
    X(THREAD_FOLLOW, thread_follow) \
    X(THREAD_READ, thread_read) \
    X(THREAD_LIST, thread_list) \
    X(MESSAGE_SAVE, message_save) \
    X(MESSAGE_SAVED, message_saved) \
    X(DRAFT_SET, draft_set) \
    X(DRAFT_LIST, draft_list) \
    X(PRESENCE_WATCH, presence_watch) \
    X(TYPING, typing) \
    X(SERVER_UPDATE, server_update) \
    X(SERVER_ROLE, server_role) \
    X(SERVER_BAN, server_ban) \
    X(SERVER_BANS, server_bans) \
    X(INVITE_CREATE, invite_create) \
    X(INVITE_LIST, invite_list) \
    X(INVITE_REVOKE, invite_revoke) \
    X(INVITE_USE, invite_use)
#define PROTO_COMMAND_IMPLEMENTED_MAP(X) \
    X(SYNC, sync) \
    X(SESSION_LIST, session_list) \
    X(SESSION_REVOKE, session_revoke) \
    X(USER_RENAME, user_rename) \
    X(USER_STATUS, user_status) \
    X(USER_LIST, user_list) \
    X(USER_BLOCK, user_block) \
    X(USER_BLOCKS, user_blocks) \
    X(ROOM_LIST, room_list) \
    X(ROOM_MINE, room_mine) \
    X(ROOM_CREATE, room_create) \
    X(ROOM_JOIN, room_join) \
    X(ROOM_LEAVE, room_leave) \
    X(ROOM_UPDATE, room_update) \
    X(ROOM_MEMBERS, room_members) \
    X(ROOM_INVITE, room_invite) \
    X(ROOM_KICK, room_kick) \
    X(ROOM_BAN, room_ban) \
    X(ROOM_BANS, room_bans) \
    X(ROOM_MUTE, room_mute) \
    X(ROOM_ROLE, room_role) \
    X(ROOM_ARCHIVE, room_archive) \
    X(ROOM_READ, room_read) \
    X(ROOM_READ_ALL, room_read_all) \
    X(ROOM_UNREAD, room_unread) \
    X(ROOM_PREFS, room_prefs) \
    X(DM_OPEN, dm_open) \
    X(MESSAGE_SEND, message_send) \
    X(MESSAGE_EDIT, message_edit) \
    X(MESSAGE_DELETE, message_delete) \
    X(MESSAGE_REACT, message_react) \
    X(MESSAGE_PIN, message_pin) \
    X(MESSAGE_PINS, message_pins) \
    X(MESSAGE_HISTORY, message_history) \
    X(MESSAGE_VERSIONS, message_versions) \
    X(MESSAGE_GET, message_get) \
    X(MESSAGE_SEARCH, message_search) \
    X(MESSAGE_REPORT, message_report) \
    X(REPORT_LIST, report_list) \
    X(REPORT_RESOLVE, report_resolve) \
    X(AUDIT_LIST, audit_list) \
    X(THREAD_FOLLOW, thread_follow) \
    X(THREAD_READ, thread_read) \
    X(THREAD_LIST, thread_list) \
    X(MESSAGE_SAVE, message_save) \
    X(MESSAGE_SAVED, message_saved) \
    X(DRAFT_SET, draft_set) \
    X(DRAFT_LIST, draft_list) \
    X(PRESENCE_WATCH, presence_watch) \
    X(TYPING, typing) \
    X(SERVER_UPDATE, server_update) \
    X(SERVER_ROLE, server_role) \
    X(SERVER_BAN, server_ban) \
    X(SERVER_BANS, server_bans) \
    X(INVITE_CREATE, invite_create) \
    X(INVITE_LIST, invite_list) \
    X(INVITE_REVOKE, invite_revoke) \
    X(INVITE_USE, invite_use)
#define PROTO_EVENT_MAP(X) \
    X(READY, ready) \
    X(NOTICE, notice) \
    X(USER_CHANGED, user_changed) \
    X(USER_BLOCKED, user_blocked) \
    X(ROOM_NEW, room_new) \
    X(ROOM_CHANGED, room_changed) \
    X(ROOM_GONE, room_gone) \
    X(ROOM_ME, room_me) \
    X(MEMBER_JOINED, member_joined) \
    X(MEMBER_CHANGED, member_changed) \
    X(MEMBER_LEFT, member_left) \
    X(MESSAGE_NEW, message_new) \
    X(MESSAGE_CHANGED, message_changed) \
    X(REPORT_CHANGED, report_changed) \
    X(THREAD_ME, thread_me) \
    X(SAVED_CHANGED, saved_changed) \
    X(DRAFT_CHANGED, draft_changed) \
    X(PRESENCE, presence) \
    X(TYPING, typing) \
    X(SERVER_CHANGED, server_changed)

/* Objects */
/* A person or a bot. */
struct proto_user {
    int64_t id;
    struct str name;
    struct str display_name;
    enum proto_user_kind kind;
    enum proto_user_role role;
    struct str color; /* optional */
    /* Where its picture is. */
    struct str avatar; /* optional */
    enum proto_status status;
    struct str status_text; /* optional */
    /* When the last connection ended, or now. */
    int64_t last_seen;
};
extern const struct proto_struct proto_user_shape;

/* What concerns only the person who asks. Stands only in answers and events to that person. */
struct proto_room_me {
    enum proto_member_role role;
    /* Read up to and with this. */
    int64_t read_seq;
    /* `last_seq - read_seq`. */
    int64_t unread;
    /* Unread messages that mention the person, `@here` and `@room` included. */
    int64_t mentions;
    enum proto_level level;
    bool favorite;
    /* Where the person put the room in his list; absent: nowhere. */
    int64_t position; /* optional */
    /* The person may not write there. */
    bool muted; /* optional */
    /* Until then; absent: until a moderator lifts it. */
    int64_t muted_until; /* optional */
};
extern const struct proto_struct proto_room_me_shape;

/* A place where people talk. */
struct proto_room {
    int64_t id;
    /* Made from the name at the beginning, stays: lower-case letters and digits of any script
     * and `-`, never digits alone. */
    struct str slug;
    struct str name;
    struct str topic;
    enum proto_room_kind kind;
    int64_t owner; /* optional */
    int64_t created_at;
    /* Read-only, and out of `room:list` unless asked for. */
    bool archived;
    /* Only moderators and the owner send. */
    bool announcement;
    int64_t slow_mode_s;
    int64_t member_count;
    int64_t last_seq;
    /* The newest, for a preview: its body ends after 256 characters. Only in answers that have
     * `me` too. */
    struct proto_message *last_message; /* optional */
    /* Of a direct message: who is in it. */
    int64_t *users; /* optional */
    size_t users_count;
    /* Only in answers to the person. */
    struct proto_room_me *me; /* optional */
};
extern const struct proto_struct proto_room_shape;

/* Somebody in a room. */
struct proto_member {
    struct proto_user *user;
    enum proto_member_role role;
    int64_t joined_at;
    /* May not write in the room. */
    bool muted; /* optional */
    /* Until then; absent: until a moderator lifts it. */
    int64_t muted_until; /* optional */
};
extern const struct proto_struct proto_member_shape;

/* Who wrote a message, as much as a client needs to show it. */
struct proto_author {
    int64_t id;
    struct str name;
    struct str display_name;
    enum proto_user_kind kind;
};
extern const struct proto_struct proto_author_shape;

/* The message that is answered. */
struct proto_reply {
    int64_t id;
    int64_t seq;
    struct proto_author *author;
    /* Its beginning; empty when it was deleted. */
    struct str excerpt;
};
extern const struct proto_struct proto_reply_shape;

/* An uploaded file. */
struct proto_attachment {
    int64_t id;
    struct str name;
    /* Media type, by its content. */
    struct str type;
    /* Bytes. */
    int64_t size;
    /* Of an image, as it is shown. */
    int64_t width; /* optional */
    int64_t height; /* optional */
    /* Where its bytes are, for those who may read the message. */
    struct str url;
    /* A small picture of it. */
    struct str thumb_url; /* optional */
};
extern const struct proto_struct proto_attachment_shape;

/* One emoji on a message. */
struct proto_reaction {
    struct str emoji;
    /* At most 20 of them. */
    int64_t *users;
    size_t users_count;
    int64_t count;
};
extern const struct proto_struct proto_reaction_shape;

/* Something that was said. */
struct proto_message {
    int64_t id;
    int64_t room;
    int64_t seq;
    struct proto_author *author;
    struct str body;
    int64_t created_at;
    int64_t edited_at; /* optional */
    /* A tombstone: no body, no attachments, no reactions. */
    bool deleted; /* optional */
    struct proto_reply *reply_to; /* optional */
    /* The root of the thread it is in. */
    int64_t thread; /* optional */
    /* Of a reply that was sent to the room as well: the same text there; and of that one: the
     * reply. */
    int64_t twin; /* optional */
    /* Of a thread's root; deleted replies count. */
    int64_t reply_count; /* optional */
    int64_t last_reply_at; /* optional */
    struct proto_attachment *attachments;
    size_t attachments_count;
    struct proto_reaction *reactions;
    size_t reactions_count;
    /* Members who are mentioned by name. */
    int64_t *mentions;
    size_t mentions_count;
    enum proto_mentions_all mentions_all; /* optional */
    bool pinned; /* optional */
};
extern const struct proto_struct proto_message_shape;

/* Why something was refused. */
struct proto_error_body {
    enum proto_error code;
    /* For people. */
    struct str message;
    /* The bad field. */
    struct str field; /* optional */
    int64_t retry_after_ms; /* optional */
    /* A name that is free. */
    struct str suggestion; /* optional */
};
extern const struct proto_struct proto_error_body_shape;

/* `auth` of a Socket.IO connection: what the CONNECT packet carries. */
struct proto_auth {
    /* A session token. */
    struct str token; /* optional */
    /* Makes a new guest of that name. */
    struct str name; /* optional */
    /* At most so many rooms in `ready`, those that count most first, and no more than fit into
     * 96 KiB; `room:mine` has them all. */
    int64_t rooms; /* optional */
    /* The last `pos` that the client saw; looked at when recovery by `pid` and `offset` did not
     * succeed. */
    int64_t since; /* optional */
    bool has_since;
};
extern const struct proto_struct proto_auth_shape;

/* `data` of a CONNECT_ERROR, whose `message` is the code again. */
struct proto_connect_refusal {
    enum proto_error code;
    /* For people. */
    struct str message;
    struct str field; /* optional */
    int64_t retry_after_ms; /* optional */
    struct str suggestion; /* optional */
};
extern const struct proto_struct proto_connect_refusal_shape;

/* What a client should know before it sends. */
struct proto_limits {
    int64_t body_bytes;
    int64_t payload_bytes;
    int64_t upload_bytes;
    int64_t history;
    int64_t attachments;
};
extern const struct proto_struct proto_limits_shape;

/* The server and its clock. */
struct proto_server {
    struct str version;
    int64_t now;
    struct proto_limits *limits;
    /* As they are now; `server:changed` tells when they change. */
    struct proto_server_settings *settings; /* optional */
};
extern const struct proto_struct proto_server_shape;

/* An event as it was emitted. */
struct proto_sync_event {
    /* Its name. */
    struct str event;
    struct str payload;
};
extern const struct proto_struct proto_sync_event_shape;

/* One place where the person is signed in. */
struct proto_session {
    int64_t id;
    /* The one that asks. */
    bool current;
    int64_t created_at;
    int64_t used_at;
    /* The client's User-Agent. */
    struct str agent;
    struct str address;
};
extern const struct proto_struct proto_session_shape;

/* Body of `POST /api/session`. */
struct proto_session_open {
    struct str name;
    /* Without it a guest is made. */
    struct str password; /* optional */
};
extern const struct proto_struct proto_session_open_shape;

/* The answer to signing in or registering. */
struct proto_session_grant {
    struct proto_user *user;
    /* The session token; the same stands in the cookie. */
    struct str token;
};
extern const struct proto_struct proto_session_grant_shape;

/* The answer to `GET /api/session`. */
struct proto_session_user {
    struct proto_user *user;
};
extern const struct proto_struct proto_session_user_shape;

/* Body of `POST /api/users`. */
struct proto_registration {
    struct str name;
    struct str password;
    struct str display_name; /* optional */
    /* The secret of an invitation. */
    struct str invite; /* optional */
    /* The secret of the set-up link, which makes the server's first owner. */
    struct str setup; /* optional */
};
extern const struct proto_struct proto_registration_shape;

/* Body of `PUT /api/password`. */
struct proto_password_change {
    /* The present one. */
    struct str password;
    struct str new_password;
    /* With a bearer token: that one is replaced too, and the new one is in the answer's header
     * `Parley-Token`. A cookie is replaced in any case. */
    bool rotate; /* optional */
};
extern const struct proto_struct proto_password_change_shape;

/* How far a person had read in a room. */
struct proto_read_mark {
    int64_t room;
    /* Read up to and with this. */
    int64_t read_seq;
    /* Unread messages behind it that mention the person. */
    int64_t mentions;
};
extern const struct proto_struct proto_read_mark_shape;

/* Somebody who is kept out of a room. */
struct proto_ban {
    struct proto_user *user;
    /* Who banned him. */
    struct proto_author *by; /* optional */
    int64_t at;
    struct str reason; /* optional */
};
extern const struct proto_struct proto_ban_shape;

/* A text that a message had. */
struct proto_version {
    struct str body;
    int64_t at;
};
extern const struct proto_struct proto_version_shape;

/* A stretch of a text in code points, half open: from, to (excluded). */
struct proto_mark {
    int64_t from;
    int64_t to;
};
extern const struct proto_struct proto_mark_shape;

/* A part of a message's text, and where the words stand in it. */
struct proto_snippet {
    struct str text;
    struct proto_mark *marks;
    size_t marks_count;
};
extern const struct proto_struct proto_snippet_shape;

/* Something that was found. */
struct proto_hit {
    struct proto_message *message;
    struct proto_snippet *snippet;
};
extern const struct proto_struct proto_hit_shape;

/* Body of `POST /api/rooms/{room}/messages`. */
struct proto_message_post {
    struct str body;
    struct str nonce; /* optional */
    int64_t reply_to; /* optional */
};
extern const struct proto_struct proto_message_post_shape;

/* The answer to it. */
struct proto_message_posted {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_posted_shape;

/* The answer to an upload. */
struct proto_uploaded {
    struct proto_attachment *attachment;
};
extern const struct proto_struct proto_uploaded_shape;

/* Body of `POST /hooks/{secret}`. */
struct proto_hook_post {
    struct str text;
};
extern const struct proto_struct proto_hook_post_shape;

/* A message that somebody brought before the moderators. */
struct proto_report {
    int64_t id;
    /* As it is now. */
    struct proto_message *message;
    int64_t room;
    /* Who reported it. */
    struct proto_author *by;
    struct str reason; /* optional */
    int64_t at;
};
extern const struct proto_struct proto_report_shape;

/* What somebody with rights has done. */
struct proto_audit_entry {
    int64_t id;
    int64_t at;
    /* Who; absent: on the server's command line. */
    struct proto_author *by; /* optional */
    /* The name of the command or the route, `room:kick` for example. */
    struct str act;
    int64_t room; /* optional */
    /* To whom. */
    struct proto_author *user; /* optional */
    /* What was said about it, or what became another. */
    struct str text; /* optional */
};
extern const struct proto_struct proto_audit_entry_shape;

/* How a thread stands to the person who asks. */
struct proto_thread_me {
    /* The thread's root. */
    int64_t thread;
    int64_t room;
    bool following;
    /* Read up to and with this reply. */
    int64_t read_seq;
    /* Replies behind it. */
    int64_t unread;
};
extern const struct proto_struct proto_thread_me_shape;

/* A thread that the person follows. */
struct proto_followed_thread {
    /* Its root. */
    struct proto_message *message;
    struct proto_thread_me *me;
};
extern const struct proto_struct proto_followed_thread_shape;

/* What a person has begun to write in a room or a thread and not sent yet. */
struct proto_draft {
    int64_t room;
    /* The thread's root. */
    int64_t thread; /* optional */
    /* As it was typed; empty: there is none any more. */
    struct str body;
    int64_t at;
};
extern const struct proto_struct proto_draft_shape;

/* How somebody is now. */
struct proto_presence_change {
    int64_t user;
    enum proto_status status;
    /* Status text. */
    struct str text; /* optional */
    int64_t last_seen;
};
extern const struct proto_struct proto_presence_change_shape;

/* What administrators decide about the server while it runs. */
struct proto_server_settings {
    /* How the server calls itself. */
    struct str name;
    enum proto_registration_mode registration;
    /* A name alone makes a guest. */
    bool guests;
};
extern const struct proto_struct proto_server_settings_shape;

/* What everybody may know before signing in: the answer to `GET /api/server`. */
struct proto_server_info {
    struct str version;
    struct proto_server_settings *settings;
    /* There is no owner yet: the first account is made by the set-up link that the server
     * printed. */
    bool setup; /* optional */
    /* … and whoever asks does so from the server's own machine, and needs no link. */
    bool setup_open; /* optional */
};
extern const struct proto_struct proto_server_info_shape;

/* An invitation to the server. Its secret is told once, when it is made; the server keeps only a
 * hash. */
struct proto_invite {
    int64_t id;
    /* Who made it. It opens what he could open himself: nothing once his account is shut or he
     * invites to the server no more, and no room into which he may not invite. */
    int64_t by;
    /* What one becomes who registers with it. */
    enum proto_user_role role;
    /* Rooms that one is in afterwards; of them those that exist for who asks. */
    int64_t *rooms;
    size_t rooms_count;
    /* For whom it was meant. */
    struct str note; /* optional */
    int64_t created_at;
    /* Absent: never. */
    int64_t expires_at; /* optional */
    /* So often it was used. */
    int64_t uses;
    /* So often it may be used; absent: as often as one likes. */
    int64_t uses_max; /* optional */
};
extern const struct proto_struct proto_invite_shape;

/* Body of `POST /api/invite`. */
struct proto_invite_look {
    /* The secret. */
    struct str invite;
};
extern const struct proto_struct proto_invite_look_shape;

/* What an invitation leads to: the answer to `POST /api/invite`. */
struct proto_invite_preview {
    struct str server;
    enum proto_user_role role;
    struct proto_invite_room *rooms;
    size_t rooms_count;
    int64_t expires_at; /* optional */
};
extern const struct proto_struct proto_invite_preview_shape;

/* A room, as much as an invitation tells of it. */
struct proto_invite_room {
    int64_t id;
    struct str name;
};
extern const struct proto_struct proto_invite_room_shape;

/* An account that is shut. */
struct proto_account_ban {
    struct proto_user *user;
    /* Who did it; absent: the operator, on the command line. */
    int64_t by; /* optional */
    int64_t at;
    struct str reason; /* optional */
};
extern const struct proto_struct proto_account_ban_shape;

/* Payloads, results, events */
/* Payload of sync. */
struct proto_sync {
    int64_t pos;
    /* At most 500, which is also what comes when it is not given. */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_sync_shape;

/* What sync answers. */
struct proto_sync_result {
    struct proto_sync_event *events; /* optional */
    size_t events_count;
    /* Complete up to here. */
    int64_t pos; /* optional */
    bool has_pos;
    /* Ask again with the new `pos`. */
    bool more; /* optional */
    bool has_more;
    bool reset; /* optional */
};
extern const struct proto_struct proto_sync_result_shape;

/* Payload of session:list. */
struct proto_session_list {
    /* Somebody else's. */
    int64_t user; /* optional */
};
extern const struct proto_struct proto_session_list_shape;

/* What session:list answers. */
struct proto_session_list_result {
    struct proto_session *sessions;
    size_t sessions_count;
};
extern const struct proto_struct proto_session_list_result_shape;

/* Payload of session:revoke. */
struct proto_session_revoke {
    /* For administrators also one of somebody of lower rank. */
    int64_t session; /* optional */
    bool others; /* optional */
    /* All sessions of this person. */
    int64_t user; /* optional */
};
extern const struct proto_struct proto_session_revoke_shape;

/* Payload of user:rename. */
struct proto_user_rename {
    struct str display_name; /* optional */
    struct str color; /* optional */
};
extern const struct proto_struct proto_user_rename_shape;

/* What user:rename answers. */
struct proto_user_rename_result {
    struct proto_user *user;
};
extern const struct proto_struct proto_user_rename_result_shape;

/* Payload of user:status. */
struct proto_user_status {
    enum proto_status status;
    /* Absent: stays as it is; empty: none. */
    struct str text; /* optional */
};
extern const struct proto_struct proto_user_status_shape;

/* What user:status answers. */
struct proto_user_status_result {
    struct proto_user *user;
};
extern const struct proto_struct proto_user_status_result_shape;

/* Payload of user:list. */
struct proto_user_list {
    /* Beginning of a name or display name. */
    struct str query; /* optional */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_user_list_shape;

/* What user:list answers. */
struct proto_user_list_result {
    struct proto_user *users;
    size_t users_count;
    bool more;
};
extern const struct proto_struct proto_user_list_result_shape;

/* Payload of user:block. */
struct proto_user_block {
    int64_t user;
    bool on;
};
extern const struct proto_struct proto_user_block_shape;

/* Payload of user:blocks. */
struct proto_user_blocks {
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_user_blocks_shape;

/* What user:blocks answers. */
struct proto_user_blocks_result {
    struct proto_user *users;
    size_t users_count;
    bool more;
};
extern const struct proto_struct proto_user_blocks_result_shape;

/* Payload of room:list. */
struct proto_room_list {
    /* Part of a name or topic. */
    struct str query; /* optional */
    /* Archived ones too. */
    bool archived; /* optional */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_room_list_shape;

/* What room:list answers. */
struct proto_room_list_result {
    struct proto_room *rooms;
    size_t rooms_count;
    bool more;
};
extern const struct proto_struct proto_room_list_result_shape;

/* Payload of room:mine. */
struct proto_room_mine {
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_room_mine_shape;

/* What room:mine answers. */
struct proto_room_mine_result {
    struct proto_room *rooms;
    size_t rooms_count;
    bool more;
};
extern const struct proto_struct proto_room_mine_result_shape;

/* Payload of room:create. */
struct proto_room_create {
    struct str name;
    struct str topic; /* optional */
    bool private; /* optional */
    bool announcement; /* optional */
};
extern const struct proto_struct proto_room_create_shape;

/* What room:create answers. */
struct proto_room_create_result {
    struct proto_room *room;
};
extern const struct proto_struct proto_room_create_result_shape;

/* Payload of room:join. */
struct proto_room_join {
    struct proto_room_ref room;
};
extern const struct proto_struct proto_room_join_shape;

/* What room:join answers. */
struct proto_room_join_result {
    struct proto_room *room;
    /* At most 200, online ones first; `room:members` pages through all. */
    struct proto_member *members;
    size_t members_count;
    /* The newest 50, oldest first. */
    struct proto_message *messages;
    size_t messages_count;
    bool has_before;
    /* As in `message:history`. */
    int64_t *damaged; /* optional */
    size_t damaged_count;
};
extern const struct proto_struct proto_room_join_result_shape;

/* Payload of room:leave. */
struct proto_room_leave {
    struct proto_room_ref room;
};
extern const struct proto_struct proto_room_leave_shape;

/* Payload of room:update. */
struct proto_room_update {
    struct proto_room_ref room;
    struct str name; /* optional */
    struct str topic; /* optional */
    bool announcement; /* optional */
    bool has_announcement;
    /* Seconds between two messages of one person; 0 for none. */
    int64_t slow_mode_s; /* optional */
    bool has_slow_mode_s;
};
extern const struct proto_struct proto_room_update_shape;

/* What room:update answers. */
struct proto_room_update_result {
    struct proto_room *room;
};
extern const struct proto_struct proto_room_update_result_shape;

/* Payload of room:members. */
struct proto_room_members {
    struct proto_room_ref room;
    /* The user id of the last member got. */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_room_members_shape;

/* What room:members answers. */
struct proto_room_members_result {
    struct proto_member *members;
    size_t members_count;
    bool more;
};
extern const struct proto_struct proto_room_members_result_shape;

/* Payload of room:invite. */
struct proto_room_invite {
    struct proto_room_ref room;
    int64_t user;
};
extern const struct proto_struct proto_room_invite_shape;

/* What room:invite answers. */
struct proto_room_invite_result {
    struct proto_member *member;
};
extern const struct proto_struct proto_room_invite_result_shape;

/* Payload of room:kick. */
struct proto_room_kick {
    struct proto_room_ref room;
    int64_t user;
    struct str reason; /* optional */
};
extern const struct proto_struct proto_room_kick_shape;

/* Payload of room:ban. */
struct proto_room_ban {
    struct proto_room_ref room;
    int64_t user;
    bool on;
    struct str reason; /* optional */
    /* Deletes what the person said there; `forbidden` in an archived room, where nothing is
     * deleted. */
    bool purge; /* optional */
};
extern const struct proto_struct proto_room_ban_shape;

/* Payload of room:bans. */
struct proto_room_bans {
    struct proto_room_ref room;
    /* The user id of the last one got. */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_room_bans_shape;

/* What room:bans answers. */
struct proto_room_bans_result {
    struct proto_ban *bans;
    size_t bans_count;
    bool more;
};
extern const struct proto_struct proto_room_bans_result_shape;

/* Payload of room:mute. */
struct proto_room_mute {
    struct proto_room_ref room;
    int64_t user;
    bool on;
    /* Ends by itself then; absent: until it is lifted. */
    int64_t until; /* optional */
    struct str reason; /* optional */
};
extern const struct proto_struct proto_room_mute_shape;

/* What room:mute answers. */
struct proto_room_mute_result {
    struct proto_member *member;
};
extern const struct proto_struct proto_room_mute_result_shape;

/* Payload of room:role. */
struct proto_room_role {
    struct proto_room_ref room;
    int64_t user;
    enum proto_member_role role;
};
extern const struct proto_struct proto_room_role_shape;

/* What room:role answers. */
struct proto_room_role_result {
    struct proto_member *member;
};
extern const struct proto_struct proto_room_role_result_shape;

/* Payload of room:archive. */
struct proto_room_archive {
    struct proto_room_ref room;
    bool on;
};
extern const struct proto_struct proto_room_archive_shape;

/* What room:archive answers. */
struct proto_room_archive_result {
    struct proto_room *room;
};
extern const struct proto_struct proto_room_archive_result_shape;

/* Payload of room:read. */
struct proto_room_read {
    struct proto_room_ref room;
    int64_t seq;
};
extern const struct proto_struct proto_room_read_shape;

/* What room:read answers. */
struct proto_room_read_result {
    struct proto_room_me *me;
};
extern const struct proto_struct proto_room_read_result_shape;

/* Payload of room:read_all. */
struct proto_room_read_all {
};
extern const struct proto_struct proto_room_read_all_shape;

/* What room:read_all answers. */
struct proto_room_read_all_result {
    struct proto_read_mark *marks;
    size_t marks_count;
};
extern const struct proto_struct proto_room_read_all_result_shape;

/* Payload of room:unread. */
struct proto_room_unread {
    struct proto_read_mark *marks;
    size_t marks_count;
};
extern const struct proto_struct proto_room_unread_shape;

/* Payload of room:prefs. */
struct proto_room_prefs {
    struct proto_room_ref room;
    enum proto_level level; /* optional */
    bool favorite; /* optional */
    bool has_favorite;
    /* Rooms are sorted by it, smallest first; 0: no place of its own. Leave gaps, so that moving
     * one room changes one number. */
    int64_t position; /* optional */
    bool has_position;
};
extern const struct proto_struct proto_room_prefs_shape;

/* What room:prefs answers. */
struct proto_room_prefs_result {
    struct proto_room_me *me;
};
extern const struct proto_struct proto_room_prefs_result_shape;

/* Payload of dm:open. */
struct proto_dm_open {
    /* 1 to 8 others; the person itself and duplicates do not count. */
    int64_t *users;
    size_t users_count;
};
extern const struct proto_struct proto_dm_open_shape;

/* What dm:open answers. */
struct proto_dm_open_result {
    struct proto_room *room;
    /* Everybody in it. */
    struct proto_user *users;
    size_t users_count;
};
extern const struct proto_struct proto_dm_open_result_shape;

/* Payload of message:send. */
struct proto_message_send {
    struct proto_room_ref room;
    /* After normalisation 1 to 16,384 bytes, or empty when there are attachments; `too_large`
     * above. */
    struct str body;
    struct str nonce;
    /* The message that is answered. */
    int64_t reply_to; /* optional */
    /* The root of the thread it belongs to; a reply there stands for it. Without it an answer to
     * a reply goes into that reply's thread. */
    int64_t thread; /* optional */
    /* A reply in a thread stands in the room too, as a second message with the same text
     * (`twin`); who edits or deletes one changes both. */
    bool also_room; /* optional */
    /* Files that one has uploaded. `not_found`: it is not there, or another's; `conflict`: it is
     * in another message. */
    int64_t *attachments; /* optional */
    size_t attachments_count;
};
extern const struct proto_struct proto_message_send_shape;

/* What message:send answers. */
struct proto_message_send_result {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_send_result_shape;

/* Payload of message:edit. */
struct proto_message_edit {
    int64_t message;
    struct str body;
};
extern const struct proto_struct proto_message_edit_shape;

/* What message:edit answers. */
struct proto_message_edit_result {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_edit_result_shape;

/* Payload of message:delete. */
struct proto_message_delete {
    int64_t message;
};
extern const struct proto_struct proto_message_delete_shape;

/* What message:delete answers. */
struct proto_message_delete_result {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_delete_result_shape;

/* Payload of message:react. */
struct proto_message_react {
    int64_t message;
    struct str emoji;
    bool on;
};
extern const struct proto_struct proto_message_react_shape;

/* What message:react answers. */
struct proto_message_react_result {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_react_result_shape;

/* Payload of message:pin. */
struct proto_message_pin {
    int64_t message;
    bool on;
};
extern const struct proto_struct proto_message_pin_shape;

/* What message:pin answers. */
struct proto_message_pin_result {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_pin_result_shape;

/* Payload of message:pins. */
struct proto_message_pins {
    struct proto_room_ref room;
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_message_pins_shape;

/* What message:pins answers. */
struct proto_message_pins_result {
    struct proto_message *messages;
    size_t messages_count;
    bool more;
};
extern const struct proto_struct proto_message_pins_result_shape;

/* Payload of message:history. */
struct proto_message_history {
    struct proto_room_ref room; /* optional */
    /* The thread's root. */
    int64_t thread; /* optional */
    /* The number of a message in its room or thread: 1, 2, 3, … without holes; 0 is before the
     * first. */
    int64_t before; /* optional */
    bool has_before;
    /* The number of a message in its room or thread: 1, 2, 3, … without holes; 0 is before the
     * first. */
    int64_t after; /* optional */
    bool has_after;
    /* The number of a message in its room or thread: 1, 2, 3, … without holes; 0 is before the
     * first. */
    int64_t around; /* optional */
    bool has_around;
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_message_history_shape;

/* What message:history answers. */
struct proto_message_history_result {
    struct proto_message *messages;
    size_t messages_count;
    bool has_before;
    bool has_after;
    /* Places on the page whose messages are damaged on the server's disk and cannot be shown;
     * absent when there are none. */
    int64_t *damaged; /* optional */
    size_t damaged_count;
};
extern const struct proto_struct proto_message_history_result_shape;

/* Payload of message:versions. */
struct proto_message_versions {
    int64_t message;
};
extern const struct proto_struct proto_message_versions_shape;

/* What message:versions answers. */
struct proto_message_versions_result {
    struct proto_version *versions;
    size_t versions_count;
};
extern const struct proto_struct proto_message_versions_result_shape;

/* Payload of message:get. */
struct proto_message_get {
    int64_t message;
};
extern const struct proto_struct proto_message_get_shape;

/* What message:get answers. */
struct proto_message_get_result {
    struct proto_message *message;
};
extern const struct proto_struct proto_message_get_result_shape;

/* Payload of message:search. */
struct proto_message_search {
    struct str query;
    struct proto_room_ref room; /* optional */
    /* A user. */
    int64_t author; /* optional */
    int64_t since; /* optional */
    int64_t until; /* optional */
    /* A message's id, for the next page. */
    int64_t before; /* optional */
    int64_t limit; /* optional */
    /* Only what is pinned. */
    bool pinned; /* optional */
    /* Only what has an attachment. */
    bool has_file; /* optional */
};
extern const struct proto_struct proto_message_search_shape;

/* What message:search answers. */
struct proto_message_search_result {
    struct proto_hit *hits;
    size_t hits_count;
    bool more;
};
extern const struct proto_struct proto_message_search_result_shape;

/* Payload of message:report. */
struct proto_message_report {
    int64_t message;
    struct str reason; /* optional */
};
extern const struct proto_struct proto_message_report_shape;

/* Payload of report:list. */
struct proto_report_list {
    /* Of this room alone. */
    struct proto_room_ref room; /* optional */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_report_list_shape;

/* What report:list answers. */
struct proto_report_list_result {
    struct proto_report *reports;
    size_t reports_count;
    bool more;
};
extern const struct proto_struct proto_report_list_result_shape;

/* Payload of report:resolve. */
struct proto_report_resolve {
    int64_t report;
    /* For the audit log. */
    struct str note; /* optional */
};
extern const struct proto_struct proto_report_resolve_shape;

/* Payload of audit:list. */
struct proto_audit_list {
    struct proto_room_ref room; /* optional */
    /* The id of the last one got. */
    int64_t before; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_audit_list_shape;

/* What audit:list answers. */
struct proto_audit_list_result {
    struct proto_audit_entry *entries;
    size_t entries_count;
    bool more;
};
extern const struct proto_struct proto_audit_list_result_shape;

/* Payload of thread:follow. */
struct proto_thread_follow {
    /* The thread's root; a reply stands for it. */
    int64_t thread;
    bool on;
};
extern const struct proto_struct proto_thread_follow_shape;

/* What thread:follow answers. */
struct proto_thread_follow_result {
    struct proto_thread_me *me;
};
extern const struct proto_struct proto_thread_follow_result_shape;

/* Payload of thread:read. */
struct proto_thread_read {
    int64_t thread;
    int64_t seq;
};
extern const struct proto_struct proto_thread_read_shape;

/* What thread:read answers. */
struct proto_thread_read_result {
    struct proto_thread_me *me;
};
extern const struct proto_struct proto_thread_read_result_shape;

/* Payload of thread:list. */
struct proto_thread_list {
    /* The id of the last root got. */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_thread_list_shape;

/* What thread:list answers. */
struct proto_thread_list_result {
    struct proto_followed_thread *threads;
    size_t threads_count;
    bool more;
};
extern const struct proto_struct proto_thread_list_result_shape;

/* Payload of message:save. */
struct proto_message_save {
    int64_t message;
    bool on;
};
extern const struct proto_struct proto_message_save_shape;

/* Payload of message:saved. */
struct proto_message_saved {
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_message_saved_shape;

/* What message:saved answers. */
struct proto_message_saved_result {
    struct proto_message *messages;
    size_t messages_count;
    bool more;
};
extern const struct proto_struct proto_message_saved_result_shape;

/* Payload of draft:set. */
struct proto_draft_set {
    struct proto_room_ref room;
    /* The thread's root. */
    int64_t thread; /* optional */
    /* At most 16,384 bytes, kept byte for byte. */
    struct str body;
};
extern const struct proto_struct proto_draft_set_shape;

/* Payload of draft:list. */
struct proto_draft_list {
};
extern const struct proto_struct proto_draft_list_shape;

/* What draft:list answers. */
struct proto_draft_list_result {
    struct proto_draft *drafts;
    size_t drafts_count;
};
extern const struct proto_struct proto_draft_list_result_shape;

/* Payload of presence:watch. */
struct proto_presence_watch {
    int64_t *users;
    size_t users_count;
};
extern const struct proto_struct proto_presence_watch_shape;

/* What presence:watch answers. */
struct proto_presence_watch_result {
    /* How they are now. */
    struct proto_user *users;
    size_t users_count;
};
extern const struct proto_struct proto_presence_watch_result_shape;

/* Payload of typing. */
struct proto_typing {
    struct proto_room_ref room;
    bool on;
};
extern const struct proto_struct proto_typing_shape;

/* Payload of server:update. */
struct proto_server_update {
    struct str name; /* optional */
    enum proto_registration_mode registration; /* optional */
    bool guests; /* optional */
    bool has_guests;
};
extern const struct proto_struct proto_server_update_shape;

/* What server:update answers. */
struct proto_server_update_result {
    struct proto_server_settings *settings;
};
extern const struct proto_struct proto_server_update_result_shape;

/* Payload of server:role. */
struct proto_server_role {
    int64_t user;
    enum proto_user_role role;
};
extern const struct proto_struct proto_server_role_shape;

/* What server:role answers. */
struct proto_server_role_result {
    struct proto_user *user;
};
extern const struct proto_struct proto_server_role_result_shape;

/* Payload of server:ban. */
struct proto_server_ban {
    int64_t user;
    bool on;
    struct str reason; /* optional */
};
extern const struct proto_struct proto_server_ban_shape;

/* Payload of server:bans. */
struct proto_server_bans {
    /* The user id of the last one got. */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_server_bans_shape;

/* What server:bans answers. */
struct proto_server_bans_result {
    struct proto_account_ban *bans;
    size_t bans_count;
    bool more;
};
extern const struct proto_struct proto_server_bans_result_shape;

/* Payload of invite:create. */
struct proto_invite_create {
    /* `member` unless given; never `owner`. */
    enum proto_user_role role; /* optional */
    /* Rooms that the person who invites is in. */
    int64_t *rooms; /* optional */
    size_t rooms_count;
    /* 1 unless given; 0: as often as one likes. */
    int64_t uses; /* optional */
    bool has_uses;
    /* A week unless given; 0: never. */
    int64_t expires_in_s; /* optional */
    bool has_expires_in_s;
    struct str note; /* optional */
};
extern const struct proto_struct proto_invite_create_shape;

/* What invite:create answers. */
struct proto_invite_create_result {
    struct proto_invite *invite;
    /* Told this once. */
    struct str secret;
};
extern const struct proto_struct proto_invite_create_result_shape;

/* Payload of invite:list. */
struct proto_invite_list {
    /* Only those that lead into it. */
    struct proto_room_ref room; /* optional */
    int64_t after; /* optional */
    int64_t limit; /* optional */
};
extern const struct proto_struct proto_invite_list_shape;

/* What invite:list answers. */
struct proto_invite_list_result {
    struct proto_invite *invites;
    size_t invites_count;
    bool more;
};
extern const struct proto_struct proto_invite_list_result_shape;

/* Payload of invite:revoke. */
struct proto_invite_revoke {
    int64_t invite;
    struct proto_room_ref room; /* optional */
};
extern const struct proto_struct proto_invite_revoke_shape;

/* Payload of invite:use. */
struct proto_invite_use {
    /* The secret. */
    struct str invite;
};
extern const struct proto_struct proto_invite_use_shape;

/* What invite:use answers. */
struct proto_invite_use_result {
    /* All rooms of the invitation that there are. */
    struct proto_room *rooms;
    size_t rooms_count;
};
extern const struct proto_struct proto_invite_use_result_shape;

/* Once per connection, right after CONNECT, before any other event. It has an offset, so that a
 * client has one from its first moment. */
struct proto_event_ready {
    struct proto_user *me;
    /* Only when a new guest was made: keep it to be the same person again. */
    struct str token; /* optional */
    struct proto_server *server;
    /* Those that the person has joined, with `me`. */
    struct proto_room *rooms;
    size_t rooms_count;
    /* Not all of them, because `auth.rooms` asked for fewer: `room:mine` has the others. */
    bool rooms_more; /* optional */
    /* The people of the direct messages, at most 200. */
    struct proto_user *users;
    size_t users_count;
    /* The client is complete up to here: the log's end on a fresh connection, on a resumed one
     * where it resumed from. */
    int64_t pos;
    /* What was missed follows, then live events. */
    bool resumed;
};
extern const struct proto_struct proto_event_ready_shape;

/* Something to tell the person. */
struct proto_event_notice {
    enum proto_notice_code code;
    /* For people. */
    struct str message;
};
extern const struct proto_struct proto_event_notice_shape;

/* A name, colour, picture, role or status text is another. */
struct proto_event_user_changed {
    int64_t pos;
    struct proto_user *user;
};
extern const struct proto_struct proto_event_user_changed_shape;

/* The person has blocked somebody, or no longer does. */
struct proto_event_user_blocked {
    int64_t pos;
    int64_t user;
    bool on;
};
extern const struct proto_struct proto_event_user_blocked_shape;

/* There is a room that was not there before. */
struct proto_event_room_new {
    int64_t pos;
    struct proto_room *room;
    /* Of a direct message: who is in it. */
    struct proto_user *users; /* optional */
    size_t users_count;
};
extern const struct proto_struct proto_event_room_new_shape;

/* Name, topic, owner or settings are others. */
struct proto_event_room_changed {
    int64_t pos;
    struct proto_room *room;
};
extern const struct proto_struct proto_event_room_changed_shape;

/* The person is no longer in the room. */
struct proto_event_room_gone {
    int64_t pos;
    int64_t room;
    enum proto_gone_reason reason;
    /* What the moderator said about it. */
    struct str text; /* optional */
};
extern const struct proto_struct proto_event_room_gone_shape;

/* Read mark, level, favourite, position, role or mute changed. Sending a message does not emit
 * it: what it does to `read_seq` follows from the message. */
struct proto_event_room_me {
    int64_t pos;
    int64_t room;
    struct proto_room_me *me;
};
extern const struct proto_struct proto_event_room_me_shape;

/* Somebody is in the room now. */
struct proto_event_member_joined {
    int64_t pos;
    int64_t room;
    struct proto_member *member;
};
extern const struct proto_struct proto_event_member_joined_shape;

/* Somebody has another role, was muted or may write again. */
struct proto_event_member_changed {
    int64_t pos;
    int64_t room;
    struct proto_member *member;
};
extern const struct proto_struct proto_event_member_changed_shape;

/* Somebody is no longer in the room. */
struct proto_event_member_left {
    int64_t pos;
    int64_t room;
    int64_t user;
    enum proto_gone_reason reason;
};
extern const struct proto_struct proto_event_member_left_shape;

/* Something was said. */
struct proto_event_message_new {
    int64_t pos;
    struct proto_message *message;
    /* Of the attempt, so that its sender knows it again. */
    struct str nonce;
};
extern const struct proto_struct proto_event_message_new_shape;

/* A message is another; this is how it is now. */
struct proto_event_message_changed {
    int64_t pos;
    struct proto_message *message;
    enum proto_change change;
};
extern const struct proto_struct proto_event_message_changed_shape;

/* There is a new report, or one was resolved. */
struct proto_event_report_changed {
    int64_t report;
    int64_t room;
    bool open;
};
extern const struct proto_struct proto_event_report_changed_shape;

/* The person follows a thread, or no longer, or has read in it. What replying and being
 * mentioned do follows from the message and is not told. */
struct proto_event_thread_me {
    int64_t pos;
    struct proto_thread_me *me;
};
extern const struct proto_struct proto_event_thread_me_shape;

/* A message was saved or taken out. */
struct proto_event_saved_changed {
    int64_t pos;
    int64_t message;
    bool on;
};
extern const struct proto_struct proto_event_saved_changed_shape;

/* A draft is another. After a reconnect ask `draft:list`. */
struct proto_event_draft_changed {
    struct proto_draft *draft;
};
extern const struct proto_struct proto_event_draft_changed_shape;

/* People came, went or changed their status; gathered, at most two events a second. */
struct proto_event_presence {
    struct proto_presence_change *changes;
    size_t changes_count;
};
extern const struct proto_struct proto_event_presence_shape;

/* Somebody is typing, or stopped. */
struct proto_event_typing {
    int64_t room;
    int64_t user;
    bool on;
};
extern const struct proto_struct proto_event_typing_shape;

/* The server's settings are others. */
struct proto_event_server_changed {
    int64_t pos;
    struct proto_server_settings *settings;
};
extern const struct proto_struct proto_event_server_changed_shape;

/* A row of errors.json. */
struct proto_error_row {
    struct str code;
    int http_status;
    struct str text; /* for people, when nothing more precise is known */
};
/* By enum proto_error; the row of PROTO_OK is status 200. */
extern const struct proto_error_row proto_errors[PROTO_ERROR_COUNT];

/* Rate limits: `cost` units of a command are taken from a bucket that holds `burst` and refills. */
struct proto_bucket_row {
    struct str name;
    int burst;
    int per_hour;
};
extern const struct proto_bucket_row proto_buckets[PROTO_BUCKET_COUNT];

/* What the server must know of a command before it looks at the payload. */
struct proto_command_row {
    struct str name;
    enum proto_command command; /* its own index */
    enum proto_user_role who; /* the server role needed at least; of the enum, a smaller value is a higher role */
    int cost;
    enum proto_bucket bucket;
    bool implemented; /* false: answered `unavailable` */
    const struct proto_struct *payload;
    const struct proto_struct *result; /* NULL when the answer's data is {} */
};
/* By enum proto_command; the row of PROTO_COMMAND_NONE is empty. */
extern const struct proto_command_row proto_commands[PROTO_COMMAND_COUNT];
/* The row of a command by the name of its event; NULL when there is none. Any thread. (proto_command.c) */
const struct proto_command_row *proto_command_find(struct str name);

struct proto_event_row {
    struct str name;
    bool durable;    /* in the log, carries `pos` */
    bool has_offset; /* the position as text is the packet's last argument */
    const struct proto_struct *payload;
};
/* By enum proto_event; the row of PROTO_EVENT_NONE is empty. */
extern const struct proto_event_row proto_events[PROTO_EVENT_COUNT];
