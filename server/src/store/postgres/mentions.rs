//! Whom a message mentions, on PostgreSQL: as it is kept with the message, and as counts are made from it.

use chat_protocol::{Message, RoomKind, UserId, mention::Mention};
use uuid::Uuid;

use super::engine::connection::Db;
use crate::store::{Result, RowId, access::Access};

/// Keeps what counts of mentions are made from.
pub(super) fn insert_mentions(db: &Db, access: &Access, author: RowId, message: &Message) -> Result<()> {
    let (room, seq) = (access.row(), super::rows::int(message.seq));
    if access.kind() == RoomKind::Direct {
        // Every message there is for everyone.
        db.execute(
            "INSERT INTO mention (account, room, seq, author)
             SELECT account, $1, $2, $3 FROM member WHERE room = $1 AND account <> $3",
            &[&room, &seq, &author],
        )?;
    } else if message.mentions_room {
        db.execute("INSERT INTO room_mention (room, seq, author) VALUES ($1, $2, $3)", &[&room, &seq, &author])?;
    } else if !message.mentions.is_empty() {
        db.execute(
            "INSERT INTO mention (account, room, seq, author)
             SELECT id, $1, $2, $3 FROM account WHERE uuid = ANY($4) AND id <> $3",
            &[&room, &seq, &author, &uuids(&message.mentions)],
        )?;
    }
    Ok(())
}

/// Has a message no longer count as a mention of anyone.
pub(super) fn delete_mentions(db: &Db, access: &Access, message: &Message) -> Result<()> {
    let (room, seq) = (access.row(), super::rows::int(message.seq));
    db.execute("DELETE FROM mention WHERE room = $1 AND seq = $2", &[&room, &seq])?;
    db.execute("DELETE FROM room_mention WHERE room = $1 AND seq = $2", &[&room, &seq])?;
    Ok(())
}

fn uuids(users: &[UserId]) -> Vec<Uuid> {
    users.iter().map(|user| user.uuid()).collect()
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
