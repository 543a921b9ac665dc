//! Members: who is in which room, told in the log.

use chat_protocol::{LOBBY, Room, RoomId, RoomSelector, User, UserId, UserSelector};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Store, log, rooms, rows, users, writer::Tx};
use crate::store::{Page, Result, StoreError, UserFilter};

/// How a wish to join ended.
#[derive(Debug, Clone)]
pub enum Joined {
    /// The room as it was before the user's own `UserJoined`.
    Now(Room),
    /// The user was a member already.
    Before,
}

impl Store {
    /// Makes a user a member of a public room.
    ///
    /// # Errors
    /// `NoRoom`; `TooManyRooms` above `limit`.
    pub async fn join(&self, user: UserId, room: RoomSelector, limit: u64) -> Result<Joined> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, user)?;
            let (room, _) = rows::find_room(tx.db, &room)?;
            if is_member(tx.db, room, user)? {
                return Ok(Joined::Before);
            }
            check_count(tx, user, limit)?;
            let before = rooms::whole(tx.db, room, Some(user))?.last_at;
            announce(tx, user)?;
            join(tx, room, user, true)?;
            let now = rooms::whole(tx.db, room, Some(user))?;
            Ok(Joined::Now(Room { last_seq: now.last_seq - 1, last_at: before, ..now }))
        })
        .await
    }

    /// Ends a membership; gives the room if there was one.
    ///
    /// # Errors
    /// `NoRoom`, `Lobby`.
    pub async fn leave(&self, user: UserId, room: RoomSelector) -> Result<Option<RoomId>> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, user)?;
            let (row, id) = rows::find_room(tx.db, &room)?;
            let (lobby, _) = rows::find_room(tx.db, &LOBBY.into())?;
            if row == lobby {
                return Err(StoreError::Lobby);
            }
            if !is_member(tx.db, row, user)? {
                return Ok(None);
            }
            tx.db.prepare_cached("UPDATE member SET joined = 0 WHERE room = ? AND user = ?")?.execute([row, user])?;
            tx.db.prepare_cached("UPDATE room SET members = members - 1 WHERE id = ?")?.execute([row])?;
            log::append(tx, row, user, log::What::Left)?;
            Ok(Some(id))
        })
        .await
    }

    /// A room's members by name, a part of the list. `filter.online` with true lists the given users only, among
    /// them guests that only read.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn members(&self, room: RoomSelector, filter: UserFilter) -> Result<Page<User>> {
        self.read(move |db| {
            let (room, _) = rows::find_room(db, &room)?;
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
                .query_map(params![room, after, online, ids, filter.limit + 1], |row| {
                    Ok((rows::user(row)?, row.get(8)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(users::page(found, filter.limit))
        })
        .await
    }

    /// Which rooms a user is a member of, by id.
    ///
    /// # Errors
    /// `NoUser`.
    pub async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomId>> {
        self.read(move |db| {
            let user = rows::find_user(db, &UserSelector::Id(user))?;
            let rooms = db
                .prepare_cached("SELECT uuid FROM member JOIN room ON room.id = member.room WHERE user = ? AND joined")?
                .query_map([user], |row| Ok(row.get::<_, Uuid>(0)?.into()))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(rooms)
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

/// Makes the membership, and the event of it unless a guest only reads. The read position is the own `UserJoined`,
/// or where the guest came.
pub(super) fn join(tx: &mut Tx<'_>, room: i64, user: i64, announced: bool) -> Result<()> {
    if announced {
        tx.db.prepare_cached("UPDATE room SET members = members + 1 WHERE id = ?")?.execute([room])?;
        log::append(tx, room, user, log::What::Joined)?;
    }
    tx.db
        .prepare_cached(
            "INSERT INTO member (room, user, joined, announced, read_seq, read_messages, read_sent)
             SELECT id, ?2, 1, ?3, last_seq, messages, 0 FROM room WHERE id = ?1
             ON CONFLICT (room, user) DO UPDATE SET joined = 1, announced = max(announced, ?3),
                read_seq = excluded.read_seq, read_messages = excluded.read_messages, read_sent = sent",
        )?
        .execute(params![room, user, announced])?;
    Ok(())
}

/// Makes a guest that only read known in the lobby: it wrote, joined a room or chose a name. Says whether it was new.
pub(super) fn announce(tx: &mut Tx<'_>, user: i64) -> Result<bool> {
    let silent: Option<i64> = tx
        .db
        .prepare_cached("SELECT room FROM member WHERE user = ? AND joined AND NOT announced")?
        .query_row([user], |row| row.get(0))
        .optional()?;
    let Some(room) = silent else { return Ok(false) };
    tx.db.prepare_cached("UPDATE member SET announced = 1 WHERE room = ? AND user = ?")?.execute([room, user])?;
    tx.db.prepare_cached("UPDATE room SET members = members + 1 WHERE id = ?")?.execute([room])?;
    log::append(tx, room, user, log::What::Joined)?;
    Ok(true)
}

pub(super) fn check_count(tx: &Tx<'_>, user: i64, limit: u64) -> Result<()> {
    let count: u64 = tx
        .db
        .prepare_cached("SELECT count(*) FROM member WHERE user = ? AND joined")?
        .query_row([user], |row| row.get(0))?;
    if count >= limit { Err(StoreError::TooManyRooms) } else { Ok(()) }
}
