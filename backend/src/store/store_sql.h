/* store_sql.h: every SQL statement of the store, in one table.
 *
 * A statement is prepared once, when its connection opens, so a statement that does not fit the schema shows at start-up
 * and not at three in the morning. Values are only ever bound. Columns of the table: name, who prepares it, text.
 *
 *   W    the writer            R    readers
 *   HOT  runs per message or per read: a test runs EXPLAIN QUERY PLAN on it and demands an index
 *
 * Thread: that of the connection.
 *
 * SPDX-License-Identifier: MIT
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <sqlite3.h>

enum store_sql_use { STORE_SQL_W = 1, STORE_SQL_R = 2, STORE_SQL_HOT = 4 };

/* The columns that store_message.c turns into a message, with their tables. */
#define STORE_SQL_MESSAGE_COLUMNS                                                                  \
    "m.id, m.room, m.thread, m.seq, m.author, m.nonce, m.body, m.created_at_ms,"                   \
    " m.edited_at_ms, m.deleted, m.reply_to, m.reply_count, m.last_reply_at_ms, m.pinned,"         \
    " m.mentions, m.mentions_all, m.checksum"
#define STORE_SQL_MESSAGE                                                                          \
    "SELECT " STORE_SQL_MESSAGE_COLUMNS ", a.name, a.display_name, a.kind,"                        \
    " " STORE_WHOLE_AUTHOR ", m.reacted, m.twin, " STORE_WHOLE_MARKS(                              \
        "m.id") ", m.attached FROM message m JOIN user a ON a.id = m.author"

/* The columns that store_read_audit turns into an entry. */
#define STORE_SQL_AUDIT                                                                            \
    "SELECT e.id, e.at_ms, e.act, e.room, e.text, e.checksum = store_sum(e.id, e.at_ms, e.actor,"  \
    " e.act, e.room, e.user, e.text), a.id, a.name, a.display_name, a.kind, u.id, u.name,"         \
    " u.display_name, u.kind FROM audit e LEFT JOIN user a ON a.id = e.actor"                      \
    " LEFT JOIN user u ON u.id = e.user"

/* Checksums of rows (store_sum.c): of the values as they are to be, and whether the row is as it was written. */
#define STORE_SUM_USER(status, text, seen)                                                         \
    "store_sum(id, name, display_name, kind, role, color, " status ", " text                       \
    ", created_at_ms, " seen ")"
#define STORE_SUM_SESSION(token, used, agent, address)                                             \
    "store_sum(id, user, " token ", created_at_ms, " used ", " agent ", " address ")"
#define STORE_SUM_MEMBER(role, read, mentions, level, favorite, position)                          \
    "store_sum(room, user, " role ", joined_at_ms, " read ", " mentions ", " level ", " favorite   \
    ", " position ")"
/* Of what others have put on a message; NULL when there is nothing. */
#define STORE_SUM_MARKS(id, pinned, reacted, replies, last, twin)                                  \
    "iif(" pinned " = 0 AND " reacted " = 0 AND " replies " = 0 AND " last " IS NULL AND " twin    \
    " IS NULL, NULL, store_sum(" id ", " pinned ", " reacted ", " replies ", " last ", " twin "))"
#define STORE_WHOLE_MARKS(id)                                                                      \
    "(marks IS " STORE_SUM_MARKS(id, "pinned", "reacted", "reply_count", "last_reply_at_ms",       \
                                 "twin") ")"
/* Of a member: he has not blocked the author. */
#define STORE_NOT_BLOCKED(author)                                                                  \
    " AND NOT EXISTS (SELECT 1 FROM block WHERE block.user = member.user AND other = " author ")"
#define STORE_WHOLE_USER "checksum = " STORE_SUM_USER("status", "status_text", "last_seen_ms")
#define STORE_WHOLE_SESSION                                                                        \
    "checksum = " STORE_SUM_SESSION("token_hash", "used_at_ms", "agent", "address")
#define STORE_WHOLE_ROOM                                                                           \
    "checksum = store_sum(id, slug, name, topic, kind, owner, created_at_ms, archived,"            \
    " announcement, slow_mode_s)"
#define STORE_WHOLE_MEMBER                                                                         \
    "checksum = " STORE_SUM_MEMBER("role", "read_seq", "mentions", "level", "favorite", "position")
#define STORE_WHOLE_SANCTION                                                                       \
    "checksum = store_sum(room, user, banned, banned_by, banned_at_ms, reason, muted_until_ms)"
#define STORE_WHOLE_REPORT                                                                         \
    "checksum = store_sum(id, message, room, reporter, author, reason, at_ms, done_by, "           \
    "done_at_ms)"
#define STORE_WHOLE_BLOCK "checksum = store_sum(user, other)"
#define STORE_SUM_INVITE(rooms, uses)                                                              \
    "store_sum(id, actor, role, token_hash, " rooms ", note, created_at_ms, expires_at_ms, " uses  \
    ", uses_max)"
#define STORE_WHOLE_AUDIT    "checksum = store_sum(id, at_ms, actor, act, room, user, text)"
#define STORE_WHOLE_PASSWORD "checksum = store_sum(user, hash, set_at_ms)"
#define STORE_WHOLE_HELD     "checksum = store_sum(name, user, until_ms)"
#define STORE_WHOLE_BAN      "checksum = store_sum(user, actor, at_ms, reason)"
#define STORE_WHOLE_SERVER   "checksum = store_sum(id, name, registration, guests)"
#define STORE_WHOLE_INVITE   "checksum = " STORE_SUM_INVITE("rooms", "uses")
#define STORE_WHOLE_EVENT                                                                          \
    "checksum IS NULL OR checksum = store_sum(pos, event, scope, room, user, message, at_ms, "     \
    "data)"
