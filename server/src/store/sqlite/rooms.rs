//! Rooms: making, finding and changing them, each as one user sees it.

use std::collections::HashMap;

use chat_protocol::{
    Room, RoomId, RoomSelector, SessionId, Timestamp, User, UserId,
    body::Line,
    name::{NameKey, RoomName},
};
use rusqlite::{Connection, params};

use super::{Store, access::VISIBLE, engine::writer::Tx, log, rows, settings, users};
use crate::{
    access::Deed,
    store::{Page, Result, RoomFilter, access::Access, operation, records},
};

/// What a connection begins with.
#[derive(Debug, Clone)]
pub struct ConnectionStart {
    /// The user, whole.
    pub user: User,
    /// What the program on their device called itself last.
    pub client: String,
    /// Their rooms, by name.
    pub rooms: Vec<Room>,
    /// Whom the user ignores.
    pub ignored: Vec<UserId>,
    /// When the events happened that were asked for.
    pub times: HashMap<RoomId, Timestamp>,
}

impl Store {
    /// Makes a public room; its creator becomes a member.
    ///
    /// # Errors
    /// `NameTaken`, `TooManyRooms` above `limit`.
    pub async fn create_room(&self, creator: UserId, name: RoomName, topic: Line, limit: u64) -> Result<Room> {
        self.write(move |tx| operation::rooms::create(tx, creator, &name, &topic, limit)).await
    }

    /// One room, as a user sees it.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`.
    pub async fn room(&self, selector: RoomSelector, user: Option<UserId>) -> Result<Room> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            read(&db, &operation::find_room(&*db, &selector, user, Deed::See)?)
        })
        .await
    }

    /// The id of a room that somebody may do something with; `None` has no token.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, or why not.
    pub async fn find_room(&self, selector: RoomSelector, user: Option<UserId>, deed: Deed) -> Result<RoomId> {
        self.read(move |db| Ok(operation::find_room(&*db.unchecked_transaction()?, &selector, user, deed)?.id())).await
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
            let after = records::after_name(filter.after.as_deref());
            let found = db
                .prepare_cached(&sql)?
                .query_map(params![user, after, q, filter.joined, filter.limit + 1], |row| {
                    Ok((rows::room(row)?, row.get(rows::AFTER_ROOM)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Page::cut(found, filter.limit))
        })
        .await
    }

    /// Changes a room's topic and tells it in the log, unless it is that already.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, `NotMember`.
    pub async fn set_topic(&self, user: UserId, room: RoomSelector, topic: Line) -> Result<Room> {
        self.write(move |tx| operation::rooms::set_topic(tx, user, &room, topic)).await
    }

    /// What a connection of a session begins with, from one state of the database; with the times of the events at
    /// these positions, where the log has them.
    ///
    /// # Errors
    /// `NoSession` when it ended meanwhile.
    pub async fn connection_start(&self, session: SessionId, positions: Vec<(RoomId, u64)>) -> Result<ConnectionStart> {
        self.read(move |db| {
            let db = db.unchecked_transaction()?;
            let device = operation::devices::find(&*db, session)?;
            let row = device.user_row;
            let sql = format!(
                "SELECT {} FROM member JOIN room ON room.id = member.room
                 WHERE member.user = ? AND member.joined ORDER BY room.canonical",
                rows::ROOM
            );
            let rooms = db.prepare_cached(&sql)?.query_map([row], rows::room)?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(ConnectionStart {
                user: users::read(&db, row)?,
                client: device.client,
                rooms,
                times: log::times(&db, positions)?,
                ignored: settings::ignored(&db, row)?,
            })
        })
        .await
    }
}

/// A room, as the one sees it who has the access.
pub(super) fn read(db: &Connection, access: &Access) -> Result<Room> {
    let sql = format!(
        "SELECT {} FROM room LEFT JOIN member ON member.room = room.id AND member.user = ? WHERE room.id = ?",
        rows::ROOM
    );
    Ok(db.prepare_cached(&sql)?.query_row(params![access.user(), access.row()], rows::room)?)
}

/// Makes a public room without members and events.
pub(super) fn insert(tx: &Tx<'_>, id: RoomId, name: &str, key: &NameKey, topic: &str) -> Result<()> {
    tx.db
        .prepare_cached(
            "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, topic, created_at)
             VALUES (?, ?, ?, ?, ?, 'public', ?, ?)",
        )?
        .execute(params![id.uuid(), name, key.canonical, key.skeleton, key.cased_skeleton, topic, tx.now.millis()])?;
    Ok(())
}

/// Changes the topic; false if it is that already.
pub(super) fn set_topic(db: &Connection, access: &Access, topic: &str) -> Result<bool> {
    let sql = "UPDATE room SET topic = ?1 WHERE id = ?2 AND topic <> ?1";
    Ok(db.execute(sql, params![topic, access.row()])? > 0)
}

/// Whether a room has this name, or one that looks like it.
pub(super) fn is_name_taken(db: &Connection, key: &NameKey) -> Result<bool> {
    Ok(db
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM room
                            WHERE canonical = ?1 OR skeleton IN (?2, ?3) OR cased_skeleton IN (?2, ?3))",
        )?
        .query_row(params![key.canonical, key.skeleton, key.cased_skeleton], |row| row.get(0))?)
}
