//! Users, and what they keep for themselves.

use chat_protocol::{MessageId, User, UserId};

use crate::store::{Page, Result, RowId, Session, Times, UserFilter};

/// Reads users.
pub(in crate::store) trait People {
    /// One user.
    fn user(&self, user: RowId) -> Result<User>;
    /// People by name, a part of the list.
    fn users(&self, filter: &UserFilter) -> Result<Page<User>>;
    /// A user's sessions, the last used first.
    fn sessions(&self, user: RowId) -> Result<Vec<Session>>;
    /// Whom a user ignores.
    fn ignored(&self, user: RowId) -> Result<Vec<UserId>>;
    /// The threads that a user follows: the newest.
    fn followed_threads(&self, user: RowId) -> Result<Vec<MessageId>>;
    /// The clock, and what it can be compared with.
    fn clock(&self) -> Result<Times>;
}
