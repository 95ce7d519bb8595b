-- 0011_held_names.sql: names that somebody has given up, and that nobody else takes until then.

CREATE TABLE held_name (
    name     TEXT PRIMARY KEY,
    user     INTEGER NOT NULL REFERENCES user (id),
    until_ms INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

PRAGMA user_version = 11;