#define STORE_WHOLE_AUDIT    "checksum = store_sum(id, at_ms, actor, act, room, user, text)"
#define STORE_WHOLE_REACTION "checksum = store_sum(message, pos, emoji, user)"
#define STORE_WHOLE_FOLLOW   "checksum = store_sum(user, thread, room, following, read_seq)"
#define STORE_WHOLE_SAVED    "checksum = store_sum(user, message)"
#define STORE_WHOLE_DRAFT    "checksum = store_sum(user, room, thread, body, at_ms)"
#define STORE_SUM_FILE(message, place)                                                             \
    "store_sum(id, owner, " message ", " place ", name, type, size, width, height, file, sum,"     \
    " thumb_size, thumb_sum, created_at_ms)"
#define STORE_WHOLE_FILE  "checksum = " STORE_SUM_FILE("message", "place")
#define STORE_WHOLE_SPACE "checksum = store_sum(user, bytes)"
/* The columns that store_attachment.c turns into a file. */
#define STORE_SQL_FILE                                                                             \
    "SELECT id, owner, message, name, type, size, width, height, file, sum, thumb_size,"           \
    " thumb_sum, " STORE_WHOLE_FILE " FROM attachment"
#define STORE_WHOLE_PURGE   "checksum = store_sum(room, user, until)"
#define STORE_WHOLE_VERSION "checksum = store_sum(message, body, at_ms)"
#define STORE_WHOLE_AUTHOR                                                                         \
    "a.checksum = store_sum(a.id, a.name, a.display_name, a.kind, a.role, a.color, a.status,"      \
    " a.status_text, a.created_at_ms, a.last_seen_ms)"

/* Texts of a message that are kept besides the present one: the limit `versions` less one. */
#define STORE_VERSIONS "49"

