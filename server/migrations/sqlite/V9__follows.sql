-- Threads that users follow, because they wrote there, began them or chose to; or left.

CREATE TABLE thread_follow (
    user      INTEGER NOT NULL,
    root      BLOB NOT NULL, -- message.uuid
    following INTEGER NOT NULL,
    PRIMARY KEY (user, root)
) WITHOUT ROWID;
CREATE INDEX thread_follow_root ON thread_follow (root);

INSERT OR IGNORE INTO thread_follow SELECT user, root, 1 FROM thread_author;
INSERT OR IGNORE INTO thread_follow SELECT author, uuid, 1 FROM thread JOIN message ON message.uuid = thread.root;
