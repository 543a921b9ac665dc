//! A user's own settings: of rooms, and of whom they ignore.

use chat_protocol::{RoomId, Status, UserId, api::SettingsPatch};

use crate::store::{Result, RowId, access::Access};

/// The steps on a user's own settings.
pub(in crate::store) trait Settings {
    /// Changes a member's settings of a room.
    fn set_room_settings(&mut self, access: &Access, user: RowId, patch: &SettingsPatch) -> Result<()>;
    /// Changes what a user says of themselves.
    fn set_status(&mut self, user: RowId, status: Option<&Status>) -> Result<()>;
    /// Has a user ignore another one, or no longer; false if it is so already.
    fn set_ignored(&mut self, user: RowId, other: RowId, on: bool) -> Result<bool>;
    /// Whom a user ignores.
    fn ignored(&mut self, user: RowId) -> Result<Vec<UserId>>;
    /// Rooms of a user in which someone mentioned them since they read there.
    fn rooms_with_mentions_by(&mut self, user: RowId, author: RowId) -> Result<Vec<RoomId>>;
}
