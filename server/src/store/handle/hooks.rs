//! Incoming hooks.

use chat_protocol::{HookId, RoomSelector, UserId, api::Hook};

use super::Store;
use crate::store::{NewHookRow, Result, operation, steps::HookPoster};

impl Store {
    /// Makes a hook of a room.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`, `NameTaken`, `TooManyHooks`.
    pub async fn create_hook(&self, maker: UserId, room: RoomSelector, new: NewHookRow) -> Result<Hook> {
        self.write(move |tx| operation::hooks::create(tx, maker, &room, &new)).await
    }

    /// The hooks of a room, the oldest first.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`.
    pub async fn hooks(&self, reader: UserId, room: RoomSelector) -> Result<Vec<Hook>> {
        self.write(move |tx| operation::hooks::list(tx, reader, &room)).await
    }

    /// Gives a hook another secret.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`, `NoHook`.
    pub async fn replace_hook_secret(
        &self,
        moderator: UserId,
        room: RoomSelector,
        id: HookId,
        secret: [u8; 32],
    ) -> Result<Hook> {
        self.write(move |tx| operation::hooks::replace_secret(tx, moderator, &room, id, &secret)).await
    }

    /// Ends a hook.
    ///
    /// # Errors
    /// `NoRoom`, `NotModerator`, `NoHook`.
    pub async fn end_hook(&self, moderator: UserId, room: RoomSelector, id: HookId) -> Result<()> {
        self.write(move |tx| operation::hooks::end(tx, moderator, &room, id)).await
    }

    /// Whom a hook posts as, and where, if it has not ended.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hook_poster(&self, id: HookId) -> Result<Option<HookPoster>> {
        self.read(move |db| db.hook_poster(id)).await
    }
}
