-- What users say of themselves, and their own settings of rooms and people.

ALTER TABLE user ADD COLUMN status_text TEXT;
ALTER TABLE user ADD COLUMN status_emoji TEXT;
ALTER TABLE user ADD COLUMN status_until INTEGER;

ALTER TABLE member ADD COLUMN notify TEXT; -- 'all', 'mentions' or 'none'; NULL as the kind of room has it
ALTER TABLE member ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;

-- Whose messages are no mentions for whom.
CREATE TABLE ignored (
    user  INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    PRIMARY KEY (user, other)
) WITHOUT ROWID;

-- Who mentioned them.
ALTER TABLE mention ADD COLUMN author INTEGER;
UPDATE mention SET author = message.author FROM event JOIN message ON message.id = event.message
WHERE event.room = mention.room AND event.seq = mention.seq AND event.kind = 1;
