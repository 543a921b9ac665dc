//! Read positions: how far each member has come, and what that leaves unread.

use chat_protocol::{RoomId, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::{engine::writer::Tx, rows};
use crate::store::{Notice, Result, access::Access, operation};

/// A member's read position, and the end of the room's log.
pub(super) fn position(db: &Connection, access: &Access, user: i64) -> Result<(u64, u64)> {
    let mut find = db.prepare_cached(
        "SELECT read_seq, last_seq FROM member JOIN room ON room.id = member.room WHERE room = ? AND user = ?",
    )?;
    Ok(find.query_row([access.row(), user], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Everyone's messages up to a position stand in the log beside it; the user's own between the old and the new
/// position are counted.
pub(super) fn move_to(tx: &mut Tx<'_>, access: &Access, user: i64, (from, to): (u64, u64)) -> Result<()> {
    // Found by their rooms, not by looking through what is deferred: many move their positions at once.
    tx.deferred.flush(tx.db)?;
    let (db, room) = (tx.db, access.row());
    let own: i64 = db
        .prepare_cached("SELECT count(*) FROM event WHERE room = ? AND kind = 1 AND user = ? AND seq > ? AND seq <= ?")?
        .query_row(params![room, user, from.min(to), from.max(to)], |row| row.get(0))?;
    let own = if to < from { -own } else { own };
    db.prepare_cached(
        "UPDATE member SET read_seq = ?3, read_sent = read_sent + ?4,
                read_messages = coalesce((SELECT messages FROM event WHERE room = ?1 AND seq = ?3), 0)
         WHERE room = ?1 AND user = ?2",
    )?
    .execute(params![room, user, to, own])?;
    Ok(())
}

/// What is unread now for those of these users who are members of a room and have not read up to a position.
pub(super) fn unread(db: &Connection, room: RoomId, from: u64, users: &[UserId]) -> Result<Vec<Notice>> {
    let sql = format!(
        "SELECT {} FROM room JOIN member ON member.room = room.id AND member.user = (SELECT id FROM user WHERE uuid = ?)
         WHERE room.uuid = ? AND member.joined AND member.read_seq < ?",
        rows::ROOM
    );
    let mut find = db.prepare_cached(&sql)?;
    let mut notices = Vec::new();
    for user in users {
        if let Some(room) = find.query_row(params![user.uuid(), room.uuid(), from], rows::room).optional()? {
            notices.push(Notice::ReadMarker { user: *user, marker: operation::read_position::marker(&room) });
        }
    }
    Ok(notices)
}
