-- 0006_reactions.sql: what people put on messages.

-- pos is that of the fact: a message shows its reactions in the order in which they came.
CREATE TABLE reaction (
    message  INTEGER NOT NULL REFERENCES message (id),
    pos      INTEGER NOT NULL,
    emoji    TEXT NOT NULL,
    user     INTEGER NOT NULL REFERENCES user (id),
    checksum INTEGER NOT NULL,
    PRIMARY KEY (message, pos)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX reaction_user ON reaction (message, emoji, user);

-- How many rows of `reaction` a message has: most have none, and are shown without asking.
ALTER TABLE message ADD COLUMN reacted INTEGER NOT NULL DEFAULT 0;

-- Ends with id, the row's own key. A message that is not pinned is not in it.
CREATE INDEX message_pinned ON message (room) WHERE pinned = 1;

PRAGMA user_version = 6;
