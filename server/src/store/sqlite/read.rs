//! Read positions: how far each member has come, and what that leaves unread.

use chat_protocol::{RoomSelector, UserId};
use rusqlite::{Connection, params};

use super::{Store, access::Access, rows};
use crate::{
    access::Deed,
    store::{Marker, Notice, ReadPosition, Result},
};

impl Store {
    /// Moves a user's read position in a room: forward, or back where that is asked for. Gives where it then is.
    ///
    /// # Errors
    /// `NoRoom`, `NotMember`.
    pub async fn read_up_to(&self, reader: UserId, room: RoomSelector, position: ReadPosition) -> Result<Marker> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, reader)?;
            let access = Access::find_for(tx.db, &room, Some(user), Deed::Follow)?;
            let (at, last): (u64, u64) = tx
                .db
                .prepare_cached(
                    "SELECT read_seq, last_seq FROM member JOIN room ON room.id = member.room
                     WHERE room = ? AND user = ?",
                )?
                .query_row([access.row(), user], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let to = position.seq.min(last);
            let moves = if position.back { to != at } else { to > at };
            if moves {
                // Found by their rooms, not by looking through what waits: many move their positions at once.
                tx.filing.file(tx.db)?;
                move_to(tx.db, &access, user, (at, to))?;
            }
            let marker = marker(tx.db, &access)?;
            tx.notices.push(Notice::ReadMarker { user: reader, marker });
            Ok(marker)
        })
        .await
    }
}

/// Everyone's messages up to a position stand in the log beside it; the user's own between the old and the new
/// position are counted.
fn move_to(db: &Connection, access: &Access, user: i64, (from, to): (u64, u64)) -> Result<()> {
    let room = access.row();
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

fn marker(db: &Connection, access: &Access) -> Result<Marker> {
    let seen = super::rooms::whole(db, access)?;
    Ok(Marker {
        room: access.id(),
        seq: seen.read_seq.unwrap_or_default(),
        unread: seen.unread.unwrap_or_default(),
        mentions: seen.mentions.unwrap_or_default(),
    })
}
