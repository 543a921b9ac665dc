-- Kinds of rooms, roles in them, and what moderators do.

-- A private room shares its name with nobody's public one by chance: `canonical` and `skeleton`, which are unique, hold its
-- id too. A direct room has its people there.
ALTER TABLE room ADD COLUMN private_name TEXT; -- of a private room, in canonical form
ALTER TABLE room ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN slow_seconds INTEGER NOT NULL DEFAULT 0;

ALTER TABLE member ADD COLUMN moderator INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN since INTEGER NOT NULL DEFAULT 0; -- the position at which they came
-- One pass over the log, instead of one for each member.
UPDATE member SET since = came.seq
FROM (SELECT room, user, max(seq) AS seq FROM event WHERE kind = 2 GROUP BY room, user) AS came
WHERE came.room = member.room AND came.user = member.user;
-- The longest member of a room that was made before there were moderators.
UPDATE member SET moderator = 1
FROM (SELECT member.room, member.user, min(member.since * 1000000000 + member.user)
      FROM member JOIN room ON room.id = member.room
      WHERE member.joined AND room.canonical <> 'lobby' GROUP BY member.room) AS first
WHERE first.room = member.room AND first.user = member.user;

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
