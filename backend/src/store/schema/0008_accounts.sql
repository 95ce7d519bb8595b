-- 0008_accounts.sql: passwords, accounts that are shut, invitations to the server, its settings.

-- Argon2id, in the text form that holds its own salt and cost.
CREATE TABLE password (
    user      INTEGER PRIMARY KEY REFERENCES user (id),
    hash      TEXT NOT NULL,
    set_at_ms INTEGER NOT NULL,
    checksum  INTEGER NOT NULL
) STRICT;

-- actor NULL: the operator, on the command line.
CREATE TABLE account_ban (
    user     INTEGER PRIMARY KEY REFERENCES user (id),
    actor    INTEGER REFERENCES user (id),
    at_ms    INTEGER NOT NULL,
    reason   TEXT,
    checksum INTEGER NOT NULL
) STRICT;

-- id is the position of the fact that made it, and so never given twice. Of the secret only its SHA-256 is here. rooms is a
-- JSON list of ids; expires_at_ms NULL: never; uses_max NULL: as often as one likes.
CREATE TABLE invite (
    id            INTEGER PRIMARY KEY,
    actor         INTEGER NOT NULL REFERENCES user (id),
    role          TEXT NOT NULL,
    token_hash    BLOB NOT NULL UNIQUE,
    rooms         TEXT NOT NULL,
    note          TEXT,
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER,
    uses          INTEGER NOT NULL,
    uses_max      INTEGER,
    checksum      INTEGER NOT NULL
) STRICT;

-- One row, as soon as somebody has changed a setting; before that the command line's count.
CREATE TABLE server (
    id           INTEGER PRIMARY KEY CHECK (id = 1),
    name         TEXT NOT NULL,
    registration TEXT NOT NULL,
    guests       INTEGER NOT NULL,
    checksum     INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 8;
