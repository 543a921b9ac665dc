-- What changes a message after it was sent: edits, deletion, reactions, pins, replies.

ALTER TABLE event ADD COLUMN actor INTEGER; -- user.id: who acted on `user`, where that is somebody else

DROP VIEW log;
DROP VIEW unfiled;
CREATE VIEW unfiled AS
SELECT room, seq, sent_at AS at, 1 AS kind, author AS user,
       seq - (SELECT room.last_seq - room.messages FROM room WHERE room.id = message.room) AS messages,
       id AS message, NULL AS changes, NULL AS actor
FROM message WHERE id > (SELECT after FROM filing);
CREATE VIEW log AS SELECT * FROM event UNION ALL SELECT * FROM unfiled;

-- The message that its chain of replies began with, by uuid.
ALTER TABLE message ADD COLUMN thread BLOB;
-- @room or @here: everyone but the author is mentioned.
ALTER TABLE message ADD COLUMN mentions_room INTEGER NOT NULL DEFAULT 0;
-- What else must be read with it: 1 reactions, 2 replies. Most messages have neither, and cost no search.
ALTER TABLE message ADD COLUMN extras INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_thread ON message (thread, seq) WHERE thread IS NOT NULL;
-- Threads, counted; deleted replies are left out.
CREATE TABLE thread (
    root     BLOB PRIMARY KEY, -- message.uuid
    count    INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    last_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- Who wrote in a thread.
CREATE TABLE thread_author (
    root  BLOB NOT NULL,
    user  INTEGER NOT NULL,
    seq   INTEGER NOT NULL, -- of their first reply
    count INTEGER NOT NULL, -- of their replies
    PRIMARY KEY (root, user)
) WITHOUT ROWID;
CREATE INDEX thread_author_seq ON thread_author (root, seq);

-- Replies of before.
CREATE INDEX message_reply ON message (reply_to) WHERE reply_to IS NOT NULL;
WITH RECURSIVE chain (id, uuid, root) AS (
    SELECT reply.id, reply.uuid, first.uuid FROM message AS reply JOIN message AS first ON first.uuid = reply.reply_to
    WHERE reply.reply_to IS NOT NULL AND first.reply_to IS NULL
    UNION ALL
    SELECT reply.id, reply.uuid, chain.root FROM chain JOIN message AS reply ON reply.reply_to = chain.uuid
)
UPDATE message SET thread = chain.root FROM chain WHERE chain.id = message.id;
DROP INDEX message_reply;
INSERT INTO thread SELECT thread, count(*), max(seq), max(sent_at) FROM message WHERE thread IS NOT NULL GROUP BY thread;
INSERT INTO thread_author SELECT thread, author, min(seq), count(*) FROM message WHERE thread IS NOT NULL
GROUP BY thread, author;
UPDATE message SET extras = 2 FROM thread WHERE thread.root = message.uuid;

-- Deleted messages are not unread.
CREATE INDEX message_deleted ON message (room, seq, author) WHERE deleted;

-- Mentions of everyone in a room, in place of a row of `mention` for each.
CREATE TABLE room_mention (
    room   INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    author INTEGER NOT NULL,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;

-- Commands that made an event. Their ids and those of messages are one space.
CREATE TABLE command (
    id   BLOB PRIMARY KEY, -- uuid
    hash BLOB NOT NULL,    -- SHA-256 of what was asked for, and by whom
    room INTEGER NOT NULL,
    seq  INTEGER NOT NULL  -- of the event
) WITHOUT ROWID;

-- Earlier texts of a message.
CREATE TABLE edit (
    message    INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    seq        INTEGER NOT NULL, -- of the event that replaced the text
    body       TEXT NOT NULL,
    PRIMARY KEY (message, seq)
) WITHOUT ROWID;

CREATE TABLE reaction (
    message INTEGER NOT NULL,
    emoji   TEXT NOT NULL,
    seq     INTEGER NOT NULL, -- of its event: the order of people
    user    INTEGER NOT NULL,
    PRIMARY KEY (message, emoji, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX reaction_user ON reaction (message, emoji, user);

-- The emojis of a message, counted.
CREATE TABLE reaction_count (
    message INTEGER NOT NULL,
    emoji   TEXT NOT NULL,
    seq     INTEGER NOT NULL, -- of the first event: the order of emojis
    count   INTEGER NOT NULL,
    PRIMARY KEY (message, emoji)
) WITHOUT ROWID;

CREATE TABLE pin (
    room    INTEGER NOT NULL,
    seq     INTEGER NOT NULL, -- of its event: the newest comes first
    message INTEGER NOT NULL UNIQUE,
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
ALTER TABLE room ADD COLUMN pins INTEGER NOT NULL DEFAULT 0;
