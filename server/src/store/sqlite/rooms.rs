//! Rooms: making, finding and changing them, each as one user sees it.

mod removal;

use chat_protocol::{Room, RoomChanges, RoomId, RoomKind, User, UserId, name::NameKey};
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{
    access::{self, VISIBLE},
    engine::writer::Tx,
    members, rows,
};
use crate::store::{
    Page, Removal, Result, RoomFilter, RowId, UserFilter,
    access::{Access, Place},
    records,
    steps::{RoomRows, Rooms},
};

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

impl RoomRows for Connection {
    fn room(&self, access: &Access) -> Result<Room> {
        read(self, access)
    }

    fn rooms(&self, user: Option<RowId>, filter: &RoomFilter) -> Result<Page<Room>> {
        list(self, user, filter)
    }

    fn own_rooms(&self, user: RowId) -> Result<Vec<Room>> {
        let sql = format!(
            "SELECT {} FROM member JOIN room ON room.id = member.room
             WHERE member.user = ? AND member.joined ORDER BY room.canonical",
            rows::ROOM
        );
        let rooms = self.prepare_cached(&sql)?.query_map([user], rows::room)?.collect::<rusqlite::Result<Vec<_>>>()?;
        rooms.into_iter().map(|room| with_people(self, room)).collect()
    }

    fn direct_rooms_aside(&self, user: RowId) -> Result<Vec<RoomId>> {
        members::direct_rooms_aside(self, user)
    }

    fn removal(&self, room: RoomId, user: RowId) -> Result<Removal> {
        members::removal(self, room, user)
    }

    fn has_retention(&self) -> Result<bool> {
        Ok(self.query_row("SELECT EXISTS (SELECT 1 FROM room WHERE retention_days > 0)", [], |row| row.get(0))?)
    }

    fn members(&self, access: &Access, filter: &UserFilter) -> Result<Page<User>> {
        members::list(self, access, filter)
    }

    fn moderators(&self, access: &Access) -> Result<Vec<UserId>> {
        members::moderators(self, access)
    }
}

/// Rooms by name, a part of the list.
fn list(db: &Connection, user: Option<RowId>, filter: &RoomFilter) -> Result<Page<Room>> {
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
