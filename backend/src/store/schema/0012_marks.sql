-- 0012_marks.sql: what others have put on a message is summed too: pins, the numbers of reactions and replies, its twin.
--
-- A sum of their own, since they change without the message; most messages have none of it, and no sum.

ALTER TABLE message ADD COLUMN marks INTEGER;
UPDATE message SET marks = store_sum(id, pinned, reacted, reply_count, last_reply_at_ms, twin)
    WHERE pinned <> 0 OR reacted <> 0 OR reply_count <> 0 OR last_reply_at_ms IS NOT NULL OR twin IS NOT NULL;

PRAGMA user_version = 12;
