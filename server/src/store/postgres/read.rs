//! Read positions, on PostgreSQL: how far each member has come, and what that leaves unread.

use super::{engine::connection::Db, rows};
use crate::store::{Result, RowId, access::Access};

/// A member's read position, and the end of the room's log.
pub(super) fn position(db: &Db, access: &Access, user: RowId) -> Result<(u64, u64)> {
    let row = db.query_one(
        "SELECT read_seq, last_seq FROM member JOIN room ON room.id = member.room WHERE room = $1 AND account = $2",
        &[&access.row(), &user],
    )?;
    Ok((rows::number(&row, 0)?, rows::number(&row, 1)?))
}

/// Everyone's messages up to a position stand in the log beside it; the user's own between the old and the new
/// position are counted.
pub(super) fn move_to(db: &Db, access: &Access, user: RowId, (from, to): (u64, u64)) -> Result<()> {
    let (first, last) = (from.min(to), from.max(to));
    let sign: i64 = if to < from { -1 } else { 1 };
    db.execute(
        "UPDATE member SET read_seq = $3,
                read_sent = read_sent + $4 * (SELECT count(*) FROM event WHERE event.room = $1 AND kind = 1
                                              AND event.account = $2 AND event.seq > $5 AND event.seq <= $6),
                read_messages = coalesce((SELECT messages FROM event WHERE event.room = $1 AND event.seq = $3), 0)
         WHERE member.room = $1 AND member.account = $2",
        &[&access.row(), &user, &rows::int(to), &sign, &rows::int(first), &rows::int(last)],
    )?;
    Ok(())
}
