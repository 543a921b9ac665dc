-- A room is a log: `event` holds what happened, in order; the other tables are read models of it, kept by the same
-- transactions. Times are milliseconds since the Unix epoch. Hashes are SHA-256. Names are compared byte by byte.

-- `schema` is the number of the last migration: a server refuses a greater one than it knows.
CREATE TABLE meta (
    key   text PRIMARY KEY,
    value text NOT NULL
);
INSERT INTO meta VALUES ('schema', '1');

-- What a commit changed for those who listen, for every server of this database; kept for a while.
CREATE TABLE notice (
    n    bigint PRIMARY KEY,
    at   bigint NOT NULL,
    what text NOT NULL
);
CREATE INDEX notice_at ON notice (at);

CREATE TABLE account (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid           uuid NOT NULL UNIQUE,
    name           text COLLATE "C" NOT NULL,
    canonical      text COLLATE "C" NOT NULL UNIQUE,
    skeleton       text COLLATE "C" NOT NULL UNIQUE,
    cased_skeleton text COLLATE "C" NOT NULL,
    display_name   text,
    color          text,
    role           text NOT NULL CHECK (role IN ('guest', 'member', 'admin')),
    bot            boolean NOT NULL DEFAULT false,
    disabled       boolean NOT NULL DEFAULT false,
    password       text,
    created_at     bigint NOT NULL,
    last_seen_at   bigint,
    status_text    text,
    status_emoji   text,
    status_until   bigint
);
CREATE INDEX account_cased_skeleton ON account (cased_skeleton);

-- Names given up by renaming, kept for their owner for a while.
CREATE TABLE held_name (
    canonical      text COLLATE "C" PRIMARY KEY,
    skeleton       text COLLATE "C" NOT NULL,
    cased_skeleton text COLLATE "C" NOT NULL,
    account        bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    until          bigint NOT NULL
);
CREATE INDEX held_name_skeleton ON held_name (skeleton);
CREATE INDEX held_name_cased_skeleton ON held_name (cased_skeleton);
CREATE INDEX held_name_account ON held_name (account);

CREATE TABLE session (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         uuid NOT NULL UNIQUE,
    account      bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    token        bytea NOT NULL UNIQUE, -- its hash
    client       text NOT NULL,
    created_at   bigint NOT NULL,
    last_used_at bigint NOT NULL
);
CREATE INDEX session_account ON session (account, last_used_at);

-- At most one code a user: a new one ends the old. A code ends with the session that made it.
CREATE TABLE link_code (
    account    bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    session    bigint REFERENCES session ON DELETE CASCADE, -- none: made from the shell
    code       bytea NOT NULL UNIQUE,                       -- its hash
    expires_at bigint NOT NULL
);
CREATE INDEX link_code_session ON link_code (session);

CREATE TABLE invite (
    code       bytea PRIMARY KEY,      -- its hash
    number     bigint NOT NULL UNIQUE, -- names it to people; the code does not
    uses_left  bigint NOT NULL,
    expires_at bigint NOT NULL,
    maker      bigint,                 -- account.id; NULL: made at the shell
    rooms      text                    -- JSON: ids of the rooms that the newcomer joins
);

