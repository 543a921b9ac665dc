//! Rooms: making, finding and changing them, each as one user sees it.

use chat_protocol::{Room, RoomId, RoomSelector, SessionId, UserId};

use super::Store;
use crate::{
    access::Deed,
    store::{ConnectionStart, Done, NewRoomChanges, NewRoomRow, Page, Result, RoomFilter, RoomLimits, operation},
};

impl Store {
    /// Makes a room; its creator becomes a member, and its first moderator. A direct room that is there is given back; says
    /// whether it is new.
    ///
    /// # Errors
    /// `NameTaken`, `NoUser`; `TooManyRooms`, `TheyHaveTooManyRooms`; `TooManyPeople`, `GuestDirect`, `TooFast` for a direct room.
    pub async fn create_room(&self, creator: UserId, new: NewRoomRow, limits: RoomLimits) -> Result<(Room, bool)> {
        self.write(move |tx| operation::rooms::create(tx, creator, new, &limits)).await
    }

    /// One room, as a user sees it.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`.
    pub async fn room(&self, selector: RoomSelector, user: Option<UserId>) -> Result<Room> {
        self.read(move |db| db.room(&operation::find_room(db, &selector, user, Deed::See)?)).await
    }

    /// The id of a room that somebody may do something with; `None` has no token.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, or why not.
    pub async fn find_room(&self, selector: RoomSelector, user: Option<UserId>, deed: Deed) -> Result<RoomId> {
        self.read(move |db| Ok(operation::find_room(db, &selector, user, deed)?.id())).await
    }

    /// Rooms by name, a part of the list.
    ///
    /// # Errors
    /// `NoUser`.
    pub async fn rooms(&self, user: Option<UserId>, filter: RoomFilter) -> Result<Page<Room>> {
        self.read(move |db| {
            let user = user.map(|user| db.user_row(user)).transpose()?;
            db.rooms(user, &filter)
        })
        .await
    }

    /// Changes a room, once however often it is asked for, and tells it in the log, unless it is that already.
    ///
    /// # Errors
    /// `NoRoom`, `NotMember`, `NotModerator`, `NotAdmin`, `NameTaken`, `IdConflict`.
    pub async fn update_room(&self, user: UserId, room: RoomSelector, new: NewRoomChanges) -> Result<(Done, Room)> {
        self.write(move |tx| operation::rooms::update(tx, user, &room, new)).await
    }

    /// Removes a room for ever.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`, `Lobby`.
    pub async fn remove_room(&self, user: UserId, room: RoomSelector) -> Result<()> {
        self.write(move |tx| operation::rooms::remove(tx, user, &room)).await
    }

    /// Deletes some of what was said in rooms that were removed; false when nothing is left.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn erase_removed(&self) -> Result<bool> {
        self.write(|tx| tx.erase_removed()).await
    }

    /// What a connection of a session begins with, from one state of the database; with the times of the events at
    /// these positions, where the log has them. `known` are the rooms that the client has.
    ///
    /// # Errors
    /// `NoSession` when it ended meanwhile.
    pub async fn connection_start(
        &self,
        session: SessionId,
        known: Vec<RoomId>,
        positions: Vec<(RoomId, u64)>,
    ) -> Result<ConnectionStart> {
        self.read(move |db| operation::start::connection(db, session, known, &positions)).await
    }
}
