//! Rooms as someone may use them: where a request names a room, it is looked up here and nowhere else, together with
//! how the asker stands to it, from the same state of the database as what follows.

use chat_protocol::{LOBBY, RoomId, RoomKind, RoomSelector, UserId, name};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::rows;
use crate::{
    access::{self, Deed, Person, Refusal, Standing},
    store::{Result, StoreError},
};

/// Condition of queries over `room` with the asker's `member`: what [`Deed::See`] lets one find.
pub(super) const VISIBLE: &str = "(room.kind = 'public' OR coalesce(member.joined, 0))";

/// A room that exists. What may be done with it is not known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    row: i64,
    id: RoomId,
    kind: RoomKind,
    is_lobby: bool,
}

/// The proof that someone may do something with a room. What concerns a room takes it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    place: Place,
    is_member: bool,
    user: Option<i64>,
}

impl Place {
    /// Finds the room that a request names.
    pub(super) fn find(db: &Connection, selector: &RoomSelector) -> Result<Self> {
        let columns = "SELECT id, uuid, kind, canonical FROM room";
        match selector {
            RoomSelector::Id(id) => {
                db.prepare_cached(&format!("{columns} WHERE uuid = ?"))?.query_row([id.uuid()], Self::read)
            }
            RoomSelector::Name(text) => {
                let canonical = name::lookup(text).ok_or(StoreError::NoRoom)?;
                db.prepare_cached(&format!("{columns} WHERE canonical = ?"))?.query_row([canonical], Self::read)
            }
        }
        .optional()?
        .ok_or(StoreError::NoRoom)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            row: row.get(0)?,
            id: row.get::<_, Uuid>(1)?.into(),
            kind: rows::kind(&row.get::<_, String>(2)?),
            is_lobby: row.get::<_, String>(3)? == LOBBY,
        })
    }

    /// Its row number, for what is counted.
    pub(super) const fn row(self) -> i64 {
        self.row
    }

    /// Its id.
    pub(super) const fn id(self) -> RoomId {
        self.id
    }

    /// Asks whether a person with this row may do something.
    pub(super) fn grant(self, person: Person, user: Option<i64>, deed: Deed) -> Result<Access> {
        access::check(Standing { kind: self.kind, is_lobby: self.is_lobby, person }, deed)?;
        Ok(Access { place: self, is_member: matches!(person, Person::Member(_)), user })
    }
}

impl Access {
    /// Finds a room for somebody who wants to do something with it; `None` has no token.
    pub(super) fn find(db: &Connection, selector: &RoomSelector, user: Option<UserId>, deed: Deed) -> Result<Self> {
        let user = user.map(|user| rows::user_row(db, user)).transpose()?;
        Self::find_for(db, selector, user, deed)
    }

    /// The same for a user whose row is known.
    pub(super) fn find_for(db: &Connection, selector: &RoomSelector, user: Option<i64>, deed: Deed) -> Result<Self> {
        let place = Place::find(db, selector)?;
        place.grant(person(db, place.row, user)?, user, deed)
    }

    /// The room's row number.
    pub(super) const fn row(&self) -> i64 {
        self.place.row
    }

    /// The room's id.
    pub(super) const fn id(&self) -> RoomId {
        self.place.id
    }

    /// Whether the asker was a member when it was granted.
    pub(super) const fn is_member(&self) -> bool {
        self.is_member
    }

    /// The asker's row number; `None` has no token.
    pub(super) const fn user(&self) -> Option<i64> {
        self.user
    }
}

/// How someone stands to a room.
fn person(db: &Connection, room: i64, user: Option<i64>) -> Result<Person> {
    let Some(user) = user else { return Ok(Person::Stranger) };
    Ok(db
        .prepare_cached(
            "SELECT role, coalesce(member.joined, 0)
             FROM user LEFT JOIN member ON member.room = ? AND member.user = user.id WHERE user.id = ?",
        )?
        .query_row(params![room, user], |row| {
            let role = rows::role(&row.get::<_, String>(0)?);
            Ok(if row.get(1)? { Person::Member(role) } else { Person::Outsider(role) })
        })?)
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Hidden => Self::NoRoom,
            Refusal::NotMember => Self::NotMember,
            Refusal::Lobby => Self::Lobby,
            Refusal::NoToken => Self::NoToken,
        }
    }
}
