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
    /// Whether a room has a moderator of its own who may sign in.
    fn has_moderator(&mut self, access: &Access) -> Result<bool>;
    /// The member who has been there for longest, of those who may sign in and are not `except`.
    fn longest_member(&mut self, access: &Access, except: RowId) -> Result<Option<RowId>>;
    /// Whether a room has no member who may sign in.
    fn is_deserted(&mut self, access: &Access) -> Result<bool>;
    /// Restricts someone up to a time, or for ever; false if it is so already.
    fn restrict(&mut self, access: &Access, user: RowId, how: Restriction, until: Option<Timestamp>) -> Result<bool>;
    /// Ends that; false if nothing held any more.
    fn release(&mut self, access: &Access, user: RowId, how: Restriction) -> Result<bool>;
    /// How long members must wait between messages, and when this one wrote last.
    fn slow_mode(&mut self, access: &Access, user: RowId) -> Result<(u32, Option<Timestamp>)>;
    /// Notes that a member wrote now.
    fn note_message(&mut self, access: &Access, user: RowId, at: Timestamp) -> Result<()>;
}
