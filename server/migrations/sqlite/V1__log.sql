-- A room is a log: `event` holds what happened, in order; the other tables are read models of it,
-- kept by the same transactions. Times are milliseconds since the Unix epoch.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE user (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    canonical    TEXT NOT NULL UNIQUE,
    skeleton     TEXT NOT NULL UNIQUE,
    display_name TEXT,
    color        TEXT,
    role         TEXT NOT NULL CHECK (role IN ('guest', 'member', 'admin')),
    bot          INTEGER NOT NULL DEFAULT 0,
    disabled     INTEGER NOT NULL DEFAULT 0,
    password     TEXT,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER
);

-- Names given up by renaming, kept for their owner for a while.
CREATE TABLE held_name (
    canonical TEXT PRIMARY KEY,
    skeleton  TEXT NOT NULL,
    user      INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    until     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX held_name_skeleton ON held_name (skeleton);
CREATE INDEX held_name_user ON held_name (user);

CREATE TABLE session (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB NOT NULL UNIQUE,
    user         INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    token        BLOB NOT NULL UNIQUE, -- SHA-256
    client       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
);
CREATE INDEX session_user ON session (user, last_used_at);

-- At most one code a user: a new one ends the old.
CREATE TABLE link_code (
    user       INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
    code       BLOB NOT NULL UNIQUE, -- SHA-256
    expires_at INTEGER NOT NULL
);

CREATE TABLE invite (
    code       BLOB PRIMARY KEY, -- SHA-256
    uses_left  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE room (
    id         INTEGER PRIMARY KEY,
    uuid       BLOB NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    canonical  TEXT NOT NULL UNIQUE,
    skeleton   TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('public', 'private', 'direct')),
    topic      TEXT NOT NULL DEFAULT '',
    members    INTEGER NOT NULL DEFAULT 0, -- announced ones
    messages   INTEGER NOT NULL DEFAULT 0,
    last_seq   INTEGER NOT NULL DEFAULT 0,
    last_at    INTEGER,
    created_at INTEGER NOT NULL
);

-- The row stays when a member leaves (`joined` 0), for `sent`.
CREATE TABLE member (
    room          INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    user          INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    joined        INTEGER NOT NULL,
    announced     INTEGER NOT NULL,           -- 0: a guest that only reads; its UserJoined is not in the log
    sent          INTEGER NOT NULL DEFAULT 0, -- messages of this user in the room
    read_seq      INTEGER NOT NULL,
    read_messages INTEGER NOT NULL,           -- of everyone, at or before read_seq
    read_sent     INTEGER NOT NULL,           -- of this user, at or before read_seq
    PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE INDEX member_user ON member (user, joined, room);

CREATE TABLE message (
    id        INTEGER PRIMARY KEY,
    uuid      BLOB NOT NULL UNIQUE,
    hash      BLOB NOT NULL,    -- SHA-256 of room, body and reply_to as first sent
    room      INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    seq       INTEGER NOT NULL,
    author    INTEGER NOT NULL REFERENCES user,
    body      TEXT NOT NULL,
    sent_at   INTEGER NOT NULL,
    edited_at INTEGER,
    deleted   INTEGER NOT NULL DEFAULT 0,
    reply_to  BLOB,
    mentioned TEXT              -- JSON [[name as written, user uuid], …]
);

CREATE TABLE event (
    room     INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     INTEGER NOT NULL,  -- 1 Message, 2 UserJoined, 3 UserLeft, 4 RoomUpdated
    user     INTEGER NOT NULL REFERENCES user,
    messages INTEGER NOT NULL,  -- in the room, at or before this event
    message  INTEGER REFERENCES message,
    changes  TEXT,              -- JSON, of RoomUpdated
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;

-- Who was mentioned where by someone else.
CREATE TABLE mention (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (user, room, seq)
) WITHOUT ROWID;
