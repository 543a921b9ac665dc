//! Whom a message mentions: as it is kept with the message, and as counts are made from it.

use chat_protocol::{Message, RoomKind, UserId, mention::Mention};
use rusqlite::{Connection, params};

use super::engine::writer::Tx;
use crate::store::{Result, access::Access};

/// Keeps what counts of mentions are made from.
pub(super) fn insert_mentions(tx: &Tx<'_>, access: &Access, message: &Message) -> Result<()> {
    if access.kind() == RoomKind::Direct {
        // Every message there is for everyone.
        tx.db
            .prepare_cached(
                "INSERT INTO mention (user, room, seq, author) SELECT member.user, ?1, ?2, user.id FROM member, user
                 WHERE member.room = ?1 AND user.uuid = ?3 AND member.user <> user.id",
            )?
            .execute(params![access.row(), message.seq, message.author.id.uuid()])?;
        return Ok(());
    }
    if message.mentions_room {
        tx.db
            .prepare_cached("INSERT INTO room_mention (room, seq, author) SELECT ?, ?, id FROM user WHERE uuid = ?")?
            .execute(params![access.row(), message.seq, message.author.id.uuid()])?;
        return Ok(());
    }
    for user in message.mentions.iter().filter(|user| **user != message.author.id) {
        tx.db
            .prepare_cached(
                "INSERT INTO mention (user, room, seq, author) SELECT id, ?, ?, (SELECT id FROM user WHERE uuid = ?)
                 FROM user WHERE uuid = ?",
            )?
            .execute(params![access.row(), message.seq, message.author.id.uuid(), user.uuid()])?;
    }
    Ok(())
}

/// Has a message no longer count as a mention of anyone.
pub(super) fn delete_mentions(db: &Connection, access: &Access, message: &Message) -> Result<()> {
    let (room, seq) = (access.row(), message.seq);
    if access.kind() == RoomKind::Direct {
        db.prepare_cached(
            "DELETE FROM mention WHERE user IN (SELECT user FROM member WHERE room = ?1) AND room = ?1 AND seq = ?2",
        )?
        .execute(params![room, seq])?;
        return Ok(());
    }
    db.prepare_cached("DELETE FROM room_mention WHERE room = ? AND seq = ?")?.execute(params![room, seq])?;
    for user in &message.mentions {
        db.prepare_cached(
            "DELETE FROM mention WHERE user = (SELECT id FROM user WHERE uuid = ?) AND room = ? AND seq = ?",
        )?
        .execute(params![user.uuid(), room, seq])?;
    }
    Ok(())
}

/// The column `mentioned`: pairs of a name and an id.
pub(super) fn mentions_to(mentioned: &[Mention]) -> Option<String> {
    let pairs: Vec<(&str, UserId)> = mentioned.iter().map(|mention| (mention.name.as_str(), mention.user)).collect();
    if pairs.is_empty() { None } else { serde_json::to_string(&pairs).ok() }
}

pub(super) fn mentions_from(text: &str) -> Vec<Mention> {
    let pairs: Vec<(String, UserId)> = serde_json::from_str(text).unwrap_or_default();
    pairs.into_iter().map(|(name, user)| Mention { name, user }).collect()
}
