-- Users that programs are, and who answers for each.
CREATE TABLE bot (
    user  INTEGER PRIMARY KEY REFERENCES user,
    maker INTEGER NOT NULL,           -- user.id
    ended INTEGER NOT NULL DEFAULT 0  -- its maker can take it up again
);
CREATE INDEX bot_maker ON bot (maker);
