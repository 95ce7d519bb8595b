-- 0001_start.sql: the log and its projections.
--
-- Numbers are INTEGER, times are milliseconds since 1970 UTC, enumerations are the texts of the protocol, flags are 0 and 1.
-- A file that has been released is never edited: what comes later is a file of its own.

-- What belongs to the database as a whole: secret (32 random bytes), purged_pos (the log is gone up to and with it).
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('purged_pos', 0);

-- The log: one row for each fact, pos without holes. Message events have no data: their payload is made from the message
-- row when it is read, so that text which was deleted is in no second place.
--   scope    who gets the event: 0 nobody, 1 everybody, 2 the members of room, 3 user, 4 user and those who share a room
--   room     of scope 2
--   user     of scopes 3 and 4; of scope 2 the person who joined or left
CREATE TABLE event (
    pos     INTEGER PRIMARY KEY,
    event   TEXT NOT NULL,
    scope   INTEGER NOT NULL,
    room    INTEGER,
    user    INTEGER,
    message INTEGER,
    at_ms   INTEGER NOT NULL,
    data    TEXT
) STRICT;
-- Each index ends with pos, the row's own key.
CREATE INDEX event_room  ON event (room) WHERE room IS NOT NULL;
CREATE INDEX event_user  ON event (user, scope) WHERE user IS NOT NULL;
CREATE INDEX event_all   ON event (scope) WHERE scope = 1;
CREATE INDEX event_peers ON event (scope) WHERE scope = 4;

CREATE TABLE user (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL,
    display_name  TEXT NOT NULL,
    kind          TEXT NOT NULL,
    role          TEXT NOT NULL,
    color         TEXT,
    status        TEXT NOT NULL,
    status_text   TEXT,
    created_at_ms INTEGER NOT NULL,
    last_seen_ms  INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT: sessions are deleted, and an id must not name two of them.
CREATE TABLE session (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    user          INTEGER NOT NULL REFERENCES user (id),
    token_hash    BLOB NOT NULL UNIQUE,
    created_at_ms INTEGER NOT NULL,
    used_at_ms    INTEGER NOT NULL,
    agent         TEXT,
    address       TEXT
) STRICT;

-- last_seq is not here: it is the greatest seq of the room's messages, and a message need not rewrite its room.
CREATE TABLE room (
    id            INTEGER PRIMARY KEY,
    slug          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    topic         TEXT NOT NULL,
    kind          TEXT NOT NULL,
    owner         INTEGER REFERENCES user (id),
    created_at_ms INTEGER NOT NULL,
    archived      INTEGER NOT NULL,
    announcement  INTEGER NOT NULL,
    slow_mode_s   INTEGER NOT NULL
) STRICT;

CREATE TABLE member (
    room         INTEGER NOT NULL REFERENCES room (id),
    user         INTEGER NOT NULL REFERENCES user (id),
    role         TEXT NOT NULL,
    joined_at_ms INTEGER NOT NULL,
    read_seq     INTEGER NOT NULL,
    mentions     INTEGER NOT NULL,
    level        TEXT NOT NULL,
    favorite     INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_user ON member (user);

-- seq counts within the room, or within the thread for a reply in one. mentions is a JSON list of user ids. checksum
-- covers what must not change unnoticed (store_message.c).
CREATE TABLE message (
    id               INTEGER PRIMARY KEY,
    room             INTEGER NOT NULL REFERENCES room (id),
    thread           INTEGER REFERENCES message (id),
    seq              INTEGER NOT NULL,
    author           INTEGER NOT NULL REFERENCES user (id),
    nonce            TEXT NOT NULL,
    body             TEXT NOT NULL,
    created_at_ms    INTEGER NOT NULL,
    edited_at_ms     INTEGER,
    deleted          INTEGER NOT NULL DEFAULT 0,
    reply_to         INTEGER REFERENCES message (id),
    reply_count      INTEGER NOT NULL DEFAULT 0,
    last_reply_at_ms INTEGER,
    pinned           INTEGER NOT NULL DEFAULT 0,
    mentions         TEXT,
    mentions_all     TEXT,
    checksum         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_room   ON message (room, seq) WHERE thread IS NULL;
CREATE UNIQUE INDEX message_thread ON message (thread, seq) WHERE thread IS NOT NULL;
CREATE UNIQUE INDEX message_nonce  ON message (author, nonce);

PRAGMA application_id = 0x506C7931;
PRAGMA user_version = 1;
