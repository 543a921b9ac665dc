-- How people came to be no longer in a room, for their devices that were not connected then.

ALTER TABLE member ADD COLUMN removal TEXT;        -- 'kicked' or 'banned'; NULL: they left
ALTER TABLE member ADD COLUMN removed_by INTEGER;  -- user.id
ALTER TABLE member ADD COLUMN removal_reason TEXT;

-- Rooms that were removed for ever: nothing else is kept of them.
CREATE TABLE deleted_room (
    uuid BLOB PRIMARY KEY
) WITHOUT ROWID;
