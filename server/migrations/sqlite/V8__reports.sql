-- Reports to moderators, what administrators must be able to look up, and invites that users make.

CREATE TABLE report (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    user    INTEGER NOT NULL, -- who made it
    room    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    reason  TEXT,
    UNIQUE (message, user)
);
CREATE INDEX report_by_room ON report (room, id);

-- Who did what to whom.
CREATE TABLE audit (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    at        INTEGER NOT NULL,
    actor     INTEGER,              -- user.id; NULL: the operator, at the shell
    action    TEXT NOT NULL,
    user      INTEGER,              -- user.id: to whom
    room      BLOB,                 -- room.uuid: where; the room may be gone by now
    is_public INTEGER NOT NULL DEFAULT 1,
    detail    TEXT
);

ALTER TABLE invite ADD COLUMN number INTEGER; -- names it to people; the code does not
ALTER TABLE invite ADD COLUMN maker INTEGER;  -- user.id; NULL: made at the shell
ALTER TABLE invite ADD COLUMN rooms TEXT;     -- JSON: ids of the rooms that the newcomer joins
UPDATE invite SET number = (SELECT count(*) FROM invite AS earlier WHERE earlier.code <= invite.code);
