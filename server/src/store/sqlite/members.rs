//! Members: who is in which room.

use chat_protocol::{RoomId, RoomSelector, User, UserId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Store, rows};
use crate::{
    access::Deed,
    store::{Page, Result, UserFilter, access::Access, operation, records},
};

impl Store {
    /// Makes a user a member of a public room; nothing happens when they are one already.
    ///
    /// # Errors
    /// `NoRoom`; `TooManyRooms` above `limit`.
    pub async fn join(&self, user: UserId, room: RoomSelector, limit: u64) -> Result<()> {
        self.write(move |tx| operation::members::join(tx, user, &room, limit)).await
    }

    /// Ends a membership; nothing happens without one.
    ///
    /// # Errors
    /// `NoRoom`, `Lobby`.
    pub async fn leave(&self, leaver: UserId, room: RoomSelector) -> Result<()> {
        self.write(move |tx| operation::members::leave(tx, leaver, &room)).await
    }

    /// A room's members by name, a part of the list, for somebody; `None` has no token. `filter.online` with true lists the given users only, among
    /// them guests that only read.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn members(&self, reader: Option<UserId>, room: RoomSelector, filter: UserFilter) -> Result<Page<User>> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            let access = operation::find_room(&*db, &room, reader, Deed::Read)?;
            let (online, ids) = match &filter.online {
                Some((online, ids)) => (Some(*online), rows::id_list(ids)),
                None => (None, "[]".to_owned()),
            };
            let sql = format!(
                "SELECT {}, canonical FROM member JOIN user ON user.id = member.user
                 WHERE member.room = ?1 AND joined AND canonical > ?2 AND (announced OR ?3 = 1)
                   AND (?3 IS NULL OR ?3 = (uuid IN (SELECT unhex(value) FROM json_each(?4))))
                 ORDER BY canonical LIMIT ?5",
                rows::USER
            );
            let after = records::after_name(filter.after.as_deref());
            let found = db
                .prepare_cached(&sql)?
                .query_map(params![access.row(), after, online, ids, filter.limit + 1], |row| {
                    Ok((rows::user(row)?, row.get(rows::AFTER_USER)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Page::cut(found, filter.limit))
        })
        .await
    }
}

/// The rooms that a user is a member of.
pub(super) fn rooms_of(db: &Connection, user: i64) -> Result<Vec<RoomId>> {
    Ok(db
        .prepare_cached("SELECT uuid FROM member JOIN room ON room.id = member.room WHERE user = ? AND joined")?
        .query_map([user], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?)
}

/// How many rooms a user is a member of.
pub(super) fn count_rooms(db: &Connection, user: i64) -> Result<u64> {
    let mut count = db.prepare_cached("SELECT count(*) FROM member WHERE user = ? AND joined")?;
    Ok(count.query_row([user], |row| row.get(0))?)
}

/// The room whose log does not speak of a member yet.
pub(super) fn unannounced_room(db: &Connection, user: i64) -> Result<Option<RoomId>> {
    let mut find = db.prepare_cached(
        "SELECT room.uuid FROM member JOIN room ON room.id = member.room WHERE user = ? AND joined AND NOT announced",
    )?;
    Ok(find.query_row([user], |row| row.get::<_, Uuid>(0)).optional()?.map(RoomId::from))
}

/// Makes a membership that has read up to the end of the room's log.
pub(super) fn insert(db: &Connection, access: &Access, user: i64, announced: bool) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO member (room, user, joined, announced, read_seq, read_messages, read_sent, since)
         SELECT id, ?2, 1, ?3, last_seq, messages, 0, last_seq FROM room WHERE id = ?1
         ON CONFLICT (room, user) DO UPDATE SET joined = 1, announced = max(announced, ?3), since = excluded.since,
            read_seq = excluded.read_seq, read_messages = excluded.read_messages, read_sent = sent",
    )?
    .execute(params![access.row(), user, announced])?;
    Ok(())
}

/// Notes that the log speaks of a member.
pub(super) fn set_announced(db: &Connection, access: &Access, user: i64) -> Result<()> {
    let mut update = db.prepare_cached("UPDATE member SET announced = 1 WHERE room = ? AND user = ?")?;
    update.execute([access.row(), user])?;
    Ok(())
}

/// Ends a membership.
pub(super) fn remove(db: &Connection, access: &Access, user: i64) -> Result<()> {
    db.prepare_cached("UPDATE member SET joined = 0, moderator = 0 WHERE room = ? AND user = ?")?
        .execute([access.row(), user])?;
    Ok(())
}

/// Changes the number of members that a room tells.
pub(super) fn change_count(db: &Connection, access: &Access, by: i64) -> Result<()> {
    db.prepare_cached("UPDATE room SET members = members + ? WHERE id = ?")?.execute([by, access.row()])?;
    Ok(())
}
