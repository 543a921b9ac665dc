-- Each room's end is a page of its own: a transaction with a message in each of a hundred rooms wrote a hundred pages
-- of `event`. Where many messages share a transaction, their rows of `event` are written later, many at once; until
-- then a message stands in the log by its own row.

-- One row while there are such messages.
CREATE TABLE filing (
    after INTEGER NOT NULL -- message.id: later ones are not in `event` yet
);

-- Them, as they will be in `event`. They are the last of their room's log, and so count on from what is not of
-- messages there.
CREATE VIEW unfiled AS
SELECT room, seq, sent_at AS at, 1 AS kind, author AS user,
       seq - (SELECT room.last_seq - room.messages FROM room WHERE room.id = message.room) AS messages,
       id AS message, NULL AS changes
FROM message WHERE id > (SELECT after FROM filing);

-- The whole log.
CREATE VIEW log AS SELECT * FROM event UNION ALL SELECT * FROM unfiled;
