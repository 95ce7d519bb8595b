-- 0003_audit.sql: what people with rights have done. One row for each fact of that kind; id is its position in the log,
-- so it grows, but unlike the log it is kept.
--
--   actor   who did it; NULL: the operator, on the command line
--   act     the name of the command or of the route

CREATE TABLE audit (
    id       INTEGER PRIMARY KEY,
    at_ms    INTEGER NOT NULL,
    actor    INTEGER REFERENCES user (id),
    act      TEXT NOT NULL,
    room     INTEGER REFERENCES room (id),
    user     INTEGER REFERENCES user (id),
    text     TEXT,
    checksum INTEGER NOT NULL
) STRICT;

PRAGMA user_version = 3;
