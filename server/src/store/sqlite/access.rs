//! Looking rooms up: where a request names a room, it is found here and nowhere else, together with how the asker stands
//! to it, from the same state of the database as what follows.

use chat_protocol::{LOBBY, RoomRole, RoomSelector, name};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::rows;
use crate::{
    access::Person,
    store::{Result, RowId, StoreError, access::Place},
};

/// Condition of queries over `room` with the asker's `member`: what [`Deed::See`](crate::access::Deed::See) lets one find.
pub(super) const VISIBLE: &str = "(room.kind = 'public' OR coalesce(member.joined, 0))";

/// Finds the room that a request names.
pub(super) fn place(db: &Connection, selector: &RoomSelector) -> Result<Place> {
    let columns = "SELECT id, uuid, kind, canonical FROM room";
    match selector {
        RoomSelector::Id(id) => {
            db.prepare_cached(&format!("{columns} WHERE uuid = ?"))?.query_row([id.uuid()], read_place)
        }
        RoomSelector::Name(text) => {
            let canonical = name::lookup(text).ok_or(StoreError::NoRoom)?;
            db.prepare_cached(&format!("{columns} WHERE canonical = ?"))?.query_row([canonical], read_place)
        }
        RoomSelector::Direct(_) => return Err(StoreError::NoRoom),
    }
    .optional()?
    .ok_or(StoreError::NoRoom)
}

fn read_place(row: &Row<'_>) -> rusqlite::Result<Place> {
    Ok(Place {
        row: row.get(0)?,
        id: row.get::<_, Uuid>(1)?.into(),
        kind: rows::kind(&row.get::<_, String>(2)?),
        is_lobby: row.get::<_, String>(3)? == LOBBY,
        archived: false,
    })
}

/// How someone stands to a room.
pub(super) fn person(db: &Connection, room: RowId, user: Option<RowId>) -> Result<Person> {
    let Some(user) = user else { return Ok(Person::Stranger) };
    Ok(db
        .prepare_cached(
            "SELECT role, coalesce(member.joined, 0)
             FROM user LEFT JOIN member ON member.room = ? AND member.user = user.id WHERE user.id = ?",
        )?
        .query_row(params![room, user], |row| {
            let role = rows::role(&row.get::<_, String>(0)?);
            Ok(if row.get(1)? {
                Person::Member { role, room_role: RoomRole::Member, muted: None }
            } else {
                Person::Outsider { role, banned: false }
            })
        })?)
}
