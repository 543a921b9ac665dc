//! Rooms: making, finding and changing them, each as one user sees it.

use std::collections::HashMap;

use chat_protocol::{
    LogEvent, Room, RoomChanges, RoomId, RoomSelector, SessionId, Timestamp, User, UserId, name::NameKey,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Store,
    access::{Access, VISIBLE},
    log, members, rows, users,
    writer::Tx,
};
use crate::{
    access::Deed,
    store::{Page, Result, RoomFilter, StoreError},
};

/// What a connection begins with.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The user, whole.
    pub user: User,
    /// What the program on their device called itself last.
    pub client: String,
    /// Their rooms, by name.
    pub rooms: Vec<Room>,
    /// When the events happened that were asked for.
    pub times: HashMap<RoomId, Timestamp>,
}

impl Store {
    /// Makes a public room; its creator becomes a member.
    ///
    /// # Errors
    /// `NameTaken`, `TooManyRooms` above `limit`.
    pub async fn create_room(
        &self,
        creator: UserId,
        (name, key): (String, NameKey),
        topic: String,
        limit: u64,
    ) -> Result<Room> {
        self.write(move |tx| {
            let creator = rows::user_row(tx.db, creator)?;
            members::check_count(tx, creator, limit)?;
            check_free(tx, &key)?;
            let id = RoomId::now_v7();
            tx.db
                .prepare_cached(
                    "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, topic, created_at)
                     VALUES (?, ?, ?, ?, ?, 'public', ?, ?)",
                )?
                .execute(params![
                    id.uuid(),
                    name,
                    key.canonical,
                    key.skeleton,
                    key.cased_skeleton,
                    topic,
                    tx.now.millis()
                ])?;
            members::announce(tx, creator)?;
            let access = Access::find_for(tx.db, &id.into(), Some(creator), Deed::Join)?;
            members::join_and_notify(tx, &access, creator)
        })
        .await
    }

    /// One room, as a user sees it.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`.
    pub async fn room(&self, selector: RoomSelector, user: Option<UserId>) -> Result<Room> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            whole(&db, &Access::find(&db, &selector, user, Deed::See)?)
        })
        .await
    }

    /// The id of a room that somebody may do something with; `None` has no token.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, or why not.
    pub async fn find_room(&self, selector: RoomSelector, user: Option<UserId>, deed: Deed) -> Result<RoomId> {
        self.read(move |db| Ok(Access::find(&*db.unchecked_transaction()?, &selector, user, deed)?.id())).await
    }

    /// Rooms by name, a part of the list.
    ///
    /// # Errors
    /// `NoUser`.
    pub async fn rooms(&self, user: Option<UserId>, filter: RoomFilter) -> Result<Page<Room>> {
        self.read(move |db| {
            let user = user.map(|user| rows::user_row(db, user)).transpose()?;
            let sql = format!(
                "SELECT {}, room.canonical
                 FROM room LEFT JOIN member ON member.room = room.id AND member.user = ?1
                 WHERE {VISIBLE} AND room.canonical > ?2
                   AND (?3 IS NULL OR room.name LIKE ?3 ESCAPE '\\' OR room.topic LIKE ?3 ESCAPE '\\')
                   AND (?4 IS NULL OR coalesce(member.joined, 0) = ?4)
                 ORDER BY room.canonical LIMIT ?5",
                rows::ROOM
            );
            let q = filter.q.as_deref().map(rows::anywhere);
            let after = rows::after_name(filter.after.as_deref());
            let found = db
                .prepare_cached(&sql)?
                .query_map(params![user, after, q, filter.joined, filter.limit + 1], |row| {
                    Ok((rows::room(row)?, row.get(12)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(users::page(found, filter.limit))
        })
        .await
    }

    /// Changes a room's topic and tells it in the log, unless it is that already.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, `NotMember`.
    pub async fn set_topic(&self, user: UserId, room: RoomSelector, topic: String) -> Result<Room> {
        self.write(move |tx| {
            let user = rows::user_row(tx.db, user)?;
            let access = Access::find_for(tx.db, &room, Some(user), Deed::Change)?;
            let sql = "UPDATE room SET topic = ?1 WHERE id = ?2 AND topic <> ?1";
            let changed = tx.db.execute(sql, params![topic, access.row()])?;
            if changed > 0 {
                members::announce(tx, user)?;
                let event = LogEvent::RoomUpdated {
                    changes: RoomChanges { topic: Some(topic) },
                    user: users::reference(tx.db, user)?,
                };
                log::append(tx, &access, user, event)?;
            }
            whole(tx.db, &access)
        })
        .await
    }

    /// What a connection of a session begins with, from one state of the database; with the times of the events at
    /// these positions, where the log has them.
    ///
    /// # Errors
    /// `NoSession` when it ended meanwhile.
    pub async fn beginning(&self, session: SessionId, positions: Vec<(RoomId, u64)>) -> Result<Beginning> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            let (row, client) = db
                .prepare_cached(
                    "SELECT user.id, session.client FROM session JOIN user ON user.id = session.user
                     WHERE session.uuid = ? AND NOT user.disabled",
                )?
                .query_row([session.uuid()], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?
                .ok_or(StoreError::NoSession)?;
            let sql = format!(
                "SELECT {} FROM member JOIN room ON room.id = member.room
                 WHERE member.user = ? AND member.joined ORDER BY room.canonical",
                rows::ROOM
            );
            let rooms = db.prepare_cached(&sql)?.query_map([row], rows::room)?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Beginning { user: users::whole(&db, row)?, client, rooms, times: log::times(&db, positions)? })
        })
        .await
    }
}

/// A room, as the one sees it who has the access.
pub(super) fn whole(db: &Connection, access: &Access) -> Result<Room> {
    let sql = format!(
        "SELECT {} FROM room LEFT JOIN member ON member.room = room.id AND member.user = ? WHERE room.id = ?",
        rows::ROOM
    );
    Ok(db.prepare_cached(&sql)?.query_row(params![access.user(), access.row()], rows::room)?)
}

fn check_free(tx: &Tx<'_>, key: &NameKey) -> Result<()> {
    let taken = tx
        .db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM room
                            WHERE canonical = ?1 OR skeleton IN (?2, ?3) OR cased_skeleton IN (?2, ?3))",
        )?
        .query_row(params![key.canonical, key.skeleton, key.cased_skeleton], |row| row.get(0))?;
    if taken { Err(StoreError::NameTaken) } else { Ok(()) }
}
