-- Kinds of rooms, roles in them, and what moderators do.

-- A private room shares its name with nobody's public one by chance: `canonical` and `skeleton`, which are unique, hold its
-- id too. A direct room has its people there.
ALTER TABLE room ADD COLUMN private_name TEXT; -- of a private room, in canonical form
ALTER TABLE room ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN slow_seconds INTEGER NOT NULL DEFAULT 0;

ALTER TABLE member ADD COLUMN moderator INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- the position at which they came
UPDATE member SET since = coalesce((SELECT max(seq) FROM event WHERE event.room = member.room
                                    AND event.user = member.user AND event.kind = 2), 0);
-- The longest member of a room that was made before there were moderators.
UPDATE member SET moderator = 1 FROM room
WHERE room.id = member.room AND room.canonical <> 'lobby' AND member.user = (
    SELECT user FROM member AS first WHERE first.room = room.id AND first.joined ORDER BY first.since, first.user LIMIT 1);

-- Who is kept out of a room, and who may not write there.
CREATE TABLE restriction (
    room  INTEGER NOT NULL,
    user  INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    kind  TEXT NOT NULL CHECK (kind IN ('ban', 'mute')),
    until INTEGER, -- NULL: for ever
    PRIMARY KEY (room, user, kind)
) WITHOUT ROWID;

-- When someone last wrote in a room in which members must wait between their messages.
CREATE TABLE slow_message (
    room INTEGER NOT NULL,
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    at   INTEGER NOT NULL,
    PRIMARY KEY (room, user)
) WITHOUT ROWID;

-- Rooms that were removed, as long as anything is left of their messages.
CREATE TABLE removed_room (
    room INTEGER PRIMARY KEY
);
