//! Rooms, on PostgreSQL: making, finding and changing them, each as one user sees it.

mod removal;

use chat_protocol::{Room, RoomChanges, RoomId, RoomKind, UserId, name::NameKey};

use super::{
    access,
    engine::{connection::Db, transaction::Tx},
    rows,
};
use crate::store::{
    Result, RowId,
    access::{Access, Place},
    steps::Rooms,
};

/// A room, as the one sees it who has the access.
pub(super) fn read(db: &Db, access: &Access) -> Result<Room> {
    let sql = format!(
        "SELECT {} FROM room LEFT JOIN member ON member.room = room.id AND member.account = $1 WHERE room.id = $2",
        rows::ROOM
    );
    let room = rows::room(&db.query_one(&sql, &[&access.user(), &access.row()])?)?;
    with_people(db, room)
}

/// Names the people of a direct room.
pub(super) fn with_people(db: &Db, mut room: Room) -> Result<Room> {
    if room.kind == RoomKind::Direct {
        let people = db.query(
            "SELECT account.uuid, account.name FROM room JOIN member ON member.room = room.id
                    JOIN account ON account.id = member.account WHERE room.uuid = $1 ORDER BY account.canonical",
            &[&room.id.uuid()],
        )?;
        room.people = people.iter().map(|row| rows::user_ref(row, 0)).collect::<Result<_>>()?;
    }
    Ok(room)
}

/// What tells a room apart from all others: of a private one its name does not. No name has the character between them.
pub(super) fn unique(id: RoomId, kind: RoomKind, text: &str) -> String {
    match kind {
        RoomKind::Private => format!("{text}\u{1}{id}"),
        RoomKind::Public | RoomKind::Direct => text.to_owned(),
    }
}

impl Rooms for Tx<'_> {
    fn is_room_name_taken(&mut self, key: &NameKey) -> Result<bool> {
        let found = self.db.query_one(
            "SELECT EXISTS (SELECT 1 FROM room WHERE canonical = $1 AND kind = 'public'
                   UNION ALL SELECT 1 FROM room WHERE skeleton IN ($2, $3) AND kind = 'public'
                   UNION ALL SELECT 1 FROM room WHERE cased_skeleton IN ($2, $3) AND kind = 'public')",
            &[&key.canonical, &key.skeleton, &key.cased_skeleton],
        )?;
        Ok(found.try_get(0)?)
    }

    fn private_room_names(&mut self, user: RowId) -> Result<Vec<String>> {
        rows::firsts(&self.db.query(
            "SELECT room.name FROM member JOIN room ON room.id = member.room
             WHERE member.account = $1 AND member.joined AND room.kind = 'private'",
            &[&user],
        )?)
    }

    fn insert_room(&mut self, id: RoomId, kind: RoomKind, name: &str, key: &NameKey, topic: &str) -> Result<()> {
        self.db.execute(
            "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, private_name, kind, topic, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &[
                &id.uuid(),
                &name,
                &unique(id, kind, &key.canonical),
                &unique(id, kind, &key.skeleton),
                &unique(id, kind, &key.cased_skeleton),
                &(kind == RoomKind::Private).then_some(&key.canonical),
                &rows::kind_text(kind),
                &topic,
                &self.now.millis(),
            ],
        )?;
        Ok(())
    }

    fn find_direct(&mut self, people: &[RowId]) -> Result<Option<Place>> {
        access::by_canonical(self.db, &access::people_key(self.db, people)?)
    }

    fn insert_direct(&mut self, id: RoomId, people: &[RowId]) -> Result<()> {
        let key = access::people_key(self.db, people)?;
        let made = self.db.query_one(
            "INSERT INTO room (uuid, name, canonical, skeleton, cased_skeleton, kind, created_at, members)
             VALUES ($1, '', $2, $2, $2, 'direct', $3, $4) RETURNING id",
            &[&id.uuid(), &key, &self.now.millis(), &rows::int(people.len())],
        )?;
        self.db.execute(
            "INSERT INTO member (room, account, joined, announced, read_seq, read_messages, read_sent)
             SELECT $1, person, false, true, 0, 0, 0 FROM unnest($2::bigint[]) AS person",
            &[&made.try_get::<_, RowId>(0)?, &people],
        )?;
        Ok(())
    }

    fn open_direct(&mut self, access: &Access, user: RowId) -> Result<bool> {
        let opened = self.db.execute(
            "UPDATE member SET joined = true WHERE room = $1 AND account = $2 AND NOT joined",
            &[&access.row(), &user],
        )?;
        Ok(opened > 0)
    }

    fn absent_people(&mut self, access: &Access) -> Result<Vec<RowId>> {
        let sql = "SELECT account FROM member WHERE room = $1 AND NOT joined ORDER BY account";
        rows::firsts(&self.db.query(sql, &[&access.row()])?)
    }

    fn set_room(&mut self, access: &Access, changes: &RoomChanges, key: Option<&NameKey>) -> Result<()> {
        let kept = |text: &str| unique(access.id(), access.kind(), text);
        self.db.execute(
            "UPDATE room SET name = coalesce($2, name), topic = coalesce($3, topic), archived = coalesce($4, archived),
                    slow_seconds = coalesce($5, slow_seconds), canonical = coalesce($6, canonical),
                    skeleton = coalesce($7, skeleton), cased_skeleton = coalesce($8, cased_skeleton),
                    retention_days = CASE WHEN $10 THEN $11 ELSE retention_days END,
                    retention_keeps_pinned = coalesce($12, retention_keeps_pinned),
                    private_name = CASE WHEN private_name IS NULL THEN NULL ELSE coalesce($9, private_name) END
             WHERE id = $1",
            &[
                &access.row(),
                &changes.name,
                &changes.topic,
                &changes.archived,
                &changes.slow_seconds.map(rows::int),
                &key.map(|key| kept(&key.canonical)),
                &key.map(|key| kept(&key.skeleton)),
                &key.map(|key| kept(&key.cased_skeleton)),
                &key.map(|key| &key.canonical),
                &changes.retention_days.is_some(),
                &changes.retention_days.flatten().map(rows::int),
                &changes.retention_keeps_pinned,
            ],
        )?;
        Ok(())
    }

    fn remove_room(&mut self, access: &Access) -> Result<()> {
        removal::remove(self, access)
    }

    fn erase_removed(&mut self) -> Result<bool> {
        removal::erase_some(self)
    }

    fn member_ids(&mut self, access: &Access) -> Result<Vec<UserId>> {
        rows::ids(&self.db.query(
            "SELECT account.uuid FROM member JOIN account ON account.id = member.account
             WHERE member.room = $1 AND joined ORDER BY account.id",
            &[&access.row()],
        )?)
    }

    fn room(&mut self, access: &Access) -> Result<Room> {
        read(self.db, access)
    }
}
