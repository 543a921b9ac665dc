//! Looking rooms up: where a request names a room, it is found here and nowhere else, together with how the asker stands
//! to it, from the same state of the database as what follows.

use chat_protocol::{LOBBY, Role, RoomKind, RoomRole, RoomSelector, UserSelector, name};
use tokio_postgres::Row;
use uuid::Uuid;

use super::{engine::connection::Db, rows};
use crate::{
    access::{Mute, Person},
    store::{Result, RowId, StoreError, access::Place},
};

/// Condition of queries over `room` with the asker's `member`: what [`Deed::See`](crate::access::Deed::See) lets one find.
pub(super) const VISIBLE: &str = "(room.kind = 'public' OR coalesce(member.joined, false))";

/// Columns of [`read_place`].
const PLACE: &str =
    "SELECT room.id, room.uuid, room.kind, room.canonical, room.archived, room.slow_seconds > 0 FROM room";

/// Finds the room that a request names.
pub(super) fn place(db: &Db, selector: &RoomSelector, user: Option<RowId>) -> Result<Place> {
    let found = match selector {
        RoomSelector::Id(id) => {
            db.query_opt(&format!("{PLACE} WHERE uuid = $1"), &[&id.uuid()])?.map(|row| read_place(&row)).transpose()?
        }
        RoomSelector::Name(text) => {
            let canonical = name::lookup(text).ok_or(StoreError::NoRoom)?;
            let public = by_canonical(db, &canonical)?;
            if public.is_some() { public } else { private(db, &canonical, user)? }
        }
        RoomSelector::Direct(text) => {
            let Some(user) = user else { return Err(StoreError::NoRoom) };
            let other = rows::find_user(db, &UserSelector::Name(text.clone())).map_err(|failure| match failure {
                StoreError::NoUser => StoreError::NoRoom,
                other => other,
            })?;
            by_canonical(db, &people_key(db, &[user, other])?)?
        }
    };
    found.ok_or(StoreError::NoRoom)
}

pub(super) fn by_canonical(db: &Db, canonical: &str) -> Result<Option<Place>> {
    let found = db.query_opt(&format!("{PLACE} WHERE canonical = $1"), &[&canonical])?;
    found.map(|row| read_place(&row)).transpose()
}

/// A private room of this name that the user is in; of several the one that was made first.
fn private(db: &Db, canonical: &str, user: Option<RowId>) -> Result<Option<Place>> {
    let sql = format!(
        "{PLACE} JOIN member ON member.room = room.id
         WHERE member.account = $1 AND member.joined AND room.private_name = $2 ORDER BY room.id LIMIT 1"
    );
    db.query_opt(&sql, &[&user, &canonical])?.map(|row| read_place(&row)).transpose()
}

/// What a direct room is found by: its people, whoever asks. No name can be written like this.
pub(super) fn people_key(db: &Db, people: &[RowId]) -> Result<String> {
    let ids = db.query("SELECT uuid FROM account WHERE id = ANY($1) ORDER BY uuid", &[&people])?;
    ids.iter().try_fold(String::from("@"), |key, row| Ok(key + &row.try_get::<_, Uuid>(0)?.simple().to_string()))
}

fn read_place(row: &Row) -> Result<Place> {
    Ok(Place {
        row: row.try_get(0)?,
        id: rows::id(row, 1)?,
        kind: rows::kind(row.try_get(2)?),
        is_lobby: row.try_get::<_, &str>(3)? == LOBBY,
        archived: row.try_get(4)?,
        is_slow: row.try_get(5)?,
    })
}

/// How someone stands to a room. Restrictions end by themselves, by the database's clock.
pub(super) fn person(db: &Db, room: RowId, user: Option<RowId>) -> Result<Person> {
    let Some(user) = user else { return Ok(Person::Stranger) };
    let sql = format!(
        "SELECT account.role, member.joined, coalesce(member.moderator, false), room.kind, room.messages > 0,
                ban.room IS NOT NULL, mute.room IS NOT NULL, mute.until
         FROM room JOIN account ON account.id = $2
              LEFT JOIN member ON member.room = room.id AND member.account = account.id
              LEFT JOIN restriction AS ban ON ban.room = room.id AND ban.account = account.id AND ban.kind = 'ban'
                        AND (ban.until IS NULL OR ban.until > {now})
              LEFT JOIN restriction AS mute ON mute.room = room.id AND mute.account = account.id AND mute.kind = 'mute'
                        AND (mute.until IS NULL OR mute.until > {now})
         WHERE room.id = $1",
        now = rows::NOW
    );
    let Some(row) = db.query_opt(&sql, &[&room, &user])? else {
        return Ok(Person::Outsider { role: Role::Guest, banned: false });
    };
    let role = rows::role(row.try_get(0)?);
    let is_direct = rows::kind(row.try_get(3)?) == RoomKind::Direct;
    Ok(match row.try_get(1)? {
        Some(true) => {
            let room_role = if row.try_get(2)? { RoomRole::Moderator } else { RoomRole::Member };
            let is_muted: bool = row.try_get(6)?;
            let until = rows::maybe_time(&row, 7)?;
            Person::Member { role, room_role, muted: is_muted.then_some(Mute { until }) }
        }
        // Nobody knows of a direct room in which nothing was said yet but who opened it.
        Some(false) if is_direct && row.try_get(4)? => Person::Away,
        _ => Person::Outsider { role, banned: row.try_get(5)? },
    })
}
