//! Members: who is in which room.

use chat_protocol::{RoomSelector, User, UserId};

use super::Store;
use crate::{
    access::Deed,
    store::{Page, Result, UserFilter, operation},
};

impl Store {
    /// Makes a user a member of a public room; nothing happens when they are one already.
    ///
    /// # Errors
    /// `NoRoom`; `TooManyRooms` above `limit`.
    pub async fn join(&self, user: UserId, room: RoomSelector, limit: u64) -> Result<()> {
        self.write(move |tx| operation::members::join(tx, user, &room, limit)).await
    }

    /// Ends a membership; nothing happens without one.
    ///
    /// # Errors
    /// `NoRoom`, `Lobby`.
    pub async fn leave(&self, leaver: UserId, room: RoomSelector) -> Result<()> {
        self.write(move |tx| operation::members::leave(tx, leaver, &room)).await
    }

    /// A room's members by name, a part of the list, for somebody; `None` has no token. `filter.online` with true lists the given users only, among
    /// them guests that only read.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn members(&self, reader: Option<UserId>, room: RoomSelector, filter: UserFilter) -> Result<Page<User>> {
        self.read(move |db| db.members(&operation::find_room(db, &room, reader, Deed::Read)?, &filter)).await
    }

    /// Those who moderate a room, for somebody; `None` has no token.
    ///
    /// # Errors
    /// `NoRoom`.
    pub async fn moderators(&self, reader: Option<UserId>, room: RoomSelector) -> Result<Vec<UserId>> {
        self.read(move |db| db.moderators(&operation::find_room(db, &room, reader, Deed::Read)?)).await
    }
}
