//! Roles in a room, bans and mutes.

use chat_protocol::{RoomSelector, UserId};

use super::Store;
use crate::store::{NewMemberRow, NewModerationRow, Result, operation};

impl Store {
    /// Makes somebody else a member of a room, in the role that a moderator says, once however often it is asked for.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, `NotMember`, `NotModerator`, `TheyAreBanned`, `IdConflict`; `TheyHaveTooManyRooms` above `limit`.
    pub async fn add_member(&self, by: UserId, room: RoomSelector, new: NewMemberRow, limit: u64) -> Result<()> {
        self.write(move |tx| operation::members::add(tx, by, &room, &new, limit)).await
    }

    /// Does something to someone as a moderator, once however often it is asked for.
    ///
    /// # Errors
    /// `NoRoom`, `NoUser`, `NotModerator`, `Oneself`, `Lobby`, `IdConflict`.
    pub async fn moderate(&self, by: UserId, room: RoomSelector, new: NewModerationRow) -> Result<()> {
        self.write(move |tx| operation::moderation::moderate(tx, by, &room, &new)).await
    }
}
