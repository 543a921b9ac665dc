//! Rooms: making, finding and changing them, each as one user sees it.

mod removal;

use std::collections::HashMap;

use chat_protocol::{
    MessageId, Room, RoomChanges, RoomId, RoomKind, RoomSelector, SessionId, Timestamp, User, UserId, name::NameKey,
};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{
    Store,
    access::{self, VISIBLE},
    engine::writer::Tx,
    follows, log, members, rows, settings, users,
};
use crate::{
    access::Deed,
    store::{
        Done, NewRoomChanges, NewRoomRow, Page, Removal, Result, RoomFilter, RoomLimits, RowId,
        access::{Access, Place},
        operation, records,
        steps::Rooms,
    },
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
    /// The threads that the user follows.
    pub followed_threads: Vec<MessageId>,
    /// When the events happened that were asked for.
    pub times: HashMap<RoomId, Timestamp>,
    /// Rooms that the client knows and the user is not in.
    pub removed: Vec<Removal>,
    /// Direct rooms of the user that are not in their list now: they are one of its people.
    pub aside: Vec<RoomId>,
}

impl Store {
    /// Makes a room; its creator becomes a member, and its first moderator. A direct room that is there is given back; says
    /// whether it is new.
    ///
    /// # Errors
    /// `NameTaken`, `NoUser`; `TooManyRooms`, `TheyHaveTooManyRooms`; `TooManyPeople`, `GuestDirect`, `TooFast` for a direct room.
    pub async fn create_room(&self, creator: UserId, new: NewRoomRow, limits: RoomLimits) -> Result<(Room, bool)> {
        self.write(move |tx| operation::rooms::create(tx, creator, new, &limits)).await
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
            let after = match filter.after.as_deref().map(str::parse::<RoomId>) {
                // A room without a name of its own is gone on from by its id; from one that the user cannot see as from one
                // that is not there.
                Some(Ok(id)) => db
                    .prepare_cached(&format!(
                        "SELECT canonical FROM room LEFT JOIN member ON member.room = room.id AND member.user = ?1
                         WHERE uuid = ?2 AND {VISIBLE}"
                    ))?
                    .query_row(params![user, id.uuid()], |row| row.get(0))
                    .optional()?
                    .unwrap_or_default(),
                _ => records::after_name(filter.after.as_deref()),
            };
            let found = db
                .prepare_cached(&sql)?
                .query_map(params![user, after, q, filter.joined, filter.limit + 1], |row| {
                    Ok((rows::room(row)?, row.get(rows::AFTER_ROOM)?))
                })?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let found = found.into_iter().map(|(room, name)| {
                // What the next part goes on after must tell the room apart from all others.
                let after = if room.kind == RoomKind::Public { name } else { room.id.to_string() };
                Ok((with_people(db, room)?, after))
            });
            let found = found.collect::<Result<Vec<_>>>()?;
            Ok(Page::cut(found, filter.limit))
        })
        .await
    }

    /// Changes a room, once however often it is asked for, and tells it in the log, unless it is that already.
    ///
    /// # Errors
    /// `NoRoom`, `NotMember`, `NotModerator`, `NotAdmin`, `NameTaken`, `IdConflict`.
    pub async fn update_room(&self, user: UserId, room: RoomSelector, new: NewRoomChanges) -> Result<(Done, Room)> {
        self.write(move |tx| operation::rooms::update(tx, user, &room, new)).await
    }

    /// Removes a room for ever.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`, `Lobby`.
    pub async fn remove_room(&self, user: UserId, room: RoomSelector) -> Result<()> {
        self.write(move |tx| operation::rooms::remove(tx, user, &room)).await
    }

    /// Deletes some of what was said in rooms that were removed; false when nothing is left.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn erase_removed(&self) -> Result<bool> {
        self.write(|tx| tx.erase_removed()).await
    }

    /// What a connection of a session begins with, from one state of the database; with the times of the events at
    /// these positions, where the log has them. `known` are the rooms that the client has.
    ///
    /// # Errors
    /// `NoSession` when it ended meanwhile.
    pub async fn connection_start(
        &self,
        session: SessionId,
        known: Vec<RoomId>,
        positions: Vec<(RoomId, u64)>,
    ) -> Result<ConnectionStart> {
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
            let rooms = rooms.into_iter().map(|room| with_people(&db, room)).collect::<Result<Vec<_>>>()?;
            let is_gone = |room: &RoomId| !rooms.iter().any(|own| own.id == *room);
            let removed = known.into_iter().filter(is_gone).map(|room| members::removal(&db, room, row));
            let removed = removed.collect::<Result<_>>()?;
            Ok(ConnectionStart {
                user: users::read(&db, row)?,
                client: device.client,
                rooms,
                removed,
                aside: members::direct_rooms_aside(&db, row)?,
                times: log::times(&db, positions)?,
                ignored: settings::ignored(&db, row)?,
                followed_threads: follows::followed(&db, row)?,
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
    let room = db.prepare_cached(&sql)?.query_row(params![access.user(), access.row()], rows::room)?;
    with_people(db, room)
}

/// Names the people of a direct room.
fn with_people(db: &Connection, mut room: Room) -> Result<Room> {
    if room.kind == RoomKind::Direct {
        let mut find = db.prepare_cached(
            "SELECT user.uuid, user.name FROM room JOIN member ON member.room = room.id
                    JOIN user ON user.id = member.user WHERE room.uuid = ? ORDER BY user.canonical",
        )?;
        let people = find.query_map([room.id.uuid()], |row| rows::user_ref(row, 0))?;
        room.people = people.collect::<rusqlite::Result<_>>()?;
    }
    Ok(room)
}

/// What tells a room apart from all others: of a private one its name does not.
pub(super) fn unique(id: RoomId, kind: RoomKind, text: &str) -> String {
    match kind {
        RoomKind::Private => format!("{text}\0{id}"),
        RoomKind::Public | RoomKind::Direct => text.to_owned(),
    }
}

pub(super) const fn kind_text(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Public => "public",
        RoomKind::Private => "private",
        RoomKind::Direct => "direct",
    }
}

impl Rooms for Tx<'_> {
    fn is_room_name_taken(&mut self, key: &NameKey) -> Result<bool> {
        Ok(self
            .db
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM room WHERE canonical = ?1 AND kind = 'public'
                       UNION ALL SELECT 1 FROM room WHERE skeleton IN (?2, ?3) AND kind = 'public'
                       UNION ALL SELECT 1 FROM room WHERE cased_skeleton IN (?2, ?3) AND kind = 'public')",
            )?
            .query_row(params![key.canonical, key.skeleton, key.cased_skeleton], |row| row.get(0))?)
    }

    fn private_room_names(&mut self, user: RowId) -> Result<Vec<String>> {
        let mut find = self.db.prepare_cached(
            "SELECT room.name FROM member JOIN room ON room.id = member.room
             WHERE member.user = ? AND member.joined AND room.kind = 'private'",
        )?;
        let names = find.query_map([user], |row| row.get(0))?;
        Ok(names.collect::<rusqlite::Result<_>>()?)
    }

    fn insert_room(&mut self, id: RoomId, kind: RoomKind, name: &str, key: &NameKey, topic: &str) -> Result<()> {
        self.db
            .prepare_cached(
                "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, private_name, kind, topic, created_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                id.uuid(),
                name,
                unique(id, kind, &key.canonical),
                unique(id, kind, &key.skeleton),
                unique(id, kind, &key.cased_skeleton),
                (kind == RoomKind::Private).then_some(&key.canonical),
                kind_text(kind),
                topic,
                self.now.millis()
            ])?;
        Ok(())
    }

    fn find_direct(&mut self, people: &[RowId]) -> Result<Option<Place>> {
        access::by_canonical(self.db, &access::people_key(self.db, people)?)
    }

    fn insert_direct(&mut self, id: RoomId, people: &[RowId]) -> Result<()> {
        let key = access::people_key(self.db, people)?;
        self.db
            .prepare_cached(
                "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, created_at, members)
                 VALUES (?1, '', ?2, ?2, ?2, 'direct', ?3, ?4)",
            )?
            .execute(params![id.uuid(), key, self.now.millis(), people.len()])?;
        let room = self.db.last_insert_rowid();
        for user in people {
            self.db
                .prepare_cached(
                    "INSERT INTO member (room, user, joined, announced, read_seq, read_messages, read_sent)
                     VALUES (?, ?, 0, 1, 0, 0, 0)",
                )?
                .execute([room, *user])?;
        }
        Ok(())
    }

    fn open_direct(&mut self, access: &Access, user: RowId) -> Result<bool> {
        let mut open =
            self.db.prepare_cached("UPDATE member SET joined = 1 WHERE room = ? AND user = ? AND NOT joined")?;
        Ok(open.execute([access.row(), user])? > 0)
    }

    fn absent_people(&mut self, access: &Access) -> Result<Vec<RowId>> {
        let mut find = self.db.prepare_cached("SELECT user FROM member WHERE room = ? AND NOT joined")?;
        let users = find.query_map([access.row()], |row| row.get(0))?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    }

    fn set_room(&mut self, access: &Access, changes: &RoomChanges, key: Option<&NameKey>) -> Result<()> {
        let kept = |text: &str| unique(access.id(), access.kind(), text);
        self.db
            .prepare_cached(
                "UPDATE room SET name = coalesce(?2, name), topic = coalesce(?3, topic), archived = coalesce(?4, archived),
                        slow_seconds = coalesce(?5, slow_seconds), canonical = coalesce(?6, canonical),
                        skeleton = coalesce(?7, skeleton), cased_skeleton = coalesce(?8, cased_skeleton),
                        retention_days = CASE WHEN ?10 THEN ?11 ELSE retention_days END,
                        retention_keeps_pinned = coalesce(?12, retention_keeps_pinned),
                        private_name = CASE WHEN private_name IS NULL THEN NULL ELSE coalesce(?9, private_name) END
                 WHERE id = ?1",
            )?
            .execute(params![
                access.row(),
                changes.name,
                changes.topic,
                changes.archived,
                changes.slow_seconds,
                key.map(|key| kept(&key.canonical)),
                key.map(|key| kept(&key.skeleton)),
                key.map(|key| kept(&key.cased_skeleton)),
                key.map(|key| &key.canonical),
                changes.retention_days.is_some(),
                changes.retention_days.flatten(),
                changes.retention_keeps_pinned
            ])?;
        Ok(())
    }

    fn remove_room(&mut self, access: &Access) -> Result<()> {
        removal::remove(self, access)
    }

    fn erase_removed(&mut self) -> Result<bool> {
        removal::erase_some(self)
    }

    fn member_ids(&mut self, access: &Access) -> Result<Vec<UserId>> {
        let mut find = self.db.prepare_cached(
            "SELECT user.uuid FROM member JOIN user ON user.id = member.user WHERE member.room = ? AND joined",
        )?;
        let users = find.query_map([access.row()], |row| Ok(row.get::<_, Uuid>(0)?.into()))?;
        Ok(users.collect::<rusqlite::Result<_>>()?)
    }

    fn room(&mut self, access: &Access) -> Result<Room> {
        read(self.db, access)
    }
}
