-- 0007_reports.sql: messages that were brought before the moderators. id is the fact's position in the log. done_at_ms is NULL
-- while a report is open: only those are loaded.

CREATE TABLE report (
    id         INTEGER PRIMARY KEY,
    message    INTEGER NOT NULL REFERENCES message (id),
    room       INTEGER NOT NULL REFERENCES room (id),
    reporter   INTEGER NOT NULL REFERENCES user (id),
    author     INTEGER NOT NULL REFERENCES user (id),
    reason     TEXT,
    at_ms      INTEGER NOT NULL,
    done_by    INTEGER REFERENCES user (id),
    done_at_ms INTEGER,
    checksum   INTEGER NOT NULL
) STRICT;
CREATE INDEX report_open ON report (id) WHERE done_at_ms IS NULL;

PRAGMA user_version = 7;