#define STORE_SQL_MAP(X)                                                                           \
    /* batches */                                                                                  \
    X(BEGIN, W, "BEGIN IMMEDIATE")                                                                 \
    X(COMMIT, W, "COMMIT")                                                                         \
    X(ROLLBACK, W, "ROLLBACK")                                                                     \
    X(SNAPSHOT, R, "BEGIN")                                                                        \
    X(SNAPSHOT_END, R, "COMMIT")                                                                   \
    /* meta */                                                                                     \
    X(META_GET, W | R | HOT, "SELECT value FROM meta WHERE key = ?1")                              \
    X(META_ADD, W, "INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)")                      \
    X(META_SET, W | HOT, "UPDATE meta SET value = ?2 WHERE key = ?1")                              \
    X(META_PUT, W, "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")                     \
    /* the log */                                                                                  \
    X(EVENT_ADD, W,                                                                                \
      "INSERT INTO event (pos, event, scope, room, user, message, at_ms, data, checksum)"          \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))")       \
    X(EVENT_LAST, W | R | HOT, "SELECT pos FROM event ORDER BY pos DESC LIMIT 1")                  \
    X(EVENT_MOMENT, R | HOT, "SELECT at_ms FROM event WHERE pos = ?1")                             \
    X(EVENT_CHANGES, R | HOT,                                                                      \
      "SELECT pos, message FROM event WHERE pos > ?1 ORDER BY pos LIMIT ?2")                       \
    X(EVENT_OLDEST, W | HOT, "SELECT pos, at_ms FROM event WHERE pos > ?1 ORDER BY pos LIMIT ?2")  \
    X(EVENT_PURGE, W | HOT, "DELETE FROM event WHERE pos <= ?1")                                   \
    X(EVENT_GET, R | HOT,                                                                          \
      "SELECT event, message, data, " STORE_WHOLE_EVENT " FROM event WHERE pos = ?1")              \
    X(EVENT_OF_ROOM, R | HOT,                                                                      \
      "SELECT pos FROM event INDEXED BY event_room"                                                \
      " WHERE room = ?1 AND pos >= ?2 AND pos <= ?3 ORDER BY pos LIMIT ?4")                        \
    X(EVENT_OF_USER, R | HOT,                                                                      \
      "SELECT pos, event, room, " STORE_WHOLE_EVENT " FROM event INDEXED BY event_user"            \
      " WHERE user = ?1 AND scope = ?2 AND pos >= ?3 AND pos <= ?4 ORDER BY pos LIMIT ?5")         \
    X(EVENT_OF_ALL, R | HOT,                                                                       \
      "SELECT pos FROM event INDEXED BY event_all"                                                 \
      " WHERE scope = 1 AND pos >= ?1 AND pos <= ?2 ORDER BY pos LIMIT ?3")                        \
    X(EVENT_OF_PEERS, R | HOT,                                                                     \
      "SELECT pos, user FROM event INDEXED BY event_peers"                                         \
      " WHERE scope = 4 AND pos >= ?1 AND pos <= ?2 ORDER BY pos")                                 \
    /* users */                                                                                    \
    X(USER_ADD, W,                                                                                 \
      "INSERT INTO user (id, name, display_name, kind, role, color, status, status_text,"          \
      " created_at_ms, last_seen_ms, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"   \
      " store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))")                                      \
    X(USER_SET, W | HOT,                                                                           \
      "UPDATE user SET name = ?2, display_name = ?3, kind = ?4, role = ?5, color = ?6,"            \
      " status = ?7, status_text = ?8, created_at_ms = ?9, last_seen_ms = ?10,"                    \
      " checksum = store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) WHERE id = ?1")              \
    X(USER_STATUS, W | HOT,                                                                        \
      "UPDATE user SET status = ?2, status_text = ?3,"                                             \
      " checksum = " STORE_SUM_USER("?2", "?3",                                                    \
                                    "last_seen_ms") " WHERE id = ?1 AND " STORE_WHOLE_USER)        \
    X(USER_SEEN, W | HOT,                                                                          \
      "UPDATE user SET last_seen_ms = ?2,"                                                         \
      " checksum = " STORE_SUM_USER("status", "status_text",                                       \
                                    "?2") " WHERE id = ?1 AND " STORE_WHOLE_USER)                  \
    X(USER_EACH, W,                                                                                \
      "SELECT id, name, display_name, kind, role, color, status, status_text, created_at_ms,"      \
      " last_seen_ms, " STORE_WHOLE_USER " FROM user ORDER BY id")                                 \
    X(USER_LAST, W | HOT, "SELECT id FROM user ORDER BY id DESC LIMIT 1")                          \
    /* sessions */                                                                                 \
    X(SESSION_ADD, W,                                                                              \
      "INSERT INTO session (id, user, token_hash, created_at_ms, used_at_ms, agent, address,"      \
      " checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7))")     \
    X(SESSION_USED, W | HOT,                                                                       \
      "UPDATE session SET used_at_ms = ?2, agent = ?3, address = ?4,"                              \
      " checksum = " STORE_SUM_SESSION("token_hash", "?2", "?3",                                   \
                                       "?4") " WHERE id = ?1 AND " STORE_WHOLE_SESSION)            \
    X(SESSION_TOKEN, W | HOT,                                                                      \
      "UPDATE session SET token_hash = ?2,"                                                        \
      " checksum = " STORE_SUM_SESSION("?2", "used_at_ms", "agent",                                \
                                       "address") " WHERE id = ?1 AND " STORE_WHOLE_SESSION)       \
    X(SESSION_END, W | HOT, "DELETE FROM session WHERE id = ?1")                                   \
    X(SESSION_EACH, W,                                                                             \
      "SELECT id, user, token_hash, created_at_ms, used_at_ms, agent, address,"                    \
      " " STORE_WHOLE_SESSION " FROM session ORDER BY id")                                         \
    X(SESSION_LAST, W, "SELECT seq FROM sqlite_sequence WHERE name = 'session'")                   \
    /* rooms */                                                                                    \
    X(ROOM_ADD, W,                                                                                 \
      "INSERT INTO room (id, slug, name, topic, kind, owner, created_at_ms, archived,"             \
      " announcement, slow_mode_s, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,"     \
      " store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))")                                      \
    X(ROOM_SET, W | HOT,                                                                           \
      "UPDATE room SET slug = ?2, name = ?3, topic = ?4, kind = ?5, owner = ?6,"                   \
      " created_at_ms = ?7, archived = ?8, announcement = ?9, slow_mode_s = ?10,"                  \
      " checksum = store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) WHERE id = ?1")              \
    X(ROOM_EACH, W,                                                                                \
      "SELECT id, slug, name, topic, kind, owner, created_at_ms, archived, announcement,"          \
      " slow_mode_s, (SELECT seq FROM message WHERE room = room.id AND thread IS NULL"             \
      " ORDER BY seq DESC LIMIT 1), " STORE_WHOLE_ROOM " FROM room ORDER BY id")                   \
    X(ROOM_LAST, W | HOT, "SELECT id FROM room ORDER BY id DESC LIMIT 1")                          \
    X(ROOM_SEQ, R | HOT,                                                                           \
      "SELECT seq FROM message WHERE room = ?1 AND thread IS NULL ORDER BY seq DESC LIMIT 1")      \
    /* members */                                                                                  \
    X(MEMBER_ADD, W,                                                                               \
      "INSERT INTO member (room, user, role, joined_at_ms, read_seq, mentions, level, favorite,"   \
      " position, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"                           \
      " store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9))")                                           \
    X(MEMBER_ROLE, W | HOT,                                                                        \
      "UPDATE member SET role = ?3, checksum = " STORE_SUM_MEMBER(                                 \
          "?3", "read_seq", "mentions", "level", "favorite",                                       \
          "position") " WHERE room = ?1 AND user = ?2 AND " STORE_WHOLE_MEMBER)                    \
    X(MEMBER_ME, W | HOT,                                                                          \
      "UPDATE member SET read_seq = ?3, mentions = ?4, level = ?5, favorite = ?6, position = ?7, " \
      "checksum = " STORE_SUM_MEMBER(                                                              \
          "role", "?3", "?4", "?5", "?6",                                                          \
          "?7") " WHERE room = ?1 AND user = ?2 AND " STORE_WHOLE_MEMBER)                          \
    X(MEMBER_SENT, W | HOT,                                                                        \
      "UPDATE member SET read_seq = ?3, mentions = 0, checksum = " STORE_SUM_MEMBER(               \
          "role", "?3", "0", "level", "favorite",                                                  \
          "position") " WHERE room = ?1 AND user = ?2 AND " STORE_WHOLE_MEMBER)                    \
    X(MEMBER_MENTION, W | HOT,                                                                     \
      "UPDATE member SET mentions = mentions + 1, checksum = " STORE_SUM_MEMBER(                   \
          "role", "read_seq", "mentions + 1", "level", "favorite",                                 \
          "position") " WHERE room = ?1 AND user = ?2 AND " STORE_WHOLE_MEMBER                     \
          STORE_NOT_BLOCKED("?3"))                                                                 \
    X(MEMBER_MENTION_ALL, W | HOT,                                                                 \
      "UPDATE member SET mentions = mentions + 1, checksum = " STORE_SUM_MEMBER(                   \
          "role", "read_seq", "mentions + 1", "level", "favorite",                                 \
          "position") " WHERE room = ?1 AND user <> ?2 AND " STORE_WHOLE_MEMBER                    \
          STORE_NOT_BLOCKED("?2"))                                                                 \
    X(MEMBER_MENTIONED, W | HOT,                                                                   \
      "UPDATE member SET mentions = mentions + 1,"                                                 \
      " checksum = " STORE_SUM_MEMBER(                                                             \
          "role", "read_seq", "mentions + 1", "level", "favorite",                                 \
          "position") " WHERE room = ?1 AND user = ?2 AND read_seq < ?3"                           \
                      " AND mentions < ?4 - read_seq AND " STORE_WHOLE_MEMBER STORE_NOT_BLOCKED(   \
                          "(SELECT author FROM message WHERE room = ?1 AND seq = ?3 AND thread "   \
                          "IS NULL)"))                                                             \
    X(MEMBER_MENTIONED_ALL, W,                                                                     \
      "UPDATE member SET mentions = mentions + 1,"                                                 \
      " checksum = " STORE_SUM_MEMBER(                                                             \
          "role", "read_seq", "mentions + 1", "level", "favorite",                                 \
          "position") " WHERE room = ?1 AND user <> ?2 AND read_seq < ?3"                          \
                      " AND mentions < ?4 - read_seq"                                              \
                      " AND user NOT IN (SELECT value FROM json_each(?5)) "                        \
                      "AND " STORE_WHOLE_MEMBER STORE_NOT_BLOCKED("?2"))                           \
    X(MEMBER_UNMENTION, W | HOT,                                                                   \
      "UPDATE member SET mentions = mentions - 1,"                                                 \
      " checksum = " STORE_SUM_MEMBER(                                                             \
          "role", "read_seq", "mentions - 1", "level", "favorite",                                 \
          "position") " WHERE room = ?1 AND user = ?2 AND read_seq < ?3"                           \
                      " AND mentions > 0 AND ?4 > 0 AND " STORE_WHOLE_MEMBER STORE_NOT_BLOCKED(    \
                          "(SELECT author FROM message WHERE room = ?1 AND seq = ?3 AND thread "   \
                          "IS NULL)"))                                                             \
    X(MEMBER_UNMENTION_ALL, W,                                                                     \
      "UPDATE member SET mentions = mentions - 1,"                                                 \
      " checksum = " STORE_SUM_MEMBER(                                                             \
          "role", "read_seq", "mentions - 1", "level", "favorite",                                 \
          "position") " WHERE room = ?1 AND user <> ?2 AND read_seq < ?3"                          \
                      " AND mentions > 0 AND ?4 > 0"                                               \
                      " AND user NOT IN (SELECT value FROM json_each(?5)) "                        \
                      "AND " STORE_WHOLE_MEMBER STORE_NOT_BLOCKED("?2"))                           \
    X(MEMBER_END, W | HOT, "DELETE FROM member WHERE room = ?1 AND user = ?2")                     \
    X(MEMBER_EACH, W,                                                                              \
      "SELECT room, user, role, joined_at_ms, read_seq, mentions, level, favorite, position,"      \
      " " STORE_WHOLE_MEMBER " FROM member")                                                       \
    X(MEMBER_ROOMS, R | HOT, "SELECT room FROM member WHERE user = ?1")                            \
    /* what is held against people */                                                              \
    X(SANCTION_PUT, W | HOT,                                                                       \
      "INSERT OR REPLACE INTO sanction (room, user, banned, banned_by, banned_at_ms, reason,"      \
      " muted_until_ms, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"                             \
      " store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7))")                                                   \
    X(SANCTION_END, W | HOT, "DELETE FROM sanction WHERE room = ?1 AND user = ?2")                 \
    X(SANCTION_EACH, W,                                                                            \
      "SELECT room, user, banned, banned_by, banned_at_ms, reason, muted_until_ms,"                \
      " " STORE_WHOLE_SANCTION " FROM sanction")                                                   \
    X(BLOCK_ADD, W,                                                                                \
      "INSERT INTO block (user, other, checksum) VALUES (?1, ?2, store_sum(?1, ?2))")              \
    X(BLOCK_END, W | HOT, "DELETE FROM block WHERE user = ?1 AND other = ?2")                      \
    X(BLOCK_EACH, W, "SELECT user, other, " STORE_WHOLE_BLOCK " FROM block")                       \
    X(REPORT_ADD, W,                                                                               \
      "INSERT INTO report (id, message, room, reporter, author, reason, at_ms, checksum)"          \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"                                                       \
      " store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL, NULL))")                                       \
    X(REPORT_DONE, W | HOT,                                                                        \
      "UPDATE report SET done_by = ?2, done_at_ms = ?3, checksum ="                                \
      " store_sum(id, message, room, reporter, author, reason, at_ms, ?2, ?3)"                     \
      " WHERE id = ?1 AND done_at_ms IS NULL AND " STORE_WHOLE_REPORT)                             \
    X(REPORT_EACH, W,                                                                              \
      "SELECT id, message, room, reporter, author, reason, at_ms, " STORE_WHOLE_REPORT             \
      " FROM report WHERE done_at_ms IS NULL ORDER BY id")                                         \
    X(AUDIT_OF_ROOM, R | HOT,                                                                      \
      STORE_SQL_AUDIT " WHERE e.room = ?1 AND e.id < ?2 ORDER BY e.id DESC LIMIT ?3")              \
    X(AUDIT_OF_ALL, R | HOT,                                                                       \
      STORE_SQL_AUDIT                                                                              \
      " WHERE e.id < ?2 AND (e.room IS NULL"                                                       \
      " OR EXISTS (SELECT 1 FROM room r WHERE r.id = e.room AND r.kind = 'public')"                \
      " OR EXISTS (SELECT 1 FROM member m WHERE m.room = e.room AND m.user = ?1))"                 \
      " ORDER BY e.id DESC LIMIT ?3")                                                              \
    /* messages */                                                                                 \
    X(MESSAGE_ADD, W,                                                                              \
      "INSERT INTO message (id, room, seq, author, nonce, body, created_at_ms, reply_to,"          \
      " mentions, mentions_all, checksum, attached)"                                               \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")                               \
    X(MESSAGE_GET, W | R | HOT, STORE_SQL_MESSAGE " WHERE m.id = ?1")                              \
    X(MESSAGE_OF_NONCE, W | HOT, STORE_SQL_MESSAGE " WHERE m.author = ?1 AND m.nonce = ?2")        \
    X(MESSAGE_OF_ROOM, W | R | HOT,                                                                \
      STORE_SQL_MESSAGE " WHERE m.room = ?1 AND m.thread IS NULL"                                  \
                        " AND m.seq >= ?2 AND m.seq <= ?3 ORDER BY m.seq")                         \
    X(MESSAGE_SET, W | HOT,                                                                        \
      "UPDATE message SET body = ?2, edited_at_ms = ?3, deleted = ?4, reply_to = ?5, pinned = ?6," \
      " mentions = ?7, mentions_all = ?8, checksum = ?9, reacted = iif(?4, 0, reacted),"           \
      " attached = iif(?4, 0, attached),"                                                          \
      " marks = " STORE_SUM_MARKS("id", "?6", "iif(?4, 0, reacted)", "reply_count",                \
                                  "last_reply_at_ms",                                              \
                                  "twin") " WHERE id = ?1 AND " STORE_WHOLE_MARKS("id"))           \
    X(MESSAGE_PINNED, W | HOT,                                                                     \
      "UPDATE message SET pinned = ?2,"                                                            \
      " marks = " STORE_SUM_MARKS("id", "?2", "reacted", "reply_count", "last_reply_at_ms",        \
                                  "twin") " WHERE id = ?1 AND " STORE_WHOLE_MARKS("id"))           \
    X(MESSAGE_REACTED, W | HOT,                                                                    \
      "UPDATE message SET reacted = reacted + ?2,"                                                 \
      " marks = " STORE_SUM_MARKS("id", "pinned", "(reacted + ?2)", "reply_count",                 \
                                  "last_reply_at_ms",                                              \
                                  "twin") " WHERE id = ?1 AND " STORE_WHOLE_MARKS("id"))           \
    X(MESSAGE_PINS, R | HOT,                                                                       \
      STORE_SQL_MESSAGE                                                                            \
      " WHERE m.room = ?1 AND m.pinned = 1 AND m.id > ?2 ORDER BY m.id LIMIT ?3")                  \
    X(MESSAGE_ADD_REPLY, W,                                                                        \
      "INSERT INTO message (id, room, seq, author, nonce, body, created_at_ms, reply_to,"          \
      " mentions, mentions_all, checksum, thread, twin, marks, attached)"                          \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"                           \
      " " STORE_SUM_MARKS("?1", "0", "0", "0", "NULL", "?13") ", ?14)")                            \
    X(MESSAGE_THREADED, W | HOT,                                                                   \
      "UPDATE message SET reply_count = ?2, last_reply_at_ms = ?3,"                                \
      " marks = " STORE_SUM_MARKS("id", "pinned", "reacted", "?2", "?3",                           \
                                  "twin") " WHERE id = ?1 AND " STORE_WHOLE_MARKS("id"))           \
    X(MESSAGE_OF_THREAD, R | HOT,                                                                  \
      STORE_SQL_MESSAGE " WHERE m.thread = ?1 AND m.seq >= ?2 AND m.seq <= ?3 ORDER BY m.seq")     \
    X(THREAD_SEQ, R | HOT, "SELECT seq FROM message WHERE thread = ?1 ORDER BY seq DESC LIMIT 1")  \
    X(MESSAGE_SAID, W | HOT,                                                                       \
      "SELECT nonce, id, room, deleted FROM message INDEXED BY message_nonce"                      \
      " WHERE author = ?1 AND nonce > ?2 ORDER BY nonce LIMIT ?3")                                 \
    /* texts that messages had */                                                                  \
    X(VERSION_ADD, W | HOT,                                                                        \
      "INSERT INTO version (message, body, at_ms, checksum)"                                       \
      " SELECT id, body, coalesce(edited_at_ms, created_at_ms),"                                   \
      " store_sum(id, body, coalesce(edited_at_ms, created_at_ms)) FROM message WHERE id = ?1")    \
    X(VERSION_CUT, W | HOT,                                                                        \
      "DELETE FROM version WHERE id = (SELECT id FROM version WHERE message = ?1 ORDER BY id"      \
      " LIMIT 1 OFFSET 1) AND (SELECT count(*) FROM version WHERE message = ?1) "                  \
      ">= " STORE_VERSIONS)                                                                        \
    X(VERSION_END, W | HOT, "DELETE FROM version WHERE message = ?1")                              \
    X(VERSION_OF, R | HOT,                                                                         \
      "SELECT id, body, at_ms, " STORE_WHOLE_VERSION                                               \
      " FROM version WHERE message = ?1 ORDER BY id")                                              \
    /* files */                                                                                    \
    X(FILE_ADD, W,                                                                                 \
      "INSERT INTO attachment (id, owner, message, place, name, type, size, width, height, file,"  \
      " sum, thumb_size, thumb_sum, created_at_ms, checksum) VALUES (?1, ?2, NULL, 0, ?3, ?4, ?5," \
      " ?6, ?7, ?8, ?9, ?10, ?11, ?12, store_sum(?1, ?2, NULL, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"     \
      " ?10, ?11, ?12))")                                                                          \
    X(FILE_GET, W | HOT, STORE_SQL_FILE " WHERE id = ?1")                                          \
    X(FILE_OF, W | R | HOT, STORE_SQL_FILE " WHERE message IN (?1, ?2) ORDER BY message, place")   \
    X(FILE_NAMED, R | HOT, "SELECT 1 FROM attachment WHERE file = ?1")                             \
    X(FILE_EACH, R | HOT, STORE_SQL_FILE " WHERE id > ?1 ORDER BY id LIMIT ?2")                    \
    X(FILE_USE, W | HOT,                                                                           \
      "UPDATE attachment SET message = ?2, place = ?3, checksum = " STORE_SUM_FILE(                \
          "?2", "?3") " WHERE id = ?1 AND message IS NULL AND " STORE_WHOLE_FILE)                  \
    X(FILE_HEIR, W | HOT,                                                                          \
      "SELECT t.id FROM message m JOIN message t ON t.id = m.twin WHERE m.id = ?1"                 \
      " AND t.deleted = 0")                                                                        \
    X(FILE_MOVE, W | HOT,                                                                          \
      "UPDATE attachment SET message = ?2, checksum = " STORE_SUM_FILE(                            \
          "?2", "place") " WHERE message = ?1 AND " STORE_WHOLE_FILE)                              \
    X(FILE_USED, W | HOT, "SELECT id, owner, size, file FROM attachment WHERE message = ?1")       \
    X(FILE_UNUSED, W | HOT,                                                                        \
      "SELECT id, owner, size, file FROM attachment"                                               \
      " WHERE message IS NULL AND created_at_ms < ?1 LIMIT ?2")                                    \
    X(FILE_END, W | HOT, "DELETE FROM attachment WHERE id = ?1")                                   \
    X(SPACE_ADD, W,                                                                                \
      "INSERT INTO space (user, bytes, checksum) VALUES (?1, ?2, store_sum(?1, ?2))"               \
      " ON CONFLICT (user) DO UPDATE SET bytes = bytes + ?2,"                                      \
      " checksum = store_sum(user, bytes + ?2) WHERE " STORE_WHOLE_SPACE)                          \
    X(SPACE_GET, W | HOT, "SELECT bytes FROM space WHERE user = ?1")                               \
    /* what people keep for themselves */                                                          \
    X(SAVED_ADD, W,                                                                                \
      "INSERT INTO saved (user, message, checksum) VALUES (?1, ?2, store_sum(?1, ?2))")            \
    X(SAVED_END, W | HOT, "DELETE FROM saved WHERE user = ?1 AND message = ?2")                    \
    X(SAVED_FIND, W | HOT, "SELECT 1 FROM saved WHERE user = ?1 AND message = ?2")                 \
    X(SAVED_COUNT, W | HOT, "SELECT count(*) FROM saved WHERE user = ?1")                          \
    X(SAVED_OF, R | HOT,                                                                           \
      STORE_SQL_MESSAGE " JOIN saved s ON s.message = m.id"                                        \
                        " JOIN member k ON k.room = m.room AND k.user = s.user"                    \
                        " WHERE s.user = ?1 AND s.message > ?2"                                    \
                        " AND s.checksum = store_sum(s.user, s.message)"                           \
                        " ORDER BY s.message LIMIT ?3")                                            \
    X(DRAFT_PUT, W,                                                                                \
      "INSERT OR REPLACE INTO draft (user, room, thread, body, at_ms, checksum)"                   \
      " VALUES (?1, ?2, ?3, ?4, ?5, store_sum(?1, ?2, ?3, ?4, ?5))")                               \
    X(DRAFT_END, W | HOT, "DELETE FROM draft WHERE user = ?1 AND room = ?2 AND thread = ?3")       \
    X(DRAFT_CUT, W,                                                                                \
      "DELETE FROM draft WHERE user = ?1 AND (room, thread) IN (SELECT room, thread FROM draft"    \
      " WHERE user = ?1 ORDER BY at_ms DESC LIMIT -1 OFFSET ?2)")                                  \
    X(DRAFT_OF, R,                                                                                 \
      "SELECT room, thread, body, at_ms, " STORE_WHOLE_DRAFT                                       \
      " FROM draft WHERE user = ?1 AND EXISTS"                                                     \
      " (SELECT 1 FROM member m WHERE m.room = draft.room AND m.user = ?1)"                        \
      " ORDER BY at_ms DESC LIMIT ?2")                                                             \
    /* who follows threads */                                                                      \
    X(FOLLOW_PUT, W,                                                                               \
      "INSERT OR REPLACE INTO follow (user, thread, room, following, read_seq, checksum)"          \
      " VALUES (?1, ?2, ?3, ?4, ?5, store_sum(?1, ?2, ?3, ?4, ?5))")                               \
    X(FOLLOW_BEGIN, W,                                                                             \
      "INSERT OR IGNORE INTO follow (user, thread, room, following, read_seq, checksum)"           \
      " SELECT ?1, ?2, ?3, ?4, ?5, store_sum(?1, ?2, ?3, ?4, ?5)"                                  \
      " WHERE NOT EXISTS (SELECT 1 FROM block WHERE user = ?1 AND other = ?6)")                    \
    X(FOLLOW_FIND, W | HOT,                                                                        \
      "SELECT following, read_seq, " STORE_WHOLE_FOLLOW                                            \
      " FROM follow WHERE user = ?1 AND thread = ?2")                                              \
    X(FOLLOW_OF, R | HOT,                                                                          \
      "SELECT thread, room, read_seq, " STORE_WHOLE_FOLLOW                                         \
      " FROM follow WHERE user = ?1 AND thread > ?2 AND following = 1 AND EXISTS"                  \
      " (SELECT 1 FROM member m WHERE m.room = follow.room AND m.user = ?1)"                       \
      " ORDER BY thread LIMIT ?3")                                                                 \
    /* reactions */                                                                                \
    X(REACTION_ADD, W,                                                                             \
      "INSERT INTO reaction (message, pos, emoji, user, checksum)"                                 \
      " VALUES (?1, ?2, ?3, ?4, store_sum(?1, ?2, ?3, ?4))")                                       \
    X(REACTION_END, W | HOT,                                                                       \
      "DELETE FROM reaction WHERE message = ?1 AND emoji = ?2 AND user = ?3")                      \
    X(REACTION_END_ALL, W | HOT, "DELETE FROM reaction WHERE message = ?1")                        \
    X(REACTION_OF, W | R | HOT,                                                                    \
      "SELECT emoji, user, pos, " STORE_WHOLE_REACTION                                             \
      " FROM reaction WHERE message = ?1 ORDER BY pos")                                            \
    X(REACTION_FIND, W | HOT,                                                                      \
      "SELECT 1 FROM reaction WHERE message = ?1 AND emoji = ?2 AND user = ?3")                    \
    /* whose messages are being deleted */                                                         \
    X(PURGE_PUT, W | HOT,                                                                          \
      "INSERT OR REPLACE INTO purge (room, user, until, checksum)"                                 \
      " VALUES (?1, ?2, ?3, store_sum(?1, ?2, ?3))")                                               \
    X(PURGE_END, W | HOT, "DELETE FROM purge WHERE room = ?1 AND user = ?2")                       \
    X(PURGE_EACH, W, "SELECT room, user, until, " STORE_WHOLE_PURGE " FROM purge")                 \
    X(MESSAGE_TEXT, R | HOT,                                                                       \
      "SELECT " STORE_SQL_MESSAGE_COLUMNS " FROM message m WHERE m.id = ?1")                       \
    X(MESSAGE_SINCE, R | HOT,                                                                      \
      "SELECT id, created_at_ms FROM message WHERE id >= ?1 ORDER BY id LIMIT 1")                  \
    X(MESSAGE_LAST, W | R | HOT, "SELECT id FROM message ORDER BY id DESC LIMIT 1")                \
    /* administration */                                                                           \
    X(AUDIT_ADD, W,                                                                                \
      "INSERT INTO audit (id, at_ms, actor, act, room, user, text, checksum)"                      \
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7))")               \
    X(PASSWORD_SET, W,                                                                             \
      "INSERT OR REPLACE INTO password (user, hash, set_at_ms, checksum)"                          \
      " VALUES (?1, ?2, ?3, store_sum(?1, ?2, ?3))")                                               \
    X(PASSWORD_GET, W | HOT,                                                                       \
      "SELECT hash, " STORE_WHOLE_PASSWORD " FROM password WHERE user = ?1")                       \
    X(HELD_PUT, W,                                                                                 \
      "INSERT OR REPLACE INTO held_name (name, user, until_ms, checksum)"                          \
      " VALUES (?1, ?2, ?3, store_sum(?1, ?2, ?3))")                                               \
    X(HELD_END, W, "DELETE FROM held_name WHERE until_ms <= ?1")                                   \
    X(HELD_EACH, W,                                                                                \
      "SELECT name, user, until_ms, " STORE_WHOLE_HELD " FROM held_name ORDER BY name")            \
    X(BAN_ADD, W,                                                                                  \
      "INSERT INTO account_ban (user, actor, at_ms, reason, checksum)"                             \
      " VALUES (?1, ?2, ?3, ?4, store_sum(?1, ?2, ?3, ?4))")                                       \
    X(BAN_END, W | HOT, "DELETE FROM account_ban WHERE user = ?1")                                 \
    X(BAN_EACH, W,                                                                                 \
      "SELECT user, actor, at_ms, reason, " STORE_WHOLE_BAN " FROM account_ban ORDER BY user")     \
    X(INVITE_ADD, W,                                                                               \
      "INSERT INTO invite (id, actor, role, token_hash, rooms, note, created_at_ms,"               \
      " expires_at_ms, uses, uses_max, checksum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"      \
      " ?10, store_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10))")                                 \
    X(INVITE_USED, W | HOT,                                                                        \
      "UPDATE invite SET uses = ?2,"                                                               \
      " checksum = " STORE_SUM_INVITE("rooms", "?2") " WHERE id = ?1 AND " STORE_WHOLE_INVITE)     \
    X(INVITE_ROOMS, W | HOT,                                                                       \
      "UPDATE invite SET rooms = ?2,"                                                              \
      " checksum = " STORE_SUM_INVITE("?2", "uses") " WHERE id = ?1 AND " STORE_WHOLE_INVITE)      \
    X(INVITE_END, W | HOT, "DELETE FROM invite WHERE id = ?1")                                     \
    X(INVITE_EACH, W,                                                                              \
      "SELECT id, actor, role, token_hash, rooms, note, created_at_ms, expires_at_ms, uses,"       \
      " uses_max, " STORE_WHOLE_INVITE " FROM invite ORDER BY id")                                 \
    X(SERVER_SET, W,                                                                               \
      "INSERT OR REPLACE INTO server (id, name, registration, guests, checksum)"                   \
      " VALUES (1, ?1, ?2, ?3, store_sum(1, ?1, ?2, ?3))")                                         \
    X(SERVER_GET, W, "SELECT name, registration, guests, " STORE_WHOLE_SERVER " FROM server")

