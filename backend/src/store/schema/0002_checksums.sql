-- 0002_checksums.sql: every row that the state or a client sees carries a checksum (store_sum.c), so that damage is noticed.
--
-- Events that were written before have none: they are gone when the log has moved on.

ALTER TABLE event ADD COLUMN checksum INTEGER;

ALTER TABLE user ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE user SET checksum = store_sum(id, name, display_name, kind, role, color, status, status_text, created_at_ms, last_seen_ms);

ALTER TABLE session ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE session SET checksum = store_sum(id, user, token_hash, created_at_ms, used_at_ms, agent, address);

ALTER TABLE room ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE room SET checksum = store_sum(id, slug, name, topic, kind, owner, created_at_ms, archived, announcement, slow_mode_s);

ALTER TABLE member ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
UPDATE member SET checksum = store_sum(room, user, role, joined_at_ms, read_seq, mentions, level, favorite);

PRAGMA user_version = 2;
