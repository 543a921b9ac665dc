//! What each operation does, whatever the database: the rules, written once over the [`steps`](super::steps) of a
//! [`Transaction`]. A rule decides and orders; a step reads or writes one thing and decides nothing.

pub(super) mod admin;
pub(super) mod announce;
pub(super) mod bots;
pub(super) mod changes;
pub(super) mod codes;
pub(super) mod commands;
pub(super) mod devices;
pub(super) mod files;
pub(super) mod follows;
pub(super) mod hooks;
pub(super) mod log;
pub(super) mod marks;
pub(super) mod members;
pub(super) mod messages;
pub(super) mod moderation;
pub(super) mod oversight;
pub(super) mod pages;
mod password;
pub(super) mod read_position;
pub(super) mod retention;
pub(super) mod rooms;
pub(super) mod search;
pub(super) mod sessions;
pub(super) mod settings;
pub(super) mod start;
pub(super) mod users;
pub(super) mod webhooks;

use chat_protocol::{MessageId, RoomId, RoomSelector, UserId};

use super::{
    Result, RowId, StoreError,
    access::Access,
    steps::{Lookup, SentMessage, Transaction},
};
use crate::access::Deed;

/// Finds a room for someone who wants to do something with it; `None` has no token.
pub(super) fn find_room(db: &dyn Lookup, room: &RoomSelector, user: Option<UserId>, deed: Deed) -> Result<Access> {
    let user = user.map(|user| db.user_row(user)).transpose()?;
    grant(db, room, user, deed)
}

/// Finds a message for somebody who wants to read it; `None` has no token.
pub(super) fn find_message(db: &dyn Lookup, reader: Option<UserId>, id: MessageId) -> Result<(Access, SentMessage)> {
    let reader = reader.map(|reader| db.user_row(reader)).transpose()?;
    let sent = find_sent(db, reader, id)?;
    let person = db.person(sent.place.row, reader)?;
    // A message of a room that one may not know of is as one that is not there.
    let access = sent.place.grant(person, reader, Deed::Read).map_err(|_| StoreError::NoMessage)?;
    Ok((access, sent))
}

/// Finds a message in any room. One that is not there takes as long as one that may not be read.
fn find_sent(db: &dyn Lookup, reader: Option<RowId>, id: MessageId) -> Result<SentMessage> {
    match db.find_sent(id)? {
        Some(sent) => Ok(sent),
        None => {
            _ = grant(db, &RoomId::now_v7().into(), reader, Deed::Read);
            Err(StoreError::NoMessage)
        }
    }
}

/// Finds a room for a user who was found.
fn access(tx: &dyn Lookup, room: &RoomSelector, user: RowId, deed: Deed) -> Result<Access> {
    grant(tx, room, Some(user), deed)
}

fn grant(db: &dyn Lookup, room: &RoomSelector, user: Option<RowId>, deed: Deed) -> Result<Access> {
    let place = db.find_room(room, user).or_else(|failure| {
        look_at_nothing(db, user)?;
        Err(failure)
    })?;
    let person = db.person(place.row, user)?;
    place.grant(person, user, deed)
}

/// The search that a hidden room costs, for one that is not there: the time of the answer shall not tell them apart.
fn look_at_nothing(db: &dyn Lookup, user: Option<RowId>) -> Result<()> {
    db.person(RowId::default(), user).map(drop)
}
