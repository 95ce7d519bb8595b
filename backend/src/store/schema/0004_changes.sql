-- 0004_changes.sql: what messages were before, and whose messages are being deleted.

-- Texts that a message had before the present one, in the order of id. They go when the message is deleted.
CREATE TABLE version (
    id       INTEGER PRIMARY KEY,
    message  INTEGER NOT NULL REFERENCES message (id),
    body     TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX version_message ON version (message);

-- All that the person said in the room, up to and with the message `until`, is to be deleted, and not all of it is yet.
CREATE TABLE purge (
    room     INTEGER NOT NULL REFERENCES room (id),
    user     INTEGER NOT NULL REFERENCES user (id),
    until    INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 4;
