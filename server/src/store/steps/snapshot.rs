//! What is read of users and their devices where nothing is written.

use chat_protocol::{Role, SessionId, Timestamp, UserId};

use super::{Lookup, Mark};
use crate::store::{Result, RowId};

/// A device that is signed in; whether it may still do anything is for a rule to say.
#[derive(Debug, Clone)]
pub(in crate::store) struct Device {
    pub(in crate::store) session: SessionId,
    /// What the program there calls itself.
    pub(in crate::store) client: String,
    pub(in crate::store) last_used_at: Timestamp,
    /// Whose it is.
    pub(in crate::store) user: UserId,
    pub(in crate::store) user_row: RowId,
    pub(in crate::store) role: Role,
    /// Whether that user may no longer sign in.
    pub(in crate::store) is_disabled: bool,
}

/// What a user signs in with.
#[derive(Debug, Clone)]
pub(in crate::store) struct Credentials {
    pub(in crate::store) user: UserId,
    /// The hash of the password, if there is one.
    pub(in crate::store) password: Option<String>,
    /// Whether the user may no longer sign in.
    pub(in crate::store) is_disabled: bool,
}

/// One state of the database that is only read.
pub(in crate::store) trait Snapshot: Lookup {
    /// The device with a token of this hash.
    fn device_of_token(&self, token: &[u8; 32]) -> Result<Option<Device>>;
    /// The device of a session.
    fn device(&self, session: SessionId) -> Result<Option<Device>>;
    /// What a user signs in with.
    fn credentials(&self, user: RowId) -> Result<Credentials>;
    /// When something was noted last, if ever.
    fn marked_at(&self, mark: Mark) -> Result<Option<Timestamp>>;
}
