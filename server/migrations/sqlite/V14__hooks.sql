-- Addresses that programs post to. Each posts as a user of its own, who is a member of its room.
CREATE TABLE hook (
    id         INTEGER PRIMARY KEY,
    uuid       BLOB NOT NULL UNIQUE,
    room       INTEGER NOT NULL,
    user       INTEGER NOT NULL UNIQUE REFERENCES user,
    secret     BLOB,             -- SHA-256; NULL: it has ended, and a new one of that name takes up its user
    maker      INTEGER NOT NULL, -- user.id
    created_at INTEGER NOT NULL
);
CREATE INDEX hook_room ON hook (room);