enum store_sql {
#define X(name, use, text) STORE_SQL_##name,
    STORE_SQL_MAP(X)
#undef X
        STORE_SQL_COUNT
};

/* Types */

#define STORE_BUSY_TIMEOUT_MS 5000 /* how long another program's lock is waited for */
#define STORE_DAMAGED_TOLD                                                                         \
    32 /* damaged rows of which a connection remembers that it has named them */

/* One connection with its statements. */
struct store_db {
    sqlite3 *handle;
    sqlite3_stmt *prepared[STORE_SQL_COUNT];
    enum err logged;      /* the error that was last written to the log, and when: a full disk */
    int64_t logged_at_ms; /* fails every batch, and one line in ten seconds is enough */
    bool is_damaged;      /* SQLite has found that the file is not as it wrote it */
    uint64_t damaged_told[STORE_DAMAGED_TOLD];
    unsigned damaged_next;
    struct buf
        ended_files; /* names of files, a line each, whose rows the running batch has removed */
};

/* Life cycle */

/* Sets what every connection is opened with, and bounds what SQLite accepts. */
enum err store_db_configure(struct store_db *db);
/* Prepares the statements of `use` (STORE_SQL_W or STORE_SQL_R). */
enum err store_db_prepare(struct store_db *db, enum store_sql_use use);
/* Lets go of the pages that the connection keeps in memory. No statement runs. */
void store_db_shrink(struct store_db *db);
/* The connection is about to be closed, and must not touch the files any more: what is in the write-ahead log stays there. */
void store_db_leave(struct store_db *db);
/* Finalizes and closes; harmless on a zeroed struct. */
void store_db_close(struct store_db *db);

