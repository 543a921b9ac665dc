-- Of a room that was removed for ever, its people alone are told: for others it was never there.

DROP TABLE deleted_room;
CREATE TABLE deleted_room (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    uuid BLOB NOT NULL, -- the room's
    PRIMARY KEY (user, uuid)
) WITHOUT ROWID;
