-- 0009_threads.sql: who follows what is said below a message, and messages that stand in two places.

-- following 0: the person has said so, and is not made to follow it by a mention.
CREATE TABLE follow (
    user      INTEGER NOT NULL REFERENCES user (id),
    thread    INTEGER NOT NULL REFERENCES message (id),
    room      INTEGER NOT NULL REFERENCES room (id),
    following INTEGER NOT NULL,
    read_seq  INTEGER NOT NULL,
    checksum  INTEGER NOT NULL,
    PRIMARY KEY (user, thread)
) STRICT, WITHOUT ROWID;

-- A reply that was sent to the room as well is two messages, and each names the other. The nonce of the room's begins with ~,
-- which no client's does.
ALTER TABLE message ADD COLUMN twin INTEGER;

PRAGMA user_version = 9;
