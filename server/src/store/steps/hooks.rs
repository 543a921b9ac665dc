//! Incoming hooks: addresses of a room that programs post to.

use chat_protocol::{HookId, RoomId, UserId, api::Hook};

use crate::store::{NewHookRow, Result, RowId, access::Access};

/// Whom a hook posts as, and where.
#[derive(Debug, Clone)]
pub struct HookPoster {
    /// The SHA-256 of its secret.
    pub secret: [u8; 32],
    /// The user.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The room.
    pub room: RoomId,
}

/// The steps on hooks.
pub(in crate::store) trait Hooks {
    /// Makes a user that programs post as: it has no session and no password.
    fn insert_hook_user(&mut self, id: UserId, new: &NewHookRow) -> Result<RowId>;
    /// Makes a hook that posts as this user, in place of one of theirs that has ended.
    fn insert_hook(&mut self, access: &Access, maker: RowId, user: RowId, new: &NewHookRow) -> Result<()>;
    /// Whether a user was that of a hook that has ended, or is a program for which nobody answers and that cannot sign in: an
    /// import brings users of hooks along, but no hooks.
    fn is_of_ended_hook(&mut self, user: RowId) -> Result<bool>;
    /// The hooks of a room, the oldest first.
    fn hooks(&self, access: &Access) -> Result<Vec<Hook>>;
    /// The user of a hook of the room.
    fn hook_user(&self, access: &Access, id: HookId) -> Result<Option<RowId>>;
    /// Gives a hook another secret; without one it has ended.
    fn set_hook_secret(&mut self, id: HookId, secret: Option<&[u8; 32]>) -> Result<()>;
}
