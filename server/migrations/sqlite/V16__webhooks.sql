-- Addresses to which a room's events are sent. Each reads the room's log as its maker does.
CREATE TABLE webhook (
    id          INTEGER PRIMARY KEY,
    uuid        BLOB NOT NULL UNIQUE,
    room        INTEGER NOT NULL,
    maker       INTEGER NOT NULL,           -- user.id
    url         TEXT NOT NULL,
    secret      BLOB NOT NULL,              -- the key of its signatures
    events      TEXT NOT NULL,              -- JSON array of types
    created_at  INTEGER NOT NULL,
    delivered   INTEGER NOT NULL,           -- seq up to which everything was delivered
    waited      INTEGER NOT NULL DEFAULT 0, -- milliseconds between attempts since the last success
    answers     TEXT NOT NULL DEFAULT '[]', -- JSON array of the last ones
    disabled_at INTEGER,                    -- it sends nothing any more
    disabled    TEXT                        -- why
);
CREATE INDEX webhook_room ON webhook (room);
