-- By which terms messages are found (`chat_protocol::search`), and by room, author, month, links and code. Rows are those
-- of `message`; texts and positions are not kept. An entry is removed from the index as soon as its text is.
CREATE VIRTUAL TABLE search USING fts5(
    terms, content='', detail=none, columnsize=0,
    tokenize="ascii tokenchars '!""#$%&''()*+,-./:;<=>?@[\]^_`{|}~'"
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);

-- Which messages are in it: those up to `last`, made by a version of the program that makes the same of a text.
CREATE TABLE search_state (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    last    INTEGER NOT NULL -- message.id
);
INSERT INTO search_state VALUES (1, 0, 0);

-- What an entry of a removed room was made with, to remove it.
ALTER TABLE removed_room ADD COLUMN was_public INTEGER NOT NULL DEFAULT 0;
