//! What is counted from the rows of an import: the log by room, unread messages, threads, mentions.

use rusqlite::{Connection, OptionalExtension as _};

use crate::store::{
    Result, RowId,
    sqlite::{access, log},
};

/// Makes the log and everything that is counted; says what is wrong with it, if anything is.
pub(super) fn make(db: &Connection) -> Result<Option<String>> {
    let find_wrong = |sql: &str| db.query_row(sql, [], |row| row.get::<_, String>(0)).optional();
    if let Some(wrong) = find_wrong(STRAY)? {
        return Ok(Some(wrong));
    }
    if let Some(wrong) = find_wrong(TAKEN_TWICE)? {
        return Ok(Some(wrong));
    }
    let log = format!(
        "INSERT INTO event (room, seq, at, kind, user, messages, message, changes, actor)
         SELECT room, seq, at, kind, user, sum(kind = {0}) OVER (PARTITION BY room ORDER BY seq), message, changes, actor
         FROM (SELECT room, seq, at, kind, user, message, changes, actor FROM entry
               UNION ALL SELECT room, seq, sent_at, {0}, author, id, NULL, NULL FROM message) ORDER BY room, seq",
        log::MESSAGE
    );
    db.execute_batch(&log)?;
    if let Some(wrong) = find_wrong(GAP)? {
        return Ok(Some(wrong));
    }
    db.execute_batch(SENT)?;
    db.execute_batch(COUNTS)?;
    for room in direct_rooms(db)? {
        let people = db
            .prepare_cached("SELECT user FROM member WHERE room = ?")?
            .query_map([room], |row| row.get(0))?
            .collect::<rusqlite::Result<Vec<RowId>>>()?;
        let key = access::people_key(db, &people)?;
        db.prepare_cached("UPDATE room SET canonical = ?1, skeleton = ?1, cased_skeleton = ?1 WHERE id = ?2")?
            .execute(rusqlite::params![key, room])?;
    }
    db.execute_batch("DROP TABLE entry")?;
    Ok(None)
}

fn direct_rooms(db: &Connection) -> Result<Vec<RowId>> {
    let mut find = db.prepare_cached("SELECT id FROM room WHERE kind = 'direct'")?;
    let rooms = find.query_map([], |row| row.get(0))?;
    Ok(rooms.collect::<rusqlite::Result<_>>()?)
}

/// A message that names what is not in its room.
const STRAY: &str = "
SELECT 'a message of the room ' || room.name || ' answers one that is not there'
FROM message JOIN room ON room.id = message.room
WHERE (message.reply_to IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM message AS other WHERE other.uuid = message.reply_to AND other.room = message.room))
   OR (message.thread IS NOT NULL AND NOT EXISTS
         (SELECT 1 FROM message AS other WHERE other.uuid = message.thread AND other.room = message.room)) LIMIT 1";

const TAKEN_TWICE: &str = "
SELECT 'position ' || seq || ' of the room ' || (SELECT name FROM room WHERE id = room) || ' is taken twice'
FROM (SELECT room, seq FROM entry UNION ALL SELECT room, seq FROM message) GROUP BY room, seq HAVING count(*) > 1 LIMIT 1";

const GAP: &str = "
SELECT 'the log of the room ' || (SELECT name FROM room WHERE id = room) || ' has a gap: ' || count(*) || ' events up to ' || max(seq)
FROM event GROUP BY room HAVING count(*) <> max(seq) OR min(seq) <> 1 LIMIT 1";

/// A table of everyone's messages, counted in their order.
pub(in crate::store::sqlite::admin) const SENT: &str = "
CREATE TEMP TABLE sent (room INTEGER, user INTEGER, seq INTEGER, count INTEGER, PRIMARY KEY (room, user, seq)) WITHOUT ROWID;
INSERT INTO temp.sent SELECT room, author, seq, row_number() OVER (PARTITION BY room, author ORDER BY seq) FROM message
ORDER BY room, author, seq;";

const COUNTS: &str = "
UPDATE room SET last_seq = log.last_seq, last_at = log.last_at, messages = log.messages
FROM (SELECT room, max(seq) AS last_seq, max(at) AS last_at, max(messages) AS messages FROM event GROUP BY room) AS log
WHERE log.room = room.id;
UPDATE room SET members = (SELECT count(*) FROM member WHERE member.room = room.id
                           AND (room.kind = 'direct' OR joined AND announced)),
                pins = (SELECT count(*) FROM pin WHERE pin.room = room.id);
UPDATE member SET
    sent = coalesce((SELECT count FROM sent WHERE sent.room = member.room AND sent.user = member.user
                     ORDER BY seq DESC LIMIT 1), 0),
    read_sent = coalesce((SELECT count FROM sent WHERE sent.room = member.room AND sent.user = member.user
                          AND seq <= read_seq ORDER BY seq DESC LIMIT 1), 0),
    read_messages = coalesce((SELECT messages FROM event WHERE event.room = member.room AND seq <= read_seq
                              ORDER BY seq DESC LIMIT 1), 0);
DROP TABLE sent;
INSERT INTO thread SELECT thread, sum(NOT deleted), coalesce(max(iif(deleted, NULL, seq)), 0),
                          coalesce(max(iif(deleted, NULL, sent_at)), 0)
FROM message WHERE thread IS NOT NULL GROUP BY thread;
INSERT INTO thread_author SELECT thread, author, min(seq), sum(NOT deleted) FROM message WHERE thread IS NOT NULL
GROUP BY thread, author;
UPDATE message SET extras = extras | 2 FROM thread WHERE thread.root = message.uuid;
INSERT INTO mention (user, room, seq, author)
SELECT member.user, message.room, message.seq, message.author
FROM room JOIN message ON message.room = room.id JOIN member ON member.room = room.id AND member.user <> message.author
WHERE room.kind = 'direct' AND NOT deleted;
INSERT INTO room_mention SELECT message.room, message.seq, message.author FROM message JOIN room ON room.id = message.room
WHERE mentions_room AND NOT deleted AND room.kind <> 'direct';
INSERT OR IGNORE INTO mention (user, room, seq, author)
SELECT user.id, message.room, message.seq, message.author
FROM message JOIN room ON room.id = message.room JOIN json_each(message.mentioned) AS pair
     JOIN user ON user.uuid = unhex(replace(json_extract(pair.value, '$[1]'), '-', ''))
WHERE mentioned IS NOT NULL AND NOT deleted AND NOT mentions_room AND room.kind <> 'direct' AND user.id <> message.author;
";
