-- How long a room's messages are kept, where an administrator said so.
ALTER TABLE room ADD COLUMN retention_days INTEGER; -- NULL: as long as the server keeps them; 0: for ever
ALTER TABLE room ADD COLUMN retention_keeps_pinned INTEGER NOT NULL DEFAULT 0;
