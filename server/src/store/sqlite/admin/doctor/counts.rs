//! Whether the log has no gaps, and what is counted from it is right.

use rusqlite::Connection;

use super::{super::import::counts::SENT, COUNT_AGAIN, Finding, RESTORE, Result, note};

/// What is looked for: a query that finds the first case of it, and what that means.
const CHECKS: &[(&str, &str, &str)] = &[
    (
        "SELECT room.name || ' (' || count(*) || ' events up to ' || max(seq) || ')'
         FROM log JOIN room ON room.id = log.room WHERE NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = room.id)
         GROUP BY log.room HAVING count(*) <> max(seq) OR min(seq) <> 1 LIMIT 1",
        "the log of a room has a gap",
        RESTORE,
    ),
    (
        "SELECT hex(uuid) FROM message WHERE id <= coalesce((SELECT after FROM filing), id) AND NOT EXISTS
            (SELECT 1 FROM event WHERE event.room = message.room AND event.seq = message.seq AND event.message = message.id)
         LIMIT 1",
        "a message is not in its room's log",
        RESTORE,
    ),
    (
        "SELECT room || '/' || seq FROM event
         WHERE message IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = event.message) LIMIT 1",
        "an event is about a message that is missing",
        RESTORE,
    ),
    (
        "SELECT room || '/' || seq FROM event WHERE NOT EXISTS (SELECT 1 FROM user WHERE user.id = event.user) LIMIT 1",
        "an event is about a user that is missing",
        RESTORE,
    ),
    (
        "SELECT hex(uuid) FROM message WHERE NOT EXISTS (SELECT 1 FROM user WHERE user.id = author)
            OR NOT EXISTS (SELECT 1 FROM room WHERE room.id = message.room) LIMIT 1",
        "a message has no author or no room",
        RESTORE,
    ),
    (
        "SELECT hex(uuid) FROM message WHERE deleted AND (body <> '' OR mentioned IS NOT NULL
            OR EXISTS (SELECT 1 FROM edit WHERE edit.message = message.id)) LIMIT 1",
        "a deleted message still has a text",
        "stop the server and ask for help with this: the text was to be gone",
    ),
    (
        "SELECT room || '/' || seq FROM (SELECT room, seq, messages, sum(kind = 1) OVER (PARTITION BY room ORDER BY seq) AS counted
                                        FROM event) WHERE messages <> counted AND NOT EXISTS
            (SELECT 1 FROM removed_room WHERE removed_room.room = room) LIMIT 1",
        "an event has another number of messages before it than it says",
        COUNT_AGAIN,
    ),
    (
        "SELECT room.name FROM room JOIN (SELECT room, max(seq) AS last_seq, sum(kind = 1) AS messages FROM log GROUP BY room)
            AS counted ON counted.room = room.id
         WHERE (counted.last_seq <> room.last_seq OR counted.messages <> room.messages)
           AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = room.id) LIMIT 1",
        "a room has other events or messages than it says",
        COUNT_AGAIN,
    ),
    (
        "SELECT name FROM room WHERE NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = room.id) AND (
            pins <> (SELECT count(*) FROM pin WHERE pin.room = room.id)
            OR members <> (SELECT count(*) FROM member WHERE member.room = room.id AND (room.kind = 'direct' OR joined AND announced)))
         LIMIT 1",
        "a room has other members or pins than it says",
        COUNT_AGAIN,
    ),
    (
        "SELECT room.name || ', ' || user.name FROM member JOIN room ON room.id = member.room JOIN user ON user.id = member.user
         WHERE sent <> coalesce((SELECT count FROM temp.sent AS own WHERE own.room = member.room AND own.user = member.user
                                 ORDER BY seq DESC LIMIT 1), 0)
            OR read_sent <> coalesce((SELECT count FROM temp.sent AS own WHERE own.room = member.room
                                      AND own.user = member.user AND seq <= read_seq ORDER BY seq DESC LIMIT 1), 0)
            OR read_messages <> coalesce((SELECT max(messages) FROM log WHERE log.room = member.room AND seq = read_seq), 0)
         LIMIT 1",
        "a member's unread messages are counted from wrong numbers",
        COUNT_AGAIN,
    ),
    (
        "SELECT hex(root) FROM thread WHERE count <> (SELECT count(*) FROM message WHERE message.thread = root AND NOT deleted)
         UNION ALL SELECT hex(uuid) FROM message WHERE thread IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM thread WHERE thread.root = message.thread)
            AND NOT EXISTS (SELECT 1 FROM removed_room WHERE removed_room.room = message.room) LIMIT 1",
        "a thread has other replies than it says",
        COUNT_AGAIN,
    ),
    (
        "SELECT hex(uuid) FROM reaction_count JOIN message ON message.id = reaction_count.message
         WHERE count <> (SELECT count(*) FROM reaction WHERE reaction.message = reaction_count.message
                         AND reaction.emoji = reaction_count.emoji) LIMIT 1",
        "a message has other reactions than it says",
        COUNT_AGAIN,
    ),
    (
        "SELECT room || '/' || seq FROM mention WHERE NOT EXISTS
            (SELECT 1 FROM message WHERE message.room = mention.room AND message.seq = mention.seq AND NOT deleted)
         LIMIT 1",
        "someone is mentioned by a message that is not there",
        COUNT_AGAIN,
    ),
];

/// Looks at everything that is counted.
pub(super) fn examine(db: &Connection, findings: &mut Vec<Finding>) -> Result<()> {
    db.execute_batch(SENT)?;
    CHECKS.iter().try_for_each(|(sql, what, advice)| note(db, findings, sql, what, advice))
}
