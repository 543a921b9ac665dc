//! Members: who is in which room, told in the log.

use chat_protocol::{LogEvent, Room, RoomId, RoomSelector, User, UserId};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Store, access::Access, log, rooms, rows, users, writer::Tx};
use crate::{
    access::Deed,
    store::{Notice, Page, Result, StoreError, UserFilter},
};

impl Store {
    /// Makes a user a member of a public room; nothing happens when they are one already.
    ///
    /// # Errors
    /// `NoRoom`; `TooManyRooms` above `limit`.
    pub async fn join(&self, user: UserId, room: RoomSelector, limit: u64) -> Result<()> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, user)?;
            let access = Access::find_for(tx.db, &room, Some(user), Deed::Join)?;
            if access.is_member() {
                return Ok(());
            }
            check_count(tx, user, limit)?;
            announce(tx, user)?;
            join_and_notify(tx, &access, user)?;
            Ok(())
        })
        .await
    }

    /// Ends a membership; nothing happens when there is none.
    ///
    /// # Errors
    /// `NoRoom`, `Lobby`.
    pub async fn leave(&self, leaver: UserId, room: RoomSelector) -> Result<()> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, leaver)?;
            let access = Access::find_for(tx.db, &room, Some(user), Deed::Leave)?;
            if !access.is_member() {
                return Ok(());
            }
            let row = access.row();
            tx.db.prepare_cached("UPDATE member SET joined = 0 WHERE room = ? AND user = ?")?.execute([row, user])?;
            tx.db.prepare_cached("UPDATE room SET members = members - 1 WHERE id = ?")?.execute([row])?;
            tx.notices.push(Notice::Left { user: leaver, room: access.id() });
            let event = LogEvent::UserLeft { user: users::reference(tx.db, user)? };
            log::append(tx, &access, user, event)
        })
        .await
    }

    /// A room's members by name, a part of the list, for somebody; `None` has no token. `filter.online` with true lists the given users only, among
    /// them guests that only read.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn members(&self, reader: Option<UserId>, room: RoomSelector, filter: UserFilter) -> Result<Page<User>> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            let access = Access::find(&db, &room, reader, Deed::Read)?;
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
            let after = rows::after_name(filter.after.as_deref());
            let found = db
                .prepare_cached(&sql)?
                .query_map(params![access.row(), after, online, ids, filter.limit + 1], |row| {
                    Ok((rows::user(row)?, row.get(8)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(users::page(found, filter.limit))
        })
        .await
    }
}

pub(super) fn is_member(db: &Connection, room: i64, user: i64) -> Result<bool> {
    Ok(db
        .prepare_cached("SELECT joined FROM member WHERE room = ? AND user = ?")?
        .query_row([room, user], |row| row.get(0))
        .optional()?
        .unwrap_or(false))
}

/// Makes the membership and tells those who listen. Gives the room as the user now sees it.
pub(super) fn join_and_notify(tx: &mut Tx<'_>, access: &Access, user: i64) -> Result<Room> {
    let before = rooms::whole(tx.db, access)?.last_at;
    let joined = tx.notices.len();
    join(tx, access, user, true)?;
    let now = rooms::whole(tx.db, access)?;
    let seen_before = Room { last_seq: now.last_seq - 1, last_at: before, ..now.clone() };
    let user = users::reference(tx.db, user)?;
    tx.notices.insert(joined, Notice::Joined { user, room: Box::new(seen_before) });
    Ok(now)
}

/// The rooms that a user is a member of.
pub(super) fn rooms_of(db: &Connection, user: i64) -> Result<Vec<RoomId>> {
    Ok(db
        .prepare_cached("SELECT uuid FROM member JOIN room ON room.id = member.room WHERE user = ? AND joined")?
        .query_map([user], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
        .collect::<rusqlite::Result<Vec<_>>>()?)
}

/// Makes the membership, and the event of it unless a guest only reads. The read position is the own `UserJoined`,
/// or where the guest came.
pub(super) fn join(tx: &mut Tx<'_>, access: &Access, user: i64, announced: bool) -> Result<()> {
    if announced {
        tx.db.prepare_cached("UPDATE room SET members = members + 1 WHERE id = ?")?.execute([access.row()])?;
        let event = LogEvent::UserJoined { user: users::reference(tx.db, user)? };
        log::append(tx, access, user, event)?;
    }
    tx.db
        .prepare_cached(
            "INSERT INTO member (room, user, joined, announced, read_seq, read_messages, read_sent)
             SELECT id, ?2, 1, ?3, last_seq, messages, 0 FROM room WHERE id = ?1
             ON CONFLICT (room, user) DO UPDATE SET joined = 1, announced = max(announced, ?3),
                read_seq = excluded.read_seq, read_messages = excluded.read_messages, read_sent = sent",
        )?
        .execute(params![access.row(), user, announced])?;
    Ok(())
}

/// Makes a guest that only read known in the lobby: it wrote, joined a room or chose a name. Says whether it was new.
pub(super) fn announce(tx: &mut Tx<'_>, user: i64) -> Result<bool> {
    let silent: Option<Uuid> = tx
        .db
        .prepare_cached(
            "SELECT room.uuid FROM member JOIN room ON room.id = member.room
             WHERE user = ? AND joined AND NOT announced",
        )?
        .query_row([user], |row| row.get(0))
        .optional()?;
    let Some(room) = silent else { return Ok(false) };
    let access = Access::find_for(tx.db, &RoomId::from(room).into(), Some(user), Deed::Join)?;
    let room = access.row();
    tx.db.prepare_cached("UPDATE member SET announced = 1 WHERE room = ? AND user = ?")?.execute([room, user])?;
    tx.db.prepare_cached("UPDATE room SET members = members + 1 WHERE id = ?")?.execute([room])?;
    let event = LogEvent::UserJoined { user: users::reference(tx.db, user)? };
    log::append(tx, &access, user, event)?;
    Ok(true)
}

pub(super) fn check_count(tx: &Tx<'_>, user: i64, limit: u64) -> Result<()> {
    let count: u64 = tx
        .db
        .prepare_cached("SELECT count(*) FROM member WHERE user = ? AND joined")?
        .query_row([user], |row| row.get(0))?;
    if count >= limit { Err(StoreError::TooManyRooms) } else { Ok(()) }
}
