-- 0010_own.sql: what people keep for themselves.

CREATE TABLE saved (
    user     INTEGER NOT NULL REFERENCES user (id),
    message  INTEGER NOT NULL REFERENCES message (id),
    checksum INTEGER NOT NULL,
    PRIMARY KEY (user, message)
) STRICT, WITHOUT ROWID;

-- What was typed and not sent. thread 0: in the room itself.
CREATE TABLE draft (
    user     INTEGER NOT NULL REFERENCES user (id),
    room     INTEGER NOT NULL REFERENCES room (id),
    thread   INTEGER NOT NULL,
    body     TEXT NOT NULL,
    at_ms    INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (user, room, thread)
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 10;
