//! What each operation does, whatever the database: the rules, written once over the [`steps`](super::steps) of a
//! [`Transaction`]. A rule decides and orders; a step reads or writes one thing and decides nothing.

pub(super) mod admin;
pub(super) mod codes;
pub(super) mod marks;
pub(super) mod members;
pub(super) mod messages;
mod password;
pub(super) mod read_position;
pub(super) mod rooms;
pub(super) mod sessions;
pub(super) mod users;

use chat_protocol::RoomSelector;

use super::{
    Result, RowId,
    access::Access,
    steps::{Lookup, Transaction},
};
use crate::access::Deed;

/// Finds a room for someone who wants to do something with it.
fn access(tx: &impl Lookup, room: &RoomSelector, user: RowId, deed: Deed) -> Result<Access> {
    let place = tx.find_room(room)?;
    let person = tx.person(place.row, Some(user))?;
    place.grant(person, Some(user), deed)
}
