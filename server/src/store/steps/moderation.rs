//! Roles in a room, and what moderators do.

use chat_protocol::Timestamp;

use crate::store::{Result, RowId, access::Access};

/// What keeps someone from something in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Restriction {
    /// They cannot come in.
    Ban,
    /// They cannot write.
    Mute,
}

/// The steps on roles and restrictions.
pub(in crate::store) trait Moderators {
    /// Makes a member a moderator, or no longer; false if it is so already.
    fn set_moderator(&mut self, access: &Access, user: RowId, on: bool) -> Result<bool>;
    /// Whether a room has a moderator of its own.
    fn has_moderator(&mut self, access: &Access) -> Result<bool>;
    /// The member who has been there for longest.
    fn longest_member(&mut self, access: &Access) -> Result<Option<RowId>>;
    /// Restricts someone up to a time, or for ever.
    fn restrict(&mut self, access: &Access, user: RowId, how: Restriction, until: Option<Timestamp>) -> Result<()>;
    /// Ends that; false if there was nothing.
    fn release(&mut self, access: &Access, user: RowId, how: Restriction) -> Result<bool>;
    /// How long members must wait between messages, and when this one wrote last.
    fn slow_mode(&mut self, access: &Access, user: RowId) -> Result<(u32, Option<Timestamp>)>;
    /// Notes that a member wrote now.
    fn note_message(&mut self, access: &Access, user: RowId, at: Timestamp) -> Result<()>;
}
