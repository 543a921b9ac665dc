//! A user's own settings: of rooms, and of whom they ignore.

use chat_protocol::{RoomSelector, UserId, UserSelector, api::SettingsPatch};

use super::Store;
use crate::store::{Result, operation};

impl Store {
    /// Changes a member's own settings of a room.
    ///
    /// # Errors
    /// `NoRoom`, `NotMember`.
    pub async fn set_room_settings(&self, member: UserId, room: RoomSelector, patch: SettingsPatch) -> Result<()> {
        self.write(move |tx| operation::settings::set_room_settings(tx, member, &room, &patch)).await
    }

    /// Has a user ignore another one, or no longer.
    ///
    /// # Errors
    /// `NoUser`, `Oneself`.
    pub async fn set_ignored(&self, user: UserId, other: UserSelector, on: bool) -> Result<()> {
        self.write(move |tx| operation::settings::set_ignored(tx, user, &other, on)).await
    }

    /// Whom a user ignores.
    ///
    /// # Errors
    /// `NoUser`.
    pub async fn ignored_by(&self, user: UserId) -> Result<Vec<UserId>> {
        self.read(move |db| db.ignored(db.user_row(user)?)).await
    }
}
