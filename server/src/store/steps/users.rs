//! Users: names, and what one is.

use chat_protocol::UserRef;

use crate::store::{Result, RowId};

/// The steps on users.
pub(in crate::store) trait Users {
    /// The short form of a user.
    fn user_ref(&mut self, user: RowId) -> Result<UserRef>;
}
