-- Files that were uploaded, and the messages that carry them. Their bytes stand beside the database, in the folder `files`,
-- by their SHA-256: the same bytes stand there once.

CREATE TABLE upload (
    id         INTEGER PRIMARY KEY,
    uuid       BLOB NOT NULL UNIQUE,
    user       INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    name       TEXT NOT NULL,
    size       INTEGER NOT NULL,
    hash       BLOB,    -- SHA-256; NULL until all bytes are there
    type       TEXT,    -- NULL likewise
    width      INTEGER, -- as the uploader said, until all bytes are there
    height     INTEGER,
    preview    BLOB,    -- upload.uuid
    message    INTEGER, -- message.id
    place      INTEGER, -- among the message's files; NULL: a preview
    expires_at INTEGER  -- NULL: a message carries it
);
CREATE INDEX upload_user ON upload (user, size);
CREATE INDEX upload_hash ON upload (hash) WHERE hash IS NOT NULL;
CREATE INDEX upload_message ON upload (message, place) WHERE message IS NOT NULL;
CREATE INDEX upload_expiry ON upload (expires_at) WHERE expires_at IS NOT NULL;

-- Files that no row names any more, and that are still to be deleted.
CREATE TABLE freed_file (
    hash BLOB PRIMARY KEY
) WITHOUT ROWID;

CREATE TRIGGER upload_freed AFTER DELETE ON upload WHEN old.hash IS NOT NULL
BEGIN
    INSERT OR IGNORE INTO freed_file (hash) VALUES (old.hash);
END;
