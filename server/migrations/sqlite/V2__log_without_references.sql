-- The log's rows stay for ever, and so do the rooms, users and messages that they name. Checking that again for every
-- message cost five searches, and removing a guest searched the whole log for what it might have said.

CREATE TABLE event_2 (
    room     INTEGER NOT NULL,  -- room.id
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     INTEGER NOT NULL,  -- 1 Message, 2 UserJoined, 3 UserLeft, 4 RoomUpdated
    user     INTEGER NOT NULL,  -- user.id
    messages INTEGER NOT NULL,  -- in the room, at or before this event
    message  INTEGER,           -- message.id, of Message
    changes  TEXT,              -- JSON, of RoomUpdated
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
INSERT INTO event_2 SELECT room, seq, at, kind, user, messages, message, changes FROM event;
DROP TABLE event;
ALTER TABLE event_2 RENAME TO event;

CREATE TABLE message_2 (
    id        INTEGER PRIMARY KEY,
    uuid      BLOB NOT NULL UNIQUE,
    hash      BLOB NOT NULL,    -- SHA-256 of room, body and reply_to as first sent
    room      INTEGER NOT NULL, -- room.id
    seq       INTEGER NOT NULL,
    author    INTEGER NOT NULL, -- user.id
    body      TEXT NOT NULL,
    sent_at   INTEGER NOT NULL,
    edited_at INTEGER,
    deleted   INTEGER NOT NULL DEFAULT 0,
    reply_to  BLOB,
    mentioned TEXT              -- JSON [[name as written, user uuid], …]
);
INSERT INTO message_2 SELECT id, uuid, hash, room, seq, author, body, sent_at, edited_at, deleted, reply_to, mentioned
FROM message;
DROP TABLE message;
ALTER TABLE message_2 RENAME TO message;
