//! The caller's own settings: of rooms, of threads, and of whom they ignore.

use chat_protocol::{MessageId, RoomSelector, UserId, UserSelector, api::SettingsPatch};

use super::{Caller, Chat, Result};

impl Chat {
    /// Changes the caller's own settings of a room.
    ///
    /// # Errors
    /// `not_found`; `forbidden` when they are no member.
    pub async fn set_room_settings(&self, caller: &Caller, room: &RoomSelector, patch: SettingsPatch) -> Result<()> {
        Ok(self.store().set_room_settings(caller.user, room.clone(), patch).await?)
    }

    /// Has the caller ignore somebody, or no longer.
    ///
    /// # Errors
    /// `not_found`; `bad_request` for the caller themselves.
    pub async fn set_ignored(&self, caller: &Caller, other: UserSelector, on: bool) -> Result<()> {
        Ok(self.store().set_ignored(caller.user, other, on).await?)
    }

    /// Whom the caller ignores.
    ///
    /// # Errors
    /// When the log does not answer.
    pub async fn ignored(&self, caller: &Caller) -> Result<Vec<UserId>> {
        Ok(self.store().ignored_by(caller.user).await?)
    }

    /// Has the caller follow the thread of a message, or leave it.
    ///
    /// # Errors
    /// `not_found`; `forbidden` when they are no member.
    pub async fn set_following(&self, caller: &Caller, message: MessageId, on: bool) -> Result<()> {
        Ok(self.store().set_following(caller.user, message, on).await?)
    }
}
