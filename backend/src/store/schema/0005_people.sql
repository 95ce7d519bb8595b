-- 0005_people.sql: what is held against people in rooms, whom people block, the order of their rooms.

-- A person's own order of his rooms: smallest first, 0 for nowhere. Rows whose checksum is wrong stay wrong.
ALTER TABLE member ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE member SET checksum = store_sum(room, user, role, joined_at_ms, read_seq, mentions, level, favorite, position)
    WHERE checksum = store_sum(room, user, role, joined_at_ms, read_seq, mentions, level, favorite);

-- Who is banned from a room or muted there; he need not be a member. muted_until_ms: 0 not muted, 2^53 - 1 until it is lifted.
CREATE TABLE sanction (
    room           INTEGER NOT NULL REFERENCES room (id),
    user           INTEGER NOT NULL REFERENCES user (id),
    banned         INTEGER NOT NULL,
    banned_by      INTEGER,
    banned_at_ms   INTEGER NOT NULL,
    reason         TEXT,
    muted_until_ms INTEGER NOT NULL,
    checksum       INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) STRICT, WITHOUT ROWID;

-- user has blocked other.
CREATE TABLE block (
    user     INTEGER NOT NULL REFERENCES user (id),
    other    INTEGER NOT NULL REFERENCES user (id),
    checksum INTEGER NOT NULL,
    PRIMARY KEY (user, other)
) STRICT, WITHOUT ROWID;

-- The audit log of one room.
CREATE INDEX audit_room ON audit (room) WHERE room IS NOT NULL;

PRAGMA user_version = 5;
