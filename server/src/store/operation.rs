//! What each operation does, whatever the database: the rules, written once over the [`steps`](super::steps) of a
//! [`Transaction`]. A rule decides and orders; a step reads or writes one thing and decides nothing.

pub(super) mod admin;
pub(super) mod codes;
pub(super) mod devices;
pub(super) mod marks;
pub(super) mod members;
pub(super) mod messages;
pub(super) mod pages;
mod password;
pub(super) mod read_position;
pub(super) mod rooms;
pub(super) mod sessions;
pub(super) mod users;

use chat_protocol::{RoomSelector, UserId};

use super::{
    Result, RowId,
    access::Access,
    steps::{Lookup, Transaction},
};
use crate::access::Deed;

/// Finds a room for somebody who wants to do something with it; `None` has no token.
pub(super) fn find_room(db: &impl Lookup, room: &RoomSelector, user: Option<UserId>, deed: Deed) -> Result<Access> {
    let user = user.map(|user| db.user_row(user)).transpose()?;
    grant(db, room, user, deed)
}

/// The same for a user who was found.
fn access(tx: &impl Lookup, room: &RoomSelector, user: RowId, deed: Deed) -> Result<Access> {
    grant(tx, room, Some(user), deed)
}

fn grant(db: &impl Lookup, room: &RoomSelector, user: Option<RowId>, deed: Deed) -> Result<Access> {
    let place = db.find_room(room)?;
    let person = db.person(place.row, user)?;
    place.grant(person, user, deed)
}
