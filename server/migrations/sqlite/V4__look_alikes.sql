-- Names are compared by what they look like with their case and without it. The first is filled in by the program
-- for names that were taken before: SQL does not know which characters look alike.

ALTER TABLE user ADD COLUMN cased_skeleton TEXT;
CREATE INDEX user_cased_skeleton ON user (cased_skeleton);
ALTER TABLE room ADD COLUMN cased_skeleton TEXT;
CREATE INDEX room_cased_skeleton ON room (cased_skeleton);
ALTER TABLE held_name ADD COLUMN cased_skeleton TEXT;
CREATE INDEX held_name_cased_skeleton ON held_name (cased_skeleton);

-- A link code ends with the session that made it. Those of before, which last ten minutes at most, are dropped.
DROP TABLE link_code;
CREATE TABLE link_code (
    user       INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
    session    INTEGER REFERENCES session ON DELETE CASCADE, -- none: made from the shell
    code       BLOB NOT NULL UNIQUE, -- SHA-256
    expires_at INTEGER NOT NULL
);
CREATE INDEX link_code_session ON link_code (session);
