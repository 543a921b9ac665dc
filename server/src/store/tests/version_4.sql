-- What version 0.1.0 with schema 4 stored, as `.dump` writes it: alice and bob, later bobby, a room, a mention, a reply.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE "event" (
    room     INTEGER NOT NULL,  -- room.id
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     INTEGER NOT NULL,  -- 1 Message, 2 UserJoined, 3 UserLeft, 4 RoomUpdated
    user     INTEGER NOT NULL,  -- user.id
    messages INTEGER NOT NULL,  -- in the room, at or before this event
    message  INTEGER,           -- message.id, of Message
    changes  TEXT,              -- JSON, of RoomUpdated
    PRIMARY KEY (room, seq)
) WITHOUT ROWID;
INSERT INTO "event" VALUES(1,1,1795879533073,2,1,0,NULL,NULL);
INSERT INTO "event" VALUES(1,2,1795879533079,2,2,0,NULL,NULL);
INSERT INTO "event" VALUES(1,3,1795879533084,1,1,1,1,NULL);
INSERT INTO "event" VALUES(1,4,1795879533086,1,2,2,2,NULL);
INSERT INTO "event" VALUES(2,1,1795879533081,2,1,0,NULL,NULL);
INSERT INTO "event" VALUES(2,2,1795879533083,2,2,0,NULL,NULL);
INSERT INTO "event" VALUES(2,3,1795879533086,1,2,1,3,NULL);
INSERT INTO "event" VALUES(2,4,1795879533087,4,1,1,NULL,'{"topic":"on call: alice"}');
INSERT INTO "event" VALUES(2,5,1795879533088,3,2,1,NULL,NULL);
CREATE TABLE filing (
    after INTEGER NOT NULL -- message.id: later ones are not in `event` yet
);
CREATE TABLE held_name (
    canonical TEXT PRIMARY KEY,
    skeleton  TEXT NOT NULL,
    user      INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    until     INTEGER NOT NULL
, cased_skeleton TEXT) WITHOUT ROWID;
INSERT INTO "held_name" VALUES('bob','bob',2,1798471533089,'bob');
CREATE TABLE invite (
    code       BLOB PRIMARY KEY, -- SHA-256
    uses_left  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE link_code (
    user       INTEGER PRIMARY KEY REFERENCES user ON DELETE CASCADE,
    session    INTEGER REFERENCES session ON DELETE CASCADE, -- none: made from the shell
    code       BLOB NOT NULL UNIQUE, -- SHA-256
    expires_at INTEGER NOT NULL
);
CREATE TABLE member (
    room          INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    user          INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    joined        INTEGER NOT NULL,
    announced     INTEGER NOT NULL,           -- 0: a guest that only reads; its UserJoined is not in the log
    sent          INTEGER NOT NULL DEFAULT 0, -- messages of this user in the room
    read_seq      INTEGER NOT NULL,
    read_messages INTEGER NOT NULL,           -- of everyone, at or before read_seq
    read_sent     INTEGER NOT NULL,           -- of this user, at or before read_seq
    PRIMARY KEY (room, user)
) WITHOUT ROWID;
INSERT INTO "member" VALUES(1,1,1,1,1,1,0,0);
INSERT INTO "member" VALUES(1,2,1,1,1,2,0,0);
INSERT INTO "member" VALUES(2,1,1,1,0,1,0,0);
INSERT INTO "member" VALUES(2,2,0,1,1,2,0,0);
CREATE TABLE mention (
    user INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (user, room, seq)
) WITHOUT ROWID;
INSERT INTO "mention" VALUES(2,1,3);
CREATE TABLE "message" (
    id        INTEGER PRIMARY KEY,
    uuid      BLOB NOT NULL UNIQUE,
    hash      BLOB NOT NULL,    -- SHA-256 of room, body and reply_to as first sent
    room      INTEGER NOT NULL, -- room.id
    seq       INTEGER NOT NULL,
    author    INTEGER NOT NULL, -- user.id
    body      TEXT NOT NULL,
    sent_at   INTEGER NOT NULL,
    edited_at INTEGER,
    deleted   INTEGER NOT NULL DEFAULT 0,
    reply_to  BLOB,
    mentioned TEXT              -- JSON [[name as written, user uuid], …]
);
INSERT INTO "message" VALUES(1,X'01A222C2FA1C71A795C380646CAD8B28',X'DB1E60A6A8C648FC73F2809AAC31E23B3019A3F50CBCCA85B543353ACEA440F8',1,3,1,'from before, @bob',1795879533084,NULL,0,NULL,'[["bob","01a222c2-fa17-705b-ba2c-b46022173e75"]]');
INSERT INTO "message" VALUES(2,X'01A222C2FA1E7346ACFE38EC46B4444E',X'9439D263FCF7A381B2BF0CE98BFEA68D923F976BEF6099511A10F63031608396',1,4,2,'an answer',1795879533086,NULL,0,X'01A222C2FA1C71A795C380646CAD8B28',NULL);
INSERT INTO "message" VALUES(3,X'01A222C2FA1E7346ACFE38EE49752CDE',X'F911C474103D6BA42B65E8DB55C830CB85AC236BC8BA59C4C39C196776317F81',2,3,2,'disk 91 %',1795879533086,NULL,0,NULL,NULL);
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "meta" VALUES('epoch','01a222c2-f32c-70d6-9878-24ae40aba1d6');
INSERT INTO "meta" VALUES('looked_at','1795879531318');
INSERT INTO "meta" VALUES('server','01a222c2-f32c-70d6-9878-24ad71d4ffcc');
CREATE TABLE refinery_schema_history(
             version int4 PRIMARY KEY,
             name VARCHAR(255),
             applied_on VARCHAR(255),
             checksum VARCHAR(255));
INSERT INTO "refinery_schema_history" VALUES(1,'log','2026-11-28T15:25:31.257916158Z','7271965630074150343');
INSERT INTO "refinery_schema_history" VALUES(2,'log_without_references','2026-11-28T15:25:31.257928116Z','10591019640289678687');
INSERT INTO "refinery_schema_history" VALUES(3,'filing','2026-11-28T15:25:31.257930249Z','5209954896806602382');
INSERT INTO "refinery_schema_history" VALUES(4,'look_alikes','2026-11-28T15:25:31.257943328Z','4591701277362880698');
CREATE TABLE room (
    id         INTEGER PRIMARY KEY,
    uuid       BLOB NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    canonical  TEXT NOT NULL UNIQUE,
    skeleton   TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('public', 'private', 'direct')),
    topic      TEXT NOT NULL DEFAULT '',
    members    INTEGER NOT NULL DEFAULT 0, -- announced ones
    messages   INTEGER NOT NULL DEFAULT 0,
    last_seq   INTEGER NOT NULL DEFAULT 0,
    last_at    INTEGER,
    created_at INTEGER NOT NULL
, cased_skeleton TEXT);
INSERT INTO "room" VALUES(1,X'01A222C2F32C70D6987824AFBF8F419D','lobby','lobby','lobby','public','',2,2,4,1795879533086,1795879531000,'lobby');
INSERT INTO "room" VALUES(2,X'01A222C2FA1977E7BF7293352CEFEAFD','ops','ops','ops','public','on call: alice',1,1,5,1795879533088,1795879533081,'ops');
CREATE TABLE session (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB NOT NULL UNIQUE,
    user         INTEGER NOT NULL REFERENCES user ON DELETE CASCADE,
    token        BLOB NOT NULL UNIQUE, -- SHA-256
    client       TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL
);
INSERT INTO "session" VALUES(1,X'01A222C2FA117011974F49C904F23CB1',1,X'635E9D8EDCD0A212CB6C06B34C3D162EEEE04EE13DE474EE5538D2CA7438C102','Python-urllib/3.11',1795879533073,1795879533073);
INSERT INTO "session" VALUES(2,X'01A222C2FA17705BBA2CB45F977F0B4D',2,X'C8F23BC13DAAFC77E3DACCE9A4FF512B3014B17E13E5C9EDEA863D2BA9C66A41','Python-urllib/3.11',1795879533079,1795879533079);
CREATE TABLE user (
    id           INTEGER PRIMARY KEY,
    uuid         BLOB NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    canonical    TEXT NOT NULL UNIQUE,
    skeleton     TEXT NOT NULL UNIQUE,
    display_name TEXT,
    color        TEXT,
    role         TEXT NOT NULL CHECK (role IN ('guest', 'member', 'admin')),
    bot          INTEGER NOT NULL DEFAULT 0,
    disabled     INTEGER NOT NULL DEFAULT 0,
    password     TEXT,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER
, cased_skeleton TEXT);
INSERT INTO "user" VALUES(1,X'01A222C2FA117011974F49CAB756E42D','alice','alice','alice',NULL,NULL,'member',0,0,'$argon2id$v=19$m=19456,t=2,p=1$JaE7dv93/2wPSg+qjgV7qQ$Gx5imN0sSagvCKHBuJ6/bv7rod+5E1hGV0YZjqU1wB4',1795879533073,NULL,'alice');
INSERT INTO "user" VALUES(2,X'01A222C2FA17705BBA2CB46022173E75','bobby','bobby','bobby',NULL,NULL,'member',0,0,NULL,1795879533079,NULL,'bobby');
CREATE INDEX held_name_skeleton ON held_name (skeleton);
CREATE INDEX held_name_user ON held_name (user);
CREATE INDEX session_user ON session (user, last_used_at);
CREATE INDEX member_user ON member (user, joined, room);
CREATE VIEW unfiled AS
SELECT room, seq, sent_at AS at, 1 AS kind, author AS user,
       seq - (SELECT room.last_seq - room.messages FROM room WHERE room.id = message.room) AS messages,
       id AS message, NULL AS changes
FROM message WHERE id > (SELECT after FROM filing);
CREATE VIEW log AS SELECT * FROM event UNION ALL SELECT * FROM unfiled;
CREATE INDEX user_cased_skeleton ON user (cased_skeleton);
CREATE INDEX room_cased_skeleton ON room (cased_skeleton);
CREATE INDEX held_name_cased_skeleton ON held_name (cased_skeleton);
CREATE INDEX link_code_session ON link_code (session);
COMMIT;