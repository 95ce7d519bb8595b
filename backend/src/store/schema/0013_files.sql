-- 0013_files.sql: what was uploaded. The bytes are in files/ of the data directory, under the name in `file`.

-- id is the position of the fact that made it. message NULL: not used yet. Of a message that has a twin it is one of the two, which
-- both show it. sum and thumb_sum are those of file_disk.h; thumb_size NULL: it has no small picture.
CREATE TABLE attachment (
    id            INTEGER PRIMARY KEY,
    owner         INTEGER NOT NULL REFERENCES user (id),
    message       INTEGER REFERENCES message (id),
    place         INTEGER NOT NULL,
    name          TEXT NOT NULL,
    type          TEXT NOT NULL,
    size          INTEGER NOT NULL,
    width         INTEGER,
    height        INTEGER,
    file          TEXT NOT NULL UNIQUE,
    sum           BLOB NOT NULL,
    thumb_size    INTEGER,
    thumb_sum     BLOB,
    created_at_ms INTEGER NOT NULL,
    checksum      INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_message ON attachment (message, place) WHERE message IS NOT NULL;
CREATE INDEX attachment_unused  ON attachment (created_at_ms) WHERE message IS NULL;

-- How many files a message has, its own and its twin's: most have none, and are shown without asking.
ALTER TABLE message ADD COLUMN attached INTEGER NOT NULL DEFAULT 0;

-- Bytes of all files of a person; of user 0: of everybody.
CREATE TABLE space (
    user     INTEGER PRIMARY KEY,
    bytes    INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 13;
