//! Looking rooms up: where a request names a room, it is found here and nowhere else, together with how the asker stands
//! to it, from the same state of the database as what follows.

use chat_protocol::{LOBBY, Role, RoomKind, RoomRole, RoomSelector, Timestamp, UserSelector, name};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::{engine::writer::now, rows};
use crate::{
    access::{Mute, Person},
    store::{Result, RowId, StoreError, access::Place},
};

/// Condition of queries over `room` with the asker's `member`: what [`Deed::See`](crate::access::Deed::See) lets one find.
pub(super) const VISIBLE: &str = "(room.kind = 'public' OR coalesce(member.joined, 0))";

/// Columns of [`read_place`].
const PLACE: &str =
    "SELECT room.id, room.uuid, room.kind, room.canonical, room.archived, room.slow_seconds > 0 FROM room";

/// Finds the room that a request names.
pub(super) fn place(db: &Connection, selector: &RoomSelector, user: Option<RowId>) -> Result<Place> {
    let found = match selector {
        RoomSelector::Id(id) => {
            db.prepare_cached(&format!("{PLACE} WHERE uuid = ?"))?.query_row([id.uuid()], read_place).optional()?
        }
        RoomSelector::Name(text) => {
            let canonical = name::lookup(text).ok_or(StoreError::NoRoom)?;
            let public = by_canonical(db, &canonical)?;
            if public.is_some() { public } else { private(db, &canonical, user)? }
        }
        RoomSelector::Direct(text) => {
            let Some(user) = user else { return Err(StoreError::NoRoom) };
            let other = rows::find_user(db, &UserSelector::Name(text.clone())).map_err(|_| StoreError::NoRoom)?;
            by_canonical(db, &people_key(db, &[user, other])?)?
        }
    };
    found.ok_or(StoreError::NoRoom)
}

pub(super) fn by_canonical(db: &Connection, canonical: &str) -> Result<Option<Place>> {
    Ok(db.prepare_cached(&format!("{PLACE} WHERE canonical = ?"))?.query_row([canonical], read_place).optional()?)
}

/// A private room of this name that the user is in; of several the one that was made first.
fn private(db: &Connection, canonical: &str, user: Option<RowId>) -> Result<Option<Place>> {
    let sql = format!(
        "{PLACE} JOIN member ON member.room = room.id
         WHERE member.user = ? AND member.joined AND room.private_name = ? ORDER BY room.id LIMIT 1"
    );
    Ok(db.prepare_cached(&sql)?.query_row(params![user, canonical], read_place).optional()?)
}

/// What a direct room is found by: its people, whoever asks. No name can be written like this.
pub(super) fn people_key(db: &Connection, people: &[RowId]) -> Result<String> {
    let mut find = db.prepare_cached("SELECT uuid FROM user WHERE id = ?")?;
    let ids = people.iter().map(|user| find.query_row([user], |row| row.get::<_, Uuid>(0)));
    let mut ids = ids.collect::<rusqlite::Result<Vec<Uuid>>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids.iter().fold(String::from("@"), |key, id| key + &id.simple().to_string()))
}

fn read_place(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        row: row.get(0)?,
        id: row.get::<_, Uuid>(1)?.into(),
        kind: rows::kind(&row.get::<_, String>(2)?),
        is_lobby: row.get::<_, String>(3)? == LOBBY,
        archived: row.get(4)?,
        is_slow: row.get(5)?,
    })
}

/// How someone stands to a room. Restrictions end by themselves, by the clock of this machine.
pub(super) fn person(db: &Connection, room: RowId, user: Option<RowId>) -> Result<Person> {
    let Some(user) = user else { return Ok(Person::Stranger) };
    let now = now().millis();
    let restricted = |row: &Row<'_>, column: usize| -> rusqlite::Result<Option<Mute>> {
        let until: Option<i64> = row.get(column + 1)?;
        let holds = row.get::<_, bool>(column)? && until.is_none_or(|until| until > now);
        Ok(holds.then(|| Mute { until: until.map(Timestamp::from_millis) }))
    };
    Ok(db
        .prepare_cached(
            "SELECT user.role, member.joined, coalesce(member.moderator, 0), room.kind, room.messages,
                    ban.room IS NOT NULL, ban.until, mute.room IS NOT NULL, mute.until
             FROM room JOIN user ON user.id = ?2
                  LEFT JOIN member ON member.room = room.id AND member.user = user.id
                  LEFT JOIN restriction AS ban ON ban.room = room.id AND ban.user = user.id AND ban.kind = 'ban'
                  LEFT JOIN restriction AS mute ON mute.room = room.id AND mute.user = user.id AND mute.kind = 'mute'
             WHERE room.id = ?1",
        )?
        .query_row(params![room, user], |row| {
            let role = rows::role(&row.get::<_, String>(0)?);
            let is_direct = rows::kind(&row.get::<_, String>(3)?) == RoomKind::Direct;
            Ok(match row.get::<_, Option<bool>>(1)? {
                Some(true) => {
                    let room_role = if row.get(2)? { RoomRole::Moderator } else { RoomRole::Member };
                    Person::Member { role, room_role, muted: restricted(row, 7)? }
                }
                // Nobody knows of a direct room in which nothing was said yet but who opened it.
                Some(false) if is_direct && row.get::<_, u64>(4)? > 0 => Person::Away,
                _ => Person::Outsider { role, banned: restricted(row, 5)?.is_some() },
            })
        })
        .optional()?
        .unwrap_or(Person::Outsider { role: Role::Guest, banned: false }))
}