-- A private room shares its name with nobody's public one by chance: `canonical` and `skeleton`, which are unique, hold its
-- id too. A direct room has its people there.
CREATE TABLE room (
    id                     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid                   uuid NOT NULL UNIQUE,
    name                   text COLLATE "C" NOT NULL,
    canonical              text COLLATE "C" NOT NULL UNIQUE,
    skeleton               text COLLATE "C" NOT NULL UNIQUE,
    cased_skeleton         text COLLATE "C" NOT NULL,
    private_name           text COLLATE "C", -- of a private room, in canonical form
    kind                   text NOT NULL CHECK (kind IN ('public', 'private', 'direct')),
    topic                  text NOT NULL DEFAULT '',
    members                bigint NOT NULL DEFAULT 0, -- announced ones
    messages               bigint NOT NULL DEFAULT 0,
    last_seq               bigint NOT NULL DEFAULT 0,
    last_at                bigint,
    pins                   bigint NOT NULL DEFAULT 0,
    archived               boolean NOT NULL DEFAULT false,
    slow_seconds           bigint NOT NULL DEFAULT 0,
    retention_days         bigint, -- NULL: as long as the server keeps them; 0: for ever
    retention_keeps_pinned boolean NOT NULL DEFAULT false,
    created_at             bigint NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX room_cased_skeleton ON room (cased_skeleton);

-- The row stays when a member leaves (`joined` false), for `sent`.
CREATE TABLE member (
    room           bigint NOT NULL REFERENCES room ON DELETE CASCADE,
    account        bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    joined         boolean NOT NULL,
    announced      boolean NOT NULL,           -- false: a guest that only reads; its UserJoined is not in the log
    moderator      boolean NOT NULL DEFAULT false,
    since          bigint NOT NULL DEFAULT 0,  -- the position at which they came
    sent           bigint NOT NULL DEFAULT 0,  -- messages of this user in the room
    read_seq       bigint NOT NULL,
    read_messages  bigint NOT NULL,            -- of everyone, at or before read_seq
    read_sent      bigint NOT NULL,            -- of this user, at or before read_seq
    notify         text,                       -- 'all', 'mentions' or 'none'; NULL as the kind of room has it
    favourite      boolean NOT NULL DEFAULT false,
    hidden         boolean NOT NULL DEFAULT false,
    removal        text,                       -- 'kicked' or 'banned'; NULL: they left
    removed_by     bigint,                     -- account.id
    removal_reason text,
    PRIMARY KEY (room, account)
) WITH (fillfactor = 70);
CREATE INDEX member_account ON member (account, joined, room);

-- Who is kept out of a room, and who may not write there.
CREATE TABLE restriction (
    room    bigint NOT NULL,
    account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    kind    text NOT NULL CHECK (kind IN ('ban', 'mute')),
    until   bigint, -- NULL: for ever
    PRIMARY KEY (room, account, kind)
);
CREATE INDEX restriction_account ON restriction (account);

-- When someone last wrote in a room in which members must wait between their messages.
CREATE TABLE slow_message (
    room    bigint NOT NULL,
    account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    at      bigint NOT NULL,
    PRIMARY KEY (room, account)
);
CREATE INDEX slow_message_account ON slow_message (account);

-- The log's rows stay for ever, and so do the rooms, users and messages that they name: nothing checks that again for every
-- message.
CREATE TABLE message (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid          uuid NOT NULL UNIQUE,
    hash          bytea NOT NULL,  -- of room, body and reply_to as first sent
    room          bigint NOT NULL, -- room.id
    seq           bigint NOT NULL,
    author        bigint NOT NULL, -- account.id
    body          text NOT NULL,
    sent_at       bigint NOT NULL,
    edited_at     bigint,
    deleted       boolean NOT NULL DEFAULT false,
    reply_to      uuid,
    thread        uuid,            -- the message that its chain of replies began with
    mentioned     text,            -- JSON [[name as written, user uuid], …]
    mentions_room boolean NOT NULL DEFAULT false, -- @room or @here: everyone but the author is mentioned
    extras        integer NOT NULL DEFAULT 0      -- what else must be read with it: 1 reactions, 2 replies, 4 files
);
CREATE INDEX message_thread ON message (thread, seq) WHERE thread IS NOT NULL;
-- Deleted messages are not unread.
CREATE INDEX message_deleted ON message (room, seq, author) WHERE deleted;

CREATE TABLE event (
    room     bigint NOT NULL,  -- room.id
    seq      bigint NOT NULL,
    at       bigint NOT NULL,
    kind     integer NOT NULL, -- 1 Message, 2 UserJoined, 3 UserLeft, 4 RoomUpdated, …
    account  bigint NOT NULL,  -- account.id
    actor    bigint,           -- account.id: who acted on `account`, where that is somebody else
    messages bigint NOT NULL,  -- in the room, at or before this event
    message  bigint,           -- message.id: that it is about
    changes  text,             -- JSON, as the kind has it
    PRIMARY KEY (room, seq)
);

-- Commands that made an event. Their ids and those of messages are one space.
CREATE TABLE command (
    id   uuid PRIMARY KEY,
    hash bytea NOT NULL,  -- of what was asked for, and by whom
    room bigint NOT NULL,
    seq  bigint NOT NULL  -- of the event
);
CREATE INDEX command_room ON command (room);

-- Threads, counted; deleted replies are left out.
CREATE TABLE thread (
    root     uuid PRIMARY KEY, -- message.uuid
    count    bigint NOT NULL,
    last_seq bigint NOT NULL,
    last_at  bigint NOT NULL
) WITH (fillfactor = 70);

-- Who wrote in a thread.
CREATE TABLE thread_author (
    root    uuid NOT NULL,
    account bigint NOT NULL,
    seq     bigint NOT NULL, -- of their first reply
    count   bigint NOT NULL, -- of their replies
    PRIMARY KEY (root, account)
) WITH (fillfactor = 70);
CREATE INDEX thread_author_seq ON thread_author (root, seq);

-- Threads that users follow, because they wrote there, began them or chose to; or left.
CREATE TABLE thread_follow (
    account   bigint NOT NULL,
    root      uuid NOT NULL, -- message.uuid
    following boolean NOT NULL,
    PRIMARY KEY (account, root)
);
CREATE INDEX thread_follow_root ON thread_follow (root);

-- Who was mentioned where by someone else.
CREATE TABLE mention (
    account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    room    bigint NOT NULL,
    seq     bigint NOT NULL,
    author  bigint NOT NULL,
    PRIMARY KEY (account, room, seq)
);
CREATE INDEX mention_room ON mention (room, seq);

-- Mentions of everyone in a room, in place of a row of `mention` for each.
CREATE TABLE room_mention (
    room   bigint NOT NULL,
    seq    bigint NOT NULL,
    author bigint NOT NULL,
    PRIMARY KEY (room, seq)
);

-- Whose messages are no mentions for whom.
CREATE TABLE ignored (
    account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    other   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    PRIMARY KEY (account, other)
);
CREATE INDEX ignored_other ON ignored (other);

-- Earlier texts of a message.
CREATE TABLE edit (
    message    bigint NOT NULL,
    written_at bigint NOT NULL,
    seq        bigint NOT NULL, -- of the event that replaced the text
    body       text NOT NULL,
    PRIMARY KEY (message, seq)
);

CREATE TABLE reaction (
    message bigint NOT NULL,
    emoji   text COLLATE "C" NOT NULL,
    seq     bigint NOT NULL, -- of its event: the order of people
    account bigint NOT NULL,
    PRIMARY KEY (message, emoji, seq),
    UNIQUE (message, emoji, account)
);

-- The emojis of a message, counted.
CREATE TABLE reaction_count (
    message bigint NOT NULL,
    emoji   text COLLATE "C" NOT NULL,
    seq     bigint NOT NULL, -- of the first event: the order of emojis
    count   bigint NOT NULL,
    PRIMARY KEY (message, emoji)
);

CREATE TABLE pin (
    room    bigint NOT NULL,
    seq     bigint NOT NULL, -- of its event: the newest comes first
    message bigint NOT NULL UNIQUE,
    PRIMARY KEY (room, seq)
);

-- Rooms that were removed, as long as anything is left of their messages.
CREATE TABLE removed_room (
    room bigint PRIMARY KEY
);

-- Of a room that was removed for ever, its people alone are told: for others it was never there.
CREATE TABLE deleted_room (
    account bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    uuid    uuid NOT NULL, -- the room's
    PRIMARY KEY (account, uuid)
);

CREATE TABLE report (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      bigint NOT NULL,
    account bigint NOT NULL, -- who made it
    room    bigint NOT NULL,
    message bigint NOT NULL,
    reason  text,
    UNIQUE (message, account)
);
CREATE INDEX report_by_room ON report (room, id);

-- Who did what to whom.
CREATE TABLE audit (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        bigint NOT NULL,
    actor     bigint, -- account.id; NULL: the operator, at the shell
    action    text NOT NULL,
    account   bigint, -- account.id: to whom
    room      uuid,   -- room.uuid: where; the room may be gone by now
    is_public boolean NOT NULL DEFAULT true,
    detail    text
);
CREATE INDEX audit_room ON audit (room) WHERE room IS NOT NULL;

-- Files that were uploaded, and the messages that carry them.
CREATE TABLE upload (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid       uuid NOT NULL UNIQUE,
    account    bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    name       text NOT NULL,
    size       bigint NOT NULL,
    hash       bytea,  -- NULL until all bytes are there
    type       text,   -- NULL likewise
    width      bigint, -- as the uploader said, until all bytes are there
    height     bigint,
    preview    uuid,   -- upload.uuid
    message    bigint, -- message.id
    place      bigint, -- among the message's files; NULL: a preview
    expires_at bigint  -- NULL: a message carries it
);
CREATE INDEX upload_account ON upload (account, size);
CREATE INDEX upload_hash ON upload (hash) WHERE hash IS NOT NULL;
CREATE INDEX upload_message ON upload (message, place) WHERE message IS NOT NULL;
CREATE INDEX upload_expiry ON upload (expires_at) WHERE expires_at IS NOT NULL;

-- Files that no row names any more, and that are still to be deleted.
CREATE TABLE freed_file (
    hash bytea PRIMARY KEY
);

CREATE FUNCTION upload_freed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO freed_file (hash) VALUES (old.hash) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER upload_freed AFTER DELETE ON upload
    FOR EACH ROW WHEN (old.hash IS NOT NULL) EXECUTE FUNCTION upload_freed();

-- Addresses that programs post to. Each posts as a user of its own, who is a member of its room.
CREATE TABLE hook (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid       uuid NOT NULL UNIQUE,
    room       bigint NOT NULL,
    account    bigint NOT NULL UNIQUE REFERENCES account,
    secret     bytea,           -- its hash; NULL: it has ended, and a new one of that name takes up its user
    maker      bigint NOT NULL, -- account.id
    created_at bigint NOT NULL
);
CREATE INDEX hook_room ON hook (room);

-- Users that programs are, and who answers for each.
CREATE TABLE bot (
    account bigint PRIMARY KEY REFERENCES account,
    maker   bigint NOT NULL,               -- account.id
    ended   boolean NOT NULL DEFAULT false -- its maker can take it up again
);
CREATE INDEX bot_maker ON bot (maker);

-- Addresses to which a room's events are sent. Each reads the room's log as its maker does.
CREATE TABLE webhook (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid        uuid NOT NULL UNIQUE,
    room        bigint NOT NULL,
    maker       bigint NOT NULL,             -- account.id
    url         text NOT NULL,
    secret      bytea NOT NULL,              -- the key of its signatures
    events      text NOT NULL,               -- JSON array of types
    created_at  bigint NOT NULL,
    delivered   bigint NOT NULL,             -- seq up to which everything was delivered
    waited      bigint NOT NULL DEFAULT 0,   -- milliseconds between attempts since the last success
    answers     text NOT NULL DEFAULT '[]',  -- JSON array of the last ones
    disabled_at bigint,                      -- it sends nothing any more
    disabled    text                         -- why
);
CREATE INDEX webhook_room ON webhook (room);

-- By which terms messages are found (`chat_protocol::search`), and by room, author, period, links, code and files.
CREATE TABLE search_entry (
    message bigint PRIMARY KEY, -- message.id
    terms   text[] COLLATE "C" NOT NULL
);
CREATE INDEX search_entry_terms ON search_entry USING gin (terms);

-- Which messages are in it: those up to `last`, made by a version of the program that makes the same of a text.
CREATE TABLE search_state (
    id      integer PRIMARY KEY CHECK (id = 1),
    version bigint NOT NULL,
    last    bigint NOT NULL -- message.id
);
INSERT INTO search_state VALUES (1, 0, 0);