/* Operations */

/* Runs a script of ours, statement by statement (migrations, pragmas). Results are thrown away. */
enum err store_db_script(struct store_db *db, const char *script);
/* Looks at every page of the file, and names in the log what is wrong with them (at most ten things). ERR_CORRUPT when
 * anything is. Takes a second for 500 MB; `thorough`, which compares the indexes with their tables as well, for 100 MB. */
enum err store_db_check(struct store_db *db, bool thorough);
/* The statement, ready to be bound. Every parameter has to be bound each time. */
sqlite3_stmt *store_sql_take(struct store_db *db, enum store_sql id);
/* Binding. Texts are borrowed until the statement ends; STR_NONE and, for _id, 0 are bound as NULL. */
void store_sql_bind_int(sqlite3_stmt *statement, int index, int64_t value);
void store_sql_bind_id(sqlite3_stmt *statement, int index, int64_t value);
void store_sql_bind_str(sqlite3_stmt *statement, int index, struct str value);
void store_sql_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count);
/* Next row: ERR_OK with *row false at the end; then, and on an error, the statement is reset. */
enum err store_sql_step(struct store_db *db, sqlite3_stmt *statement, bool *row);
/* Runs a statement that gives no rows. */
enum err store_sql_run(struct store_db *db, sqlite3_stmt *statement);
/* As store_sql_run, and exactly one row must have changed: another number is ERR_CORRUPT. */
enum err store_sql_change(struct store_db *db, sqlite3_stmt *statement);
/* Reads one integer; *out is left alone when there is no row. */
enum err store_sql_number(struct store_db *db, sqlite3_stmt *statement, int64_t *out);
/* Ends a statement before its last row. */
void store_sql_end(sqlite3_stmt *statement);
/* A text column, borrowed until the next step; STR_NONE for NULL. */
struct str store_sql_text(sqlite3_stmt *statement, int column);

/* Inspection */
const char *store_sql_name(enum store_sql id);
const char *store_sql_source(enum store_sql id);
/* The bits of enum store_sql_use. */
int store_sql_use(enum store_sql id);
/* What an error code of SQLite means to us; logs it (throttled) with the statement's name. SQLITE_OK is ERR_OK. */
enum err store_sql_err(struct store_db *db, sqlite3_stmt *statement, int code);
